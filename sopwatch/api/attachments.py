"""Photos and signatures: kept once by their content, and given back to those who may read."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from sopwatch.access import Who
from sopwatch.api.callers import allow, body_of
from sopwatch.api.errors import ApiError, Problem
from sopwatch.refusals import because
from sopwatch.running import service

LARGEST = 20 << 20
_KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF-": "application/pdf",
}
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
router = APIRouter(tags=["attachments"])


class Kept(BaseModel):
    """An attachment that is kept: `value` is what a photo's or signature's event carries."""

    digest: str
    value: str


@router.post(
    "/attachments",
    openapi_extra={"requestBody": {"required": True, "content": _BINARY}},
    responses={413: {"model": Problem, "description": "Too large"}},
)
async def post_attachment(request: Request, _who: Annotated[Who, Depends(allow("record"))]) -> Kept:
    """Keep the body as a photo or signature; the same content is kept once, however often it comes."""
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise ApiError(400, *because("multipart"))
    content = await body_of(request, LARGEST)
    if not content:
        raise ApiError(400, *because("empty_file"))
    digest = await run_in_threadpool(service().store.keep_file, content)
    return Kept(digest=digest, value=f"sha256:{digest}")


@router.get(
    "/attachments/{digest}",
    response_class=Response,
    responses={200: {"content": _BINARY}, 404: {"model": Problem, "description": "There is no such attachment"}},
)
def get_attachment(digest: str, _who: Annotated[Who, Depends(allow("read"))]) -> Response:
    """Return an attachment by its SHA-256, with or without `sha256:` before it."""
    digest = digest.removeprefix("sha256:").lower()
    content = service().store.file(digest) if re.fullmatch(r"[0-9a-f]{64}", digest) else None
    if content is None:
        raise ApiError(404, *because("no_attachment", digest=digest))
    kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), "application/octet-stream")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "image/webp"
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": "inline" if kind.startswith("image/") else f'attachment; filename="{digest[:12]}"',
    }
    return Response(content, media_type=kind, headers=headers)
