"""What the nine kinds mean, in plain Python on one case: the oracle of the live and the bulk engine.

Read it beside `semantics.md` (docs/semantics.md); each function is one paragraph of it. The life of an obligation with
a deadline stands in `segments.py`, the windows of recurrence and existence in `windows.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import assert_never
from zoneinfo import ZoneInfo

from checklists.case import Case
from checklists.event import Event, number
from checklists.instant import Instant, day_start, local_date, next_day
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
    Selector,
    Timeliness,
)
from rules.segments import breach, lead_due
from rules.violation import Violation
from rules.windows import Window, due_subjects, tally, windows


def judge(catalogue: Catalogue, case: Case, zone: ZoneInfo) -> list[Violation]:
    """Return every violation of the catalogue's rules in a case, as of the case's `now`, days in `zone`."""
    return [v for rule in catalogue.rules for v in judge_rule(rule, case, zone, foreign=catalogue.foreign)]


def judge_rule(rule: Rule, case: Case, zone: ZoneInfo, *, foreign: bool = False) -> Iterator[Violation]:
    """Yield the violations of one rule; `foreign` lets `limit` read a text that is a JSON number as that number."""
    broken = partial(Violation, rule.id, case.case_id)
    match kind := rule.kind:
        case Response():
            return _response(rule, kind, case, broken)
        case Lead():
            return _lead(rule, kind, case, zone, broken)
        case Recurrence():
            return _recurrence(rule, kind, case, zone, broken)
        case Precedence():
            return _precedence(rule, kind, case, broken)
        case Existence():
            return _existence(rule, kind, case, broken)
        case Limit():
            return _limit(rule, kind, case, broken, foreign=foreign)
        case Authority():
            return _authority(rule, kind, case, broken)
        case Timeliness():
            return _timeliness(rule, kind, case, broken)
        case Absence():
            return _absence(rule, kind, case, broken)
        case _:
            assert_never(kind)


Broken = Callable[..., Violation]


def first(case: Case, selector: Selector, after: int = -1) -> Event | None:
    """Return the first event meant that is later in the order than the event of index `after`."""
    return next((e for e in case.events[after + 1 :] if selector.matches(e)), None)


def those(case: Case, selector: Selector) -> Iterator[tuple[int, Event]]:
    """Yield the events meant, with their index."""
    return ((i, e) for i, e in enumerate(case.events) if selector.matches(e))


# --- deadlines: response and lead ------------------------------------------------------------------------------------


def _response(rule: Rule, kind: Response, case: Case, broken: Broken) -> Iterator[Violation]:
    for index, start in those(case, kind.after):
        deed = deed_of_response(kind, case, index)
        due = start.occurred_at + kind.within
        if found := breach(rule, case, index, lambda _, due=due: due, deed):  # type: ignore[misc]
            at, due, short = found
            subject = start.subject if kind.same else None
            yield broken(at, due, kind.do.label, subject, _instant(deed), short, start.position)


def deed_of_response(kind: Response, case: Case, index: int) -> Event | None:
    """Return the first deed after the start of this index, with `same` of the same subject."""
    subject = case.events[index].subject
    later = case.events[index + 1 :]
    return next((e for e in later if kind.do.matches(e) and (not kind.same or e.subject == subject)), None)


def _lead(rule: Rule, kind: Lead, case: Case, zone: ZoneInfo, broken: Broken) -> Iterator[Violation]:
    for selector in kind.do:
        deed = first(case, selector)
        if found := breach(rule, case, 0, lambda fields: lead_due(kind, fields, zone), deed):
            at, due, short = found
            yield broken(at, due, selector.label, None, _instant(deed), short)


def _instant(event: Event | None) -> Instant | None:
    return event.occurred_at if event else None


# --- recurrence ------------------------------------------------------------------------------------------------------


def _recurrence(rule: Rule, kind: Recurrence, case: Case, zone: ZoneInfo, broken: Broken) -> Iterator[Violation]:
    for window in windows(case, kind):
        if not rule.holds(case.fields_at(window.start)):
            continue
        deeds = [e for e in case.events[window.start + 1 : window.end] if kind.do.matches(e)]
        if kind.every == "day":
            yield from _missed_days(kind, case, window, deeds, zone, broken)
        else:
            yield from _long_gaps(kind, int(kind.every), case, window, deeds, broken)


def _long_gaps(
    kind: Recurrence, every: int, case: Case, window: Window, deeds: Sequence[Event], broken: Broken
) -> Iterator[Violation]:
    end = case.now if window.end is None else case.events[window.end].occurred_at
    if case.cancelled_at is not None:
        end = min(end, case.cancelled_at)
    points = [case.events[window.start], *deeds]
    for point, deed in zip(points, [*deeds, None], strict=True):
        if (deed.occurred_at if deed else end) - point.occurred_at > every:
            due = point.occurred_at + every
            yield broken(due, due, kind.do.label, None, _instant(deed), cause=point.position)


def _missed_days(
    kind: Recurrence, case: Case, window: Window, deeds: Sequence[Event], zone: ZoneInfo, broken: Broken
) -> Iterator[Violation]:
    done = {local_date(e.occurred_at, zone) for e in deeds}
    end = case.now if window.end is None else case.events[window.end].occurred_at
    spared_from = case.cancelled_at
    day, last = local_date(case.events[window.start].occurred_at, zone), local_date(end, zone)
    while day < last:
        following = next_day(day, zone)
        due = day_start(following, zone)
        if day not in done and (spared_from is None or due < spared_from):
            yield broken(due, due, kind.do.label, cause=day.isoformat())
        day = following


# --- what must have been before, and how often -----------------------------------------------------------------------


def _precedence(rule: Rule, kind: Precedence, case: Case, broken: Broken) -> Iterator[Violation]:
    for index, gate in those(case, kind.before):
        before = case.events[:index]
        if kind.given and not any(kind.given.matches(e) for e in before):
            continue
        if not rule.holds(case.fields_at(index)):
            continue
        for needed in kind.all:
            latest = gate.occurred_at - (kind.by or 0)
            if not any(needed.matches(e) and e.occurred_at <= latest for e in before):
                late = first(case, needed, index)
                yield broken(gate.occurred_at, None, needed.label, None, _instant(late), cause=gate.position)


def _existence(rule: Rule, kind: Existence, case: Case, broken: Broken) -> Iterator[Violation]:
    window = tally(rule, kind, case)
    if window is None:
        return
    if kind.max is not None:
        for subject, events in window.found.items():
            if len(events) > kind.max:
                yield broken(events[kind.max].occurred_at, None, kind.of.label, subject)
    if kind.min is None or window.end is None or case.events[window.end].event == "cancelled":
        return
    for subject in due_subjects(kind, case, window.end):
        if len(window.found.get(subject, ())) < kind.min:
            yield broken(case.events[window.end].occurred_at, None, kind.of.label, subject)


# --- what an event itself shows --------------------------------------------------------------------------------------


_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def _text_number(value: object) -> float | None:
    if isinstance(value, str):
        return float(value) if _JSON_NUMBER.fullmatch(value) else None
    return number(value)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A T with its value, its place among the events, and the bounds in force at it (None: no limit)."""

    index: int
    event: Event
    value: float
    low: float | None
    high: float | None

    @property
    def within(self) -> bool:
        """Whether the value is within the bounds."""
        return (self.high is None or self.value <= self.high) and (self.low is None or self.value >= self.low)


