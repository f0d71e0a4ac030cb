"""A tablet without network, in real browsers: others are told, and what was in time counts once it is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from checklists.instant import HOUR, MINUTE, format_instant
from tests.browser import launch
from tests.shifts import FOLLOW, SAVED
from tests.tablets import MEETING, tablet, until
from tests.turned import TurnedHotel

pytestmark = pytest.mark.browser

TEA = "meeting.tea-15min"
OFFLINE = re.compile(r"平板自 14:\d\d 起離線（林美玲）")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Yield a browser for one test: in one that another test used, the goodbye of a page does not arrive."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[TurnedHotel]:
    people = (("林美玲", ("attendant",)), ("王建國", ("meeting_supervisor",)))
    begin = datetime(2026, 3, 2, 14, 0, tzinfo=ZoneInfo("Asia/Taipei"))
    made = TurnedHotel(tmp_path, begin, people, silence=10)
    made.start()
    yield made
    made.stop()


def begin_meeting(hotel: TurnedHotel) -> int:
    """Begin a meeting without smoke and towels now: tea alone recurs in it; return when."""
    now = hotel.now
    times = {"start_at": format_instant(now), "end_at": format_instant(now + 3 * HOUR)}
    hotel.cases["hall"] = "M-1"
    fields = MEETING | times | {"smoking": False, "towels": False}
    hotel.record("hall", "opened", procedure="meeting", occurred_at=format_instant(now), data=fields)
    hotel.record("hall", "started", occurred_at=format_instant(now))
    return now


def see_the_tea_rule(hotel: TurnedHotel, page: Page) -> None:
    found = hotel._answers(f"/api/v1/violations?case_id=M-1&rule={TEA}")["violations"]
    page.goto(f"{hotel.address}/violations?case=M-1&violation={found[0]['id']}")


def test_others_are_told_of_an_offline_tablet_and_a_tick_that_was_in_time_rescinds_the_violation(
    browser: Browser, hotel: TurnedHotel
) -> None:
    began = begin_meeting(hotel)
    away, here = tablet(browser, hotel, "林美玲", "hall"), tablet(browser, hotel, "王建國", "hall")
    hotel.turn_to(began + 14 * MINUTE)
    away.page.evaluate(FOLLOW, (began + 14 * MINUTE) // 1000)

    away.context.set_offline(True)
    away.tap("tea_served")
    expect(away.chip).to_contain_text("1 筆留在這台平板等待")
    hotel.turn_to(began + 16 * MINUTE)
    until(lambda: hotel.states("hall", TEA) == ["open"])

    expect(here.row("tea_served")).to_contain_text(OFFLINE, timeout=30_000)
    here.page.goto(f"{hotel.address}/?lang=zh-Hant")
    expect(here.page.locator("[class*='st-key-card-overdue-M-1']")).to_contain_text(OFFLINE, timeout=30_000)
    here.page.goto(f"{hotel.address}/violations")
    card = here.page.locator("[class*='st-key-card-open-']").filter(has_text=OFFLINE)
    expect(card).not_to_have_count(0, timeout=30_000)
    see_the_tea_rule(hotel, here.page)
    expect(here.page.locator(".sop-note.sop-offline")).to_contain_text(OFFLINE, timeout=30_000)

    away.context.set_offline(False)
    expect(away.chip).to_have_text(SAVED, timeout=30_000)
    until(lambda: hotel.states("hall", TEA) == ["rescinded"])
    expect(here.page.locator(".sop-mark.sop-rescinded")).to_have_text("已撤銷", timeout=30_000)
    expect(here.page.locator(".sop-note.sop-offline")).to_have_count(0)


def test_a_page_that_was_closed_is_not_taken_for_an_offline_tablet(browser: Browser, hotel: TurnedHotel) -> None:
    began = begin_meeting(hotel)
    closed, broken = tablet(browser, hotel, "王建國", "hall"), tablet(browser, hotel, "林美玲", "hall")
    closed.page.goto(f"{hotel.address}/sign-in")
    broken.context.set_offline(True)
    hotel.turn_to(began + 16 * MINUTE)
    looks = tablet(browser, hotel, "王建國", "hall")

    expect(looks.row("tea_served")).to_contain_text("起離線", timeout=30_000)

    expect(looks.row("tea_served")).to_contain_text("林美玲")
    expect(looks.row("tea_served")).not_to_contain_text("王建國）")
