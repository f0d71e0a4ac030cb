"""Icons as masks in the style sheet: nothing is fetched, each takes its text's colour and stands beside its word."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

_RING = '<circle cx="12" cy="12" r="9"/>'
_PATHS = {
    "done": '<path fill="#000" stroke="none" fill-rule="evenodd" d="M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zM10.3 17.3'
    'l-4.7-4.7 1.7-1.7 3 3 6.4-6.8 1.8 1.7z"/>',
    "todo": _RING,
    "due": f'{_RING}<path d="M12 7v5l3.5 2"/>',
    "overdue": '<path fill="#000" stroke="none" fill-rule="evenodd" d="M12 1.5L23.5 22H.5z'
    'M11 9v6h2V9zM11 17v2.2h2V17z"/>',
    "flagged": '<path d="M5 22V3"/><path d="M5 4h13l-3 4.5 3 4.5H5" fill="#000"/>',
    "waiting": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "not_applicable": f'{_RING}<path d="M6 18L18 6"/>',
    "not_needed": f'{_RING}<path d="M8 12h8"/>',
    "cannot_do": f'{_RING}<path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 3.5-7 8-7s8 2 8 7"/>',
    "house": '<path d="M3 12l9-8 9 8M6 10v10h12V10"/>',
    "info": f'{_RING}<path d="M12 11v6M12 7v.6"/>',
    "new": f'{_RING}<path d="M12 7v10M7 12h10"/>',
    "find": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5L21 21"/>',
    "chart": '<path d="M4 3v18h17"/><path d="M9 17v-5M14 17V7M19 17v-8"/>',
    "compare": '<path d="M4 8h14l-4-4M20 16H6l4 4"/>',
    "print": '<path d="M7 9V3h10v6M7 18H4V9h16v9h-3M7 14h10v7H7z"/>',
    "code": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h3v3M20 14v6h-6"/>',
    "ring": f'{_RING}<path d="M12 3v9l6 5"/>',
    "comment": '<path d="M4 4h16v12H11l-5 4v-4H4z"/>',
    "hand_over": '<path d="M3 8h13l-4-4M21 16H8l4 4"/>',
    "sound": '<path d="M4 9.5v5h3.5l5 4v-13l-5 4z" fill="#000"/>'
    '<path d="M16 9a4.5 4.5 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11"/>',
    "silent": '<path d="M4 9.5v5h3.5l5 4v-13l-5 4z" fill="#000"/><path d="M16 9.5l5 5M21 9.5l-5 5"/>',
    "on_tablet": '<rect x="5" y="2" width="14" height="20" rx="2"/><path d="M12 17V8M8.5 11.5L12 8l3.5 3.5"/>',
    "offline": '<path d="M2 9a15 15 0 0 1 20 0M6 13a9 9 0 0 1 12 0M12 18v.6M4 3l16 18"/>',
    "branch": '<path d="M12 21v-7M12 14L5 6M12 14l7-8M5 11V6h5M19 11V6h-5"/>',
    "loop": '<path d="M4 10a8 8 0 1 1 1 7"/><path d="M4 4v6h6"/>',
    "closed": '<path d="M4 4h16v5H4zM6 9v11h12V9M10 13h4"/>',
}
_STATES = {"soon": "due", "on_time": "todo", "no_deadline": "todo", "open": "flagged", "remedied": "done"}
_STATES |= {"rescinded": "not_applicable", "cancelled": "cannot_do", "late": "flagged"}


def icon_css() -> str:
    """Return the rules of the style sheet that draw the icons."""
    return "\n".join(f".sop-i-{name} {{ {_mask(name)} }}" for name in _PATHS)


def icon_before(selector: str, name: str) -> str:
    """Return the rule that puts an icon before what a selector of the style sheet names."""
    box = "content: ''; width: 1.4em; height: 1.4em; flex: none; background: currentColor;"
    return f"{selector}::before {{ {box} {_mask(name)} }}"


def _mask(name: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="2.2" '
        f'stroke-linecap="round" stroke-linejoin="round">{_PATHS.get(name, _RING)}</svg>'
    )
    url = f"url('data:image/svg+xml,{quote(svg)}')"
    return f"-webkit-mask: {url} center / contain no-repeat; mask: {url} center / contain no-repeat;"


def icon(name: str) -> str:
    """Return an icon, as high as the text beside it; the word beside it says what it means."""
    known = _STATES.get(name, name)
    return f'<i class="sop-icon sop-i-{known if known in _PATHS else "todo"}" aria-hidden="true"></i>'


def mark(state: str, word: str) -> str:
    """Return a state as icon and word."""
    return f'<span class="sop-mark sop-{escape(state)}">{icon(state)}<b>{escape(word)}</b></span>'
