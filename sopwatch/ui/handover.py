"""Hand-over: the open items list themselves, a note is left, and the case is opened in which both sign."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from checklists.instant import local_date
from checklists.model import Procedure
from sopwatch.casefile import CaseFile
from sopwatch.demands import NewEvent
from sopwatch.facts import LONGEST
from sopwatch.ui.frame import Screen, attempt, draw_error, heartbeat, html, nonce, note, plain, stamp_of, tell
from sopwatch.ui.handing import (
    MOST,
    PROCEDURE,
    departments_of,
    fields_of,
    fits,
    items_of,
    next_is_due,
    of_department,
    shift_that_ends,
    title_of,
    under_way,
)
from sopwatch.ui.my_shift import brief, card_html, open_files
from sopwatch.ui.shift import Card
from sopwatch.ui.words import place_of

SHOWN = 24


def draw(screen: Screen) -> None:
    """Draw what is handed over, and the button that begins it."""
    _, books = screen.tongue, screen.service.books
    stamp = stamp_of(screen.service)
    heartbeat(stamp)
    files = open_files(screen, stamp())
    if PROCEDURE not in books.pack.procedures:
        note(_("This property has no hand-over among its procedures."), "due")
        return
    now = screen.service.clock.now()
    procedure = books.for_new_case(PROCEDURE, local_date(now, _.zone))[0]
    html(f'<div class="sop-head"><h2>{escape(_("Shift hand-over"))}</h2></div>')
    for file in under_way(files):
        _go_on(screen, file)
    if not fits(procedure):
        st.button(_("Start the hand-over"), type="primary", key="handover-new", width="stretch",
                  on_click=_to_form, args=(screen,))  # fmt: skip
        return
    department = _department(screen, files, now)
    items = items_of(files, department, now, _)
    if of_department(files, department, screen.service.property.departments) is None:
        _ask(screen, procedure, department, items)
    _items(screen, items, {file.case_id: file for file in files}, now)


def _go_on(screen: Screen, file: CaseFile) -> None:
    """Say that a hand-over is under way, and lead to it."""
    _, now = screen.tongue, screen.service.clock.now()
    begun = _.moment(file.case.events[0].occurred_at, now)
    place = place_of(file.procedure, file.case.fields) or file.case_id
    note(_("A hand-over is under way: {place}, begun {at}.", place=place, at=begun), "due")
    st.button(plain(_("Go on with the hand-over: {place}", place=place)), key=f"handover-on-{file.case_id}",
              type="primary", width="stretch", on_click=_to_case, args=(screen, file.case_id))  # fmt: skip


def _to_case(screen: Screen, case_id: str) -> None:
    screen.go("run", case=case_id)


def _to_form(screen: Screen) -> None:
    screen.go("new", procedure=PROCEDURE)


def _department(screen: Screen, files: Sequence[CaseFile], now: int) -> str:
    _, own = screen.tongue, screen.service.property.departments
    offered = departments_of(files, now, own, _)
    chosen = st.pills(
        _("Department"), offered, default=offered[0], key=f"handover-department-{nonce()}", required=True,
        format_func=lambda x: plain(title_of(x, own, _.translator)),
    )  # fmt: skip
    return chosen if chosen in offered else offered[0]


def _ask(screen: Screen, procedure: Procedure, department: str, items: Sequence[Card]) -> None:
    """Draw the shift, the note and the button."""
    _, options = screen.tongue, procedure.field["shift"].options or {}
    likely = shift_that_ends(screen.service.clock.now(), _)
    shift = st.pills(
        plain(_.of(procedure.field["shift"].title, "shift")), list(options), key=f"handover-shift-{nonce()}",
        default=likely if likely in options else None, format_func=lambda x: plain(_.choice(options, x)),
    )  # fmt: skip
    if st.session_state.pop("handover-missing", False):
        draw_error(_("Choose the shift first."))
    st.text_area(plain(_.of(procedure.field["note"].title, "note")), key=_note_key(), max_chars=LONGEST,
                 on_change="ignore")  # fmt: skip
    args = (screen, department, shift, [card.case_id for card in items], _token(screen))
    st.button(_("Start the hand-over"), type="primary", key="handover-start", width="stretch",
              on_click=_start, args=args)  # fmt: skip


def _note_key() -> str:
    return f"handover-note-{nonce()}"


def _token(screen: Screen) -> str:
    """Return the name of the entry that the button makes: a double tap makes it once."""
    token = str(st.session_state.setdefault("handover-token", f"ui/{secrets.token_hex(8)}"))
    if screen.service.store.named(token):
        token = st.session_state["handover-token"] = f"ui/{secrets.token_hex(8)}"
    return token


def _start(screen: Screen, department: str, shift: object, listed: Sequence[str], token: str) -> None:
    """Open the case of the hand-over with what was listed, unless somebody has begun the same meanwhile."""
    _, service = screen.tongue, screen.service
    own = service.property.departments
    if not shift:
        st.session_state["handover-missing"] = True
        return
    begun = of_department(service.open_cases(), department, own)
    if begun:
        tell(_("This hand-over was begun already: here it is."), "due")
        screen.go("run", case=begun.case_id)
    title, text = title_of(department, own, _.translator), str(st.session_state.get(_note_key()) or "")
    new = NewEvent("", "opened", PROCEDURE, data=fields_of(title, str(shift), listed, text), event_id=token)
    opened: list[str] = []
    if attempt(screen, lambda: opened.append(service.record_one(new, screen.who).case_id)):
        screen.go("run", case=opened[0])


def _items(screen: Screen, items: Sequence[Card], files: Mapping[str, CaseFile], now: int) -> None:
    """Draw the open items, a tap on one leads to its case."""
    _ = screen.tongue
    count = _.translator.ngettext("{n} open item", "{n} open items", len(items))
    html(f'<div class="sop-head"><h3>{escape(count)}</h3></div>')
    if not items:
        note(_("Nothing is open here."), "done")
    if len(items) > MOST:
        note(_("The {n} most urgent go into the hand-over.", n=MOST), "due")
    for card in items[:SHOWN]:
        with st.container(key=f"card-{card.state}-item-{card.case_id}"):
            html(card_html(card, now, _, lines=brief(screen, files[card.case_id])))
            label = f"{card.title} {card.place} {card.case_id}"
            st.button(plain(label), key=f"item-{card.case_id}", on_click=_to_case, args=(screen, card.case_id))
    if len(items) > SHOWN:
        html(f"<p>{escape(_('and {n} more, under My shift', n=len(items) - SHOWN))}</p>")


def hand_on(screen: Screen, file: CaseFile) -> None:
    """On the sheet of a hand-over: once the outgoing person has signed, let the tablet go to the incoming one."""
    _ = screen.tongue
    if not next_is_due(file, screen.who.id.removeprefix("person:")):
        return
    place = f"/run?case={quote(file.case_id, safe='')}"
    link = f"/sign-in?next={quote(place, safe='')}"
    label = escape(_("Hand the tablet to the next"))
    body = f'<p><a class="sop-link" href="{escape(link)}" target="_self">{label}</a></p>'
    note(_("You have signed. Now the incoming person signs, with their own name."), "due", body=body)
