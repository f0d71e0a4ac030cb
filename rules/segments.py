"""The life of an obligation with a deadline, cut where the fields change, and the segment in which it breaks.

The paragraph of `semantics.md` on `response` and `lead` that begins "Both are deadline kinds".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import Case
from checklists.event import Event
from checklists.instant import Instant, day_start, local_date, parse_instant
from rules.kinds import Lead, Rule


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an obligation's life in which the fields stand still: from `start` up to, not including, `end`."""

    start: Instant
    end: Instant | None
    fields: Mapping[str, Any]


def segments(case: Case, index: int) -> Iterator[Segment]:
    """Cut the life that begins with the event of this index at the instants of later amendments."""
    start = case.events[index].occurred_at
    cuts: dict[Instant, Mapping[str, Any]] = {start: case.fields_at(index)}
    cuts |= {instant: fields for at, instant, fields in case.versions if at > index}
    ends: Sequence[Instant | None] = [*list(cuts)[1:], case.cancelled_at]
    for (begin, fields), end in zip(cuts.items(), ends, strict=True):
        if end is None or begin < end:
            yield Segment(begin, end, fields)


def last_segment(case: Case, index: int) -> Segment | None:
    """Return the segment in which an obligation begun at this index stands now; None where `cancelled` ended it."""
    found = list(segments(case, index))
    return found[-1] if found and found[-1].end is None else None


def breach(
    rule: Rule, case: Case, index: int, due_in: Callable[[Mapping[str, Any]], Instant | None], deed: Event | None
) -> tuple[Instant, Instant, bool] | None:
    """Return (at, due, short notice) of the first segment in which an obligation begun at this index breaks."""
    for segment in segments(case, index):
        due = due_in(segment.fields) if rule.holds(segment.fields) else None
        if due is None:
            continue
        passed = case.now > due if segment.end is None else due < segment.end
        at = max(due, segment.start)
        if passed and not (deed and deed.occurred_at <= at):
            return at, due, due < segment.start
    return None


def lead_due(kind: Lead, fields: Mapping[str, Any], zone: ZoneInfo) -> Instant | None:
    """Return when a lead is due under these fields; None while its field is not set."""
    anchor = instant_of(fields.get(kind.before))
    if anchor is None:
        return None
    return day_start(local_date(anchor, zone), zone) if kind.by == "day-before" else anchor - int(kind.by)


def instant_of(value: object) -> Instant | None:
    """Return the instant that a field's value is; None for a value that is none."""
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value)
    except ValueError:
        return None
