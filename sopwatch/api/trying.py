"""`GET /what-if`: the record judged under a changed rule beside the rule in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from sopwatch.api.callers import allow_command
from sopwatch.api.errors import Problem
from sopwatch.api.explaining import Language
from sopwatch.api.reading import BrokenShape
from sopwatch.period import bound_of
from sopwatch.running import service
from sopwatch.whatif import Wish
from sopwatch.whatif_told import told_of

CLAIM = {"for": "what-if"}
router = APIRouter(tags=["reading"])


class RuleCount(BaseModel):
    """Violations of a rule."""

    rule: str
    before: int
    after: int


class DepartmentCount(BaseModel):
    """Violations of a department's rules; null: of rules that belong to none."""

    department: str | None
    before: int
    after: int


class MonthCount(BaseModel):
    """Violations of a local month, such as 2026-03."""

    month: str
    before: int
    after: int


class TriedViolation(BrokenShape):
    """A violation under one of both texts; `flips` where the other does not find it."""

    flips: bool
    sentences: list[str]


class Verdict(BaseModel):
    """What one text of the rule says of the case."""

    verdict: str
    violations: list[TriedViolation]


class FlipShape(BaseModel):
    """A case in which the rule is broken otherwise than before."""

    case_id: str
    rule: str
    title: str
    before: Verdict
    after: Verdict


class ComparedShape(BaseModel):
    """The counts before and after, and the flipping cases, at most `limit` of them."""

    set: list[str]
    as_of: str
    zone: str
    from_: Annotated[str | None, Field(alias="from")]
    to: str | None
    before: int
    after: int
    by_rule: list[RuleCount]
    by_department: list[DepartmentCount]
    by_month: list[MonthCount]
    flips: int
    flipping: list[FlipShape]


@router.get(
    "/what-if",
    dependencies=[Depends(allow_command(CLAIM["for"], "read"))],
    responses={400: {"model": Problem, "description": "A change or a bound is refused"}},
)
def get_what_if(
    set_: Annotated[list[str], Query(alias="set", description="RULE_ID.KIND.PARAMETER=VALUE")],
    from_: Annotated[str | None, Query(alias="from")] = None,
    to: str | None = None,
    limit: Annotated[int, Query(ge=0, le=10_000)] = 50,
    lang: Language = "en",
) -> ComparedShape:
    """Judge the record under a changed rule beside the rule in force. Nothing is recorded."""
    zone = service().property.zone_info
    since = bound_of(from_, "from", zone) if from_ is not None else None
    before = bound_of(to, "to", zone) if to is not None else None
    wish = Wish(tuple(set_), since, before, limit)
    return ComparedShape.model_validate(told_of(service(), wish, lang))
