"""Sign in: choose your name, type your PIN; sign out; a tablet that was locked shows its last person's pad."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from checklists.errors import NotAllowed
from checklists.text import say
from sopwatch.access import Paused, Person
from sopwatch.i18n import Translator
from sopwatch.pages.frame import form_of, page, start_session, tongue, wrong
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.web import is_same_origin

_SEARCHED = 12
_NEXT = re.compile(r"/(?![/\\])[^\x00-\x20\\]{0,500}")


def show_sign_in(request: Request) -> Response:
    """Show the names, or the PIN pad of the one that was chosen."""
    person = service().access.person(request.query_params.get("person", ""))
    if person is not None and person.active:
        return _pad(request, person)
    return _names(request)


async def sign_in(request: Request) -> Response:
    """Begin a session for a name and its PIN; otherwise say in one line what is wrong."""
    form = await form_of(request)
    return await run_in_threadpool(_sign_in, request, form.get("person", ""), form.get("pin", ""), form.get("role"))


def _sign_in(request: Request, person_id: str, pin: str, role: str | None) -> Response:
    _, access = tongue(request), service().access
    person = access.person(person_id)
    if not is_same_origin(request.headers):
        return _names(request, _("Sign in from this page, not from another site."), 403)
    if person is None or not person.active:
        return _names(request, _("Choose your name again."), 403)
    try:
        session = access.sign_in(person.id, pin, role)
    except Paused as pause:
        text = _.ngettext(
            "Too many wrong PINs: try again in {n} second.",
            "Too many wrong PINs: try again in {n} seconds.",
            pause.seconds,
        )
        return _pad(request, person, text, 429)
    except NotAllowed:
        return _pad(request, person, _("This PIN is wrong."), 403)
    access.end_session(request.cookies.get(SESSION_COOKIE))
    return start_session(request, RedirectResponse(_next(request), 303), session)


def show_sign_out(request: Request) -> Response:
    """Sign out where our own page asks for it; else ask whether it is meant."""
    if is_same_origin(request.headers):
        return _signed_out(request)
    _ = tongue(request)
    button = f'<form method="post"><button class="main">{escape(_("Sign out"))}</button></form>'
    return page(request, _("Sign out"), button, narrow=True)


def sign_out(request: Request) -> Response:
    """End the session of this browser."""
    return _signed_out(request) if is_same_origin(request.headers) else show_sign_out(request)


def lock(request: Request) -> Response:
    """End the session of this browser for a tablet that locks itself or changes hands."""
    if not is_same_origin(request.headers):
        return Response(status_code=403)
    return _ended(request, Response(status_code=204))


def _signed_out(request: Request) -> Response:
    return _ended(request, RedirectResponse("/sign-in", 303))


def _ended(request: Request, answer: Response) -> Response:
    service().access.end_session(request.cookies.get(SESSION_COOKIE))
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _next(request: Request) -> str:
    """Return where to go after signing in: a place of this service, in the language of who signs in."""
    wish = request.query_params.get("next", "/")
    if not _NEXT.fullmatch(wish) or wish.startswith("/sign-"):
        return "/"
    place, _, asked = wish.partition("?")
    kept = urlencode([(name, value) for name, value in parse_qsl(asked, keep_blank_values=True) if name != "lang"])
    return f"{place}?{kept}" if kept else place


def _names(request: Request, why: str = "", status: int = 200) -> Response:
    _ = tongue(request)
    people = [person for person in service().access.people() if person.active]
    if not people:
        text = _("This property is not set up yet: open the link that the service printed when it was started.")
        return page(request, _("Sign in"), f"{wrong(why)}<p>{escape(text)}</p>", status)
    search = ""
    if len(people) > _SEARCHED:
        label = escape(_("Search for your name"))
        search = f'<label for="search">{label}</label><input type="search" id="search" autocomplete="off">'
    names = "".join(_name(request, person, _) for person in people)
    head = _locked(request, _) + wrong(why)
    return page(request, _("Who are you?"), f'{head}{search}<ul class="names">{names}</ul>', status)


def _name(request: Request, person: Person, _: Translator) -> str:
    asked = escape(urlencode({**request.query_params, "person": person.id}))
    return (
        f'<li data-person="{escape(person.id)}"><a href="?{asked}">{escape(person.name)}'
        f"<small>{escape(_roles(person, _))}</small></a></li>"
    )


def _pad(request: Request, person: Person, why: str = "", status: int = 200) -> Response:
    _ = tongue(request)
    digits = "".join(f'<button type="button" data-digit="{d}">{d}</button>' for d in "123456789")
    back = {k: v for k, v in request.query_params.items() if k != "person"}
    asked = {**back, "person": person.id}
    body = (
        f'{_locked(request, _)}{wrong(why)}<form method="post" action="?{escape(urlencode(asked))}">'
        f'<input type="hidden" name="person" value="{escape(person.id)}">{_role_choice(person, _)}'
        f'<label for="pin">{escape(_("Your PIN"))}</label>'
        f'<input class="pin" type="password" id="pin" name="pin" inputmode="none" pattern="[0-9]*" maxlength="12"'
        f' autocomplete="off" required autofocus><div class="pad">{digits}'
        f'<button type="button" class="word" data-clear>{escape(_("Clear"))}</button>'
        f'<button type="button" data-digit="0">0</button>'
        f'<button type="button" aria-label="{escape(_("Delete the last digit"))}">⌫</button></div>'
        f'<button class="main">{escape(_("Sign in"))}</button></form>'
        f'<a class="back" href="?{escape(urlencode(back))}">{escape(_("I am somebody else"))}</a>'
    )
    return page(request, person.name, body, status, narrow=True)


def _locked(request: Request, _: Translator) -> str:
    """Return what a locked tablet shows above its pad: that it is locked, the time, how many entries wait on it."""
    told = request.query_params.get("locked")
    if told is None:
        return ""
    clock, zone = service().clock, service().property.zone
    waits = ""
    if told.isascii() and told.isdigit() and 0 < (count := int(told)) < 100_000:
        text = _.ngettext(
            "{n} entry waits on this tablet and is kept.", "{n} entries wait on this tablet and are kept.", count
        )
        waits = f'<p class="chip">{escape(text)}</p>'
    time = (
        f'<b class="clock" data-now="{clock.now() // 1000}" data-speed="{clock.speed}" data-zone="{escape(zone)}">'
        f"{escape(_.time(clock.now(), service().property.zone_info))}</b> {escape(zone)}"
    )
    return f'<p class="locked">{escape(_("This tablet is locked."))} <span>{time}</span></p>{waits}'


def _role_choice(person: Person, _: Translator) -> str:
    """Return the choice of the role in which somebody with several of them works now."""
    if len(person.roles) < 2:
        return ""
    choices = "".join(
        f'<label><input type="radio" name="role" value="{escape(role)}"{"" if place else " checked"}>'
        f"{escape(_role(role, _))}</label>"
        for place, role in enumerate(person.roles)
    )
    return f'<fieldset><legend>{escape(_("Today I work as"))}</legend><div class="choices">{choices}</div></fieldset>'


def _roles(person: Person, _: Translator) -> str:
    return " · ".join(_role(role, _) for role in person.roles)


def _role(role: str, _: Translator) -> str:
    """Return a role of the SOP as the procedures name it."""
    pack = service().books.pack
    for name in sorted(pack.procedures):
        known = pack.newest(name)[0].roles.get(role)
        if known is not None:
            return say(known.title, _.language)
    return role
