"""The plans of the catalogues in use: each kind of rule becomes the watch that works it."""

from __future__ import annotations

from itertools import count
from typing import assert_never
from zoneinfo import ZoneInfo

from rules.kinds import (
    Absence,
    Authority,
    Catalogue,
    Existence,
    Lead,
    Limit,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Timeliness,
)
from rules.live.counting import ExistenceWatch
from rules.live.deadlines import LeadWatch, ResponseWatch
from rules.live.engine import Engine
from rules.live.measures import LimitWatch, TimelinessWatch
from rules.live.order import AbsenceWatch, PrecedenceWatch
from rules.live.people import AuthorityWatch
from rules.live.plan import Plan, Watch
from rules.live.rhythm import RecurrenceWatch


def watch(rule: Rule, key: str, plan: Plan) -> Watch:
    """Return the watch that works a rule."""
    match kind := rule.kind:
        case Response():
            return ResponseWatch(rule, key, kind, plan)
        case Lead():
            return LeadWatch(rule, key, kind, plan)
        case Recurrence():
            return RecurrenceWatch(rule, key, kind, plan)
        case Precedence():
            return PrecedenceWatch(rule, key, kind, plan)
        case Existence():
            return ExistenceWatch(rule, key, kind, plan)
        case Limit():
            return LimitWatch(rule, key, kind, plan)
        case Authority():
            return AuthorityWatch(rule, key, kind, plan)
        case Timeliness():
            return TimelinessWatch(rule, key, kind, plan)
        case Absence():
            return AbsenceWatch(rule, key, kind, plan)
        case _:
            assert_never(kind)


class Plans:
    """The plans of the catalogues in use, on one engine."""

    def __init__(self, engine: Engine | None = None) -> None:
        self.engine = engine or Engine()
        self._plans: dict[tuple[str | int, str | None, str], Plan] = {}
        self._names = count(1)

    def of(self, catalogue: Catalogue, zone: ZoneInfo) -> Plan:
        """Return the plan of a catalogue in a zone, made when it is first asked for."""
        key = (catalogue.digest or id(catalogue), catalogue.procedure, str(zone))
        if key not in self._plans:
            self._plans[key] = self._made(catalogue, zone)
        return self._plans[key]

    def _made(self, catalogue: Catalogue, zone: ZoneInfo) -> Plan:
        plan = Plan(catalogue, f"p{next(self._names)}", zone, self.engine)
        plan.watches += [watch(rule, f"r{index}", plan) for index, rule in enumerate(catalogue.rules)]
        return plan

    def clear(self) -> None:
        """Forget all plans; no case may be under way."""
        for plan in self._plans.values():
            plan.forget()
        self._plans.clear()
