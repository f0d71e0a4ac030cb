"""Addresses that lead nowhere, or lead elsewhere: answered here, in our own words."""

from __future__ import annotations

from html import escape

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sopwatch.pages.frame import page, tongue


class _Deep(StringConvertor):
    """A path of two names and more that is not one of Streamlit's own or of our routes."""

    regex = "(?!(?:_stcore|static|media|component|api|tablet)/)[^/]+/.+"


register_url_convertor("deep", _Deep())


def show_nowhere(request: Request) -> Response:
    """Say that the address leads nowhere, with a way back."""
    _ = tongue(request)
    text = _("There is no screen at this address. It may have been typed wrongly, or belong to an older link.")
    body = f'<p>{escape(text)}</p><a class="back" href="/">{escape(_("To my shift"))}</a>'
    return page(request, _("There is no such screen"), body, 404)


def to_shift(request: Request) -> Response:
    """Lead to My shift, which stands at the first address."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/", 307)
