"""A case folded from its events: those that count at an instant, in their order, and the fields in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checklists.event import Event
from checklists.instant import Instant


@dataclass(frozen=True)
class Case:
    """The events of one case that count as of an instant, `events[0]` the first and `cancelled`, if any, the last.

    Retractions are applied; `retracted` events and acts are left out.
    """

    case_id: str
    events: Sequence[Event]
    now: Instant

    @property
    def cancelled_at(self) -> Instant | None:
        """The instant from which nothing falls due any more."""
        last = self.events[-1]
        return last.occurred_at if last.event == "cancelled" else None

    @property
    def closed_at(self) -> Instant | None:
        """The instant of the first `closed`."""
        return next((e.occurred_at for e in self.events if e.event == "closed"), None)

    @cached_property
    def versions(self) -> Sequence[tuple[int, Instant, Mapping[str, Any]]]:
        """The fields as (index of the event from which they are in force, its instant, all fields that are set)."""
        fields = _overlay({}, self.events[0].data)
        found = [(0, self.events[0].occurred_at, fields)]
        for index, event in enumerate(self.events[1:], 1):
            if event.event == "amended":
                fields = _overlay(fields, event.data)
                found.append((index, event.occurred_at, fields))
        return found

    def fields_at(self, index: int) -> Mapping[str, Any]:
        """Return the fields in force at the event of this index: with the amendments up to and including it."""
        return self.versions[bisect_right(self.versions, index, key=lambda v: v[0]) - 1][2]

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields in force at the end."""
        return self.versions[-1][2]


def _overlay(fields: Mapping[str, Any], data: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return {k: v for k, v in {**fields, **(data or {})}.items() if v is not None}


def fold(events: Iterable[Event], now: Instant) -> Case | None:
    """Fold the events of one case, in any order, as of `now`; None while no first event counts.

    A case of a log that has an `opened` has begun only once that counts.
    """
    events = list(events)
    known = [e for e in events if e.occurred_at <= now and e.recorded_at <= now]
    taken_back = {
        e.data.get("event_id")
        for e in known
        if e.event == "retracted" and e.data and e.data.get("event_id") is not None
    }
    standing = [
        e
        for e in known
        if e.event != "retracted"
        and not e.event.startswith("_")
        and (e.event == "opened" or e.event_id is None or e.event_id not in taken_back)
    ]
    standing.sort(key=lambda e: (e.occurred_at, e.position))
    begun = any(e.event == "opened" for e in standing) or not any(e.event == "opened" for e in events)
    if not standing or not begun:
        return None
    for index, event in enumerate(standing):
        if event.event == "cancelled":
            del standing[index + 1 :]
            break
    return Case(standing[0].case_id, standing, now)
