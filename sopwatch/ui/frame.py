"""The frame around every screen: who is signed in, the language, the bar, the heartbeat, what went wrong."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from checklists.errors import SopwatchError
from checklists.instant import MINUTE, SECOND
from checklists.model import Procedure
from sopwatch.access import Who
from sopwatch.books import role_titles
from sopwatch.i18n import translator
from sopwatch.running import SESSION_COOKIE, running
from sopwatch.service import Service
from sopwatch.ui import refused
from sopwatch.ui.deeds import Reader
from sopwatch.ui.icons import icon, icon_css
from sopwatch.ui.kept import kept
from sopwatch.ui.tongue import Tongue

BEAT_SECONDS = 2
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!:$~<>|])")


@dataclass(frozen=True)
class Screen:
    """What a screen draws with: the service, who looks, and how it speaks to them."""

    service: Service
    who: Who
    tongue: Tongue
    pages: Mapping[str, Any]

    def _(self, text: str, /, **values: Any) -> str:
        """Return an interface text."""
        return self.tongue(text, **values)

    @property
    def reader(self) -> Reader:
        """Who reads, and everybody's names."""
        names = {p.id: p.name for p in self.service.access.people()}
        return Reader(self.who.id.removeprefix("person:"), names, titles_of_roles(self.service))

    def may(self, right: str) -> bool:
        """Whether a right is theirs; the service asks again at every write."""
        return right in self.who.rights

    def go(self, page: str, **query: str) -> None:
        """Leave for another screen."""
        st.switch_page(self.pages[page], query_params=query)


def titles_of_roles(service: Service) -> Mapping[str, Mapping[str, str]]:
    """Return the titles of the roles of all procedures in use."""
    pack = service.books.pack
    return kept(("roles", id(service)), id(pack), lambda: role_titles(pack))


def role_title(screen: Screen, role: str) -> str:
    """Return the title of a role of the SOP, whichever procedure knows it."""
    return screen.tongue.of(titles_of_roles(screen.service).get(role), role)


def nonce() -> str:
    """Return this session's own number: widget keys carry it, so that no state of an earlier session is replayed."""
    return str(st.session_state.setdefault("nonce", secrets.token_hex(4)))


def plain(text: str) -> str:
    """Return a text that a label shows as it is, without reading it as Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def html(body: str) -> None:
    """Draw HTML whose texts were escaped by who made it."""
    st.html(body)


def note(text: str, state: str = "", *, body: str = "") -> None:
    """Draw a note with an icon; `body` is HTML that follows the text."""
    html(f'<div class="sop-note sop-{state}" role="status">{icon(state or "info")}{escape(text)}{body}</div>')


def draw_error(text: str) -> None:
    """Draw what is wrong with the field above, in one line."""
    html(f'<div class="sop-error" role="alert">{icon("overdue")}{escape(text)}</div>')


@cache
def look() -> str:
    """Return the style sheets of this folder, `colours.css` and `look.css` first, and the icons."""
    here = Path(__file__).parent
    first = [here / "colours.css", here / "look.css"]
    others = sorted(set(here.glob("*.css")) - set(first))
    return "".join(path.read_text(encoding="utf-8") for path in (*first, *others)) + icon_css()


def tongue_of(service: Service, language: str) -> Tongue:
    """Return how a screen speaks in a language at this property."""
    return Tongue(translator(language), service.property.zone_info, service.property.currency)


def asked_page() -> str:
    """Return the page that the browser's address names, whether there is one of this name or not; "" for the first."""
    ctx = get_script_run_ctx()
    name = ctx.pages_manager.intended_page_name if ctx else None
    return name if name and re.fullmatch(r"[\w-]{1,60}", name) else ""


# --- what changes ----------------------------------------------------------------------------------------------------


def stamp_of(service: Service) -> Callable[[], tuple[int, int, int]]:
    """Return what to compare to see that something is new: entries, violations and reports, the session's minute."""
    offset = st.session_state.setdefault("offset", secrets.randbelow(60)) * SECOND

    def stamp() -> tuple[int, int, int]:
        return service.seq, service.news + service.reports.changes, (service.clock.now() + offset) // MINUTE

    return stamp


def heartbeat(stamp: Callable[[], Hashable]) -> None:
    """Draw the screen anew when the stamp is another, a tablet goes or comes back, or the session has ended."""
    drawn, session = (stamp(), running().service.presence.number), st.context.cookies.get(SESSION_COOKIE)

    @st.fragment(run_every=BEAT_SECONDS)
    def beat() -> None:
        service = running().service
        if (stamp(), service.presence.number) != drawn or not service.access.goes_on(session):
            st.rerun()

    beat()


# --- what was said ---------------------------------------------------------------------------------------------------


def tell(text: str, state: str = "done") -> None:
    """Keep a message for the next drawing."""
    st.session_state["told"] = (text, state)


def attempt(screen: Screen, deed: Callable[[], object], procedure: Procedure | None = None) -> bool:
    """Do something with the service; where it is refused, say why in the reader's words. Return whether it was done.

    With the procedure of the case, what the refusal names has its titles.
    """
    try:
        deed()
    except SopwatchError as error:
        tell(refused.told(error, screen.tongue, procedure), "overdue")
        return False
    return True


def messages() -> None:
    """Draw what was kept to be said, once."""
    if told := st.session_state.pop("told", None):
        note(*told)


def banners(screen: Screen) -> None:
    """Draw what is wrong with the service or the house's packs; administrators get the details, which are English."""
    _, service = screen.tongue, screen.service
    detail = screen.may("administer")
    if service.fault:
        why = _details([service.fault]) if detail else ""
        note(_("Nothing can be recorded now: tell the administrator."), "overdue", body=why)
    if service.books.alarms:
        why = _details(service.books.alarms) if detail else ""
        note(_("A procedure file of the house has mistakes: the last good text stays in use."), "due", body=why)
    night = service.nightly.latest()
    if night and night.differing:
        why = _details(night.differing) if detail else ""
        count = len(night.differing)
        text = _(
            "The engines judge {count} verdicts of {day} differently: tell the administrator.",
            count=count,
            day=night.day,
        )
        note(text, "overdue", body=why)


def _details(lines: Sequence[str]) -> str:
    return "".join(f'<p lang="en">{escape(line)}</p>' for line in lines[:5])
