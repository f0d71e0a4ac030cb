"""Find in a real browser with touch: words find a case, the address carries what was asked, back comes back to it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import launch
from tests.tablets import LANDSCAPE, Hotel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotel]:
    held = Hotel(tmp_path_factory.mktemp("hotel"))
    held.start()
    yield held
    held.stop()


@pytest.fixture
def page(browser: Browser, hotel: Hotel) -> Iterator[Page]:
    context = browser.new_context(locale="zh-TW", viewport=LANDSCAPE, has_touch=True)
    signed_in(context, hotel)
    yield context.new_page()
    context.close()


def signed_in(context: BrowserContext, hotel: Hotel, name: str = "林美玲") -> None:
    form: dict[str, str | float | bool] = {"person": hotel.ids[name], "pin": hotel.pins[name]}
    origin = {"Origin": hotel.address}
    answer = context.request.post(f"{hotel.address}/sign-in", form=form, headers=origin, max_redirects=0)
    assert answer.status == 303


def asked(page: Page) -> dict[str, list[str]]:
    """Return what stands in the address."""
    return {k: v for k, v in parse_qs(urlsplit(page.url).query).items() if k != "lang"}


def test_words_find_a_case_and_back_comes_back_to_what_was_asked(page: Page, hotel: Hotel) -> None:
    page.goto(f"{hotel.address}/find")
    cards = page.locator("[class*=st-key-card-found]")
    expect(cards).to_have_count(4)

    box = page.get_by_role("searchbox", name="編號、地點、姓名或文字")
    box.tap()
    box.fill("年会 明珠")
    box.press("Enter")

    expect(cards).to_have_count(1)
    expect(cards).to_contain_text(hotel.cases["meeting"])
    expect(cards.locator("mark").first).to_have_text("年會")
    page.wait_for_url(lambda address: "q=" in address)
    assert asked(page) == {"q": ["年会 明珠"]}

    cards.get_by_role("link").tap()
    page.wait_for_url(lambda address: f"case={hotel.cases['meeting']}" in address)
    expect(page.get_by_text("明珠廳").first).to_be_visible()
    page.go_back()

    expect(cards).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("年会 明珠")


def test_a_shared_address_shows_the_same_to_another(page: Page, hotel: Hotel) -> None:
    page.goto(f"{hotel.address}/find?q=八〇五&state=closed&procedure=repair")

    expect(page.get_by_text("查無符合的案件")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("八〇五")
    page.get_by_role("button", name="全部清除").tap()
    expect(page.locator("[class*=st-key-card-found]")).to_have_count(4)
    assert asked(page) == {}
