"""Light and dark, as each person wishes it: on the screens, the sheet, the small pages, and without network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from checklists.errors import NotAllowed
from sopwatch.access import OPERATOR, SERVICE
from sopwatch.service import Service
from storage.duck import DuckStore
from tests.tablets import Hotel, Tablet, tablet

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 23, 29)"}
# What the page shows at each frame, from the first on: the paper of the page, and of Streamlit's part of it.
SEEN = """
window.seen = new Set()
const look = () => {
  const shown = [document.documentElement, document.body, document.querySelector(".stApp")]
  for (const one of shown.filter(Boolean)) seen.add(getComputedStyle(one).backgroundColor)
  requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""
TOLERATED = {"rgba(0, 0, 0, 0)", "rgb(23, 22, 20)"}  # see-through; Streamlit's own dark, before it knows ours
PLACES = ("/", "/run?case={repair}", "/find", "/reports", "/labels", "/sign-in")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Service]:
    service = Service(DuckStore(tmp_path), tmp_path)
    service.start()
    yield service
    service.stop()


def test_an_appearance_is_kept_for_who_chose_it_and_for_nobody_else(shelf: Service) -> None:
    access = shelf.access
    mei, pin = access.add(OPERATOR, "林美玲", ("staff",))
    access.add(OPERATOR, "王建國", ("staff",))
    who = access.whose(access.sign_in(mei.id, pin))
    assert who

    access.shine(who, "dark")

    assert {p.name: p.appearance for p in access.people()} == {"林美玲": "dark", "王建國": "device"}
    assert access.whose(access.sign_in(mei.id, pin)), "the PIN still holds"


@pytest.mark.parametrize("wish", ["", "DARK", "purple", "dark; path=/x"])
def test_an_appearance_that_is_none_is_refused(shelf: Service, wish: str) -> None:
    mei, pin = shelf.access.add(OPERATOR, "林美玲", ("staff",))
    who = shelf.access.whose(shelf.access.sign_in(mei.id, pin))
    assert who

    with pytest.raises(NotAllowed):
        shelf.access.shine(who, wish)
    with pytest.raises(NotAllowed):
        shelf.access.shine(SERVICE, "dark")


# --- in a browser -----------------------------------------------------------------------------------------------------


def choose(page: Page, title: str) -> None:
    """Choose an appearance in two taps."""
    page.locator("[class*='st-key-menu-all'] button").first.tap()
    page.get_by_role("radio", name=title, exact=True).tap()


def papers(page: Page) -> set[str]:
    """Return what was seen since the page began."""
    return set(page.evaluate("[...seen]")) - TOLERATED


def is_drawn(one: Tablet) -> None:
    """Wait until the screens or the small page stand."""
    page = one.page
    page.locator(".st-key-bar, main h1").first.wait_for(timeout=20_000)
    page.wait_for_function(
        "!document.querySelector('.stApp') || !!document.querySelector('.chip, .sop-note, .st-key-bar')"
    )


@pytest.mark.browser
def test_a_person_s_appearance_holds_everywhere_without_a_flash_of_the_other(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", color_scheme="light")
    expect(one.page.locator(".stApp")).to_have_css("background-color", PAPER["light"])

    choose(one.page, "深色")

    expect(one.page.locator(".stApp")).to_have_css("background-color", PAPER["dark"])
    expect(one.row("arrived").locator("button.small").first).to_have_css("background-color", PAPER["dark"])
    one.context.add_init_script(SEEN)
    for place in PLACES:
        one.page.goto(hotel.address + place.format(**hotel.cases))
        is_drawn(one)
        assert papers(one.page) == {PAPER["dark"]}, place


@pytest.mark.browser
def test_a_tablet_without_network_stays_as_its_person_wishes(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", color_scheme="dark")
    expect(one.page.locator(".stApp")).to_have_css("background-color", PAPER["dark"])
    choose(one.page, "淺色")
    expect(one.page.locator(".stApp")).to_have_css("background-color", PAPER["light"])
    one.context.add_init_script(SEEN)

    hotel.kill()
    one.page.reload()
    one.row("arrived").wait_for(timeout=20_000)

    assert papers(one.page) == {PAPER["light"]}


@pytest.mark.browser
def test_an_appearance_comes_with_the_person_to_another_tablet(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", color_scheme="light")
    choose(one.page, "深色")
    expect(one.page.locator(".stApp")).to_have_css("background-color", PAPER["dark"])

    another = browser.new_context(locale="zh-TW", has_touch=True, color_scheme="light")
    another.add_init_script(SEEN)
    second = Tablet(hotel, another, "林美玲", "meeting")

    assert papers(second.page) == {PAPER["dark"]}
    second.sign_in("王建國")
    second.page.reload()
    is_drawn(second)
    assert papers(second.page) == {PAPER["light"]}
