"""New case: pick a procedure, fill in its fields; what each choice makes due is shown at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from checklists.errors import SopwatchError
from checklists.instant import MINUTE, Instant, local_date
from checklists.model import Procedure
from sopwatch.demands import NewEvent
from sopwatch.ui import refused
from sopwatch.ui.entailed import at_intake
from sopwatch.ui.form import DONE, OPENED_AT, OPENING, Asked, dues_after, dues_of_new, fields_of_new, form_told
from sopwatch.ui.frame import Screen, heartbeat, html, nonce, plain, tell
from sopwatch.ui.handing import PROCEDURE as HAND_OVER
from sopwatch.ui.opening import checked, options_of, the_instant
from sopwatch.ui.parts import Answer, held
from sopwatch.ui.parts import form as draw_form
from sopwatch.ui.places import known_places
from sopwatch.ui.tongue import Tongue


def draw(screen: Screen) -> None:
    """Draw the choice of a procedure, or the form of the one that was chosen."""
    chosen = st.query_params.get("procedure")
    if chosen in screen.service.books.pack.procedures:
        _form(screen, str(chosen))
    else:
        _choice(screen)


def _choice(screen: Screen) -> None:
    """Draw the procedures; a hand-over is begun on its own screen, which lists what is open."""
    _, pack = screen.tongue, screen.service.books.pack
    day = local_date(screen.service.clock.now(), _.zone)
    procedures = [pack.in_force(name, day)[0] for name in pack.procedures if name != HAND_OVER]
    html(f'<div class="sop-head"><h2>{escape(_("New case"))}</h2></div>')
    with st.container(horizontal=True, key="procedures"):
        for name, title in options_of(procedures, _):
            st.button(plain(title), key=f"new-{name}", on_click=_choose, args=(screen, name), width=280)


def _choose(screen: Screen, procedure: str) -> None:
    st.session_state.pop("refused", None)
    screen.go("new", procedure=procedure)


def _form(screen: Screen, name: str) -> None:
    """Draw the form; what was sent off is held against what is needed, and opened."""
    _, service = screen.tongue, screen.service
    heartbeat(lambda: service.clock.now() // MINUTE)
    now, place = service.clock.now(), str(st.query_params.get("place", ""))
    procedure, catalogue = service.books.for_new_case(name, local_date(now, _.zone))
    key = f"form-{name}-{nonce()}"
    token, values = held(key).token, held(key).values
    wrong, problem = _refused(procedure, now, _)
    opened_at = _opened_at(values, now, _)[0] or now
    asked = Asked(procedure, catalogue, values, opened_at, now, wrong, known_places(service, procedure))
    html(f'<div class="sop-head"><h2>{escape(_.of(procedure.title, name))}</h2>'
         f'<span class="sop-quiet">{escape(_("＊ is needed"))}</span></div>')  # fmt: skip
    told = form_told(asked, fields_of_new(asked, _), _) | {
        "name": f"{screen.who.id} {name} {place}",
        "token": secrets.token_hex(8),
        "spent": _spent(screen, token),
        "initial": {OPENING: "now", **_initial(procedure, place)},
        "dues": dues_of_new(asked, _),
        "dues_after": dues_after(asked),
        "submit": _("Open the case"),
        "attempt": st.session_state.get("attempt", 0),
        "problem": problem,
    }
    if sent := draw_form(key, told):
        _open(screen, procedure, sent)


def _initial(procedure: Procedure, place: str) -> dict[str, Any]:
    """Return what the address fills in: the place, as a code at a room or device says it."""
    first = next((f.id for f in procedure.fields if f.place), None)
    return {first: place} if first and place else {}


def _refused(procedure: Procedure, now: Instant, _: Tongue) -> tuple[dict[str, str], str]:
    """Return what is wrong with the form as it was last sent off, by field and as a whole, in the reader's language."""
    last: tuple[Mapping[str, Any], SopwatchError | None] | None = st.session_state.get("refused")
    if last is None:
        return {}, ""
    sent, error = last
    return _wrong(procedure, sent, now, _), refused.told(error, _, procedure) if error else ""


def _wrong(procedure: Procedure, sent: Mapping[str, Any], now: Instant, _: Tongue) -> dict[str, str]:
    """Return what is wrong with a form that was sent off, by field."""
    wrong = checked(procedure, sent, _.zone, _)[1]
    wrong_at = _opened_at(sent, now, _)[1]
    return wrong | ({OPENED_AT: wrong_at} if wrong_at else {})


def _spent(screen: Screen, token: str) -> list[str]:
    """Return the names of forms that have opened a case: what was kept of them is not offered again."""
    spent: dict[str, bool] = st.session_state.setdefault("spent", {})
    if token and token not in spent:
        spent[token] = screen.service.store.named(f"ui/{token}") is not None
    return [name for name, is_spent in spent.items() if is_spent]


def _opened_at(values: Mapping[str, Any], now: Instant, _: Tongue) -> tuple[Instant | None, str]:
    """Return the instant of opening, None for now; and what is wrong with it."""
    if values.get(OPENING) != "earlier":
        return None, ""
    if not values.get(OPENED_AT):
        return None, _("Please say when it was.")
    try:
        instant = the_instant(values[OPENED_AT], _.zone, _)
    except ValueError as error:
        return None, str(error)
    return (instant, "") if instant <= now else (None, _("This lies in the future."))


def _open(screen: Screen, procedure: Procedure, sent: Answer) -> None:
    """Hold the form against what is needed, and open the case; sent a second time, it finds it opened."""
    _, now = screen.tongue, screen.service.clock.now()
    problem: SopwatchError | None = None
    if not _wrong(procedure, sent.values, now, _):
        values, at = checked(procedure, sent.values, _.zone, _)[0], _opened_at(sent.values, now, _)[0]
        try:
            case_id = _record(screen, procedure, sent, values, at)
        except SopwatchError as error:
            problem = error
        else:
            st.session_state.setdefault("spent", {})[sent.token] = True
            st.session_state.pop("refused", None)
            screen.go("run", case=case_id, opened="1")
    st.session_state["refused"] = sent.values, problem
    st.session_state["attempt"] = st.session_state.get("attempt", 0) + 1
    st.rerun()


def _record(screen: Screen, procedure: Procedure, sent: Answer, values: Mapping[str, Any], at: Instant | None) -> str:
    """Open the case, then tick what was said to be done with it; return its number. Raises SopwatchError."""
    _, service, who, name = screen.tongue, screen.service, screen.who, f"ui/{sent.token}"
    if (entry := service.store.named(name)) is None:
        new = NewEvent("", "opened", procedure.id, at, data=values, event_id=name)
        case_id = service.record_one(new, who).case_id
    else:
        case_id = entry.event.case_id
    catalogue = service.books.for_new_case(procedure.id, local_date(service.clock.now(), _.zone))[1]
    steps = [s.id for s in at_intake(procedure, catalogue, values) if sent.values.get(DONE + s.id) is True]
    ticks = [NewEvent(case_id, step, None, at, event_id=f"{name}/{step}") for step in steps]
    if any(isinstance(answer, SopwatchError) for answer in service.record(ticks, who)):
        tell(_("The case is open, but not all that is done could be ticked: see the checklist."), "due")
    return case_id
