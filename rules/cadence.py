"""What recurs in a case now: the open windows of its recurrences, for screens that count down to the next time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checklists.case import Case
from checklists.event import Event
from checklists.instant import Instant
from rules.kinds import Catalogue, Recurrence, Rule
from rules.windows import windows


@dataclass(frozen=True, slots=True)
class Cadence:
    """An open window of a recurrence: `since` when it is open, the deeds in it, and how often one is due."""

    rule: Rule
    kind: Recurrence
    every: int
    since: Instant
    deeds: tuple[Event, ...]

    @property
    def due_at(self) -> Instant:
        """When the next deed is due; in the past when it is overdue."""
        return (self.deeds[-1].occurred_at if self.deeds else self.since) + self.every


def cadences(case: Case, catalogue: Catalogue) -> list[Cadence]:
    """Return the open windows of a case, in the order of the rules; a recurrence of days is none."""
    return [found for rule in catalogue.rules for found in _of_rule(rule, case)]


def _of_rule(rule: Rule, case: Case) -> Iterator[Cadence]:
    kind = rule.kind
    if not isinstance(kind, Recurrence) or kind.every == "day" or case.cancelled_at is not None:
        return
    for window in windows(case, kind):
        if window.end is None and rule.holds(case.fields_at(window.start)):
            deeds = tuple(e for e in case.events[window.start + 1 :] if kind.do.matches(e))
            yield Cadence(rule, kind, int(kind.every), case.events[window.start].occurred_at, deeds)
