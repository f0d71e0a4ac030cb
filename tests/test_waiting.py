"""Lists of cases say which of them have entries that wait on this tablet, and no longer once these are saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.tablets import Hotel, Tablet, tablet

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

WAITS = "本案有記錄留在這台平板等待"
EVENTS = "**/api/v1/events"


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


@pytest.fixture(autouse=True)
def _anew(hotel: Hotel) -> None:
    hotel.begin_anew()


def cannot_send(one: Tablet) -> None:
    """Let the screens come, and nothing go."""
    one.context.route(EVENTS, lambda route: route.abort())


def card(page: Page, hotel: Hotel, case: str) -> Locator:
    return page.locator(".sop-card").filter(has_text=hotel.cases[case])


@pytest.mark.parametrize("screen", ["shift", "find", "handover"])
def test_a_card_says_that_entries_of_its_case_wait_here_until_they_are_saved(
    browser: Browser, hotel: Hotel, screen: str
) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    cannot_send(one)
    one.tap("fee_explained")

    one.page.goto(f"{hotel.address}/{'' if screen == 'shift' else screen}")

    mine, other = card(one.page, hotel, "repair").first, card(one.page, hotel, "other").first
    expect(mine.get_by_text(WAITS)).to_be_visible(timeout=20_000)
    expect(other.get_by_text(WAITS)).to_be_hidden()
    assert hotel.events("repair") == []

    one.context.unroute(EVENTS)
    expect(mine.get_by_text(WAITS)).to_be_hidden(timeout=20_000)
    expect(one.page.locator(".sop-waits").first).to_be_attached()
    assert hotel.words("repair") == {"fee_explained": 1}


def test_the_record_of_a_case_says_that_it_lacks_what_waits_here(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    record = one.page.locator(".st-key-panel-case")
    cannot_send(one)
    one.page.get_by_role("button", name="案件紀錄").tap()
    expect(record).to_contain_text("開案", timeout=20_000)
    expect(record.get_by_text(WAITS)).to_be_hidden()

    one.tap("fee_explained")

    expect(record.get_by_text(WAITS)).to_be_visible()
    one.context.unroute(EVENTS)
    expect(record.get_by_text(WAITS)).to_be_hidden(timeout=20_000)
    expect(record).to_contain_text("告知收費", timeout=20_000)


def test_a_card_says_that_something_was_refused_until_it_is_removed(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    one.context.set_offline(True)
    one.tap("fee_explained")
    hotel.record("repair", "cancelled", occurred_at=hotel.ago(60_000_000), data={"reason": "twice"})
    one.context.set_offline(False)
    expect(one.row("fee_explained").get_by_role("alert")).to_be_visible(timeout=30_000)
    listed = one.context.new_page()

    listed.goto(f"{hotel.address}/find?q={hotel.cases['repair']}")

    told = card(listed, hotel, "repair").get_by_text("有資料未記錄")
    expect(told).to_be_visible(timeout=20_000)
    one.row("fee_explained").get_by_role("button", name="移除").tap()
    expect(told).to_be_hidden(timeout=20_000)


def test_without_network_the_list_of_what_the_tablet_kept_says_it_too(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    one.context.set_offline(True)
    one.tap("fee_explained")

    one.page.goto(f"{hotel.address}/")

    links = one.page.locator("a.case")
    expect(links.filter(has_text=hotel.cases["repair"])).to_contain_text(WAITS, timeout=20_000)
    expect(links.filter(has_text=WAITS)).to_have_count(1)


def test_a_comment_and_why_a_case_was_cancelled_stand_where_they_are_looked_for(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    row, foot = one.row("fee_explained"), one.page.locator(".foot")
    one.context.set_offline(True)
    row.get_by_role("button", name="更多").tap()
    row.get_by_role("button", name="備註或相片").tap()
    row.get_by_role("textbox").fill("房客下午才在")
    row.get_by_role("button", name="加入備註").tap()
    expect(row).to_contain_text("房客下午才在 · 留在這台平板等待")
    one.context.set_offline(False)
    expect(one.chip).to_have_text("全部已儲存", timeout=30_000)
    listed = one.context.new_page()
    listed.goto(f"{hotel.address}/")
    expect(card(listed, hotel, "repair")).to_contain_text("告知收費 · 林美玲", timeout=20_000)
    expect(card(listed, hotel, "repair")).to_contain_text("房客下午才在")

    one.context.set_offline(True)
    foot.get_by_role("button", name="取消案件…").tap()
    foot.get_by_role("textbox").fill("重複報修")
    foot.get_by_role("button", name="確定取消案件").tap()
    for view in ("流程", "檢查表"):
        one.page.locator(".views").get_by_role("button", name=view).tap()
        told = one.page.locator(".ended").first
        expect(told).to_contain_text("重複報修 · 留在這台平板等待")
    one.context.set_offline(False)

    expect(one.page.locator(".ended").first).not_to_contain_text("留在", timeout=30_000)
    listed.goto(f"{hotel.address}/find?q={hotel.cases['repair']}")
    expect(card(listed, hotel, "repair")).to_contain_text("重複報修", timeout=20_000)
    expect(card(listed, hotel, "repair")).not_to_contain_text("房客下午才在")
