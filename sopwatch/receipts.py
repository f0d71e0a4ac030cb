"""Receipts: what the sender of an entry gets, once for what comes again, and whether what comes again is the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checklists.event import Event
from rules.segments import instant_of
from sopwatch.demands import NewEvent
from storage.store import Entry


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender of an entry may rely on: it is in the record, at this place of the chain."""

    event_id: str
    case_id: str
    seq: int
    hash: bytes
    duplicate: bool = False


def receipt_of(entry: Entry) -> Receipt:
    """Return the receipt of an entry of the record."""
    return Receipt(entry.event.event_id or "", entry.event.case_id, entry.seq, entry.hash)


def says_the_same(new: NewEvent, known: Event) -> bool:
    """Whether an entry sent again is the one in the record, as far as its sender said."""
    data = known.data or {}
    times = {known.occurred_at, instant_of(data.get("_tablet_time"))}
    ours = {k: v for k, v in data.items() if not k.startswith("_") and k != "taken_by"}
    theirs = {k: v for k, v in (new.data or {}).items() if not k.startswith("_") and k != "taken_by"}
    return (
        new.event == known.event
        and new.case_id in ("", known.case_id)
        and new.procedure in (None, known.procedure)
        and (new.occurred_at is None or new.occurred_at in times)
        and new.actor in (None, known.actor)
        and new.subject == known.subject
        and (new.value == known.value or (new.value is True and known.value is None))
        and ours.keys() == theirs.keys()
        and all(_alike(ours[k], theirs[k]) for k in ours)
    )


def _alike(ours: Any, theirs: Any) -> bool:
    if ours == theirs:
        return type(ours) is type(theirs) or (not isinstance(ours, bool) and not isinstance(theirs, bool))
    instant = instant_of(ours)
    return instant is not None and instant == instant_of(theirs)
