"""Facts of a case are changed on its sheet: without network too, on two tablets at once, under a signature, refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from checklists.instant import MINUTE, parse_instant
from tests.tablets import REPAIR, Hotel, tablet, until
from tests.test_close_view import work_done
from tests.test_tablet import sign

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SAVED = "全部已儲存"
WAITS = "留在這台平板等待"
FOLLOW = "此項修改傳送後，期限才會重新計算。"
PORTRAIT = {"width": 768, "height": 1024}


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


def repair(hotel: Hotel, number: str, **facts: Any) -> str:
    """Open a repair, an hour ago."""
    hotel.cases[number] = number
    opened = hotel.ago(60 * MINUTE)
    hotel.record(number, "opened", procedure="repair", occurred_at=opened, data={**REPAIR, **facts})
    return number


def fact(page: Page, title: str) -> Locator:
    return page.locator(".case-facts > div", has_text=title)


def field(page: Page, name: str) -> Locator:
    return page.locator(f".field-{name}")


def opens_form(page: Page) -> None:
    page.get_by_role("button", name="修改資料", exact=True).tap()
    expect(page.locator(".form")).to_be_visible()


def chooses(page: Page, name: str, title: str) -> None:
    field(page, name).get_by_role("radio", name=title, exact=True).tap()


def records(page: Page) -> None:
    page.get_by_role("button", name="記錄修改", exact=True).tap()


def writes(page: Page, name: str, text: str) -> None:
    opens_form(page)
    field(page, name).locator("textarea, input").first.fill(text)
    records(page)
    expect(page.locator(".form")).to_have_count(0)


def undoes(page: Page) -> None:
    """Tap "undo" a second and more after the last tap: a faster one is the second of a double tap."""
    page.wait_for_timeout(1_100)
    page.locator(".changed").get_by_role("button", name="復原").tap()


def amended(hotel: Hotel, case: str) -> list[dict[str, Any]]:
    """Return what was recorded as changed, change by change."""
    found = [event["data"] for event in hotel.events(case) if event["event"] == "amended"]
    return [{name: value for name, value in data.items() if not name.startswith("_")} for data in found]


def test_a_fact_changed_without_network_is_shown_at_once_and_recorded_once(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", viewport=PORTRAIT)
    page = one.page
    hotel.kill()
    opens_form(page)
    expect(field(page, "urgency").get_by_role("radio", name="急修")).to_contain_text("（24 小時）")
    chooses(page, "urgency", "急修")
    records(page)

    expect(fact(page, "報修等級")).to_contain_text("急修")
    expect(fact(page, "報修等級")).to_contain_text(WAITS)
    expect(page.get_by_text(FOLLOW)).to_be_visible()
    expect(page.locator(".changed")).to_contain_text("報修等級：一般 → 急修")
    page.reload()
    expect(fact(page, "報修等級")).to_contain_text(re.compile(f"急修.*{WAITS}"), timeout=20_000)
    hotel.start()
    expect(one.chip).to_have_text(SAVED, timeout=40_000)
    expect(fact(page, "報修等級")).to_have_text("報修等級急修", timeout=20_000)

    expect(page.get_by_text(FOLLOW)).to_have_count(0)
    assert amended(hotel, "repair") == [{"urgency": "emergency"}]
    assert hotel.fields("repair") == {**REPAIR, "urgency": "emergency"}
    event = next(event for event in hotel.events("repair") if event["event"] == "amended")
    assert event["actor"] == hotel.ids["林美玲"]
    assert parse_instant(event["occurred_at"]) < parse_instant(event["recorded_at"])


def test_two_tablets_that_change_different_facts_without_network_both_stand(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-both")
    one, other = (tablet(browser, hotel, name, case) for name in ("林美玲", "王建國"))
    for each in (one, other):
        each.context.set_offline(True)

    writes(one.page, "phone", "0933")
    writes(other.page, "address", "湖路九號")
    for each in (one, other):
        each.context.set_offline(False)
        expect(each.chip).to_have_text(SAVED, timeout=20_000)

    for each in (one, other):
        expect(fact(each.page, "聯絡電話")).to_have_text("聯絡電話0933", timeout=20_000)
        expect(fact(each.page, "地址")).to_have_text("地址湖路九號", timeout=20_000)
    assert hotel.fields(case) == {**REPAIR, "phone": "0933", "address": "湖路九號"}


def test_of_two_changes_of_one_fact_the_later_instant_stands_and_the_record_has_both(
    browser: Browser, hotel: Hotel
) -> None:
    case = repair(hotel, "R-same")
    early, late = (tablet(browser, hotel, name, case) for name in ("林美玲", "王建國"))
    for each in (early, late):
        each.context.set_offline(True)

    writes(early.page, "phone", "0911")
    writes(late.page, "phone", "0922")
    late.context.set_offline(False)
    expect(late.chip).to_have_text(SAVED, timeout=20_000)
    early.context.set_offline(False)
    expect(early.chip).to_have_text(SAVED, timeout=20_000)

    for each in (early, late):
        expect(fact(each.page, "聯絡電話")).to_have_text("聯絡電話0922", timeout=20_000)
    assert sorted(change["phone"] for change in amended(hotel, case)) == ["0911", "0922"]
    assert hotel.fields(case)["phone"] == "0922"
    early.page.get_by_role("button", name="案件紀錄").tap()
    log = early.page.locator(".sop-table").first
    expect(log).to_contain_text("聯絡電話：0912 → 0911")
    expect(log).to_contain_text("聯絡電話：0911 → 0922")


def test_a_signature_says_without_network_that_a_fact_under_it_has_changed(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-seal", scope="unit")
    one = tablet(browser, hotel, "林美玲", case)
    one.tap("signed_owner")
    pad = one.row("signed_owner")
    pad.get_by_role("textbox").fill("周先生")
    sign(one.page, pad.locator("canvas"))
    pad.get_by_role("button", name="記錄").tap()
    expect(one.chip).to_have_text(SAVED, timeout=20_000)
    expect(pad.locator("[data-mark]")).to_have_count(0, timeout=20_000)
    one.context.set_offline(True)

    writes(one.page, "phone", "0933")

    expect(pad).to_contain_text("簽名後內容已變更")
    expect(pad).to_contain_text("「聯絡電話」已變更")
    undoes(one.page)
    expect(pad).not_to_contain_text("簽名後內容已變更")


def test_a_change_is_undone_within_ten_seconds_and_both_are_in_the_log(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-undo")
    one = tablet(browser, hotel, "林美玲", case)
    writes(one.page, "phone", "0933")
    expect(fact(one.page, "聯絡電話")).to_contain_text("0933")

    undoes(one.page)

    expect(fact(one.page, "聯絡電話")).to_have_text("聯絡電話0912")
    until(lambda: hotel.words(case) == {"amended": 1, "retracted": 1})
    assert hotel.fields(case)["phone"] == "0912"


def test_what_is_missing_or_wrong_is_said_at_its_field_and_nothing_is_recorded(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-wrong")
    one = tablet(browser, hotel, "林美玲", case, viewport=PORTRAIT)
    one.context.set_offline(True)
    opens_form(one.page)

    records(one.page)
    expect(one.page.locator(".form").get_by_text("沒有任何修改。")).to_be_visible()
    field(one.page, "phone").locator("textarea").fill(" ")
    expect(field(one.page, "fee_quoted").locator(".figure")).to_have_text("NT$")
    field(one.page, "fee_quoted").locator("input").fill("很多")
    records(one.page)

    expect(field(one.page, "phone").locator(".wrong")).to_have_text("此欄必填。")
    expect(field(one.page, "fee_quoted").locator(".wrong")).to_have_text("這不是數字。")
    field(one.page, "phone").locator("textarea").fill("0912")
    field(one.page, "fee_quoted").locator("input").fill("１,２００")
    records(one.page)
    expect(fact(one.page, "告知金額")).to_contain_text("NT$1,200")
    one.context.set_offline(False)
    until(lambda: amended(hotel, case) == [{"fee_quoted": 1200}])


def test_a_change_that_is_refused_says_why_and_leaves_by_a_hand(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-refused")
    one = tablet(browser, hotel, "林美玲", case)
    one.context.set_offline(True)
    writes(one.page, "phone", "0933")
    hotel.record(case, "cancelled", occurred_at=hotel.ago(10 * MINUTE), data={"reason": "誤報"})

    one.context.set_offline(False)

    refused = one.page.locator(".refused")
    expect(refused).to_contain_text("聯絡電話：0912 → 0933", timeout=20_000)
    expect(refused).to_contain_text("案件先前已取消")
    expect(fact(one.page, "聯絡電話")).to_have_text("聯絡電話0912")
    refused.get_by_role("button", name="移除").tap()
    expect(refused).to_have_count(0)
    assert amended(hotel, case) == []


def test_a_time_that_is_typed_says_without_network_what_falls_due_by_it(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "vip")
    page = one.page
    one.context.set_offline(True)
    opens_form(page)
    arrives = field(page, "arrival_at")
    expect(arrives.locator(".entailed")).to_have_count(0)
    expect(field(page, "overnight")).to_contain_text("房卡")
    arrives.get_by_role("button", name="明天 14:00").tap()

    dues = arrives.locator(".entailed li")
    expect(arrives.locator(".entailed")).to_contain_text("期限如下：")
    expect(dues.filter(has_text="13:50")).to_have_count(1)
    expect(dues.filter(has_text="11:00")).not_to_have_count(0)
    expect(dues.first).to_contain_text("00:00")
    arrives.get_by_role("button", name="早 15 分").tap()
    expect(dues.filter(has_text="13:35")).to_have_count(1)
    expect(field(page, "overnight")).not_to_contain_text("房卡")


def test_an_open_form_follows_others_but_keeps_what_somebody_has_typed(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-form")
    one = tablet(browser, hotel, "林美玲", case)
    opens_form(one.page)
    field(one.page, "phone").locator("textarea").fill("0933")

    hotel.record(case, "amended", data={"address": "湖路九號", "phone": "0900"})
    expect(field(one.page, "address").locator("textarea")).to_have_value("湖路九號", timeout=20_000)
    expect(field(one.page, "phone").locator("textarea")).to_have_value("0933")
    records(one.page)

    until(lambda: amended(hotel, case) == [{"address": "湖路九號", "phone": "0900"}, {"phone": "0933"}])


def test_what_is_typed_outlives_a_reload_and_a_language_and_an_untouched_field_is_up_to_date(
    browser: Browser, hotel: Hotel
) -> None:
    case = repair(hotel, "R-kept")
    one = tablet(browser, hotel, "林美玲", case)
    opens_form(one.page)
    field(one.page, "phone").locator("textarea").fill("0933")
    one.page.get_by_role("radio", name="EN", exact=True).click()
    expect(field(one.page, "phone").locator(".label")).to_have_text("Phone ＊", timeout=20_000)
    expect(field(one.page, "phone").locator("textarea")).to_have_value("0933")
    one.page.get_by_role("radio", name="繁", exact=True).click()
    hotel.record(case, "amended", data={"address": "湖路九號"})
    expect(fact(one.page, "地址")).to_contain_text("湖路九號", timeout=20_000)

    one.page.reload()
    opens_form(one.page)

    expect(one.page.get_by_text("先前填寫的內容已為您保留。")).to_be_visible()
    expect(field(one.page, "phone").locator("textarea")).to_have_value("0933")
    expect(field(one.page, "address").locator("textarea")).to_have_value("湖路九號")
    one.page.locator(".amend").get_by_role("button", name="收起").tap()
    opens_form(one.page)
    expect(field(one.page, "phone").locator("textarea")).to_have_value("0912")


def test_closing_asks_for_what_the_changed_facts_ask_for_without_network(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-close", scope="public")
    one = tablet(browser, hotel, "林美玲", case)
    work_done(one)
    one.context.set_offline(True)
    opens_form(one.page)
    chooses(one.page, "scope", "住戶室內")
    records(one.page)

    one.page.locator(".foot").get_by_role("button", name="結案").tap()

    expect(one.row("signed_owner").locator("canvas")).to_be_visible()
    expect(one.row("signed_support_supervisor")).to_have_count(0)
    expect(one.page.get_by_role("button", name="修改資料", exact=True)).to_have_count(0)


def test_in_a_cancelled_case_no_fact_is_changed(browser: Browser, hotel: Hotel) -> None:
    case = repair(hotel, "R-reads")
    hotel.record(case, "cancelled", data={"reason": "誤報"})
    one = tablet(browser, hotel, "林美玲", case)

    expect(fact(one.page, "聯絡電話")).to_be_visible()
    expect(one.page.get_by_role("button", name="修改資料", exact=True)).to_have_count(0)
