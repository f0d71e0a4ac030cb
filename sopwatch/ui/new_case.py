"""New case: pick a procedure, fill in its fields; the deadlines that depend on them are shown at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from checklists.instant import Instant, local_date
from checklists.model import Procedure
from rules.kinds import Catalogue
from sopwatch.demands import NewEvent
from sopwatch.ui.fields import draw_error, draw_fields, draw_when
from sopwatch.ui.frame import Screen, attempt, html, nonce, plain
from sopwatch.ui.icons import icon
from sopwatch.ui.opening import checked, falls_due, in_order, options_of, the_instant


def draw(screen: Screen) -> None:
    """Draw the choice of a procedure, or the form of the one that was chosen."""
    chosen = st.query_params.get("procedure")
    if chosen in screen.service.books.pack.procedures:
        _form(screen, str(chosen))
    else:
        _choice(screen)


def _choice(screen: Screen) -> None:
    _, pack = screen.tongue, screen.service.books.pack
    day = local_date(screen.service.clock.now(), _.zone)
    procedures = [pack.in_force(name, day)[0] for name in pack.procedures]
    html(f'<div class="sop-head"><h2>{escape(_("New case"))}</h2></div>')
    with st.container(horizontal=True, key="procedures"):
        for name, title in options_of(procedures, _):
            st.button(plain(title), key=f"new-{name}", on_click=_choose, args=(screen, name), width=280)


def _choose(screen: Screen, procedure: str) -> None:
    st.session_state["form"] = secrets.token_hex(4)
    st.session_state.pop("wrong", None)
    screen.go("new", procedure=procedure)


def _form(screen: Screen, name: str) -> None:
    _, now = screen.tongue, screen.service.clock.now()
    procedure, catalogue = screen.service.books.for_new_case(name, local_date(now, _.zone))
    form = str(st.session_state.setdefault("form", secrets.token_hex(4)))
    wrong: Mapping[str, str] = st.session_state.get("wrong", {})
    html(f'<div class="sop-head"><h2>{escape(_.of(procedure.title, name))}</h2>'
         f'<span class="sop-quiet">{escape(_("＊ is needed"))}</span></div>')  # fmt: skip
    fields = in_order(procedure, catalogue)
    first = [f for f in fields if f.type == "choice" and f.id in _guards(catalogue)]
    raw = draw_fields(screen, first, form, wrong)
    preview = st.container()
    raw |= draw_fields(screen, [f for f in fields if f not in first], form, wrong)
    opened = _opening(screen, form, wrong)
    with preview:
        _preview(screen, procedure, catalogue, raw, opened)
    if wrong:
        draw_error(_("Something is missing or wrong above: see the marked fields."))
    if st.button(_("Open the case"), type="primary", key=f"{form}-open", width="stretch"):
        _open(screen, procedure, form, raw, opened)


def _guards(catalogue: Catalogue) -> set[str]:
    return {name for rule in catalogue.rules for name in rule.when if rule.kind.name in ("response", "lead")}


def _opening(screen: Screen, form: str, wrong: Mapping[str, str]) -> str | None:
    """Draw when it happened: now, or an earlier time; return the wall clock's time, None for now."""
    _ = screen.tongue
    said = {"now": _("Now"), "earlier": _("Earlier")}
    with st.container(key=f"field-{form}-opened-at"):
        choice = st.segmented_control(
            _("When was it reported?"), list(said), format_func=lambda x: said[x], key=f"{form}-{nonce()}-opening",
            default="now", required=True,
        )  # fmt: skip
        text = None
        if choice == "earlier":
            text = draw_when(screen, _("The call was at"), f"{form}-{nonce()}-opened") or ""
        if "" in wrong:
            draw_error(wrong[""])
    return text


def _opened_at(screen: Screen, text: str | None) -> Instant | None:
    """Return the instant of opening, None for now. Raises ValueError in the reader's words."""
    _ = screen.tongue
    if text is None:
        return None
    if not text:
        raise ValueError(_("Please say when it was."))
    instant = the_instant(text, _.zone, _)
    if instant > screen.service.clock.now():
        raise ValueError(_("This lies in the future."))
    return instant


def _preview(
    screen: Screen, procedure: Procedure, catalogue: Catalogue, raw: Mapping[str, Any], opened: str | None
) -> None:
    """Draw the deadlines that depend on what stands in the fields."""
    _, now = screen.tongue, screen.service.clock.now()
    values, _wrong = checked(procedure, raw, _.zone, _)
    try:
        at = _opened_at(screen, opened) or now
    except ValueError:
        at = now
    dues = falls_due(procedure, catalogue, values, at, _.zone)[:6]
    if not dues:
        html("<span></span>")
        return
    house = f' <span class="sop-tag">{escape(_("house figure"))}</span>'
    said = "".join(
        f"<li>{icon('due')}<b>{escape(_.moment(due.due_at, now))}</b> · {escape(_.of(due.rule.title, due.rule.id))}"
        f"{house if due.rule.house else ''}</li>"
        for due in dues
    )
    html(f'<div class="sop-note sop-due"><b>{escape(_("Then it is due:"))}</b><ul class="sop-dues">{said}</ul></div>')


def _open(screen: Screen, procedure: Procedure, form: str, raw: Mapping[str, Any], opened: str | None) -> None:
    """Hold the form against what is needed, and open the case; a second tap finds it opened."""
    _, at = screen.tongue, None
    values, wrong = checked(procedure, raw, _.zone, _)
    try:
        at = _opened_at(screen, opened)
    except ValueError as error:
        wrong[""] = str(error)
    st.session_state["wrong"] = wrong
    if not wrong:
        new = NewEvent("", "opened", procedure.id, at, data=values, event_id=f"ui/{nonce()}/{form}")
        receipts: list[str] = []
        if attempt(screen, lambda: receipts.append(screen.service.record_one(new, screen.who).case_id)):
            st.session_state.pop("form", None)
            screen.go("run", case=receipts[0], opened="1")
    st.rerun()
