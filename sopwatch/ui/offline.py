"""What is said of a case while a tablet that shows it is offline: ticks may still come that were in time."""

from __future__ import annotations

from html import escape

from checklists.instant import Instant
from sopwatch.presence import Presence
from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue
from storage.store import Finding


def offline_text(presence: Presence, case_id: str, now: Instant, _: Tongue) -> str:
    """Return since when a tablet that shows a case is offline, and whose it is; "" where none is."""
    found = presence.offline(case_id)
    return _("Tablet offline since {at} ({who})", at=_.moment(found[0], now), who=found[1]) if found else ""


def offline_of(presence: Presence, finding: Finding, now: Instant, _: Tongue) -> str:
    """Return the same of an overdue violation that stands open; of any other nothing."""
    v = finding.violation
    return offline_text(presence, v.case_id, now, _) if finding.state == "open" and v.due_at is not None else ""


def offline_html(text: str) -> str:
    """Return it as HTML; nothing for nothing."""
    return f'<span class="sop-offline sop-due">{icon("offline")}{escape(text)}</span>' if text else ""
