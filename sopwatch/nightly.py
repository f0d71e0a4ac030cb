"""Every night the day before is judged by every engine: how far they agree is shown, a difference is an alarm."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from checklists.instant import MINUTE, Instant, day_start, local_date
from sopwatch.agreement import agreement
from sopwatch.books import Books
from sopwatch.clock import Clock
from storage.store import FindingQuery, Store

AFTER_MIDNIGHT = 10 * MINUTE
"""When the night's judging begins, in the property's zone."""
_PATIENCE_SECONDS = 30.0
_log = logging.getLogger("sopwatch")


@dataclass(frozen=True)
class Night:
    """How the engines judged the cases of a local day: verdicts (a rule in a case), and a line for each difference.

    `at` is when it was found out.
    """

    day: str
    at: Instant
    cases: int
    verdicts: int
    differing: tuple[str, ...] = ()

    @property
    def agreeing(self) -> int:
        """On how many verdicts all engines agree."""
        return self.verdicts - len(self.differing)


def night_after(store: Store, books: Books, zone: ZoneInfo, day: date, now: Instant) -> Night:
    """Judge the cases of a local day by the reference and in bulk, and hold what the live judge found against both.

    The cases are those in which something was recorded or fell due on that day; all are judged as of the instant up
    to which the live judge has judged.
    """
    start, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    cases, judged = _touched(store, start, end), store.judged()
    found = agreement(store, books, zone, judged.until, cases, judged.seq)
    return Night(day.isoformat(), now, len(cases), found.verdicts, (*found.bulk, *found.stored))


def _touched(store: Store, start: Instant, end: Instant) -> set[str]:
    found = {f.violation.case_id for f in store.findings(FindingQuery(since=start, before=end))}
    for entry in store.entries(after=_last_before(store, start)):
        if entry.event.recorded_at >= end:
            break
        found.add(entry.event.case_id)
    return found


def _last_before(store: Store, instant: Instant) -> int:
    """Return the seq of the last entry recorded before an instant (entries are recorded in their order)."""
    low, high = 0, store.head().seq
    while low < high:
        middle = (low + high + 1) // 2
        entry = next(store.entries(after=middle - 1), None)
        if entry is not None and entry.event.recorded_at < instant:
            low = middle
        else:
            high = middle - 1
    return low


class Nightly:
    """The thread that judges the day before, soon after each local midnight, and at the start if a night was missed."""

    def __init__(self, store: Store, books: Books, clock: Clock, zone: ZoneInfo) -> None:
        self._store, self._books, self._clock, self._zone = store, books, clock, zone
        self._latest: Night | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nightly", daemon=True)

    def start(self) -> None:
        """Begin to wait for the nights."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE_SECONDS)

    def latest(self) -> Night | None:
        """Return what the last night found; None before the first."""
        if self._latest is None:
            self._latest = max(self._kept(), key=lambda a: a.day, default=None)
        return self._latest

    def judge(self, day: date) -> Night:
        """Judge a day now, and keep what was found."""
        found = night_after(self._store, self._books, self._zone, day, self._clock.now())
        self._store.enter("agreement", found.day, {**asdict(found), "differing": list(found.differing)})
        self._latest = found
        if found.differing:
            _log.error("the engines differ on %d of %d verdicts of %s", len(found.differing), found.verdicts, found.day)
        return found

    def _kept(self) -> Iterator[Night]:
        for document in self._store.register("agreement").values():
            yield Night(**{**document, "differing": tuple(document["differing"])})

    def _run(self) -> None:
        while not self._stop.is_set():
            now = self._clock.now()
            yesterday = local_date(now - AFTER_MIDNIGHT, self._zone) - timedelta(days=1)
            latest = self.latest()
            if latest is None or latest.day < yesterday.isoformat():
                try:
                    self.judge(yesterday)
                except Exception:  # noqa: BLE001 - a night that fails is tried again, and ends nothing
                    _log.exception("the engines could not be compared on %s", yesterday)
            tomorrow = local_date(now - AFTER_MIDNIGHT, self._zone) + timedelta(days=1)
            due = day_start(tomorrow, self._zone) + AFTER_MIDNIGHT
            self._stop.wait(min(max(self._clock.seconds_until(due), 1.0), 600.0))
