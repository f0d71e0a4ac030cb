"""Goes from stop to stop in every language and keeps what is seen, heard, sent and refused on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from playwright.sync_api import TimeoutError as TooLate

from tests.walk.house import House
from tests.walk.stops import STOPS, Stop

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
SIZES = {"landscape": (1024, 768), "portrait": (768, 1024)}
LOCALE = "zh-TW"
PATIENCE = 20.0
_DRAWN = """() => {
  const app = document.querySelector(".stApp")
  if (!app) return document.readyState === "complete"
  const quiet = app.dataset.testScriptState === "notRunning" && !document.querySelector("[data-stale='true']")
  return quiet && !!document.querySelector("[data-testid='stMainBlockContainer']")
}"""
_STILL = """() => new Promise(still => {
  let timer = setTimeout(still, 60)
  const seen = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(still, 60) })
  seen.observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true })
  setTimeout(still, 2000)
}).then(() => true)"""
_AXE = """options => axe.run(document, options).then(found => found.violations.map(one => [one.id, one.impact, one.help,
  one.nodes.map(node => [node.target.flat().join(" "), node.html.slice(0, 200)])]))"""


@dataclass(frozen=True)
class Sight:
    """What one stop shows in one language."""

    stop: Stop
    language: str
    lang: str
    words: Sequence[Mapping[str, str]]
    cut: Mapping[str, Sequence[Mapping[str, str]]]
    small: Sequence[Mapping[str, str]]
    axe: Mapping[str, Sequence[Any]]


@dataclass
class Heard:
    """What was sent and refused on a walk: addresses, errors of pages, what was not there, the browser's complaints."""

    addresses: set[str] = field(default_factory=set)
    sockets: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """What is looked at besides words: the shapes in both orientations, axe, a picture."""

    shapes: bool = True
    axe: str = ""
    picture: Callable[[Page, Stop, str], None] | None = None


@cache
def _script(name: str) -> str:
    if name == "axe":
        spec = find_spec("axe_playwright_python")
        assert spec
        assert spec.origin
        return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    return (Path(__file__).parent / "gather.js").read_text(encoding="utf-8")


class Walk:
    """A walk with one browser through the properties named."""

    def __init__(self, browser: Browser, houses: Mapping[str, House], look: Look | None = None) -> None:
        self._browser, self._houses, self._look = browser, houses, look or Look()
        self._pages: dict[tuple[str, str], Page] = {}
        self.heard = Heard()
        self.sights: list[Sight] = []

    def through(self, stops: Iterable[Stop] = STOPS, languages: Sequence[str] = LANGUAGES) -> list[Sight]:
        """Go to every stop, in every language; those that were not reached are told when all the others are seen."""
        missed = []
        for stop in stops:
            if stop.house not in self._houses:
                continue
            page = self._page(stop)
            for n, language in enumerate(languages):
                try:
                    self._reach(page, stop, language, first=n == 0)
                    self.sights.append(self._see(page, stop, language))
                except TooLate as error:
                    missed.append(f"{stop.name} in {language} was not reached: {error}")
                finally:
                    if stop.after and (stop.anew or n == len(languages) - 1):
                        stop.after(page)
        if missed:
            raise AssertionError("\n".join(missed))
        return self.sights

    # --- going --------------------------------------------------------------------------------------------------------

    def _page(self, stop: Stop) -> Page:
        key = (stop.house, stop.who)
        if key not in self._pages:
            wide, high = SIZES["landscape"]
            context = self._browser.new_context(
                locale=LOCALE, viewport={"width": wide, "height": high}, has_touch=True, color_scheme="light"
            )
            if stop.who:
                enter(context, self._houses[stop.house])
            self._pages[key] = self._listened(context)
        return self._pages[key]

    def _listened(self, context: BrowserContext) -> Page:
        heard = self.heard
        context.on("request", lambda request: heard.addresses.add(request.url))
        context.on("response", lambda answer: _answered(answer, heard))
        page = context.new_page()
        page.on("websocket", lambda socket: heard.sockets.add(socket.url))
        page.on("pageerror", lambda error: heard.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _complained(message, heard))
        return page

    def _reach(self, page: Page, stop: Stop, language: str, *, first: bool) -> None:
        house = self._houses[stop.house]
        if stop.path and (first or stop.anew or not in_streamlit(page)):
            address = house.place(stop.path)
            page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
            settle(page, language)
        else:
            switch(page, language)
        if stop.act and (first or stop.anew):
            stop.act(page)
        settle(page, "" if stop.after else language)

    # --- seeing -------------------------------------------------------------------------------------------------------

    def _see(self, page: Page, stop: Stop, language: str) -> Sight:
        told = gathered(page, "words")
        cut, small = {}, []
        if self._look.shapes:
            shape = gathered(page, "shape")
            cut["landscape"], small = shape["cut"], shape["small"]
        if self._look.picture:
            self._look.picture(page, stop, language)
        axe = self._axe(page) if language == self._look.axe else {}
        if self._look.shapes:
            cut["portrait"] = self._turned(page)
        return Sight(stop, language, told["lang"], told["words"], cut, small, axe)

    def _turned(self, page: Page) -> Any:
        turn(page, "portrait")
        found = gathered(page, "shape")["cut"]
        turn(page, "landscape")
        return found

    def _axe(self, page: Page) -> dict[str, Any]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(_script("axe"))
        found = {}
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(350)  # colours fade into each other
            found[scheme] = page.evaluate(_AXE, {"resultTypes": ["violations"]})
        page.emulate_media(color_scheme="light")
        return found


