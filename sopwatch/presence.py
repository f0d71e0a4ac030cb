"""Which tablets are there and for which cases: one that falls silent without a goodbye is offline. Memory alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checklists.instant import Instant

SILENCE = 20.0
FORGOTTEN = 12 * 3600.0
MOST_TABLETS = 500
MOST_PAGES = 8
MOST_CASES = 50


@dataclass
class _Page:
    number: int
    heard: float
    cases: frozenset[str]


@dataclass
class _Tablet:
    name: str
    heard: float
    since: Instant
    pages: dict[str, _Page] = field(default_factory=dict)
    offline: bool = False

    def shows(self, case_id: str) -> bool:
        return any(case_id in page.cases for page in self.pages.values())


class Presence:
    """Who was heard last when: silence is counted in real seconds, the "since" by the service's clock.

    After a start nothing is known until tablets are heard.
    """

    def __init__(
        self, now: Callable[[], Instant], silence: float = SILENCE, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.silence = silence
        self._now, self._seconds = now, seconds
        self._tablets: dict[str, _Tablet] = {}
        self._changes = 0
        self._lock = threading.Lock()

    @property
    def number(self) -> int:
        """A number that moves when a tablet goes offline or comes back: what screens compare."""
        with self._lock:
            self._look()
            return self._changes

    def offline(self, case_id: str) -> tuple[Instant, str] | None:
        """Return since when a tablet that shows this case is offline, and whose it is; of several the first one."""
        with self._lock:
            self._look()
            silent = [(t.since, t.name) for t in self._tablets.values() if t.offline and t.shows(case_id)]
            return min(silent, default=None)

    def hear(self, source: str, page: str, number: int, name: str, cases: Sequence[str]) -> None:
        """Note that a page of a tablet is there for these cases; the number says which of two messages is the later."""
        with self._lock:
            self._look()
            tablet = self._tablets.get(source) or self._new(source)
            if self._is_new(tablet, page, number):
                tablet.name = name
                self._note(tablet, page, _Page(number, self._seconds(), frozenset(cases[:MOST_CASES])))

    def leave(self, source: str, page: str, number: int) -> None:
        """Note that a page was closed or hidden: its silence means nothing. Of an unknown one nothing happens."""
        with self._lock:
            self._look()
            tablet = self._tablets.get(source)
            if tablet and page in tablet.pages and self._is_new(tablet, page, number):
                self._note(tablet, page, _Page(number, self._seconds(), frozenset()))

    def _is_new(self, tablet: _Tablet, page: str, number: int) -> bool:
        held = tablet.pages.get(page)
        return held is None or number > held.number

    def _note(self, tablet: _Tablet, name: str, page: _Page) -> None:
        """Keep what a page told; other pages of a tablet that is there, but which are silent, are no more."""
        pages = {n: held for n, held in tablet.pages.items() if n != name and not self._is_silent(held.heard)}
        while len(pages) >= MOST_PAGES:
            del pages[min(pages, key=lambda n: pages[n].heard)]
        tablet.pages = {**pages, name: page}
        tablet.heard, tablet.since = page.heard, self._now()
        self._turn(tablet, offline=False)

    def _new(self, source: str) -> _Tablet:
        while len(self._tablets) >= MOST_TABLETS:
            self._forget(min(self._tablets, key=lambda s: self._tablets[s].heard))
        return self._tablets.setdefault(source, _Tablet("", self._seconds(), self._now()))

    def _forget(self, source: str) -> None:
        self._turn(self._tablets.pop(source), offline=False)

    def _look(self) -> None:
        """Turn the tablets offline that are silent by now, and forget those that are for long."""
        for source, tablet in list(self._tablets.items()):
            if self._seconds() - tablet.heard >= FORGOTTEN:
                self._forget(source)
            elif self._is_silent(tablet.heard) and any(page.cases for page in tablet.pages.values()):
                self._turn(tablet, offline=True)

    def _is_silent(self, heard: float) -> bool:
        return self._seconds() - heard >= self.silence

    def _turn(self, tablet: _Tablet, *, offline: bool) -> None:
        if tablet.offline != offline:
            tablet.offline = offline
            self._changes += 1
