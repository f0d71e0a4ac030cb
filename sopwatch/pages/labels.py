"""Sheets of labels to print: A4, three by six, each with a code, its place and what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sopwatch.codes import Code, may_make_codes
from sopwatch.i18n import translator
from sopwatch.pages.frame import page, tongue, wrong
from sopwatch.qr import code_address, qr_svg
from sopwatch.running import SESSION_COOKIE, running, service

A_SHEET = 18
A_LINE = 24
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def show_labels(request: Request) -> Response:
    """Show the labels of the codes that are named, else of all that hold."""
    _, held = tongue(request), service()
    who = held.access.whose(request.cookies.get(SESSION_COOKIE))
    if who is None:
        return RedirectResponse("/sign-in?next=/labels", 303)
    if not may_make_codes(who):
        return page(request, _("Labels"), f'<p class="wrong">{escape(_("You may not do this."))}</p>', 403)
    named = set(request.query_params.getlist("code"))
    codes = [c for c in held.codes.all() if c.ended_at is None and (not named or c.id in named)]
    back = f'<a class="back" href="/codes">{escape(_("Back to the QR codes"))}</a>'
    if not codes:
        return page(request, _("Labels"), f"<p>{escape(_('There is no QR code to print.'))}</p>{back}", 404)
    button = f'<button type="button" class="main" data-print hidden>{escape(_("Print"))}</button>'
    told = _.ngettext("{n} label, 18 on a sheet of A4. Print them at 100 %, without margins of the printer.",
                      "{n} labels, 18 on a sheet of A4. Print them at 100 %, without margins of the printer.",
                      len(codes))  # fmt: skip
    address = _address(request)
    if (here := urlsplit(address).hostname or "") in _LOOPBACK:
        text = _(
            "These labels lead to {host}, which phones do not reach: open this page at the address that they reach.",
            host=here,
        )
        back = wrong(text) + back
    acts = f'<div class="acts"><p>{escape(told)}</p>{button}{back}</div>'
    return page(request, _("Labels"), acts + "".join(_sheets(codes, address)), style="labels.css")


def _address(request: Request) -> str:
    """Return the address that the labels hold: that of the service, or, where it names none, the one asked for here."""
    known = running().launch.address
    if urlsplit(known).hostname in _LOOPBACK:
        return f"{request.url.scheme}://{request.url.netloc}"
    return known


def _sheets(codes: Sequence[Code], address: str) -> Iterator[str]:
    for first in range(0, len(codes), A_SHEET):
        labels = "".join(_label(code, address) for code in codes[first : first + A_SHEET])
        yield f'<section class="sheet">{labels}</section>'


def _label(code: Code, address: str) -> str:
    said = "".join(
        f'<p lang="{language}">{escape(_purpose(code, language))}</p>' for language in service().property.languages
    )
    typed = f"{urlsplit(address).netloc}/q"
    return (
        f'<article class="label"><h2{_size(code.place)}>{escape(code.place)}</h2>'
        f'<div class="code">{qr_svg(code_address(address, code.id))}</div><div class="said">{said}</div>'
        f'<p class="typed"><span>{escape(typed)}</span> <b>{escape(code.shown)}</b></p></article>'
    )


def _size(place: str) -> str:
    """Return the class of a name that takes more than a line; of letters that are wide each counts for two."""
    width = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in place)
    return "" if width <= A_LINE else f' class="{"long" if width <= 2 * A_LINE else "longest"}"'


def _purpose(code: Code, language: str) -> str:
    _ = translator(language)
    if code.guests:
        return _("Scan to report a repair or open the checklist")
    return _("Staff: scan to open the checklist")
