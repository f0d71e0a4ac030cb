"""The address in a code: whoever is signed in comes to the case of the place; others report, or sign in."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sopwatch.access import Who
from sopwatch.codes import Code, at_place
from sopwatch.pages.frame import page, tongue
from sopwatch.pages.named_code import code_of
from sopwatch.pages.report import show_form
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.search import Asked


def show_box(request: Request) -> Response:
    """Show the box for those who type a code instead of scanning it."""
    if typed := request.query_params.get("code", "").strip():
        return RedirectResponse(f"/q/{quote(typed[:40], safe='')}", 303)
    _ = tongue(request)
    body = (
        f'<form method="get"><label for="code">{escape(_("The code on the label"))}</label>'
        f'<input type="text" id="code" name="code" maxlength="40" autocomplete="off" autocapitalize="none" required>'
        f'<button class="main">{escape(_("Go on"))}</button></form>'
    )
    return page(request, _("Type the code"), body, narrow=True)


def show_code(request: Request) -> Response:
    """Lead whoever is signed in to the case of the place; let others report where they may, or sign in."""
    code = code_of(request)
    if isinstance(code, Response):
        return code
    if who := service().access.whose(request.cookies.get(SESSION_COOKIE)):
        return RedirectResponse(_leads_to(code, who), 303)
    if code.guests and "staff" not in request.query_params:
        return show_form(request, code)
    return RedirectResponse(f"/sign-in?{urlencode({'next': f'/q/{code.id}'})}", 303)


def _leads_to(code: Code, who: Who) -> str:
    """Return the screen for a code: the one open case of its place, the list of several, else a new one."""
    asked = Asked(code.place, "open")
    total, files = service().search(asked)
    there = at_place(files, code.place)
    if len(there) == 1 and total <= len(files):
        return f"/run?{urlencode({'case': there[0].case_id})}"
    if there or "record" not in who.rights:
        return f"/find?{urlencode({'q': code.place, 'state': 'open'})}"
    return f"/new?{urlencode({'procedure': code.procedure, 'place': code.place})}"
