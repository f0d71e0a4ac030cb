"""Random rules and logs for comparing the engines: a small universe, so that everything soon meets everything.

Four steps, few instants (equal ones are common), amendments and retractions at other events' instants, late records,
missing actors, roles, subjects and values, nights on which clocks change. Choices come from a seeded generator:
hypothesis draws the seed (its own choices would cluster near the simplest situations, where nothing is ever broken),
and `reduced` makes what failed small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from checklists.event import Event
from checklists.instant import (
    HOUR,
    MINUTE,
    Instant,
    day_start,
    format_duration,
    format_instant,
    local_date,
    next_day,
    parse_instant,
)
from rules.kinds import KINDS, Catalogue, Rule

STEPS = ("a", "b", "c", "d")
CASE = "case 1"
HORIZON = 12
"""How many units of time a log spans."""

NIGHTS = (
    ("America/New_York", "2026-03-08T00:00:00-05:00"),
    ("America/New_York", "2026-11-01T00:00:00-04:00"),
    ("Europe/London", "2026-03-29T00:00:00+00:00"),
    ("Europe/London", "2026-10-25T00:00:00+01:00"),
    ("America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
    ("America/Sao_Paulo", "2018-02-17T23:00:00-02:00"),
    ("Asia/Beirut", "2026-03-29T01:00:00+03:00"),
    ("Asia/Beirut", "2026-10-24T23:00:00+03:00"),
    ("Australia/Lord_Howe", "2026-04-05T00:00:00+11:00"),
    ("Australia/Lord_Howe", "2026-10-04T00:00:00+10:30"),
    ("America/St_Johns", "2010-11-07T00:00:00-02:30"),
    ("Pacific/Apia", "2011-12-29T00:00:00-10:00"),
    ("Asia/Taipei", "2026-07-01T00:00:00+08:00"),
)
"""A zone, and an instant near which its calendar does something."""

_UNITS = (MINUTE, 5 * HOUR, 8 * HOUR)
_VALUES = (None, 0, 1, 1, 2, 2, 3, 1.0, 2.5, -1, "1", "2.5", "1e0", "x", True, [1])


@dataclass(frozen=True)
class Situation:
    """A catalogue, a log of one case in its order, and instants at which to look, in their order."""

    catalogue: Catalogue
    zone: ZoneInfo
    events: tuple[Event, ...]
    stops: tuple[Instant, ...]


def situations() -> st.SearchStrategy[Situation]:
    """Draw up to three rules and a log that concerns them."""
    return st.integers(0, 2**64 - 1).map(lambda seed: situation(Random(seed)))


def situation(random: Random) -> Situation:
    """Return a random situation."""
    zone, midnight = random.choice(NIGHTS)
    unit = random.choice(_UNITS)
    start = parse_instant(midnight) - random.randint(0, 6) * unit
    rules = tuple(_rule(random, f"r{n}", unit) for n in range(random.randint(1, 3)))
    halves = [*random.choices(range(2 * HORIZON), k=random.randint(1, 5)), random.choice((2, 3, 5)) * HORIZON]
    nudge = random.choice((0, 0, 1))
    stops = [_at_times_midnight(random, start + half * (unit // 2), ZoneInfo(zone)) + nudge for half in halves]
    return Situation(
        Catalogue(procedure=random.choice(("p", "p", None)), rules=rules),
        ZoneInfo(zone),
        _log(random, start, unit, ZoneInfo(zone)),
        tuple(sorted(stops)),
    )


def _at_times_midnight(random: Random, instant: Instant, zone: ZoneInfo) -> Instant:
    """Return the instant, or now and then the beginning of its day or of the next."""
    day = local_date(instant, zone)
    return random.choice((*[instant] * 10, day_start(day, zone), day_start(next_day(day, zone), zone)))


def reduced(whole: Situation, fails: Callable[[Situation], bool]) -> Situation:
    """Return a small situation that still fails, by leaving out whatever can be left out."""
    for smaller in _smaller(whole):
        if fails(smaller):
            return reduced(smaller, fails)
    return whole


def _smaller(s: Situation) -> Iterator[Situation]:
    for n in range(len(s.catalogue.rules) if len(s.catalogue.rules) > 1 else 0):
        rules = s.catalogue.rules[:n] + s.catalogue.rules[n + 1 :]
        yield replace(s, catalogue=s.catalogue.model_copy(update={"rules": rules}))
    for n in range(len(s.stops) if len(s.stops) > 1 else 0):
        yield replace(s, stops=s.stops[:n] + s.stops[n + 1 :])
    for n in range(len(s.events)):
        yield replace(s, events=s.events[:n] + s.events[n + 1 :])


# --- rules -----------------------------------------------------------------------------------------------------------


def _rule(random: Random, rule_id: str, unit: int) -> Rule:
    name = random.choice(tuple(KINDS))
    given = {key: value for key, value in _PARAMETERS[name](random, unit).items() if value is not None}
    return Rule(id=rule_id, kind=KINDS[name].model_validate(given), when=_guard(random))


def _guard(random: Random) -> Mapping[str, Any]:
    match random.randint(0, 5):
        case 0 | 1:
            return {"g": random.choice((1, [1, "x"], ["x", 1.0], [True, 1], "x", "1", [False, None]))}
        case 2:
            return {"g": [1, "x", True], "x": random.choice((1, [1, 2], [1, 2, 3]))}
        case _:
            return {}


def _selector(random: Random) -> Any:
    match random.randint(0, 9):
        case 0:
            return random.choice(("opened", "amended", "closed", "cancelled"))
        case 1:
            return _with_value(random)
        case 2 | 3:
            several = [_with_value(random), random.choice(STEPS), random.choice((*STEPS, "amended", "closed"))]
            return {"any": random.sample(several, random.randint(1, 3))}
        case _:
            return random.choice(STEPS)


def _with_value(random: Random) -> dict[str, Any]:
    return {"step": random.choice(STEPS), "value": random.choice((1, 2, "x", True, "1", [1, "x"], [2.5, 3, 2]))}


def _selectors(random: Random, most: int) -> list[Any]:
    return [_selector(random) for _ in range(random.randint(1, most))]


def _duration(random: Random, unit: int, low: int = 1) -> str:
    return format_duration(random.randint(low, 6) * unit)


def _maybe(random: Random, value: Any) -> Any:
    return random.choice((None, value))


def _response(random: Random, unit: int) -> dict[str, Any]:
    same = _maybe(random, "subject")
    return {"after": _selector(random), "do": _selector(random), "within": _duration(random, unit), "same": same}


def _lead(random: Random, unit: int) -> dict[str, Any]:
    by = random.choice((_duration(random, unit, 0), "day-before"))
    return {"do": _selectors(random, 2), "before": "f", "by": by}


def _recurrence(random: Random, unit: int) -> dict[str, Any]:
    every = random.choice((_duration(random, unit), "day"))
    return {"do": _selector(random), "every": every, "from": _selector(random), "until": _selector(random)}


def _precedence(random: Random, unit: int) -> dict[str, Any]:
    given, by = _maybe(random, _selector(random)), _maybe(random, _duration(random, unit))
    return {"all": _selectors(random, 3), "before": _selector(random), "given": given, "by": by}


def _existence(random: Random, unit: int) -> dict[str, Any]:
    low, high = random.choice(((1, None), (2, None), (None, 0), (None, 1), (None, 2), (1, 1), (1, 2), (0, 2), (2, 3)))
    until = random.choice((None, _selector(random), _selector(random)))
    more = {"from": _maybe(random, _selector(random)), "until": until, "each": _maybe(random, "l")}
    return {"of": _selector(random), "min": low, "max": high, **more}


def _limit(random: Random, unit: int) -> dict[str, Any]:
    low, high = random.choice(
        ((0, 1), (1, 2), (2, None), (2.5, None), (None, 1), (None, 2.5), ("x", "y"), ("x", None), (None, "y"), (1, "x"))
    )
    return {"of": _selector(random), "min": low, "max": high}


def _authority(random: Random, unit: int) -> dict[str, Any]:
    roles, not_by = random.choice(((["r"], None), (["r", "s"], None), (["r", "s"], 1), (None, 1), (None, 1)))
    return {"of": _selector(random), "roles": roles, "not_by": not_by and _selector(random)}


def _timeliness(random: Random, unit: int) -> dict[str, Any]:
    return {"within": _duration(random, unit), "of": random.choice((None, *[_selectors(random, 3)] * 3))}


def _absence(random: Random, unit: int) -> dict[str, Any]:
    return {"do": _selector(random), "after": _selector(random)}


_PARAMETERS: dict[str, Callable[[Random, int], dict[str, Any]]] = {
    "response": _response,
    "lead": _lead,
    "recurrence": _recurrence,
    "precedence": _precedence,
    "existence": _existence,
    "limit": _limit,
    "authority": _authority,
    "timeliness": _timeliness,
    "absence": _absence,
}


# --- logs ------------------------------------------------------------------------------------------------------------


def _log(random: Random, start: Instant, unit: int, zone: ZoneInfo) -> tuple[Event, ...]:
    count = random.randint(2, 14)
    positions = random.sample(range(1, count + 1), count)
    events = [_event(random, start, unit, position, count) for position in positions]
    events = [_moved(e, max(start, _at_times_midnight(random, e.occurred_at, zone))) for e in events]
    if random.random() < 0.95:
        delay = random.choice((0, 0, 0, 0, 1, 5)) * unit
        events.append(Event(0, CASE, "p", "opened", start, start + delay, data=_data(random, start, unit)))
    return tuple(sorted(events, key=lambda e: e.order))


_EVENT_WORDS = (*STEPS * 6, *("amended",) * 6, "closed", "closed", "cancelled", *("retracted",) * 3, "_waived")


def _event(random: Random, start: Instant, unit: int, position: int, count: int) -> Event:
    word = random.choice(_EVENT_WORDS)
    at = start + random.randint(0, HORIZON) * unit + random.choice((0, 0, 0, 0, 0, 1))
    return Event(
        position,
        CASE,
        "p",
        word,
        at,
        at + random.choice((0, 0, 0, 0, 0, 0, 1, 2, 3, 7)) * unit,
        actor=random.choice((None, "", "p", "p", "q")),
        role=random.choice((None, "r", "r", "s", "t")),
        subject=random.choice((None, "A", "B")),
        value=random.choice(_VALUES),
        data=_event_data(random, word, start, unit, count),
        event_id=None if word == "retracted" else f"e{position}",
    )


def _moved(event: Event, at: Instant) -> Event:
    return replace(event, occurred_at=at, recorded_at=event.recorded_at - event.occurred_at + at)


def _event_data(random: Random, word: str, start: Instant, unit: int, count: int) -> Mapping[str, Any] | None:
    if word == "retracted":
        return {"event_id": f"e{random.randint(1, count)}", "reason": "slip"}
    return _data(random, start, unit) if word == "amended" else None


def _data(random: Random, start: Instant, unit: int) -> dict[str, Any]:
    anchor = format_instant(start + random.randint(-3, HORIZON + 4) * unit)
    drawn = {
        "g": random.choice((1, 1, 1, 1.0, "x", True, "1", None, [1])),
        "f": random.choice((anchor, anchor, anchor, anchor, None, "soon", 7)),
        "x": random.choice((1, 1, 2, 3, None, "2")),
        "y": random.choice((1, 2, "1.5", None)),
        "l": random.choice((["A"], ["A", "B"], ["B", "A", "B", "C"], [], "A", None)),
    }
    return {field: value for field, value in drawn.items() if random.random() < 0.6}
