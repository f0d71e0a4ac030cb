"""Figures: the parts add up, the violated are the judge's lines, and each kind counts what docs/figures.md says."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import Case, fold
from checklists.event import Event
from checklists.instant import DAY, HOUR, Instant, format_instant, parse_instant
from rules.figures import Figures, figures
from rules.judge import judge, judge_rule
from rules.kinds import KINDS, Catalogue, Rule
from rules.obligations import outcomes
from tests.strategies import Situation, situation

TAIPEI = ZoneInfo("Asia/Taipei")
T0 = parse_instant("2026-03-02T00:00:00Z")  # 08:00 in Taipei
SEEDS = 5000


def at(offset: Instant) -> str:
    return format_instant(T0 + offset)


def event(word: str, offset: Instant = 0, **more: Any) -> Event:
    late = more.pop("late", 0)
    return Event(0, "c", "p", word, T0 + offset, T0 + offset + late, **more)


def opened(**data: Any) -> Event:
    return event("opened", 0, data=data)


def counted(kind: str, parameters: dict[str, Any], events: list[Event], now: Instant, **when: Any) -> Figures:
    catalogue = Catalogue(procedure="p", rules=(Rule(id="r", kind=KINDS[kind].model_validate(parameters), when=when),))
    return figures(catalogue, _case(events, now), TAIPEI)["r"]


def _case(events: list[Event], now: Instant) -> Case:
    placed = [
        Event(**{**{f: getattr(e, f) for f in Event.__dataclass_fields__}, "position": i})
        for i, e in enumerate(events, 1)
    ]
    case = fold(placed, T0 + now)
    assert case is not None
    return case


def parts(f: Figures) -> dict[str, int]:
    """Return the parts that are not nought; whether the case counts follows from them."""
    shown = {name: getattr(f, name) for name in ("met", "pending", "open", "remedied", "lapsed", "short_notice")}
    assert f.cases == (f.arose > 0)
    assert f.vacuous == (f.arose == 0)
    return {name: n for name, n in shown.items() if n}


def _cases(seed: int) -> tuple[Situation, list[Case]]:
    drawn = situation(Random(seed))
    return drawn, [case for stop in drawn.stops if (case := fold(drawn.events, stop))]


# --- what holds of any case ------------------------------------------------------------------------------------------


def test_the_violated_are_as_many_as_the_lines_of_the_judge() -> None:
    seen: Counter[tuple[str, str]] = Counter()

    for seed in range(SEEDS):
        drawn, cases = _cases(seed)
        for case in cases:
            for rule in drawn.catalogue.rules:
                lines = list(judge_rule(rule, case, drawn.zone, foreign=drawn.catalogue.foreign))
                became = list(outcomes(rule, case, drawn.zone, lines, foreign=drawn.catalogue.foreign))
                assert became.count("violated") == len(lines), (seed, rule.id, case.now)
                seen.update((rule.kind.name, outcome) for outcome in became)

    both = {(kind, outcome) for kind in KINDS for outcome in ("met", "violated")}
    waiting = {(k, o) for k in ("response", "lead", "recurrence", "existence") for o in ("pending", "lapsed")}
    assert set(seen) == both | waiting
    assert min(seen.values()) > 20


def test_the_parts_add_up() -> None:
    for seed in range(SEEDS // 2):
        drawn, cases = _cases(seed)
        for case in cases:
            lines = Counter(v.rule for v in judge(drawn.catalogue, case, drawn.zone))
            counts = figures(drawn.catalogue, case, drawn.zone)
            assert list(counts) == [rule.id for rule in drawn.catalogue.rules]
            for rule_id, f in counts.items():
                assert f.violated == f.open + f.remedied == lines[rule_id]
                assert f.arose == f.met + f.pending + f.violated + f.lapsed
                assert 0 <= f.short_notice <= f.violated
                assert (f.cases, f.vacuous) == ((1, 0) if f.arose else (0, 1))
                assert f.rate is None if f.met + f.violated == 0 else f.rate == f.met / (f.met + f.violated)


def test_what_is_decided_stays_decided_while_nothing_is_recorded() -> None:
    for seed in range(SEEDS // 2):
        drawn = situation(Random(seed))
        still = [e for e in drawn.events if max(e.occurred_at, e.recorded_at) <= drawn.stops[0]]
        looks = [case for stop in drawn.stops if (case := fold(still, stop))]
        for rule in drawn.catalogue.rules if len(looks) == len(drawn.stops) else ():
            of = [figures(drawn.catalogue, case, drawn.zone)[rule.id] for case in looks]
            for earlier, later in pairwise(of):
                assert earlier.violated <= later.violated, (seed, rule.id)
                assert earlier.met <= later.met, (seed, rule.id)
                assert earlier.lapsed <= later.lapsed, (seed, rule.id)
                assert later.arose >= earlier.arose, (seed, rule.id)


def test_figures_of_several_cases_are_the_sums_of_theirs() -> None:
    one = Figures(met=1, open=1, cases=1)
    other = Figures(pending=2, remedied=1, short_notice=1, cases=1)

    both = one + other + Figures(vacuous=1)

    assert both == Figures(met=1, pending=2, open=1, remedied=1, lapsed=0, short_notice=1, waived=0, cases=2, vacuous=1)
    assert (both.arose, both.violated, both.rate) == (5, 2, 1 / 3)


def test_nothing_decided_is_no_rate() -> None:
    assert Figures(pending=3, lapsed=2, cases=1).rate is None
    assert Figures(vacuous=7).rate is None


def test_a_waiver_changes_no_verdict_and_is_shown_beside_it() -> None:
    rule = Rule(id="r", kind=KINDS["absence"].model_validate({"do": "x", "after": "opened"}))
    catalogue = Catalogue(procedure="p", rules=(rule,))
    case = _case([opened(), event("x", 1), event("x", 2)], DAY)
    first, second = judge(catalogue, case, TAIPEI)

    f = figures(catalogue, case, TAIPEI, {first.identity})["r"]
    both = figures(catalogue, case, TAIPEI, {first.identity, second.identity})["r"]

    assert (f.violated, f.waived, f.rate, f.rate_without_waived) == (2, 1, 0.0, 0.0)
    assert (both.violated, both.waived, both.rate, both.rate_without_waived) == (2, 2, 0.0, None)


# --- precedence and existence ----------------------------------------------------------------------------------------


def test_each_gate_asks_for_each_of_all() -> None:
    rule = {"all": ["a", "b"], "before": "gate", "given": "begun"}
    events = [
        opened(),
        event("gate", 1),
        event("begun", 2),
        event("a", 3),
        event("gate", 4),
        event("b", 5),
        event("gate", 6),
    ]

    assert parts(counted("precedence", rule, events, DAY)) == {"met": 3, "remedied": 1}
    assert counted("precedence", rule, events, DAY, g="yes").vacuous == 1


def test_minimum_and_maximum_are_two_obligations() -> None:
    rule = {"of": "x", "min": 1, "max": 2}

    assert parts(counted("existence", rule, [opened()], DAY)) == {"pending": 1, "met": 1}
    assert parts(counted("existence", rule, [opened(), event("x", 1)], DAY)) == {"met": 2}
    assert parts(counted("existence", rule, [opened(), *[event("x", 1)] * 3], DAY)) == {"met": 1, "open": 1}
    assert parts(counted("existence", rule, [opened(), event("closed", 1)], DAY)) == {"met": 1, "open": 1}
    assert parts(counted("existence", rule, [opened(), event("cancelled", 1)], DAY)) == {"met": 1, "lapsed": 1}


def test_with_each_the_minimum_counts_the_list_and_the_maximum_the_subjects_there_were() -> None:
    least = {"of": "greeted", "min": 1, "each": "guests"}
    most = {"of": "greeted", "max": 1, "each": "guests"}
    events = [
        opened(guests=["A", "B", "A"]),
        event("greeted", 1, subject="A"),
        event("greeted", 2, subject="C"),
        event("greeted", 3, subject="C"),
        event("greeted", 4),
    ]
    grown = event("amended", 5, data={"guests": ["A", "B", "D"]})

    assert parts(counted("existence", least, events, DAY)) == {"met": 1, "pending": 1}
    assert parts(counted("existence", least, [*events, grown], DAY)) == {"met": 1, "pending": 2}
    assert parts(counted("existence", least, [*events, event("closed", 5), grown], DAY)) == {"met": 1, "open": 1}
    assert parts(counted("existence", most, events, DAY)) == {"met": 2, "open": 1}
    assert counted("existence", most, [opened()], DAY).vacuous == 1


def test_a_window_that_has_not_begun_asks_for_nothing() -> None:
    rule = {"of": "x", "min": 1, "max": 2, "from": "begun"}

    assert counted("existence", rule, [opened(), event("x", 1), event("closed", 2)], DAY).vacuous == 1
    assert counted("existence", {"of": "x", "min": 1}, [opened(), event("closed", 2)], DAY, g="yes").vacuous == 1


def test_a_minimum_in_a_window_that_the_cancellation_opens_has_lapsed() -> None:
    rule = {"of": "x", "min": 1, "from": "cancelled"}

    assert parts(counted("existence", rule, [opened(), event("cancelled", 2)], DAY)) == {"lapsed": 1}


# --- what an event itself shows --------------------------------------------------------------------------------------


def test_a_measurement_without_a_bound_is_no_obligation() -> None:
    rule = {"of": "seats", "min": "attendees"}
    events = [
        opened(),
        event("seats", 1, value=3),
        event("amended", 2, data={"attendees": 5}),
        event("seats", 3, value=3),
        event("seats", 4),
        event("seats", 5, value=5),
    ]

    assert parts(counted("limit", rule, events, DAY)) == {"remedied": 1, "met": 1}


def test_each_deed_of_an_authority_is_one_obligation() -> None:
    rule = {"of": "approved", "roles": ["boss"], "not_by": "applied"}
    events = [
        opened(),
        event("approved", 1, role="boss", actor="a"),
        event("approved", 2, role="clerk", actor="b"),
        event("approved", 3, role="boss", actor="c"),
        event("applied", 4, actor="c"),
    ]

    assert parts(counted("authority", rule, events, DAY)) == {"met": 1, "open": 2}


def test_each_event_meant_by_timeliness_is_one_obligation_and_a_late_one_is_remedied() -> None:
    events = [opened(), event("form", 1), event("form", 2, late=HOUR), event("other", 3, late=HOUR)]

    assert parts(counted("timeliness", {"within": "15m", "of": ["form"]}, events, DAY)) == {"met": 1, "remedied": 1}
    assert parts(counted("timeliness", {"within": "15m"}, events, DAY)) == {"met": 2, "remedied": 2}


def test_an_absence_is_met_once_a_case_or_violated_for_each_deed() -> None:
    rule = {"do": "x", "after": "sealed"}

    assert counted("absence", rule, [opened(), event("x", 1)], DAY).vacuous == 1
    assert parts(counted("absence", rule, [opened(), event("x", 1), event("sealed", 2)], DAY)) == {"met": 1}
    events = [opened(), event("sealed", 1), event("x", 2), event("x", 3), event("sealed", 4)]
    assert parts(counted("absence", rule, events, DAY)) == {"open": 2}


def test_an_absence_whose_guard_fails_at_the_first_start_is_violated_but_never_met() -> None:
    rule = {"do": "x", "after": "sealed"}
    events = [opened(), event("sealed", 1), event("amended", 2, data={"g": "yes"})]

    assert counted("absence", rule, events, DAY, g="yes").vacuous == 1
    assert parts(counted("absence", rule, [*events, event("x", 3)], DAY, g="yes")) == {"open": 1}


def test_in_another_systems_log_a_text_that_is_a_number_is_measured() -> None:
    rule = Rule(id="r", kind=KINDS["limit"].model_validate({"of": "seats", "max": 3}))
    case = _case([opened(), event("seats", 1, value="4"), event("seats", 2, value="2")], DAY)

    assert parts(figures(Catalogue(procedure=None, rules=(rule,)), case, TAIPEI)["r"]) == {"remedied": 1, "met": 1}
    assert figures(Catalogue(procedure="p", rules=(rule,)), case, TAIPEI)["r"].vacuous == 1
