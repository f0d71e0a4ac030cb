"""What every small page has: its language, its head, its look, its security."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from checklists.text import LANGUAGES
from sopwatch.access import SESSION_SECONDS
from sopwatch.appearance import APPEARANCE_COOKIE, appearance_script
from sopwatch.i18n import NAMES, Translator, preferred, translator
from sopwatch.running import LANGUAGE_COOKIE, SESSION_COOKIE, service

LARGEST_FORM = 20_000
_YEAR_SECONDS = 365 * 24 * 3600


def tongue(request: Request) -> Translator:
    """Return the translator of a page: of `?lang=`, the cookie, or the browser's wish."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LANGUAGES:
            return translator(wish)
    return translator(preferred(request.headers.get("accept-language", "")))


def page(
    request: Request, title: str, body: str, status: int = 200, *, narrow: bool = False, style: str = ""
) -> Response:
    """Return a page; `title` is text, `body` is HTML, `style` a style sheet of its own beside that of all pages."""
    _, nonce = tongue(request), secrets.token_urlsafe(16)
    held = service()
    appearance = appearance_script(held.property.zone, held.clock)
    html = (
        f'<!doctype html><html lang="{_.language}"><head><meta charset="utf-8">'
        f'<script nonce="{nonce}">{appearance}</script><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><style nonce="{nonce}">{_file("page.css")}'
        f"{_file(style) if style else ''}</style></head>"
        f"<body{_nobody(request)}>"
        f"<header><strong>{escape(held.property.name)}</strong>{_languages(request, _)}</header>"
        f"<main{' class=narrow' if narrow else ''}><h1>{escape(title)}</h1>{body}</main>"
        f'<script nonce="{nonce}">{_file("page.js")}</script></body></html>'
    )
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    answer = HTMLResponse(html, status, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})
    if request.query_params.get("lang") in LANGUAGES:
        set_cookie(request, answer, LANGUAGE_COOKIE, _.language, _YEAR_SECONDS)
    return answer


def _nobody(request: Request) -> str:
    """Return what tells the tablet that nobody is signed in on it: its plain page then shows no case."""
    return "" if service().access.goes_on(request.cookies.get(SESSION_COOKIE)) else " data-nobody"


def wrong(text: str) -> str:
    """Return the line that says what is wrong, as HTML; nothing for no text."""
    return f'<p class="wrong" role="alert">{escape(text)}</p>' if text else ""


def set_cookie(request: Request, answer: Response, name: str, value: str, seconds: int, *, hidden: bool = True) -> None:
    """Set a cookie that other sites never get; nor do scripts, where it is hidden."""
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=hidden, samesite="strict")


def start_session(request: Request, answer: Response, session: str) -> Response:
    """Let a person's session begin with this answer; the tablet takes the appearance that they chose."""
    set_cookie(request, answer, SESSION_COOKIE, session, SESSION_SECONDS)
    if who := service().access.whose(session):
        set_cookie(request, answer, APPEARANCE_COOKIE, who.appearance, _YEAR_SECONDS, hidden=False)
    return answer


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a posted form, the last of each name; of one that is too long none."""
    kept = bytearray()
    async for chunk in request.stream():
        kept += chunk
        if len(kept) > LARGEST_FORM:
            return {}
    return dict(parse_qsl(kept.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))


def _languages(request: Request, _: Translator) -> str:
    links = []
    for language, name in NAMES.items():
        asked = {**request.query_params, "lang": language}
        here = ' aria-current="true"' if language == _.language else ""
        links.append(f'<a href="?{escape(urlencode(asked))}" lang="{language}"{here}>{name}</a>')
    return f'<nav aria-label="{escape(_("Language"))}">{"".join(links)}</nav>'


@cache
def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
