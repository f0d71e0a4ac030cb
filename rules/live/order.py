"""Precedence and absence: what must, and what must not, have come before."""

from __future__ import annotations

from functools import partial

from checklists.event import Event
from rules.kinds import Absence, Precedence, Rule
from rules.live.engine import FAR
from rules.live.plan import Plan, Watch
from rules.live.run import Obligation, Run

_NO_CONDITION = "always"


class PrecedenceWatch(Watch):
    """Each gate asks the engine what has been seen before it; what is missing waits for its deed."""

    def __init__(self, rule: Rule, key: str, kind: Precedence, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.needed = [(plan.deed(selector), selector.label) for selector in kind.all]
        self.given: int | str = _NO_CONDITION
        plan.on("judge", kind.before, self.judge)
        for selector in kind.all:
            number = plan.number(selector)
            plan.on("remember", selector, partial(Run.see, number=number))
        if kind.given is not None:
            self.given = plan.on("remember", kind.given, self.remember)

    def remember(self, run: Run, _event: Event) -> None:
        """Remember that the condition has been met."""
        self._have(run)

    def judge(self, run: Run, event: Event) -> None:
        """Ask for each that is needed whether it has been seen in time."""
        if not run.holds(self):
            return
        if self.given == _NO_CONDITION:
            self._have(run)
        latest = max(event.occurred_at - (self.kind.by or 0), -FAR)
        for number, label in self.needed:
            if run.pulse("gate", key=run.key(number), lim=latest, given=run.key(self.given)):
                violation = run.violate(self, label, event.occurred_at, event.position)
                run.await_deed(Obligation(self, run.key(number), label, violation=violation))

    def _have(self, run: Run) -> None:
        name = f"had {self.given}"
        if not run.keeps(name):
            run.keep(name, "had", key=run.key(self.given))


class AbsenceWatch(Watch):
    """Each deed asks the engine whether what bars it has been seen."""

    def __init__(self, rule: Rule, key: str, kind: Absence, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.after = plan.number(kind.after)
        plan.on("judge", kind.do, self.judge)
        plan.on("remember", kind.after, partial(Run.see, number=self.after))

    def judge(self, run: Run, event: Event) -> None:
        """Break at a deed that is barred."""
        if run.holds(self) and run.pulse("bar", key=run.key(self.after)):
            run.violate(self, self.kind.do.label, event.occurred_at, event.position)
