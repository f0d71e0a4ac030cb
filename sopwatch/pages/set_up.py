"""Set up: the property's name and zone, and its first administrator, by the link that works once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from html import escape
from zoneinfo import available_timezones

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from checklists.errors import SopwatchError
from sopwatch.i18n import Translator
from sopwatch.pages.frame import form_of, page, start_session, tongue, wrong
from sopwatch.place import Property, write_property
from sopwatch.refusal_words import words_of
from sopwatch.running import Running, running
from sopwatch.web import is_same_origin

_LONGEST = 100
_once = threading.Lock()


def show_set_up(request: Request) -> Response:
    """Show the form, if the link still holds."""
    if not running().fits_set_up(request.query_params.get("token", "")):
        return _gone(request)
    return _form(request, {})


async def make_first_administrator(request: Request) -> Response:
    """Keep the property and its first administrator, and sign them in."""
    form = await form_of(request)
    return await run_in_threadpool(_set_up, request, form)


def _set_up(request: Request, form: Mapping[str, str]) -> Response:
    _, held = tongue(request), running()
    form = {name: text.strip() for name, text in form.items()}
    with _once:
        if not held.fits_set_up(request.query_params.get("token", "")):
            return _gone(request)
        if not is_same_origin(request.headers):
            return _form(request, form, _("Fill this page in here, not from another site."), 403)
        if why := _refusal(form, _):
            return _form(request, form, why, 422)
        if held.trouble:
            return _form(request, form, _("The service is still starting: try again in a moment."), 503)
        try:
            session = _keep(held, form, _.language)
        except SopwatchError as error:
            return _form(request, form, words_of(error, _), 422)
    return start_session(request, RedirectResponse("/", 303), session)


def _keep(held: Running, form: Mapping[str, str], language: str) -> str:
    """Make the administrator, keep the property, and judge in its zone; return the administrator's session."""
    service = held.service
    settings = service.property.model_dump() | {"name": form["property"], "zone": form["zone"]}
    moved = form["zone"] != service.property.zone
    known = Property.model_validate(settings)
    person = service.access.first_administrator(form["name"], form["pin"], language)
    write_property(held.launch.directory, known)
    service.property = known
    if moved:
        held.restart()
    return held.service.access.sign_in(person.id, form["pin"])


def _refusal(form: Mapping[str, str], _: Translator) -> str:
    """Return what is wrong with a form, in one line; nothing when it will do."""
    if not 0 < len(form.get("property", "")) <= _LONGEST:
        return _("Give the name of the property.")
    if form.get("zone") not in available_timezones():
        return _("Choose the time zone from the list, such as Asia/Taipei.")
    if not 0 < len(form.get("name", "")) <= _LONGEST:
        return _("Give your own name.")
    if form.get("pin") != form.get("again"):
        return _("The two PINs are not the same.")
    return "" if form.get("pin") else _("Choose a PIN.")


def _gone(request: Request) -> Response:
    _ = tongue(request)
    text = _(
        "This link holds no longer. Once there is an administrator it has done its work; else start the service anew."
    )
    link = f'<a class="back" href="/sign-in">{escape(_("Sign in"))}</a>'
    return page(request, _("Set up this property"), f"<p>{escape(text)}</p>{link}", 403, narrow=True)


def _form(request: Request, form: Mapping[str, str], why: str = "", status: int = 200) -> Response:
    _ = tongue(request)
    zones = "".join(
        f'<option value="{zone}">' for zone in sorted(z for z in available_timezones() if "/" in z or z == "UTC")
    )

    def field(name: str, label: str, kind: str = "text", more: str = "") -> str:
        value = "" if kind == "password" else escape(form.get(name, ""))
        return (
            f'<label for="{name}">{label}</label>'
            f'<input type="{kind}" id="{name}" name="{name}" value="{value}" maxlength="{_LONGEST}" required {more}>'
        )

    digits = 'inputmode="numeric" pattern="[0-9]{6,12}" autocomplete="new-password"'
    pin = f"{escape(_('Your PIN'))} <small>{escape(_('6 to 12 digits'))}</small>"
    body = (
        f'{wrong(why)}<form method="post">'
        f"{field('property', escape(_('Name of the property')), more='autofocus')}"
        f"{field('zone', escape(_('Time zone')), more='list=zones autocomplete=off spellcheck=false')}"
        f'<datalist id="zones">{zones}</datalist>'
        f"{field('name', escape(_('Your own name')))}"
        f"{field('pin', pin, 'password', digits)}"
        f"{field('again', escape(_('The PIN once more')), 'password', digits)}"
        f'<button class="main">{escape(_("Set up"))}</button></form>'
        f'<p class="quiet">{escape(_("You become the administrator; everybody else is added on your screen."))}</p>'
    )
    return page(request, _("Set up this property"), body, status, narrow=True)
