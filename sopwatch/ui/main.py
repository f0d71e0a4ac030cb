"""The page script of the screens, run anew at every change: who looks, the bar, and the screen that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from sopwatch.i18n import preferred
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.ui import my_shift, new_case, people, run, violations
from sopwatch.ui.bar import draw_bar, language_of
from sopwatch.ui.frame import Screen, banners, html, look, messages, note, tongue_of

Draw = Callable[[Screen], None]


def main() -> None:
    """Draw the screen that the address names, for whoever is signed in."""
    held = service()
    who = held.access.whose(st.context.cookies.get(SESSION_COOKIE))
    default = who.language if who else preferred(st.context.headers.get("Accept-Language", ""))
    _ = tongue_of(held, language_of(held, default))
    st.set_page_config(page_title=held.property.name, layout="wide", initial_sidebar_state="collapsed")
    html(f"<style>{look()}</style>")
    if who is None:
        _signed_out(_("Please sign in."), _("Sign in"))
        return
    screens: dict[str, tuple[str, Draw]] = {
        "shift": (_("My shift"), my_shift.draw),
        "new": (_("New case"), new_case.draw),
        "run": (_("Checklist"), run.draw),
        "violations": (_("Violations"), violations.draw),
        "people": (_("People"), people.draw),
    }
    allowed = [name for name in screens if _may(name, who.rights)]
    pages: dict[str, st.Page] = {}
    screen = Screen(held, who, _, pages)
    for name in allowed:
        title, draw = screens[name]
        pages[name] = st.Page(_bound(draw, screen), title=title, url_path=name, default=name == "shift")
    page = st.navigation(list(pages.values()), position="hidden")
    draw_bar(screen, [(name, screens[name][0]) for name in allowed if name != "run"])
    banners(screen)
    messages()
    page.run()


def _may(page: str, rights: frozenset[str]) -> bool:
    needed = {"new": "record", "people": "administer"}.get(page, "read")
    return needed in rights


def _bound(draw: Draw, screen: Screen) -> Callable[[], None]:
    def page() -> None:
        try:
            draw(screen)
        except OSError:
            note(screen._("This screen could not be drawn. Please try again."), "overdue")

    return page


def _signed_out(text: str, link: str) -> None:
    st.navigation([st.Page(lambda: None, title=link, url_path="shift", default=True)], position="hidden")
    note(text)
    html(f'<p><a class="sop-link" href="/sign-in" target="_self">{escape(link)}</a></p>')


main()
