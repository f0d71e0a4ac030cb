"""Scanning a code on a real tablet: a picture from its camera leads to the case or place, or says why it does not."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from sopwatch.qr import case_address, qr_png
from tests.tablets import LANDSCAPE, Hotel

pytestmark = pytest.mark.browser
PORTRAIT: ViewportSize = {"width": 768, "height": 1024}


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


@pytest.fixture(params=[LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def tablet(browser: Browser, hotel: Hotel, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="zh-TW", viewport=request.param, has_touch=True)
    form: dict[str, str | float | bool] = {"person": hotel.ids["林美玲"], "pin": hotel.pins["林美玲"]}
    context.request.post(f"{hotel.address}/sign-in", form=form, headers={"Origin": hotel.address}, max_redirects=0)
    yield context
    context.close()


def take(page: Page, picture: bytes) -> None:
    """Take a picture of what a code shows with the camera of the button."""
    file = {"name": "拍照.png", "mimeType": "image/png", "buffer": picture}
    page.get_by_label("掃描 QR 碼").set_input_files(file)  # type: ignore[arg-type]


@pytest.mark.parametrize("screen", ["find", "shift"])
def test_a_case_is_opened_by_its_code(tablet: BrowserContext, hotel: Hotel, screen: str) -> None:
    page = tablet.new_page()
    page.goto(f"{hotel.address}/{screen}")
    button = page.locator(".scan .camera span")
    expect(button).to_have_text("掃描 QR 碼")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 56
    assert box["x"] + box["width"] <= (page.viewport_size or LANDSCAPE)["width"]

    take(page, qr_png(case_address(hotel.address, hotel.cases["repair"])))

    page.wait_for_url(f"**/run?case={hotel.cases['repair']}*", timeout=20_000)
    expect(page.get_by_role("heading", name="八〇五")).to_be_visible()


def test_a_foreign_code_and_none_say_so_and_the_next_picture_is_read(tablet: BrowserContext, hotel: Hotel) -> None:
    page = tablet.new_page()
    page.goto(f"{hotel.address}/find")
    Image.new("RGB", (800, 600), "white").save(blank := BytesIO(), "PNG")

    take(page, qr_png("https://evil.example/q/k7m2q9x4wd"))
    expect(page.locator(".scan .note")).to_have_text("這不是本館的 QR 碼。")
    take(page, blank.getvalue())
    expect(page.locator(".scan .note")).to_contain_text("照片上看不到 QR 碼")
    take(page, b"no picture")
    expect(page.locator(".scan .note")).to_contain_text("無法讀取這個檔案")
    take(page, qr_png(case_address(hotel.address, hotel.cases["vip"])))

    page.wait_for_url(f"**/run?case={hotel.cases['vip']}*", timeout=20_000)


def test_without_the_service_it_says_so_and_works_again(tablet: BrowserContext, hotel: Hotel) -> None:
    page = tablet.new_page()
    page.goto(f"{hotel.address}/find")
    page.get_by_label("掃描 QR 碼").wait_for(state="attached")
    tablet.set_offline(True)

    take(page, qr_png(case_address(hotel.address, hotel.cases["other"])))
    expect(page.locator(".scan .note")).to_contain_text("目前無法連線")

    tablet.set_offline(False)
    take(page, qr_png(case_address(hotel.address, hotel.cases["other"])))
    page.wait_for_url(f"**/run?case={hotel.cases['other']}*", timeout=20_000)


def test_who_was_signed_out_meanwhile_is_told(tablet: BrowserContext, hotel: Hotel) -> None:
    page = tablet.new_page()
    page.goto(f"{hotel.address}/find")
    page.get_by_label("掃描 QR 碼").wait_for(state="attached")
    tablet.clear_cookies()

    take(page, qr_png(case_address(hotel.address, hotel.cases["vip"])))

    expect(page.locator(".scan .note")).to_contain_text("您已登出")
