"""`GET /cases/{case_id}/forms/{form_id}.pdf`: what the SOP wants printed of a case, filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials

from sopwatch.api.callers import BEARER, allow
from sopwatch.api.errors import ApiError, Problem
from sopwatch.api.explaining import Language
from sopwatch.running import service

CLAIM = {"for": "form"}
router = APIRouter(tags=["reading"])


@dataclass(frozen=True)
class Printer:
    """Who prints, and the address at which they reach the service: it stands in the QR code."""

    name: str
    address: str


def _printer(request: Request, token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Printer:
    """Let readers through, and the command `form`, which can read the secret of the directory."""
    from sopwatch.access import OPERATOR

    scheme, _, signed = request.headers.get("authorization", "").partition(" ")
    if scheme == "Signed":
        claims = service().access.claims(signed)
        if claims is None or claims.get("for") != CLAIM["for"]:
            raise ApiError(401, "this signature does not hold here")
        return Printer(OPERATOR.name, str(claims.get("address") or ""))
    return Printer(allow("read")(request, token).name, f"{request.url.scheme}://{request.url.netloc}")


@router.get(
    "/cases/{case_id:path}/forms/{form_id}.pdf",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
        404: {"model": Problem, "description": "There is no such case, or it has no such form"},
    },
)
def get_form(
    case_id: str, form_id: str, who: Annotated[Printer, Depends(_printer)], lang: Language | None = None
) -> Response:
    """Return a form of a case as PDF, as the record stands now; without `lang` in the property's first language.

    It is made anew each time: the head of the record stands on it.
    """
    from sopwatch.reports.form import Wanted, printed_form

    held = service()
    paper = printed_form(held, Wanted(case_id, form_id, lang or held.property.languages[0], who.name, who.address))
    if isinstance(paper, str):
        raise ApiError(404, paper)
    named = f"inline; filename=\"{paper.ascii_name}\"; filename*=UTF-8''{quote(paper.name)}"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": named,
        "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'",
    }
    return Response(paper.content, media_type="application/pdf", headers=headers)
