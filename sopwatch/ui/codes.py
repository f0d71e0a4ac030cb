"""Codes: made for many rooms or devices at once, one a line; printed as sheets of labels; ended."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from sopwatch.codes import KINDS, LONGEST_PLACE, MOST_AT_ONCE, Code, may_make_codes
from sopwatch.ui.frame import Screen, attempt, draw_error, html, nonce, note, plain, tell
from sopwatch.ui.icons import icon
from sopwatch.ui.opening import lines, options_of
from sopwatch.ui.tongue import Tongue

PAGE = 30


def draw(screen: Screen) -> None:
    """Draw the form for new codes, and the codes that hold, each to be printed or ended."""
    if not may_make_codes(screen.who):
        return
    _ = screen.tongue
    html(f'<div class="sop-head"><h2>{escape(_("QR codes of rooms and devices"))}</h2></div>')
    codes = [code for code in screen.service.codes.all() if code.ended_at is None]
    if not codes or st.session_state.get("codes-open"):
        with st.container(key="panel-codes"):
            _form(screen)
    else:
        st.button(_("Make QR codes"), type="primary", key="codes-new", on_click=_open)
    if not codes:
        note(_("There are no QR codes yet."), "info")
        return
    lately = set(st.session_state.get("codes-made", ()))
    _print([code for code in codes if code.id in lately], _("Print the new labels"))
    _print(codes, _("Print all labels"), "small")
    wanted = st.text_input(_("Place"), key=f"codes-place-{nonce()}", placeholder=_("Search for a place"))
    words = (wanted or "").lower().split()
    found = [code for code in codes if all(word in f"{code.place} {code.id} {code.shown}".lower() for word in words)]
    html(f"<p><b>{escape(_.translator.ngettext('{n} QR code', '{n} QR codes', len(found)))}</b></p>")
    for code in found[:PAGE]:
        _row(screen, code)
    if len(found) > PAGE:
        note(_("And {n} more: search for the place.", n=len(found) - PAGE), "info")


def kind_words(_: Tongue) -> dict[str, str]:
    """Return the kinds of codes in words."""
    words = {"place": _("Room or place"), "device": _("Device")}
    return {kind: words[kind] for kind in KINDS}


def _open() -> None:
    st.session_state["codes-open"] = True


def _print(codes: list[Code], label: str, look: str = "") -> None:
    """Draw the way to the labels of these codes, if there are any; to all of them where they are too many to name."""
    if not codes:
        return
    query = urlencode([("code", code.id) for code in codes]) if len(codes) <= MOST_AT_ONCE else ""
    link = (
        f'<a class="sop-link {look}" href="/labels?{escape(query)}" target="_blank">{icon("print")}{escape(label)}</a>'
    )
    html(link)


def _form(screen: Screen) -> None:
    _, service = screen.tongue, screen.service
    form = f"codes-{nonce()}-{st.session_state.get('codes-form', 0)}"
    kinds, answers = kind_words(_), {True: _("Yes"), False: _("No")}
    pack = service.books.pack
    titles = dict(options_of([pack.newest(name)[0] for name in pack.procedures], _))
    text = st.text_area(_("Places, one a line") + " ＊", key=f"{form}-places", height=120, on_change="ignore")
    kind = st.segmented_control(_("A QR code of a"), list(kinds), format_func=lambda k: kinds[k], default="place",
                                required=True, key=f"{form}-kind", on_change="ignore")  # fmt: skip
    first = list(titles).index("repair") if "repair" in titles else 0
    procedure = st.selectbox(_("A new case is a"), list(titles), first, lambda p: titles[p], f"{form}-procedure",
                             on_change="ignore")  # fmt: skip
    asked = _("May guests report by this QR code, without an account?")
    guests = st.segmented_control(asked, [True, False], default=False, format_func=lambda x: answers[x],
                                  required=True, key=f"{form}-guests", on_change="ignore")  # fmt: skip
    if wrong := st.session_state.pop("codes-wrong", ""):
        draw_error(wrong)
    if st.button(_("Make the QR codes"), type="primary", key=f"{form}-make"):
        _make(screen, lines(text or ""), str(kind), str(procedure), guests=bool(guests))
        st.rerun()


def _make(screen: Screen, places: list[str], kind: str, procedure: str, *, guests: bool) -> None:
    _, codes, now = screen.tongue, screen.service.codes, screen.service.clock.now()
    long = next((place for place in places if len(place) > LONGEST_PLACE), None)
    if not places:
        st.session_state["codes-wrong"] = _("Write at least one place.")
    elif len(places) > MOST_AT_ONCE:
        st.session_state["codes-wrong"] = _("At most {n} places at once.", n=MOST_AT_ONCE)
    elif long:
        st.session_state["codes-wrong"] = _(
            "Too long, at most {n} characters: {place} …", n=LONGEST_PLACE, place=long[:30]
        )
    else:
        made: list[Code] = []
        known = next(k for k in KINDS if k == kind)
        if attempt(screen, lambda: made.extend(codes.make(screen.who, places, known, procedure, now, guests=guests))):
            st.session_state["codes-made"] = [code.id for code in made]
            st.session_state["codes-open"] = False
            st.session_state["codes-form"] = st.session_state.get("codes-form", 0) + 1
            tell(_.translator.ngettext("{n} QR code is ready to print.", "{n} QR codes are ready to print.", len(made)))


def _row(screen: Screen, code: Code) -> None:
    _ = screen.tongue
    known = screen.service.books.pack.procedures.get(code.procedure)
    title = _.of(known[-1].title, code.procedure) if known else code.procedure
    tag = f'<span class="sop-tag">{escape(_("guests may report"))}</span>' if code.guests else ""
    with st.container(key=f"row-code-{code.id}"), st.container(horizontal=True, vertical_alignment="center"):
        said = " · ".join((kind_words(_)[code.kind], title, code.shown))
        html(
            f'<div>{icon("code")}<b>{escape(code.place)}</b> <span class="sop-quiet">{escape(said)}</span> {tag}</div>'
        )
        _print([code], _("Print"), "small")
        with st.popover(plain(_("End it"))):
            html(f"<p>{escape(_('The label then leads nowhere: take it down.'))}</p>")
            st.button(
                _("End this QR code"), type="primary", key=f"end-code-{code.id}", on_click=_end, args=(screen, code)
            )


def _end(screen: Screen, code: Code) -> None:
    if attempt(screen, lambda: screen.service.codes.end(screen.who, code.id, screen.service.clock.now())):
        tell(screen._("The QR code of {place} has ended.", place=code.place))
