"""Takes a picture of each screen in each language and orientation: `python -m scripts.screenshots [NAME…]`.

Each picture is build/screenshots/SCREEN-LANGUAGE-ORIENTATION.png; contact sheets of them are sheet-*.png beside.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser import launch
from tests.walk.house import running
from tests.walk.stops import STOPS, Stop
from tests.walk.walker import LANGUAGES, SIZES, Look, Walk, turn

TARGET = Path(__file__).resolve().parent.parent / "build" / "screenshots"
DARK = {"shift", "run-meeting", "dashboard", "sign-in-pad"}
ACROSS, SMALL = 6, (512, 384)


def main() -> None:
    """Walk, take the pictures, and lay them out on contact sheets."""
    wanted = [stop for stop in STOPS if not sys.argv[1:] or stop.name in sys.argv[1:]]
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with ExitStack() as held:
        folders = {k: Path(held.enter_context(tempfile.TemporaryDirectory())) for k in ("full", "new")}
        houses = {kind: held.enter_context(running(kind, folder)) for kind, folder in folders.items()}
        chromium = launch(held.enter_context(sync_playwright()))
        Walk(chromium, houses, Look(shapes=False, picture=_take)).through(wanted)
        chromium.close()
    for language in LANGUAGES:
        for orientation in SIZES:
            _sheets(language, orientation)
    sys.stdout.write(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET}\n")


def _take(page: Page, stop: Stop, language: str) -> None:
    for orientation in SIZES:
        turn(page, orientation)
        page.wait_for_timeout(100)
        page.screenshot(path=TARGET / f"{stop.name}-{language}-{orientation}.png")
    turn(page, "landscape")
    if stop.name in DARK and language == "zh-Hant":
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(500)
        page.screenshot(path=TARGET / f"{stop.name}-{language}-dark.png")
        page.emulate_media(color_scheme="light")


def _sheets(language: str, orientation: str) -> None:
    """Lay the pictures of a language out side by side, so that many can be looked at at once."""
    pictures = [TARGET / f"{stop.name}-{language}-{orientation}.png" for stop in STOPS]
    pictures = [path for path in pictures if path.exists()]
    wide, high = SMALL if orientation == "landscape" else (SMALL[1], SMALL[0])
    for first in range(0, len(pictures), 2 * ACROSS):
        part = pictures[first : first + 2 * ACROSS]
        sheet = Image.new("RGB", (4 * (wide + 8), (len(part) + 3) // 4 * (high + 8)), "#888888")
        for n, path in enumerate(part):
            with Image.open(path) as picture:
                sheet.paste(picture.convert("RGB").resize((wide, high)), (n % 4 * (wide + 8), n // 4 * (high + 8)))
        sheet.save(TARGET / f"sheet-{language}-{orientation}-{first // (2 * ACROSS) + 1}.png")


if __name__ == "__main__":
    main()
