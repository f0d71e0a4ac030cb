"""Draws the fields of a case: the right widget for each type, what is required marked, errors at the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from checklists.instant import Instant, parse_instant, to_datetime
from checklists.model import CaseField
from sopwatch.ui.frame import Screen, html, nonce, plain
from sopwatch.ui.icons import icon
from sopwatch.ui.opening import read_wall
from sopwatch.ui.parts import when
from sopwatch.ui.tongue import Tongue


def draw_field(screen: Screen, field: CaseField, form: str, initial: Any = None) -> Any:
    """Draw a field; return what stands in it, untyped: None for nothing, `…|0` for the first of two equal times."""
    _ = screen.tongue
    key = f"{form}-{nonce()}-{field.id}"
    label = _label(field, _)
    match field.type:
        case "choice":
            options = list(field.options or {})
            titles = {option: plain(_.choice(field.options, option)) for option in options}
            return st.segmented_control(
                label, options, format_func=lambda o: titles.get(o, str(o)), key=key, default=initial, width="stretch"
            )
        case "boolean":
            names = {True: _("Yes"), False: _("No")}
            return st.segmented_control(label, [True, False], format_func=lambda o: names[o], key=key, default=initial)
        case "number":
            unit = f" ({plain(_.unit(field.unit))})" if field.unit else ""
            return st.number_input(label + unit, value=initial, key=key, on_change="ignore", step=_step(initial))
        case "list":
            text = "\n".join(initial or [])
            return st.text_area(f"{label} · {_('one a line')}", text, key=key, on_change="ignore", height=120)
        case "datetime":
            return draw_when(screen, _.of(field.title, field.id) + (" ＊" if field.required else ""), key, initial)
        case "text":
            return st.text_area(label, initial or "", key=key, on_change="ignore", height=68)


def _step(initial: Any) -> float | None:
    return 1.0 if isinstance(initial, float) else None


def _label(field: CaseField, _: Tongue) -> str:
    return plain(_.of(field.title, field.id)) + (" ＊" if field.required else "")


def draw_when(screen: Screen, label: str, key: str, initial: str | None = None) -> str | None:
    """Draw a date and time in the property's zone; where the clock shows it twice, ask which."""
    _ = screen.tongue
    names = {"year": _("Year"), "month": _("Month"), "day": _("Day"), "hour": _("Hour"), "minute": _("Minute")}
    today = to_datetime(screen.service.clock.now(), _.zone).date().isoformat()
    texts = {"label": label, "names": names, "today": today, "clear": _("Clear")}
    text = when(key, texts, wall_of(initial, screen))
    if not text:
        return None
    try:
        instants = read_wall(text, _.zone).instants
    except ValueError:
        return text
    if len(instants) < 2:
        return text
    said = {str(n): _which(n, instant, _) for n, instant in enumerate(instants)}
    which = st.segmented_control(
        _("The clock shows this time twice: choose which."),
        list(said),
        format_func=lambda n: said[n],
        key=f"{key}-fold",
    )
    return f"{text}|{which}" if which else text


def _which(number: int, instant: Instant, _: Tongue) -> str:
    offset = to_datetime(instant, _.zone).strftime("%z")
    said = _("the first time") if number == 0 else _("the second time")
    return plain(f"{said} (UTC{offset[:3]}:{offset[3:5]})")


def wall_of(initial: str | None, screen: Screen) -> str:
    """Return an instant as a wall clock's time at the property."""
    if not initial:
        return ""
    return to_datetime(parse_instant(initial), screen.tongue.zone).strftime("%Y-%m-%dT%H:%M")


def draw_fields(
    screen: Screen,
    fields: Sequence[CaseField],
    form: str,
    wrong: Mapping[str, str],
    initial: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Draw fields one below the other, each with its error; return what stands in them."""
    raw = {}
    for field in fields:
        with st.container(key=f"field-{form}-{field.id}"):
            raw[field.id] = draw_field(screen, field, form, (initial or {}).get(field.id))
            if field.id in wrong:
                draw_error(wrong[field.id])
    return raw


def draw_error(text: str) -> None:
    """Draw what is wrong with the field above, in one line."""
    html(f'<div class="sop-error" role="alert">{icon("overdue")}{escape(text)}</div>')
