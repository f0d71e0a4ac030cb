"""`POST /events`: new entries, each acknowledged after its commit or refused with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, Literal

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from checklists.errors import NotAllowed, Refused, SopwatchError, StoreError
from sopwatch.access import OwnerNeeded, Who
from sopwatch.api.callers import allow, body_of
from sopwatch.api.cloudevents import MANY, MOST, ONE, TYPE, CloudEvent, new_event, read
from sopwatch.api.errors import Problem, problem_of
from sopwatch.demands import NewEvent
from sopwatch.receipts import Receipt
from sopwatch.refusals import coded
from sopwatch.running import service

LARGEST = 8 << 20
_WAITING = 100  # receipts that may be waited for at once, apart from the threads that serve files
_limiters: list[CapacityLimiter] = []
router = APIRouter(tags=["events"])


class Accepted(BaseModel):
    """The receipt of an event: `id` is the CloudEvent's; `seq` and `hash` are its place in the chain."""

    id: str
    seq: int
    hash: str
    duplicate: bool


class RefusedEvent(BaseModel):
    """Why an event is not in the record; `index` is its place in the batch, from 0.

    `code` says the same as `reason` to a program, with the `params` of that sentence (docs/refusals.md).

    `waits_for` is there for a tick of a tablet that will be taken once its owner is the one who sends it.
    """

    index: int
    reason: str
    code: Annotated[str, Field(examples=["case_closed"])]
    params: Annotated[dict[str, str | int | float], Field(examples=[{"case": "R-2026-0042"}])]
    waits_for: Literal["owner"] | None = None


class Outcome(BaseModel):
    """What became of the events: the accepted stand, whatever became of the others."""

    accepted: list[Accepted]
    refused: list[RefusedEvent]


class Failed(Problem):
    """Why nothing or not all could be recorded, and what became of the events as far as they were read."""

    accepted: list[Accepted] | None = None
    refused: list[RefusedEvent] | None = None


_ENVELOPE = {
    "type": "object",
    "required": ["specversion", "type", "source", "id", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "type": {"const": TYPE},
        "source": {"type": "string", "minLength": 1},
        "id": {"type": "string", "minLength": 1},
        "by": {"type": "string", "description": "Of a tick on a tablet: the token of who tapped."},
        "data": {
            "type": "object",
            "required": ["case_id", "event"],
            "properties": {
                **{name: {"type": "string"} for name in ("case_id", "procedure", "event", "event_id")},
                **{name: {"type": ["string", "null"]} for name in ("actor", "role", "subject")},
                "occurred_at": {"type": "string", "format": "date-time"},
                "value": {},
                "data": {"type": ["object", "null"]},
            },
        },
    },
}
_BODY = {
    "required": True,
    "content": {
        ONE: {"schema": _ENVELOPE},
        MANY: {"schema": {"type": "array", "maxItems": MOST, "items": _ENVELOPE}},
    },
}


@router.post(
    "/events",
    response_model=Outcome,
    responses={
        403: {"model": Failed, "description": "Who sends may do none of this"},
        413: {"model": Problem, "description": "Too much at a time"},
        422: {"model": Outcome, "description": "Some events are refused; the accepted stand"},
        503: {"model": Failed, "description": "The record cannot be written now; what is accepted stands"},
    },
    openapi_extra={"requestBody": _BODY},
)
async def post_events(request: Request, who: Annotated[Who, Depends(allow("record"))]) -> JSONResponse:
    """Record one CloudEvent or an array of them; sent again they are acknowledged again and stored once."""
    body = await body_of(request, LARGEST)
    if not _limiters:
        _limiters.append(CapacityLimiter(_WAITING))
    content_type = request.headers.get("content-type", "")
    return await anyio.to_thread.run_sync(_record, content_type, body, who, limiter=_limiters[0])


def _record(content_type: str, body: bytes, who: Who) -> JSONResponse:
    sent = read(content_type, body)
    answers: dict[int, Receipt | SopwatchError] = {}
    good: list[tuple[int, NewEvent, Who]] = []
    for index, one in enumerate(sent):
        try:
            good.append((index, new_event(one), _actor(one, who)))
        except (Refused, NotAllowed) as refusal:
            answers[index] = refusal
    for actor, group in groupby(good, key=itemgetter(2)):  # in their order: a later one may take an earlier one back
        members = list(group)
        receipts = service().record([new for _, new, _ in members], actor)
        answers |= zip([index for index, _, _ in members], receipts, strict=True)
    return _outcome(sent, [answers[index] for index in range(len(sent))])


def _actor(sent: CloudEvent, who: Who) -> Who:
    """Return who acts: of a tick from a tablet that several people share who tapped it, else who sends."""
    return service().access.tapped_by(sent.by, who) if sent.by is not None and who.is_person else who


def _outcome(sent: Sequence[CloudEvent], answers: Sequence[Receipt | SopwatchError]) -> JSONResponse:
    accepted, refused = [], []
    for index, (one, answer) in enumerate(zip(sent, answers, strict=True)):
        if isinstance(answer, Receipt):
            receipt = {"id": one.id, "seq": answer.seq, "hash": answer.hash.hex(), "duplicate": answer.duplicate}
            accepted.append(receipt)
        else:
            waits = {"waits_for": "owner"} if isinstance(answer, OwnerNeeded) else {}
            code, params = coded(answer)
            refused.append({"index": index, "reason": str(answer), "code": code, "params": params, **waits})
    outcome: dict[str, Any] = {"accepted": accepted, "refused": refused}
    failed = next((a for a in answers if isinstance(a, StoreError)), None)
    if failed is not None:
        return JSONResponse({**problem_of(failed), **outcome}, 503)
    first = next(iter(answers), None)
    if isinstance(first, NotAllowed) and all(isinstance(a, NotAllowed) for a in answers):
        return JSONResponse({**problem_of(first), **outcome}, 403)
    return JSONResponse(outcome, 422 if refused else 200)
