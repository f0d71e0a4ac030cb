"""Papers as PDF: the forms that the SOP wants of a case, and the list of what is open in a shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel, Field

from sopwatch.api.callers import BEARER, allow, signed_by
from sopwatch.api.errors import Problem
from sopwatch.api.explaining import Language
from sopwatch.running import service

if TYPE_CHECKING:
    from sopwatch.reports.frame import Paper

CLAIM = {"for": "form"}
_PDF: dict[str, Any] = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
router = APIRouter(tags=["reading"])


class Narrowed(BaseModel):
    """What narrows the list of open cases: of which departments and procedures (none named: of all), at what place."""

    department: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] = []
    procedure: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50)] = []
    place: Annotated[str, Field(max_length=100)] = ""


@dataclass(frozen=True)
class Printer:
    """Who prints, and the address at which they reach the service: it stands in the QR code."""

    name: str
    address: str


def _printer(request: Request, token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Printer:
    """Let readers through, and the command `form`, which can read the secret of the directory."""
    from sopwatch.access import OPERATOR

    if (claims := signed_by(request, CLAIM["for"])) is not None:
        return Printer(OPERATOR.name, str(claims.get("address") or ""))
    return Printer(allow("read")(request, token).name, f"{request.url.scheme}://{request.url.netloc}")


@router.get(
    "/cases/{case_id:path}/forms/{form_id}.pdf",
    response_class=Response,
    responses={
        200: _PDF,
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
    wanted = Wanted(case_id, form_id, lang or held.property.languages[0], who.name, who.address)
    return _answer(printed_form(held, wanted))


@router.get("/shift-list.pdf", response_class=Response, responses={200: _PDF})
def get_shift_list(
    who: Annotated[Printer, Depends(_printer)],
    asked: Annotated[Narrowed, Query()],
    lang: Language | None = None,
) -> Response:
    """Return the open cases as PDF, overdue first, as they stand now; without `lang` in the property's first language.

    At most 200 are on it, the most urgent; it says how many there are.
    """
    from sopwatch.reports.shift_list import Wanted, printed_list

    held = service()
    wanted = Wanted(lang or held.property.languages[0], who.name, who.address, asked.department, asked.procedure,
                    asked.place)  # fmt: skip
    return _answer(printed_list(held, wanted))


def _answer(paper: Paper) -> Response:
    named = f"inline; filename=\"{paper.ascii_name}\"; filename*=UTF-8''{quote(paper.name)}"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": named,
        "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'",
    }
    return Response(paper.content, media_type="application/pdf", headers=headers)
