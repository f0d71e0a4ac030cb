"""Screens in every language, in a real browser: no foreign word, nothing cut or small, nothing from afar.

The screens that are used most are walked through. WALK names others: `all`, as in `make walk`, is every one.
"""

from __future__ import annotations

import ast
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, ViewportSize
from starlette.routing import Route

from sopwatch.pages import PAGES
from tests.browser import FLAGS, executable
from tests.walk.house import HOUSE, House, running
from tests.walk.stops import STOPS, Stop
from tests.walk.walker import Heard, Look, Sight, Walk, gathered, settle
from tests.walk.words import foreign

browser_test = pytest.mark.browser
MOST_USED = (
    "sign-in-pad locked shift who cadence find-words new-repair-wrong run-meeting run-path run-timeline run-close "
    "run-number chip-offline violation dashboard report more"
)
ON_A_PHONE = (
    "report report-wrong report-sent sign-in-names sign-in-pad shift run-repair run-signature run-number run-close"
)
LANDSCAPE: ViewportSize = {"width": 1024, "height": 768}
PORTRAIT: ViewportSize = {"width": 768, "height": 1024}
PHONE: ViewportSize = {"width": 390, "height": 844}
# What Streamlit shows to those alone who hear the screen or go by keys, and what is part of a line of text.
HIDDEN = ("stSkipToContent", "stSelectboxVirtualDropdown] button")


@dataclass(frozen=True)
class Walked:
    """A walk that is over: its stops, what was seen and heard, and the properties that it went through."""

    stops: list[Stop]
    sights: list[Sight]
    heard: Heard
    houses: dict[str, House]


@pytest.fixture(scope="module")
def walked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    with ExitStack() as held:
        names = os.environ.get("WALK", MOST_USED).split()
        stops = [stop for stop in STOPS if stop.name in names or names == ["all"]]
        kinds = {stop.house for stop in stops}
        houses = {kind: held.enter_context(running(kind, tmp_path_factory.mktemp(kind))) for kind in kinds}
        walk = Walk(browser, houses, Look(axe="zh-Hant"))
        sights = walk.through(stops)
        yield Walked(stops, sights, walk.heard, houses)


def _places() -> set[str]:
    """Return the addresses in the table of screens of `main.py`, which cannot be imported: it draws."""
    tree = ast.parse((HOUSE / "sopwatch" / "ui" / "main.py").read_text(encoding="utf-8"))
    table = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "_places")
    tables = [node for node in ast.walk(table) if isinstance(node, ast.Dict)]
    return {str(key.value) for found in tables for key in found.keys if isinstance(key, ast.Constant)}


def test_every_screen_and_every_page_is_a_stop_of_the_walk() -> None:
    paths = {urlsplit(stop.path).path for stop in STOPS if stop.path}

    screens = {"/" if name == "shift" else f"/{name}" for name in _places()}
    pages = {route.path.split("{")[0] for route in PAGES if isinstance(route, Route) and "GET" in (route.methods or ())}
    pages -= {"/reports/"}  # the photos of a report, pictures

    assert screens, "the table was found"
    assert screens <= paths
    assert {page for page in pages if not any(path.startswith(page) for path in paths)} == set()


@browser_test
def test_every_screen_speaks_one_language(walked: Walked) -> None:
    found = [
        f"{sight.stop.name} in {sight.language}: {fault}"
        for sight in walked.sights
        for fault in foreign(sight, walked.houses[sight.stop.house].data)
    ]

    assert len(walked.sights) == 3 * len(walked.stops)
    assert found == []


