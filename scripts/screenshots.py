"""Takes a picture of each screen in each language and orientation: `python -m scripts.screenshots [WORD…]`.

A word limits them: the name of a stop, a language, `landscape` or `portrait`; with `dark` all are taken by night.
Each picture is build/screenshots/SCREEN-LANGUAGE-ORIENTATION.png; contact sheets of them are sheet-*.png beside.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
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
NIGHT = "dark"
ACROSS, SMALL = 6, (512, 384)


def main() -> None:
    """Walk, take the pictures, and lay them out on contact sheets."""
    wanted = {stop.name: stop for stop in STOPS}
    stops, languages, sizes = _limited(wanted), _limited(LANGUAGES), _limited(SIZES)
    if unknown := set(sys.argv[1:]) - {*stops, *languages, *sizes, NIGHT}:
        sys.exit(f"There is no stop, language or orientation {', '.join(sorted(unknown))}.")
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    try:
        _walk([wanted[name] for name in stops], languages, sizes)
    finally:
        for language in languages:
            for orientation in sizes:
                _sheets(language, orientation)
    sys.stdout.write(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET}\n")


def _walk(stops: Sequence[Stop], languages: Sequence[str], sizes: Sequence[str]) -> None:
    with ExitStack() as held:
        folders = {k: Path(held.enter_context(tempfile.TemporaryDirectory())) for k in {stop.house for stop in stops}}
        houses = {kind: held.enter_context(running(kind, folder)) for kind, folder in folders.items()}
        chromium = launch(held.enter_context(sync_playwright()))
        Walk(chromium, houses, Look(shapes=False, picture=_taken(sizes))).through(stops, languages)
        chromium.close()


def _limited(known: Iterable[str]) -> list[str]:
    """Return those that were asked for, or all where none was."""
    return [name for name in known if name in sys.argv[1:]] or list(known)


def _taken(sizes: Iterable[str]) -> Callable[[Page, Stop, str], None]:
    def take(page: Page, stop: Stop, language: str) -> None:
        if NIGHT in sys.argv[1:]:
            _darken(page)
        for orientation in sizes:
            turn(page, orientation)
            page.wait_for_timeout(100)
            page.screenshot(path=TARGET / f"{stop.name}-{language}-{orientation}.png")
        turn(page, "landscape")
        if stop.name in DARK and language == "zh-Hant":
            _darken(page)
            page.screenshot(path=TARGET / f"{stop.name}-{language}-dark.png")
        page.emulate_media(color_scheme="light")

    return take


def _darken(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(500)  # colours fade into each other


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
