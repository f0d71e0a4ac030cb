"""What a tap does: one call of the service each, named so that the same tap twice is recorded once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from sopwatch.demands import NewEvent
from sopwatch.ui.frame import Screen, attempt, nonce, tell
from sopwatch.ui.parts import image_of, signature_of
from sopwatch.ui.sheet import Row

UNDO_SECONDS = 10.0
DOUBLE_TAP_SECONDS = 1.0


@dataclass(frozen=True)
class Undo:
    """The tick that may still be undone at once, and until when (real time)."""

    case_id: str
    step: str
    event_id: str
    until: float


@dataclass(frozen=True)
class Panel:
    """What is open below a row (or the case): which part, and the name of the entry that it will make."""

    case_id: str
    step: str
    part: str
    token: str


def panel_of(case_id: str, step: str = "") -> Panel | None:
    """Return the open panel of a row."""
    panel = st.session_state.get("panel")
    fits = isinstance(panel, Panel) and (panel.case_id, panel.step) == (case_id, step)
    return panel if fits else None


def toggle(case_id: str, step: str, part: str) -> None:
    """Open a panel, or close it when it is the one that is open."""
    panel = panel_of(case_id, step)
    closing = panel is not None and panel.part == part
    st.session_state["panel"] = None if closing else Panel(case_id, step, part, secrets.token_hex(8))


def undoable(case_id: str, step: str | None = None) -> Undo | None:
    """Return what may still be undone in a case (at a step)."""
    undo = st.session_state.get("undo")
    if not isinstance(undo, Undo) or undo.case_id != case_id or undo.until < time.monotonic():
        return None
    return undo if step in (None, undo.step) else None


def tick(
    screen: Screen,
    case_id: str,
    row: Row,
    value: Any = None,
    subject: str | None = None,
    signer: str | None = None,
    role: str | None = None,
) -> None:
    """Record a step as done, unless it is the second tap of a double one."""
    last = st.session_state.get("tapped")
    now = time.monotonic()
    if last and last[0] == (case_id, row.step.id, subject) and now - last[1] < DOUBLE_TAP_SECONDS:
        return
    st.session_state["tapped"] = ((case_id, row.step.id, subject), now)
    event_id = f"ui/{nonce()}/{case_id}/{row.step.id}/{row.serial}"
    new = NewEvent(case_id, row.step.id, actor=signer, role=role, subject=subject, value=value, event_id=event_id)
    if attempt(screen, lambda: screen.service.record_one(new, screen.who)):
        st.session_state["undo"] = Undo(case_id, row.step.id, event_id, now + UNDO_SECONDS)
        if row.step.subject in (None, "free"):  # a list is gone through name by name
            st.session_state["panel"] = None


def undo(screen: Screen, case_id: str) -> None:
    """Take the last tick back at once, unless this is the second tap of the one that made it."""
    found = undoable(case_id)
    if found and found.until - time.monotonic() < UNDO_SECONDS - DOUBLE_TAP_SECONDS:
        st.session_state["undo"] = None
        reason = screen._("undone at once")
        attempt(screen, lambda: screen.service.retract(screen.who, case_id, found.event_id, reason))


def photo_taken(screen: Screen, case_id: str, row: Row, value: object, subject: str | None = None) -> None:
    """Keep a photo and record its step."""
    if content := image_of(value):
        kept: list[str] = []
        if attempt(screen, lambda: kept.append(screen.service.store.keep_file(content))):
            tick(screen, case_id, row, f"sha256:{kept[0]}", subject)
    elif value is not None:
        tell(screen._("This is no picture that can be kept."), "overdue")


def signed(screen: Screen, case_id: str, row: Row, value: object) -> None:
    """Keep a signature and record its step: by whom and as what, where the signer is no staff."""
    if signature := signature_of(value):
        kept: list[str] = []
        if attempt(screen, lambda: kept.append(screen.service.store.keep_file(signature.image))):
            tick(screen, case_id, row, f"sha256:{kept[0]}", signer=signature.name or None, role=signature.role or None)


def write(screen: Screen, panel: Panel, word: str, data: Mapping[str, Any]) -> None:
    """Record an entry that a panel makes; the panel closes with it."""
    new = NewEvent(panel.case_id, word, data=data or None, event_id=f"ui/{panel.token}")
    if attempt(screen, lambda: screen.service.record_one(new, screen.who)):
        st.session_state["panel"] = None
