"""Cadence in a real browser on a real service: rings that run by themselves, taps that start them anew at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from checklists.instant import MINUTE, SECOND
from tests.tablets import Hotel, Tablet, tablet, until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SAVED = "全部已儲存"
TEA = "meeting.tea-15min"
HEARD = """() => {
  window.heard = []
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (at) {
    window.heard.push(this.frequency.value)
    return start.call(this, at)
  }
  const vibrate = Navigator.prototype.vibrate
  window.felt = []
  Navigator.prototype.vibrate = function (how) { window.felt.push(how); return vibrate.call(this, how) }
}"""


@pytest.fixture
def hotel(shared_hotel: Hotel) -> Hotel:
    """Return the property of this module, with cases that nobody has touched."""
    shared_hotel.begin_anew()
    return shared_hotel


def rings_before(browser: Browser, hotel: Hotel, name: str = "林美玲", **more: object) -> Tablet:
    """Take a tablet and open Cadence on it."""
    one = tablet(browser, hotel, name, "meeting", **more)
    to_cadence(one.page, hotel)
    return one


def to_cadence(page: Page, hotel: Hotel) -> None:
    page.goto(f"{hotel.address}/cadence")
    page.locator(".room").first.wait_for(timeout=20_000)


def tile(page: Page, hotel: Hotel, room: str, rule: str = TEA) -> Locator:
    return page.locator(f"[data-case='{hotel.cases[room]}'] [data-rule='{rule}']")


def begun(minutes: int) -> re.Pattern[str]:
    """Return what a ring shows that was begun anew: it runs on while one looks."""
    return re.compile(rf"^({minutes}:00|{minutes - 1}:[345]\d)$")


def seconds_left(ring: Locator) -> int:
    """Return the seconds that a ring shows; negative what is overdue."""
    text = ring.locator(".left").inner_text()
    minutes, seconds = text.lstrip("+").split(":")
    return (-1 if text.startswith("+") else 1) * (int(minutes) * 60 + int(seconds))


def test_a_tap_starts_its_ring_anew_at_once_and_no_other_rooms(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 10 * MINUTE)
    hotel.begin_meeting("琥珀廳", 9 * MINUTE)
    one = rings_before(browser, hotel)
    mine, other = tile(one.page, hotel, "翡翠廳"), tile(one.page, hotel, "琥珀廳")
    assert 200 < seconds_left(mine) <= 300

    one.context.set_offline(True)
    mine.locator("button.huge").tap()
    expect(mine.locator(".left")).to_have_text(begun(15))
    expect(mine.get_by_role("button", name="復原")).to_be_visible()
    assert 200 < seconds_left(other) <= 360
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    one.context.set_offline(False)
    expect(one.chip).to_have_text(SAVED, timeout=30_000)

    assert 800 < seconds_left(mine) <= 900
    assert hotel.words("翡翠廳") == {"started": 1, "tea_served": 1}
    assert hotel.words("琥珀廳") == {"started": 1}


def test_a_double_tap_is_one_tea_and_undo_takes_it_back(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 10 * MINUTE)
    one = rings_before(browser, hotel)
    mine = tile(one.page, hotel, "翡翠廳")

    mine.locator("button.huge").dblclick()
    expect(mine.locator(".left")).to_have_text(begun(15))
    one.page.wait_for_timeout(1_000)  # so soon after it would be the second tap of a double one
    mine.get_by_role("button", name="復原").tap()
    until(lambda: hotel.words("翡翠廳") == {"started": 1, "tea_served": 1, "retracted": 1})

    expect(mine).to_contain_text("開始")
    assert seconds_left(mine) <= 300


def test_when_a_ring_runs_out_it_says_overdue_and_the_violation_is_there(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 20 * MINUTE, smoking=False, towels=False)
    one = rings_before(browser, hotel)
    mine = tile(one.page, hotel, "翡翠廳")
    expect(mine.locator(".word")).to_have_text("逾期")
    assert hotel.states("翡翠廳", TEA) == ["open"]
    hotel.record("翡翠廳", "tea_served", occurred_at=hotel.ago(15 * MINUTE - 12 * SECOND))
    expect(mine.locator(".word")).to_have_text("即將到期")
    assert hotel.states("翡翠廳", TEA) == ["rescinded"]

    expect(mine.locator(".word")).to_have_text("逾期", timeout=30_000)
    assert seconds_left(mine) <= 0
    until(lambda: hotel.states("翡翠廳", TEA) == ["open", "rescinded"])
    mine.locator("button.huge").tap()
    expect(mine.locator(".word")).to_have_text("如期")
    until(lambda: hotel.states("翡翠廳", TEA) == ["remedied", "rescinded"])


def test_two_tablets_see_each_others_tea_within_seconds(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 10 * MINUTE)
    hotel.begin_meeting("琥珀廳", 9 * MINUTE)
    one, two = rings_before(browser, hotel), rings_before(browser, hotel, "王建國")

    tile(one.page, hotel, "翡翠廳").locator("button.huge").tap()
    tile(two.page, hotel, "琥珀廳").locator("button.huge").tap()

    theirs = tile(two.page, hotel, "翡翠廳")
    expect(theirs).to_contain_text("林美玲", timeout=20_000)
    assert seconds_left(theirs) > 800
    expect(tile(one.page, hotel, "琥珀廳")).to_contain_text("王建國", timeout=20_000)


def test_a_count_is_typed_on_the_pad_and_starts_both_kinds_of_ring_that_it_meets(
    browser: Browser, hotel: Hotel
) -> None:
    hotel.begin_meeting("翡翠廳", 20 * MINUTE)
    one = rings_before(browser, hotel, viewport={"width": 768, "height": 1024})
    counts = tile(one.page, hotel, "翡翠廳", "meeting.ashtrays-checked")
    assert seconds_left(counts) <= 600

    counts.locator("[data-step=ashtray_counted]").tap()
    room = one.page.locator(f"[data-case='{hotel.cases['翡翠廳']}']")
    room.locator(".keys button", has_text="2").tap()
    room.get_by_role("button", name="記錄").tap()
    expect(counts.locator(".left")).to_have_text(begun(30))
    expect(room.locator(".panel")).to_have_count(0)
    expect(one.chip).to_have_text(SAVED)

    assert [(e["event"], e["value"]) for e in hotel.events("翡翠廳")[1:]] == [("ashtray_counted", 2)]


def test_after_a_reload_without_the_service_the_rings_go_on_and_take_taps(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 10 * MINUTE)
    one = rings_before(browser, hotel)
    one.page.wait_for_timeout(1_000)

    hotel.kill()
    one.page.reload()
    expect(one.page.get_by_text("無法連線到服務")).to_be_visible(timeout=20_000)
    mine = tile(one.page, hotel, "翡翠廳")
    before = seconds_left(mine)
    assert 0 < before <= 300
    until(lambda: seconds_left(mine) < before)
    mine.locator("button.huge").tap()
    expect(mine.locator(".left")).to_have_text(begun(15))
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    hotel.start()
    expect(one.page.locator(".st-key-bar")).to_be_visible(timeout=40_000)
    expect(one.chip).to_have_text(SAVED, timeout=20_000)

    assert hotel.words("翡翠廳") == {"started": 1, "tea_served": 1}


def test_a_refused_tea_says_why_and_leaves_by_hand(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 10 * MINUTE)
    one = rings_before(browser, hotel)

    one.context.set_offline(True)
    hotel.record("翡翠廳", "cancelled", data={"reason": "double"})
    one.page.wait_for_timeout(500)
    tile(one.page, hotel, "翡翠廳").locator("button.huge").tap()
    one.context.set_offline(False)

    expect(one.chip).to_contain_text("1 筆未記錄", timeout=30_000)
    room = one.page.locator(f"[data-case='{hotel.cases['翡翠廳']}']")
    expect(room.locator("[data-rule]")).to_have_count(0)
    expect(room.get_by_role("alert")).to_contain_text("案件先前已取消")
    room.get_by_role("button", name="移除").tap()
    expect(one.chip).to_have_text(SAVED)
    expect(one.page.get_by_text("目前沒有進行中的項目")).to_be_visible()


def test_the_deadline_is_heard_and_felt_once_and_a_silenced_tablet_stays_silent(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", 20 * MINUTE, smoking=False, towels=False)
    one, two = tablet(browser, hotel, "林美玲", "meeting"), tablet(browser, hotel, "王建國", "meeting")
    for each in (one, two):
        each.page = each.context.new_page()
        each.page.add_init_script(f"({HEARD})()")
        to_cadence(each.page, hotel)
    sound(one.page, "提示音：開")
    sound(two.page, "提示音：關")
    one.page.evaluate("[heard.length = 0, felt.length = 0]")
    two.page.evaluate("[heard.length = 0, felt.length = 0]")

    hotel.record("翡翠廳", "tea_served", occurred_at=hotel.ago(14 * MINUTE - 12 * SECOND))
    until(lambda: one.page.evaluate("heard.length") == 2)
    hotel.record("meeting", "door_attended")
    one.page.wait_for_timeout(4_000)

    assert one.page.evaluate("[heard, felt.length]") == [[660, 880], 1], "once, also after a rerun"
    assert two.page.evaluate("[heard, felt.length]") == [[], 0]
    two.page.reload()
    expect(two.page.get_by_role("button", name="提示音：關")).to_be_visible(timeout=20_000)


def sound(page: Page, wanted: str) -> None:
    """Tap the switch of the sound until it says so: a browser may first want a tap to let a page be heard."""
    switch = page.locator("button.sound")
    for _ in range(2):
        if switch.inner_text() != wanted:
            switch.tap()
            page.wait_for_timeout(500)
    expect(switch).to_have_text(wanted)


def test_my_shift_and_the_sheet_lead_to_cadence_and_back(browser: Browser, hotel: Hotel) -> None:
    hotel.begin_meeting("翡翠廳", MINUTE)
    hotel.begin_meeting("琥珀廳", MINUTE)
    one = tablet(browser, hotel, "林美玲", "meeting")
    expect(one.page.get_by_role("link", name="定時服務")).to_have_count(0)

    one.page.goto(hotel.address)
    one.page.get_by_role("button", name="定時服務：2 處").tap()
    room = one.page.locator(f"[data-case='{hotel.cases['琥珀廳']}']")
    room.get_by_role("link", name="檢查表").tap()
    expect(one.row("tea_served")).to_be_visible(timeout=20_000)
    one.page.get_by_role("link", name="定時服務").tap()
    expect(tile(one.page, hotel, "琥珀廳")).to_be_visible(timeout=20_000)


def test_a_row_that_the_address_names_is_in_sight(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")

    one.page.goto(f"{hotel.address}/run?case={hotel.cases['meeting']}&lang=zh-Hant&row=towels_changed")

    expect(one.row("towels_changed")).to_be_in_viewport(timeout=20_000)
