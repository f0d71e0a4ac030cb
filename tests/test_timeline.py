"""The day of a case on an axis: what is wanted before which instant, what was done when, and now among it."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, expect

from checklists.instant import DAY, HOUR, MINUTE, format_instant, parse_instant
from sopwatch.service import Service
from sopwatch.ui.sheet import sheet_of
from sopwatch.ui.timeline import Mark, Station, has_timeline, timeline_of
from sopwatch.ui.timeline_html import timeline_html
from tests.screens import EN, MEI, READER, REPAIR, T0, VIP, ZH, file_of, later
from tests.tablets import Hotel, tablet

ARRIVAL = T0 + 10 * DAY
MEETING = {
    "title": "Party", "importance": "important", "start_at": format_instant(T0 + 4 * HOUR), "room": "Pearl",
    "end_at": format_instant(T0 + 6 * HOUR), "attendees": 40, "organiser": "Firm", "smoking": True, "fruit": False,
    "banner": False, "plants": False, "towels": True, "projection": False, "podium": False,
}  # fmt: skip


def stations(service: Service, case_id: str) -> list[Station]:
    return timeline_of(file_of(service, case_id), EN)


def marks_of(service: Service, case_id: str, step: str) -> list[Mark]:
    return [m for s in stations(service, case_id) for m in s.marks if m.step == step and m.state != "happened"]


def test_a_visit_stands_on_the_axis_from_its_booking_through_the_leads_to_the_arrival(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)

    found = stations(service, case_id)

    assert [s.at for s in found] == [
        T0, parse_instant("2026-03-13T00:00:00+08:00"), ARRIVAL - 3 * HOUR, ARRIVAL - 2 * HOUR, ARRIVAL - 10 * MINUTE,
        ARRIVAL,
    ]  # fmt: skip
    assert [list(s.labels) for s in found] == [
        [], ["the day before: Arrives"], ["3 h before: Arrives"], ["2 h before: Arrives"], ["10 min before: Arrives"],
        [],
    ]  # fmt: skip
    assert found[0].is_now
    assert [m.state for m in found[-1].marks] == ["anchor"]
    assert [m.state for m in marks_of(service, case_id, "lobby_ready")] == ["upcoming"]


def test_what_was_done_in_time_stands_at_its_deadline_and_at_its_own_instant(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)
    later(service, 9 * DAY)
    service.tick(MEI, case_id, "room_inspected")

    lead = marks_of(service, case_id, "room_inspected")
    happened = [s.at for s in stations(service, case_id) if any(m.title == "Room inspected" for m in s.marks)]

    assert [(m.state, m.at, m.done_at) for m in lead] == [("done", ARRIVAL - 3 * HOUR, T0 + 9 * DAY)]
    assert happened == [T0 + 9 * DAY, ARRIVAL - 3 * HOUR]


def test_what_was_done_late_says_by_how_much_and_what_is_not_done_is_overdue(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)
    later(service, 10 * DAY - 100 * MINUTE)
    service.let_time_pass()
    service.tick(MEI, case_id, "dining_arranged", "Set menu")

    (late,) = marks_of(service, case_id, "dining_arranged")
    (open_,) = marks_of(service, case_id, "room_inspected")
    (near,) = marks_of(service, case_id, "lobby_ready")

    assert (late.state, late.late) == ("late", 20 * MINUTE)
    assert (open_.state, open_.late) == ("overdue", 80 * MINUTE)
    assert near.state == "due"


def test_a_meeting_booked_at_short_notice_says_so_and_has_its_start_and_end(service: Service) -> None:
    case_id = service.open_case(MEI, "meeting", MEETING)
    service.let_time_pass()

    found = marks_of(service, case_id, "prepared")

    assert [(m.state, m.at, m.short_notice) for m in found] == [("overdue", T0 - 4 * HOUR, True)]
    assert [m.title for s in stations(service, case_id) for m in s.marks if m.state == "anchor"] == ["Starts", "Ends"]


def test_when_the_arrival_moves_the_axis_moves_with_it(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)

    service.amend(MEI, case_id, {"arrival_at": format_instant(ARRIVAL + DAY), "overnight": False})

    assert [m.at for m in marks_of(service, case_id, "lobby_ready")] == [ARRIVAL + DAY - 10 * MINUTE]
    assert marks_of(service, case_id, "room_inspected") == []


def test_what_happens_again_and_again_is_one_mark(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)
    for _time in range(3):
        later(service, MINUTE)
        service.tick(MEI, case_id, "greeted", subject="Chen")

    (mark,) = [m for s in stations(service, case_id) for m in s.marks if m.step == "greeted"]

    assert (mark.title, mark.times, mark.at, mark.until) == ("Guest greeted · Chen", 3, T0 + MINUTE, T0 + 3 * MINUTE)


def test_nothing_is_to_come_in_a_cancelled_case(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)
    service.cancel(MEI, case_id, "not coming")

    states = {m.state for s in stations(service, case_id) for m in s.marks}

    assert states == {"happened", "anchor", "now"}


def test_a_case_without_such_an_instant_has_no_timeline_until_it_gets_one(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", {**REPAIR, "scope": "unit"})
    before = has_timeline(file_of(service, case_id))

    service.amend(MEI, case_id, {"appointment_at": format_instant(T0 + DAY)})

    assert (before, has_timeline(file_of(service, case_id))) == (False, True)


def test_the_drawing_counts_greetings_compresses_long_gaps_and_escapes_names(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", {**VIP, "guests": ["<b>Chen</b>"]})
    service.tick(MEI, case_id, "greeted", subject="<b>Chen</b>")
    file = file_of(service, case_id)

    drawn = timeline_html(timeline_of(file, ZH), sheet_of(file, READER, ZH), ZH)

    assert "&lt;b&gt;Chen&lt;/b&gt; <b>1/3</b>" in drawn
    assert "<b>Chen</b>" not in drawn
    assert "相隔 9 天 14 小時" in drawn
    assert drawn.index("現在") < drawn.index('data-go="lobby_ready"')


# --- by thumb --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


@pytest.mark.browser
def test_a_tap_on_a_mark_leads_to_its_row_and_a_tick_of_another_tablet_comes_by_itself(
    browser: Browser, hotel: Hotel
) -> None:
    page = tablet(browser, hotel, "林美玲", "vip", viewport={"width": 768, "height": 1024}).page
    page.get_by_role("button", name="時間軸").click()
    lobby = page.locator("button[data-go='lobby_ready']")
    expect(lobby).to_contain_text("未到期", timeout=20_000)
    expect(page.locator(".station.now")).to_be_in_viewport()

    hotel.record("vip", "lobby_ready", actor="li", role="duty_leader")
    expect(lobby.filter(has_text="已完成")).to_have_count(1)
    assert "view=timeline" in page.url
    page.locator("button[data-go='dining_arranged']").tap()

    expect(page.locator("#row-dining_arranged")).to_be_in_viewport(timeout=20_000)
    assert "row=dining_arranged" in page.url


@pytest.mark.browser
def test_what_waits_on_the_tablet_stands_on_the_axis_and_leaves_it_when_it_is_undone(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", "vip", viewport={"width": 768, "height": 1024})
    views, said = one.page.locator(".views"), one.page.locator(".undrawn")
    room = one.page.locator(".axis button[data-go='room_inspected']")
    one.context.set_offline(True)
    one.row("greeted").locator("button.tap").tap()
    one.row("greeted").get_by_role("button", name="周先生").tap()
    one.tap("room_inspected")

    views.get_by_role("button", name="時間軸").tap()

    expect(room.locator(".sop-mark")).to_have_text("已完成")
    expect(room.locator(".own")).to_contain_text("留在這台平板等待")
    expect(one.page.locator(".counters")).to_contain_text("周先生 1/3")
    expect(said).to_contain_text("這台平板有 2 筆記錄尚未畫入此圖")
    expect(one.page.locator(".station.now")).to_be_in_viewport()

    expect(said).to_be_in_viewport()

    one.page.locator(".undrawn-list").get_by_role("button", name="回到檢查表").tap()
    one.row("room_inspected").get_by_role("button", name="更多").tap()
    one.row("room_inspected").get_by_role("textbox").fill("按錯了")
    one.row("room_inspected").get_by_role("button", name="撤回").first.tap()
    views.get_by_role("button", name="時間軸").tap()

    expect(room.locator(".sop-mark")).not_to_have_text("已完成")
    expect(one.page.locator(".undrawn-list")).to_contain_text("檢查房間 · 撤回 · 按錯了")

    one.context.set_offline(False)
    expect(said).to_have_count(0, timeout=30_000)
    expect(one.page.locator(".counters")).to_contain_text("周先生 1/3")
    assert hotel.words("vip")["greeted"] == 1


@pytest.mark.browser
def test_what_waits_on_the_tablet_is_not_said_of_what_was_done_late_before(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("荷花廳", 20 * MINUTE)
    served = format_instant(time.time_ns() // 1000 - 2 * MINUTE)
    hotel.record("荷花廳", "tea_served", actor="li", role="attendant", occurred_at=served)
    one = tablet(browser, hotel, "林美玲", "荷花廳", viewport={"width": 768, "height": 1024})
    tea = one.page.locator(".axis button[data-go='tea_served']:not(.is-happened)")
    one.context.set_offline(True)
    one.tap("tea_served")

    one.page.locator(".views").get_by_role("button", name="時間軸").tap()

    expect(tea.filter(has_text="逾期完成")).to_have_count(1)
    expect(tea.filter(has_text="留在這台平板等待")).to_have_count(1)
    expect(tea.filter(has_text="逾期完成").filter(has_text="留在這台平板等待")).to_have_count(0)
    one.context.set_offline(False)
