"""`GET /audit`: the audit of a period as a page, for auditors, administrators, and the command `audit`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from sopwatch.api.callers import allow_command
from sopwatch.api.explaining import Language
from sopwatch.period import period_of
from sopwatch.running import service

CLAIM = {"for": "audit"}
router = APIRouter(tags=["reading"])


class AuditShape(BaseModel):
    """An audit: the page as HTML, how many violations its period has, and the head of the chain that it is of."""

    page: str
    violations: int
    head: str


@router.get("/audit", dependencies=[Depends(allow_command(CLAIM["for"], "audit", "administer"))])
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
