"""Existence: how often a deed comes in the case's one window, of each subject or of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from checklists.event import Event
from rules.kinds import Existence, Rule, any_of, parse_selector
from rules.live.engine import FAR
from rules.live.plan import Plan, Watch
from rules.live.run import Run


@dataclass
class _Counts:
    """How often the deed has come by subject, and of whom it came too often already."""

    so_far: Counter[str | None] = field(default_factory=Counter)
    over: set[str | None] = field(default_factory=set)


class ExistenceWatch(Watch):
    """The engine opens the window, once, and ends it; in it, it says of each deed whether that is one too many."""

    def __init__(self, rule: Rule, key: str, kind: Existence, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.window = f"window {key}"
        plan.on("end", any_of(kind.until, parse_selector("closed"), parse_selector("cancelled")), self.end)
        plan.on("judge", kind.of, self.judge)
        if kind.from_ is not None:
            plan.on("start", kind.from_, self.start)

    def begin(self, run: Run, event: Event) -> None:
        """Open the window that has no `from`."""
        if self.kind.from_ is None:
            self.start(run, event)

    def start(self, run: Run, _event: Event) -> None:
        """Open the window if there has been none; where the guard fails there is none, and will be none."""
        if run.pulse("start", key=run.key(self.key)):
            if run.holds(self):
                run.keep(self.window, "win", key=run.key(self.key), st=1)
                run.state[self] = _Counts()
            else:
                self._shut(run)

    def end(self, run: Run, event: Event) -> None:
        """End the window, and ask of whom the deed came too seldom, unless the case is called off."""
        if run.pulse("end", key=run.key(self.key)):
            if self.kind.min and event.event != "cancelled":
                for subject in self._due(run):
                    if run.pulse("fin", key=self._key(run, subject)):
                        run.violate(self, self.kind.of.label, event.occurred_at, None, subject=subject)
            run.state.pop(self)
            run.forget(self.window)
            self._shut(run)

    def _shut(self, run: Run) -> None:
        run.keep(f"shut {self.key}", "win", key=run.key(self.key), st=0)

    def _due(self, run: Run) -> Iterator[str | None]:
        """Yield those of whom the minimum is due at the window's end."""
        if self.kind.each is None:
            yield None
        elif isinstance(entries := run.fields.get(self.kind.each), list | tuple):
            yield from dict.fromkeys(entry for entry in entries if isinstance(entry, str))

    def judge(self, run: Run, event: Event) -> None:
        """Count a deed in the window."""
        if self not in run.state:
            return
        counts: _Counts = run.state[self]
        subject = event.subject if self.kind.each is not None else None
        before = counts.so_far[subject]
        key = self._key(run, subject)
        if not before:
            self._count(run, subject, 0, counts)
        if run.pulse("hit", key=key, z=before):
            counts.over.add(subject)
            run.violate(self, self.kind.of.label, event.occurred_at, None, subject=subject)
        counts.so_far[subject] = before + 1
        self._count(run, subject, before + 1, counts)

    def _count(self, run: Run, subject: str | None, so_far: int, counts: _Counts) -> None:
        """Have the engine know what is left to do, and room for how many there is; who is over is told once."""
        left = max((self.kind.min or 0) - so_far, 0)
        room = FAR if self.kind.max is None or subject in counts.over else min(self.kind.max, FAR)
        run.keep(f"cnt {self._key(run, subject)}", "cnt", key=self._key(run, subject), left=min(left, FAR), room=room)

    def _key(self, run: Run, subject: str | None) -> str:
        return run.key(f"{self.key}:{run.symbol(subject)}")
