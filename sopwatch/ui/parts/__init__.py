"""Parts of the screens that are drawn on the tablet by its own script: the sheet of a case, a form, the chip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from sopwatch.tablet import home, style

_SCRIPT = Path(__file__).with_name("tablet.js").read_text(encoding="utf-8")
_tablet = st.components.v2.component("sopwatch_tablet", html='<div class="part"></div>', css=style(), js=_SCRIPT)


def sheet(key: str, snapshot: Mapping[str, Any], turned: Callable[[str, str], None]) -> None:
    """Draw the sheet of a case: it answers on the tablet, and sends what is tapped through the API.

    `turned` hears which view it shows when somebody turned it, and the row that they were led to, if any.
    """

    def turn() -> None:
        told = st.session_state[key].get("face")
        if isinstance(told, Sequence) and len(told) == 2:
            turned(str(told[0]), str(told[1]))

    _tablet(key=key, data={"home": home(), "part": "sheet", "told": snapshot}, on_face_change=turn)


def cadence(key: str, told: Mapping[str, Any]) -> None:
    """Draw the rooms where something recurs, each with its rings; a tap goes the way of the sheet's."""
    _tablet(key=key, data={"home": home(), "part": "cadence", "told": told})


@dataclass(frozen=True)
class Answer:
    """What stands in a form, and the name under which it is sent."""

    token: str
    values: Mapping[str, Any]


def held(key: str) -> Answer:
    """Return what stands in a form as of this drawing."""
    return _answer((st.session_state.get(key) or {}).get("changed")) or Answer("", {})


def form(key: str, told: Mapping[str, Any]) -> Answer | None:
    """Draw a form; return what was sent off, once."""
    data = {"home": home(), "part": "form", "told": told}
    result = _tablet(key=key, data=data, on_changed_change=_nothing, on_done_change=_nothing)
    return _answer(result.done)


def chooser(key: str, html: str, language: str) -> None:
    """Draw HTML whose texts were escaped by who made it: a button for each view, which turns the sheet of the page."""
    _tablet(key=key, data={"home": home(), "part": "chooser", "told": {"html": html, "language": language}})


def _answer(told: object) -> Answer | None:
    """Read what a tablet says; it may say anything."""
    if not isinstance(told, Mapping) or not isinstance(values := told.get("values"), Mapping):
        return None
    return Answer(str(told.get("token") or ""), dict(values))


def chip(key: str, told: Mapping[str, Any]) -> None:
    """Draw the chip that says how many entries wait on this tablet; it sends them, too."""
    _tablet(key=key, data={"home": home(), "part": "chip", "told": told})


def watch(key: str, told: Mapping[str, Any]) -> None:
    """Draw nothing: watch over a shared tablet, which warns, locks itself, and keeps the place."""
    _tablet(key=key, data={"home": home(), "part": "watch", "told": told})


def hands(key: str, told: Mapping[str, Any]) -> None:
    """Draw who may take the tablet over."""
    _tablet(key=key, data={"home": home(), "part": "hands", "told": told})


def scan(key: str, texts: Mapping[str, str], *, small: bool) -> None:
    """Draw the button that scans a code with the tablet's camera, and goes where it leads."""
    data = {"home": home(), "part": "scan", "told": {"texts": texts, "small": small}}
    _tablet(key=key, data=data, width="content" if small else "stretch")


def _nothing() -> None:
    """Receive a change: its value is read where the part is drawn."""
