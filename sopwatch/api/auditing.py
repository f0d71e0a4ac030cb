"""`GET /audit`: the audit of a period as a page, for auditors, administrators, and the command `audit`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel

from sopwatch.api.callers import BEARER, allow
from sopwatch.api.errors import ApiError
from sopwatch.api.explaining import Language
from sopwatch.audit_period import period_of
from sopwatch.running import service

CLAIM = {"for": "audit"}
router = APIRouter(tags=["reading"])


class AuditShape(BaseModel):
    """An audit: the page as HTML, how many violations its period has, and the head of the chain that it is of."""

    page: str
    violations: int
    head: str


def _auditor(request: Request, token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> None:
    """Let auditors and administrators through, and the command `audit`, which can read the secret of the directory."""
    scheme, _, signed = request.headers.get("authorization", "").partition(" ")
    if scheme == "Signed":
        claims = service().access.claims(signed)
        if claims is None or claims.get("for") != CLAIM["for"]:
            raise ApiError(401, "this signature does not hold here")
        return
    allow("audit", "administer")(request, token)


@router.get("/audit", dependencies=[Depends(_auditor)])
def get_audit(
    from_: Annotated[str, Query(alias="from")],
    to: str,
    procedure: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI makes a new one for each call
    lang: Annotated[list[Language], Query()] = [],  # noqa: B006
) -> dict[str, Any]:
    """Audit the period `[from, to)`: days of the property's zone, or instants with an offset."""
    from sopwatch.audit import audit
    from sopwatch.audit_page import page

    held = service()
    period = period_of(from_, to, held.property.zone_info)
    if held.fault is None:
        held.let_time_pass()
    found = audit(held, period, procedure)
    return AuditShape(
        page=page(found, lang or held.property.languages), violations=len(found.items), head=str(found.head)
    ).model_dump()
