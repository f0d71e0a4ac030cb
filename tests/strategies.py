"""Random rules and logs for comparing the engines: a small universe, so that everything soon meets everything.

Four steps, few instants (equal ones are common), amendments and retractions at other events' instants, late records,
missing actors, roles, subjects and values, nights on which clocks change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from checklists.event import Event
from checklists.instant import HOUR, MINUTE, Instant, format_duration, format_instant, parse_instant
from rules.kinds import KINDS, Catalogue, Rule

STEPS = ("a", "b", "c", "d")
CASE = "case 1"
HORIZON = 14
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
    ("Pacific/Apia", "2011-12-29T00:00:00-10:00"),
    ("Asia/Taipei", "2026-07-01T00:00:00+08:00"),
)
"""A zone and a midnight near which its calendar does something."""

_UNITS = (MINUTE, 5 * HOUR, 8 * HOUR)
_SUBJECTS = (None, "A", "B")
_VALUES = (None, 0, 1, 2, 3, 1.0, 2.5, -1, "1", "2.5", "1e0", "x", True, [1])


@dataclass(frozen=True)
class Situation:
    """A catalogue, a log of one case in its order, and instants at which to look, in their order."""

    catalogue: Catalogue
    zone: ZoneInfo
    events: tuple[Event, ...]
    stops: tuple[Instant, ...]


Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def situations(draw: Draw, kinds: tuple[str, ...] = tuple(KINDS)) -> Situation:
    """Draw up to three rules of these kinds, and a log that concerns them."""
    zone, midnight = draw(st.sampled_from(NIGHTS))
    unit = draw(st.sampled_from(_UNITS))
    start = parse_instant(midnight) - draw(st.integers(0, 6)) * unit
    count = draw(st.integers(1, 3))
    rules = tuple(draw(_rules(f"r{n}", draw(st.sampled_from(kinds)), unit)) for n in range(count))
    procedure = draw(st.sampled_from(("p", "p", None)))
    events = draw(_logs(start, unit))
    stops = sorted(
        {start + s * (unit // 2) for s in draw(st.lists(st.integers(0, 3 * HORIZON), min_size=2, max_size=6))}
    )
    nudge = draw(st.sampled_from((0, 0, 1)))
    return Situation(
        Catalogue(procedure=procedure, rules=rules), ZoneInfo(zone), events, tuple(s + nudge for s in stops)
    )


# --- rules -----------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from((*STEPS, *STEPS, "opened", "amended", "closed", "cancelled"))
_WITH_VALUE = st.builds(
    lambda step, value: {"step": step, "value": value},
    st.sampled_from(STEPS),
    st.sampled_from((1, 2, "x", True, "1", [1, "x"], [2.5, 3])),
)
_SELECTORS = st.one_of(
    st.sampled_from(STEPS),
    st.sampled_from(STEPS),
    _WORDS,
    _WITH_VALUE,
    st.lists(st.one_of(_WORDS, _WITH_VALUE), min_size=1, max_size=3).map(lambda several: {"any": several}),
)
_GUARDS = st.one_of(
    st.just({}),
    st.just({}),
    st.fixed_dictionaries({"g": st.sampled_from((1, "x", True, "1", [1, "x"], ["x", False], None))}),
    st.fixed_dictionaries({"g": st.sampled_from((1, [1, "x"])), "x": st.sampled_from((1, 2, [1, 2, 3]))}),
)


@st.composite
def _rules(draw: Draw, rule_id: str, kind: str, unit: int) -> Rule:
    parameters = draw(_PARAMETERS[kind](unit))
    given = {key: value for key, value in parameters.items() if value is not None}
    return Rule(id=rule_id, kind=KINDS[kind].model_validate(given), when=draw(_GUARDS))


def _durations(unit: int, *, low: int = 1) -> st.SearchStrategy[str]:
    return st.integers(low, 6).map(lambda n: format_duration(n * unit))


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def _response(unit: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"after": _SELECTORS, "do": _SELECTORS, "within": _durations(unit), "same": _maybe(st.just("subject"))}
    )


def _lead(unit: int) -> st.SearchStrategy[dict[str, Any]]:
    by = st.one_of(_durations(unit, low=0), st.just("day-before"))
    several = st.lists(_SELECTORS, min_size=1, max_size=2)
    return st.fixed_dictionaries({"do": several, "before": st.just("f"), "by": by})


def _recurrence(unit: int) -> st.SearchStrategy[dict[str, Any]]:
    every = st.one_of(_durations(unit), st.just("day"))
    return st.fixed_dictionaries({"do": _SELECTORS, "every": every, "from": _SELECTORS, "until": _SELECTORS})


def _precedence(unit: int) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(_SELECTORS, min_size=1, max_size=3)
    by = _maybe(_durations(unit))
    return st.fixed_dictionaries({"all": several, "before": _SELECTORS, "given": _maybe(_SELECTORS), "by": by})


def _bounds(low: st.SearchStrategy[Any], high: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    def sensible(bounds: tuple[Any, Any]) -> bool:
        numbers = all(isinstance(b, int | float) for b in bounds)
        return any(b is not None for b in bounds) and (not numbers or bounds[0] <= bounds[1])

    return st.tuples(_maybe(low), _maybe(high)).filter(sensible)


@st.composite
def _existence(draw: Draw, unit: int) -> dict[str, Any]:
    low, high = draw(_bounds(st.integers(0, 2), st.integers(0, 3)))
    more = {"from": _maybe(_SELECTORS), "until": _maybe(_SELECTORS), "each": _maybe(st.just("l"))}
    return {"of": draw(_SELECTORS), "min": low, "max": high, **draw(st.fixed_dictionaries(more))}


@st.composite
def _limit(draw: Draw, unit: int) -> dict[str, Any]:
    bound = st.sampled_from((0, 1, 2, 2.5, "x", "y"))
    low, high = draw(_bounds(bound, bound))
    return {"of": draw(_SELECTORS), "min": low, "max": high}


@st.composite
def _authority(draw: Draw, unit: int) -> dict[str, Any]:
    roles = st.lists(st.sampled_from(("r", "s")), min_size=1, max_size=2)
    found = {"of": draw(_SELECTORS), "roles": draw(_maybe(roles)), "not_by": draw(_maybe(_SELECTORS))}
    return found if found["roles"] or found["not_by"] else {**found, "not_by": draw(_SELECTORS)}


def _timeliness(unit: int) -> st.SearchStrategy[dict[str, Any]]:
    of = _maybe(st.lists(_SELECTORS, min_size=1, max_size=2))
    return st.fixed_dictionaries({"within": _durations(unit), "of": of})


def _absence(unit: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"do": _SELECTORS, "after": _SELECTORS})


_PARAMETERS: dict[str, Callable[[int], st.SearchStrategy[dict[str, Any]]]] = {
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


@st.composite
def _logs(draw: Draw, start: Instant, unit: int) -> tuple[Event, ...]:
    bare = draw(st.integers(0, 15)) == 0
    count = draw(st.integers(1, 14))
    positions = draw(st.permutations(range(1, count + 1)))
    events = [] if bare else [_opened(draw, start, unit)]
    events += [_event(draw, start, unit, position, count) for position in positions]
    return tuple(sorted(events, key=lambda e: e.order))


def _opened(draw: Draw, start: Instant, unit: int) -> Event:
    delay = draw(st.sampled_from((0, 0, 0, 0, 1, 5))) * unit
    return Event(0, CASE, "p", "opened", start, start + delay, data=draw(_data(start, unit)))


_EVENT_WORDS = st.sampled_from(
    (*STEPS * 4, *("amended",) * 5, "closed", "cancelled", "retracted", "retracted", "retracted", "_waived")
)
_DELAYS = st.sampled_from((0, 0, 0, 0, 0, 0, 1, 2, 3, 7))


def _event(draw: Draw, start: Instant, unit: int, position: int, count: int) -> Event:
    word = draw(_EVENT_WORDS)
    at = start + draw(st.integers(0, HORIZON)) * unit + draw(st.sampled_from((0, 0, 0, 0, 0, 1)))
    data = None
    if word == "amended":
        data = draw(_data(start, unit))
    if word == "retracted":
        data = {"event_id": f"e{draw(st.integers(1, count))}", "reason": "slip"}
    return Event(
        position,
        CASE,
        "p",
        word,
        at,
        at + draw(_DELAYS) * unit,
        actor=draw(st.sampled_from((None, "", "p", "q"))),
        role=draw(st.sampled_from((None, "r", "s", "t"))),
        subject=draw(st.sampled_from(_SUBJECTS)),
        value=draw(st.sampled_from(_VALUES)),
        data=data,
        event_id=None if word == "retracted" else f"e{position}",
    )


def _data(start: Instant, unit: int) -> st.SearchStrategy[dict[str, Any]]:
    anchors = st.integers(-3, HORIZON + 4).map(lambda n: format_instant(start + n * unit))
    return st.fixed_dictionaries(
        {},
        optional={
            "g": st.sampled_from((1, 1.0, "x", True, "1", None, [1])),
            "f": st.one_of(anchors, anchors, anchors, st.sampled_from((None, "soon", 7))),
            "x": st.sampled_from((1, 2, 3, None, "2")),
            "y": st.sampled_from((1, 2, "1.5", None)),
            "l": st.sampled_from((["A"], ["A", "B"], ["B", "A", "B", "C"], [], "A", None)),
        },
    )