@browser_test
def test_a_message_that_is_taken_out_is_found(browser: Browser, tmp_path: Path) -> None:
    taken = "Place or number"
    catalogues = tmp_path / "locale"
    shutil.copytree(HOUSE / "sopwatch" / "locale", catalogues)
    folder = catalogues / "zh_Hant" / "LC_MESSAGES"
    with (folder / "sopwatch.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_Hant")
    catalogue.delete(taken)
    with (folder / "sopwatch.mo").open("wb") as file:
        write_mo(file, catalogue)
    (tmp_path / "full").mkdir()
    stops = [stop for stop in STOPS if stop.name in {"shift", "new", "violations"}]

    with running("full", tmp_path / "full", catalogues) as house:
        sights = Walk(browser, {"full": house}, Look(shapes=False)).through(stops, ["zh-Hant"])
        found = [(sight.stop.name, fault) for sight in sights for fault in foreign(sight, house.data)]

    assert found, "it was not seen"
    assert {name for name, _fault in found} == {"shift"}
    assert all(f"“{taken}”" in fault for _name, fault in found)


@browser_test
def test_nothing_is_cut_or_lies_on_something_else(walked: Walked) -> None:
    found = {
        f"{sight.stop.name} in {sight.language}, {orientation}: {fault['text']} {fault['what']} at {fault['where']}"
        for sight in walked.sights
        for orientation, faults in sight.cut.items()
        for fault in faults
    }

    assert found == set()


@browser_test
def test_whatever_is_tapped_is_as_large_as_a_finger_wants(walked: Walked) -> None:
    found = {
        f"{sight.stop.name} in {sight.language}: {fault['text']} {fault['what']} at {fault['where']}"
        for sight in walked.sights
        for fault in sight.small
        if not any(hidden in fault["where"] for hidden in HIDDEN)
    }

    assert found == set()


@browser_test
def test_axe_finds_nothing_serious_by_day_or_by_night(walked: Walked) -> None:
    found = {
        f"{sight.stop.name}, {scheme}: {name} ({impact}): {target}"
        for sight in walked.sights
        for scheme, faults in sight.axe.items()
        for name, impact, _help, nodes in faults
        if impact in {"serious", "critical"}
        for target, _html in nodes
    }

    assert sum(bool(sight.axe) for sight in walked.sights) == len(walked.stops), "it was asked on every screen"
    assert found == set()


@browser_test
def test_nothing_goes_to_another_host_and_no_page_fails(walked: Walked) -> None:
    own = {urlsplit(house.address).netloc for house in walked.houses.values()}
    places = {urlsplit(address) for address in walked.heard.addresses | walked.heard.sockets}

    assert walked.heard.sockets, "the screens were connected"
    assert {place.netloc for place in places if place.scheme not in {"data", "blob"}} == own
    assert [call for house in walked.houses.values() for call in house.calls()] == []
    assert walked.heard.errors == []
    assert walked.heard.missing == set()
    assert [text for text in walked.heard.complaints if "Content Security Policy" in text] == []


def _cut_at(size: ViewportSize, found: set[str]) -> Callable[[Page, Stop, str], None]:
    """Return what looks at each stop in another size."""

    def look(page: Page, stop: Stop, language: str) -> None:
        page.set_viewport_size(size)
        settle(page, language)
        for fault in gathered(page, "shape")["cut"]:
            found.add(f"{stop.name} in {language}: {fault['text']} {fault['what']} at {fault['where']}")
        page.set_viewport_size(LANDSCAPE)

    return look


@browser_test
@pytest.mark.parametrize(
    ("size", "letters"), [(PHONE, 16), (PORTRAIT, 24)], ids=["a phone", "letters half as large again"]
)
def test_the_screens_of_staff_and_guests_are_not_cut_on(
    browser: Browser, tmp_path: Path, size: ViewportSize, letters: int
) -> None:
    stops = [stop for stop in STOPS if stop.name in ON_A_PHONE.split()]
    found: set[str] = set()
    flags = [*FLAGS, f"--blink-settings=defaultFontSize={letters}"]
    chromium = browser.browser_type.launch(executable_path=executable(), args=flags)

    with running("full", tmp_path) as house:
        looks = Look(shapes=False, picture=_cut_at(size, found))
        sights = Walk(chromium, {"full": house}, looks).through(stops, ["en"])  # whose words are the longest
    chromium.close()

    assert len(sights) == len(stops)
    assert found == set()
