"""How a period is written: days of the property's zone, or instants with an offset; the end is not in it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from checklists.errors import SopwatchError
from checklists.instant import Instant, day_start, parse_instant
from sopwatch.record_figures import Period

_DATE_LENGTH = len("2026-03-02")


def period_of(since: str, before: str, zone: ZoneInfo) -> Period:
    """Return the period `[since, before)`. Raises SopwatchError with one line that says what is wrong."""
    period = Period(bound_of(since, "--from", zone), bound_of(before, "--to", zone))
    if period.since is not None and period.before is not None and period.since >= period.before:
        msg = f"--to {before}: the period ends before it begins; --to is the first day that is no longer in it"
        raise SopwatchError(msg)
    return period


def bound_of(text: str, option: str, zone: ZoneInfo) -> Instant:
    """Return the first instant of a local day, or an instant as written. Raises SopwatchError."""
    try:
        if len(text) == _DATE_LENGTH:
            return day_start(date.fromisoformat(text), zone)
        return parse_instant(text)
    except (ValueError, OverflowError) as error:
        msg = f"{option} {text!r}: is neither a day (2026-03-01) nor an instant with an offset (2026-03-01T08:00+08:00)"
        raise SopwatchError(msg) from error