def gathered(page: Page, what: str) -> Any:
    """Return the `words` or the `shape` of a page as it stands."""
    if not page.evaluate("'gathered' in window"):
        page.evaluate(_script("gather"))
    return page.evaluate(f"gathered.{what}()")


def enter(context: BrowserContext, house: House) -> None:
    """Sign in the walker; a property that is not set up is set up first, by the form."""
    origin = {"Origin": house.address}
    if house.walker:
        form: dict[str, str | float | bool] = {"person": house.walker, "pin": house.pin}
        answer = context.request.post(f"{house.address}/sign-in", form=form, headers=origin, max_redirects=0)
    else:
        form = {"property": "新屋", "zone": "UTC", "name": "新人", "pin": "482913", "again": "482913"}
        path = f"{house.address}/set-up?token={house.set_up}"
        answer = context.request.post(path, form=form, headers=origin, max_redirects=0)
    assert answer.status == 303, answer.text()


def in_streamlit(page: Page) -> bool:
    """Whether the page is one of the screens, which change their language in place."""
    return page.locator(".st-key-language_choice").count() > 0


def switch(page: Page, language: str) -> None:
    """Choose a language in the bar."""
    page.locator(".st-key-language_choice button").nth(LANGUAGES.index(language)).click()
    settle(page, language)


def turn(page: Page, orientation: str) -> None:
    """Turn the tablet."""
    wide, high = SIZES[orientation]
    page.set_viewport_size({"width": wide, "height": high})
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def settle(page: Page, language: str = "") -> None:
    """Wait until a page stands still, in a language."""
    end = time.monotonic() + PATIENCE
    while not (page.evaluate(_DRAWN) and (not language or page.evaluate("document.documentElement.lang") == language)):
        if time.monotonic() > end:
            msg = f"{page.url} was not drawn in {language or 'time'}"
            raise TooLate(msg)
        time.sleep(0.02)
    page.evaluate(_STILL)


def _answered(answer: Response, heard: Heard) -> None:
    if answer.status == 404 and "text/html" not in answer.headers.get("content-type", ""):  # no page that says so
        heard.missing.add(answer.url)


def _complained(message: ConsoleMessage, heard: Heard) -> None:
    if message.type in {"error", "warning"}:
        heard.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")
