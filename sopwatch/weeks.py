"""The weeks of a property's zone, for procedures that the service opens when a week has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from checklists.instant import Instant, day_start, local_date


def weeks_ended(since: Instant, now: Instant, zone: ZoneInfo) -> Iterator[tuple[str, Instant]]:
    """Yield (ISO week such as `2026-W10`, its end) of the weeks that ended after `since` and not after `now`."""
    day = local_date(since, zone)
    monday = day - timedelta(days=day.weekday())
    while (end := day_start(monday + timedelta(days=7), zone)) <= now:
        if end > since:
            year, week, _ = monday.isocalendar()
            yield f"{year}-W{week:02}", end
        monday += timedelta(days=7)


def next_week(now: Instant, zone: ZoneInfo) -> Instant:
    """Return the end of the week that `now` is in."""
    day = local_date(now, zone)
    return day_start(day + timedelta(days=7 - day.weekday()), zone)
