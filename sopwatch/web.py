"""What the process answers beside the screens: routes, and what guards every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sopwatch.running import current

_SCREENS = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _SCREENS,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


TIME = "Sopwatch-Time"  # milliseconds since 1970, and how many of its seconds pass in a real one


class Guard:
    """Puts the security headers on every answer, and refuses other sites' web sockets."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its answer with headers that an answer of its own may replace."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        if scope["type"] == "websocket" and not _from_our_pages(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, guarded)


def is_same_origin(headers: Headers) -> bool:
    """Whether a browser says that a request comes from our own pages."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    return "origin" in headers and _from_our_pages(headers)


def _from_our_pages(headers: Headers) -> bool:
    """Whether a web socket is opened by our own pages, or by no browser (which has no session to steal)."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def routes() -> list[BaseRoute]:
    """Return the routes beside the screens."""
    from sopwatch.api import make_api
    from sopwatch.pages import NOWHERE, PAGES
    from sopwatch.tablet import ROUTES
    from sopwatch.ui.shell import SHELL

    return [Route("/healthz", healthz), *PAGES, *ROUTES, Mount("/api", make_api()), *NOWHERE, *SHELL]


def healthz(_request: Request) -> Response:
    """Answer 200 when the service is ready (a header tells its time and how fast it goes), else 503 and why."""
    held = current()
    if held is None or (trouble := held.trouble) is not None:
        why = "it does not run" if held is None else trouble
        return JSONResponse({"error": f"the service is not ready: {why}"}, 503)
    clock = held.service.clock
    told = {"status": "ready", "seq": held.service.seq}
    return JSONResponse(told, headers={"Cache-Control": "no-store", TIME: f"{clock.now() // 1000} {clock.speed}"})
