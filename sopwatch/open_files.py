"""The open cases between two readings: what cannot have changed since the last one is not folded anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from checklists.instant import Instant, day_start, local_date, next_day
from sopwatch.casefile import CaseFile

AT_A_TIME = 1000


@dataclass(frozen=True)
class _Kept:
    file: CaseFile
    until: Instant


class OpenFiles:
    """Holds a file for each open case; any thread may use it, one reads at a time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._kept: dict[str, _Kept] = {}
        self._stamp: Hashable = None
        self._lock = threading.Lock()

    def read(
        self,
        last_seqs: Mapping[str, int],
        now: Instant,
        stamp: Hashable,
        make: Callable[[Sequence[str]], Sequence[CaseFile]],
    ) -> list[CaseFile]:
        """Return the files of these cases (number → last entry); `make` reads some anew, all when the stamp changes."""
        with self._lock:
            before = self._kept if stamp == self._stamp else {}
            self._stamp = stamp
            self._kept = {k: before[k] for k, seq in last_seqs.items() if k in before and _holds(before[k], seq, now)}
            missing = [case_id for case_id in last_seqs if case_id not in self._kept]
            for first in range(0, len(missing), AT_A_TIME):
                for file in make(missing[first : first + AT_A_TIME]):
                    self._kept[file.case_id] = _Kept(file, self._until(file))
            return [kept.file for kept in self._kept.values()]

    def _until(self, file: CaseFile) -> Instant:
        """Return until when a file stays as it is if nothing is recorded: a deadline, an entry ahead, the next day."""
        now = file.case.now
        tomorrow = day_start(next_day(local_date(now, self._zone), self._zone), self._zone)
        ahead = (max(e.occurred_at, e.recorded_at) for e in file.events)
        return min([tomorrow - 1, *(d.due_at for d in file.due), *(at - 1 for at in ahead if at > now)])


def _holds(kept: _Kept, last_seq: int, now: Instant) -> bool:
    return kept.file.last_seq == last_seq and kept.file.case.now <= now <= kept.until
