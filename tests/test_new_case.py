"""A new case: the form that its fields and rules make, and how it is filled in by thumb on a real service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from checklists.instant import HOUR, MINUTE, Instant, parse_instant
from rules.pack import load_pack
from sopwatch.i18n import translator
from sopwatch.ui.entailed import at_intake, entailed
from sopwatch.ui.form import DONE, Asked, dues_after, dues_of_new, fields_of_new, picks, wall_of
from sopwatch.ui.opening import checked, folded
from sopwatch.ui.tongue import Tongue
from tests.packs import KEY_LOAN
from tests.tablets import LANDSCAPE, Hotel, until

TAIPEI, PARIS = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Paris")
EN, ZH = Tongue(translator("en"), TAIPEI), Tongue(translator("zh-Hant"), TAIPEI)
T0 = parse_instant("2026-03-03T09:10:00+08:00")
PORTRAIT = {"width": 768, "height": 1024}


def asked(name: str, values: dict[str, object] | None = None, opened_at: Instant = T0) -> Asked:
    procedure, catalogue = load_pack().newest(name)
    return Asked(procedure, catalogue, values or {}, opened_at, T0)


def told(of: Asked, field: str, _: Tongue = EN) -> dict[str, Any]:
    return next(f for f in fields_of_new(of, _) if f["id"] == field)


# --- what the fields and rules make ----------------------------------------------------------------------------------


def test_both_classes_of_a_repair_say_their_deadline_before_one_is_chosen() -> None:
    emergency, normal = told(asked("repair"), "urgency")["options"]

    assert emergency[2][0] == ["by Wed 4 Mar 09:10 (24 h)", "Emergency repair solved within 24 hours"]
    assert normal[2][0] == ["by Fri 6 Mar 09:10 (3 days)", "Normal repair solved within 3 days (72 hours)"]


def test_a_call_taken_earlier_moves_the_deadlines_of_the_classes() -> None:
    emergency, _normal = told(asked("repair", opened_at=T0 - 2 * HOUR), "urgency", ZH)["options"]

    assert emergency[2][0][0] == "3月4日 週三 07:10 前（24 小時）"


def test_a_choice_that_rules_out_a_rule_no_longer_announces_it() -> None:
    procedure, catalogue = load_pack().newest("repair")
    urgency = procedure.field["urgency"]

    unit, public = (
        {r.id for e in entailed(procedure, catalogue, {"scope": scope}, urgency, T0, TAIPEI) for r in e.rules}
        for scope in ("unit", "public")
    )

    assert any("follow" in rule for rule in unit)
    assert not any("follow" in rule for rule in public)


def test_what_hangs_on_the_arrival_is_listed_below_it_once_it_is_known() -> None:
    known = asked("vip", {"arrival_at": "2026-03-05T09:10", "overnight": True})

    dues = dues_of_new(known, EN)

    assert dues_after(known) == "arrival_at"
    assert dues[0] == ("Thu 5 Mar 00:00", "Room cards, keys and envelopes ready the day before arrival", False)
    assert len(dues) == len(set(dues))
    assert dues_of_new(asked("vip"), EN) == []


def test_what_nobody_needs_at_once_is_folded_away_and_an_appointment_is_not() -> None:
    procedure, catalogue = load_pack().newest("repair")

    assert folded(procedure, catalogue) == {"patrol_case", "fee_basis", "fee_quoted", "unit_no"}


def test_the_charge_told_and_the_form_are_ticked_with_the_opening_where_rules_ask_for_them() -> None:
    procedure, catalogue = load_pack().newest("repair")

    asked_of = {channel: [s.id for s in at_intake(procedure, catalogue, {"channel": channel})]
                for channel in ("phone", "patrol")}  # fmt: skip

    assert asked_of == {"phone": ["fee_explained", "form_completed"], "patrol": ["form_completed"]}
    assert [s.id for s in at_intake(*load_pack().newest("complaint"), {})] == ["form_completed"]
    assert told(asked("repair", {"channel": "patrol"}), DONE + "fee_explained")["off"] is True


def test_a_pack_of_the_house_gets_its_form_from_its_files_alone() -> None:
    procedure, catalogue = load_pack([KEY_LOAN]).newest("key_loan")

    found = fields_of_new(Asked(procedure, catalogue, {}, T0, T0), ZH)

    assert [(f["id"], f["type"], f["folded"]) for f in found if not str(f["id"]).startswith("_")] == [
        ("key_class", "choice", False),
        ("key_no", "text", False),
        ("borrower", "text", False),
    ]


def test_a_procedure_without_fields_or_rules_has_a_form_too() -> None:
    procedure, catalogue = load_pack().newest("patrol")
    bare = Asked(procedure.model_copy(update={"fields": ()}), catalogue.model_copy(update={"rules": ()}), {}, T0, T0)

    assert [f["id"] for f in fields_of_new(bare, EN)] == ["_opening", "_opened_at"]
    assert (dues_after(bare), dues_of_new(bare, EN)) == ("", [])


@pytest.mark.parametrize(
    ("typed", "value"), [("40", 40), (" 1,200 ", 1200), ("１２．５", 12.5), ("-3", -3), (40, 40), (2.0, 2.0)]
)
def test_a_number_is_read_as_people_type_it(typed: object, value: float) -> None:
    procedure = load_pack().newest("meeting")[0]

    values, wrong = checked(procedure, {"attendees": typed}, TAIPEI, EN)

    assert (values["attendees"], wrong.get("attendees")) == (value, None)


@pytest.mark.parametrize("typed", ["forty", "1e9", "4 0", "--3", "二", "9" * 16, True, [40]])
def test_what_is_no_number_is_said_to_be_none(typed: object) -> None:
    procedure = load_pack().newest("meeting")[0]

    _values, wrong = checked(procedure, {"attendees": typed}, TAIPEI, ZH)

    assert wrong["attendees"] == "這不是數字。"


@pytest.mark.parametrize("value", ["later", 1, True, ["emergency"], {"urgency": "emergency"}])
def test_what_is_no_option_is_refused_at_its_field(value: object) -> None:
    procedure = load_pack().newest("repair")[0]

    _values, wrong = checked(procedure, {"urgency": value}, TAIPEI, EN)

    assert wrong["urgency"] == "Please choose one of these."


def test_times_to_pick_follow_the_clock_of_the_property() -> None:
    ahead = dict(picks(T0, EN))
    past = dict(picks(T0, ZH, past=True))

    assert ahead["In 1 h"] == "2026-03-03T10:10"
    assert (ahead["Today 14:00"], ahead["Tomorrow 09:00"]) == ("2026-03-03T14:00", "2026-03-04T09:00")
    assert past == {"10 分鐘前": "2026-03-03T09:00", "30 分鐘前": "2026-03-03T08:40", "1 小時前": "2026-03-03T08:10"}
    assert "Today 14:00" not in dict(picks(T0 + 6 * HOUR, EN))


def test_an_hour_on_is_the_right_one_when_the_clock_goes_back() -> None:
    tongue = Tongue(translator("en"), PARIS)
    first = parse_instant("2026-10-25T02:30:00+02:00")

    assert wall_of(first, PARIS) == "2026-10-25T02:30|0"
    assert dict(picks(first, tongue))["In 1 h"] == "2026-10-25T02:30|1"


def test_a_time_that_the_clock_shows_twice_offers_both() -> None:
    tongue = Tongue(translator("en"), PARIS)
    known = replace(asked("vip"), values={"arrival_at": "2026-10-25T02:30"})

    assert told(known, "arrival_at", tongue)["twice"] == ["the first time (UTC+02:00)", "the second time (UTC+01:00)"]
    assert told(asked("vip", {"arrival_at": "rubbish"}), "arrival_at")["twice"] == []


# --- by thumb --------------------------------------------------------------------------------------------------------


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
