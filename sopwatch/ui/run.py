"""Run a checklist: one case, in whichever view, what is due in it, and what can be done with the case as a whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from html import escape

import streamlit as st

from rules.cadence import cadences
from rules.judge import instant_of
from sopwatch.casefile import CaseFile
from sopwatch.running import running
from sopwatch.ui import whole
from sopwatch.ui.form import Asked, field_told, form_told, typed_in
from sopwatch.ui.frame import Screen, heartbeat, html, note, stamp_of
from sopwatch.ui.handover import hand_on
from sopwatch.ui.history import history_html
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.offline import offline_html, offline_text
from sopwatch.ui.opening import checked
from sopwatch.ui.parts import form as draw_form
from sopwatch.ui.parts import held
from sopwatch.ui.printing import forms_html
from sopwatch.ui.sheet import Sheet, sheet_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.views import draw_view
from sopwatch.ui.whole import Panel


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
    _case(screen, file, sheet)


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
    """Return the head of the sheet: place, number, state, facts, what is due of the whole case, an offline tablet."""
    states = {"open": _("Under way"), "closed": _("Closed"), "cancelled": _("Cancelled")}
    name = "todo" if sheet.state == "open" else sheet.state
    facts = "".join(f"<div><span>{escape(title)}</span>{escape(value)}</div>" for title, value in sheet.facts if value)
    return (
        f'<div class="sop-head"><h2>{escape(sheet.place or sheet.title)}</h2><b>{escape(sheet.title)}</b>'
        f"<span>{escape(sheet.case_id)}</span>{mark(name, states[sheet.state])}"
        f"<span class='sop-quiet'>{escape(_('opened {at}', at=_.moment(sheet.opened_at, sheet.now)))}</span></div>"
        f'<div class="sop-facts">{facts}</div>{_of_case_html(sheet, silent, _)}'
    )


def _of_case_html(sheet: Sheet, silent: str, _: Tongue) -> str:
    due = [
        f"<div class='sop-due'>{icon('due')}<b>{escape(_.countdown(d.due_at, sheet.now))}</b> · {escape(d.title)}</div>"
        for d in sheet.deadlines
    ]
    flags = [f"<div class='sop-flagged'>{icon('flagged')}{escape(f.title)}</div>" for f in sheet.flags]
    late = any(flag.due_at is not None for flag in sheet.flags)
    return "".join([*due, *flags, offline_html(silent) if late else ""])


# --- the case as a whole ---------------------------------------------------------------------------------------------


def _case(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    """Draw what can be done with the case, and its record."""
    _, case_id = screen.tongue, sheet.case_id
    html("<hr>")
    with st.container(horizontal=True, key="case-acts"):
        if screen.may("record") and sheet.state != "cancelled":
            st.button(_("Change facts"), key="case-amend", on_click=whole.toggle, args=(case_id, "amend"))
        st.button(_("Record of the case"), key="case-log", on_click=whole.toggle, args=(case_id, "log"))
    if panel := whole.panel_of(case_id):
        with st.container(key="panel-case"):
            _case_panel(screen, file, panel)
            st.button(_("Leave it"), key="close-case", on_click=whole.toggle, args=(case_id, panel.part))


def _case_panel(screen: Screen, file: CaseFile, panel: Panel) -> None:
    if panel.part == "amend":
        _amend(screen, file, panel)
    else:
        html(history_html(file, screen.reader, running().launch.address, screen.tongue))


def _amend(screen: Screen, file: CaseFile, panel: Panel) -> None:
    """Draw the facts of the case to be changed; only what changed is recorded."""
    _, fields = screen.tongue, file.case.fields
    key, now = f"amend-{panel.token}", screen.service.clock.now()
    refused, attempt_no = st.session_state.get(f"refused-{panel.token}", (None, 0))
    wrong = {} if refused is None else checked(file.procedure, refused, _.zone, _)[1]
    initial = {f.id: typed_in(f, fields[f.id], _.zone) for f in file.procedure.fields if f.id in fields}
    asked = Asked(file.procedure, file.catalogue, held(key).values or initial, now, now, wrong)
    told = form_told(asked, [field_told(f, asked, _) for f in file.procedure.fields], _)
    told |= {"token": panel.token, "initial": initial, "submit": _("Record the changes"), "attempt": attempt_no}
    if not (sent := draw_form(key, told)):
        return
    values, wrong = checked(file.procedure, sent.values, _.zone, _)
    st.session_state[f"refused-{panel.token}"] = sent.values, attempt_no + 1
    known = {f.id: fields.get(f.id) for f in file.procedure.fields}
    changed = {name: values.get(name) for name, before in known.items() if not _same(before, values.get(name))}
    if not wrong and not changed:
        whole.toggle(file.case_id, "amend")
    elif not wrong:
        whole.amend(screen, panel, changed)
    st.rerun()


def _same(before: object, after: object) -> bool:
    if before == after and isinstance(before, bool) == isinstance(after, bool):
        return True
    instants = instant_of(before), instant_of(after)
    return (
        instants[0] is not None and instants[1] is not None and instants[0] // 60_000_000 == instants[1] // 60_000_000
    )
