"""A finger that is down on a button: what comes from the server meanwhile must not move it away, nor be lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.tablets import Hotel, Tablet, tablet, until

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

NOTES = 4
# The last entry that the snapshot kept on the tablet holds: it is kept as soon as it has come.
HELD = """async id => {
  const asked = request => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const shelf = await asked(indexedDB.open("sopwatch"))
  const snapshot = await asked(shelf.transaction("snapshots").objectStore("snapshots").get(id))
  shelf.close()
  return snapshot?.seq ?? 0
}"""


@pytest.fixture(scope="module")
def hotel(shared_hotel: Hotel) -> Hotel:
    return shared_hotel


def finger_down(one: Tablet, step: str) -> CDPSession:
    """Put a finger on the button of a row; the session lifts it."""
    box = one.row(step).locator("button.tap").bounding_box()
    assert box
    finger = one.context.new_cdp_session(one.page)
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    return finger


def notes_come(one: Tablet, case: str, step: str) -> None:
    """Let others note something at a row, and wait until this tablet has been told."""
    for n in range(NOTES):
        one.hotel.record(case, "_noted", data={"step": step, "note": f"第{n}則"})
    last = max(event["seq"] for event in one.hotel.events(case))
    until(lambda: one.page.evaluate(HELD, one.hotel.cases[case]) >= last)


def test_a_tap_lands_on_the_button_where_it_began_though_rows_above_it_grow(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "repair")

    finger = finger_down(one, "form_completed")
    notes_come(one, "repair", "fee_explained")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    expect(one.row("form_completed")).to_contain_text("已完成")
    expect(one.row("fee_explained").locator(".noted")).to_have_count(NOTES)
    until(lambda: hotel.words("repair") == {"_noted": NOTES, "form_completed": 1})


def test_what_came_while_a_finger_was_down_is_shown_once_it_is_up(browser: Browser, hotel: Hotel) -> None:
    one = tablet(browser, hotel, "林美玲", "other")

    finger = finger_down(one, "fee_explained")
    notes_come(one, "other", "fee_explained")
    finger.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})

    expect(one.row("fee_explained").locator(".noted")).to_have_count(NOTES)
    assert hotel.words("other") == {"_noted": NOTES}
