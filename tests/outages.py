"""Tablets whose time a test turns on with the service's, whose clock people set, and what is known of their taps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from playwright.sync_api import Browser, expect

from checklists.instant import HOUR, SECOND, Instant, format_instant, parse_instant
from tests.tablets import LANDSCAPE, MEETING, REPAIR, Tablet, until
from tests.turned import TurnedHotel

SAVED = "全部已儲存"


def begin_meeting(hotel: TurnedHotel, case: str = "M-1") -> Instant:
    """Begin a meeting without smoke and towels now: tea alone recurs in it; return when."""
    now = hotel.now
    times = {"start_at": format_instant(now), "end_at": format_instant(now + 3 * HOUR)}
    hotel.cases[case] = case
    fields = MEETING | times | {"smoking": False, "towels": False}
    hotel.record(case, "opened", procedure="meeting", occurred_at=format_instant(now), data=fields)
    hotel.record(case, "started", occurred_at=format_instant(now))
    return now


def begin_repair(hotel: TurnedHotel, case: str = "R-1") -> None:
    """Begin a repair inside a unit now, whose owner signs."""
    hotel.cases[case] = case
    told = {"occurred_at": format_instant(hotel.now), "data": REPAIR | {"scope": "unit"}}
    hotel.record(case, "opened", procedure="repair", **told)


class Timed(Tablet):
    """A tablet whose time passes with the property's; `wrong`: by how much its clock is."""

    hotel: TurnedHotel

    def __init__(self, hotel: TurnedHotel, browser: Browser, name: str, case: str, wrong: int = 0, **more: Any) -> None:
        options: dict[str, Any] = {"locale": "zh-TW", "viewport": LANDSCAPE, "has_touch": True} | more
        context = browser.new_context(**options)
        context.clock.install(time=(hotel.now + wrong) / SECOND)
        self.name = name
        self.taps: list[tuple[str, Instant, Instant]] = []
        super().__init__(hotel, context, name, case)
        self.mark()

    def mark(self) -> None:
        """Note how much time has passed on this page by now: a new page begins to count anew."""
        self._then, self._passed = self._look()

    def _look(self) -> tuple[Instant, float]:
        """Return how late it is at the property when so many milliseconds have passed on the page; not a slow look."""
        while True:
            began = self.hotel.now
            passed: float = self.page.evaluate("performance.now()")
            if (took := self.hotel.now - began) < SECOND // 4:
                return began + took // 2, passed

    def follow(self) -> None:
        """Let as much time pass on the tablet as has passed at the property."""
        now, passed = self._look()
        self.page.clock.fast_forward(max(0, round((now - self._then) / 1000 - (passed - self._passed))))

    def is_watched(self) -> None:
        """Wait until the tablet watches over itself: from then on it counts for how long nobody touches it."""
        until(lambda: self.page.evaluate("'sopwatch.touched' in localStorage"))

    def agrees(self) -> None:
        """Wait until the tablet has asked how late it is since time was turned: what it heard before was ahead."""
        for _ in range(2):  # the first answer may be to what was asked before
            with self.page.expect_response(lambda answer: "/healthz" in answer.url):
                pass
        self.page.evaluate("new Promise(requestAnimationFrame)")

    def set_clock(self, wrong: int) -> None:
        """Set the tablet's clock as a person does: wrong by so much from now on."""
        self.page.clock.set_system_time((self.hotel.now + wrong) / SECOND)

    def sleep(self) -> None:
        """Let the tablet have slept for as long as it is behind the property: its steady clock stood still."""
        self.set_clock(0)
        self.mark()

    def tap(self, step: str) -> None:
        """Tap a step, and note from when to when that was."""
        began = self.hotel.now
        super().tap(step)
        self.taps.append((step, began, self.hotel.now))

    def waits(self, count: int) -> None:
        """See that the chip says how many wait."""
        expect(self.chip).to_contain_text(f"{count} 筆留在這台平板等待", timeout=20_000)

    def is_saved(self) -> None:
        expect(self.chip).to_have_text(SAVED, timeout=60_000)


def pass_time(hotel: TurnedHotel, span: int, *tablets: Timed) -> None:
    """Let time pass at the property and on tablets."""
    hotel.turn_to(hotel.now + span)
    for each in tablets:
        each.follow()


def assert_recorded(hotel: TurnedHotel, case: str, *tablets: Timed) -> list[dict[str, Any]]:
    """See that what each person tapped is in the record, each once, with the time of its tap, to a second."""
    tapped = Counter(tap[0] for each in tablets for tap in each.taps)
    events = [e for e in hotel.events(case) if e["event"] in tapped]
    assert Counter(e["event"] for e in events) == tapped, "tapped, and in the record"
    for each in tablets:
        own = sorted((e for e in events if e["actor"] == hotel.ids[each.name]), key=lambda e: e["seq"])
        off = [_off(event, *tap) for event, tap in zip(own, each.taps, strict=True)]
        clocks = [(e["occurred_at"], e["data"]["_tablet_clock"], e["recorded_at"]) for e in own]
        assert all(abs(seconds) <= 1 for seconds in off), f"{each.name}: so many seconds off: {off}, of {clocks}"
    return events


def _off(event: dict[str, Any], step: str, began: Instant, ended: Instant) -> float:
    """Return by how many seconds the time of an event is outside of its tap."""
    assert event["event"] == step
    assert event["data"]["_tablet_clock"]
    at = parse_instant(event["occurred_at"])
    assert at <= parse_instant(event["recorded_at"])
    return (min(0, at - began) + max(0, at - ended)) / SECOND
