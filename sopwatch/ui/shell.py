"""The page in which Streamlit draws the screens: its own, with our appearance in it from the first paint on."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit.file_util import get_static_dir

from sopwatch.appearance import appearance_script
from sopwatch.running import service

_HEAD = "<head>"
_TITLE = "<title>Streamlit</title>"
_BEFORE = (
    "<style>html { color-scheme: light; background: #ffffff } "
    "html[data-scheme=dark] { color-scheme: dark; background: #10171d }</style>"
)
# Streamlit looks for its server below the address of the screen first, where there is none.
_HERE = "window.__streamlit = { BACKEND_BASE_URL: location.origin }"


class _Screen(StringConvertor):
    """A path of one name that is not a file or a route of Streamlit's."""

    regex = "(?!(?:_stcore|static|media|component|favicon[.]png|manifest[.]json)$)[^/]+"


register_url_convertor("screen", _Screen())


def show_shell(_request: Request) -> Response:
    """Answer with the page of the screens."""
    held = service()
    script = appearance_script(held.property.zone, held.clock)
    begin = f"{_HEAD}{_BEFORE}<script>{script}\n{_HERE}</script>"
    page = _page().replace(_HEAD, begin, 1).replace(_TITLE, f"<title>{escape(held.property.name)}</title>", 1)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


@cache
def _page() -> str:
    return (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")


SHELL: list[BaseRoute] = [Route("/", show_shell), Route("/{name:screen}", show_shell)]
