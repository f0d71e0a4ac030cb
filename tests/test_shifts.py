"""A shift from beginning to end, tapped on two tablets in Chinese: the violations made on purpose, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, sync_playwright

from checklists.instant import MINUTE
from tests.browser import launch
from tests.shifts import PORTRAIT, Hand, Shift, wait_for_record
from tests.turned import TurnedHotel

pytestmark = pytest.mark.browser

TAIPEI = ZoneInfo("Asia/Taipei")
YES, NO = {"is": "是"}, {"is": "否"}
PEOPLE = (
    ("林美玲", ("attendant", "receptionist", "senior_pr_manager")),
    ("王建國", ("meeting_supervisor", "equipment_operator", "worker", "duty_leader", "front_office", "concierge",
              "housekeeping", "security")),
    ("陳志明", ("general_manager", "repair_supervisor", "supervisor")),
    ("周若蘭", ("marketing_director", "support_supervisor")),
)  # fmt: skip


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnedHotel]:
    begin = datetime(2026, 3, 2, 7, 30, tzinfo=TAIPEI)
    made = TurnedHotel(tmp_path_factory.mktemp("shifts"), begin, PEOPLE)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _every_page_is_closed(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()


def test_a_meeting_is_run_from_booking_to_closure(browser: Browser, hotel: TurnedHotel) -> None:
    shift = Shift(hotel)
    mei, wang = Hand(shift, browser, "林美玲"), Hand(shift, browser, "王建國", PORTRAIT)

    book_a_meeting(shift, mei, wang)
    serve_a_meeting(shift, mei, wang)
    wind_a_meeting_up(shift, mei, wang)
    wait_for_record(shift)

    late_tea = shift.when("tea_served", 1) + 15 * MINUTE
    assert shift.violations() == [
        (
            "meeting.ashtray-3",
            "ashtray_counted",
            None,
            shift.when("ashtray_counted", 2),
            shift.when("ashtray_counted", 3),
        ),
        ("meeting.important-8h", "prepared", None, shift.hotel.local("12:00"), shift.when("prepared")),
        ("meeting.tea-15min", "tea_served", None, late_tea, shift.when("tea_served", 2)),
    ]
    assert shift.checked() == shift.violations()


def book_a_meeting(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("08:00")
    today = shift.hotel.today()
    mei.opens("meeting", {
        "importance": {"is": "重要"}, "start_at": {"at": f"{today}T20:00"}, "end_at": {"at": f"{today}T22:00"},
        "title": "董事會", "room": "明珠廳", "attendees": 12, "organiser": "湖畔集團", "contact": "吳秘書",
        "smoking": YES, "fruit": NO, "banner": NO, "plants": YES, "towels": YES, "projection": YES, "podium": NO,
    })  # fmt: skip
    mei.writes("needs_confirmed", "十二位，需投影")
    shift.at("11:00")
    mei.says_not_applicable("banner_hung", "不掛會標")
    mei.does("fruit_knives_set")
    mei.takes_back("fruit_knives_set", "沒有提供水果")
    mei.does("plants_placed", "signin_desk_set", "air_conditioning_checked", "lighting_checked", "cups_set")
    mei.does("ashtrays_set", "scented_towels_set", "tissues_set")
    mei.counts("seats_set", "12")
    mei.counts("paper_pens_set", "12")
    wang.does("sound_checked", "projection_ready")
    shift.at("12:20")
    wang.photographs("prepared")  # on purpose: eight hours ahead was 12:00


def serve_a_meeting(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("19:50")
    mei.does("door_attended")
    shift.at("20:00")
    mei.does("started")
    shift.at("20:14")
    wang.does("tea_served")
    shift.at("20:28")
    mei.does("tea_served")
    mei.counts("ashtray_counted", "3")
    shift.at("20:46")
    wang.does("tea_served")  # on purpose: 18 minutes after the last
    mei.does("ashtrays_changed", "towels_changed")
    shift.at("20:50")
    mei.does("break_started")
    shift.at("20:58")
    mei.does("break_cleared")
    shift.at("21:05")
    mei.does("resumed")
    mei.counts("ashtray_counted", "2")
    shift.at("21:12")
    mei.writes("message_taken", "請回電公司", "吳秘書")
    wang.does("tea_served")
    shift.at("21:18")
    wang.does_for("message_delivered", "吳秘書")
    mei.counts("ashtray_counted", "4")  # on purpose: more than three
    mei.counts("ashtray_counted", "1")
    shift.at("21:26")
    mei.does("tea_served", "towels_changed", "ashtrays_changed")
    shift.at("21:38")
    mei.does("ended")


def wind_a_meeting_up(shift: Shift, mei: Hand, wang: Hand) -> None:
    mei.does("guests_seen_off", "lost_property_searched")
    mei.writes("lost_property_found", "黑色雨傘", "雨傘")
    shift.at("21:55")
    wang.writes("lost_property_handed_in", "交給櫃檯", "雨傘")
    mei.does("equipment_intact", "room_cleared", "equipment_removed", "power_checked", "lights_off", "door_locked")
    mei.writes("recorded", "順利結束")
    mei.closes()
