"""My shift: the open cases, overdue on top, then by next deadline; a tap leads to the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from rules.cadence import cadences
from sopwatch.casefile import CaseFile
from sopwatch.departments import department_title
from sopwatch.ui.brief import brief_html
from sopwatch.ui.frame import Screen, heartbeat, html, nonce, note, plain, stamp_of
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.kept import kept
from sopwatch.ui.offline import offline_html, offline_text
from sopwatch.ui.printing import shift_list_html
from sopwatch.ui.reports import draw_waiting
from sopwatch.ui.scanning import draw_scan
from sopwatch.ui.shift import Card, cards, chosen
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.waiting import waiting_html

PAGE = 24


def draw(screen: Screen) -> None:
    """Draw the cards, and look every two seconds whether something is new."""
    _ = screen.tongue
    stamp = stamp_of(screen.service)
    heartbeat(stamp)
    draw_waiting(screen)
    files = open_files(screen, stamp())
    now = screen.service.clock.now()
    shown = _filtered(screen, cards(files, now, _))
    _to_cadence(screen, files)
    if not shown:
        note(_("No open cases here."), "done")
    limit = int(st.session_state.get("shift_limit", PAGE))
    of_case = {file.case_id: file for file in files}
    for card in shown[:limit]:
        _card(screen, card, of_case[card.case_id], now)
    if len(shown) > limit:
        more = _("Show more ({n} left)", n=len(shown) - limit)
        st.button(more, key="shift_more", width="stretch", on_click=_show_more, args=(limit + PAGE,))
    html(shift_list_html({name: st.query_params.get_all(name) for name in ("department", "procedure", "place")}, _))


def _to_cadence(screen: Screen, files: Sequence[CaseFile]) -> None:
    """Draw the way to Cadence where something recurs now."""
    rooms = sum(bool(cadences(file.case, file.catalogue)) for file in files)
    if rooms and screen.may("record"):
        label = screen.tongue.translator.ngettext("Cadence: {n} room", "Cadence: {n} rooms", rooms)
        st.button(
            plain(label), key="to-cadence", type="primary", width="stretch", on_click=screen.go, args=("cadence",)
        )


def open_files(screen: Screen, stamp: tuple[int, int, int]) -> list[CaseFile]:
    """Return the open cases; all sessions share one reading until something is new."""
    return kept(("open", id(screen.service)), stamp, screen.service.open_cases)


def _show_more(limit: int) -> None:
    st.session_state["shift_limit"] = limit


def _filtered(screen: Screen, all_cards: list[Card]) -> list[Card]:
    _ = screen.tongue
    titles = dict(sorted({card.procedure: card.title for card in all_cards}.items()))
    overdue = sum(card.state == "overdue" for card in all_cards)
    with st.container(horizontal=True, vertical_alignment="bottom", key="shift-filter"):
        late = mark("overdue", _("{n} overdue", n=overdue)) if overdue else ""
        count = escape(_("{n} open", n=len(all_cards)))
        html(f'<div class="sop-head"><h2>{escape(_("My shift"))}</h2><span>{count}</span>{late}</div>')
        place = st.text_input(
            _("Place or number"),
            key=_remembered("place"),
            placeholder=_("Place or number"),
            label_visibility="collapsed",
            persist_state="session",
            width=200,
        )
        draw_scan(screen, "shift-scan", small=True)
    own = screen.service.property.departments
    departments = {c.department: department_title(c.department, own, _.translator) for c in all_cards}
    wanted = {
        "procedure": _pills("procedure", _("Procedure"), titles),
        "department": _pills("department", _("Department"), dict(sorted(departments.items(), key=lambda x: x[1]))),
        "place": [place] if place else [],
    }
    for name, values in wanted.items():
        if st.query_params.get_all(name) != values:
            st.query_params[name] = values
    return chosen(all_cards, wanted["procedure"], place or "", wanted["department"])


def _pills(name: str, label: str, titles: Mapping[str, str]) -> list[str]:
    """Draw a filter, where there is something to choose, and return what was chosen."""
    if len(titles) < 2:
        return []
    key = _remembered(name, list(titles))
    return st.pills(
        label, list(titles), selection_mode="multi", format_func=lambda x: plain(titles.get(x) or str(x)), key=key,
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip


def _remembered(name: str, offered: Sequence[str] | None = None) -> str:
    """Return the key of a filter, set as the address says where this session has not drawn it yet."""
    key = f"shift-{name}-{nonce()}"
    if key not in st.session_state:
        told = st.query_params.get_all(name)
        if offered is None:
            st.session_state[key] = told[0][:100] if told else ""
        else:
            st.session_state[key] = [value for value in told if value in offered]
    return key


def _card(screen: Screen, card: Card, file: CaseFile, now: int) -> None:
    _ = screen.tongue
    with st.container(key=f"card-{card.state}-{card.case_id}"):
        late = card.state == "overdue"
        silent = offline_text(screen.service.presence, card.case_id, now, _) if late else ""
        html(card_html(card, now, _, silent, brief(screen, file)))
        label = f"{card.title} {card.place} {card.case_id}"
        st.button(plain(label), key=f"open-{card.case_id}", on_click=_open, args=(screen, card.case_id))


def _open(screen: Screen, case_id: str) -> None:
    screen.go("run", case=case_id)


def brief(screen: Screen, file: CaseFile) -> str:
    """Return as HTML what a card says of a case beside its place; who does not work on cases sees nothing personal."""
    return brief_html(file, screen.reader, personal=screen.may("record"), _=screen.tongue)


def card_html(card: Card, now: int, _: Tongue, silent: str = "", lines: str = "") -> str:
    """Return a card as HTML; `silent` says whose tablet is offline, `lines` are HTML that tells more of the case."""
    words = {"overdue": _("Overdue"), "soon": _("Due soon"), "on_time": _("In time"), "no_deadline": _("No deadline")}
    left = _.countdown(card.due_at, now) if card.due_at is not None else ""
    due = f"{icon('due')}{escape(_.moment(card.due_at, now))}" if card.due_at is not None else ""
    broken = ""
    if card.open_violations:
        broken = mark("flagged", _.translator.ngettext("{n} violation", "{n} violations", card.open_violations))
    what = " · ".join(text for text in (card.title if card.place else "", card.next_step) if text) or "—"
    opened = _("opened {at}", at=_.moment(card.opened_at, now))
    return (
        '<div class="sop-card">'
        f'<span class="sop-big">{escape(card.place or card.title)}</span>'
        f'<span class="sop-right">{mark(card.state, words[card.state])}</span>'
        f"{lines}<span>{escape(what)}</span>"
        f'<span class="sop-right sop-big">{escape(left)}</span>'
        f'<span class="sop-quiet">{escape(card.case_id)} · {escape(opened)} {broken}</span>'
        f'<span class="sop-right sop-quiet">{due}</span>{offline_html(silent)}{waiting_html(card.case_id, _)}</div>'
    )
