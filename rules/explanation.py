"""What an explanation holds: trigger, fields, guard, deadline, deeds, and what would have complied; no words yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from checklists.event import Event
from checklists.instant import Instant
from rules.kinds import Rule, Selector
from rules.violation import Violation


@dataclass(frozen=True, slots=True)
class Version:
    """A value that a field has had (None: not set), since when, and the event that brought it."""

    value: Any
    since: Instant
    by: Event


@dataclass(frozen=True, slots=True)
class FieldHistory:
    """A field that the rule reads: the value that was judged by, and every value it has had, in order."""

    field: str
    judged_by: Any
    versions: Sequence[Version]


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of a guard: the values that are asked for, and the one it had."""

    field: str
    wanted: Sequence[Any]
    value: Any


@dataclass(frozen=True, slots=True)
class GuardRead:
    """The guard as it stood, and since when; a rule without one asks for no conditions."""

    at: Instant
    conditions: Sequence[Condition]


@dataclass(frozen=True, slots=True)
class DueArithmetic:
    """How a deadline follows: `base` (an event's instant, or a field's) plus `span`, microseconds that may be negative.

    With days `span` is None and `day` the local day: of `day-before` the one that begins at `due`, of a day rule the
    one that ends there.
    """

    base: Instant
    span: int | None
    day: date | None
    due: Instant


# --- what would have complied ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DoInTime:
    """`count` (more) deeds, from `since` and not later than `by`, and before an event where one is named.

    `possible` is false where the case began too late for it, or no such deed can be had.
    """

    step: Selector
    since: Instant
    by: Instant
    before: Event | None = None
    subject: str | None = None
    count: int = 1
    possible: bool = True


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """These deeds not done."""

    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Measure:
    """The event with a value from `low` to `high` (None: no bound); `nearest` is the bound it missed.

    `possible` is false where no value is within both.
    """

    event: Event
    nearest: float
    low: float | None
    high: float | None

    @property
    def possible(self) -> bool:
        """Whether there is a value within both bounds."""
        return self.low is None or self.high is None or self.low <= self.high


@dataclass(frozen=True, slots=True)
class ByAnother:
    """The event done in one of these roles (None: in any), and by somebody who did nothing that `not_by` means.

    `other` is what the same person did.
    """

    event: Event
    roles: Sequence[str] | None
    not_by: Selector | None
    other: Event | None


@dataclass(frozen=True, slots=True)
class RecordInTime:
    """The event recorded not later than `by`."""

    event: Event
    by: Instant


Compliance = DoInTime | LeaveOut | Measure | ByAnother | RecordInTime


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a violation is one, as of `now`: what set the obligation off, what it read, what was done, what was missing.

    What can no longer be found in the case (the violation has been rescinded) is None or empty. `done` are the events
    that the rule looked at beside the trigger, in their order; `remedy` is the late one, if there is one.
    """

    violation: Violation
    rule: Rule
    now: Instant
    cancelled_at: Instant | None
    trigger: Event | None = None
    guard: GuardRead | None = None
    fields: Sequence[FieldHistory] = ()
    due: DueArithmetic | None = None
    done: Sequence[Event] = ()
    remedy: Event | None = None
    complied: Compliance | None = None
