"""What is open below the sheet for the case as a whole, and the entry that it makes, named so that it is made once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from sopwatch.demands import NewEvent
from sopwatch.ui.frame import Screen, attempt


@dataclass(frozen=True)
class Panel:
    """What is open of a case: which part, and the name of the entry that it will make."""

    case_id: str
    part: str
    token: str


def panel_of(case_id: str) -> Panel | None:
    """Return the open panel of a case."""
    panel = st.session_state.get("panel")
    return panel if isinstance(panel, Panel) and panel.case_id == case_id else None


def toggle(case_id: str, part: str) -> None:
    """Open a panel, or close it when it is the one that is open."""
    panel = panel_of(case_id)
    closing = panel is not None and panel.part == part
    st.session_state["panel"] = None if closing else Panel(case_id, part, secrets.token_hex(8))


def amend(screen: Screen, panel: Panel, changed: Mapping[str, Any]) -> None:
    """Record the facts that were changed; the panel closes with it."""
    new = NewEvent(panel.case_id, "amended", data=changed, event_id=f"ui/{panel.token}")
    if attempt(screen, lambda: screen.service.record_one(new, screen.who)):
        st.session_state["panel"] = None
