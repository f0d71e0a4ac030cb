"""Explains one violation from its case: how the judge came to it, and the nearest thing that would have complied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never
from zoneinfo import ZoneInfo

from checklists.case import Case
from checklists.event import Event
from checklists.instant import MICROSECOND, Instant, day_start, local_date
from rules.explanation import (
    ByAnother,
    DoInTime,
    DueArithmetic,
    Explanation,
    LeaveOut,
    Measure,
    RecordInTime,
)
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
    Selector,
    Timeliness,
)
from rules.readings import guard_read, histories, read_at
from rules.segments import Segment, instant_of, lead_due, segments
from rules.violation import Violation
from rules.windows import Window, tally, windows


def explain(rule: Rule, case: Case, zone: ZoneInfo, violation: Violation, *, foreign: bool = False) -> Explanation:
    """Explain a violation that the judge finds in this case; of one that it does not find there is little to say."""
    bare = Explanation(violation, rule, case.now, case.cancelled_at)
    match kind := rule.kind:
        case Lead():
            return _lead(bare, kind, case, zone)
        case Existence():
            return _existence(bare, kind, case)
        case Recurrence() if kind.every == "day":
            return _missed_day(bare, kind, case, zone)
        case _:
            index = next((i for i, e in enumerate(case.events) if e.position == violation.cause), None)
            return bare if index is None else _of_cause(bare, kind, case, index, foreign=foreign)


def _of_cause(
    bare: Explanation,
    kind: Response | Recurrence | Precedence | Limit | Authority | Timeliness | Absence,
    case: Case,
    index: int,
    *,
    foreign: bool,
) -> Explanation:
    """Explain what the event of this index gave rise to."""
    match kind:
        case Response():
            return _response(bare, kind, case, index)
        case Recurrence():
            return _long_gap(bare, kind, case, index)
        case Precedence():
            return _precedence(bare, kind, case, index)
        case Limit():
            return _limit(bare, kind, case, index, foreign=foreign)
        case Authority():
            return _authority(bare, kind, case, index)
        case Timeliness():
            return _timeliness(bare, kind, case, index)
        case Absence():
            return _absence(bare, kind, case, index)
        case _:
            assert_never(kind)


# --- deadlines -------------------------------------------------------------------------------------------------------


def _broken_in(case: Case, index: int, at: Instant) -> Segment | None:
    """Return the segment in which the obligation begun at this index broke."""
    return next((s for s in segments(case, index) if s.start <= at and (s.end is None or at < s.end)), None)


def _response(bare: Explanation, kind: Response, case: Case, index: int) -> Explanation:
    v, start, deed = bare.violation, case.events[index], deed_of_response(kind, case, index)
    segment = _broken_in(case, index, v.at)
    subject = start.subject if kind.same else None
    return replace(
        bare,
        trigger=start,
        guard=guard_read(bare.rule, segment.start, segment.fields) if segment else None,
        fields=histories(case, bare.rule, segment.fields if segment else {}),
        due=DueArithmetic(start.occurred_at, kind.within, None, start.occurred_at + kind.within),
        done=(deed,) if deed else (),
        remedy=deed,
        complied=DoInTime(kind.do, start.occurred_at, v.at, None, subject),
    )


def _lead(bare: Explanation, kind: Lead, case: Case, zone: ZoneInfo) -> Explanation:
    v, segment = bare.violation, _broken_in(case, 0, bare.violation.at)
    anchor = instant_of(segment.fields.get(kind.before)) if segment else None
    selector = _of_lead(kind, case, v)
    if segment is None or anchor is None or selector is None or lead_due(kind, segment.fields, zone) != v.due_at:
        return bare
    deed = first(case, selector)
    day = local_date(anchor, zone) if kind.by == "day-before" else None
    span = None if kind.by == "day-before" else -int(kind.by)
    return replace(
        bare,
        trigger=case.events[0],
        guard=guard_read(bare.rule, segment.start, segment.fields),
        fields=histories(case, bare.rule, segment.fields, kind.before),
        due=DueArithmetic(anchor, span, day, v.due_at or v.at),
        done=(deed,) if deed else (),
        remedy=deed,
        complied=DoInTime(selector, case.events[0].occurred_at, v.at),
    )


def _of_lead(kind: Lead, case: Case, v: Violation) -> Selector | None:
    """Return which of the deeds is missing: several may have one label, and differ in the value alone."""
    for selector in kind.do:
        deed = first(case, selector)
        if selector.label == v.step and (deed.occurred_at if deed else None) == v.remedied_at:
            return selector
    return None


# --- recurrence ------------------------------------------------------------------------------------------------------


def _long_gap(bare: Explanation, kind: Recurrence, case: Case, index: int) -> Explanation:
    point = case.events[index]
    window = next((w for w in windows(case, kind) if w.start <= index and (w.end is None or index < w.end)), None)
    if window is None:
        return bare
    due = point.occurred_at + int(kind.every)
    deed = next((e for e in case.events[index + 1 : window.end] if kind.do.matches(e)), None)
    return replace(
        read_at(bare, case, window.start),
        trigger=point,
        due=DueArithmetic(point.occurred_at, int(kind.every), None, due),
        done=_with_end((deed,) if deed else (), case, window),
        remedy=deed,
        complied=DoInTime(kind.do, point.occurred_at, due),
    )


def _missed_day(bare: Explanation, kind: Recurrence, case: Case, zone: ZoneInfo) -> Explanation:
    v = bare.violation
    day = date.fromisoformat(str(v.cause))
    window = next((w for w in windows(case, kind) if _has_day(case, w, day, zone)), None)
    if window is None:
        return bare
    start = case.events[window.start].occurred_at
    begins = day_start(day, zone)
    return replace(
        read_at(bare, case, window.start),
        due=DueArithmetic(begins, None, day, v.at),
        done=_with_end([e for e in case.events[window.start + 1 : window.end] if kind.do.matches(e)], case, window),
        complied=DoInTime(kind.do, max(begins, start), v.at - MICROSECOND),
    )


def _has_day(case: Case, window: Window, day: date, zone: ZoneInfo) -> bool:
    start = local_date(case.events[window.start].occurred_at, zone)
    end = case.now if window.end is None else case.events[window.end].occurred_at
    return start <= day < local_date(end, zone)


def _with_end(deeds: Sequence[Event], case: Case, window: Window) -> tuple[Event, ...]:
    return (*deeds, *([] if window.end is None else [case.events[window.end]]))


# --- what must have been before, and how often -----------------------------------------------------------------------


def _precedence(bare: Explanation, kind: Precedence, case: Case, index: int) -> Explanation:
    v, gate = bare.violation, case.events[index]
    latest = gate.occurred_at - (kind.by or 0)
    missing = [s for s in kind.all if s.label == v.step and not _stood(s, case, index, latest)]
    matching = [s for s in missing if _instant(first(case, s, index)) == v.remedied_at]
    if not matching:
        return bare
    needed = matching[0]
    late = first(case, needed, index)
    too_late = [e for e in case.events[:index] if needed.matches(e)]
    begun = case.events[0].occurred_at
    return replace(
        read_at(bare, case, index),
        due=DueArithmetic(gate.occurred_at, -kind.by, None, latest) if kind.by else None,
        done=(*too_late, *([late] if late else [])),
        remedy=late,
        complied=DoInTime(needed, begun, latest, gate, possible=index > 0 and latest >= begun),
    )


def _stood(needed: Selector, case: Case, index: int, latest: Instant) -> bool:
    return any(needed.matches(e) and e.occurred_at <= latest for e in case.events[:index])


def _instant(event: Event | None) -> Instant | None:
    return event.occurred_at if event else None


def _existence(bare: Explanation, kind: Existence, case: Case) -> Explanation:
    v, window = bare.violation, tally(bare.rule, kind, case)
    if window is None:
        return bare
    found = tuple(window.found.get(v.subject, ()))
    told = replace(read_at(bare, case, window.start, kind.each), done=found)
    if kind.max is not None and len(found) > kind.max:
        return replace(told, complied=LeaveOut(found[kind.max :]))
    if kind.min is None or window.end is None:
        return told
    end, missing = case.events[window.end], kind.min - len(found)
    fields = histories(case, bare.rule, case.fields_at(window.end), kind.each)
    start = case.events[window.start].occurred_at
    complied = DoInTime(kind.of, start, end.occurred_at, end, v.subject, missing, _can_stand_inside(kind))
    return replace(told, fields=fields, done=(*found, end), complied=complied)


def _can_stand_inside(kind: Existence) -> bool:
    """Whether there can be a deed that does not itself end the window."""
    return any(
        not any(w == word and (ks is None or (key is not None and key in ks)) for w, ks in kind.until.alternatives)
        for word, keys in kind.of.alternatives
        if word not in {"closed", "cancelled"}
        for key in ((None,) if keys is None else keys)
    )


# --- what an event itself shows --------------------------------------------------------------------------------------


def _limit(bare: Explanation, kind: Limit, case: Case, index: int, *, foreign: bool) -> Explanation:
    measured = list(measurements(kind, case, foreign=foreign))
    one = next((m for m in measured if m.index == index), None)
    if one is None or one.within:
        return bare
    missed = one.high if one.high is not None and one.value > one.high else one.low
    mended = next((m.event for m in measured if m.index > index and m.within), None)
    told = read_at(bare, case, index, kind.min, kind.max)
    complied = Measure(one.event, missed if missed is not None else one.value, one.low, one.high)
    return replace(told, done=(mended,) if mended else (), remedy=mended, complied=complied)


def _authority(bare: Explanation, kind: Authority, case: Case, index: int) -> Explanation:
    event = case.events[index]
    others = ((i, e) for i, e in those(case, kind.not_by)) if kind.not_by and event.actor else iter(())
    other = next((e for i, e in others if i != index and e.actor == event.actor), None)
    complied = ByAnother(event, kind.roles, kind.not_by, other)
    return replace(read_at(bare, case, index), done=(other,) if other else (), complied=complied)


def _timeliness(bare: Explanation, kind: Timeliness, case: Case, index: int) -> Explanation:
    event = case.events[index]
    due = event.occurred_at + kind.within
    return replace(
        read_at(bare, case, index),
        due=DueArithmetic(event.occurred_at, kind.within, None, due),
        complied=RecordInTime(event, due),
    )


def _absence(bare: Explanation, kind: Absence, case: Case, index: int) -> Explanation:
    event, since = case.events[index], first(case, kind.after)
    told = read_at(bare, case, index)
    return replace(told, done=(since,) if since else (), complied=LeaveOut((event,)))
