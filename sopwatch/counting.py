"""Counts the figures of a period on a thread of its own, giving way to ticks.

A case is counted again only if it can have changed.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from checklists.instant import MINUTE
from rules.figures import Figures
from sopwatch.record_figures import CaseFigures, Period, RecordFigures, count, rows_of
from sopwatch.service import Service
from storage.store import CaseRow

KEPT_PERIODS = 8
GIVE_WAY_SECONDS = 0.0005
REST = 10
"""So many times as long as a count took, nothing is counted again."""
_log = logging.getLogger("sopwatch")
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class _Result:
    figures: RecordFigures
    stamp: Stamp
    again_at: float


class Counting:
    """The figures of a running service. `latest` never waits; `count_of` says how many counts have ended."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._results: dict[Period, _Result] = {}
        self._busy: set[Period] = set()
        self._cases: dict[str, CaseFigures] = {}
        self._same: dict[Figures, Figures] = {}
        self._lock = threading.Lock()
        self._work = threading.Lock()
        self.count_of = 0

    def latest(self, period: Period) -> RecordFigures | None:
        """Return the last figures of a period, None before the first; have them counted anew if something is new."""
        service = self._service
        stamp = (service.seq, service.news, service.clock.now() // MINUTE)
        with self._lock:
            held = self._results.get(period)
            stale = held is None or (held.stamp != stamp and time.monotonic() >= held.again_at)
            if stale and period not in self._busy:
                self._busy.add(period)
                threading.Thread(target=self._run, args=(period, stamp), name="figures", daemon=True).start()
        return held.figures if held else None

    def is_counting(self, period: Period) -> bool:
        """Whether a count of this period is under way."""
        return period in self._busy

    def _run(self, period: Period, stamp: Stamp) -> None:
        try:
            with self._work:
                begun = time.monotonic()
                figures = self._count(period)
                ended = time.monotonic()
                result = _Result(figures, stamp, ended + REST * (ended - begun))
            with self._lock:
                self._results.pop(period, None)
                self._results[period] = result
                while len(self._results) > KEPT_PERIODS:
                    del self._results[next(iter(self._results))]
        except Exception as error:  # noqa: BLE001 - whatever it was, the screens go on without figures
            _log.warning("the figures could not be counted: %s: %s", type(error).__name__, error)
        finally:
            with self._lock:
                self._busy.discard(period)
                self.count_of += 1

    def _count(self, period: Period) -> RecordFigures:
        service, now = self._service, self._service.clock.now()
        watched = set(service.store.watched())
        rows = {row.case_id: row for row in rows_of(service.store, period)}
        found = RecordFigures(period, now)
        changed = [case_id for case_id, row in rows.items() if not self._stands(row, watched)]
        zone = service.property.zone_info
        for counted in count(service.store, service.books, zone, now, changed):
            self._cases[counted.case_id] = self._sparing(counted)
            time.sleep(GIVE_WAY_SECONDS)
        for case_id, row in rows.items():
            if case_id in self._cases:
                found.add(row, self._cases[case_id])
        return found.ordered()

    def _stands(self, row: CaseRow, watched: set[str]) -> bool:
        """Whether what is known of a case stands: no entry since, nothing to fall due, no waiver to end."""
        known = self._cases.get(row.case_id)
        return (
            known is not None
            and known.last_seq == row.last_seq
            and not known.has_waivers
            and row.case_id not in watched
        )

    def _sparing(self, counted: CaseFigures) -> CaseFigures:
        """Return figures of which equal ones are one object: most rules of most cases have the same."""
        same = {rule: self._same.setdefault(figures, figures) for rule, figures in counted.by_rule.items()}
        return CaseFigures(
            counted.case_id,
            counted.last_seq,
            counted.procedure,
            counted.catalogue,
            same,
            counted.broken,
            counted.has_waivers,
        )
