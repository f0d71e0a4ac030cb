"""The public page behind a code: a guest or owner reports a repair without an account, and sees how it stands."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message

from sopwatch.codes import Code
from sopwatch.guest_reports import LONGEST, MOST_PHOTOS, Decision, FullError, Told
from sopwatch.i18n import Translator
from sopwatch.pages.frame import page, tongue, wrong
from sopwatch.pages.named_code import code_of, too_often
from sopwatch.photos import LARGEST, NoPhotoError, cleaned
from sopwatch.refusal_words import words_of
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.throttle import network_of
from sopwatch.web import is_same_origin

LARGEST_BODY = MOST_PHOTOS * LARGEST + (1 << 20)
_DRAINED = 64 << 20
_SCOPES, _URGENCIES = ("unit", "public"), ("no", "yes")
_ONCE = re.compile(r"[A-Za-z0-9_-]{20,60}")
TRAP = "website"  # a field that people do not see: whoever fills it in is a machine


class _TooLargeError(Exception):
    """More was sent than two photos and their words."""


@dataclass(frozen=True)
class _Sent:
    """What was sent: texts by name, and the photos as they came."""

    texts: Mapping[str, str] = field(default_factory=dict)
    photos: Sequence[bytes] = ()


def show_form(request: Request, code: Code) -> Response:
    """Show the form for a report at the place of a code."""
    return _form(request, code, {})


async def post_report(request: Request) -> Response:
    """Keep a report; otherwise say in one line what is wrong. What was typed stays in the form."""
    _ = tongue(request)
    try:
        sent = await _read(request)
    except _TooLargeError:
        return await run_in_threadpool(_refused, request, {}, _too_large(_), 413)
    except HTTPException:
        return await run_in_threadpool(_refused, request, {}, _("This form could not be read. Please try again."), 400)
    return await run_in_threadpool(_post, request, sent)


def _post(request: Request, sent: _Sent) -> Response:
    _, held, texts = tongue(request), service(), sent.texts
    code = code_of(request)
    if isinstance(code, Response):
        return code
    if not code.guests:
        return RedirectResponse(f"/q/{code.id}", 303)
    if not is_same_origin(request.headers):
        return _form(request, code, texts, _("Fill this page in here, not from another site."), 403)
    if texts.get(TRAP):
        return _form(request, code, texts, _("Please leave the last field empty: it is there for machines."), 422)
    if why := _missing(texts, _):
        return _form(request, code, texts, why, 422)
    keys = [(held.reports.by_code, code.id), (held.reports.overall, "")]
    keys.append((held.reports.by_address, network_of(request.client.host if request.client else None)))
    if seconds := max(throttle.wait(key) for throttle, key in keys):
        return too_often(request, seconds)
    for throttle, key in keys:
        throttle.take(key)
    return _keep(request, code, sent)


def _keep(request: Request, code: Code, sent: _Sent) -> Response:
    _, held, texts = tongue(request), service(), sent.texts
    once = texts.get("once", "")
    if not _ONCE.fullmatch(once):
        once = secrets.token_urlsafe(24)
    secret = hashlib.sha256(f"{held.access.signer.derived('reports')} {code.id} {once}".encode()).hexdigest()[:32]
    told = Told(texts["description"], texts.get("name", ""), texts.get("phone", ""), _one(texts, "scope", _SCOPES),
                _one(texts, "urgent", _URGENCIES) == "yes")  # fmt: skip
    try:
        photos = [cleaned(content) for content in sent.photos]
        held.reports.take(code, told, photos, secret, held.clock.now())
    except (NoPhotoError, FullError) as error:
        return _form(request, code, texts, words_of(error, _), 422 if isinstance(error, NoPhotoError) else 503)
    except OSError:
        return _form(request, code, texts, _("The report could not be kept. Please tell the reception."), 503)
    return RedirectResponse(f"/report/{secret}", 303)


def _one(texts: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    return next((known for known in allowed if known == texts.get(name)), "")


def _missing(texts: Mapping[str, str], _: Translator) -> str:
    """Return what is missing or too long, in one line; nothing when it will do."""
    if not texts.get("description"):
        return _("Please say what is wrong.")
    if any(len(texts.get(name, "")) > LONGEST[name] for name in ("description", "name", "phone")):
        return _("This is too long: please say it in fewer words.")
    return ""


def _refused(request: Request, texts: Mapping[str, str], why: str, status: int) -> Response:
    code = code_of(request)
    return code if isinstance(code, Response) else _form(request, code, texts, why, status)


# --- what is sent ----------------------------------------------------------------------------------------------------


async def _read(request: Request) -> _Sent:
    """Return what was sent. Raises _TooLargeError, and HTTPException for what is no form."""
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await request.receive()
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            await _drain(request, size, message)
            raise _TooLargeError
        return message

    limited = Request(request.scope, receive)
    async with limited.form(max_files=MOST_PHOTOS, max_fields=20, max_part_size=1 << 16) as form:
        return _Sent(_texts(form), await _photos(form))


async def _drain(request: Request, size: int, message: Message) -> None:
    """Read on for a while after a part, so that the sender hears the answer."""
    while size <= _DRAINED and message["type"] == "http.request" and message.get("more_body"):
        message = await request.receive()
        size += len(message.get("body", b""))


def _texts(form: FormData) -> dict[str, str]:
    found = {name: value for name, value in form.items() if isinstance(value, str)}
    return {name: value.replace("\r\n", "\n").replace("\0", "").strip() for name, value in found.items()}


async def _photos(form: FormData) -> list[bytes]:
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    return [await file.read() for file in files[:MOST_PHOTOS]]


# --- pages -----------------------------------------------------------------------------------------------------------


def _form(request: Request, code: Code, texts: Mapping[str, str], why: str = "", status: int = 200) -> Response:
    _ = tongue(request)
    scopes = {"unit": _("Inside the room or unit"), "public": _("In a public area")}
    urgencies = {"no": _("It can wait a little"), "yes": _("It is urgent: water, power, a lock, danger")}
    photos = "".join(
        f'<input type="file" name="photo{n}" accept="image/jpeg,image/png,image/webp" '
        f'aria-label="{escape(_("Photo {n}", n=n))}" data-choose="{escape(_("Take or choose photo {n}", n=n))}">'
        for n in range(1, MOST_PHOTOS + 1)
    )
    lost = f"<p>{escape(_('Photos have to be chosen again.'))}</p>" if why else ""
    once = texts.get("once") or secrets.token_urlsafe(24)
    body = (
        f'<p class="place">{escape(code.place)}</p>{wrong(why)}'
        f'<form method="post" enctype="multipart/form-data" action="/q/{code.id}">'
        f'<input type="hidden" name="once" value="{escape(once)}">'
        f'<label for="description">{escape(_("What is wrong?"))} ＊</label>'
        f'<textarea id="description" name="description" rows="4" maxlength="{LONGEST["description"]}" required>'
        f"{escape(texts.get('description', ''))}</textarea>"
        f"{_choices('scope', _('Where is it?'), scopes, texts.get('scope', ''))}"
        f"{_choices('urgent', _('How urgent is it?'), urgencies, texts.get('urgent') or 'no')}"
        f"{_line('name', _('Your name'), 'name', texts)}{_line('phone', _('Your phone'), 'tel', texts)}"
        f"<fieldset><legend>{escape(_('Photos, at most two'))}</legend>{lost}{photos}</fieldset>"
        f'<div class="trap" aria-hidden="true"><label for="{TRAP}">{escape(_("Leave this empty"))}</label>'
        f'<input type="text" id="{TRAP}" name="{TRAP}" tabindex="-1" autocomplete="off"></div>'
        f'<button class="main">{escape(_("Send the report"))}</button></form>'
        f'<p class="quiet">{escape(_said(_))}</p>'
        f'<a class="back" href="/q/{code.id}?staff=1">{escape(_("I work here"))}</a>'
    )
    return page(request, _("Report a repair"), body, status, narrow=True, style="report.css")


def _said(_: Translator) -> str:
    return _("Name and phone are used for this repair alone. In danger, call the reception at once.")


def _choices(name: str, legend: str, options: Mapping[str, str], chosen: str) -> str:
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"{" checked" if value == chosen else ""}>'
        f"{escape(title)}</label>"
        for value, title in options.items()
    )
    return f'<fieldset><legend>{escape(legend)}</legend><div class="choices">{radios}</div></fieldset>'


def _line(name: str, label: str, kind: str, texts: Mapping[str, str]) -> str:
    given = escape(texts.get(name, ""))
    return (
        f'<label for="{name}">{escape(label)}</label><input type="text" id="{name}" name="{name}" value="{given}"'
        f' maxlength="{LONGEST[name]}" autocomplete="{kind}"{" inputmode=tel" if kind == "tel" else ""}>'
    )


def _too_large(_: Translator) -> str:
    return _("The photos are too large: at most {n} MB each.", n=LARGEST >> 20)


def show_report(request: Request) -> Response:
    """Show how the report of a secret link stands: nothing of what it said."""
    _, held = tongue(request), service()
    if seconds := held.codes.misses.wait(network := network_of(request.client.host if request.client else None)):
        return too_often(request, seconds)
    decision = held.reports.state(request.path_params["secret"])
    if decision is None:
        held.codes.misses.take(network)
        text = _("There is no report at this address.")
        return page(request, _("Your report"), wrong(text), 404, narrow=True)
    at = _.when(decision.at, held.property.zone_info)
    body = (
        f'<p class="number">{escape(decision.number)}</p><p>{escape(_("Reported {at}", at=at))}</p>'
        f'<p class="stands {decision.state}" role="status">{escape(_stands(decision, _))}</p>'
        f'<p class="quiet">{escape(_("Keep this page: it shows how your report stands."))}</p>'
    )
    return page(request, _("Your report"), body, narrow=True, style="report.css")


def _stands(decision: Decision, _: Translator) -> str:
    match decision.state:
        case "waiting":
            return _("Thank you. It has been sent: the reception confirms it.")
        case "confirmed":
            return _("Confirmed. The repair has the number {case}.", case=decision.case_id)
        case "declined":
            return _("The reception did not take it up. Please ask there.")


def show_photo(request: Request) -> Response:
    """Return a photo of a report that waits, to whoever may confirm it."""
    held = service()
    who = held.access.whose(request.cookies.get(SESSION_COOKIE))
    content = None
    if who is not None and "record" in who.rights:
        content = held.reports.photo(request.path_params["number"], request.path_params["n"])
    if content is None:
        return Response(status_code=404)
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "no-store"})
