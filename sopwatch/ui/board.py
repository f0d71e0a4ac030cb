"""The numbers of the dashboard, apart from their drawing: violations by rule, department and day, and what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from checklists.instant import DAY, HOUR, Instant, day_start, local_date, next_day
from sopwatch.casefile import CaseFile
from sopwatch.departments import department_title
from sopwatch.record_figures import Period
from sopwatch.ui.found import Rulebook, department, when
from sopwatch.ui.path import step_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import place_of, word_of
from storage.store import Finding

SOON = 2 * HOUR
PERIODS = {"today": 1, "week": 7, "month": 30}
MOST_DAYS = 62


@dataclass(frozen=True)
class Bar:
    """How many violations there are of one thing: a rule, a department, a day; `waived` is None until it is counted."""

    key: str
    title: str
    open: int
    remedied: int
    waived: int | None

    @property
    def count(self) -> int:
        """All of them."""
        return self.open + self.remedied


@dataclass(frozen=True)
class Coming:
    """Something that falls due soon: in which case, what, by when."""

    case_id: str
    place: str
    step: str
    due_at: Instant


def period_of(name: str, now: Instant, zone: ZoneInfo) -> Period:
    """Return a period of whole local days that ends with today."""
    today = local_date(now, zone)
    first = today - timedelta(days=PERIODS[name] - 1)
    return Period(day_start(first, zone), day_start(next_day(today, zone), zone))


def own_period(since: str, through: str, zone: ZoneInfo) -> Period | None:
    """Return the period from one local day through another, both in it; None where they are no such days."""
    try:
        first, last = date.fromisoformat(since.strip()), date.fromisoformat(through.strip())
        return Period(day_start(first, zone), day_start(next_day(last, zone), zone)) if first <= last else None
    except (ValueError, OverflowError):
        return None


def overdue(findings: Iterable[Finding], now: Instant) -> list[Finding]:
    """Return what is overdue now: open violations with a deadline that has passed."""
    return [f for f in findings if f.state == "open" and f.violation.due_at is not None and f.violation.due_at <= now]


def coming(files: Iterable[CaseFile], now: Instant, _: Tongue) -> list[Coming]:
    """Return what falls due within two hours, the next first."""
    found = [
        Coming(file.case_id, place_of(file.procedure, file.case.fields),
               word_of(step_of(due.selector.words, file), file.procedure, _), due.due_at)
        for file in files
        for due in file.due
        if now <= due.due_at <= now + SOON
    ]  # fmt: skip
    return sorted(found, key=lambda c: (c.due_at, c.case_id, c.step))


def by_rule(findings: Sequence[Finding], book: Rulebook, waived: Collection[str] | None, _: Tongue) -> list[Bar]:
    """Return the violations of each rule, the most broken first."""
    titles = {}
    for finding in findings:
        rule = book.rule(finding)
        titles[finding.violation.rule] = _.of(rule.title, rule.id) if rule else finding.violation.rule
    bars = _bars(((f, f.violation.rule) for f in findings), titles, waived)
    return sorted(bars, key=lambda b: (-b.count, b.key))


def by_department(
    findings: Sequence[Finding],
    book: Rulebook,
    own: Mapping[str, Mapping[str, str]],
    waived: Collection[str] | None,
    _: Tongue,
) -> list[Bar]:
    """Return the violations of each department, the one with most first."""
    keyed = [(f, department(f, book)) for f in findings]
    titles = {key: department_title(key, own, _.translator) for _finding, key in keyed}
    return sorted(_bars(keyed, titles, waived), key=lambda b: (-b.count, b.key))


def by_day(findings: Sequence[Finding], period: Period, waived: Collection[str] | None, _: Tongue) -> list[Bar]:
    """Return the violations of each local day of a period, days without any too; by month where there are many."""
    monthly = (period.before or 0) - (period.since or 0) > MOST_DAYS * DAY
    length = len("2026-03") if monthly else len("2026-03-02")
    keyed = [(f, local_date(when(f), _.zone).isoformat()[:length]) for f in findings]
    days = [] if monthly else [day.isoformat() for day in _days(period, _.zone)]
    titles = {key: key for key in [*days, *(key for _finding, key in keyed)]}
    return sorted(_bars(keyed, titles, waived), key=lambda b: b.key)


def _days(period: Period, zone: ZoneInfo) -> Iterable[date]:
    if period.since is None or period.before is None:
        return
    day = local_date(period.since, zone)
    while day_start(day, zone) < period.before:
        yield day
        day = next_day(day, zone)


def _bars(keyed: Iterable[tuple[Finding, str]], titles: Mapping[str, str], waived: Collection[str] | None) -> list[Bar]:
    counts = {key: [0, 0, 0] for key in titles}
    for finding, key in keyed:
        counts[key][finding.state != "open"] += 1
        counts[key][2] += waived is not None and finding.id in waived
    return [Bar(k, titles[k], o, r, None if waived is None else w) for k, (o, r, w) in counts.items()]
