"""The walk over every screen leaves none out, and finds a message that is taken out of a catalogue."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, sync_playwright
from starlette.routing import Route

from sopwatch.pages import PAGES
from tests.browser import launch
from tests.walk.house import HOUSE, running
from tests.walk.stops import STOPS
from tests.walk.walker import Look, Walk
from tests.walk.words import foreign

browser_test = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


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

    assert screens, "the table was found"
    assert screens <= paths
    assert {page for page in pages if not any(path.startswith(page) for path in paths)} == set()


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
