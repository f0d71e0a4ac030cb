"""The bulk judge says what the reference says, of all cases at once, as of any instant."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from checklists.case import fold
from checklists.event import Event
from checklists.instant import DAY, Instant
from rules.judge import judge
from rules.kinds import Catalogue, Recurrence, Rule
from rules.violation import Violation
from storage.bulk_events import judge_cases
from tests.strategies import Situation, reduced, situation
from tests.test_agreement import Coverage

EXAMPLES = int(os.environ.get("BULK_EXAMPLES", "10"))
TOGETHER = 60
APART = 40 * DAY
Verdicts = Mapping[str, Counter[Violation]]


def drawn(random: Random, *, opened_first: bool) -> list[Situation]:
    """Return situations of one zone and time of year, each with a case id, positions and event ids of its own."""
    found: list[Situation] = []
    while len(found) < TOGETHER:
        one = situation(random)
        if found and (one.zone != found[0].zone or abs(one.stops[0] - found[0].stops[0]) > APART):
            continue
        if opened_first and min(one.events, key=lambda e: e.order).event != "opened":
            continue
        found.append(one)
    return [named(one, n) for n, one in enumerate(found)]


def named(one: Situation, n: int) -> Situation:
    def renamed(event: Event) -> Event:
        data = event.data
        if data and event.event == "retracted":
            data = {**data, "event_id": f"{n} {data['event_id']}"}
        event_id = None if event.event_id is None else f"{n} {event.event_id}"
        return replace(event, case_id=f"case {n}", position=event.position + 100 * n, data=data, event_id=event_id)

    return replace(one, events=tuple(renamed(e) for e in one.events))


def without_cause(found: Sequence[Violation]) -> Counter[Violation]:
    return Counter(replace(v, cause=None) for v in found)


def expected(one: Situation, zone: ZoneInfo, now: Instant) -> Counter[Violation]:
    case = fold(one.events, now)
    return without_cause(judge(one.catalogue, case, zone) if case else [])


def in_bulk(several: Sequence[Situation], zone: ZoneInfo, now: Instant) -> Verdicts:
    catalogues = {one.events[0].case_id: one.catalogue for one in several}

    def catalogue_for(events: Sequence[Event]) -> Catalogue:
        return catalogues[events[0].case_id]

    found: dict[str, list[Violation]] = {}
    for violation in judge_cases([one.events for one in several], catalogue_for, now, zone):
        found.setdefault(violation.case_id, []).append(violation)
    return {case_id: without_cause(mine) for case_id, mine in found.items()}


def differs(zone: ZoneInfo, now: Instant) -> Callable[[Situation], bool]:
    def differ(one: Situation) -> bool:
        mine = in_bulk([one], zone, now).get(one.events[0].case_id, Counter()) if one.events else Counter()
        return bool(one.events) and mine != expected(one, zone, now)

    return differ


@pytest.mark.slow
def test_the_bulk_judge_agrees_with_the_reference_as_of_any_instant() -> None:
    coverage = Coverage()

    @settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.generate))
    @given(st.integers(0, 2**64 - 1), st.booleans())
    def agree(seed: int, opened_first: bool) -> None:
        several = drawn(Random(seed), opened_first=opened_first)
        zone, stops = several[0].zone, sorted(stop for one in several for stop in one.stops)
        looks: dict[str, list[list[Violation]]] = {}
        for now in (stops[len(stops) // 5], stops[len(stops) * 3 // 5], stops[-1]):
            found = in_bulk(several, zone, now)
            for one in several:
                case_id = one.events[0].case_id
                wanted = expected(one, zone, now)
                looks.setdefault(case_id, []).append(list(wanted.elements()))
                if found.get(case_id, Counter()) != wanted:
                    small = reduced(one, differs(zone, now))
                    note(f"made small, as of {now}: {small}")
                    assert in_bulk([small], zone, now).get(case_id, Counter()) == expected(small, zone, now)
                    assert found.get(case_id, Counter()) == wanted
        for one in several:
            coverage.note(one, looks[one.events[0].case_id])

    agree()

    seen = {what for (_, what), n in coverage.seen.items() if n}
    assert seen >= {"violated", "met", "pending", "remedied", "short notice"}
    kinds = {option.split()[0] for (option, what), n in coverage.seen.items() if what == "violated" and n}
    assert len(kinds) == 9


def test_nothing_falls_due_in_a_window_that_cancelled_opens() -> None:
    opened = Event(1, "c", "p", "opened", 0, 0)
    cancelled = Event(2, "c", "p", "cancelled", 10, 10)
    kind = Recurrence.model_validate({"do": "b", "every": "5m", "from": "cancelled", "until": "closed"})
    catalogue = Catalogue(procedure="p", rules=(Rule(id="r", kind=kind),))

    found = judge_cases([[opened, cancelled]], lambda _: catalogue, 10 * DAY, ZoneInfo("UTC"))

    assert found == []


def test_no_cases_break_nothing() -> None:
    assert judge_cases([], lambda _: Catalogue(procedure="p", rules=()), DAY, ZoneInfo("UTC")) == []
