"""Figures of response, lead and recurrence: each counts what docs/figures.md says."""

from __future__ import annotations

import pytest

from checklists.instant import DAY, HOUR, MINUTE
from tests.test_figures import at, counted, event, opened, parts

WITHIN = {"after": "found", "do": "returned", "within": "1h"}


def test_each_start_of_a_response_is_one_obligation() -> None:
    events = [
        opened(),
        event("found", 0),
        event("returned", HOUR),
        event("found", 2 * HOUR),
        event("returned", 4 * HOUR),
        event("found", 5 * HOUR),
        event("found", 6 * HOUR + 1),
    ]

    assert parts(counted("response", WITHIN, events, 7 * HOUR)) == {"met": 1, "remedied": 1, "open": 1, "pending": 1}


def test_a_response_under_a_guard_that_never_holds_does_not_arise() -> None:
    events = [opened(g="no"), event("found", 0)]

    f = counted("response", WITHIN, events, DAY, g="yes")

    assert (f.arose, f.cases, f.vacuous, f.rate) == (0, 0, 1, None)


def test_a_response_lapses_when_its_guard_ceases_to_hold() -> None:
    events = [opened(g="yes"), event("found", 0), event("amended", MINUTE, data={"g": "no"})]

    assert parts(counted("response", WITHIN, events, DAY, g="yes")) == {"lapsed": 1}
    assert parts(counted("response", WITHIN, [*events, event("returned", DAY)], DAY, g="yes")) == {"met": 1}


def test_a_cancelled_response_lapses_and_one_begun_at_that_instant_never_arises() -> None:
    events = [opened(), event("found", 0), event("found", MINUTE), event("cancelled", MINUTE)]

    assert parts(counted("response", WITHIN, events, DAY)) == {"lapsed": 1}
    assert parts(counted("response", {**WITHIN, "after": "cancelled"}, events, DAY)) == {}


def test_a_guard_that_comes_to_hold_too_late_is_violated_at_short_notice() -> None:
    events = [opened(), event("found", 0), event("amended", 2 * HOUR, data={"g": "yes"})]

    assert parts(counted("response", WITHIN, events, 3 * HOUR, g="yes")) == {"open": 1, "short_notice": 1}


LEAD = {"do": ["room", "sign"], "before": "start", "by": "8h"}


def test_each_deed_of_a_lead_is_one_obligation_of_the_case() -> None:
    events = [opened(start=at(20 * HOUR)), event("room", HOUR)]

    assert parts(counted("lead", LEAD, events, 12 * HOUR)) == {"met": 1, "pending": 1}
    assert parts(counted("lead", LEAD, events, 13 * HOUR)) == {"met": 1, "open": 1}


def test_two_deeds_of_one_label_are_told_apart() -> None:
    both = {**LEAD, "do": [{"step": "room", "value": 1}, {"step": "room", "value": 2}]}
    events = [opened(start=at(20 * HOUR)), event("room", HOUR, value=2)]

    assert parts(counted("lead", both, events, 13 * HOUR)) == {"met": 1, "open": 1}


def test_a_lead_without_its_instant_does_not_arise_and_lapses_when_that_goes() -> None:
    unset = event("amended", HOUR, data={"start": None})

    assert counted("lead", LEAD, [opened()], DAY).vacuous == 1
    assert parts(counted("lead", LEAD, [opened(start=at(20 * HOUR)), unset], DAY)) == {"lapsed": 2}
    assert parts(counted("lead", LEAD, [opened(start=at(20 * HOUR)), event("cancelled", 1)], DAY)) == {"lapsed": 2}


# --- recurrence ------------------------------------------------------------------------------------------------------

TEA = {"do": "tea", "every": "15m", "from": "started", "until": "ended"}


def test_the_start_and_each_deed_open_a_gap() -> None:
    events = [opened(), event("started"), event("tea", 15 * MINUTE), event("tea", 31 * MINUTE)]

    assert parts(counted("recurrence", TEA, events, 31 * MINUTE)) == {"met": 1, "remedied": 1, "pending": 1}
    assert parts(counted("recurrence", TEA, events, 50 * MINUTE)) == {"met": 1, "remedied": 1, "open": 1}


@pytest.mark.parametrize(
    ("word", "minutes", "became"),
    [
        ("ended", 15, "met"),
        ("closed", 15, "met"),
        ("cancelled", 15, "lapsed"),
        ("ended", 16, "open"),
        ("cancelled", 16, "open"),
    ],
)
def test_the_end_of_the_window_decides_its_last_gap(word: str, minutes: int, became: str) -> None:
    events = [opened(), event("started"), event(word, minutes * MINUTE)]

    assert parts(counted("recurrence", TEA, events, DAY)) == {became: 1}


def test_a_window_under_a_guard_that_fails_is_not_judged() -> None:
    events = [
        opened(g="no"),
        event("started"),
        event("ended", 1),
        event("amended", 2, data={"g": "yes"}),
        event("started", 3),
        event("ended", 4),
    ]

    assert parts(counted("recurrence", TEA, events, DAY, g="yes")) == {"met": 1}


def test_a_window_that_the_cancellation_opens_has_neither_gaps_nor_dates() -> None:
    events = [opened(), event("cancelled", HOUR)]

    for every in ("15m", "day"):
        assert counted("recurrence", {**TEA, "from": "cancelled", "every": every}, events, 9 * DAY).vacuous == 1


PLAN = {"do": "plan", "every": "day", "from": "arrived", "until": "left"}


def test_each_date_of_a_stay_is_one_obligation_and_today_one_more() -> None:
    events = [opened(), event("arrived"), event("plan", DAY)]  # arrived on the 2nd at 08:00

    assert parts(counted("recurrence", PLAN, events, 2 * DAY)) == {"open": 1, "met": 1, "pending": 1}
    assert parts(counted("recurrence", PLAN, [*events, event("plan", 2 * DAY)], 2 * DAY)) == {"open": 1, "met": 2}


def test_the_date_on_which_the_stay_ends_is_none() -> None:
    events = [opened(), event("arrived"), event("plan", HOUR), event("left", DAY)]

    assert parts(counted("recurrence", PLAN, events, 9 * DAY)) == {"met": 1}
    assert counted("recurrence", PLAN, [opened(), event("arrived"), event("left", HOUR)], 9 * DAY).vacuous == 1


def test_a_date_that_a_cancellation_at_midnight_spares_has_lapsed() -> None:
    events = [opened(), event("arrived"), event("cancelled", 16 * HOUR)]  # midnight in Taipei

    assert parts(counted("recurrence", PLAN, events, 9 * DAY)) == {"lapsed": 1}
