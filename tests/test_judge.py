"""The reference judge against the small examples and the fine print of semantics.md."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checklists.case import fold
from checklists.event import Event
from checklists.instant import DAY, HOUR, MINUTE, SECOND, day_start, local_date, parse_instant
from rules.judge import judge_rule
from rules.kinds import KINDS, Rule
from rules.violation import Violation

TAIPEI = ZoneInfo("Asia/Taipei")
T0 = parse_instant("2026-03-02T00:00:00Z")


def at(offset: int) -> str:
    from checklists.instant import format_instant

    return format_instant(T0 + offset)


def event(word: str, offset: int, position: int = 0, **more: Any) -> Event:
    late = more.pop("late", 0)
    return Event(position, "c", "p", word, T0 + offset, T0 + offset + late, **more)


def judged(
    kind: str, parameters: dict[str, Any], events: list[Event], now: int, when: Any = None, zone: ZoneInfo = TAIPEI
) -> list[Violation]:
    rule = Rule(id="r", kind=KINDS[kind].model_validate(parameters), when=when or {})
    placed = [
        Event(**{**{f: getattr(e, f) for f in Event.__dataclass_fields__}, "position": i})
        for i, e in enumerate(events, 1)
    ]
    case = fold(placed, T0 + now)
    return list(judge_rule(rule, case, zone)) if case else []


def brief(violations: list[Violation]) -> list[tuple[int, int | None, int | None, bool]]:
    def since(instant: int | None) -> int | None:
        return None if instant is None else instant - T0

    return [(v.at - T0, since(v.due_at), since(v.remedied_at), v.short_notice) for v in violations]


DAY_LONG = {"after": "opened", "do": "completed", "within": "24h"}


def test_a_deed_exactly_at_the_deadline_is_in_time() -> None:
    assert judged("response", DAY_LONG, [event("opened", 0), event("completed", 24 * HOUR)], 48 * HOUR) == []


def test_a_late_deed_remedies_and_never_erases() -> None:
    late = 24 * HOUR + MINUTE

    found = judged("response", DAY_LONG, [event("opened", 0), event("completed", late)], 48 * HOUR)

    assert brief(found) == [(24 * HOUR, 24 * HOUR, late, False)]


def test_a_deadline_is_passed_one_microsecond_after_it() -> None:
    assert judged("response", DAY_LONG, [event("opened", 0)], 24 * HOUR) == []
    assert brief(judged("response", DAY_LONG, [event("opened", 0)], 24 * HOUR + 1)) == [
        (24 * HOUR, 24 * HOUR, None, False)
    ]


def test_a_guard_that_comes_to_hold_after_the_deadline_is_short_notice() -> None:
    events = [
        event("opened", 0, data={"urgency": "normal"}),
        event("amended", 30 * HOUR, data={"urgency": "emergency"}),
    ]

    found = judged("response", DAY_LONG, events, 40 * HOUR, {"urgency": "emergency"})

    assert brief(found) == [(30 * HOUR, 24 * HOUR, None, True)]


LEAD = {"do": ["prepared"], "before": "start_at", "by": "8h"}


def test_a_lead_broken_under_the_deadline_then_in_force_stays_broken() -> None:
    events = [
        event("opened", 0, data={"start_at": at(14 * HOUR)}),
        event("amended", 7 * HOUR, data={"start_at": at(18 * HOUR)}),
    ]

    assert brief(judged("lead", LEAD, events, 8 * HOUR)) == [(6 * HOUR, 6 * HOUR, None, False)]


def test_a_lead_moved_in_time_is_due_later() -> None:
    events = [
        event("opened", 0, data={"start_at": at(14 * HOUR)}),
        event("amended", 5 * HOUR, data={"start_at": at(18 * HOUR)}),
    ]

    assert judged("lead", LEAD, events, 10 * HOUR) == []
    assert brief(judged("lead", LEAD, events, 10 * HOUR + 1)) == [(10 * HOUR, 10 * HOUR, None, False)]


def test_a_meeting_booked_too_late_is_short_notice() -> None:
    events = [event("opened", 0, data={"start_at": at(2 * HOUR)})]

    assert brief(judged("lead", LEAD, events, 0)) == [(0, -6 * HOUR, None, True)]


def test_the_day_before_ends_with_the_first_instant_of_the_local_day() -> None:
    lead = {"do": ["keys"], "before": "arrival_at", "by": "day-before"}
    events = [event("opened", 0, data={"arrival_at": at(30 * HOUR)})]

    due = day_start(local_date(T0 + 30 * HOUR, TAIPEI), TAIPEI) - T0

    assert due == 16 * HOUR
    assert brief(judged("lead", lead, events, due + 1)) == [(due, due, None, False)]


TEA = {"do": "tea", "every": "15m", "from": "started", "until": "ended"}


def test_gaps_of_a_recurrence_are_judged_one_by_one() -> None:
    minutes = [event("opened", 0), event("started", 0), event("tea", 15 * MINUTE), event("tea", 31 * MINUTE)]

    found = judged("recurrence", TEA, [*minutes, event("ended", 50 * MINUTE)], DAY)

    assert brief(found) == [
        (30 * MINUTE, 30 * MINUTE, 31 * MINUTE, False),
        (46 * MINUTE, 46 * MINUTE, None, False),
    ]


def test_an_open_window_counts_up_to_now() -> None:
    assert judged("recurrence", TEA, [event("opened", 0), event("started", 0)], 15 * MINUTE) == []
    assert len(judged("recurrence", TEA, [event("opened", 0), event("started", 0)], 15 * MINUTE + 1)) == 1


def test_the_event_that_ends_a_window_opens_none() -> None:
    both = {**TEA, "from": {"any": ["started", "ended"]}}

    assert judged("recurrence", both, [event("opened", 0), event("started", 0), event("ended", 1)], DAY) == []


def test_every_day_needs_a_deed_until_the_day_of_the_end() -> None:
    plan = {"do": "plan", "every": "day", "from": "arrived", "until": "left"}
    events = [event("opened", 0), event("arrived", 15 * HOUR), event("plan", 17 * HOUR), event("left", 50 * HOUR)]

    found = judged("recurrence", plan, events, 60 * HOUR)

    assert [(v.at - T0, v.cause) for v in found] == [(16 * HOUR, "2026-03-02")]


def test_a_midnight_at_the_instant_of_cancellation_breaks_nothing() -> None:
    plan = {"do": "plan", "every": "day", "from": "arrived", "until": "left"}
    until = [event("opened", 0), event("arrived", 0)]

    assert judged("recurrence", plan, [*until, event("cancelled", 16 * HOUR)], DAY) == []
    assert len(judged("recurrence", plan, [*until, event("left", 16 * HOUR)], DAY)) == 1


def test_a_signature_after_closing_remedies() -> None:
    events = [event("opened", 0), event("closed", 10 * HOUR), event("signed", 10 * HOUR + 5 * MINUTE)]

    found = judged("precedence", {"all": ["signed"], "before": "closed"}, events, DAY)

    assert brief(found) == [(10 * HOUR, None, 10 * HOUR + 5 * MINUTE, False)]


def test_at_one_instant_the_order_of_the_log_decides() -> None:
    before = [event("opened", 0), event("signed", HOUR), event("closed", HOUR)]
    after = [event("opened", 0), event("closed", HOUR), event("signed", HOUR)]

    assert judged("precedence", {"all": ["signed"], "before": "closed"}, before, DAY) == []
    assert len(judged("precedence", {"all": ["signed"], "before": "closed"}, after, DAY)) == 1


def test_a_guest_never_greeted_counts_nought() -> None:
    greeted = {"of": "greeted", "min": 3, "each": "guests"}
    events = [
        event("opened", 0, data={"guests": ["A", "B"]}),
        *[event("greeted", HOUR + n, subject="A") for n in range(3)],
        event("closed", 2 * HOUR),
    ]

    assert [(v.subject, v.at - T0) for v in judged("existence", greeted, events, DAY)] == [("B", 2 * HOUR)]
    assert judged("existence", greeted, [*events[:-1], event("cancelled", 2 * HOUR)], DAY) == []


def test_the_maximum_holds_for_every_subject_none_included() -> None:
    once = {"of": "greeted", "max": 1, "each": "guests"}
    events = [event("opened", 0), event("greeted", 1), event("greeted", 2), event("greeted", 3, subject="A")]

    assert [(v.subject, v.at - T0) for v in judged("existence", once, events, DAY)] == [(None, 2)]


def test_an_amendment_is_in_force_from_its_place_in_the_order() -> None:
    seats = {"of": "seats", "min": "attendees"}
    few = event("opened", 0, data={"attendees": 10})
    more = event("amended", HOUR, data={"attendees": 20})

    assert judged("limit", seats, [few, event("seats", HOUR, value=12), more], DAY) == []
    assert len(judged("limit", seats, [few, more, event("seats", HOUR, value=12)], DAY)) == 1


@pytest.mark.parametrize(("value", "broken"), [(3, 0), (3.5, 1), (True, 0), ("9", 0), (None, 0)])
def test_only_numbers_are_measurements(value: object, broken: int) -> None:
    assert (
        len(judged("limit", {"of": "butts", "max": 3}, [event("opened", 0), event("butts", 1, value=value)], DAY))
        == broken
    )


def test_four_eyes_hold_in_either_order() -> None:
    rule = {"of": "approved", "not_by": "applied"}
    events = [event("opened", 0), event("approved", HOUR, actor="a"), event("applied", 2 * HOUR, actor="a")]

    assert brief(judged("authority", rule, events, DAY)) == [(2 * HOUR, None, None, False)]
    assert (
        judged("authority", rule, [events[0], event("approved", 1, actor=""), event("applied", 2, actor="")], DAY) == []
    )


def test_no_role_is_none_of_the_roles() -> None:
    assert len(judged("authority", {"of": "x", "roles": ["boss"]}, [event("opened", 0), event("x", 1)], DAY)) == 1


def test_late_recording_is_remedied_by_the_record() -> None:
    events = [event("opened", 0), event("form", HOUR, late=16 * MINUTE)]

    found = judged("timeliness", {"within": "15m"}, events, DAY)

    assert brief(found) == [(HOUR + 15 * MINUTE, HOUR + 15 * MINUTE, HOUR + 16 * MINUTE, False)]
    assert judged("timeliness", {"within": "15m"}, events, HOUR + 15 * MINUTE) == []


def test_nothing_falls_due_from_a_cancellation_on() -> None:
    before = [event("opened", 0), event("cancelled", 24 * HOUR)]
    after = [event("opened", 0), event("cancelled", 24 * HOUR + 1)]

    assert judged("response", DAY_LONG, before, 90 * HOUR) == []
    assert len(judged("response", DAY_LONG, after, 90 * HOUR)) == 1


def test_a_cancellation_can_be_taken_back() -> None:
    events = [
        event("opened", 0),
        event("cancelled", HOUR, event_id="x"),
        event("completed", 2 * HOUR),
        event("retracted", 3 * HOUR, data={"event_id": "x", "reason": "wrong case"}),
    ]
    nothing_after = {"do": "completed", "after": "opened"}

    assert judged("absence", nothing_after, events, 2 * HOUR + 1) == []
    assert len(judged("absence", nothing_after, events, 3 * HOUR)) == 1


def test_acts_are_not_seen() -> None:
    assert judged("timeliness", {"within": "1s"}, [event("opened", 0), event("_waived", 0, late=9 * SECOND)], DAY) == []


def test_same_subject_means_the_same_or_none() -> None:
    rule = {"after": "found", "do": "returned", "within": "30m", "same": "subject"}
    events = [
        event("opened", 0),
        event("found", 1, subject="hat"),
        event("found", 2),
        event("returned", 3, subject="pen"),
        event("returned", 4),
    ]

    assert [(v.subject, v.at - T0) for v in judged("response", rule, events, DAY)] == [("hat", 1 + 30 * MINUTE)]


def test_a_day_begins_at_its_first_existing_instant() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    start = day_start(date(2022, 3, 27), beirut)

    assert start == parse_instant("2022-03-26T22:00:00Z")
    assert local_date(start - 1, beirut) == date(2022, 3, 26)
    assert local_date(start, beirut) == date(2022, 3, 27)


def test_a_day_that_has_begun_stays_when_clocks_go_back_over_midnight() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    start = day_start(date(2010, 11, 7), st_johns)
    plan = {"do": "plan", "every": "day", "from": "arrived", "until": "left"}
    evening = parse_instant("2010-11-06T20:00:00-02:30") - T0
    again = parse_instant("2010-11-06T23:30:00-03:30") - T0
    events = [event("opened", evening), event("arrived", evening), event("plan", again)]

    found = judged("recurrence", plan, events, again + DAY, zone=st_johns)

    assert start == parse_instant("2010-11-07T00:00:00-02:30")
    assert local_date(start - 1, st_johns) == date(2010, 11, 6)
    assert {local_date(start + n * MINUTE, st_johns) for n in range(90)} == {date(2010, 11, 7)}
    assert [(v.at - T0, v.cause) for v in found] == [(start - T0, "2010-11-06")]
