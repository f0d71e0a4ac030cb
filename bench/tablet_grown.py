"""What grows with what a tablet keeps: a long queue, a case of many entries. `bench/tablet.py` runs it."""

from __future__ import annotations

import time
from typing import Protocol

from playwright.sync_api import Browser

from bench.finger import Finger, head, long_told, row
from tests.tablets import Hotel, Tablet, tablet, until

WAITING = 500
BATCH = 50
TAPS = 20
HISTORIES = (300, 2_000)
STEPS = ("tea_served", "ashtrays_changed", "towels_changed", "break_started", "break_cleared", "resumed")
SAVED = ".chip.sop-done"
# Let as many entries wait as long hours without network make, without tapping for as long.
FILL = """async ([caseId, count]) => {
  const home = performance.getEntriesByType("resource").map(one => one.name).find(name => name.endsWith("/tablet.mjs"))
  const held = await (await import(home)).tablet()
  const { owner } = (await held.shelf.snapshots()).find(one => one.case_id === caseId)
  const began = performance.now()
  const steps = ["tea_served", "ashtrays_changed", "towels_changed"]
  for (let n = 0; n < count; n += 1) await held.add({ case_id: caseId, event: steps[n % 3], owner })
  return (performance.now() - began) / count
}"""


class Posting(Protocol):
    """Who can post entries of a case without a tablet."""

    def post(self, case_id: str, count: int = 1) -> float: ...


def outage(hotel: Hotel, wire: Posting, browser: Browser) -> None:
    """Print what a tap costs while 500 entries wait, and how long it takes until all are sent."""
    print(f"\n--- {WAITING} entries wait for the network ---")
    head()
    case = hotel.begin_meeting("outage", 0)
    one = _open(hotel, browser, "outage")
    finger = Finger(one.page)
    one.page.evaluate("touched.putBare('#row-tea_served')")
    one.context.set_offline(True)
    each = one.page.evaluate(FILL, [case, WAITING])
    print(f"{'each entry taken and kept':<44}{each:>14.1f}")
    long_told("long tasks", finger.long_tasks(), f"{WAITING} entries")
    _taps(finger, f"tap to painted, {WAITING} waiting")
    began = time.monotonic()
    one.context.set_offline(False)
    one.page.locator(SAVED).wait_for(timeout=120_000)
    sent = time.monotonic() - began
    long_told("long tasks", finger.long_tasks(), "until all are sent")
    until(lambda: len(hotel.events("outage")) == 1 + WAITING + TAPS)
    other = hotel.begin_meeting("posts", 0)
    posted = sum(wire.post(other, BATCH) for _ in range(WAITING // BATCH)) / 1000
    print(f"all sent {sent:.1f} s after the network is back; bare posts of as many, {BATCH} at a time: {posted:.1f} s "
          f"({sent / posted:.1f} x)")  # fmt: skip
    one.context.close()


def history(hotel: Hotel, wire: Posting, browser: Browser) -> None:
    """Print what a tap costs on the sheet of a case with many entries."""
    for count in HISTORIES:
        print(f"\n--- a case of {count} entries ---")
        head()
        name = f"{count} entries"
        case = hotel.begin_meeting(name, 0)
        for _ in range(count // BATCH):
            wire.post(case, BATCH)
        began = time.monotonic()
        one = _open(hotel, browser, name)
        print(f"{'sheet opened, with the sign-in':<44}{(time.monotonic() - began) * 1000:>14.1f}")
        finger = Finger(one.page)
        one.page.evaluate("touched.putBare('#row-tea_served')")
        told = one.page.evaluate(_SIZE, case)
        print(f"{'snapshot':<44}{told / 1024:>13.0f}k characters")
        _taps(finger, f"tap to painted, {count} entries")
        one.page.wait_for_timeout(4_000)
        long_told("long tasks", finger.long_tasks(), f"{TAPS} taps, and what the service then told anew")
        one.context.close()


_SIZE = """async caseId => {
  const home = performance.getEntriesByType("resource").map(one => one.name).find(name => name.endsWith("/tablet.mjs"))
  const held = await (await import(home)).tablet()
  return JSON.stringify((await held.shelf.snapshots()).find(one => one.case_id === caseId)).length
}"""


def _open(hotel: Hotel, browser: Browser, name: str) -> Tablet:
    return tablet(browser, hotel, "林美玲", name)


def _taps(finger: Finger, what: str) -> None:
    found, bare = [], []
    for n in range(TAPS):
        step = STEPS[n % len(STEPS)]
        found.append(finger.tap(f"#row-{step} button.tap", f"#row-{step}"))
        bare.append(finger.tap("#bare", "#bare"))
        finger.page.wait_for_timeout(150)
    row(what, found, bare, "bare checkbox")
    row("bare checkbox on the same page: to painted", bare)
