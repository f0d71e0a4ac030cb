"""Keeps the live judge fed with the record, and the record told of every violation that it finds."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from zoneinfo import ZoneInfo

from checklists.instant import SECOND, Instant
from rules.kinds import Catalogue
from rules.live import EngineError, LiveJudge
from rules.violation import Violation
from sopwatch.books import Books
from storage.store import Entry, Finding, FindingQuery, Judged, State, Store

NOTE_EVERY = 5 * SECOND
_log = logging.getLogger("sopwatch")


class Watch:
    """The live judge over the cases that can still break a rule; `read` yields the entries of cases.

    One thread at a time may use it. `news` counts the states of violations that it has noted.
    """

    def __init__(
        self, store: Store, books: Books, zone: ZoneInfo, read: Callable[[Collection[str]], Iterator[Entry]]
    ) -> None:
        self._store = store
        self._read = read
        self._books = books
        self._live = LiveJudge(zone)
        self._catalogues: dict[str, Catalogue] = {}
        self._known: dict[str, dict[str, Finding]] = {}
        self._watched: set[str] = set()
        self._anew: set[str] = set()
        self._noted = Judged(0, 0)
        self._seq = 0
        self.news = 0

    def start(self, now: Instant, anew: Collection[str] = ()) -> None:
        """Judge, as of `now`, what the record holds beyond what is judged already, and the cases of `anew` again."""
        self._noted = self._store.judged()
        self._seq = self._store.head().seq
        self._watched = set(self._store.watched())
        late = {e.event.case_id: e.seq for e in self._store.entries(after=self._noted.seq)}
        self._load(self._watched | late.keys() | set(anew), now)
        self._note(late, now, cases=self._catalogues.keys(), must=True)

    def fed(self, entries: Sequence[Entry], now: Instant) -> None:
        """Judge entries that have come into the record."""
        touched = {e.event.case_id: e.seq for e in entries}
        begun = {e.event.case_id for e in entries if e.packs}
        self._advance(now)
        loaded = touched.keys() - self._catalogues.keys() - begun
        self._load(loaded, now)
        for case_id, members in _by_case(entries):
            if case_id in begun:
                self._catalogues[case_id] = self._books.of(members[0].packs or {})[1]
                self._known[case_id] = {}
            if case_id not in loaded:
                self._feed(case_id, members)
        self._seq = max(self._seq, entries[-1].seq)
        self._note(touched, now)

    def advance(self, now: Instant, *, must: bool = False) -> None:
        """Let time pass: what fell due breaks."""
        self._advance(now)
        self._note({}, now, must=must or now - self._noted.until > NOTE_EVERY)

    def next_due(self) -> Instant | None:
        """Return the instant at which something falls due next."""
        return self._live.next_due()

    @property
    def watching(self) -> int:
        """How many cases are watched."""
        return len(self._catalogues)

    def _load(self, cases: Collection[str], now: Instant) -> None:
        """Load cases whole, with what is known of them."""
        if not cases:
            return
        self._advance(now)
        for finding in self._store.findings(FindingQuery(case_ids=cases)):
            self._known.setdefault(finding.violation.case_id, {})[finding.id] = finding
        for case_id, members in _by_case(self._read(cases)):
            catalogue = self._books.of(members[0].packs or {})[1]
            self._catalogues[case_id] = catalogue
            self._known.setdefault(case_id, {})
            self._live.load(case_id, [e.event for e in members], catalogue)

    def _feed(self, case_id: str, members: Sequence[Entry]) -> None:
        try:
            self._live.feed([e.event for e in members], self._catalogues[case_id])
        except EngineError:
            _log.exception("the live engine failed on case %s: it is loaded anew", case_id)
            self._live.load(case_id, [e.event for e in self._read([case_id])], self._catalogues[case_id])

    def _advance(self, now: Instant) -> None:
        """Let the engine's time pass; where its answer cannot be trusted, every case is judged anew by a new one."""
        try:
            self._live.advance(now)
        except EngineError:
            _log.exception("the live engine failed: every case is loaded anew")
            self._live = LiveJudge(self._live.zone)
            self._live.advance(now)
            for case_id, members in _by_case(self._read(list(self._catalogues))):
                self._live.load(case_id, [e.event for e in members], self._catalogues[case_id])
            self._anew = set(self._catalogues)

    def _note(
        self, touched: Mapping[str, int], now: Instant, cases: Collection[str] = (), *, must: bool = False
    ) -> None:
        """Keep what is new since the last note; without news it only says how far is judged."""
        changed = {c.violation.case_id for c in self._live.changes()} | touched.keys() | set(cases) | self._anew
        self._anew = set()
        news = [f for case_id in sorted(changed) for f in self._news(case_id, touched.get(case_id), now)]
        settled = {case_id for case_id in changed if self._live.settled(case_id)}
        moved = dict.fromkeys(settled & self._watched, False)
        moved |= dict.fromkeys(changed - settled - self._watched, True)
        self.news += len(news)
        if news or moved or must:
            self._noted = Judged(self._seq, now)
            self._store.note(news, moved, self._noted)
        self._watched = (self._watched | {c for c, on in moved.items() if on}) - settled
        for case_id in settled:
            self._live.drop(case_id)
            del self._known[case_id], self._catalogues[case_id]

    def _news(self, case_id: str, by_seq: int | None, now: Instant) -> Iterator[Finding]:
        """Yield the violations of a case whose state is not the one that is known."""
        known = self._known[case_id]
        catalogue = self._catalogues[case_id].digest
        current = dict(numbered(self._live.violations(case_id)))
        for (finding_id, ordinal), violation in current.items():
            state: State = "open" if violation.remedied_at is None else "remedied"
            before = known.get(finding_id)
            if before is None or (before.state, before.violation) != (state, violation):
                known[finding_id] = Finding(finding_id, violation, state, now, by_seq, catalogue, ordinal)
                yield known[finding_id]
        gone = known.keys() - {finding_id for finding_id, _ in current}
        for finding_id in sorted(gone):
            if known[finding_id].state != "rescinded":
                known[finding_id] = replace(known[finding_id], state="rescinded", noticed_at=now, by_seq=by_seq)
                yield known[finding_id]


def numbered(violations: Sequence[Violation]) -> Iterator[tuple[tuple[str, int], Violation]]:
    """Yield violations by (id, ordinal): equal identities are numbered in their order."""
    seen: Counter[tuple[object, ...]] = Counter()
    for violation in violations:
        ordinal = seen[violation.identity]
        seen[violation.identity] += 1
        yield (finding_id(violation, ordinal), ordinal), violation


def finding_id(violation: Violation, ordinal: int = 0) -> str:
    """Return the id of a violation: a digest of its identity."""
    identity = json.dumps([*violation.identity, ordinal], ensure_ascii=False)
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _by_case(entries: Iterator[Entry] | Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    ordered = sorted(entries, key=lambda e: (e.event.case_id, e.seq))
    for case_id, members in groupby(ordered, key=lambda e: e.event.case_id):
        yield case_id, list(members)
