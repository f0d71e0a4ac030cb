"""Draws what opens below a row: the evidence that needs more than a tap, and what else can be said of a step."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from checklists.model import Procedure
from sopwatch.casefile import CaseFile
from sopwatch.demands import acting_role
from sopwatch.ui import taps
from sopwatch.ui.deeds import Exempt, Tick
from sopwatch.ui.fields import draw_error
from sopwatch.ui.frame import Screen, html, nonce, plain, tell
from sopwatch.ui.parts import pad, photo
from sopwatch.ui.sheet import Row, Sheet
from sopwatch.ui.taps import Panel
from sopwatch.ui.words import role_of


def draw_panel(screen: Screen, file: CaseFile, sheet: Sheet, row: Row, panel: Panel) -> None:
    """Draw the open part of a row."""
    if panel.part == "more":
        _more(screen, sheet, row, panel)
    else:
        _do(screen, file, sheet, row)
    close = screen._("Leave it")
    st.button(close, key=f"close-{panel.token}", on_click=taps.toggle, args=(sheet.case_id, row.step.id, panel.part))


# --- evidence --------------------------------------------------------------------------------------------------------


def _do(screen: Screen, file: CaseFile, sheet: Sheet, row: Row) -> None:
    """Draw the evidence of a step, after the subject where it has one."""
    subject, known = _subject(screen, sheet, row)
    if not known:
        return
    key, case_id = f"do-{nonce()}-{row.step.id}-{row.serial}", sheet.case_id
    match row.step.evidence.type:
        case "tick":
            if row.step.subject == "free":
                _record(screen, key, lambda: _about(screen, sheet, row, key))
        case "choice":
            _choice(screen, sheet, row, subject, key)
        case "text":
            st.text_area(screen._("What to write down"), key=f"{key}-text", on_change="ignore", height="content")
            _record(screen, key, lambda: _written(screen, sheet, row, subject, key))
        case "number":
            unit = screen.tongue.unit(row.step.unit)
            label = screen._("Number ({unit})", unit=unit) if unit else screen._("Number")
            st.number_input(plain(label), value=None, key=f"{key}-number", on_change="ignore")
            _record(screen, key, lambda: _measured(screen, sheet, row, subject, key))
        case "photo":
            photo(key, _photo_texts(screen), lambda value: taps.photo_taken(screen, case_id, row, value, subject))
        case "signature":
            _signature(screen, file, sheet, row, key)


def _record(screen: Screen, key: str, deed: Callable[[], None]) -> None:
    if st.session_state.pop(f"{key}-missing", False):
        draw_error(screen._("This is needed."))
    st.button(screen._("Record"), key=f"{key}-record", type="primary", on_click=deed)


def _subject(screen: Screen, sheet: Sheet, row: Row) -> tuple[str | None, bool]:
    """Draw whom it is about; return the subject, and whether the evidence can be asked for."""
    _, step = screen.tongue, row.step
    key = f"do-{nonce()}-{step.id}-{row.serial}"
    if step.subject is None:
        return None, True
    if step.subject == "free":
        st.text_input(_("Whom or what is it about?"), key=f"{key}-subject", on_change="ignore")
        return None, True
    if step.evidence.type == "tick":
        with st.container(horizontal=True, key=f"{key}-names"):
            for n, tally in enumerate(row.tallies):
                count = f"{tally.done}/{tally.wanted}" if tally.wanted is not None else str(tally.done)
                st.button(
                    f"＋ {plain(tally.subject)} · {count}", key=f"{key}-{n}", on_click=taps.tick,
                    args=(screen, sheet.case_id, row, None, tally.subject),
                )  # fmt: skip
        return None, False
    names = [tally.subject for tally in row.tallies]
    chosen = st.segmented_control(_("Who?"), names, format_func=plain, key=f"{key}-who")
    return chosen, chosen is not None


def _free(key: str, screen: Screen) -> str | None:
    """Return the subject that was typed, None for none."""
    typed = str(st.session_state.get(f"{key}-subject") or "").strip()
    if not typed and f"{key}-subject" in st.session_state:
        tell(screen._("Please say whom or what it is about."), "overdue")
    return typed or None


def _complete(screen: Screen, row: Row, key: str, subject: str | None) -> tuple[str | None, bool]:
    if row.step.subject != "free":
        return subject, True
    typed = _free(key, screen)
    return typed, typed is not None


def _about(screen: Screen, sheet: Sheet, row: Row, key: str) -> None:
    if subject := _free(key, screen):
        taps.tick(screen, sheet.case_id, row, subject=subject)


def _written(screen: Screen, sheet: Sheet, row: Row, subject: str | None, key: str) -> None:
    text = str(st.session_state.get(f"{key}-text") or "").strip()
    subject, complete = _complete(screen, row, key, subject)
    st.session_state[f"{key}-missing"] = not text
    if text and complete:
        taps.tick(screen, sheet.case_id, row, text, subject)


def _measured(screen: Screen, sheet: Sheet, row: Row, subject: str | None, key: str) -> None:
    value = st.session_state.get(f"{key}-number")
    subject, complete = _complete(screen, row, key, subject)
    st.session_state[f"{key}-missing"] = value is None
    if value is not None and complete:
        whole = isinstance(value, float) and value.is_integer()
        taps.tick(screen, sheet.case_id, row, int(value) if whole else value, subject)


def _choice(screen: Screen, sheet: Sheet, row: Row, subject: str | None, key: str) -> None:
    options = row.step.evidence.options or {}

    def chosen(option: Any) -> None:
        about, complete = _complete(screen, row, key, subject)
        if complete:
            taps.tick(screen, sheet.case_id, row, option, about)

    with st.container(horizontal=True, key=f"{key}-options"):
        for option in options:
            st.button(
                plain(screen.tongue.choice(options, option)), key=f"{key}-{option}", on_click=chosen, args=(option,)
            )


def _photo_texts(screen: Screen) -> dict[str, str]:
    _ = screen.tongue
    return {"take": _("Take or choose a photo"), "keep": _("Record"), "no_picture": _("This is no picture.")}


def _signature(screen: Screen, file: CaseFile, sheet: Sheet, row: Row, key: str) -> None:
    """Draw the pad: staff sign for themselves, others with printed name and role."""
    _, procedure = screen.tongue, file.procedure
    roles = outsiders(procedure, row, screen)
    if roles:
        meaning = _("The signer signs for “{step}”.", step=row.title)
    else:
        role = acting_role(row.step.id, screen.who, row.step, file.catalogue)
        meaning = _("You sign for “{step}” as {name} ({role}).", step=row.title, name=screen.who.name,
                    role=role_of(role, procedure, _) or _("no role"))  # fmt: skip
    texts = {
        "meaning": meaning,
        "name_label": _("Printed name ＊"),
        "role_label": _("Role"),
        "clear": _("Clear"),
        "sign": _("Record"),
        "name_missing": _("The printed name is needed."),
        "ink_missing": _("Please sign in the box."),
    }
    pad(key, texts, roles, lambda value: taps.signed(screen, sheet.case_id, row, value))


def outsiders(procedure: Procedure, row: Row, screen: Screen) -> list[tuple[str, str]]:
    """Return the roles of signers who are no staff, the step's usual one first; none where staff sign."""
    known = procedure.roles
    usual = row.step.role[0] if row.step.role else ""
    if usual not in known or known[usual].department is not None:
        return []
    names = [usual, *(name for name, role in known.items() if role.department is None and name != usual)]
    return [(name, role_of(name, procedure, screen.tongue)) for name in names]


