"""What a tap on the sheet costs, and what a killed browser loses: `python bench/tablet.py` prints the figures."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser import FLAGS, executable, launch
from tests.tablets import Hotel, Tablet, tablet, until

ROUNDS = 10
PAINTED = """async id => {
  const button = document.querySelector("[data-testid=stMain]").querySelectorAll("*")
  const sheet = [...button].find(e => e.shadowRoot?.querySelector(`#row-${id}`)).shadowRoot
  const from = performance.now()
  sheet.querySelector(`#row-${id} button.tap`).click()
  await new Promise(requestAnimationFrame)
  await new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0) })
  return performance.now() - from
}"""
NATIVE = """async () => {
  const box = document.createElement("input")
  box.type = "checkbox"
  document.body.append(box)
  const from = performance.now()
  box.click()
  await new Promise(requestAnimationFrame)
  await new Promise(done => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0) })
  const passed = performance.now() - from
  box.remove()
  return passed
}"""
LONG = """() => {
  window.long = []
  const observer = new PerformanceObserver(list => window.long.push(...list.getEntries().map(e => e.duration)))
  observer.observe({ type: "longtask" })
}"""


def taps(page: Page, hotel: Hotel) -> None:
    """Print tap to painted beside a bare checkbox, tap to stored, and the long tasks meanwhile."""
    page.evaluate(LONG)
    painted, native, stored = [], [], []
    for n in range(30):
        step = ("tea_served", "towels_changed")[n % 2]
        native.append(page.evaluate(NATIVE))
        began = time.monotonic()
        painted.append(page.evaluate(PAINTED, step))
        until(partial(_holds, hotel, n + 1))
        stored.append((time.monotonic() - began) * 1000)
        page.wait_for_timeout(300)
    for name, figures in (("tap to painted", painted), ("bare checkbox", native), ("tap to stored (polled)", stored)):
        print(f"{name}: median {statistics.median(figures):.1f} ms, worst {max(figures):.1f} ms")
    long = page.evaluate("window.long")
    print(f"long tasks over 50 ms in 30 taps: {len(long)}, longest {max(long, default=0):.0f} ms")


def _holds(hotel: Hotel, count: int) -> bool:
    return sum(hotel.words("meeting").values()) >= count


def killed(playwright: Playwright, hotel: Hotel) -> None:
    """Print how many of the taps made 0.2 s before the browser was killed came into the record after all."""
    folder = tempfile.mkdtemp()
    tapped = 0
    for _ in range(ROUNDS):
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=executable(), args=list(FLAGS), has_touch=True, locale="zh-TW"
        )
        one = Tablet(hotel, context, "林美玲", "repair")
        context.set_offline(True)
        one.page.locator("#row-arrived button.tap").tap()
        tapped += 1
        one.page.wait_for_timeout(200)
        _kill(folder)
        until(lambda: not _browsers(folder), 10)
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=executable(), args=list(FLAGS), has_touch=True, locale="zh-TW"
    )
    Tablet(hotel, context, "林美玲", "repair").page.wait_for_timeout(5_000)
    print(f"browser killed 0.2 s after a tap without network: {tapped} taps, {hotel.words('repair')['arrived']} events")
    context.close()
    shutil.rmtree(folder, ignore_errors=True)


def _browsers(folder: str) -> list[int]:
    """Return the processes of the browser that keeps its profile in this folder of ours."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = place.read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in command:
            found.append(int(place.parent.name))
    return found


def _kill(folder: str) -> None:
    for process in _browsers(folder):
        os.kill(process, signal.SIGKILL)


def main() -> None:
    """Run both on a service of their own."""
    hotel = Hotel(Path(tempfile.mkdtemp()))
    hotel.start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            taps(tablet(browser, hotel, "林美玲", "meeting").page, hotel)
            browser.close()
            killed(playwright, hotel)
    finally:
        hotel.stop()
        shutil.rmtree(hotel.directory)


if __name__ == "__main__":
    main()
