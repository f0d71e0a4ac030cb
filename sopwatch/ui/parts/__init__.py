"""Parts that Streamlit has not: a date by the tablet's own picker, a photo, a signature. Each speaks our languages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_STYLE = (_HERE / "parts.css").read_text(encoding="utf-8")
_WHEN = """
<div class="when" role="group"><div class="label"></div><select name="year"></select><b>-</b>
<select name="month"></select><b>-</b><select name="day"></select><i></i>
<select name="hour"></select><b>:</b><select name="minute"></select><button type="button"></button></div>
"""
_PHOTO = """
<div class="photo"><label><input type="file" accept="image/*" capture="environment"><span></span></label>
<img alt=""><button type="button" class="main"></button><div class="problem" role="alert"></div></div>
"""
_PAD = """
<div class="pad"><div class="meaning"></div><label class="name"><span></span><input autocomplete="off"></label>
<label class="role"><span></span><select></select></label><canvas></canvas>
<div class="problem" role="alert"></div><button type="button"></button>
<button type="button" class="main"></button></div>
"""
_KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
LARGEST = 8_000_000


def _part(name: str, html: str) -> Any:
    js = (_HERE / f"{name}.js").read_text(encoding="utf-8")
    return st.components.v2.component(f"sopwatch_{name}", html=html, css=_STYLE, js=js)


_when, _photo, _pad = _part("when", _WHEN), _part("photo", _PHOTO), _part("pad", _PAD)


@dataclass(frozen=True)
class Signature:
    """A signature as it was drawn: the PNG, and who signed in which role, where that was asked."""

    image: bytes
    name: str
    role: str


def image_of(data_url: object) -> bytes | None:
    """Return the picture of a data URL; None when it is no JPEG or PNG of a reasonable size."""
    text = data_url if isinstance(data_url, str) and len(data_url) < LARGEST else ""
    try:
        content = base64.b64decode(text.partition(",")[2], validate=True)
    except binascii.Error:
        return None
    return content if any(content.startswith(magic) for magic in _KINDS) else None


def when(key: str, texts: dict[str, Any], initial: str = "") -> str:
    """Draw a date and time; return the wall clock's time, such as 2026-11-03T14:05, or nothing."""
    held = st.session_state.get(key)
    value = held.get("value") if held else None
    value = initial if value is None else value
    result = _when(key=key, data={**texts, "value": value}, on_value_change=_nothing)
    return str(initial if result.value is None else result.value)


def photo(key: str, texts: dict[str, str], taken: Callable[[object], None]) -> None:
    """Draw a photo's part; `taken` is called with its data URL once it is kept."""
    _photo(key=key, data=texts, on_taken_change=lambda: taken(_trigger(key, "taken")))


def pad(key: str, texts: dict[str, str], roles: Sequence[tuple[str, str]], signed: Callable[[object], None]) -> None:
    """Draw a signature pad; `roles` are those a signer who is no staff may have; `signed` gets what was drawn."""
    data = {**texts, "roles": [list(role) for role in roles], "outsider": bool(roles)}
    _pad(key=key, data=data, on_signed_change=lambda: signed(_trigger(key, "signed")))


def signature_of(value: object) -> Signature | None:
    """Return what the pad handed over; None where it is no signature."""
    if not hasattr(value, "get"):
        return None
    image = image_of(value.get("image"))
    return Signature(image, str(value.get("name") or ""), str(value.get("role") or "")) if image else None


def _trigger(key: str, name: str) -> object:
    held = st.session_state.get(key)
    return held.get(name) if held else None


def _nothing() -> None:
    """Receive a change: its value is read where the part is drawn."""
