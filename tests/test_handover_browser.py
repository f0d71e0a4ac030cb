"""A shift handed over on one tablet, with fingers, in Chinese: by two people, and by one who signs for both."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.tablets import LANDSCAPE, Hotel, Tablet, tablet
from tests.test_close_view import SAVED, foot, sign_pad, to_close

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]
PORTRAIT: ViewportSize = {"width": 768, "height": 1024}


def begins(one: Tablet) -> None:
    """Begin the hand-over of the whole house from its screen, and wait for its sheet."""
    page = one.page
    page.goto(f"{one.hotel.address}/handover")
    expect(page.get_by_role("heading", name="交班", exact=True)).to_be_visible(timeout=20_000)
    expect(page.get_by_text("4 件未結事項")).to_be_visible()
    page.get_by_role("textbox", name="交班備註").fill("八〇五漏水，等師傅")
    page.get_by_role("button", name="開始交班").tap()
    page.wait_for_url("**/run?case=H-*", timeout=20_000)
    one.hotel.cases["handover"] = page.url.partition("case=")[2].partition("&")[0]
    expect(one.row("signed_outgoing")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("size", [LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def test_two_people_hand_over_on_one_tablet_and_nothing_is_broken(
    browser: Browser, hotel: Hotel, size: ViewportSize
) -> None:
    one = tablet(browser, hotel, "林美玲", "repair", viewport=size)
    begins(one)
    one.tap("reviewed")
    one.tap("signed_outgoing")
    sign_pad(one, "signed_outgoing")
    expect(one.chip).to_have_text(SAVED)

    one.page.get_by_role("link", name="把平板交給接班人").tap()
    one.page.get_by_role("link", name="王建國").tap()
    for digit in hotel.pins["王建國"]:
        one.page.locator(f".pad button[data-digit='{digit}']").tap()
    one.page.locator("button.main").tap()
    expect(one.row("signed_incoming")).to_be_visible(timeout=20_000)
    expect(one.page.get_by_role("link", name="把平板交給接班人")).to_have_count(0)
    one.tap("signed_incoming")
    sign_pad(one, "signed_incoming")
    to_close(one)
    foot(one).get_by_role("button", name="結案").tap()
    expect(foot(one)).to_contain_text("已結案")
    expect(one.chip).to_have_text(SAVED)

    signed = {e["event"]: e["actor"] for e in hotel.events("handover") if e["event"].startswith("signed")}
    ids = {name: key.removeprefix("person:") for name, key in hotel.ids.items()}
    assert signed == {"signed_outgoing": ids["林美玲"], "signed_incoming": ids["王建國"]}
    fields = hotel.fields("handover")
    assert sorted(fields["open_items"]) == sorted(v for k, v in hotel.cases.items() if k != "handover")
    assert (fields["department"], fields["note"]) == ("全館", "八〇五漏水，等師傅")
    assert hotel.violations("handover") == []


def test_who_signs_in_both_places_breaks_exactly_that_rule_and_one_under_way_is_led_to(
    browser: Browser, hotel: Hotel
) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")
    begins(one)
    case = hotel.cases["handover"]
    one.page.goto(f"{hotel.address}/handover")
    expect(one.page.get_by_text("正在交班")).to_be_visible(timeout=20_000)
    expect(one.page.get_by_role("button", name="開始交班")).to_have_count(0)
    one.page.get_by_role("button", name="繼續交班").tap()
    one.page.wait_for_url(f"**/run?case={case}*", timeout=20_000)
    expect(one.row("signed_outgoing")).to_be_visible(timeout=20_000)

    for step in ("signed_outgoing", "signed_incoming"):
        one.tap(step)
        sign_pad(one, step)
    to_close(one)
    foot(one).get_by_role("button", name="結案").tap()
    expect(foot(one)).to_contain_text("已結案")
    expect(one.chip).to_have_text(SAVED)

    assert [v["rule"] for v in hotel.violations("handover")] == ["handover.two-people"]
