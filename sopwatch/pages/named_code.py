"""The code that an address names; where it leads nowhere, or too much was tried, the page that says so."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from sopwatch.codes import Code
from sopwatch.pages.frame import page, tongue
from sopwatch.running import service
from sopwatch.throttle import network_of


def code_of(request: Request) -> Code | Response:
    """Return the code that an address names, or the page that says why it leads nowhere."""
    codes, network = service().codes, network_of(request.client.host if request.client else None)
    if seconds := codes.misses.wait(network):
        return too_often(request, seconds)
    code = codes.get(request.path_params["code"])
    if code is None or code.ended_at is not None:
        codes.misses.take(network)
        return _leads_nowhere(request, ended=code is not None)
    return code


def _leads_nowhere(request: Request, *, ended: bool) -> Response:
    """Say that a code is not known, or is no longer in use."""
    _ = tongue(request)
    text = _("This QR code is no longer in use. Please tell the reception.")
    if not ended:
        text = _("This QR code is not known here. Please scan it again, or tell the reception.")
    return page(request, _("QR code"), f'<p class="wrong">{escape(text)}</p>', 410 if ended else 404, narrow=True)


def too_often(request: Request, seconds: int) -> Response:
    """Say that it was tried too often, and how long to wait."""
    _, minutes = tongue(request), -(-seconds // 60)
    text = _.ngettext(
        "This was tried too often. Please wait {n} minute, or tell the reception.",
        "This was tried too often. Please wait {n} minutes, or tell the reception.",
        minutes,
    )
    answer = page(request, _("Please wait"), f'<p class="wrong" role="alert">{escape(text)}</p>', 429, narrow=True)
    answer.headers["Retry-After"] = str(seconds)
    return answer
