"""The address in a code: whoever is signed in comes to the case of the place; others report, or sign in."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from checklists.text import LANGUAGES
from sopwatch.access import Who
from sopwatch.codes import Code, at_place
from sopwatch.i18n import translator
from sopwatch.pages.frame import page, tongue
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.search import Asked
from sopwatch.throttle import network_of


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
    """Lead whoever is signed in to the case of the place; others to signing in."""
    held, network = service(), network_of(request.client.host if request.client else None)
    if seconds := held.codes.misses.wait(network):
        return too_often(request, seconds)
    code = held.codes.get(request.path_params["code"])
    if code is None or code.ended_at is not None:
        held.codes.misses.take(network)
        return leads_nowhere(request, ended=code is not None)
    if who := held.access.whose(request.cookies.get(SESSION_COOKIE)):
        return RedirectResponse(_leads_to(code, who), 303)
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


def leads_nowhere(request: Request, *, ended: bool) -> Response:
    """Say in every language that a code is not known, or is no longer in use."""
    said = []
    for language in LANGUAGES:
        _ = translator(language)
        text = _("This code is no longer in use. Please tell the reception.")
        if not ended:
            text = _("This code is not known here. Please scan it again, or tell the reception.")
        said.append(f'<p class="wrong" lang="{language}">{escape(text)}</p>')
    _ = tongue(request)
    return page(request, _("Code"), "".join(said), 410 if ended else 404, narrow=True)


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
