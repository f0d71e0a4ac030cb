"""The bar on top of every screen: where to go, the time, the language, who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

from checklists.instant import to_datetime
from checklists.model import Procedure
from sopwatch.service import Service
from sopwatch.ui.frame import Screen, attempt, html, plain
from sopwatch.ui.hands import draw_hands
from sopwatch.ui.icons import icon_before

SHORT = {"en": "EN", "zh-Hant": "繁", "zh-Hans": "简"}
Where = Literal["bar", "wide", "menu"] | None
"""Where a screen stands: in the bar, in the bar where it is wide (else in the menu), in the menu, nowhere."""


@dataclass(frozen=True)
class Link:
    """A way to a screen."""

    page: str
    title: str
    icon: str
    where: Where


def language_of(service: Service, default: str) -> str:
    """Return the language chosen in this session, else the address's, else the default; kept in the address."""
    offered = service.property.languages
    wished = st.session_state.get("language_choice") or st.session_state.get("language")
    language = next((x for x in (wished, st.query_params.get("lang"), default) if x in offered), offered[0])
    st.session_state["language"] = language
    if st.query_params.get("lang") != language:
        st.query_params["lang"] = language
    return str(language)


def draw_bar(screen: Screen, links: Sequence[Link], here: str) -> None:
    """Draw the bar; `here` is the screen that is shown."""
    html(f"<style>{_style(links, here)}</style>")
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        for link in links:
            if link.where != "menu":
                with st.container(key=f"go-{link.where}-{link.page}", width="content"):
                    st.page_link(screen.pages[link.page], label=plain(link.title))
        _menu(screen, [link for link in links if link.where != "bar"], here)
        html(_clock(screen))
        _languages(screen)
        with st.popover(plain(screen.who.name), key="who"):
            draw_hands(screen, here)


def _menu(screen: Screen, links: Sequence[Link], here: str) -> None:
    """Draw the rest of the screens, one a row (for a narrow bar also what stands in a wide one), and the appearance."""
    where = next((link.where for link in links if link.page == here), "away")
    key = f"menu-all-{'here' if where == 'menu' else where}-{here}"
    with st.popover(screen._("More"), key=key):
        for link in links:
            with st.container(key=_row(link)):
                st.page_link(screen.pages[link.page], label=plain(link.title), width="stretch")
        _appearance(screen)


def _style(links: Sequence[Link], here: str) -> str:
    """Return the icons of the menu, and how the way to the screen that is shown looks."""
    current = f":is(.st-key-go-bar-{here}, .st-key-go-wide-{here}) a"
    icons = "".join(icon_before(f".st-key-{_row(link)} a", link.icon) for link in links)
    return f"{icons}{current} {{ background: var(--sop-info-bg); box-shadow: inset 0 -4px var(--sop-info); }}"


def _row(link: Link) -> str:
    return f"menu-row-{link.where}-{link.page}"


def _clock(screen: Screen) -> str:
    now = to_datetime(screen.service.clock.now(), screen.tongue.zone)
    zone = escape(screen.tongue.translator.which(screen.service.property.zone, now))
    return f'<div class="sop-clock"><b>{now.strftime("%H:%M")}</b><span>{zone}</span></div>'


def _languages(screen: Screen) -> None:
    offered = list(screen.service.property.languages)
    if len(offered) < 2:
        return
    st.session_state["language_choice"] = screen.tongue.language
    st.segmented_control(
        screen._("Language"),
        offered,
        format_func=lambda x: SHORT.get(x, x),
        key="language_choice",
        label_visibility="collapsed",
        required=True,
        on_change=_speak,
        args=(screen,),
    )


def _speak(screen: Screen) -> None:
    """Keep the language for the person who chose it: the next sign-in speaks it."""
    chosen = str(st.session_state["language_choice"])
    attempt(screen, lambda: screen.service.access.speak(screen.who, chosen))


def _appearance(screen: Screen) -> None:
    _ = screen.tongue
    titles = {"light": _("Light"), "dark": _("Dark"), "night": _("Dark at night"), "device": _("As the device")}
    st.session_state["appearance_choice"] = screen.who.appearance
    st.segmented_control(
        _("Appearance"),
        list(titles),
        format_func=lambda x: titles.get(x, x),
        key="appearance_choice",
        required=True,
        width="stretch",
        on_change=_shine,
        args=(screen,),
    )


def _shine(screen: Screen) -> None:
    """Keep the appearance for the person who chose it: the next tablet that they sign in on takes it, too."""
    chosen = str(st.session_state["appearance_choice"])
    attempt(screen, lambda: screen.service.access.shine(screen.who, chosen))


def procedures_of(service: Service) -> list[Procedure]:
    """Return the procedures in use, each in its newest version."""
    return [service.books.pack.newest(name)[0] for name in sorted(service.books.pack.procedures)]
