"""Icons as inline SVG: nothing is fetched, and each stands beside its word."""

from __future__ import annotations

from html import escape

_PATHS = {
    "done": '<circle cx="12" cy="12" r="10" fill="currentColor" stroke="none"/><path d="M7 12.5l3.5 3.5L17 9" '
    'stroke="var(--sop-paper)"/>',
    "todo": '<circle cx="12" cy="12" r="9"/>',
    "due": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "overdue": '<path d="M12 2.5L22.5 21h-21z" fill="currentColor" stroke="none"/><path d="M12 9v6M12 17.6v.6" '
    'stroke="var(--sop-paper)"/>',
    "flagged": '<path d="M5 22V3"/><path d="M5 4h13l-3 4.5 3 4.5H5" fill="currentColor"/>',
    "waiting": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "not_applicable": '<circle cx="12" cy="12" r="9"/><path d="M6 18L18 6"/>',
    "cannot_do": '<circle cx="12" cy="12" r="9"/><path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 3.5-7 8-7s8 2 8 7"/>',
    "house": '<path d="M3 12l9-8 9 8M6 10v10h12V10"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.6"/>',
    "late": '<path d="M3 12a9 9 0 1 0 3-6.7"/><path d="M3 4v5h5"/><path d="M12 8v4l3 2"/>',
    "closed": '<path d="M4 4h16v5H4zM6 9v11h12V9M10 13h4"/>',
}
_STATES = {"soon": "due", "on_time": "todo", "no_deadline": "todo", "open": "flagged", "remedied": "done"}
_STATES |= {"rescinded": "not_applicable", "cancelled": "cannot_do"}


def icon(name: str) -> str:
    """Return an icon as SVG, as high as the text beside it; the word beside it says what it means."""
    path = _PATHS.get(_STATES.get(name, name), _PATHS["todo"])
    return (
        '<svg class="sop-icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{path}</svg>'
    )


def mark(state: str, word: str) -> str:
    """Return a state as icon and word."""
    return f'<span class="sop-mark sop-{escape(state)}">{icon(state)}<b>{escape(word)}</b></span>'
