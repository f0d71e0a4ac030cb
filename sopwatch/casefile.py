"""A case as the service holds it: its entries, the same in plain words, and what people see of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from checklists.case import Case
from checklists.event import Event
from checklists.model import Procedure
from rules.due import Due
from rules.kinds import Catalogue
from sopwatch.books import Books
from storage.store import Entry, Finding, Store

HELD_CASES = 5000


@dataclass(frozen=True)
class OpenCase:
    """The entries of a case, with digests and in plain words, and the texts it goes by; replaced, never changed."""

    procedure: Procedure
    catalogue: Catalogue
    entries: tuple[Entry, ...]
    plain: tuple[Event, ...]

    def joined(self, entry: Entry, plain: Event) -> OpenCase:
        """Return it with one more entry."""
        return replace(self, entries=(*self.entries, entry), plain=(*self.plain, replace(plain, position=entry.seq)))


@dataclass(frozen=True)
class CaseFile:
    """A case as people see it: what was found, what falls due, and every event in plain words."""

    case_id: str
    procedure: Procedure
    catalogue: Catalogue
    entries: Sequence[Entry]
    events: Sequence[Event]
    case: Case
    findings: Sequence[Finding]
    due: Sequence[Due]

    @property
    def state(self) -> str:
        """`open`, `closed` or `cancelled`."""
        if self.case.cancelled_at is not None:
            return "cancelled"
        return "open" if self.case.closed_at is None else "closed"

    @property
    def last_seq(self) -> int:
        """The seq of its last entry."""
        return self.entries[-1].seq


def revealed(event: Event, texts: Mapping[str, Any]) -> Event:
    """Return an event with the texts in place of their digests, where they are still kept."""
    if not texts:
        return event
    return replace(
        event,
        actor=reveal(event.actor, texts),
        subject=reveal(event.subject, texts),
        value=reveal(event.value, texts),
        data=None if event.data is None else {k: reveal(v, texts) for k, v in event.data.items()},
    )


def reveal(value: Any, texts: Mapping[str, Any]) -> Any:
    """Return a value with the texts in place of their digests, where they are still kept."""
    if isinstance(value, str):
        return texts.get(value, value)
    if isinstance(value, list | tuple):
        return [reveal(v, texts) for v in value]
    return value


class HeldCases:
    """The cases in memory, read from the record when they are asked for; any thread may use it."""

    def __init__(self, store: Store, books: Books) -> None:
        self._store = store
        self._books = books
        self._held: OrderedDict[str, OpenCase] = OrderedDict()
        self._lock = threading.RLock()

    def get(self, case_id: str) -> OpenCase | None:
        """Return a case, from the record if need be; None when there is none of this number."""
        if case_id not in self._held:
            self.hold([case_id])
        return self._held.get(case_id)

    def join(self, entry: Entry, plain: Event, begun: OpenCase | None) -> None:
        """Put an entry that was just recorded to its case; `begun` is the case that it opens."""
        case_id = entry.event.case_id
        with self._lock:
            held = self._held.get(case_id) or begun or self.get(case_id)
            if held and (not held.entries or held.entries[-1].seq < entry.seq):
                self.keep(case_id, held.joined(entry, plain))

    def hold(self, case_ids: Collection[str]) -> None:
        """Bring cases into memory that are not there."""
        missing = [case_id for case_id in case_ids if case_id not in self._held]
        if missing:
            for _ in self.read(missing):
                pass

    def read(self, case_ids: Collection[str]) -> Iterator[Entry]:
        """Yield the entries of cases from the record, case by case, and keep them in memory."""
        entries = sorted(self._store.entries(case_ids), key=lambda e: (e.event.case_id, e.seq))
        for case_id, of_case in groupby(entries, key=lambda e: e.event.case_id):
            members = tuple(of_case)
            procedure, catalogue = self._books.of(members[0].packs or {})
            texts = self._store.reveal(case_id)
            plain = tuple(revealed(e.event, texts) for e in members)
            self.keep(case_id, OpenCase(procedure, catalogue, members, plain))
            yield from members

    def keep(self, case_id: str, held: OpenCase) -> None:
        """Keep a case, unless a newer state of it is there; the one not used for longest makes room."""
        with self._lock:
            current = self._held.get(case_id)
            if current is None or len(current.entries) <= len(held.entries):
                self._held[case_id] = held
                self._held.move_to_end(case_id)
            while len(self._held) > HELD_CASES:
                self._held.popitem(last=False)
