"""A new case by thumb: the form in a real browser, over a real service."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from checklists.instant import MINUTE, parse_instant
from tests.tablets import LANDSCAPE, Hotel, until


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


@pytest.fixture
def page(browser: Browser, hotel: Hotel) -> Iterator[Page]:
    """Take a tablet, in Chinese, and sign the receptionist in."""
    context = browser.new_context(locale="zh-TW", viewport=LANDSCAPE, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, hotel)
    yield page
    context.close()


def sign_in(page: Page, hotel: Hotel) -> None:
    form: dict[str, str | float | bool] = {"person": hotel.ids["林美玲"], "pin": hotel.pins["林美玲"]}
    answer = page.context.request.post(
        f"{hotel.address}/sign-in", form=form, headers={"Origin": hotel.address}, max_redirects=0
    )
    assert answer.status == 303


def go(page: Page, hotel: Hotel, query: str) -> None:
    page.goto(f"{hotel.address}/new?lang=zh-Hant&{query}")
    page.locator(".form").wait_for()


def field(page: Page, name: str) -> Locator:
    return page.locator(f".field-{name}")


def choose(page: Page, name: str, option: str) -> None:
    one = field(page, name).get_by_role("radio", name=option, exact=True)
    one.tap()
    expect(one).to_have_attribute("aria-checked", "true")


def write(page: Page, name: str, text: str) -> None:
    field(page, name).locator("textarea, input").first.fill(text)


def fill_in_a_repair(page: Page, place: str | None = "頂樓水塔") -> None:
    if place:
        write(page, "location", place)
    for name, option in (("urgency", "急修"), ("scope", "公共設施"), ("channel", "電話"), ("material_by", "公司")):
        choose(page, name, option)
    for name in ("chargeable", "under_warranty"):
        choose(page, name, "否")
    for name, text in (("description", "漏水"), ("requester", "陳先生"), ("address", "湖路"), ("phone", "02")):
        write(page, name, text)


def events_of(page: Page, hotel: Hotel) -> list[str]:
    """Return the words of the events of the case whose sheet has opened."""
    page.locator("#row-form_completed").wait_for()
    case_id = re.findall(r"case=([\w-]+)", page.url)[0]
    hotel.cases["new"] = case_id
    return [event["event"] for event in hotel.events("new")]


@pytest.mark.browser
def test_a_repair_is_taken_down_by_thumb_and_the_charge_told_is_ticked_in_the_same_go(page: Page, hotel: Hotel) -> None:
    go(page, hotel, "procedure=repair")

    expect(field(page, "urgency").get_by_text("（24 小時）")).to_be_visible()
    expect(field(page, "urgency").get_by_text("（3 天）")).to_be_visible()
    field(page, "location").get_by_role("button", name="八〇五").tap()
    expect(field(page, "location").locator("textarea")).to_have_value("八〇五")
    fill_in_a_repair(page, place=None)
    choose(page, "_done-fee_explained", "已完成")
    choose(page, "_done-form_completed", "已完成")
    page.get_by_role("button", name="開案", exact=True).dblclick()

    assert events_of(page, hotel) == ["fee_explained", "form_completed"]
    assert hotel.fields("new")["location"] == "八〇五"


@pytest.mark.browser
def test_all_that_is_missing_is_said_at_once_and_the_first_is_in_sight(page: Page, hotel: Hotel) -> None:
    page.set_viewport_size({"width": 768, "height": 1024})
    go(page, hotel, "procedure=repair")
    choose(page, "scope", "公共設施")
    page.get_by_role("button", name="開案", exact=True).tap()

    problems = page.locator(".problems")
    expect(problems).to_contain_text("還有 10 項未填或有誤")
    expect(field(page, "location").locator(".wrong")).to_have_text("此欄必填。")
    expect(field(page, "location")).to_be_in_viewport()
    expect(field(page, "location").locator("textarea")).to_be_focused()
    write(page, "location", "大廳")
    expect(problems).to_contain_text("還有 9 項")
    problems.get_by_role("button", name="聯絡電話").tap()
    expect(field(page, "phone")).to_be_in_viewport()
    expect(field(page, "scope").get_by_role("radio", name="公共設施")).to_have_attribute("aria-checked", "true")


@pytest.mark.browser
def test_what_is_wrong_is_said_in_the_language_that_is_chosen_after(page: Page, hotel: Hotel) -> None:
    go(page, hotel, "procedure=complaint")
    page.get_by_role("button", name="開案", exact=True).tap()
    expect(field(page, "content").locator(".wrong")).to_have_text("此欄必填。")

    page.get_by_role("radio", name="EN", exact=True).click()

    expect(page.get_by_role("button", name="Open the case")).to_be_visible()
    expect(field(page, "content").locator(".wrong")).to_have_text("This is needed.")


@pytest.mark.browser
def test_what_was_typed_outlives_a_rerun_a_language_and_a_lost_session(page: Page, hotel: Hotel) -> None:
    go(page, hotel, "procedure=complaint")
    write(page, "content", "太吵")
    choose(page, "grade", "重要")
    expect(field(page, "content").locator("textarea")).to_have_value("太吵")

    page.get_by_role("radio", name="EN", exact=True).click()
    expect(page.get_by_role("button", name="Open the case")).to_be_visible()
    expect(field(page, "content").locator("textarea")).to_have_value("太吵")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    go(page, hotel, "procedure=complaint")

    expect(field(page, "content").locator("textarea")).to_have_value("太吵")
    expect(page.get_by_text("先前填寫的內容已為您保留。")).to_be_visible()
    page.get_by_role("button", name="重新填寫").tap()
    expect(field(page, "content").locator("textarea")).to_have_value("")


@pytest.mark.browser
def test_a_place_in_the_address_is_filled_in_and_a_form_that_opened_its_case_is_empty_afterwards(
    page: Page, hotel: Hotel
) -> None:
    go(page, hotel, "procedure=repair&place=%E5%85%AB%E6%A8%93%E8%B5%B0%E5%BB%8A")
    expect(field(page, "location").locator("textarea")).to_have_value("八樓走廊")
    fill_in_a_repair(page, place=None)
    page.get_by_role("button", name="開案", exact=True).tap()
    assert events_of(page, hotel) == []

    go(page, hotel, "procedure=repair&place=%E5%85%AB%E6%A8%93%E8%B5%B0%E5%BB%8A")

    until(lambda: field(page, "phone").locator("textarea").input_value() == "")
    expect(field(page, "location").locator("textarea")).to_have_value("八樓走廊")


@pytest.mark.browser
def test_guests_are_added_one_by_one_and_a_name_half_typed_is_not_lost(page: Page, hotel: Hotel) -> None:
    page.set_viewport_size({"width": 768, "height": 1024})
    go(page, hotel, "procedure=vip")
    guests = field(page, "guests").locator("input")
    guests.fill("周先生")
    field(page, "guests").get_by_role("button", name="＋ 新增").tap()
    expect(field(page, "guests").get_by_text("周先生")).to_be_visible()
    guests.fill("史密斯")
    guests.press("Enter")
    field(page, "guests").get_by_role("button", name="移除周先生").tap()
    guests.fill("吳董事")
    field(page, "arrival_at").get_by_role("button", name="明天 14:00").tap()
    expect(page.locator(".entailed")).to_contain_text("接待人員提前10分鐘到大堂門口")
    for name, option in (("guest_kind", "重點賓客"), ("grade", "A級"), ("overnight", "是"), ("pickup", "否"),
                         ("send_off_car", "否"), ("photos", "否")):  # fmt: skip
        choose(page, name, option)
    write(page, "titles", "董事")
    page.get_by_role("button", name="開案", exact=True).tap()

    page.locator("#row-greeted").wait_for()
    hotel.cases["new"] = re.findall(r"case=([\w-]+)", page.url)[0]
    assert hotel.fields("new")["guests"] == ["史密斯", "吳董事"]


@pytest.mark.browser
def test_a_refusal_leaves_what_was_typed_and_says_why(page: Page, hotel: Hotel) -> None:
    go(page, hotel, "procedure=repair")
    fill_in_a_repair(page)
    choose(page, "_opening", "稍早")
    page.get_by_role("button", name="開案", exact=True).tap()
    expect(field(page, "_opened_at").locator(".wrong")).to_have_text("請填寫時間。")

    field(page, "_opened_at").get_by_role("button", name="30 分鐘前").tap()
    expect(field(page, "_opened_at").locator(".wrong")).to_have_text("")
    page.get_by_role("button", name="開案", exact=True).tap()

    assert events_of(page, hotel) == []
    opened = parse_instant(hotel.opened("new")["occurred_at"])
    recorded = parse_instant(hotel.opened("new")["recorded_at"])
    assert 29 * MINUTE < recorded - opened < 35 * MINUTE
