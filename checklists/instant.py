"""Instants, durations and calendar days: all time is an integer of microseconds since 1970-01-01T00:00Z.

Integers keep due instants exact (`semantics.md`: exact to the microsecond) and order in every engine alike.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""

MICROSECOND = 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_DAY = timedelta(days=1)
_EPOCH_NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001 - the zero of local wall clocks
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))?", re.ASCII
)
_NO_SECONDS = re.compile(r"^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d)([Zz]|[+-]\d\d:\d\d)$", re.ASCII)
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)


def parse_instant(text: str, naive: ZoneInfo | None = None) -> Instant:
    """Read an RFC 3339 instant; digits beyond the microsecond are cut.

    An instant without an offset is read in the zone `naive`, and refused without one. Raises ValueError.
    """
    if not (m := _RFC3339.fullmatch(text)):
        msg = f"{text!r} is no RFC 3339 instant (such as 2026-03-02T08:00:00+08:00)"
        raise ValueError(msg)
    year, month, day, hour, minute, second = (int(g) for g in m.groups()[:6])
    micro = int((m[7] or "0")[:6].ljust(6, "0"))
    leap = second == 60
    try:
        wall = datetime(year, month, day, hour, minute, 59 if leap else second, micro)  # noqa: DTZ001
    except ValueError as error:
        msg = f"{text!r} is no instant: {error}"
        raise ValueError(msg) from error
    if leap:
        wall = wall.replace(microsecond=0) + timedelta(seconds=1)
    if m[8] or m[9]:
        offset = 0
        if m[9]:
            hours, minutes = int(m[10]), int(m[11])
            if hours > 23 or minutes > 59:
                msg = f"{text!r} has no valid offset"
                raise ValueError(msg)
            offset = (hours * HOUR + minutes * MINUTE) * (-1 if m[9] == "-" else 1)
        return _wall_microseconds(wall) - offset
    if naive is None:
        msg = f"{text!r} has no offset (write +08:00 or Z; for another system's log name its zone with --naive)"
        raise ValueError(msg)
    return from_datetime(wall.replace(tzinfo=naive))


def parse_written(text: str) -> Instant:
    """Read an instant as a person writes it: its seconds may be left out. Raises ValueError."""
    return parse_instant(_NO_SECONDS.sub(r"\1:00\2", text))


def _wall_microseconds(wall: datetime) -> int:
    return (wall - _EPOCH_NAIVE) // timedelta(microseconds=1)


def from_datetime(moment: datetime) -> Instant:
    """Return the instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: Instant, zone: ZoneInfo | None = None) -> datetime:
    """Return the aware datetime of an instant, in UTC unless a zone is given."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment.astimezone(zone) if zone else moment


def format_instant(instant: Instant, zone: ZoneInfo | None = None) -> str:
    """Write an instant as `2026-03-02T00:00:00+00:00`, with six decimals only when there are any."""
    return to_datetime(instant, zone).isoformat()


def parse_duration(text: object) -> int:
    """Read a duration such as `3d`, `1d12h`, `15m` as microseconds (a day is 24 h); zero too. Raises ValueError."""
    m = _DURATION.fullmatch(text) if isinstance(text, str) and text else None
    if not m:
        msg = f"{text!r} is no duration (whole numbers with d, h, m, s in this order, such as 1d12h or 15m)"
        raise ValueError(msg)
    days, hours, minutes, seconds = (int(g or 0) for g in m.groups())
    return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND


def format_duration(microseconds: int) -> str:
    """Write a duration in the units of `parse_duration`, the largest first; zero is `0m`."""
    sign, rest = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    parts = []
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return sign + "".join(parts) if parts else "0m"


def local_date(instant: Instant, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant in a zone: the latest that has begun.

    Where clocks are set back over midnight (St John's until 2011, at 00:01) the wall shows the day before once more.
    """
    day = to_datetime(instant, zone).date()
    if day == date.max:
        return day
    following = day + _ONE_DAY
    return following if day_start(following, zone) <= instant else day


@lru_cache(maxsize=65536)
def day_start(day: date, zone: ZoneInfo) -> Instant:
    """Return the first existing instant of a local day; of a day the zone skipped, the first after it."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock
    for fold in (0, 1):
        instant = from_datetime(midnight.replace(tzinfo=zone, fold=fold))
        if to_datetime(instant, zone).replace(tzinfo=None) == midnight:
            return instant
    low = _wall_microseconds(midnight) - 2 * DAY
    high = low + 4 * DAY
    while low < high:
        middle = (low + high) // 2
        if to_datetime(middle, zone).date() >= day:
            high = middle
        else:
            low = middle + 1
    return low


@lru_cache(maxsize=65536)
def next_day(day: date, zone: ZoneInfo) -> date:
    """Return the next local day that exists in the zone (Apia had no 30 December 2011)."""
    following = day + _ONE_DAY
    while local_date(day_start(following, zone), zone) != following:
        following += _ONE_DAY
    return following
