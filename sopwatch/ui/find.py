"""Find: any case by number, words, people, state and day of opening; what is asked stands in the address."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any

import streamlit as st

from checklists.instant import local_date
from sopwatch.casefile import CaseFile
from sopwatch.search import PAGE, STATES, Asked, address_of, asked_of
from sopwatch.ui.brief import brief_html
from sopwatch.ui.frame import Screen, heartbeat, html, nonce, note, plain, stamp_of
from sopwatch.ui.icons import mark
from sopwatch.ui.matches import all_matches_html, matches
from sopwatch.ui.scanning import draw_scan
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.waiting import waiting_html
from sopwatch.ui.words import place_of

ANY = "any"


def draw(screen: Screen) -> None:
    """Draw the box and its filters as the address has them, and what is found, a page at a time."""
    _, service = screen.tongue, screen.service
    asked = asked_of(st.query_params)
    html(f'<div class="sop-head"><h2>{escape(_("Find a case"))}</h2></div>')
    draw_scan(screen, "find-scan")
    _box(screen, asked)
    _filters(screen, asked)
    heartbeat(stamp_of(service))
    total, files = service.search(asked)
    last = max(0, (total - 1) // PAGE)
    if asked.page > last:
        _ask(replace(asked, page=last))
        st.rerun()
    html(f'<div class="sop-head"><b>{escape(_.translator.ngettext("{n} case", "{n} cases", total))}</b></div>')
    if not total:
        note(_("No case fits. Try fewer words, or take a filter away."), "info")
    for file in files:
        _card(screen, file, asked)
    if last:
        _turn(screen, asked, last)


def _ask(asked: Asked) -> None:
    """Put what is asked into the address."""
    given = address_of(asked)
    for key in ("q", "state", "procedure", "from", "to", "page", "case"):
        if key in given:
            st.query_params[key] = given[key]
        elif key in st.query_params:
            del st.query_params[key]


# --- what is asked ---------------------------------------------------------------------------------------------------


def _box(screen: Screen, asked: Asked) -> None:
    _ = screen.tongue
    key = f"find-text-{nonce()}-{asked.text}"  # another box for each text: it shows what the address says

    def typed() -> None:
        _ask(replace(asked, text=str(st.session_state[key] or "").strip(), page=0))

    label = _("Number, place, name or words")
    with st.container(key="find-box"):
        st.text_input(label, asked.text, key=key, placeholder=_("42, 805, leak …"), on_change=typed, type="search",
                      max_chars=400)  # fmt: skip


def _filters(screen: Screen, asked: Asked) -> None:
    _, pack = screen.tongue, screen.service.books.pack
    states = {ANY: _("Any state"), **state_words(_)}
    titles = {ANY: _("All procedures")}
    for name in sorted(pack.procedures):
        titles[name] = _.of(pack.newest(name)[0].title, name)
    procedure = asked.procedure if asked.procedure in titles else ANY
    with st.container(horizontal=True, vertical_alignment="bottom", key="find-filter"):
        _choice(_("State"), "state", states, asked.state or ANY, lambda x: _changed(asked, state=x))
        _choice(_("Procedure"), "procedure", titles, procedure, lambda x: _changed(asked, procedure=x))
        _period(screen, asked)
        if asked != Asked(page=asked.page):
            st.button(_("Clear all"), key="find-clear", on_click=_ask, args=(Asked(),))


def _choice(label: str, part: str, titles: Mapping[str, str], now: str, choose: Callable[[str | None], None]) -> None:
    key, options = f"find-{part}-{nonce()}-{now}", list(titles)

    def chosen() -> None:
        value = str(st.session_state[key])
        choose(None if value == ANY else value)

    st.selectbox(label, options, options.index(now), lambda x: titles.get(x, x), key, on_change=chosen, width=190)


def _period(screen: Screen, asked: Asked) -> None:
    """Draw the choice of a period, and its two days where it is none of the usual ones."""
    _ = screen.tongue
    today = local_date(screen.service.clock.now(), _.zone)
    usual: dict[str | None, tuple[date | None, date | None]] = {
        None: (None, None),
        "today": (today, today),
        "week": (today - timedelta(days=6), None),
        "month": (today - timedelta(days=30), None),
    }
    known = next((name for name, days in usual.items() if days == (asked.since, asked.until)), "days")

    def choose(name: str | None) -> None:
        since, until = usual.get(name, (today - timedelta(days=6), today))
        _changed(asked, since=since, until=until)

    titles = {ANY: _("Any time"), "today": _("Today"), "week": _("7 days"), "month": _("31 days"),
              "days": _("From … to …")}  # fmt: skip
    _choice(_("Opened"), "period", titles, known or ANY, choose)
    if known == "days":
        if asked.since:
            _day(screen, asked, "since", _("Opened from"), asked.since)
        _day(screen, asked, "until", _("Opened until"), asked.until or today)


def _day(screen: Screen, asked: Asked, part: str, label: str, now: date) -> None:
    """Draw a day as three lists of numbers: nothing in them is to be translated."""
    _, key = screen.tongue, f"find-{part}-{nonce()}-{now}"
    this_year = local_date(screen.service.clock.now(), _.zone).year
    years = sorted({now.year, *range(this_year - 5, this_year + 1)})
    with st.container(key=f"find-{part}", width="content"):
        html(f'<div class="sop-label">{escape(label)}</div>')
        with st.container(horizontal=True, gap="small", key=f"find-{part}-day", width="content"):
            year = _number(_("Year"), years, now.year, f"{key}-year")
            month = _number(_("Month"), range(1, 13), now.month, f"{key}-month")
            day = _number(_("Day"), range(1, 32), now.day, f"{key}-day")
    chosen = date(year, month, min(day, monthrange(year, month)[1]))
    if chosen != now:
        _changed(asked, **{part: chosen})
        st.rerun()


def _number(label: str, numbers: Sequence[int], now: int, key: str) -> int:
    return int(st.selectbox(label, numbers, numbers.index(now), "{:02}".format, key,
                            label_visibility="collapsed", width=104))  # fmt: skip


def _changed(asked: Asked, **changes: Any) -> None:
    _ask(replace(asked, page=0, **changes))


# --- what is found ---------------------------------------------------------------------------------------------------


def state_words(_: Tongue) -> dict[str, str]:
    """Return the states of a case in words."""
    words = {"open": _("Under way"), "closed": _("Closed"), "cancelled": _("Cancelled")}
    return {state: words[state] for state in STATES}


def _card(screen: Screen, file: CaseFile, asked: Asked) -> None:
    _ = screen.tongue
    with st.container(key=f"card-found-{file.case_id}"):
        html(found_html(screen, file, asked.text))
        label = f"{_.of(file.procedure.title)} {place_of(file.procedure, file.case.fields)} {file.case_id}"
        # The browser's way back leads over this screen with the parameters of the link: it shows what was asked.
        asked_for = {**address_of(asked), "case": file.case_id}
        st.page_link(screen.pages["run"], label=plain(label), query_params=asked_for)


def found_html(screen: Screen, file: CaseFile, text: str) -> str:
    """Return a case that was found as HTML: number, procedure, place, state, opening, and why it was found."""
    _, now = screen.tongue, screen.service.clock.now()
    place, title = place_of(file.procedure, file.case.fields), _.of(file.procedure.title, file.procedure.id)
    state = "todo" if file.state == "open" else file.state
    opened = _("opened {at}", at=_.moment(file.case.events[0].occurred_at, now))
    lines = brief_html(file, screen.reader, personal=screen.may("record"), _=_)
    why = all_matches_html(matches(file, text, screen.reader, _), text, _)
    return (
        f'<div class="sop-card"><span class="sop-big">{escape(place or title)}</span>'
        f'<span class="sop-right">{mark(state, state_words(_)[file.state])}</span>'
        f"{lines}<span><b>{escape(file.case_id)}</b>{escape(f' · {title}' if place else '')}</span>"
        f'<span class="sop-right sop-quiet">{escape(opened)}</span>{waiting_html(file.case_id, _)}</div>{why}'
    )


def _turn(screen: Screen, asked: Asked, last: int) -> None:
    _, number = screen.tongue, asked.page
    with st.container(horizontal=True, vertical_alignment="center", key="find-pages"):
        st.button(_("Newer"), key="find-newer", disabled=number == 0, on_click=_ask,
                  args=(replace(asked, page=number - 1),))  # fmt: skip
        html(f"<p>{escape(_('Page {n} of {all}', n=number + 1, all=last + 1))}</p>")
        st.button(_("Older"), key="find-older", disabled=number >= last, on_click=_ask,
                  args=(replace(asked, page=number + 1),))  # fmt: skip
