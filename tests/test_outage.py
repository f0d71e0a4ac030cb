"""Outages and wrong clocks, in real browsers on a real service: no tick is lost, and each keeps the time of its tap."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from checklists.instant import HOUR, MINUTE, SECOND, parse_instant
from sopwatch.place import Property, write_property
from tests.outages import Timed, assert_recorded, begin_meeting, pass_time
from tests.tablets import until
from tests.turned import TurnedHotel

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

REAL = os.environ.get("OUTAGE") == "real"  # ten minutes by the wall clock, not by turned ones
TEA = "meeting.tea-15min"
PEOPLE = (("林美玲", ("attendant",)), ("王建國", ("meeting_supervisor",)))


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[TurnedHotel]:
    made = TurnedHotel(tmp_path, datetime(2026, 3, 2, 14, 0, tzinfo=ZoneInfo("Asia/Taipei")), PEOPLE, silence=10)
    write_property(tmp_path, Property(id="lake", name="湖畔飯店", zone="Asia/Taipei", lock_minutes=0))
    made.start()
    made.turn_to(made.now + SECOND)  # what its start took is in step again
    yield made
    made.stop()


def test_ten_minutes_without_network_lose_nothing_and_say_all_the_time_what_waits(
    browser: Browser, hotel: TurnedHotel
) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1")
    for _ in range(3):
        one.tap("tea_served")
        one.page.wait_for_timeout(1_100)
    one.is_saved()

    one.context.set_offline(True)
    for minute in range(10):
        one.tap("tea_served")
        one.waits(minute + 1)
        if REAL:
            for _ in range(6):
                one.page.wait_for_timeout(10_000)
                one.waits(minute + 1)
        else:
            pass_time(hotel, MINUTE, one)
        one.waits(minute + 1)
    expect(one.chip).to_contain_text("14:00 起沒有連線")
    one.context.set_offline(False)
    one.is_saved()
    for _ in range(3):
        one.tap("tea_served")
        one.page.wait_for_timeout(1_100)
    one.is_saved()

    assert len(one.taps) == 16
    assert_recorded(hotel, "M-1", one)


def test_forty_minutes_offline_are_told_and_what_was_in_time_counts(browser: Browser, hotel: TurnedHotel) -> None:
    began = begin_meeting(hotel)
    away = Timed(hotel, browser, "林美玲", "M-1")
    here = Timed(hotel, browser, "王建國", "M-1")

    away.context.set_offline(True)
    for minute in (13, 26, 39):
        pass_time(hotel, began + minute * MINUTE - hotel.now, away, here)
        away.tap("tea_served")
        pass_time(hotel, began + (minute + 3) * MINUTE - hotel.now, away, here)
        expect(here.row("tea_served")).to_contain_text("平板自 14:00 起離線（林美玲）", timeout=30_000)
    assert hotel.states("M-1", TEA) == ["open"], "what nobody has heard of yet"
    away.waits(3)
    away.context.set_offline(False)
    away.is_saved()

    until(lambda: hotel.states("M-1", TEA) == ["rescinded"])
    expect(here.row("tea_served")).not_to_contain_text("起離線", timeout=30_000)
    events = assert_recorded(hotel, "M-1", away)
    late = [parse_instant(e["recorded_at"]) - parse_instant(e["occurred_at"]) for e in events]
    assert [round(span / MINUTE) for span in late] == [29, 16, 3]


def test_whatever_people_do_to_a_tablets_clock_its_ticks_have_their_time(browser: Browser, hotel: TurnedHotel) -> None:
    begin_meeting(hotel)
    fast = Timed(hotel, browser, "林美玲", "M-1", wrong=3 * HOUR)
    slow = Timed(hotel, browser, "王建國", "M-1", wrong=-3 * HOUR)
    both = fast, slow

    def tap() -> None:
        for each in both:
            each.tap("tea_served")
        pass_time(hotel, 2 * MINUTE, *both)

    tap()  # right from the first tap on
    slow.set_clock(5 * HOUR)
    fast.set_clock(-5 * HOUR)
    tap()  # set while online
    for each in both:
        each.is_saved()
        each.context.set_offline(True)
    tap()
    slow.set_clock(-HOUR)
    fast.set_clock(-26 * HOUR)
    tap()  # set back without network
    slow.set_clock(90 * MINUTE)
    fast.set_clock(27 * HOUR)
    tap()  # set ahead without network
    slow.page.reload()
    slow.mark()
    slow.waits(3)
    tap()
    for each in both:
        each.waits(4)
        each.context.set_offline(False)
    expect(slow.page.locator(".st-key-bar")).to_be_visible(timeout=60_000)
    for each in both:
        each.is_saved()
    slow.mark()

    tap()
    for each in both:
        each.is_saved()
    events = assert_recorded(hotel, "M-1", *both)
    wrong = {
        round((parse_instant(e["data"]["_tablet_clock"]) - parse_instant(e["occurred_at"])) / HOUR, 1) for e in events
    }
    assert wrong == {-26, -5, -3, -1, 1.5, 3, 5, 27}, "what the tablet's clock showed is kept beside"


def test_a_tablet_that_slept_without_network_knows_how_late_it_is(browser: Browser, hotel: TurnedHotel) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1")

    one.context.set_offline(True)
    one.tap("tea_served")
    pass_time(hotel, 25 * MINUTE)
    one.sleep()
    one.page.wait_for_timeout(1_100)  # nobody taps in the second in which it wakes
    one.tap("tea_served")
    one.context.set_offline(False)
    one.is_saved()

    assert_recorded(hotel, "M-1", one)
