"""Comments and photos at a step, on a tablet with touch: without network, and a picture in full over the sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.tablets import Hotel, tablet
from tests.test_tablet import SAVED, photo

pytestmark = pytest.mark.browser


def test_a_comment_with_a_photo_waits_like_a_tick_and_its_picture_opens_in_full(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    row = one.row("fee_explained")
    one.context.set_offline(True)

    row.get_by_role("button", name="更多").tap()
    row.get_by_role("button", name="備註或相片").tap()
    row.get_by_role("button", name="加入備註").tap()
    expect(row.get_by_role("alert")).to_have_text("請寫下備註或拍一張相片。")
    row.get_by_role("textbox").fill("房客要求開立發票")
    row.locator("input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    expect(row.locator(".panel img")).to_be_visible()
    row.get_by_role("button", name="加入備註").tap()
    expect(row).to_contain_text("房客要求開立發票")
    expect(row.locator(".mark")).to_have_text("待辦")
    expect(one.chip).to_contain_text("1 筆留在這台平板等待")
    one.context.set_offline(False)
    expect(one.chip).to_have_text(SAVED, timeout=30_000)

    (event,) = hotel.events("repair")
    assert (event["event"], event["value"]) == ("_noted", None)
    assert (event["data"]["step"], event["data"]["note"]) == ("fee_explained", "房客要求開立發票")
    assert event["data"]["photo"].startswith("sha256:")

    row.get_by_role("button", name="放大圖片").tap()
    full = one.page.get_by_role("dialog")
    expect(full).to_contain_text("房客要求開立發票 · 林美玲")
    expect(full.locator("img")).to_have_js_property("naturalWidth", 1600)
    shut = full.get_by_role("button", name="關閉")
    box = shut.bounding_box()
    assert box
    assert box["height"] >= 56
    shut.tap()
    expect(full).to_have_count(0)
    row.get_by_role("button", name="更多").tap()
    row.get_by_role("textbox").fill("寫錯了")
    row.get_by_role("button", name="撤回").tap()
    expect(row).not_to_contain_text("房客要求開立發票")
    expect(one.chip).to_have_text(SAVED, timeout=30_000)
    assert hotel.words("repair")["retracted"] == 1
    one.context.close()
