"""What still falls due in a case: the deadlines that screens count down to. Verdicts are the judges', not made here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from checklists.case import Case
from checklists.instant import Instant, day_start, local_date, next_day
from rules.judge import deed_of_response, first, those
from rules.kinds import Catalogue, Lead, Recurrence, Response, Rule, Selector
from rules.segments import last_segment, lead_due
from rules.windows import windows


@dataclass(frozen=True, slots=True)
class Due:
    """Something not done yet: which rule wants which step (for which subject) by when; `warn_at` is its warning."""

    due_at: Instant
    rule: Rule
    selector: Selector
    subject: str | None = None

    @property
    def warn_at(self) -> Instant | None:
        """When to warn ahead of it, if the rule says so."""
        return None if self.rule.warn is None else self.due_at - self.rule.warn


def pending(case: Case, catalogue: Catalogue, zone: ZoneInfo) -> list[Due]:
    """Return the obligations of a case that are neither met nor overdue as of its `now`, the next first."""
    found = [due for rule in catalogue.rules for due in _of_rule(rule, case, zone) if due.due_at >= case.now]
    return sorted(found, key=lambda d: d.due_at)


def _of_rule(rule: Rule, case: Case, zone: ZoneInfo) -> Iterator[Due]:
    match rule.kind:
        case Response() as kind:
            for index, start in those(case, kind.after):
                if deed_of_response(kind, case, index) is None and rule.holds(_fields_now(case, index)):
                    subject = start.subject if kind.same else None
                    yield Due(start.occurred_at + kind.within, rule, kind.do, subject)
        case Lead() as kind:
            for selector in kind.do:
                due = lead_due(kind, case.fields, zone)
                if due is not None and first(case, selector) is None and rule.holds(case.fields):
                    yield Due(due, rule, selector)
        case Recurrence() as kind if case.cancelled_at is None:
            for window in windows(case, kind):
                if window.end is None and rule.holds(case.fields_at(window.start)):
                    yield Due(_next_of(kind, case, window.start, zone), rule, kind.do)
        case _:
            return


def _fields_now(case: Case, index: int) -> dict[str, object]:
    segment = last_segment(case, index)
    return dict(segment.fields) if segment else {}


def _next_of(kind: Recurrence, case: Case, start: int, zone: ZoneInfo) -> Instant:
    deeds = [e for e in case.events[start + 1 :] if kind.do.matches(e)]
    latest = deeds[-1] if deeds else case.events[start]
    if kind.every != "day":
        return latest.occurred_at + int(kind.every)
    today = local_date(case.now, zone)
    done_today = bool(deeds) and local_date(latest.occurred_at, zone) == today
    return day_start(next_day(next_day(today, zone) if done_today else today, zone), zone)
