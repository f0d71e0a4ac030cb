"""A shift from beginning to end, tapped on two tablets in Chinese: the violations made on purpose, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from checklists.instant import DAY, HOUR, MINUTE
from tests.shifts import PORTRAIT, Hand, Shift, wait_for_record
from tests.turned import TurnedHotel

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

TAIPEI = ZoneInfo("Asia/Taipei")
YES, NO = {"is": "是"}, {"is": "否"}
PEOPLE = (
    ("林美玲", ("receptionist", "attendant", "senior_pr_manager")),
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


def test_a_guest_of_honour_is_received_from_application_to_press(browser: Browser, hotel: TurnedHotel) -> None:
    shift = Shift(hotel)
    mei, wang = Hand(shift, browser, "林美玲"), Hand(shift, browser, "陳志明", PORTRAIT)

    apply_for_a_guest(shift, mei, wang)
    ready_for_a_guest(shift, mei, wang)
    receive_a_guest(shift, mei, wang)
    see_a_guest_off(shift, mei, wang)
    wait_for_record(shift)

    assert shift.violations() == [
        ("vip.greeted-3", "greeted", "史密斯", shift.when("seen_off"), None),
        ("vip.room-inspected-3h", "room_inspected", None, hotel.local("12:00", -1), shift.when("room_inspected")),
    ]
    assert shift.checked() == shift.violations()


def test_a_public_repair_is_too_slow_and_is_signed_for(browser: Browser, hotel: TurnedHotel) -> None:
    shift = Shift(hotel)
    mei, wang = Hand(shift, browser, "林美玲"), Hand(shift, browser, "王建國", PORTRAIT)

    shift.at("09:00")
    mei.opens("repair", {
        "urgency": {"is": "急修"}, "location": "頂樓水塔", "scope": {"is": "公共設施"}, "description": "漏水",
        "channel": {"is": "電話"}, "chargeable": NO, "requester": "陳先生", "address": "湖路八號", "phone": "0912",
        "material_by": {"is": "公司"}, "under_warranty": NO,
    })  # fmt: skip
    mei.does("fee_explained", "form_completed", "dispatch_printed")
    mei.writes("assigned", "王建國")
    shift.at("09:40")
    wang.does("tools_ready", "arrived")
    wang.writes("site_noted", "水塔接頭裂開")
    wang.writes("materials_noted", "接頭一個")
    shift.at("08:50")
    shift.at("10:10")  # on purpose: 24 hours were over at 09:00
    wang.photographs("completed")
    wang.goes_to_closing()
    wang.hands_over_to("signed_support_supervisor", "周若蘭")
    wang.signs_open_pad("signed_support_supervisor")
    wang.does("form_kept")
    wang.closes()
    wait_for_record(shift)

    due = shift.when("opened") + DAY
    assert shift.violations() == [
        ("repair.emergency-24h", "completed|withdrawn|passed_to_developer", None, due, shift.when("completed")),
    ]
    assert shift.checked() == shift.violations()


def test_a_repair_inside_a_unit_is_closed_before_its_owner_has_signed(browser: Browser, hotel: TurnedHotel) -> None:
    shift = Shift(hotel)
    mei, wang = Hand(shift, browser, "林美玲"), Hand(shift, browser, "陳志明", PORTRAIT)

    shift.at("09:00")
    mei.opens("repair", {
        "urgency": {"is": "一般"}, "location": "八樓五號", "scope": {"is": "住戶室內"}, "description": "水龍頭鬆脫",
        "channel": {"is": "來訪"}, "chargeable": YES, "fee_quoted": 600, "requester": "周先生", "address": "湖路八號",
        "phone": "0912", "appointment_at": {"at": f"{hotel.day()}T14:00"}, "material_by": {"is": "業主"},
        "under_warranty": NO,
    })  # fmt: skip
    mei.does("fee_explained", "form_completed", "dispatch_printed")
    wang.writes("assigned", "王建國")
    wang.hands_to("王建國")
    wang.does("owner_contacted")
    shift.at("13:50")
    wang.does("arrived")
    wang.chooses("items_confirmed", "match", "相符")
    wang.chooses("material_checked", "pass", "合格")
    shift.at("15:00")
    wang.photographs("completed")
    wang.goes_to_closing()
    wang.signs_open_pad("signed_worker")
    wang.hands_over_to("signed_repair_supervisor", "陳志明")
    wang.signs_open_pad("signed_repair_supervisor")
    mei.counts("fee_settled", "600")
    mei.does("form_returned")
    mei.goes_to_closing()
    mei.closes("仍要結案")  # on purpose: the owner has not signed
    shift.at("15:20")
    mei.signs_open_pad("signed_owner", "周先生")
    shift.at("11:00")
    mei.chooses("followed_up", "visit", "上門")
    mei.goes_back()
    mei.chooses("outcome", "satisfied", "滿意")
    wait_for_record(shift)

    assert shift.violations() == [
        ("repair.unit-signatures", "signed_owner", None, shift.when("closed"), shift.when("signed_owner")),
    ]
    assert shift.checked() == shift.violations()


def test_a_complaint_is_handled_too_late_and_visited(browser: Browser, hotel: TurnedHotel) -> None:
    shift = Shift(hotel)
    mei, chen = Hand(shift, browser, "林美玲"), Hand(shift, browser, "陳志明", PORTRAIT)

    shift.at("09:00")
    mei.opens("complaint", {
        "grade": {"is": "一般"}, "channel": {"is": "來訪"}, "complainant": "周太太", "phone": "02", "address": "湖路",
        "content": "夜間施工太吵",
    })  # fmt: skip
    mei.does("form_completed")
    mei.chooses("owner_confirmed", "signed", "簽名")
    shift.at("12:00")
    mei.writes("assigned", "陳志明")  # on purpose: two hours were over at 11:00
    chen.writes("investigated", "查訪工地，夜間確有施工")
    chen.chooses("validity_decided", "valid", "有效")
    shift.at("15:00")
    chen.writes("handled", "要求夜間停工")  # on purpose: three hours after it was found to be valid
    shift.at("10:00")
    mei.chooses("followed_up", "visit", "上門")
    mei.chooses("outcome", "satisfied", "滿意")
    mei.goes_to_closing()
    mei.signs_open_pad("signed_owner", "周太太")
    mei.closes()
    wait_for_record(shift)

    decided = shift.when("validity_decided")
    assert shift.violations() == [
        ("complaint.assigned", "assigned", None, shift.when("opened") + 2 * HOUR, shift.when("assigned")),
        ("complaint.general-at-once", "handled|explained", None, decided + 2 * HOUR, shift.when("handled")),
    ]
    assert shift.checked() == shift.violations()


def book_a_meeting(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("08:00")
    today = shift.hotel.day()
    mei.opens("meeting", {
        "importance": {"is": "重要"}, "start_at": {"at": f"{today}T20:00"}, "end_at": {"at": f"{today}T22:00"},
        "title": "董事會", "room": "明珠廳", "attendees": 12, "organiser": "湖畔集團", "contact": "吳秘書",
        "smoking": YES, "fruit": NO, "banner": NO, "plants": YES, "towels": YES, "projection": YES, "podium": NO,
    })  # fmt: skip
    mei.writes("needs_confirmed", "十二位，需投影")
    shift.at("11:00")
    mei.says_not_applicable("banner_hung", "不掛會標")
    mei.does_all_the_same("fruit_knives_set")
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
    mei.goes_to_closing()
    mei.closes()


def apply_for_a_guest(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("09:00")
    mei.opens("vip", {
        "guest_kind": {"is": "重點賓客"}, "grade": {"is": "A級"}, "guests": ["周先生", "史密斯"], "titles": "董事",
        "arrival_at": {"at": f"{shift.hotel.day(1)}T15:00"}, "departure_at": {"at": f"{shift.hotel.day(2)}T12:00"},
        "overnight": YES, "pickup": YES, "transport": "高鐵 125 次", "send_off_car": YES, "photos": YES,
    })  # fmt: skip
    mei.does("applied")
    wang.signs("approved")
    wang.hands_to("周若蘭")
    wang.does("notice_received")
    wang.writes("staff_assigned", "林美玲、王建國")
    mei.does("titles_briefed")
    wang.hands_to("王建國")
    wang.does("room_cards_ready", "keys_ready", "envelopes_ready")


def ready_for_a_guest(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("08:00")
    shift.at("11:00")
    wang.does("room_set")
    wang.photographs("amenities_placed")
    mei.writes("dining_arranged", "十九時湖景包廂")
    mei.writes("transport_confirmed", "準點")
    mei.does("pickup_notified")
    shift.at("12:20")
    mei.does("room_inspected")  # on purpose: three hours ahead was 12:00


def receive_a_guest(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("14:45")
    wang.does("lobby_ready", "door_in_order")
    shift.at("14:58")
    wang.does("arrived", "welcomed", "flowers_presented", "escorted", "registered", "luggage_delivered")
    mei.greets("greeted", "周先生")
    mei.greets("greeted", "史密斯")
    shift.at("18:00")
    mei.writes("problem_raised", "房間太熱", "冷氣")
    shift.at("18:30")
    mei.writes("problem_solved", "已調整", "冷氣")
    mei.writes("next_day_planned", "九時參訪")
    mei.photographs("photographed")
    wang.greets("greeted", "周先生")
    wang.greets("greeted", "史密斯")
    wang.greets("greeted", "周先生")  # on purpose: the other is greeted twice only


def see_a_guest_off(shift: Shift, mei: Hand, wang: Hand) -> None:
    shift.at("09:30")
    mei.does("departure_confirmed", "departure_notified", "bill_checked", "car_arranged")
    shift.at("11:45")
    wang.does("senders_ready", "luggage_down")
    shift.at("11:58")
    wang.does("departed", "seen_off")
    mei.does("archived")
    mei.writes("contacted", "致電問候")
    mei.writes("press_drafted", "新聞稿")
    wang.hands_to("陳志明")
    wang.signs("press_approved")
    mei.does("press_published")
    mei.goes_to_closing()
    mei.closes()
