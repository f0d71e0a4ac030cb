"""The live judge: event by event and as time passes, it keeps the violations of the cases that are under way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from threading import RLock
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.event import Event
from checklists.instant import Instant
from rules.kinds import Catalogue
from rules.live.compiled import Plans
from rules.live.journal import Change, difference
from rules.live.plan import Plan
from rules.live.run import Run
from rules.violation import Violation, sort_key

BEFORE_ALL: Instant = -(2**60)
"""An instant before every event."""


class _Docket:
    """A case as it is known: the events that count by now, those that wait for their instant, and its run."""

    def __init__(self, case_id: str, plan: Plan) -> None:
        self.case_id = case_id
        self.plan = plan
        self.known: list[Event] = []
        self.waiting: list[tuple[Instant, int, Event]] = []
        self.run: Run | None = None
        self.taken_back: set[object] = set()
        self._unbegun = False

    def receive(self, events: Iterable[Event], now: Instant) -> list[Change]:
        """Take new events in; those that cannot be known yet wait."""
        arrived = []
        for event in events:
            if (known_at := max(event.occurred_at, event.recorded_at)) <= now:
                arrived.append(event)
            else:
                heappush(self.waiting, (known_at, event.position, event))
                self._unbegun = self._unbegun or event.event == "opened"
        return self._learn(arrived, now)

    def advance(self, now: Instant) -> list[Change]:
        """Let time pass: what waited becomes known, what fell due breaks."""
        arrived = []
        while self.waiting and self.waiting[0][0] <= now:
            arrived.append(heappop(self.waiting)[2])
        return self._learn(arrived, now)

    def _learn(self, arrived: list[Event], now: Instant) -> list[Change]:
        self.known += arrived
        reaching = [e for e in arrived if not e.is_act and self._reaches_back(e)]
        if reaching or self._unbegun:
            return self._anew(now, min((e.order for e in reaching), default=(0, None))[1])
        if self.run is None:
            return []
        for event in sorted(arrived, key=lambda e: e.order):
            if not event.is_act and not self._ignored(event):
                self.run.take(event)
        self.run.settle(now)
        return self.run.changes()

    def _ignored(self, event: Event) -> bool:
        """Whether an event counts for nothing: taken back beforehand, or after `cancelled`."""
        after_cancelled = self.run is not None and self.run.cut is not None
        return after_cancelled or (event.event_id is not None and event.event_id in self.taken_back)

    def _reaches_back(self, event: Event) -> bool:
        """Whether an event changes what has been judged already."""
        run = self.run
        if run is None or run.last is None or event.event in {"cancelled", "retracted"}:
            return True
        if event.order < run.last:
            return True
        return run.cut is None and run.fell_due is not None and event.occurred_at <= run.fell_due

    def _anew(self, now: Instant, position: int | None) -> list[Change]:
        """Judge the whole case again, and say what is different."""
        before, first = self.violations, self.run is None
        self._unbegun = False
        self.release()
        self.taken_back = {
            e.data.get("event_id") for e in self.known if e.event == "retracted" and e.data and e.data.get("event_id")
        }
        case = fold([*self.known, *(e for _, _, e in self.waiting)], now)
        if case is not None:
            self.run = Run(self.plan, self.case_id, case.cancelled_at)
            for event in case.events:
                self.run.take(event)
            self.run.settle(now)
            changes = self.run.changes()
            if first:
                return changes
        return difference(before, self.violations, position)

    @property
    def violations(self) -> list[Violation]:
        return self.run.journal.violations if self.run else []

    @property
    def settled(self) -> bool:
        return not self.waiting and (self.run is None or self.run.settled)

    def next(self) -> Instant | None:
        """Return when something happens next by the passing of time."""
        due = self.run.next_due() if self.run else None
        instants = [i for i in (due, self.waiting[0][0] if self.waiting else None) if i is not None]
        return min(instants, default=None)

    def release(self) -> None:
        """Let go of the run's facts."""
        if self.run:
            self.run.release()
            self.run = None


class LiveJudge:
    """The violations of the cases under way, as an evaluation from scratch at `now` would find them.

    Safe to call from several threads. A case is judged by the catalogue with which it is first fed.
    After an EngineError the case at work is to be loaded anew, from its history.
    """

    def __init__(self, zone: ZoneInfo, plans: Plans | None = None) -> None:
        self.zone = zone
        self.now: Instant = BEFORE_ALL
        self._plans = plans or Plans()
        self._dockets: dict[str, _Docket] = {}
        self._next: list[tuple[Instant, str]] = []
        self._changes: list[Change] = []
        self._lock = RLock()

    def feed(self, events: Sequence[Event], rules: Catalogue) -> None:
        """Take new events of one or more cases; one that occurs, or is recorded, later than `now` waits until then.

        What arrives together is judged together. Each event is fed once.
        """
        with self._lock:
            by_case: dict[str, list[Event]] = {}
            for event in events:
                by_case.setdefault(event.case_id, []).append(event)
            for case_id, new in by_case.items():
                docket = self._dockets.get(case_id) or self._docket(case_id, rules)
                self._changes += docket.receive(new, self.now)
                self._schedule(docket)

    def load(
        self, case_id: str, events: Sequence[Event], catalogue: Catalogue, reported: Iterable[Violation] | None = None
    ) -> None:
        """Take a case from its whole history, in the place of what is known of it.

        Its violations count as changes only where they differ from those `reported`; not at all, if that is None.
        """
        with self._lock:
            self.drop(case_id)
            docket = self._docket(case_id, catalogue)
            docket.receive(events, self.now)
            if reported is not None:
                self._changes += difference(reported, docket.violations, None)
            self._schedule(docket)

    def advance(self, now: Instant) -> None:
        """Let time pass, instant by instant: what waited is judged, and what falls due breaks. It never goes back."""
        with self._lock:
            while (instant := self.next_due()) is not None and instant <= now:
                self.now = max(instant, self.now)
                docket = self._dockets[heappop(self._next)[1]]
                self._changes += docket.advance(self.now)
                self._schedule(docket)
            self.now = max(now, self.now)

    def next_due(self) -> Instant | None:
        """Return when `advance` next has something to do; None if it has nothing."""
        with self._lock:
            while self._next:
                instant, case_id = self._next[0]
                docket = self._dockets.get(case_id)
                if docket and docket.next() == instant:
                    return instant
                heappop(self._next)
            return None

    def violations(self, case_id: str | None = None) -> list[Violation]:
        """Return all violations, or those of a case, in their order."""
        with self._lock:
            dockets = self._dockets.values() if case_id is None else filter(None, [self._dockets.get(case_id)])
            return sorted((v for docket in dockets for v in docket.violations), key=sort_key)

    def changes(self) -> list[Change]:
        """Return what was opened, remedied and rescinded since the last call, in that order of time."""
        with self._lock:
            changes, self._changes = self._changes, []
            return changes

    def settled(self, case_id: str) -> bool:
        """Whether nothing can fall due in a case any more, so that it may be dropped until an event reaches it."""
        with self._lock:
            docket = self._dockets.get(case_id)
            return docket is None or docket.settled

    def drop(self, case_id: str) -> None:
        """Forget a case; its next event is to come with its whole history (`load`)."""
        with self._lock:
            if docket := self._dockets.pop(case_id, None):
                docket.release()

    def _docket(self, case_id: str, catalogue: Catalogue) -> _Docket:
        docket = self._dockets[case_id] = _Docket(case_id, self._plans.of(catalogue, self.zone))
        return docket

    def _schedule(self, docket: _Docket) -> None:
        if (instant := docket.next()) is not None:
            heappush(self._next, (instant, docket.case_id))
