"""`POST /scan`: where a scanned code leads, told by a photo of it or by what a tablet has read itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from sopwatch.access import Who
from sopwatch.api.callers import allow, body_of
from sopwatch.api.errors import ApiError, Problem
from sopwatch.photos import NoPhotoError
from sopwatch.qr import read_codes
from sopwatch.refusals import because
from sopwatch.running import running, service
from sopwatch.scanning import LONGEST, Why, leads_to

LARGEST = 10 << 20
_PHOTO = {"schema": {"type": "string", "format": "binary"}}
router = APIRouter(tags=["reading"])


class Read(BaseModel):
    """What a tablet has read from the codes before its camera."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    texts: Annotated[list[Annotated[str, Field(max_length=LONGEST)]], Field(max_length=20)]


class Leads(BaseModel):
    """Where the code leads (a path of this service), else why it leads nowhere."""

    to: str | None
    why: Why | None


@router.post(
    "/scan",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"image/*": _PHOTO, "application/json": {"schema": Read.model_json_schema()}},
        }
    },
    responses={
        413: {"model": Problem, "description": "Too large"},
        422: {"model": Problem, "description": "No photo that can be read"},
        429: {"model": Problem, "description": "Too many in a minute"},
    },
)
async def post_scan(request: Request, who: Annotated[Who, Depends(allow("read"))]) -> Leads:
    """Say where a code leads that was scanned: the body is a photo, or JSON with the texts that were read from it.

    Codes of this property alone are followed; nothing is kept.
    """
    body = await body_of(request, LARGEST)
    is_read = request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
    return await run_in_threadpool(_leads, request.url.netloc, who, body, is_read=is_read)


def _leads(host: str, who: Who, body: bytes, *, is_read: bool) -> Leads:
    scans = service().codes.scans
    if seconds := scans.wait(who.id):
        raise ApiError(429, *because("too_many_scans", seconds=seconds))
    scans.take(who.id)
    texts = _texts(body) if is_read else _seen(body)
    own = {host, running().launch.address.partition("://")[2]}
    found = leads_to(service(), texts, own)
    return Leads(to=found.to or None, why=found.why)


def _texts(body: bytes) -> list[str]:
    try:
        return Read.model_validate_json(body).texts
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise ApiError(400, *because("asked_unfit", name=where, why=first["msg"])) from error


def _seen(body: bytes) -> list[str]:
    try:
        return read_codes(body)
    except NoPhotoError as error:
        raise ApiError(422, str(error), error.code, error.params) from error
