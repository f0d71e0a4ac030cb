"""Reports of guests: those that wait, the oldest on top; one of them with its photos, to be confirmed or declined."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from html import escape

import streamlit as st

from checklists.errors import SopwatchError, StoreError
from checklists.instant import Instant, local_date
from checklists.model import Procedure
from sopwatch.guest_reports import LONGEST, DecidedError, Report, suggested
from sopwatch.ui import refused
from sopwatch.ui.form import Asked, dues_after, dues_of_new, fields_of_new, form_told
from sopwatch.ui.frame import Screen, draw_error, heartbeat, html, nonce, note, plain, stamp_of, tell
from sopwatch.ui.icons import mark
from sopwatch.ui.opening import checked
from sopwatch.ui.parts import Answer, held
from sopwatch.ui.parts import form as draw_form
from sopwatch.ui.places import known_places
from sopwatch.ui.tongue import Tongue


def draw(screen: Screen) -> None:
    """Draw the report that the address names, else the list of those that wait."""
    number = st.query_params.get("report", "")
    heartbeat(stamp_of(screen.service))
    report = screen.service.reports.get(number) if number else None
    if report:
        _report(screen, report)
        return
    if number:
        _decided(screen, number)
    _list(screen)


def draw_waiting(screen: Screen) -> None:
    """Draw on My shift how many reports wait, and since when; nothing where none does."""
    _, service = screen.tongue, screen.service
    waiting = service.reports.waiting() if screen.may("record") else []
    if not waiting:
        return
    count = _.translator.ngettext(
        "{n} report of guests waits for confirmation", "{n} reports of guests wait for confirmation", len(waiting)
    )
    since = _("the oldest for {span}", span=_.span(service.clock.now() - waiting[0].at))
    with st.container(key="card-overdue-reports"):
        html(f'<div class="sop-card"><span class="sop-big">{mark("overdue", count)}</span>'
             f'<span class="sop-right sop-big">{escape(since)}</span></div>')  # fmt: skip
        st.button(plain(count), key="to-reports", on_click=screen.go, args=("reports",))


def _list(screen: Screen) -> None:
    _, service = screen.tongue, screen.service
    html(f'<div class="sop-head"><h2>{escape(_("Reports of guests"))}</h2></div>')
    waiting = service.reports.waiting()
    if not waiting:
        note(_("No report waits."), "done")
    for report in waiting:
        state = "overdue" if report.told.urgent else "soon"
        with st.container(key=f"card-{state}-{report.number}"):
            html(_card_html(report, service.clock.now(), _))
            label = f"{report.number} {report.place}"
            st.button(plain(label), key=f"report-{report.number}", on_click=_show, args=(screen, report.number))


def _show(screen: Screen, number: str = "") -> None:
    st.session_state.pop("report-wrong", None)
    screen.go("reports", **({"report": number} if number else {}))


def _card_html(report: Report, now: Instant, _: Tongue) -> str:
    urgent = mark("overdue", _("Urgent")) if report.told.urgent else ""
    waits = mark("due", _("waits for {span}", span=_.span(now - report.at)))
    return (
        f'<div class="sop-card"><span class="sop-big">{escape(report.place)}</span>'
        f'<span class="sop-right">{urgent} {waits}</span>'
        f"<span>{escape(report.told.description[:160])}</span><span></span>"
        f'<span class="sop-quiet">{escape(report.number)} · {escape(_("reported {at}", at=_.moment(report.at, now)))}'
        "</span></div>"
    )


def _decided(screen: Screen, number: str) -> None:
    """Say what became of a report that no longer waits."""
    _, decision = screen.tongue, screen.service.reports.decision(number)
    if decision is None:
        note(_("There is no report of this number."), "overdue")
    elif decision.state == "confirmed":
        note(_("Report {number} is confirmed: case {case}.", number=number, case=decision.case_id), "done")
        st.button(_("To the case"), key="to-case", on_click=screen.go, args=("run",),
                  kwargs={"case": decision.case_id})  # fmt: skip
    else:
        note(_("Report {number} was declined: {reason}", number=number, reason=decision.reason), "info")


# --- one report ------------------------------------------------------------------------------------------------------


def _report(screen: Screen, report: Report) -> None:
    _, now = screen.tongue, screen.service.clock.now()
    st.button(_("All reports"), key="all-reports", on_click=_show, args=(screen,))
    html(_told_html(report, now, _))
    with st.popover(_("Decline")):
        _decline(screen, report)
    _confirm(screen, report)


def _told_html(report: Report, now: Instant, _: Tongue) -> str:
    told = report.told
    scopes = {"unit": _("Inside the room or unit"), "public": _("In a public area")}
    facts = [
        (_("Reported"), _.moment(report.at, now)),
        (_("Name"), told.name),
        (_("Phone"), told.phone),
        (_("Where"), scopes.get(told.scope, "")),
        (_("Urgent"), _("Yes") if told.urgent else _("No")),
    ]
    said = "".join(f"<div><span>{escape(t)}</span>{escape(value)}</div>" for t, value in facts if value)
    photos = "".join(
        f'<a href="/reports/{report.number}/{n}" target="_blank"><img src="/reports/{report.number}/{n}" '
        f'alt="{escape(_("Photo {n}", n=n))}"></a>'
        for n in range(1, report.photos + 1)
    )
    return (
        f'<div class="sop-head"><h2>{escape(report.place)}</h2><b>{escape(report.number)}</b></div>'
        f'<blockquote class="sop-told">{escape(told.description)}</blockquote>'
        f'<div class="sop-facts">{said}</div><div class="sop-photos">{photos}</div>'
    )


def _decline(screen: Screen, report: Report) -> None:
    _ = screen.tongue
    key = f"decline-{report.number}-{nonce()}"
    html(f"<p>{escape(_('What the guest said is then erased; who declined, when and why is kept.'))}</p>")
    st.text_input(_("Reason ＊"), key=key, max_chars=LONGEST["reason"], on_change="ignore")
    if st.session_state.pop(f"{key}-missing", False):
        draw_error(_("A reason is needed."))
    if st.button(_("Decline the report"), type="primary", key=f"{key}-yes"):
        reason = str(st.session_state.get(key) or "").strip()
        st.session_state[f"{key}-missing"] = not reason
        if reason:
            _decide(screen, report, lambda: _done_decline(screen, report, reason))
        st.rerun()


def _done_decline(screen: Screen, report: Report, reason: str) -> None:
    service = screen.service
    service.reports.decline(screen.who, report.number, reason, service.clock.now())
    tell(screen._("Report {number} was declined.", number=report.number))
    screen.go("reports")


def _decide(screen: Screen, report: Report, deed: Callable[[], None]) -> None:
    """Decide; where somebody else has meanwhile, show what became of the report."""
    try:
        deed()
    except DecidedError:
        screen.go("reports", report=report.number)
    except (SopwatchError, OSError) as error:
        tell(_why(error, screen.tongue), "overdue")


def _why(error: SopwatchError | OSError, _: Tongue, procedure: Procedure | None = None) -> str:
    known = error if isinstance(error, SopwatchError) else StoreError(str(error))
    return refused.told(known, _, procedure)


def _confirm(screen: Screen, report: Report) -> None:
    """Draw the fields that the case needs, filled in as far as the guest said; sent off, they open the case."""
    _, service = screen.tongue, screen.service
    procedure, catalogue = service.books.for_new_case(report.procedure, local_date(report.at, _.zone))
    key = f"report-form-{report.number}-{nonce()}"
    wrong, error = st.session_state.get("report-wrong", ({}, None))
    places = known_places(service, procedure)
    asked = Asked(procedure, catalogue, held(key).values, report.at, service.clock.now(), wrong, places)
    fields = [told for told in fields_of_new(asked, _) if not str(told["id"]).startswith("_")]
    html(f'<div class="sop-head"><h2>{escape(_("Complete and confirm"))}</h2>'
         f'<span class="sop-quiet">{escape(_("＊ is needed"))}</span></div>')  # fmt: skip
    told = form_told(asked, fields, _) | {
        "name": "",  # nothing of what a guest said is kept on the tablet
        "token": secrets.token_hex(8),
        "initial": suggested(report, procedure),
        "dues": dues_of_new(asked, _),
        "dues_after": dues_after(asked),
        "submit": _("Confirm and open the case"),
        "attempt": st.session_state.get("attempt", 0),
        "problem": _why(error, _, procedure) if error else "",
    }
    if sent := draw_form(key, told):
        _open(screen, report, procedure, sent)


def _open(screen: Screen, report: Report, procedure: Procedure, sent: Answer) -> None:
    _ = screen.tongue
    values, wrong = checked(procedure, sent.values, _.zone, _)
    problem: SopwatchError | OSError | None = None
    if not wrong:
        try:
            case_id = screen.service.confirm_report(screen.who, report.number, values)
        except DecidedError:
            screen.go("reports", report=report.number)
        except (SopwatchError, OSError) as error:
            problem = error
        else:
            st.session_state.pop("report-wrong", None)
            screen.go("run", case=case_id)
    st.session_state["report-wrong"] = wrong, problem
    st.session_state["attempt"] = st.session_state.get("attempt", 0) + 1
    st.rerun()
