"""Streamlit's own words, which it has in English alone, in the reader's: replaced on the tablet (tablet/js/builtins.mjs)."""

from __future__ import annotations

from sopwatch.ui.tongue import Tongue


def builtins(_: Tongue) -> list[list[str]]:
    """Return pairs: a pattern for a whole text as Streamlit writes it, and what is said instead (`$1`: what it held)."""
    return [
        ["Skip to main content", _("Skip to the screen")],
    ]
