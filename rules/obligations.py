"""What became of every obligation of a rule in a case: the parts of which the figures are made (docs/figures.md).

The judge says only what broke; here stand, beside it, the obligations that were met, wait, or fell away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, assert_never
from zoneinfo import ZoneInfo

from checklists.case import Case
from checklists.event import Event
from checklists.instant import Instant, local_date, next_day
from rules.judge import deed_of_response, first, measurements, those
from rules.kinds import (
    Absence,
    Authority,
    Existence,
    Lead,
    Limit,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Timeliness,
)
from rules.segments import breach, lead_due, segments
from rules.violation import Violation
from rules.windows import Window, due_subjects, tally, windows

Outcome = Literal["met", "pending", "violated", "lapsed"]


def outcomes(
    rule: Rule, case: Case, zone: ZoneInfo, violations: Collection[Violation], *, foreign: bool = False
) -> Iterator[Outcome]:
    """Yield what became of each obligation of a rule; `violations` are what the judge found of it in the case."""
    causes = {v.cause for v in violations}
    match kind := rule.kind:
        case Response():
            return _response(rule, kind, case)
        case Lead():
            return _lead(rule, kind, case, zone)
        case Recurrence():
            return _recurrence(rule, kind, case, zone, causes)
        case Precedence():
            return _precedence(rule, kind, case, violations)
        case Existence():
            return _existence(rule, kind, case)
        case Limit():
            return _limit(rule, kind, case, causes, foreign=foreign)
        case Authority():
            return _each((i for i, _ in those(case, kind.of)), rule, case, causes)
        case Timeliness():
            return _each(_meant(kind, case), rule, case, causes)
        case Absence():
            return _absence(rule, kind, case, violations)
        case _:
            assert_never(kind)


Causes = Collection[int | str | None]


def _response(rule: Rule, kind: Response, case: Case) -> Iterator[Outcome]:
    for index, start in those(case, kind.after):
        due = start.occurred_at + kind.within
        if outcome := _deadline(rule, case, index, lambda _, due=due: due, deed_of_response(kind, case, index)):  # type: ignore[misc]
            yield outcome


def _lead(rule: Rule, kind: Lead, case: Case, zone: ZoneInfo) -> Iterator[Outcome]:
    for selector in kind.do:
        if outcome := _deadline(rule, case, 0, lambda fields: lead_due(kind, fields, zone), first(case, selector)):
            yield outcome


def _deadline(
    rule: Rule, case: Case, index: int, due_in: Callable[[Mapping[str, Any]], Instant | None], deed: Event | None
) -> Outcome | None:
    """Return what became of an obligation begun at this index; None where it never arose."""
    life = [(s, rule.holds(s.fields) and due_in(s.fields) is not None) for s in segments(case, index)]
    if not any(asked for _, asked in life):
        return None
    if breach(rule, case, index, due_in, deed):
        return "violated"
    if deed:
        return "met"
    last, asked = life[-1]
    return "pending" if asked and last.end is None else "lapsed"


def _recurrence(rule: Rule, kind: Recurrence, case: Case, zone: ZoneInfo, causes: Causes) -> Iterator[Outcome]:
    for window in windows(case, kind):
        opened_last = case.cancelled_at is not None and window.end is None  # by `cancelled` itself: nothing is due
        if opened_last or not rule.holds(case.fields_at(window.start)):
            continue
        if kind.every == "day":
            yield from _days(kind, case, window, zone, causes)
        else:
            yield from _gaps(kind, case, window, causes)


def _gaps(kind: Recurrence, case: Case, window: Window, causes: Causes) -> Iterator[Outcome]:
    points = [case.events[window.start], *_deeds(kind, case, window)]
    for point in points[:-1]:
        yield "violated" if point.position in causes else "met"
    yield "violated" if points[-1].position in causes else _left(case, window)


def _left(case: Case, window: Window) -> Outcome:
    """Return what becomes of the last gap of a window that is not too long."""
    if window.end is None:
        return "pending"
    return "lapsed" if case.events[window.end].event == "cancelled" else "met"


def _days(kind: Recurrence, case: Case, window: Window, zone: ZoneInfo, causes: Causes) -> Iterator[Outcome]:
    done = {local_date(e.occurred_at, zone) for e in _deeds(kind, case, window)}
    end = case.now if window.end is None else case.events[window.end].occurred_at
    day, last = local_date(case.events[window.start].occurred_at, zone), local_date(end, zone)
    while day < last:
        met: Outcome = "met" if day in done else "lapsed"
        yield "violated" if day.isoformat() in causes else met
        day = next_day(day, zone)
    if window.end is None:
        yield "met" if last in done else "pending"


def _deeds(kind: Recurrence, case: Case, window: Window) -> list[Event]:
    return [e for e in case.events[window.start + 1 : window.end] if kind.do.matches(e)]


def _precedence(rule: Rule, kind: Precedence, case: Case, violations: Collection[Violation]) -> Iterator[Outcome]:
    """Yield violated for what the judge found, and met for the rest: one for each gate and each of `all`."""
    arose = 0
    for index, _ in those(case, kind.before):
        given = kind.given is None or any(kind.given.matches(e) for e in case.events[:index])
        if given and rule.holds(case.fields_at(index)):
            arose += len(kind.all)
    for number in range(arose):
        yield "violated" if number < len(violations) else "met"


def _existence(rule: Rule, kind: Existence, case: Case) -> Iterator[Outcome]:
    window = tally(rule, kind, case)
    if window is None:
        return
    if kind.max is not None:
        subjects = window.found if kind.each else (None,)
        for subject in subjects:
            yield "violated" if len(window.found.get(subject, ())) > kind.max else "met"
    if kind.min is not None:
        for subject in due_subjects(kind, case, window.end):
            reached = len(window.found.get(subject, ())) >= kind.min
            yield "met" if reached else _unreached(case, window.end)


def _unreached(case: Case, end: int | None) -> Outcome:
    if case.cancelled_at is not None and (end is None or case.events[end].event == "cancelled"):
        return "lapsed"
    return "pending" if end is None else "violated"


def _limit(rule: Rule, kind: Limit, case: Case, causes: Causes, *, foreign: bool) -> Iterator[Outcome]:
    bounded = (m.index for m in measurements(kind, case, foreign=foreign) if m.low is not None or m.high is not None)
    return _each(bounded, rule, case, causes)


def _meant(kind: Timeliness, case: Case) -> Iterator[int]:
    return (i for i, e in enumerate(case.events) if kind.of is None or any(s.matches(e) for s in kind.of))


def _each(indices: Iterator[int], rule: Rule, case: Case, causes: Causes) -> Iterator[Outcome]:
    """Yield an outcome for each of these events at which the guard holds: an event breaks or is met at once."""
    for index in indices:
        if rule.holds(case.fields_at(index)):
            yield "violated" if case.events[index].position in causes else "met"


def _absence(rule: Rule, kind: Absence, case: Case, violations: Collection[Violation]) -> Iterator[Outcome]:
    since = next((i for i, _ in those(case, kind.after)), None)
    if violations:
        for _ in violations:
            yield "violated"
    elif since is not None and rule.holds(case.fields_at(since)):
        yield "met"
