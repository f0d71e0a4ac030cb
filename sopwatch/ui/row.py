"""Draws a row of the sheet: its state by icon and word, what is due, who did it, the buttons of its evidence."""

from __future__ import annotations

from html import escape
from typing import Literal

import streamlit as st

from sopwatch.casefile import CaseFile
from sopwatch.ui import taps
from sopwatch.ui.clause import Background, behind_step
from sopwatch.ui.deeds import Tick
from sopwatch.ui.frame import Screen, html, nonce, plain
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.kept import kept
from sopwatch.ui.panel import draw_panel
from sopwatch.ui.sheet import Deadline, Flag, Row, Sheet
from sopwatch.ui.tongue import Tongue

SHOWN_TICKS = 3
INLINE_OPTIONS = 3


def draw_row(screen: Screen, file: CaseFile, sheet: Sheet, row: Row) -> None:
    """Draw a row, and below it what was opened of it."""
    step = row.step.id
    with st.container(key=f"row-{step}"):
        with st.container(key=f"line-{step}", horizontal=True, vertical_alignment="center", wrap=False):
            html(row_html(row, sheet, screen.tongue))
            if screen.may("record"):
                _buttons(screen, sheet, row)
            with st.popover("i", key=f"info-{step}"):
                html(_behind(screen, file, step))
        if panel := taps.panel_of(sheet.case_id, step):
            with st.container(key=f"panel-{step}"):
                draw_panel(screen, file, sheet, row, panel)


def _behind(screen: Screen, file: CaseFile, step: str) -> str:
    _, procedure, catalogue = screen.tongue, file.procedure, file.catalogue

    def told() -> str:
        return background_html(behind_step(step, procedure, catalogue, _), _, _("Rules on this step"))

    return kept(("behind", procedure.digest, catalogue.digest, step, _.language), 0, told)


# --- buttons ---------------------------------------------------------------------------------------------------------


def _buttons(screen: Screen, sheet: Sheet, row: Row) -> None:
    """Draw what can be tapped at a row: the undo of a moment, the evidence, and all else under one button."""
    _, step, case_id = screen.tongue, row.step, sheet.case_id
    if taps.undoable(case_id, step.id):
        st.button(_("Undo"), key=f"undo-{nonce()}-{step.id}-{row.serial}", on_click=taps.undo, args=(screen, case_id))
    if sheet.state != "cancelled" and row.takes_more:
        _evidence(screen, sheet, row)
    st.button("⋯", key=f"more-{nonce()}-{step.id}", on_click=taps.toggle, args=(case_id, step.id, "more"))


def _evidence(screen: Screen, sheet: Sheet, row: Row) -> None:
    _, step, case_id = screen.tongue, row.step, sheet.case_id
    key = f"tap-{nonce()}-{step.id}-{row.serial}"
    kind: Literal["primary", "secondary"] = "secondary" if row.waits_for or row.ticks or row.exempt else "primary"
    options = list(step.evidence.options or {})
    if step.subject is None and step.evidence.type == "tick":
        label = _("Once more") if row.ticks else _("✓ Done")
        st.button(label, key=key, type=kind, on_click=taps.tick, args=(screen, case_id, row))
    elif step.subject is None and step.evidence.type == "choice" and len(options) <= INLINE_OPTIONS and not row.ticks:
        for option in options:
            title = plain(_.choice(step.evidence.options, option))
            st.button(title, key=f"{key}-{option}", on_click=taps.tick, args=(screen, case_id, row, option))
    else:
        label = _more_words(_)[step.evidence.type] if row.ticks else _words(_)[step.evidence.type]
        if step.subject not in (None, "free"):
            label = _("By name …")
        st.button(label, key=key, type=kind, on_click=taps.toggle, args=(case_id, step.id, "do"))


def _words(_: Tongue) -> dict[str, str]:
    return {
        "tick": _("Done …"),
        "text": _("Write …"),
        "number": _("Enter …"),
        "choice": _("Choose …"),
        "photo": _("Photo …"),
        "signature": _("Sign …"),
    }


def _more_words(_: Tongue) -> dict[str, str]:
    return {**_words(_), "tick": _("Once more …"), "text": _("Write more …"), "photo": _("One more photo …")}


# --- HTML ------------------------------------------------------------------------------------------------------------


def state_words(_: Tongue) -> dict[str, str]:
    """Return the word of each state of a row."""
    return {
        "done": _("Done"),
        "overdue": _("Overdue"),
        "flagged": _("Violation"),
        "due": _("Due"),
        "todo": _("To do"),
        "waiting": _("Waits"),
        "not_applicable": _("Not applicable"),
        "cannot_do": _("Cannot be done"),
    }


