"""Outages and wrong clocks, in real browsers on a real service: no tick is lost, and each keeps the time of its tap."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import rfc8785
from playwright.sync_api import Browser, expect

from checklists.instant import HOUR, MINUTE, SECOND, parse_instant
from sopwatch.place import Property, write_property
from tests.outages import Timed, assert_recorded, begin_meeting, begin_repair, pass_time
from tests.test_tablet import sign
from tests.turned import TurnedHotel

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("every_page_is_closed")]

REAL = os.environ.get("OUTAGE") == "real"  # ten minutes by the wall clock, not by turned ones
LOCKED = "這台平板已鎖定"
PEOPLE = (("林美玲", ("attendant",)), ("王建國", ("meeting_supervisor",)))


@pytest.fixture
def begin() -> datetime:
    return datetime(2026, 3, 2, 14, 0, tzinfo=ZoneInfo("Asia/Taipei"))


@pytest.fixture
def lock_minutes() -> int:
    return 0


@pytest.fixture
def hotel(tmp_path: Path, begin: datetime, lock_minutes: int) -> Iterator[TurnedHotel]:
    made = TurnedHotel(tmp_path, begin, PEOPLE, silence=10)
    write_property(tmp_path, Property(id="lake", name="湖畔飯店", zone=str(begin.tzinfo), lock_minutes=lock_minutes))
    made.start()
    made.turn_to(made.now + SECOND)  # what its start took is in step again
    yield made
    made.stop()


def test_ten_minutes_without_network_lose_nothing_and_say_all_the_time_what_waits(
    browser: Browser, hotel: TurnedHotel
) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1")
    for _ in range(3):
        one.tap("tea_served")
        one.page.wait_for_timeout(1_100)
    one.is_saved()

    one.context.set_offline(True)
    for minute in range(10):
        one.tap("tea_served")
        one.waits(minute + 1)
        if REAL:
            for _ in range(6):
                one.page.wait_for_timeout(10_000)
                one.waits(minute + 1)
        else:
            pass_time(hotel, MINUTE, one)
        one.waits(minute + 1)
    expect(one.chip).to_contain_text("14:00 起沒有連線")
    one.context.set_offline(False)
    one.is_saved()
    for _ in range(3):
        one.tap("tea_served")
        one.page.wait_for_timeout(1_100)
    one.is_saved()

    assert len(one.taps) == 16
    assert_recorded(hotel, "M-1", one)


def test_whatever_people_do_to_a_tablets_clock_its_ticks_have_their_time(browser: Browser, hotel: TurnedHotel) -> None:
    begin_meeting(hotel)
    fast = Timed(hotel, browser, "林美玲", "M-1", wrong=3 * HOUR)
    slow = Timed(hotel, browser, "王建國", "M-1", wrong=-3 * HOUR)
    both = fast, slow

    def tap(*, online: bool = False) -> None:
        for each in both:
            each.tap("tea_served")
        for each in both if online else ():
            each.is_saved()
        pass_time(hotel, 2 * MINUTE, *both)

    tap(online=True)  # right from the first tap on
    slow.set_clock(5 * HOUR)
    fast.set_clock(-5 * HOUR)
    tap(online=True)  # set while online
    for each in both:
        each.context.set_offline(True)
    tap()
    slow.set_clock(-HOUR)
    fast.set_clock(-26 * HOUR)
    tap()  # set back without network
    slow.set_clock(90 * MINUTE)
    fast.set_clock(27 * HOUR)
    tap()  # set ahead without network
    slow.page.reload()
    slow.mark()
    slow.waits(3)
    tap()
    for each in both:
        each.waits(4)
        each.context.set_offline(False)
    expect(slow.page.locator(".st-key-bar")).to_be_visible(timeout=60_000)
    for each in both:
        each.is_saved()
    slow.mark()

    tap(online=True)
    events = assert_recorded(hotel, "M-1", *both)
    wrong = {
        round((parse_instant(e["data"]["_tablet_clock"]) - parse_instant(e["occurred_at"])) / HOUR, 1) for e in events
    }
    assert wrong == {-26, -5, -3, -1, 1.5, 3, 5, 27}, "what the tablet's clock showed is kept beside"


def test_a_signature_made_while_a_clock_was_set_ahead_is_sealed_with_its_true_time(
    browser: Browser, hotel: TurnedHotel
) -> None:
    begin_repair(hotel)
    one = Timed(hotel, browser, "林美玲", "R-1")
    one.context.set_offline(True)
    one.tap("fee_explained")
    pass_time(hotel, 2 * MINUTE, one)
    one.set_clock(3 * HOUR)
    one.tap("signed_owner")
    pad = one.row("signed_owner")
    pad.get_by_role("textbox").fill("周先生")
    sign(one.page, pad.locator("canvas"))
    began = hotel.now
    pad.get_by_role("button", name="記錄").tap()
    one.waits(2)
    ended = hotel.now
    pass_time(hotel, 5 * MINUTE, one)
    one.page.reload()
    one.mark()
    one.waits(2)

    one.context.set_offline(False)
    expect(one.page.locator(".st-key-bar")).to_be_visible(timeout=60_000)
    one.is_saved()

    events = [hotel.opened("R-1"), *hotel.events("R-1")]
    signature = next(event for event in events if event["event"] == "signed_owner")
    told, content = signature["data"], signature["data"]["content"]
    instant = parse_instant(content["instant"])
    assert instant == parse_instant(signature["occurred_at"])
    assert began - SECOND <= instant <= ended + SECOND
    assert parse_instant(told["_tablet_clock"]) > ended + 2 * HOUR, "what its own clock showed stands beside"
    assert content["hash"] == hash_as_documented(signature, {event["event_id"]: event for event in events})


def hash_as_documented(signature: Mapping[str, Any], record: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the hash of a signature as anybody outside can reckon it from the record (docs/tablet.md)."""
    told, content = signature["data"], signature["data"]["content"]
    entries = [
        {"id": name, "event": record[name]["event"], "subject": record[name]["subject"], "value": record[name]["value"]}
        for name in content["entries"]
    ]
    own = {name: content[name] for name in ("role", "language", "instant", "facts")}
    signed = {
        "case": signature["case_id"],
        "step": signature["event"],
        "signer": signature["actor"],
        "entries": entries,
    }
    return sha256(rfc8785.dumps(signed | own | {"meaning": told["meaning"], "salt": told["salt"]})).hexdigest()


