"""The page script of the screens, run anew at every change: who looks, the bar, and the screen that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

import streamlit as st

from sopwatch.access import Who
from sopwatch.i18n import preferred
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.ui import dashboard, my_shift, new_case, people, run, violations, what_if
from sopwatch.ui.bar import draw_bar, language_of
from sopwatch.ui.builtins import builtins
from sopwatch.ui.frame import Screen, banners, html, look, messages, note, tongue_of
from sopwatch.ui.parts import chip
from sopwatch.ui.sheet_texts import queue_texts
from sopwatch.ui.tongue import Tongue

Draw = Callable[[Screen], None]
EVERYBODY = frozenset({"read"})
OVERSEERS = frozenset({"supervise", "audit", "administer"})


@dataclass(frozen=True)
class Place:
    """A screen: its title, what draws it, which rights open it (one is enough), whether the bar leads to it."""

    title: str
    draw: Draw
    needed: frozenset[str] = EVERYBODY
    in_bar: bool = True


def _places(_: Tongue) -> Mapping[str, Place]:
    """Return the screens by their address, in the order of the bar."""
    return {
        "shift": Place(_("My shift"), my_shift.draw),
        "new": Place(_("New case"), new_case.draw, frozenset({"record"})),
        "run": Place(_("Checklist"), run.draw, in_bar=False),
        "violations": Place(_("Violations"), violations.draw),
        "dashboard": Place(_("Dashboard"), dashboard.draw, OVERSEERS),
        "whatif": Place(_("What if"), what_if.draw, OVERSEERS),
        "people": Place(_("People"), people.draw, frozenset({"administer"})),
    }


def main() -> None:
    """Draw the screen that the address names, for whoever is signed in."""
    held = service()
    who = held.access.whose(st.context.cookies.get(SESSION_COOKIE))
    default = who.language if who else preferred(st.context.headers.get("Accept-Language", ""))
    _ = tongue_of(held, language_of(held, default))
    st.set_page_config(page_title=held.property.name, layout="wide", initial_sidebar_state="collapsed")
    html(f"<style>{look()}</style>")
    places = _places(_)
    pages: dict[str, st.Page] = {}
    screen = Screen(held, who, _, pages) if who else None
    for name, place in places.items():
        draw = _bound(place, screen) if screen else _sign_in(name, _)
        pages[name] = st.Page(draw, title=place.title, url_path=name, default=name == "shift")
    page = st.navigation(list(pages.values()), position="hidden")
    if screen:
        draw_bar(screen, [(name, p.title) for name, p in places.items() if p.in_bar and _may(p, screen.who)])
        banners(screen)
        messages()
    page.run()
    told = {"texts": queue_texts(_), "builtins": builtins(_), "zone": _.zone.key, "always": page.url_path == "run"}
    chip("chip", told)


def _may(place: Place, who: Who) -> bool:
    return not who.rights.isdisjoint(place.needed)


def _bound(place: Place, screen: Screen) -> Callable[[], None]:
    def page() -> None:
        if not _may(place, screen.who):
            note(screen._("You may not do this."), "overdue")
            return
        try:
            place.draw(screen)
        except OSError:
            note(screen._("This screen could not be drawn. Please try again."), "overdue")

    return page


def _sign_in(name: str, _: Tongue) -> Callable[[], None]:
    def page() -> None:
        asked = urlencode({k: v for k, v in st.query_params.items() if k != "lang"})
        place = f"/{'' if name == 'shift' else name}" + (f"?{asked}" if asked else "")
        note(_("Please sign in."))
        link = f"/sign-in?next={quote(place, safe='')}"
        html(f'<p><a class="sop-link" href="{escape(link)}" target="_self">{escape(_("Sign in"))}</a></p>')

    return page


main()
