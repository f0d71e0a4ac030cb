"""`GET /violations/{id}/explanation`: one violation explained, in a language and as data."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from sopwatch.api.callers import allow_command
from sopwatch.api.errors import ApiError, Problem
from sopwatch.api.reading import BrokenShape
from sopwatch.explained import as_object, explained_of
from sopwatch.refusals import because
from sopwatch.running import service

CLAIM = {"for": "explanation"}
router = APIRouter(tags=["reading"])
Language = Literal["en", "zh-Hant", "zh-Hans"]


class ClauseShape(BaseModel):
    """A sentence of the procedure in the words of its source, and their translation."""

    id: str
    text: str
    translation: str | None


class DeedShape(BaseModel):
    """An event that the explanation names; its title is in the language asked for."""

    event: str
    title: str
    occurred_at: str
    recorded_at: str
    actor: str | None
    name: str
    role: str | None
    subject: str | None
    value: Any
    event_id: str | None


class ConditionShape(BaseModel):
    """A field of the guard: the values asked for, and the one it had."""

    field: str
    wanted: list[Any]
    value: Any


class GuardShape(BaseModel):
    """The guard as it stood, and since when."""

    at: str
    conditions: list[ConditionShape]


class VersionShape(BaseModel):
    """A value that a field has had, since when, and the event that brought it."""

    value: Any
    since: str
    by: DeedShape


class HistoryShape(BaseModel):
    """A field that the rule reads: the value judged by, and every value it has had."""

    field: str
    judged_by: Any
    versions: list[VersionShape]


class DueShape(BaseModel):
    """How the deadline follows: `base` plus `span` is `due`; with days `day` is the local day."""

    base: str
    span: str | None
    day: str | None
    due: str


class CompliedShape(BaseModel):
    """The nearest thing that would have complied; `how` says which of the other keys are set."""

    how: Literal["do", "leave_out", "measure", "by_another", "record"]
    step: str | None = None
    since: str | None = None
    by: str | None = None
    before: DeedShape | None = None
    subject: str | None = None
    count: int | None = None
    events: list[DeedShape] | None = None
    low: float | None = None
    high: float | None = None
    nearest: float | None = None
    roles: list[str] | None = None
    not_by: str | None = None
    other: DeedShape | None = None
    possible: bool = True


class ExplanationShape(BaseModel):
    """Why a violation is one. Instants are in local time with their offset, days those of `zone`."""

    violation: BrokenShape
    kind: str
    title: str
    language: Language
    zone: str
    as_of: str
    sentences: list[str]
    clauses: list[ClauseShape]
    trigger: DeedShape | None
    guard: GuardShape | None
    fields: list[HistoryShape]
    due: DueShape | None
    done: list[DeedShape]
    remedy: DeedShape | None
    would_have_complied: CompliedShape | None


@router.get(
    "/violations/{violation_id}/explanation",
    dependencies=[Depends(allow_command(CLAIM["for"], "read", "record"))],
    responses={404: {"model": Problem, "description": "There is no such violation"}},
)
def get_explanation(violation_id: str, lang: Language = "en") -> ExplanationShape:
    """Explain a violation: what set it off, what the rule read, the deadline, what was done, what would have complied.

    One that no longer holds is explained as of when it was last known to.
    """
    explained = explained_of(service(), violation_id)
    if explained is None:
        raise ApiError(404, *because("no_violation", violation=violation_id))
    return ExplanationShape.model_validate(as_object(explained, lang))
