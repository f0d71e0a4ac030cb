"""What a tablet fetches beside the screens: the sheet's scripts and style, its service worker, the plain page."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sopwatch.appearance import appearance_script
from sopwatch.running import service
from sopwatch.tablet.here import hear
from sopwatch.ui.icons import icon_css

_HERE = Path(__file__).parent
_COLOURS = _HERE.parent / "ui" / "colours.css"
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
_ASKED_ANEW = {"Cache-Control": "no-cache"}
PAGE = "/tablet/page"


@cache
def files() -> dict[str, str]:
    """Return the scripts and the style sheet by name."""
    found = {path.name: path.read_text(encoding="utf-8") for path in sorted((_HERE / "js").glob("*.mjs"))}
    return found | {"sheet.css": style(), "page.css": _COLOURS.read_text(encoding="utf-8") + _text("page.css")}


@cache
def style() -> str:
    """Return the style of the sheet and the other parts, with their icons."""
    return (
        "".join(map(_text, ("sheet.css", "hands.css", "cadence.css", "form.css", "drawn.css", "flow.css", "scan.css")))
        + icon_css()
    )


@cache
def home() -> str:
    """Return the path under which this version of the files is served: another version has another path."""
    told = json.dumps([files(), appearance_script("")])  # the plain page, which is kept with them, holds that one
    return f"/tablet/{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _text(name: str) -> str:
    return (_HERE / "js" / name).read_text(encoding="utf-8")


def show_file(request: Request) -> Response:
    """Answer with a script or a style sheet; of an earlier version with the present one, not to be kept."""
    name = request.path_params["name"]
    if (text := files().get(name)) is None:
        return Response(status_code=404)
    kept = _FOR_GOOD if request.path_params["version"] == home().rpartition("/")[2] else {"Cache-Control": "no-store"}
    return Response(text, media_type="text/css" if name.endswith(".css") else "text/javascript", headers=kept)


def show_worker(_request: Request) -> Response:
    """Answer with the service worker, which may stand in for every page of this service."""
    shelf, kept = json.dumps(home()), json.dumps([PAGE, *(f"{home()}/{name}" for name in files())])
    script = f"const SHELF = {shelf}\nconst FILES = {kept}\n{_text('worker.js')}"
    headers = {**_ASKED_ANEW, "Service-Worker-Allowed": "/"}
    return Response(script, media_type="text/javascript", headers=headers)


def show_page(_request: Request) -> Response:
    """Answer with the plain page: no words of its own, they come from what the tablet kept."""
    styles = "".join(f'<link rel="stylesheet" href="{home()}/{name}">' for name in ("page.css", "sheet.css"))
    return HTMLResponse(
        '<!doctype html><html><head><meta charset="utf-8"><title>sopwatch</title>'
        f"<script>{appearance_script(service().property.zone)}</script>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f'{styles}</head><body><main></main><script type="module" src="{home()}/page.mjs"></script></body></html>',
        headers=_ASKED_ANEW,
    )


ROUTES: list[BaseRoute] = [
    Route("/tablet/worker.js", show_worker),
    Route(PAGE, show_page),
    Route("/tablet/here", hear, methods=["POST"]),
    Route("/tablet/{version}/{name}", show_file),
]
