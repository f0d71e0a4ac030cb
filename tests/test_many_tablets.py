"""Tablets at once on one service: each taps in a case of its own and in one that they share; ten in `make outage`."""

from __future__ import annotations

import os
import time
from collections import Counter

import pytest
from playwright.sync_api import Browser, expect

from checklists.instant import MINUTE
from tests.tablets import Hotel, Tablet, tablet

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

TABLETS, TAPS = 10 if os.environ.get("OUTAGE") == "real" else 4, 10
# Tap two steps in turn, as fast as two hands, from an instant on that all tablets know.
TAP = """async (row, times, start) => {
  await new Promise(done => setTimeout(done, start - Date.now()))
  const other = row.getRootNode().querySelector("#row-towels_changed")
  for (let n = 0; n < times; n += 1) {
    (n % 2 ? other : row).querySelector("button.tap").click()
    await new Promise(done => setTimeout(done, 100))
  }
}"""


def test_tablets_at_once_lose_nothing_and_double_nothing(browser: Browser, hotel: Hotel) -> None:
    rooms = [f"room {n}" for n in range(TABLETS)]
    for room in [*rooms, "shared"]:
        hotel.begin_meeting(room, MINUTE)
    people = ("林美玲", "王建國")
    many = [tablet(browser, hotel, people[n % 2], room) for n, room in enumerate(rooms)]

    tap_at_once(many)
    for each in many:
        each.page.goto(f"{hotel.address}/run?case={hotel.cases['shared']}")
        each.page.locator(".chip .note").wait_for(timeout=60_000)
    tap_at_once(many)

    half = TAPS // 2
    for room in rooms:
        assert hotel.words(room) == Counter(started=1, tea_served=half, towels_changed=half)
    assert hotel.words("shared") == Counter(started=1, tea_served=TABLETS * half, towels_changed=TABLETS * half)


def tap_at_once(tablets: list[Tablet]) -> None:
    """Let all tap at the same time, and wait until each says that all is saved."""
    start = round(time.time() * 1000) + 3_000
    for each in tablets:
        begun = f"row => {{ window.tapping = ({TAP})(row, {TAPS}, {start}) }}"
        each.row("tea_served").evaluate(begun)
    for each in tablets:
        each.page.evaluate("window.tapping")
        expect(each.chip).to_have_text("全部已儲存", timeout=60_000)