def measurements(kind: Limit, case: Case, *, foreign: bool) -> Iterator[Measurement]:
    """Yield every T that has a value, whether or not the guard holds at it."""
    read: Callable[[object], float | None] = _text_number if foreign else number

    def bound(which: float | str | None, index: int) -> float | None:
        return read(case.fields_at(index).get(which)) if isinstance(which, str) else number(which)

    for index, event in those(case, kind.of):
        if (value := read(event.value)) is not None:
            yield Measurement(index, event, value, bound(kind.min, index), bound(kind.max, index))


def _limit(rule: Rule, kind: Limit, case: Case, broken: Broken, *, foreign: bool) -> Iterator[Violation]:
    measured = list(measurements(kind, case, foreign=foreign))
    for place, one in enumerate(measured):
        if not one.within and rule.holds(case.fields_at(one.index)):
            mended = next((m.event for m in measured[place + 1 :] if m.within), None)
            yield broken(one.event.occurred_at, None, kind.of.label, None, _instant(mended), cause=one.event.position)


def _authority(rule: Rule, kind: Authority, case: Case, broken: Broken) -> Iterator[Violation]:
    for index, event in those(case, kind.of):
        if not rule.holds(case.fields_at(index)):
            continue
        at: Instant | None = None
        if kind.roles is not None and event.role not in kind.roles:
            at = event.occurred_at
        elif kind.not_by and event.actor:
            other = next((e for i, e in those(case, kind.not_by) if i != index and e.actor == event.actor), None)
            at = max(event.occurred_at, other.occurred_at) if other else None
        if at is not None:
            yield broken(at, None, kind.of.label, cause=event.position)


def _timeliness(rule: Rule, kind: Timeliness, case: Case, broken: Broken) -> Iterator[Violation]:
    for index, event in enumerate(case.events):
        meant = kind.of is None or any(s.matches(event) for s in kind.of)
        if meant and event.recorded_at - event.occurred_at > kind.within and rule.holds(case.fields_at(index)):
            due = event.occurred_at + kind.within
            yield broken(due, due, event.event, None, event.recorded_at, cause=event.position)


def _absence(rule: Rule, kind: Absence, case: Case, broken: Broken) -> Iterator[Violation]:
    since = next((i for i, _ in those(case, kind.after)), None)
    if since is None:
        return
    for index, event in those(case, kind.do):
        if index > since and rule.holds(case.fields_at(index)):
            yield broken(event.occurred_at, None, kind.do.label, cause=event.position)
