"""Find, codes and reports in a real browser with touch: a case is found again, a guest's report becomes a case."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.tablets import LANDSCAPE, Hotel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


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


def test_a_guest_reports_on_a_phone_and_a_receptionist_confirms_by_tapping(
    browser: Browser, hotel: Hotel, tmp_path: Path
) -> None:
    picture = tmp_path / "漏水.jpg"
    Image.new("RGB", (640, 480), "#2a6").save(picture)
    reception = browser.new_context(locale="zh-TW", viewport=LANDSCAPE, has_touch=True)
    signed_in(reception, hotel)
    desk = reception.new_page()
    desk.goto(f"{hotel.address}/codes")
    desk.get_by_label("地點（每行一個）").fill("三樓走廊\n游泳池")
    desk.get_by_role("group", name="住客可否").or_(desk.get_by_role("radiogroup", name="住客可否")).get_by_text(
        "是"
    ).tap()
    desk.get_by_role("button", name="產生 QR 碼").tap()
    expect(desk.get_by_text("2 個 QR 碼已可列印")).to_be_visible()
    with reception.expect_page() as opened:
        desk.get_by_role("link", name="列印新標籤").tap()
    labels = opened.value
    labels.wait_for_load_state()
    codes = zxingcpp.read_barcodes(Image.open(BytesIO(labels.screenshot(full_page=True))))
    assert len(codes) == 2
    desk.goto(f"{hotel.address}/")

    guest = browser.new_context(locale="zh-TW", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = guest.new_page()
    phone.goto(next(code.text for code in codes))
    place = phone.locator(".place").inner_text()
    phone.get_by_label("發生什麼問題").fill("燈不亮")
    phone.get_by_text("公共區域").tap()
    phone.get_by_label("您的姓名").fill("周小姐")
    phone.get_by_label("照片 1", exact=True).set_input_files(picture)
    expect(phone.get_by_text("✓ 漏水.jpg")).to_be_visible()
    phone.get_by_role("button", name="送出報修").tap()
    expect(phone.get_by_text("等待櫃檯確認")).to_be_visible()
    assert phone.locator(".number").inner_text() == "Q-0001"

    waiting = desk.get_by_role("button", name="1 件住客報修待確認")
    waiting.wait_for(state="attached", timeout=15_000)
    waiting.tap()
    desk.get_by_role("button", name=f"Q-0001 {place}").tap()
    expect(desk.locator(".sop-photos img")).to_have_js_property("naturalWidth", 640)
    for label, text in (("地址", "大廳"), ("聯絡電話", "分機 12")):
        desk.get_by_label(label).fill(text)
    for title, option in (("是否收費", "否"), ("材料提供", "公司"), ("維保期內", "否")):
        desk.get_by_role("radiogroup", name=title).get_by_role("radio", name=option).tap()
    desk.get_by_role("button", name="確認並開案").tap()

    desk.wait_for_url(lambda address: "/run?" in address, timeout=15_000)
    case_id = asked(desk)["case"][0]
    phone.reload()
    expect(phone.get_by_text(f"報修編號為 {case_id}")).to_be_visible()
    desk.get_by_role("button", name="案件紀錄").tap()
    expect(desk.locator(".sop-code img")).to_be_visible()
    picture_of_it = desk.locator(".sop-code img").screenshot()
    assert [c.text for c in zxingcpp.read_barcodes(Image.open(BytesIO(picture_of_it)))] == [
        f"{hotel.address}/run?case={case_id}"
    ]
    guest.close()
    reception.close()


def test_a_report_that_was_answered_outlives_a_killed_service(browser: Browser, hotel: Hotel) -> None:
    reception = browser.new_context(locale="zh-TW", viewport=LANDSCAPE, has_touch=True)
    signed_in(reception, hotel)
    desk = reception.new_page()
    desk.goto(f"{hotel.address}/labels")
    address = zxingcpp.read_barcodes(Image.open(BytesIO(desk.screenshot(full_page=True))))[0].text
    guest = browser.new_context(locale="zh-TW", viewport={"width": 390, "height": 844}, has_touch=True)
    phone = guest.new_page()
    phone.goto(address)
    phone.get_by_label("發生什麼問題").fill("門打不開")
    phone.get_by_role("button", name="送出報修").tap()
    expect(phone.get_by_text("等待櫃檯確認")).to_be_visible()
    number = phone.locator(".number").inner_text()

    hotel.kill()
    hotel.start()

    phone.reload()
    expect(phone.locator(".number")).to_have_text(number)
    desk.goto(f"{hotel.address}/reports?report={number}")
    expect(desk.get_by_text("門打不開").first).to_be_visible()
    desk.get_by_role("button", name="不受理").tap()
    desk.get_by_label("原因").fill("重複報修")
    desk.get_by_role("button", name="不受理此報修").tap()
    expect(desk.get_by_text("沒有待確認的報修")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("櫃檯未受理此報修")).to_be_visible()
    guest.close()
    reception.close()
