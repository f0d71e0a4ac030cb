"""The page script of the screens, run anew at every change: who looks, the bar, and the screen that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import quote, urlencode

import streamlit as st

from sopwatch.access import Who
from sopwatch.i18n import preferred
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.ui import dashboard, my_shift, new_case, people, run, violations, what_if
from sopwatch.ui.bar import draw_bar, language_of
from sopwatch.ui.frame import Screen, banners, html, look, messages, note, own_words, tongue_of
from sopwatch.ui.parts import chip
from sopwatch.ui.sheet_texts import queue_texts
from sopwatch.ui.tongue import Tongue

Draw = Callable[[Screen], None]
SCREENS: Mapping[str, Draw] = {
    "shift": my_shift.draw,
    "new": new_case.draw,
    "run": run.draw,
    "violations": violations.draw,
    "dashboard": dashboard.draw,
    "whatif": what_if.draw,
    "people": people.draw,
}
NEEDED: Mapping[str, frozenset[str]] = {
    "new": frozenset({"record"}),
    "dashboard": frozenset({"supervise", "audit", "administer"}),
    "whatif": frozenset({"supervise", "audit", "administer"}),
    "people": frozenset({"administer"}),
}
"""Of these rights one is needed."""


def main() -> None:
    """Draw the screen that the address names, for whoever is signed in."""
    held = service()
    who = held.access.whose(st.context.cookies.get(SESSION_COOKIE))
    default = who.language if who else preferred(st.context.headers.get("Accept-Language", ""))
    _ = tongue_of(held, language_of(held, default))
    st.set_page_config(page_title=held.property.name, layout="wide", initial_sidebar_state="collapsed")
    html(f"<style>{look()}{own_words(_)}</style>")
    titles = _titles(_)
    pages: dict[str, st.Page] = {}
    screen = Screen(held, who, _, pages) if who else None
    for name, title in titles.items():
        draw = _bound(name, screen) if screen else _sign_in(name, _)
        pages[name] = st.Page(draw, title=title, url_path=name, default=name == "shift")
    page = st.navigation(list(pages.values()), position="hidden")
    if screen:
        draw_bar(screen, [(name, title) for name, title in titles.items() if name != "run" and _may(name, screen.who)])
        banners(screen)
        messages()
    page.run()
    chip("chip", {"texts": queue_texts(_), "zone": _.zone.key, "always": page.url_path == "run"})


def _titles(_: Tongue) -> dict[str, str]:
    return {
        "shift": _("My shift"),
        "new": _("New case"),
        "run": _("Checklist"),
        "violations": _("Violations"),
        "dashboard": _("Dashboard"),
        "whatif": _("What if"),
        "people": _("People"),
    }


def _may(page: str, who: Who) -> bool:
    return not who.rights.isdisjoint(NEEDED.get(page, {"read"}))


def _bound(name: str, screen: Screen) -> Callable[[], None]:
    def page() -> None:
        if not _may(name, screen.who):
            note(screen._("You may not do this."), "overdue")
            return
        try:
            SCREENS[name](screen)
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
