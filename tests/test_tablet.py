"""No tick is lost: the sheet in a real browser while the service is killed, the network cut, and people change."""

from __future__ import annotations

import re
from collections import Counter
from copy import copy
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from sopwatch.access import OPERATOR
from tests.bad_line import BAD, SLOW, BadLine
from tests.browser import FLAGS, executable
from tests.tablets import Hotel, speak, tablet, until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SAVED = "全部已儲存"


@pytest.fixture
def hotel(shared_hotel: Hotel) -> Hotel:
    """Return the property of this module, with cases that nobody has touched."""
    shared_hotel.begin_anew()
    return shared_hotel


# --- outages ----------------------------------------------------------------------------------------------------------


def test_thirty_taps_while_the_service_is_killed_are_thirty_events(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")

    hotel.kill()
    tapped = one.tap_many(30)
    expect(one.chip).to_contain_text("30 筆留在這台平板等待")
    expect(one.chip).to_contain_text("沒有連線")
    expect(one.row("tea_served")).to_contain_text("15 次")
    hotel.start()
    expect(one.chip).to_have_text(SAVED, timeout=30_000)

    assert hotel.words("meeting") == tapped


def test_a_bad_line_and_a_killed_service_lose_nothing_and_double_nothing(browser: Browser, hotel: Hotel) -> None:
    with BadLine(hotel.port, seed=7) as line:
        far = copy(hotel)
        far.address = line.address
        one = tablet(browser, far, "林美玲", "meeting")

        line.chances = BAD
        tapped = Counter(one.tap_many(30))
        until(lambda: all(line.fates[fate] >= 2 for fate in BAD), 120)
        hotel.kill()
        tapped += Counter(one.tap_many(4))
        hotel.start()
        until(lambda: sum(line.fates[fate] for fate in BAD) >= 30, 120)
        line.chances = SLOW
        expect(one.chip).to_have_text(SAVED, timeout=90_000)
        one.tap("tea_served")
        expect(one.chip).to_contain_text("1 筆")
        expect(one.chip).to_have_text(SAVED, timeout=60_000)

    assert hotel.words("meeting") == tapped + Counter({"tea_served": 1})


def test_a_reload_without_the_service_shows_the_sheet_goes_on_and_comes_back_by_itself(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")

    hotel.kill()
    one.tap("tea_served")
    one.page.reload()
    expect(one.row("tea_served")).to_contain_text("留在這台平板等待")
    expect(one.page.get_by_text("無法連線到服務")).to_be_visible()
    expect(one.page.get_by_text("明珠廳").first).to_be_visible()
    one.page.wait_for_timeout(1_100)
    one.tap("towels_changed")
    one.page.reload()
    expect(one.chip).to_contain_text("2 筆留在這台平板等待")
    hotel.start()
    expect(one.page.locator(".st-key-bar")).to_be_visible(timeout=40_000)
    expect(one.chip).to_have_text(SAVED, timeout=20_000)

    expect(one.row("tea_served")).to_contain_text("林美玲")
    assert hotel.words("meeting") == {"tea_served": 1, "towels_changed": 1}


def test_a_reply_lost_after_the_commit_makes_no_second_event(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting", service_workers="block")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    one.page.route("**/api/v1/events", lose)
    one.tap("tea_served")
    expect(one.chip).to_have_text(SAVED, timeout=20_000)
    until(lambda: len(lost) == 2)

    assert lost == [200, 200], "both were committed"
    assert hotel.words("meeting") == {"tea_served": 1}


def test_two_tabs_send_each_tick_once(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "meeting")
    first, second = one.page, one.open("meeting")
    posts: list[Request] = []
    for page in (first, second):
        page.on("request", lambda request: posts.append(request) if request.url.endswith("/events") else None)
    one.context.set_offline(True)
    tapped = Counter(one.tap_many(6))
    one.page = second
    tapped += Counter(one.tap_many(6))
    expect(one.chip).to_contain_text("12 筆")
    one.context.set_offline(False)
    for page in (first, second):
        expect(page.locator(".chip")).to_have_text(SAVED, timeout=30_000)

    assert hotel.words("meeting") == tapped
    left = [post for post in posts if post.failure != "net::ERR_INTERNET_DISCONNECTED"]  # the tablet
    sent = Counter(entry for post in left for entry in re.findall(r'"id":"(\w+)"', post.post_data or ""))
    assert sorted(sent.values()) == [1] * 12, "no tab sent what the other had sent"


def test_over_plain_http_the_sheet_says_that_a_reload_loses_what_waits(browser: Browser, hotel: Hotel) -> None:
    flags = [*FLAGS, f"--host-resolver-rules=MAP lake.test 127.0.0.1:{hotel.port}"]
    plain = browser.browser_type.launch(executable_path=executable(), args=flags)
    page = plain.new_page(locale="zh-TW")

    sign_in_by_hand(page, hotel, "http://lake.test", "林美玲", "meeting")
    expect(page.get_by_text("未使用 HTTPS 時，這台平板重新載入後無法保留資料")).to_be_visible()
    page.locator("#row-tea_served button.tap").click()
    expect(page.locator(".chip")).to_have_text(SAVED)
    plain.close()

    assert hotel.words("meeting") == {"tea_served": 1}


def sign_in_by_hand(page: Page, hotel: Hotel, address: str, name: str, case: str) -> None:
    page.goto(f"{address}/run?case={hotel.cases[case]}")
    page.locator("a.sop-link").click()
    page.get_by_role("link", name=name).click()
    for digit in hotel.pins[name]:
        page.locator(f".pad button[data-digit='{digit}']").click()
    page.locator("button.main").click()
    page.locator(".chip .note").wait_for(timeout=20_000)


# --- people -----------------------------------------------------------------------------------------------------------


def test_two_tablets_do_one_step_and_both_say_that_there_are_two(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    two = tablet(browser, hotel, "王建國", "repair")

    one.context.set_offline(True)
    one.tap("fee_explained")
    two.tap("fee_explained")
    expect(two.chip).to_have_text(SAVED)
    one.context.set_offline(False)
    expect(one.chip).to_have_text(SAVED, timeout=30_000)

    for each in (one, two):
        row = each.row("fee_explained")
        expect(row).to_contain_text("做了兩次：兩筆都在紀錄中", timeout=20_000)
        expect(row).to_contain_text("林美玲")
        expect(row).to_contain_text("王建國")
    assert [e["actor"] for e in hotel.events("repair")] == [hotel.ids["王建國"], hotel.ids["林美玲"]]


def test_a_refused_tick_says_why_blocks_nothing_and_leaves_by_hand(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    one.context.set_offline(True)
    hotel.record("repair", "cancelled", data={"reason": "double"})
    one.page.wait_for_timeout(500)
    one.tap("fee_explained")
    one.context.set_offline(False)

    refused = one.row("fee_explained").get_by_role("alert")
    expect(refused).to_contain_text("案件先前已取消（", timeout=30_000)
    expect(refused.locator("[lang]")).to_have_count(0)
    expect(one.chip).to_contain_text("1 筆未記錄")
    speak(one.page, "en")
    expect(refused).to_contain_text("The case was cancelled before, at ", timeout=20_000)
    expect(refused).not_to_contain_text("案件")
    speak(one.page, "zh-Hant")
    expect(refused).to_contain_text("案件先前已取消（", timeout=20_000)
    other = one.open("other")
    other.locator("#row-fee_explained button.tap").tap()
    expect(other.locator("#row-fee_explained")).to_contain_text("已完成")
    until(lambda: hotel.words("other") == {"fee_explained": 1})
    one.page.reload()
    expect(refused).to_be_visible(timeout=20_000)
    refused.get_by_role("button", name="移除").tap()

    expect(one.chip).to_have_text(SAVED)
    assert hotel.words("repair") == {"cancelled": 1}


def test_what_a_page_ends_with_and_what_is_brought_into_sight_lies_above_the_chip_however_long_it_is(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", viewport={"width": 390, "height": 844})
    speak(one.page, "en")
    last = one.page.get_by_role("button", name="Record of the case")

    def lies_above(place: Locator) -> bool:
        chip, box = one.chip.bounding_box(), place.bounding_box()
        return chip is not None and box is not None and box["y"] + box["height"] <= chip["y"]

    def is_free() -> bool:
        main = one.page.locator("[data-testid=stMain]")
        main.evaluate("main => { main.scrollTop = main.scrollHeight }")
        ends_above = lies_above(last)
        main.evaluate("main => { main.scrollTop = 0 }")
        one.row("completed").evaluate("row => row.scrollIntoView({ block: 'nearest' })")
        return ends_above and lies_above(one.row("completed"))

    expect(one.chip).to_have_text("All saved", timeout=20_000)
    until(is_free)
    one.context.set_offline(True)
    hotel.record("repair", "cancelled", data={"reason": "不需要"})
    one.page.wait_for_timeout(500)
    one.tap("fee_explained")
    one.context.set_offline(False)
    expect(one.chip).to_contain_text("1 entry was not recorded", timeout=30_000)
    one.page.goto(f"{hotel.address}/run?case={hotel.cases['other']}")
    expect(one.row("fee_explained")).to_be_visible()
    expect(one.chip).to_contain_text("1 entry was not recorded")
    one.context.set_offline(True)
    one.tap("fee_explained")
    expect(one.chip).to_contain_text(re.compile("No connection.*1 entry waits.*not recorded"), timeout=20_000)

    until(is_free)
    one.context.set_offline(False)
    speak(one.page, "zh-Hant")
    expect(one.chip).to_contain_text("未記錄")


def test_a_tick_of_an_ended_session_is_brought_by_the_next_who_signs_in_as_its_owners(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")

    one.sign_out()
    one.tap("fee_explained")
    expect(one.chip).to_contain_text("您已登出")
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    one.sign_in("王建國")
    expect(one.chip).to_have_text(SAVED, timeout=20_000)

    assert [e["actor"] for e in hotel.events("repair")] == [hotel.ids["林美玲"]]


def test_a_tick_whose_owner_got_a_new_pin_waits_for_their_sign_in(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    hotel.kill()
    one.tap("fee_explained")
    new_pin(hotel, "林美玲", "735190")
    hotel.start()

    expect(one.chip).to_contain_text("您已登出", timeout=20_000)
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    one.sign_in("王建國")
    one.page.reload()
    expect(one.chip).to_contain_text("1 筆等待本人登入", timeout=30_000)
    assert hotel.events("repair") == []
    one.sign_in("林美玲")
    one.page.reload()
    expect(one.chip).to_have_text(SAVED, timeout=30_000)

    assert [e["actor"] for e in hotel.events("repair")] == [hotel.ids["林美玲"]]


def new_pin(hotel: Hotel, name: str, pin: str) -> None:
    from sopwatch.access import Access
    from storage.duck import DuckStore

    store = DuckStore(hotel.directory)
    access = Access(store, hotel.directory)
    person = access.person(hotel.ids[name])
    assert person
    access.save(OPERATOR, replace(person), pin)
    store.close()
    hotel.pins[name] = pin


# --- evidence without network -----------------------------------------------------------------------------------------


def test_photo_signature_number_and_reasons_wait_like_ticks(browser: Browser, hotel: Hotel) -> None:
    hotel.record("repair", "amended", data={"scope": "unit"})
    one = tablet(browser, hotel, "林美玲", "repair")
    hotel.kill()

    one.tap("completed")
    one.row("completed").locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    one.row("completed").get_by_role("button", name="記錄").tap()
    one.tap("signed_owner")
    pad = one.row("signed_owner")
    expect(pad).to_contain_text("簽名的內容：")
    expect(pad.locator(".signed")).to_contain_text("報修內容 漏水")
    expect(pad.locator(".signed")).to_contain_text("已完成：維修完成")
    pad.get_by_role("textbox").fill("周先生")
    sign(one.page, pad.locator("canvas"))
    pad.get_by_role("button", name="記錄").tap()
    one.row("fee_explained").get_by_role("button", name="更多").tap()
    one.row("fee_explained").get_by_role("button", name="不適用").tap()
    expect(one.row("fee_explained").get_by_role("alert")).to_have_text("請填寫原因。")
    one.row("fee_explained").get_by_role("textbox").fill("免費")
    one.row("fee_explained").get_by_role("button", name="不適用").tap()
    expect(one.chip).to_contain_text("3 筆")
    one.page.reload()
    expect(one.chip).to_contain_text("3 筆", timeout=20_000)
    hotel.start()
    expect(one.chip).to_have_text(SAVED, timeout=40_000)

    found = {event["event"]: event for event in hotel.events("repair")}
    assert found["completed"]["value"].startswith("sha256:")
    signed = found["signed_owner"]
    assert (signed["actor"], signed["role"], signed["data"]["taken_by"]) == ("周先生", "owner", hotel.ids["林美玲"])
    assert re.fullmatch("[0-9a-f]{64}", signed["data"]["content"]["hash"]), "the service reckons the same"
    assert {found["completed"]["event_id"]} < set(signed["data"]["content"]["entries"]), "its photo waited, too"
    assert signed["data"]["meaning"].startswith("簽名者為「業主簽名」")
    assert found["_not_applicable"]["data"]["reason"] == "免費"


def test_a_signature_says_when_what_was_signed_has_changed(browser: Browser, hotel: Hotel) -> None:
    hotel.record("repair", "amended", data={"scope": "unit"})
    one = tablet(browser, hotel, "林美玲", "repair")
    one.tap("signed_owner")
    pad = one.row("signed_owner")
    pad.get_by_role("textbox").fill("周先生")
    sign(one.page, pad.locator("canvas"))
    pad.get_by_role("button", name="記錄").tap()
    expect(pad).to_contain_text("周先生")
    expect(one.chip).to_have_text(SAVED)

    hotel.record("repair", "fee_explained")
    one.page.wait_for_timeout(3_000)
    expect(pad).not_to_contain_text("簽名後內容已變更")
    hotel.record("repair", "amended", data={"urgency": "emergency"})

    expect(pad).to_contain_text("簽名後內容已變更")
    expect(pad).to_contain_text("「報修等級」已變更")


def test_each_guest_is_counted_and_a_number_is_typed_on_the_pad(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "vip", viewport={"width": 768, "height": 1024})
    counted = one.row("greeted")
    counted.locator("button.tap").tap()
    counted.get_by_role("button", name="周先生 · 0/3").tap()
    expect(counted.get_by_role("button", name="周先生 · 1/3")).to_be_visible()
    expect(one.chip).to_have_text(SAVED)

    one.page.goto(f"{hotel.address}/run?case={hotel.cases['meeting']}")
    one.tap("ashtray_counted")
    pad = one.row("ashtray_counted")
    for key in ("1", "2", "⌫", ".", "5"):
        pad.locator(".figure button, .keys button", has_text=key).tap()
    expect(pad.locator("output")).to_have_text("1.5")
    pad.get_by_role("button", name="記錄").tap()
    expect(one.chip).to_have_text(SAVED)

    assert [(e["event"], e["subject"]) for e in hotel.events("vip")] == [("greeted", "周先生")]
    assert [(e["event"], e["value"]) for e in hotel.events("meeting")] == [("ashtray_counted", 1.5)]


def photo() -> dict[str, object]:
    file = BytesIO()
    Image.effect_noise((1500, 1000), 60).resize((3000, 2000)).save(file, "JPEG")
    return {"name": "done.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def sign(page: Page, canvas: Locator) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 80)
    page.mouse.down()
    for n in range(12):
        page.mouse.move(box["x"] + 40 + 20 * n, box["y"] + 80 + (25 if n % 2 else -25))
    page.mouse.up()