def row_html(row: Row, sheet: Sheet, _: Tongue) -> str:
    """Return a row's text as HTML."""
    off = " sop-off" if row.state in ("waiting", "not_applicable") else ""
    role = f' <span class="sop-quiet">· {escape(row.role)}</span>' if row.role else ""
    more = [*_done_html(row, sheet, _), *(_deadline_html(d, sheet.now, _) for d in row.deadlines)]
    more += [_flag_html(flag, sheet.now, _) for flag in row.flags]
    if row.exempt:
        said = _("{who}, {at}: {reason}", who=row.exempt.by, at=_.moment(row.exempt.at, sheet.now),
                 reason=row.exempt.reason)  # fmt: skip
        more.append(f"<div>{escape(said)}</div>")
    if row.waits_for:
        first = _("First: {steps}", steps=_(", ").join(row.waits_for))
        more.append(f'<div class="sop-quiet">{icon("waiting")}{escape(first)}</div>')
    return (
        f'<div class="sop-row{off}">{mark(row.state, state_words(_)[row.state])}'
        f'<div><span class="sop-title">{escape(row.title)}</span>{role}</div>'
        f'<div class="sop-more">{"".join(more)}</div></div>'
    )


def _done_html(row: Row, sheet: Sheet, _: Tongue) -> list[str]:
    """Return who did it and when: of many ticks the last few, and how many there are."""
    said = [_tick_html(t, sheet.now, _) for t in row.ticks[-SHOWN_TICKS:]]
    if len(row.ticks) > 1:
        count = _.translator.ngettext("{n} time", "{n} times", len(row.ticks))
        said.insert(0, f"<div><b>{escape(count)}</b></div>")
    tallies = [
        f"{escape(t.subject)} <b>{t.done}{f'/{t.wanted}' if t.wanted is not None else ''}</b>" for t in row.tallies
    ]
    return [f"<div>{icon('person')}{' · '.join(tallies)}</div>", *said] if tallies else said


def _tick_html(tick: Tick, now: int, _: Tongue) -> str:
    parts = [tick.subject or "", tick.value, tick.by + (f" ({tick.role})" if tick.role else ""), _.moment(tick.at, now)]
    if tick.entered_late:
        parts.append(_("entered {at}", at=_.moment(tick.recorded_at, now)))
    return f"<div>{icon('done')}{escape(' · '.join(part for part in parts if part))}</div>"


def _deadline_html(deadline: Deadline, now: int, _: Tongue) -> str:
    whose = f" · {escape(deadline.subject)}" if deadline.subject else ""
    house = f' <span class="sop-tag">{escape(_("house figure"))}</span>' if deadline.house else ""
    return (
        f'<div class="sop-due">{icon("due")}<b>{escape(_.countdown(deadline.due_at, now))}</b> '
        f"({escape(_.moment(deadline.due_at, now))}) · {escape(deadline.title)}{whose}{house}</div>"
    )


def _flag_html(flag: Flag, now: int, _: Tongue) -> str:
    whose = f" · {escape(flag.subject)}" if flag.subject else ""
    short = f' <span class="sop-tag">{escape(_("short notice"))}</span>' if flag.short_notice else ""
    late = f"<b>{escape(_.countdown(flag.due_at, now))}</b> · " if flag.due_at is not None else ""
    return f'<div class="sop-flagged">{icon("flagged")}{late}{escape(flag.title)}{whose}{short}</div>'


def background_html(behind: Background, _: Tongue, heading: str) -> str:
    """Return the SOP's sentences and the rules that are held over them as HTML."""
    parts = []
    for sentence in behind.sentences:
        parts.append(f"<p><b>{escape(sentence.id)}</b> <span class='sop-quiet'>{escape(behind.document)}</span></p>")
        parts.append(f"<blockquote>{escape(sentence.words)}</blockquote>")
        parts += [f"<p>{escape(text)}</p>" for text in (sentence.translation,) if text]
        if sentence.reading:
            parts.append(f"<p class='sop-quiet'>{escape(_('Read as: {reading}', reading=sentence.reading))}</p>")
        if sentence.manual:
            parts.append(f"<p class='sop-quiet'>{escape(_('Judged by people: {reason}', reason=sentence.manual))}</p>")
    if behind.rules:
        parts.append(f"<p><b>{escape(heading)}</b></p>")
    for rule in behind.rules:
        house = f'<span class="sop-tag">{icon("house")}{escape(_("house figure, not the source’s"))}</span>'
        parts.append(f"<p>{escape(rule.title)} <span class='sop-tag'>{escape(rule.severity)}</span>"
                     f"{house if rule.house else ''}</p>")  # fmt: skip
        parts += [f"<p class='sop-quiet'>{escape(rule.reading)}</p>" for _text in (rule.reading,) if rule.reading]
    return f'<div class="sop-sentence">{"".join(parts)}</div>'
