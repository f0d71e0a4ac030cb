"""A tablet that many share: it locks itself, changes hands, keeps the place, and nobody's ticks become another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sopwatch.place import read_property, write_property
from tests.tablets import Hotel, Tablet, tablet, until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SHORT = 0.2  # minutes: it warns after six seconds, and locks after twelve
LOCKED = 13_000  # milliseconds: longer than that
PAD = ".pad button[data-digit='1']"


@pytest.fixture
def hotel(shared_hotel: Hotel) -> Hotel:
    """Return the property of this module, with cases that nobody has touched."""
    shared_hotel.begin_anew()
    return shared_hotel


@pytest.fixture(scope="module")
def quick_hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotel]:
    """Yield a property whose tablets lock themselves after some seconds."""
    directory = tmp_path_factory.mktemp("quick")
    made = Hotel(directory)
    write_property(directory, read_property(directory).model_copy(update={"lock_minutes": SHORT}))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def quick(quick_hotel: Hotel) -> Hotel:
    """Return that property, with cases that nobody has touched."""
    quick_hotel.begin_anew()
    return quick_hotel


@pytest.fixture
def fresh_hotel(tmp_path: Path) -> Iterator[Hotel]:
    """Yield a property in which nobody has chosen a language, and no case is over."""
    made = Hotel(tmp_path)
    made.start()
    yield made
    made.stop()


def type_pin(page: Page, pin: str) -> None:
    expect(page.locator(PAD)).to_be_visible(timeout=30_000)
    for digit in pin:
        page.locator(f".pad button[data-digit='{digit}']").tap()
    page.locator("button.main").tap()


def hand_over(one: Tablet, name: str, label: str) -> None:
    """Tap the name in the bar, tap who takes the tablet, and type their PIN."""
    one.page.locator(".st-key-who button").tap()
    one.page.locator(".hands").get_by_role("button", name=label).tap()
    if label != name:
        one.page.get_by_role("link", name=name).tap()
    type_pin(one.page, one.hotel.pins[name])
    one.page.locator(".st-key-bar").wait_for(timeout=20_000)
    expect(one.page.locator(".st-key-who")).to_contain_text(name)
    until(lambda: name in one.page.evaluate("JSON.parse(localStorage['sopwatch.people'])[0].name"))


def open_panel(one: Tablet, step: str) -> Locator:
    one.tap(step)
    return one.row(step).get_by_role("textbox")


def actors(hotel: Hotel, case: str) -> dict[str, list[str]]:
    """Return who did what, by name."""
    names = {f"person:{key}": name for name, key in hotel.ids.items()}
    found: dict[str, list[str]] = {}
    for event in hotel.events(case):
        actor = str(event["actor"])
        found.setdefault(event["event"], []).append(names.get(actor, names.get(f"person:{actor}", actor)))
    return found


# --- changing hands ---------------------------------------------------------------------------------------------------


def test_the_tablet_changes_hands_in_two_taps_and_a_pin_and_keeps_the_place(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    one.tap("fee_explained")
    open_panel(one, "site_noted").fill("林美玲寫的")
    one.page.locator("[data-testid=stMain]").evaluate("main => { main.scrollTop = 400 }")
    address = one.page.url.split("?")[0]

    hand_over(one, "王建國", "其他人")

    expect(one.row("site_noted").get_by_role("textbox")).to_have_value("")
    assert one.page.url.startswith(address)
    assert f"case={hotel.cases['repair']}" in one.page.url
    until(lambda: one.page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop") > 200)
    one.row("site_noted").get_by_role("textbox").fill("王建國寫的")
    one.row("site_noted").get_by_role("button", name="記錄").tap()
    expect(one.chip).to_have_text("全部已儲存", timeout=20_000)
    assert actors(hotel, "repair") == {"fee_explained": ["林美玲"], "site_noted": ["王建國"]}

    hand_over(one, "林美玲", "林美玲")
    one.tap("form_completed")
    expect(one.chip).to_have_text("全部已儲存", timeout=20_000)
    until(lambda: "form_completed" in actors(hotel, "repair"))
    assert actors(hotel, "repair")["form_completed"] == ["林美玲"]


def test_ticks_that_wait_stay_their_owners_when_the_tablet_changes_hands(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")
    one.page.route("**/api/v1/events", lambda route: route.abort())
    one.tap("tea_served")
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")

    one.page.locator(".st-key-who button").tap()
    one.page.locator(".hands").get_by_role("button", name="其他人").tap()
    expect(one.page.locator("p.chip")).to_contain_text("1 筆", timeout=20_000)
    one.page.unroute("**/api/v1/events")
    one.page.get_by_role("link", name="王建國").tap()
    type_pin(one.page, hotel.pins["王建國"])
    expect(one.chip).to_have_text("全部已儲存", timeout=30_000)
    one.tap("towels_changed")

    until(lambda: len(hotel.events("meeting")) == 2)
    assert actors(hotel, "meeting") == {"tea_served": ["林美玲"], "towels_changed": ["王建國"]}


def test_without_network_the_tablet_does_not_change_hands_and_says_so(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")

    one.context.set_offline(True)
    one.page.locator(".st-key-who button").tap()
    one.page.locator(".hands").get_by_role("button", name="鎖定平板").tap()

    expect(one.page.get_by_text("現在無法換人")).to_be_visible(timeout=20_000)
    one.page.keyboard.press("Escape")
    one.tap("tea_served")
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")


# --- the lock ---------------------------------------------------------------------------------------------------------


def test_an_untouched_tablet_warns_stays_at_a_tap_and_then_locks(browser: Browser, quick: Hotel) -> None:
    one = tablet(browser, quick, "林美玲", "repair")
    open_panel(one, "site_noted").fill("寫到一半")
    stay = one.page.get_by_role("button", name="繼續使用")

    stay.tap(timeout=20_000)
    expect(stay).to_have_count(0)
    expect(one.row("site_noted").get_by_role("textbox")).to_have_value("寫到一半")
    expect(one.page.locator(PAD)).to_be_visible(timeout=40_000)

    expect(one.page.get_by_text("這台平板已鎖定")).to_be_visible()
    expect(one.page.get_by_role("heading", name="林美玲")).to_be_visible()
    assert not [c for c in one.context.cookies() if c.get("name") == "sopwatch"]
    one.page.go_back()
    expect(one.page.get_by_text("請先登入")).to_be_visible(timeout=20_000)
    expect(one.page.locator("#row-site_noted")).to_have_count(0)
    one.page.get_by_role("link", name="登入").tap()
    one.page.get_by_role("link", name="林美玲").tap()
    type_pin(one.page, quick.pins["林美玲"])
    expect(one.row("site_noted").get_by_role("textbox")).to_have_value("寫到一半", timeout=20_000)


def test_what_waits_survives_the_lock_and_a_signature_is_cleared(browser: Browser, quick: Hotel) -> None:
    one = tablet(browser, quick, "林美玲", "repair")
    one.page.route("**/api/v1/events", lambda route: route.abort())
    one.tap("fee_explained")
    one.tap("signed_support_supervisor")
    box = one.page.locator("canvas").bounding_box()
    assert box
    one.page.mouse.move(box["x"] + 40, box["y"] + 40)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + 300, box["y"] + 90, steps=12)
    one.page.mouse.up()

    expect(one.page.locator("p.chip")).to_contain_text("1 筆", timeout=40_000)
    one.page.unroute("**/api/v1/events")
    type_pin(one.page, quick.pins["林美玲"])

    expect(one.chip).to_have_text("全部已儲存", timeout=30_000)
    assert quick.words("repair") == {"fee_explained": 1}
    blank = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size === 1"
    assert one.page.locator("canvas").evaluate(blank), "nobody finds another's signature begun"


def test_two_tabs_lock_together_and_open_together(browser: Browser, quick: Hotel) -> None:
    one = tablet(browser, quick, "林美玲", "repair")
    second = one.open("meeting")

    expect(second.locator(PAD)).to_be_visible(timeout=60_000)
    expect(one.page.locator(PAD)).to_be_visible(timeout=30_000)
    type_pin(second, quick.pins["林美玲"])

    expect(second.locator("#row-tea_served")).to_be_visible(timeout=20_000)
    expect(one.row("site_noted")).to_be_visible(timeout=20_000)


def test_a_tablet_without_network_does_not_lock_until_the_network_is_back(browser: Browser, quick: Hotel) -> None:
    one = tablet(browser, quick, "林美玲", "meeting")

    one.context.set_offline(True)
    expect(one.chip).to_contain_text("沒有連線", timeout=20_000)
    one.page.wait_for_timeout(LOCKED)
    expect(one.page.get_by_role("button", name="繼續使用")).to_have_count(0)
    one.tap("tea_served")
    one.page.wait_for_timeout(LOCKED)
    one.context.set_offline(False)
    expect(one.page.locator(PAD)).to_be_visible(timeout=60_000)

    until(lambda: quick.words("meeting") == {"tea_served": 1})


def test_a_locked_tablet_without_network_shows_no_case(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")
    one.page.locator(".st-key-who button").tap()
    one.page.locator(".hands").get_by_role("button", name="鎖定平板").tap()
    expect(one.page.locator(PAD)).to_be_visible(timeout=20_000)

    hotel.kill()
    one.page.goto(f"{hotel.address}/run?case={hotel.cases['meeting']}")

    expect(one.page.get_by_text("這台平板沒有人登入")).to_be_visible(timeout=20_000)
    expect(one.page.locator("#row-tea_served")).to_have_count(0)
    expect(one.page.get_by_text("明珠廳")).to_have_count(0)


def test_a_case_that_another_kept_is_ticked_without_network_by_who_is_signed_in(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")
    one.page.goto(f"{hotel.address}/")
    one.page.locator(".st-key-who").wait_for()
    hand_over(one, "王建國", "其他人")

    hotel.kill()
    one.page.goto(f"{hotel.address}/run?case={hotel.cases['meeting']}")
    one.tap("tea_served")
    hotel.start()

    until(lambda: hotel.words("meeting") == {"tea_served": 1}, 60)
    assert actors(hotel, "meeting") == {"tea_served": ["王建國"]}


def test_a_dashboard_on_the_wall_stays_open_and_locks_at_the_first_touch(browser: Browser, quick: Hotel) -> None:
    one = tablet(browser, quick, "林美玲", "meeting")
    one.page.goto(f"{quick.address}/dashboard")
    one.page.locator(".st-key-who button").tap()
    one.page.get_by_role("button", name="讓這個畫面一直開著").tap()
    one.page.get_by_role("button", name="恢復自動鎖定").wait_for()
    one.page.keyboard.press("Escape")

    one.page.wait_for_timeout(LOCKED)
    expect(one.page.locator(".sop-tiles")).to_be_visible()
    one.page.locator(".sop-tiles").tap()

    expect(one.page.locator(PAD)).to_be_visible(timeout=20_000)
    assert re.search(r"next=%2Fdashboard", one.page.url)


# --- the language of a person -----------------------------------------------------------------------------------------


def test_a_person_s_language_is_kept_for_them_and_the_page_says_which_it_is(
    browser: Browser, fresh_hotel: Hotel
) -> None:
    one = tablet(browser, fresh_hotel, "林美玲", "repair")
    open_panel(one, "site_noted").fill("寫到一半")
    until(lambda: one.page.evaluate("document.documentElement.lang") == "zh-Hant")

    one.page.get_by_role("radio", name="EN", exact=True).tap()
    until(lambda: one.page.evaluate("document.documentElement.lang") == "en")
    expect(one.row("site_noted").get_by_role("textbox")).to_have_value("寫到一半")

    another = tablet(browser, fresh_hotel, "林美玲", "meeting")
    expect(another.page.get_by_role("link", name="My shift")).to_be_visible()
    hand_over(another, "王建國", "Somebody else")
    expect(another.page.get_by_role("link", name="我的班")).to_be_visible()


def test_the_filters_of_my_shift_stand_in_the_address(browser: Browser, fresh_hotel: Hotel) -> None:
    one = tablet(browser, fresh_hotel, "林美玲", "meeting")
    one.page.goto(f"{fresh_hotel.address}/")
    expect(one.page.locator(".sop-card")).to_have_count(4, timeout=20_000)
    one.page.wait_for_timeout(500)
    expect(one.page.locator("[data-test-script-state='running']")).to_have_count(0)
    one.page.get_by_role("button", name="工程部").tap()
    one.page.wait_for_url("**department=engineering**")

    hand_over(one, "王建國", "其他人")

    expect(one.page.locator(".sop-card")).to_have_count(2, timeout=20_000)
