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
from sopwatch.ui import (
    cadence,
    codes,
    dashboard,
    find,
    handover,
    my_shift,
    new_case,
    people,
    reports,
    run,
    violations,
    what_if,
)
from sopwatch.ui.bar import Link, Where, draw_bar, language_of
from sopwatch.ui.builtins import builtins
from sopwatch.ui.frame import Screen, asked_page, banners, html, look, messages, note, tongue_of
from sopwatch.ui.hands import draw_watch
from sopwatch.ui.parts import chip
from sopwatch.ui.sheet_texts import queue_texts
from sopwatch.ui.tongue import Tongue

Draw = Callable[[Screen], None]
EVERYBODY = frozenset({"read"})
OVERSEERS = frozenset({"supervise", "audit", "administer"})


@dataclass(frozen=True)
class Place:
    """A screen: its title, what draws it, which rights open it (one is enough), where the bar leads to it, its icon."""

    title: str
    draw: Draw
    needed: frozenset[str] = EVERYBODY
    in_bar: Where = "menu"
    icon: str = "closed"


def _places(_: Tongue) -> Mapping[str, Place]:
    """Return the screens by their address, in the order of the bar."""
    return {
        "shift": Place(_("My shift"), my_shift.draw, in_bar="bar", icon="due"),
        "find": Place(_("Find"), find.draw, in_bar="bar", icon="find"),
        "new": Place(_("New case"), new_case.draw, frozenset({"record"}), in_bar="bar", icon="new"),
        "run": Place(_("Checklist"), run.draw, in_bar=None),
        "handover": Place(_("Shift hand-over"), handover.draw, frozenset({"record"}), icon="hand_over"),
        "cadence": Place(_("Cadence"), cadence.draw, frozenset({"record"}), icon="ring"),
        "violations": Place(_("Violations"), violations.draw, in_bar="wide", icon="flagged"),
        "dashboard": Place(_("Dashboard"), dashboard.draw, OVERSEERS, icon="chart"),
        "whatif": Place(_("What if"), what_if.draw, OVERSEERS, icon="compare"),
        "reports": Place(_("Reports of guests"), reports.draw, frozenset({"record"}), icon="waiting"),
        "codes": Place(_("QR codes"), codes.draw, frozenset({"supervise", "administer"}), icon="code"),
        "people": Place(_("People"), people.draw, frozenset({"administer"}), icon="person"),
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
    if (asked := asked_page()) and asked not in places:
        places = {**places, asked: Place(_("There is no such screen"), _nowhere, in_bar=None)}
    pages: dict[str, st.Page] = {}
    screen = Screen(held, who, _, pages) if who else None
    for name, place in places.items():
        draw = _bound(place, screen) if screen else _sign_in(name, _)
        pages[name] = st.Page(draw, title=place.title, url_path=name, default=name == "shift")
    page = st.navigation(list(pages.values()), position="hidden")
    if screen:
        draw_bar(screen, _links(places, screen.who), page.url_path or "shift")
        banners(screen)
        messages()
    page.run()
    if screen:
        draw_watch(screen, page.url_path or "shift")
    always = page.url_path in {"run", "cadence"}
    chip("chip", {"texts": queue_texts(_), "builtins": builtins(_), "zone": _.zone.key, "always": always})


def _links(places: Mapping[str, Place], who: Who) -> list[Link]:
    return [Link(name, p.title, p.icon, p.in_bar) for name, p in places.items() if p.in_bar and _may(p, who)]


def _nowhere(screen: Screen) -> None:
    """Say that the address leads nowhere, and lead back."""
    _ = screen.tongue
    note(_("There is no screen at this address. It may have been typed wrongly, or belong to an older link."))
    if st.button(_("To my shift"), type="primary", key="to-shift"):
        screen.go("shift")


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
