"""Recurrence: a window in which the deed comes again and again; each gap, or day, is an obligation armed anew."""

from __future__ import annotations

from datetime import date

from checklists.event import Event
from checklists.instant import Instant, day_start, local_date, next_day
from rules.kinds import Recurrence, Rule, any_of, parse_selector
from rules.live.plan import Plan, Watch
from rules.live.run import Obligation, Run, Term


class RecurrenceWatch(Watch):
    """The engine opens and ends the window; the obligation of its present gap or day stands in the run's state."""

    def __init__(self, rule: Rule, key: str, kind: Recurrence, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.window = f"window {key}"
        self.do = plan.deed(kind.do, "day" if kind.every == "day" else "any")
        plan.on("end", any_of(kind.until, parse_selector("closed"), parse_selector("cancelled")), self.end)
        plan.on("start", kind.from_, self.start)

    def start(self, run: Run, event: Event) -> None:
        """Open a window where none is open; it is judged if the guard holds now."""
        if self in run.ended or not run.pulse("start", key=run.key(self.key)):
            return
        run.keep(self.window, "win", key=run.key(self.key), st=1)
        if run.holds(self):
            if self.kind.every == "day":
                self._day(run, local_date(event.occurred_at, run.plan.zone))
            else:
                self._gap(run, event)

    def end(self, run: Run, _event: Event) -> None:
        """End the window: what is open in it is over, and what is broken stays unremedied."""
        if run.pulse("end", key=run.key(self.key)):
            run.forget(self.window)
            run.ended.add(self)
            if obligation := run.state.pop(self, None):
                run.discharge(obligation)

    def after_deed(self, run: Run, obligation: Obligation, event: Event) -> None:
        """Begin the next gap, or turn to the next day."""
        if self.kind.every == "day":
            self._next_day(run, obligation)
        else:
            self._gap(run, event)

    def after_breach(self, run: Run, obligation: Obligation) -> None:
        """Wait for the deed that ends the gap; a day is not made good."""
        if self.kind.every == "day":
            self._next_day(run, obligation)
        else:
            run.await_deed(obligation)

    def _gap(self, run: Run, event: Event) -> None:
        assert isinstance(self.kind.every, int)  # noqa: S101 - what remains of its type
        due = event.occurred_at + self.kind.every
        self._arm(run, run.key(self.do), event.position, Term(at=due, due=due, by=due))

    def _next_day(self, run: Run, obligation: Obligation) -> None:
        self._day(run, next_day(date.fromisoformat(str(obligation.cause)), run.plan.zone))

    def _day(self, run: Run, day: date) -> None:
        midnight: Instant = day_start(next_day(day, run.plan.zone), run.plan.zone)
        key = run.key(f"{self.do}@{day.isoformat()}")
        self._arm(run, key, day.isoformat(), Term(at=midnight, due=midnight, by=midnight - 1))

    def _arm(self, run: Run, key: str, cause: int | str, term: Term) -> None:
        obligation = Obligation(self, key, self.kind.do.label, cause=cause)
        run.state[self] = obligation
        run.arm(obligation, term)