@pytest.mark.parametrize("lock_minutes", [5])
def test_a_tablet_that_sleeps_without_network_knows_how_late_it_is_and_sends_before_it_locks_itself(
    browser: Browser, hotel: TurnedHotel
) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1")

    one.context.set_offline(True)
    for _ in range(2):
        one.tap("tea_served")
        pass_time(hotel, 25 * MINUTE)
        one.sleep()
        one.page.wait_for_timeout(1_100)  # nobody taps in the second in which it wakes
    one.waits(2)
    one.context.set_offline(False)
    expect(one.page.get_by_text(LOCKED)).to_be_visible(timeout=30_000)

    assert_recorded(hotel, "M-1", one)


@pytest.mark.parametrize("lock_minutes", [5])
def test_a_clock_set_ahead_locks_no_tablet_and_one_set_back_keeps_none_open(
    browser: Browser, hotel: TurnedHotel
) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1")
    one.is_watched()

    one.set_clock(3 * HOUR)
    one.agrees()
    one.tap("tea_served")
    one.is_saved()
    one.set_clock(-3 * HOUR)
    pass_time(hotel, 4 * MINUTE, one)
    one.agrees()
    expect(one.row("tea_served")).to_be_visible()
    pass_time(hotel, MINUTE, one)
    expect(one.page.get_by_text(LOCKED)).to_be_visible(timeout=30_000)

    assert_recorded(hotel, "M-1", one)


@pytest.mark.parametrize("lock_minutes", [5])
def test_a_tablet_that_slept_locks_itself_once_the_service_has_said_how_late_it_is(
    browser: Browser, hotel: TurnedHotel
) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1")
    one.is_watched()
    one.page.route("**/healthz", lambda _: None)  # it is asked, and does not answer

    hotel.turn_to(hotel.now + 6 * MINUTE)
    one.sleep()
    expect(one.page.get_by_text("平板正在核對時間")).to_be_visible()
    one.row("tea_served").locator("button.tap").tap(force=True)
    one.page.unroute("**/healthz")

    expect(one.page.get_by_text(LOCKED)).to_be_visible(timeout=30_000)
    assert not [event for event in hotel.events("M-1") if event["event"] == "tea_served"]


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("begin", "last", "here", "due", "there"),
    [
        (datetime(2026, 3, 28, 23, 50, tzinfo=BERLIN), "01:59", "01:59 ·", "03:1[45]", "03:1[01]"),
        (
            datetime(2026, 10, 24, 23, 50, tzinfo=BERLIN),
            "02:59",
            "02:59 夏令時間 ·",
            "02:1[45] 標準時間",
            "02:1[01] 標準時間",
        ),
    ],
    ids=["an hour is left out", "an hour comes twice"],
)
def test_over_midnight_and_the_change_to_or_from_summer_time_an_open_sheet_stays_right(
    browser: Browser, hotel: TurnedHotel, last: str, here: str, due: str, there: str
) -> None:
    begin_meeting(hotel)
    one = Timed(hotel, browser, "林美玲", "M-1", timezone_id="America/New_York")
    tea = one.row("tea_served")

    def pass_to(wall: str) -> None:
        pass_time(hotel, hotel.next(wall) - hotel.now, one)

    pass_to("23:58")
    one.tap("tea_served")
    expect(tea).to_contain_text(re.compile(r"剩 1[34] 分鐘 \(.*週日 00:13\)"), timeout=20_000)
    pass_to("00:08")
    expect(tea).to_contain_text(re.compile(r"剩 [45] 分鐘 \(00:13\)"), timeout=20_000)
    expect(tea).to_contain_text("週六 23:58")
    one.is_saved()

    pass_to(last)
    pass_time(hotel, 48 * SECOND, one)
    one.agrees()
    one.context.set_offline(True)
    one.tap("tea_served")
    expect(tea).to_contain_text(here)
    pass_time(hotel, 7 * SECOND, one)
    expect(tea.get_by_role("button", name="復原")).to_be_visible()
    pass_time(hotel, 4 * SECOND, one)
    expect(tea.get_by_role("button", name="復原")).to_have_count(0, timeout=20_000)
    one.context.set_offline(False)
    one.is_saved()
    expect(tea).to_contain_text(re.compile(rf"剩 1[34] 分鐘 \({due}\)"), timeout=20_000)

    one.context.set_offline(True)
    pass_time(hotel, 10 * MINUTE, one)
    expect(tea).to_contain_text(re.compile(rf"剩 [34] 分鐘 \({due}\)"), timeout=20_000)
    one.tap("tea_served")
    expect(tea).to_contain_text(re.compile(f"{there} · 留在這台平板等待"))
    one.context.set_offline(False)
    one.is_saved()
    assert_recorded(hotel, "M-1", one)
