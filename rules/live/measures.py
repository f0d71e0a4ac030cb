"""Limit and timeliness: values within their bounds, entries within their delay."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from struct import pack, unpack

from checklists.event import Event, number
from rules.kinds import Limit, Rule, Timeliness, any_of
from rules.live.engine import FAR, LAW
from rules.live.plan import Plan, Watch
from rules.live.run import Run, Term

_NO_BOUND = 2**63 - 1
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)


def ordered(value: float) -> int:
    """Return a 64-bit integer for a double, such that integers stand in the order of their doubles."""
    bits: int = unpack(">q", pack(">d", value))[0]
    return bits if bits >= 0 else -(bits & _NO_BOUND)


@dataclass
class _Measured:
    """The bounds that the engine has, and the violations that the next good measurement remedies."""

    bounds: tuple[int, int] | None = None
    broken: list[int] = field(default_factory=list)


class LimitWatch(Watch):
    """Each measurement is compared with the bounds in force, which stand in one fact; one within them remedies."""

    def __init__(self, rule: Rule, key: str, kind: Limit, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.foreign = plan.catalogue.foreign
        plan.on("judge", kind.of, self.judge)

    def judge(self, run: Run, event: Event) -> None:
        """Break at a measurement out of bounds; let one within them remedy those before it."""
        if (value := self._number(event.value)) is None:
            return
        self._bound(run)
        key, guard = run.key(self.key), int(run.holds(self))
        fired = {f.rule for f in run.pulse("meas", key=key, v=ordered(value), g=guard)}
        broken: list[int] = run.state.setdefault(self, _Measured()).broken
        if "within" in fired:
            for violation in broken:
                run.journal.remedy(violation, event.occurred_at)
            broken.clear()
        elif fired:
            broken.append(run.violate(self, self.kind.of.label, event.occurred_at, event.position))

    def _bound(self, run: Run) -> None:
        """Have the bounds in force in the engine."""
        measured: _Measured = run.state.setdefault(self, _Measured())
        if measured.bounds != (bounds := self._bounds(run)):
            measured.bounds = high, low = bounds
            run.keep(f"lim {self.key}", "lim", key=run.key(self.key), hi=high, lo=low)

    def _bounds(self, run: Run) -> tuple[int, int]:
        high, low = (self._value(run, bound) for bound in (self.kind.max, self.kind.min))
        return _NO_BOUND if high is None else ordered(high), -_NO_BOUND if low is None else ordered(low)

    def _value(self, run: Run, bound: float | str | None) -> float | None:
        return self._number(run.fields.get(bound)) if isinstance(bound, str) else number(bound)

    def _number(self, value: object) -> float | None:
        if self.foreign and isinstance(value, str) and _JSON_NUMBER.fullmatch(value):
            return float(value)
        return number(value)


class TimelinessWatch(Watch):
    """Each event's delay is compared with the permitted one."""

    def __init__(self, rule: Rule, key: str, kind: Timeliness, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.law_key = plan.law_key(key)
        plan.law("slack", key, most=min(kind.within, FAR))
        if kind.of:
            plan.on("judge", any_of(*kind.of), self.judge)
        else:
            plan.always(self.judge)

    def judge(self, run: Run, event: Event) -> None:
        """Break at an event that was recorded too late; one recorded at once is nothing to ask about."""
        late = event.recorded_at - event.occurred_at
        if late > 0 and run.holds(self) and run.engine.pulse(LAW, "lag", key=self.law_key, late=late):
            due = event.occurred_at + self.kind.within
            run.violate(self, event.event, due, event.position, term=Term(due, due, due), remedied_at=event.recorded_at)
