"""How a tablet says that it is there and for which cases, and how it says goodbye."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sopwatch.presence import MOST_CASES
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.web import is_same_origin

LARGEST = 16 << 10


class Here(BaseModel):
    """What a page of a tablet tells: its tablet, itself, which of its messages this is, the cases that it shows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    source: Annotated[str, Field(pattern=r"^tablet/[0-9A-Za-z-]{1,40}$")]
    page: Annotated[str, Field(pattern=r"^[0-9a-f]{16,32}$")]
    number: Annotated[int, Field(ge=0, lt=1 << 53)]
    cases: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=MOST_CASES)]


async def hear(request: Request) -> Response:
    """Note what a tablet tells of itself; 204, else one line that says what is wrong."""
    if not is_same_origin(request.headers):
        return _refused(403, "a tablet is heard from the pages of this service alone")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return _refused(413, f"too large: at most {LARGEST >> 10} KiB")
    try:
        told = Here.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        return _refused(400, f"{where}: {first['msg']}")
    return await run_in_threadpool(_heard, told, request.cookies.get(SESSION_COOKIE))


def _heard(told: Here, session: str | None) -> Response:
    """Note it. A goodbye needs no session, which may have ended before it: nobody else knows the page's name."""
    held = service()
    if not told.cases:
        held.presence.leave(told.source, told.page, told.number)
        return Response(status_code=204)
    who = held.access.whose(session)
    if who is None:
        return _refused(401, "sign in first")
    if "record" not in who.rights:
        return _refused(403, f"{who.name} may not do this: it needs the right to record")
    held.presence.hear(told.source, told.page, told.number, who.name, told.cases)
    return Response(status_code=204)


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status)
