"""What a tablet says of an entry that the service refused, in a real browser: by its code, in the reader's language."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.tablets import Hotel, tablet

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

SAVED = "全部已儲存"


def test_a_refusal_that_the_tablet_has_no_words_for_is_told_in_english_and_marked_so(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", service_workers="block")
    refused = {"index": 0, "reason": "the moon is full", "code": "moon_is_full", "params": {"moon": 1}}
    told = json.dumps({"accepted": [], "refused": [refused]})
    one.page.route("**/api/v1/events", lambda route: route.fulfill(status=422, body=told))

    one.tap("fee_explained")

    shown = one.row("fee_explained").get_by_role("alert")
    expect(shown).to_contain_text("未記錄")
    expect(shown.locator("[lang=en]")).to_have_text("the moon is full")
    shown.get_by_role("button", name="移除").tap()
    expect(shown).to_have_count(0)


def test_what_a_refusal_names_is_told_by_its_title(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "vip")
    one.context.set_offline(True)
    hotel.record("vip", "amended", data={"guests": ["吳董事"]})
    counted = one.row("greeted")
    counted.locator("button.tap").tap()
    counted.get_by_role("button", name="周先生 · 0/3").tap()
    expect(one.chip).to_contain_text("1 筆")
    one.context.set_offline(False)

    expect(counted.get_by_role("alert")).to_contain_text("「周先生」已不在案件名單上。", timeout=30_000)


def test_a_photo_that_the_browser_cannot_read_is_refused_with_what_to_do(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    one.tap("completed")
    row = one.row("completed")

    file = BytesIO()
    Image.new("RGB", (40, 30)).save(file, "JPEG")
    readable = {"name": "IMG_1.HEIC", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    heic = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"\x00\x00\x00\x18ftypheic" + bytes(200)}
    row.locator("input[type=file]").set_input_files(heic)  # type: ignore[arg-type]
    expect(row.get_by_role("alert")).to_have_text("系統無法讀取這台平板的相片格式（HEIC）：請在相機設定中改選 JPEG。")
    expect(row.get_by_role("button", name="記錄")).to_be_hidden()
    row.locator("input[type=file]").set_input_files(readable)  # type: ignore[arg-type]
    expect(row.get_by_role("alert")).to_have_count(0)
    row.get_by_role("button", name="記錄").tap()
    expect(one.chip).to_have_text(SAVED, timeout=20_000)

    assert hotel.words("repair") == {"completed": 1}
