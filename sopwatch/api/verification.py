"""`POST /verification`: the record of a running service held against its chain and the judge, for `verify`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header

from sopwatch.api.errors import ApiError
from sopwatch.running import service
from sopwatch.verify import verify
from storage.head import GarbledHeadError, parse_head

CLAIM = {"for": "verification"}
router = APIRouter(include_in_schema=False)


@router.post("/verification")
def post_verification(authorization: Annotated[str, Header()] = "", head: str | None = None) -> dict[str, Any]:
    """Verify the record; it answers to whoever can read the secret of its directory."""
    running = service()
    scheme, _, signed = authorization.partition(" ")
    claims = running.access.claims(signed) if scheme == "Signed" else None
    if claims is None or claims.get("for") != CLAIM["for"]:
        raise ApiError(401, "this is for the command verify alone")
    try:
        held = parse_head(head) if head else None
    except GarbledHeadError as error:
        raise ApiError(400, str(error)) from error
    return asdict(verify(running.store, running.books, running.property.zone_info, running.clock.now(), held))
