"""A log replayed as it became known: the live judge's verdict on history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from checklists.event import Event
from checklists.instant import Instant
from rules.kinds import Catalogue
from rules.live.compiled import Plans
from rules.live.live_judge import LiveJudge
from rules.violation import Violation


def judge_log(
    cases: Iterable[Sequence[Event]],
    catalogue_for: Callable[[Sequence[Event]], Catalogue],
    now: Instant,
    zone: ZoneInfo,
) -> Iterator[Violation]:
    """Yield the violations of each case, given as its events, as of now.

    Each case is replayed by a clock of its own: its events arrive in the order in which they became known, and what
    fell due between them broke then. Memory is bounded by the largest case.
    """
    plans = Plans()
    for events in cases:
        if events:
            live = LiveJudge(zone, plans)
            live.load(events[0].case_id, events, catalogue_for(events))
            live.advance(now)
            yield from live.violations()
            live.drop(events[0].case_id)
