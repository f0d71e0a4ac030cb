"""What a list of cases says of entries that wait on the tablet: words beside each case, which the tablet shows."""

from __future__ import annotations

from html import escape

from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue


def waiting_html(case_id: str, _: Tongue) -> str:
    """Return the words for a case as HTML, hidden until the tablet knows of such an entry (`waits.mjs`)."""
    return "".join(
        f'<span class="sop-waits sop-{state}" {name}="{escape(case_id)}">{icon(sign)}<b>{escape(text)}</b></span>'
        for name, state, sign, text in (
            ("data-waits", "due", "on_tablet", waits_text(_)),
            ("data-refused", "overdue", "overdue", _("Something was not recorded: the checklist says why")),
        )
    )


def waits_text(_: Tongue) -> str:
    """Return what is said of a case with entries that are not in the record yet."""
    return _("Entries of this case wait on this tablet")
