"""`POST /verification`: the record of a running service held against its chain and the judge, for `verify`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from sopwatch.api.callers import signed_by
from sopwatch.api.errors import ApiError
from sopwatch.refusals import because
from sopwatch.running import service
from sopwatch.verify import verify
from storage.head import GarbledHeadError, parse_head

CLAIM = {"for": "verification"}
router = APIRouter(include_in_schema=False)


@router.post("/verification")
def post_verification(request: Request, head: str | None = None) -> dict[str, Any]:
    """Verify the record; it answers to whoever can read the secret of its directory."""
    running = service()
    if signed_by(request, CLAIM["for"]) is None:
        raise ApiError(401, *because("verify_alone"))
    try:
        held = parse_head(head) if head else None
    except GarbledHeadError as error:
        raise ApiError(400, *because("head_garbled", why=str(error))) from error
    return asdict(verify(running.store, running.books, running.property.zone_info, running.clock.now(), held))
