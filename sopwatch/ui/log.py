"""The record of a case as a table, with both clocks: when it happened, and when it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sopwatch.ui.found import Line
from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue


def log_html(found: Sequence[Line], _: Tongue) -> str:
    """Return the entries of a case as an HTML table; what was taken back is struck through, and says so."""
    head = "".join(f"<th>{escape(t)}</th>" for t in (_("Happened"), _("Recorded"), _("What"), _("Who"), _("Detail")))
    rows = "".join(_line_html(line, _) for line in found)
    return f'<table class="sop-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _line_html(line: Line, _: Tongue) -> str:
    who = line.who + (f" ({line.role})" if line.role else "")
    detail = escape(line.detail)
    if line.file:
        detail += f" {icon('done')}{escape(_('with a picture'))}"
    if line.after_closing:
        detail += f" <span class='sop-tag'>{escape(_('after closing'))}</span>"
    if line.taken_back:
        detail += f" <span class='sop-tag'>{escape(_('taken back'))}</span>"
    gone = ' class="sop-gone"' if line.taken_back else ""
    cells = (
        escape(_.exact(line.occurred_at)),
        escape(_.exact(line.recorded_at)),
        escape(line.what),
        escape(who),
        detail,
    )
    return f"<tr{gone}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
