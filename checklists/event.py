"""An event of the log, as every room passes it on, and how JSON values compare."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from checklists.instant import Instant

LIFE_CYCLE = ("opened", "amended", "closed", "cancelled", "retracted")


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log (`semantics.md`, Events).

    `position` is its place in the log (in the record, its `seq`): events of a case stand in the order of
    `(occurred_at, position)`. Instants are microseconds since 1970 in UTC.
    """

    position: int
    case_id: str
    procedure: str
    event: str
    occurred_at: Instant
    recorded_at: Instant
    actor: str | None = None
    role: str | None = None
    subject: str | None = None
    value: Any = None
    data: Mapping[str, Any] | None = None
    event_id: str | None = None

    @property
    def order(self) -> tuple[Instant, int]:
        """Its place among the events of its case."""
        return (self.occurred_at, self.position)

    @property
    def is_act(self) -> bool:
        """Whether it is an act, which judges ignore."""
        return self.event.startswith("_")


def comparable(value: object) -> Hashable | None:
    """Return a key that is equal for equal JSON values; None for what equals nothing (null, lists, objects)."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, int | float):
        try:
            return ("number", float(value))
        except OverflowError:
            return ("number", float("inf") if value > 0 else float("-inf"))
    if isinstance(value, str):
        return ("text", value)
    return None


def is_one_of(value: object, wanted: Iterable[object]) -> bool:
    """Return whether a value equals one of these, as JSON; null, lists and objects equal nothing."""
    key = comparable(value)
    return key is not None and any(comparable(one) == key for one in wanted)


def number(value: object) -> float | None:
    """Return a JSON number as a double, or None for anything else (a boolean is no number)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    key = comparable(value)
    return key[1] if isinstance(key, tuple) else None
