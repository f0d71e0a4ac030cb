"""What acts say about violations: a waiver leaves the verdict as it is, and stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from checklists.event import Event
from checklists.instant import Instant
from rules.segments import instant_of


@dataclass(frozen=True)
class Waiver:
    """Permission not to comply: `_waived` with the data `violation` (its id), `reason` and, if it ends, `until`."""

    violation: str
    by: str | None
    reason: str
    until: Instant | None


def waivers(events: Iterable[Event], now: Instant) -> dict[str, Waiver]:
    """Return the waivers in force at `now`, by the violation's id; of several the last, retracted ones left out."""
    events = list(events)
    taken_back = {(e.data or {}).get("event_id") for e in events if e.event == "retracted"}
    found: dict[str, Waiver] = {}
    for event in events:
        data = event.data or {}
        named, until = data.get("violation"), instant_of(data.get("until"))
        if event.event != "_waived" or not isinstance(named, str) or event.event_id in taken_back:
            continue
        if data.get("until") is not None and (until is None or until <= now):
            continue
        found[named] = Waiver(named, event.actor, str(data.get("reason") or ""), until)
    return found
