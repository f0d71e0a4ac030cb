"""How a period is written: days of the property's zone, or instants with an offset; the end is not in it."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from checklists.errors import SopwatchError
from checklists.instant import Instant, day_start, parse_written
from sopwatch.record_figures import Period
from sopwatch.refusals import because


def period_of(since: str, before: str, zone: ZoneInfo) -> Period:
    """Return the period `[since, before)`. Raises SopwatchError with one line that says what is wrong."""
    period = Period(bound_of(since, "--from", zone), bound_of(before, "--to", zone))
    if period.since is not None and period.before is not None and period.since >= period.before:
        raise SopwatchError(*because("period_backwards", to=before))
    return period


def bound_of(text: str, name: str, zone: ZoneInfo) -> Instant:
    """Return the first instant of a local day, or an instant (a `+` may have come as a space). Raises SopwatchError."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return day_start(date.fromisoformat(text), zone)
        return parse_written(re.sub(r" (\d\d:\d\d)$", r"+\1", text))
    except (ValueError, OverflowError) as error:
        raise SopwatchError(*because("no_bound", name=name, value=text)) from error
