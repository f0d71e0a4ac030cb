"""The bar on top of every screen: where to go, the time, the language, who is signed in."""

from __future__ import annotations

from html import escape

import streamlit as st

from checklists.instant import to_datetime
from checklists.model import Procedure
from sopwatch.i18n import NAMES
from sopwatch.service import Service
from sopwatch.ui.frame import Screen, html, plain, role_titles
from sopwatch.ui.icons import icon

SHORT = {"en": "EN", "zh-Hant": "繁", "zh-Hans": "简"}


def language_of(service: Service, default: str) -> str:
    """Return the language chosen in this session, else the address's, else the default; kept in the address."""
    offered = service.property.languages
    wished = st.session_state.get("language_choice") or st.session_state.get("language")
    language = next((x for x in (wished, st.query_params.get("lang"), default) if x in offered), offered[0])
    st.session_state["language"] = language
    if st.query_params.get("lang") != language:
        st.query_params["lang"] = language
    return str(language)


def draw_bar(screen: Screen, links: list[tuple[str, str]]) -> None:
    """Draw the bar; `links` are (page, title)."""
    _ = screen.tongue
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        for page, title in links:
            st.page_link(screen.pages[page], label=plain(title))
        st.container(width="stretch", key="bar-gap")
        html(_clock(screen))
        _languages(screen)
        with st.popover(plain(screen.who.name), key="who"):
            _account(screen)


def _clock(screen: Screen) -> str:
    now = to_datetime(screen.service.clock.now(), screen.tongue.zone)
    zone = escape(screen.service.property.zone)
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
    )


def _account(screen: Screen) -> None:
    _, who = screen.tongue, screen.who
    access = {
        "record": _("records"),
        "supervise": _("supervises"),
        "audit": _("audits"),
        "administer": _("administers"),
    }
    rights = _(", ").join(word for right, word in access.items() if right in who.rights)
    roles = _(", ").join(role_title(screen, role) for role in who.roles) or "—"
    chosen = f"<p>{escape(_('Acting as: {role}', role=role_title(screen, who.chosen)))}</p>" if who.chosen else ""
    html(
        f"<p>{icon('person')}<b>{escape(who.name)}</b> · {escape(rights)}</p>"
        f"<p>{escape(_('Roles: {roles}', roles=roles))}</p>{chosen}"
        f"<p class='sop-quiet'>{escape(_('Language: {name}', name=NAMES[_.language]))}</p>"
        f"<p><a class='sop-link' href='/sign-out' target='_self'>{escape(_('Sign out'))}</a></p>"
    )


def role_title(screen: Screen, role: str) -> str:
    """Return the title of a role of the SOP, whichever procedure knows it."""
    return screen.tongue.of(role_titles(screen.service).get(role), role)


def procedures_of(service: Service) -> list[Procedure]:
    """Return the procedures in use, each in its newest version."""
    return [service.books.pack.newest(name)[0] for name in sorted(service.books.pack.procedures)]
