"""A tablet without network, in real browsers: others are told, and what was in time counts once it is back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from checklists.instant import MINUTE, SECOND, parse_instant
from sopwatch.place import Property, write_property
from tests.outages import Timed, assert_recorded, begin_meeting, pass_time
from tests.tablets import tablet, until
from tests.turned import TurnedHotel

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

TEA = "meeting.tea-15min"
OFFLINE = re.compile(r"平板自 14:\d\d 起離線（林美玲）")


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[TurnedHotel]:
    people = (("林美玲", ("attendant",)), ("王建國", ("meeting_supervisor",)))
    begin = datetime(2026, 3, 2, 14, 0, tzinfo=ZoneInfo("Asia/Taipei"))
    made = TurnedHotel(tmp_path, begin, people, silence=10)
    write_property(tmp_path, Property(id="lake", name="湖畔飯店", zone="Asia/Taipei", lock_minutes=0))
    made.start()
    made.turn_to(made.now + SECOND)  # what its start took is in step again
    yield made
    made.stop()


def see_the_tea_rule(hotel: TurnedHotel, page: Page) -> None:
    found = hotel._answers(f"/api/v1/violations?case_id=M-1&rule={TEA}")["violations"]
    page.goto(f"{hotel.address}/violations?case=M-1&violation={found[0]['id']}")


def test_forty_minutes_without_network_are_told_and_what_was_in_time_rescinds_the_violation(
    browser: Browser, hotel: TurnedHotel
) -> None:
    began = begin_meeting(hotel)
    away, here = Timed(hotel, browser, "林美玲", "M-1"), Timed(hotel, browser, "王建國", "M-1")

    away.context.set_offline(True)
    for minute in (13, 26, 39):
        pass_time(hotel, began + minute * MINUTE - hotel.now, away, here)
        away.tap("tea_served")
        pass_time(hotel, began + (minute + 3) * MINUTE - hotel.now, away, here)
        expect(here.row("tea_served")).to_contain_text("平板自 14:00 起離線（林美玲）", timeout=30_000)
    away.waits(3)
    assert hotel.states("M-1", TEA) == ["open"]

    here.page.goto(f"{hotel.address}/?lang=zh-Hant")
    expect(here.page.locator("[class*='st-key-card-overdue-M-1']")).to_contain_text(OFFLINE, timeout=30_000)
    here.page.goto(f"{hotel.address}/violations")
    card = here.page.locator("[class*='st-key-card-open-']").filter(has_text=OFFLINE)
    expect(card).not_to_have_count(0, timeout=30_000)
    see_the_tea_rule(hotel, here.page)
    expect(here.page.locator(".sop-note.sop-offline")).to_contain_text(OFFLINE, timeout=30_000)

    away.context.set_offline(False)
    away.is_saved()
    until(lambda: hotel.states("M-1", TEA) == ["rescinded"])
    expect(here.page.locator(".sop-mark.sop-rescinded")).to_have_text("已撤銷", timeout=30_000)
    expect(here.page.locator(".sop-note.sop-offline")).to_have_count(0)
    late = [
        parse_instant(e["recorded_at"]) - parse_instant(e["occurred_at"]) for e in assert_recorded(hotel, "M-1", away)
    ]
    assert [round(span / MINUTE) for span in late] == [29, 16, 3]


def test_pages_that_were_left_or_closed_are_not_taken_for_offline_tablets(browser: Browser, hotel: TurnedHotel) -> None:
    began = begin_meeting(hotel)
    gone = [tablet(browser, hotel, "王建國", "M-1") for _ in range(3)]
    broken = tablet(browser, hotel, "林美玲", "M-1")
    for each in gone[1:]:
        each.page.goto(f"{hotel.address}/sign-in")
    gone[0].page.close()
    broken.context.set_offline(True)
    hotel.turn_to(began + 16 * MINUTE)
    looks = tablet(browser, hotel, "王建國", "M-1")

    expect(looks.row("tea_served")).to_contain_text("起離線", timeout=30_000)

    expect(looks.row("tea_served")).to_contain_text("林美玲")
    expect(looks.row("tea_served")).not_to_contain_text("王建國）")
