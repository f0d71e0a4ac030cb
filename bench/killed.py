"""What a browser loses that is killed 0.2 s after a tap without network: `python bench/killed.py` prints it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.browser import FLAGS, executable
from tests.tablets import Hotel, Tablet, until

ROUNDS = 10


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
    """Run it on a service of its own."""
    hotel = Hotel(Path(tempfile.mkdtemp()))
    hotel.start()
    try:
        with sync_playwright() as playwright:
            killed(playwright, hotel)
    finally:
        hotel.stop()
        shutil.rmtree(hotel.directory)


if __name__ == "__main__":
    main()
