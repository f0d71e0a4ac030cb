"""Parts that Streamlit has not: a date and time on a 24-hour clock, the sheet of a case. Each speaks our languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from sopwatch.tablet import home, style

_HERE = Path(__file__).parent
_STYLE = (_HERE / "parts.css").read_text(encoding="utf-8")
_WHEN = """
<div class="when" role="group"><div class="label"></div><select name="year"></select><b>-</b>
<select name="month"></select><b>-</b><select name="day"></select><i></i>
<select name="hour"></select><b>:</b><select name="minute"></select><button type="button"></button></div>
"""


def _part(name: str, html: str, css: str) -> Any:
    js = (_HERE / f"{name}.js").read_text(encoding="utf-8")
    return st.components.v2.component(f"sopwatch_{name}", html=html, css=css, js=js)


_when = _part("when", _WHEN, _STYLE)
_tablet = _part("tablet", '<div class="part"></div>', style())


def when(key: str, texts: dict[str, Any], initial: str = "") -> str:
    """Draw a date and time; return the wall clock's time, such as 2026-11-03T14:05, or nothing."""
    held = st.session_state.get(key)
    value = held.get("value") if held else None
    value = initial if value is None else value
    result = _when(key=key, data={**texts, "value": value}, on_value_change=_nothing)
    return str(initial if result.value is None else result.value)


def sheet(key: str, snapshot: Mapping[str, Any], turned: Callable[[str], None]) -> None:
    """Draw the sheet of a case: it answers on the tablet, and sends what is tapped through the API.

    `turned` hears which face it shows when somebody turned it: `list` or `close`.
    """

    def turn() -> None:
        turned(str(st.session_state[key].get("face") or ""))

    _tablet(key=key, data={"home": home(), "part": "sheet", "told": snapshot}, on_face_change=turn)


def cadence(key: str, told: Mapping[str, Any]) -> None:
    """Draw the rooms where something recurs, each with its rings; a tap goes the way of the sheet's."""
    _tablet(key=key, data={"home": home(), "part": "cadence", "told": told})


def chip(key: str, told: Mapping[str, Any]) -> None:
    """Draw the chip that says how many entries wait on this tablet; it sends them, too."""
    _tablet(key=key, data={"home": home(), "part": "chip", "told": told})


def watch(key: str, told: Mapping[str, Any]) -> None:
    """Draw nothing: watch over a shared tablet, which warns, locks itself, and keeps the place."""
    _tablet(key=key, data={"home": home(), "part": "watch", "told": told})


def hands(key: str, told: Mapping[str, Any]) -> None:
    """Draw who may take the tablet over."""
    _tablet(key=key, data={"home": home(), "part": "hands", "told": told})


def _nothing() -> None:
    """Receive a change: its value is read where the part is drawn."""
