"""Response and lead: obligations whose deadline follows the case's fields, segment by segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from checklists.event import Event
from checklists.instant import Instant, day_start, local_date, parse_instant
from rules.kinds import Lead, Response, Rule
from rules.live.plan import Plan, Variety, Watch
from rules.live.run import Obligation, Run, Term


def deadline(due: Instant, since: Instant) -> Term:
    """Return when an obligation breaks in a segment: at its due instant, or at once if that has passed already."""
    by = max(due, since)
    return Term(at=by, due=due, by=by, short=due < since)


class ResponseWatch(Watch):
    """Each event that is meant starts an obligation, which the next deed (of its subject) meets."""

    def __init__(self, rule: Rule, key: str, kind: Response, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.variety: Variety = "subject" if kind.same else "any"
        self.do = plan.deed(kind.do, self.variety)
        plan.on("start", kind.after, self.start)

    def start(self, run: Run, event: Event) -> None:
        """Start an obligation."""
        subject = event.subject if self.kind.same else None
        key = run.deed_key(self.do, self.variety, event)
        obligation = Obligation(self, key, self.kind.do.label, event.occurred_at, subject, event.position)
        run.arm(obligation, self.revise(run, obligation, event.occurred_at))

    def revise(self, run: Run, obligation: Obligation, since: Instant) -> Term | None:
        """Due a fixed while after the start, where the guard holds."""
        return deadline(obligation.since + self.kind.within, since) if run.holds(self) else None


class LeadWatch(Watch):
    """From the first event on, each deed is due some time before the instant in a field."""

    def __init__(self, rule: Rule, key: str, kind: Lead, plan: Plan) -> None:
        super().__init__(rule, key)
        self.kind = kind
        self.do = [(plan.deed(selector), selector.label) for selector in kind.do]

    def begin(self, run: Run, event: Event) -> None:
        """Start the obligations."""
        for number, label in self.do:
            obligation = Obligation(self, run.key(number), label, event.occurred_at)
            run.arm(obligation, self.revise(run, obligation, event.occurred_at))

    def revise(self, run: Run, _obligation: Obligation, since: Instant) -> Term | None:
        """Due before the field's instant, where it is set and the guard holds."""
        due = self._due(run.fields, run.plan.zone)
        return deadline(due, since) if due is not None and run.holds(self) else None

    def _due(self, fields: Mapping[str, Any], zone: ZoneInfo) -> Instant | None:
        value = fields.get(self.kind.before)
        if not isinstance(value, str):
            return None
        try:
            instant = parse_instant(value)
        except ValueError:
            return None
        if isinstance(self.kind.by, int):
            return instant - self.kind.by
        return day_start(local_date(instant, zone), zone)
