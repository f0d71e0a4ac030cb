"""Run a checklist: one case, in whichever view, what is due in it, and what can be done with the case as a whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from html import escape

import streamlit as st

from rules.cadence import cadences
from sopwatch.casefile import CaseFile
from sopwatch.running import running
from sopwatch.ui.frame import Screen, heartbeat, html, note, stamp_of
from sopwatch.ui.handover import hand_on
from sopwatch.ui.history import history_html
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.offline import offline_html, offline_text
from sopwatch.ui.printing import forms_html
from sopwatch.ui.sheet import Sheet, sheet_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.views import draw_view


def draw(screen: Screen) -> None:
    """Draw the sheet of the case that the address names."""
    _ = screen.tongue
    case_id = st.query_params.get("case", "")
    heartbeat(_stamp(screen, case_id))
    file = screen.service.case_file(case_id) if case_id else None
    if file is None:
        note(_("There is no case of this number."), "overdue")
        return
    sheet = sheet_of(file, screen.reader, _)
    silent = offline_text(screen.service.presence, case_id, sheet.now, _)
    html(head_html(sheet, _, silent) + _to_cadence(screen, file))
    just_opened = "opened" in st.query_params  # whoever took the report prints the order at once
    if just_opened:
        html(forms_html(file, _))
    draw_view(screen, file, sheet)
    hand_on(screen, file)
    if not just_opened:
        html(forms_html(file, _))
    _record(screen, file)


def _to_cadence(screen: Screen, file: CaseFile) -> str:
    """Return the way to Cadence where something recurs in the case now; it holds without network, too."""
    if not screen.may("record") or not cadences(file.case, file.catalogue):
        return ""
    link = f"/cadence?lang={screen.tongue.language}"
    return (
        f'<p class="sop-cadence"><a class="sop-link" href="{link}" target="_self">{escape(screen._("Cadence"))}</a></p>'
    )


def _stamp(screen: Screen, case_id: str) -> Callable[[], Hashable]:
    """Return what to compare: the case's last entry once it is judged, violations, the minute."""
    stamp = stamp_of(screen.service)

    def of_case() -> Hashable:
        seq, news, minute = stamp()
        return min(screen.service.last_seq(case_id), seq), news, minute

    return of_case


# --- HTML ------------------------------------------------------------------------------------------------------------


def head_html(sheet: Sheet, _: Tongue, silent: str = "") -> str:
    """Return the head of the sheet: place, number, state, what is due of the whole case, an offline tablet.

    The facts stand on the sheet itself, which shows a change of them at once.
    """
    states = {"open": _("Under way"), "closed": _("Closed"), "cancelled": _("Cancelled")}
    name = "todo" if sheet.state == "open" else sheet.state
    kind = f"<b>{escape(sheet.title)}</b>" if sheet.place else ""
    return (
        f'<div class="sop-head"><h2>{escape(sheet.place or sheet.title)}</h2>{kind}'
        f"<span>{escape(sheet.case_id)}</span>{mark(name, states[sheet.state])}"
        f"<span class='sop-quiet'>{escape(_('opened {at}', at=_.moment(sheet.opened_at, sheet.now)))}</span></div>"
        f"{_of_case_html(sheet, silent, _)}"
    )


def _of_case_html(sheet: Sheet, silent: str, _: Tongue) -> str:
    due = [
        f"<div class='sop-due'>{icon('due')}<b>{escape(_.countdown(d.due_at, sheet.now))}</b> · {escape(d.title)}</div>"
        for d in sheet.deadlines
    ]
    flags = [f"<div class='sop-flagged'>{icon('flagged')}{escape(f.title)}</div>" for f in sheet.flags]
    late = any(flag.due_at is not None for flag in sheet.flags)
    return "".join([*due, *flags, offline_html(silent) if late else ""])


# --- its record ------------------------------------------------------------------------------------------------------


def _record(screen: Screen, file: CaseFile) -> None:
    """Draw the button that shows the record of the case, and the record where it is wanted."""
    _ = screen.tongue
    html("<hr>")
    st.button(_("Record of the case"), key="case-log", on_click=_turn, args=(file.case_id,))
    if st.session_state.get("record") == file.case_id:
        with st.container(key="panel-case"):
            html(history_html(file, screen.reader, running().launch.address, _))
            st.button(_("Leave it"), key="close-case", on_click=_turn, args=(file.case_id,))


def _turn(case_id: str) -> None:
    """Show the record of a case, or no longer."""
    st.session_state["record"] = None if st.session_state.get("record") == case_id else case_id