# --- what else can be said -------------------------------------------------------------------------------------------


def _more(screen: Screen, sheet: Sheet, row: Row, panel: Panel) -> None:
    """Draw the reasons: not applicable, cannot be done, taken back; and the pictures of a step."""
    _ = screen.tongue
    supervises = screen.may("supervise")
    back: list[Tick | Exempt] = [t for t in row.ticks if t.own or supervises]
    if row.exempt and (row.exempt.own or supervises):
        back.append(row.exempt)
    _pictures(screen, row)
    if row.ticks and not back:
        html(f"<p>{escape(_('Only who did it, or a supervisor, can take it back.'))}</p>")
        return
    if not back and row.ticks:
        return
    st.text_input(_("Reason ＊"), key=f"reason-{panel.token}", on_change="ignore")
    if st.session_state.pop(f"missing-{panel.token}", False):
        draw_error(_("A reason is needed."))
    with st.container(horizontal=True, key=f"reasons-{panel.token}"):
        if not row.ticks and not row.exempt and sheet.state != "cancelled":
            for word, label in (("_not_applicable", _("Not applicable")), ("_cannot_do", _("Cannot be done"))):
                st.button(label, key=f"{word}-{panel.token}", on_click=_exempt, args=(screen, row, panel, word))
        for n, entry in enumerate(reversed(back[-5:])):
            label = _("Take back: {at}", at=_.moment(entry.at, sheet.now))
            st.button(
                plain(label), key=f"back-{n}-{panel.token}", on_click=_take_back, args=(screen, panel, entry.event_id)
            )


def _pictures(screen: Screen, row: Row) -> None:
    with st.container(horizontal=True, key=f"pictures-{row.step.id}"):
        for tick in row.ticks[-4:]:
            if tick.file and (content := screen.service.store.file(tick.file)):
                st.image(content, width=320)


def _reason(panel: Panel) -> str:
    reason = str(st.session_state.get(f"reason-{panel.token}") or "").strip()
    st.session_state[f"missing-{panel.token}"] = not reason
    return reason


def _exempt(screen: Screen, row: Row, panel: Panel, word: str) -> None:
    if reason := _reason(panel):
        taps.write(screen, panel, word, {"step": row.step.id, "reason": reason})


def _take_back(screen: Screen, panel: Panel, event_id: str) -> None:
    if reason := _reason(panel):
        taps.write(screen, panel, "retracted", {"event_id": event_id, "reason": reason})
