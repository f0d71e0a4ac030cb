"""Authority: deeds by permitted roles only, and by four eyes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from checklists.event import Event
from rules.kinds import Authority, Rule
from rules.live.engine import LAW
from rules.live.plan import Plan, Watch
from rules.live.run import Run


@dataclass
class _Eyes:
    """Deeds that still break if their actor does the other one too, by number; `fresh` is the one just judged."""

    waiting: dict[int, Event] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))
    fresh: Event | None = None


class AuthorityWatch(Watch):
    """Roles are asked about first; then who did the other deed before, and after."""

    def __init__(self, rule: Rule, key: str, kind: Authority, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.roles = {role: index for index, role in enumerate(dict.fromkeys(kind.roles or ()), 1)}
        self.law_key = plan.law_key(key)
        for index in self.roles.values():
            plan.law("may", f"{key}:{index}")
        plan.on("judge", kind.of, self.judge)
        plan.on("remember", kind.of, self.wait)
        if kind.not_by is not None:
            plan.on("judge", kind.not_by, self.other)
            plan.on("remember", kind.not_by, self.remember)

    def judge(self, run: Run, event: Event) -> None:
        """Break at a deed in no permitted role, or by whoever did the other deed before."""
        if not run.holds(self):
            return
        if self._unauthorised(run, event) or self._did_both(run, event):
            run.violate(self, self.kind.of.label, event.occurred_at, event.position)
        elif self.kind.not_by is not None and event.actor:
            self._eyes(run).fresh = event

    def _unauthorised(self, run: Run, event: Event) -> bool:
        if self.kind.roles is None:
            return False
        role = self.roles.get(event.role, 0) if event.role is not None else 0
        return bool(run.engine.pulse(LAW, "act", key=f"{self.law_key}:{role}"))

    def _did_both(self, run: Run, event: Event) -> bool:
        if self.kind.not_by is None or not event.actor:
            return False
        return bool(run.pulse("twin", key=self._key(run, event)))

    def other(self, run: Run, event: Event) -> None:
        """Break the deeds that the actor of the other one did before it."""
        if not event.actor:
            return
        for fired in run.pulse("sdid", key=self._key(run, event)):
            deed = self._eyes(run).waiting.pop(fired.n)
            run.forget(f"eye {self.key} {fired.n}")
            run.violate(self, self.kind.of.label, event.occurred_at, deed.position)

    def remember(self, run: Run, event: Event) -> None:
        """Remember who did the other deed."""
        name = f"did {self._key(run, event)}"
        if event.actor and not run.keeps(name):
            run.keep(name, "did", key=self._key(run, event))

    def wait(self, run: Run, event: Event) -> None:
        """Watch what the actor of a deed that is good so far does later."""
        eyes = self._eyes(run)
        if eyes.fresh is event:
            n = next(eyes.numbers)
            eyes.waiting[n] = event
            run.keep(f"eye {self.key} {n}", "eye", key=self._key(run, event), n=n)

    def _key(self, run: Run, event: Event) -> str:
        return run.key(f"{self.key}:{run.symbol(event.actor)}")

    def _eyes(self, run: Run) -> _Eyes:
        eyes: _Eyes = run.state.setdefault(self, _Eyes())
        return eyes
