"""What is read: the violations, a case with its events, the head of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from checklists.event import Event
from checklists.instant import Instant, format_instant
from rules.violation import as_json
from sopwatch.access import Who
from sopwatch.acts import waivers
from sopwatch.api.callers import allow
from sopwatch.api.errors import ApiError, Problem
from sopwatch.casefile import reveal
from sopwatch.period import bound_of
from sopwatch.refusals import because
from sopwatch.running import service
from storage.store import Entry, Finding, FindingQuery

MOST = 1000
router = APIRouter(tags=["reading"])
Reader = Annotated[Who, Depends(allow("read", "record"))]


class BrokenShape(BaseModel):
    """The violation, as a log's judgement has it."""

    rule: str
    case_id: str
    at: str
    due_at: str | None
    step: str
    subject: str | None
    remedied_at: str | None
    short_notice: bool


class ViolationShape(BrokenShape):
    """A violation of the record: whether it is still open, and whether it is waived."""

    id: str
    state: Literal["open", "remedied", "rescinded"]
    waived: bool
    detected_at: str


class Violations(BaseModel):
    """A page of violations; `next` is the `after` of the next page, null on the last."""

    violations: list[ViolationShape]
    next: str | None


class EventShape(BaseModel):
    """An event as a log has it, with its place in the chain."""

    case_id: str
    procedure: str
    event: str
    occurred_at: str
    recorded_at: str
    actor: str | None
    role: str | None
    subject: str | None
    value: Any
    data: dict[str, Any] | None
    event_id: str | None
    seq: int
    hash: str


class CaseShape(BaseModel):
    """A case: its fields in force, every event, and what was found."""

    case_id: str
    procedure: str
    fields: dict[str, Any]
    events: list[EventShape]
    violations: list[ViolationShape]


class HeadShape(BaseModel):
    """The end of the chain."""

    seq: int
    hash: str


@router.get("/head")
def get_head(_who: Reader) -> HeadShape:
    """Return the end of the chain; with no entries 0 and zeros."""
    head = service().store.head()
    return HeadShape(seq=head.seq, hash=head.hash.hex())


@router.get("/violations")
def get_violations(
    _who: Reader,
    state: Literal["open", "remedied", "rescinded"] | None = None,
    procedure: str | None = None,
    rule: str | None = None,
    case_id: str | None = None,
    from_: Annotated[str | None, Query(alias="from", description="An instant, or a day of the property.")] = None,
    to: Annotated[str | None, Query(description="The end, not included.")] = None,
    after: Annotated[str | None, Query(description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> Violations:
    """Return violations in the order of their ids; of a period are those due in it, without deadline those broken."""
    asked = FindingQuery(
        state=state,
        procedure=procedure,
        rule=rule,
        case_ids=None if case_id is None else [case_id],
        since=_bound("from", from_),
        before=_bound("to", to),
        after=after or "",
        limit=limit + 1,
    )
    found = service().store.findings(asked)
    more = len(found) > limit
    return Violations(violations=shown(found[:limit]), next=found[limit - 1].id if more else None)


@router.get("/cases/{case_id:path}", responses={404: {"model": Problem, "description": "There is no such case"}})
def get_case(case_id: str, _who: Reader) -> CaseShape:
    """Return a case; personal texts are told as long as they are kept, their digests after."""
    file = service().case_file(case_id)
    if file is None:
        raise ApiError(404, *because("no_case", case=case_id))
    events = [event_shape(event, entry) for event, entry in zip(file.events, file.entries, strict=True)]
    return CaseShape(
        case_id=case_id,
        procedure=file.procedure.id,
        fields={name: value for name, value in file.case.fields.items() if not name.startswith("_")},
        events=events,
        violations=shown(file.findings),
    )


def event_shape(event: Event, entry: Entry) -> EventShape:
    """Return an event in plain text with its place in the chain."""
    return EventShape(
        case_id=event.case_id,
        procedure=event.procedure,
        event=event.event,
        occurred_at=format_instant(event.occurred_at),
        recorded_at=format_instant(event.recorded_at),
        actor=event.actor,
        role=event.role,
        subject=event.subject,
        value=event.value,
        data=None if event.data is None else dict(event.data),
        event_id=event.event_id,
        seq=entry.seq,
        hash=entry.hash.hex(),
    )


def shown(findings: Sequence[Finding]) -> list[ViolationShape]:
    """Return findings as the API shows them."""
    store, now = service().store, service().clock.now()
    case_ids = {f.violation.case_id for f in findings}
    texts = {case_id: store.reveal(case_id) for case_id in case_ids}
    waived = _waived(store.entries(case_ids), now)
    return [
        ViolationShape(
            **as_json(finding.violation)
            | {"subject": reveal(finding.violation.subject, texts[finding.violation.case_id])},
            id=finding.id,
            state=finding.state,
            waived=(finding.violation.case_id, finding.id) in waived,
            detected_at=format_instant(store.history(finding.id)[0].noticed_at),
        )
        for finding in findings
    ]


def _waived(entries: Iterable[Entry], now: Instant) -> set[tuple[str, str]]:
    by_case: dict[str, list[Event]] = {}
    for entry in entries:
        by_case.setdefault(entry.event.case_id, []).append(entry.event)
    return {(case_id, named) for case_id, events in by_case.items() for named in waivers(events, now)}


def _bound(name: str, text: str | None) -> Instant | None:
    return None if text is None else bound_of(text, name, service().property.zone_info)
