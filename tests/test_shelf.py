"""A browser that keeps nothing, refuses what it is given, or forgets: the sheet says so, and no tick is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from checklists.instant import MINUTE
from tests.tablets import LANDSCAPE, READY, Hotel, Tablet

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SAVED = "全部已儲存"
SAYS = "這台平板目前無法保留資料：有資料等待時，請勿關閉或重新載入本頁。資料會從本頁送出。"
NEVER_OPENS = {
    "refuses": "IDBFactory.prototype.open = () => { throw new DOMException('private', 'SecurityError') }",
    "never answers": "IDBFactory.prototype.open = () => ({})",
    "is not there": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
}
# Count how often the page reads a whole store.
COUNTS_READING = """window.read = { queue: 0, snapshots: 0 }
const all = IDBObjectStore.prototype.getAll
IDBObjectStore.prototype.getAll = function () { read[this.name] += 1; return all.call(this) }"""


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    """Return one property for all: each test has a meeting of its own, in a room that is called after it."""
    return shared_hotel


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Yield the context of a tablet; a page that fails without a word fails the test."""
    made = browser.new_context(locale="zh-TW", viewport=LANDSCAPE, has_touch=True)
    failed: list[str] = []
    made.on("weberror", lambda told: failed.append(str(told.error)))
    yield made
    assert failed == []


def says(page: Page, times: int = 1) -> None:
    """See that the sheet says that nothing is kept, or no longer does."""
    expect(page.get_by_text(SAYS)).to_have_count(times, timeout=20_000)


def tap_offline(one: Tablet, times: int, asks: str = "請勿關閉本頁") -> None:
    """Tap without network, and see that the sheet goes on."""
    one.context.set_offline(True)
    for _ in range(times):
        one.tap("tea_served")
        one.page.wait_for_timeout(1_100)
    expect(one.row("tea_served").get_by_text("留在這台平板等待")).to_have_count(times)
    expect(one.chip).to_contain_text(f"{times} 筆留在這台平板等待：{asks}")


def is_saved(one: Tablet) -> None:
    one.context.set_offline(False)
    expect(one.chip).to_have_text(SAVED, timeout=40_000)


@pytest.mark.parametrize("how", NEVER_OPENS)
def test_a_shelf_that_does_not_open_keeps_ticks_in_memory_and_sends_them(
    context: BrowserContext, hotel: Hotel, how: str
) -> None:
    context.add_init_script(NEVER_OPENS[how])
    hotel.begin_meeting(how, MINUTE)
    one = Tablet(hotel, context, "林美玲", how)
    says(one.page)

    tap_offline(one, 3)
    is_saved(one)
    one.page.goto(f"{hotel.address}/cadence")
    says(one.page)

    assert hotel.words(how) == {"started": 1, "tea_served": 3}


def test_a_full_disk_is_told_and_no_longer_told_once_there_is_room(context: BrowserContext, hotel: Hotel) -> None:
    disk = context.new_cdp_session(context.new_page())
    disk.send("Storage.overrideQuotaForOrigin", {"origin": hotel.address, "quotaSize": 1})
    hotel.begin_meeting("full", MINUTE)
    one = Tablet(hotel, context, "林美玲", "full")

    says(one.page)
    tap_offline(one, 2)
    is_saved(one)
    assert hotel.words("full") == {"started": 1, "tea_served": 2}
    says(one.page)

    disk.send("Storage.overrideQuotaForOrigin", {"origin": hotel.address})
    says(one.page, 0)
    one.page.reload()
    one.page.evaluate(READY)  # the service worker had no room either
    one.context.set_offline(True)
    one.tap("towels_changed")
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    one.page.reload()
    expect(one.chip).to_contain_text("1 筆留在這台平板等待", timeout=20_000)
    is_saved(one)

    assert hotel.words("full") == {"started": 1, "tea_served": 2, "towels_changed": 1}


def test_what_waits_is_brought_back_to_a_shelf_that_was_cleared_under_the_page(
    context: BrowserContext, hotel: Hotel
) -> None:
    hotel.begin_meeting("cleared", MINUTE)
    one = Tablet(hotel, context, "林美玲", "cleared")
    tap_offline(one, 2, "請繼續工作")

    cleared = {"origin": hotel.address, "storageTypes": "indexeddb"}
    context.new_cdp_session(one.page).send("Storage.clearDataForOrigin", cleared)
    one.tap("towels_changed")
    expect(one.chip).to_contain_text("3 筆留在這台平板等待")
    says(one.page, 0)
    one.page.reload()
    expect(one.chip).to_contain_text("3 筆留在這台平板等待", timeout=20_000)
    is_saved(one)

    assert hotel.words("cleared") == {"started": 1, "tea_served": 2, "towels_changed": 1}


def test_a_long_queue_is_read_as_a_whole_only_when_another_tab_has_changed_it(
    context: BrowserContext, hotel: Hotel
) -> None:
    context.add_init_script(COUNTS_READING)
    hotel.begin_meeting("long", MINUTE)
    one = Tablet(hotel, context, "林美玲", "long")
    other = one.open("long")
    one.page.bring_to_front()
    context.set_offline(True)
    one.tap("tea_served")
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    one.page.evaluate("read.queue = 0")

    for step in ("towels_changed", "ashtrays_changed", "break_started"):
        one.tap(step)
    expect(one.chip).to_contain_text("4 筆留在這台平板等待")
    expect(one.row("break_started")).to_contain_text("留在這台平板等待")
    assert one.page.evaluate("read") == {"queue": 0, "snapshots": 1}

    other.locator("#row-tea_served button.tap").tap()
    expect(other.locator(".chip")).to_contain_text("5 筆留在這台平板等待")
    one.tap("towels_changed")
    expect(one.chip).to_contain_text("6 筆留在這台平板等待")
    assert one.page.evaluate("read.queue")
    is_saved(one)

    assert hotel.words("long").total() == 1 + 6
