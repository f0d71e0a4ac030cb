"""Parts that Streamlit has not: a date and time on a 24-hour clock, the sheet of a case. Each speaks our languages."""

from __future__ import annotations

from collections.abc import Mapping
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
_DAY = """
<div class="when" role="group"><div class="label"></div><select name="year"></select><b>-</b>
<select name="month"></select><b>-</b><select name="day"></select><button type="button"></button></div>
"""


def _part(name: str, html: str, css: str, script: str = "") -> Any:
    js = (_HERE / f"{script or name}.js").read_text(encoding="utf-8")
    return st.components.v2.component(f"sopwatch_{name}", html=html, css=css, js=js)


_when = _part("when", _WHEN, _STYLE)
_day = _part("day", _DAY, _STYLE, "when")
_tablet = _part("tablet", '<div class="part"></div>', style())


def when(key: str, texts: dict[str, Any], initial: str = "") -> str:
    """Draw a date and time; return the wall clock's time, such as 2026-11-03T14:05, or nothing."""
    return _chosen(_when, key, texts, initial)


def day(key: str, texts: dict[str, Any], initial: str = "") -> str:
    """Draw a day; return it, such as 2026-11-03, or nothing."""
    return _chosen(_day, key, texts, initial)


def _chosen(part: Any, key: str, texts: dict[str, Any], initial: str) -> str:
    held = st.session_state.get(key)
    value = held.get("value") if held else None
    value = initial if value is None else value
    result = part(key=key, data={**texts, "value": value}, on_value_change=_nothing)
    return str(initial if result.value is None else result.value)


def sheet(key: str, snapshot: Mapping[str, Any]) -> None:
    """Draw the sheet of a case: it answers on the tablet, and sends what is tapped through the API."""
    _tablet(key=key, data={"home": home(), "part": "sheet", "told": snapshot})


def chip(key: str, told: Mapping[str, Any]) -> None:
    """Draw the chip that says how many entries wait on this tablet; it sends them, too."""
    _tablet(key=key, data={"home": home(), "part": "chip", "told": told})


def _nothing() -> None:
    """Receive a change: its value is read where the part is drawn."""
