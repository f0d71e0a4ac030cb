"""CloudEvents 1.0 in JSON, structured and batched, and the event that each carries."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checklists.errors import Refused
from checklists.instant import Instant, parse_instant
from sopwatch.api.errors import ApiError
from sopwatch.demands import NewEvent
from sopwatch.facts import EARLIEST, LATEST
from sopwatch.refusals import because
from storage.rows import parse_json

TYPE = "org.sopwatch.event.v1"
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
MOST = 1000
_DEEPEST = 20
_LONGEST_ID = 500
_LONGEST_NAME = 200
_LARGEST_DATA = 200_000


@dataclass(frozen=True)
class CloudEvent:
    """What is needed of a CloudEvent; `data` is any JSON, `by` (an extension) the token of who tapped on a tablet."""

    id: str
    source: str
    type: str
    data: Any
    time: Any = None
    by: Any = None


def read(content_type: str, body: bytes) -> list[CloudEvent]:
    """Read one CloudEvent or an array of them. Raises ApiError: 400 where it is none, 413 for too many."""
    media = content_type.partition(";")[0].strip().lower()
    if media not in {ONE, MANY}:
        raise ApiError(400, *because("content_type", type=media or "none", one=ONE, many=MANY))
    try:
        found = parse_json(body.decode("utf-8"))
    except ValueError as error:
        raise ApiError(400, *because("no_json", why=str(error))) from error
    if media == ONE:
        return [_envelope(found, "")]
    if not isinstance(found, list):
        raise ApiError(400, *because("no_batch"))
    if len(found) > MOST:
        raise ApiError(413, *because("too_many_events", most=MOST, sent=len(found)))
    return [_envelope(one, f" at index {index}") for index, one in enumerate(found)]


def _envelope(found: Any, place: str) -> CloudEvent:
    if not isinstance(found, dict):
        raise _no_cloud_event(place, "no JSON object")
    for name in ("specversion", "id", "source", "type"):
        if not isinstance(found.get(name), str) or not found[name]:
            raise _no_cloud_event(place, f"it needs {name}, a text that is not empty")
    if found["specversion"] != "1.0":
        raise _no_cloud_event(place, f"specversion is {found['specversion']!r}, not '1.0'")
    return CloudEvent(
        found["id"], found["source"], found["type"], found.get("data"), found.get("time"), found.get("by")
    )


def _no_cloud_event(place: str, why: str) -> ApiError:
    return ApiError(400, *because("no_cloud_event", place=place, why=why))


def new_event(sent: CloudEvent) -> NewEvent:
    """Return the new entry that a CloudEvent hands in. Raises Refused with one line that says why."""
    if sent.type != TYPE:
        raise Refused(*because("event_type", type=sent.type, wanted=TYPE))
    data = sent.data
    if not isinstance(data, dict):
        raise Refused(*because("data_no_object"))
    if data.get("recorded_at") is not None:
        raise Refused(*because("recorded_at_given"))
    if why := _unfit([sent.id, sent.source, data]):
        raise Refused(*because("data_unfit", why=why))
    fields = data.get("data")
    if fields is not None and not isinstance(fields, dict):
        raise Refused(*because("fields_no_object"))
    if len(json.dumps([fields, data.get("value")])) > _LARGEST_DATA:
        raise Refused(*because("data_too_long", most=_LARGEST_DATA))
    return NewEvent(
        case_id=_needed(data, "case_id"),
        event=_needed(data, "event"),
        procedure=_text(data, "procedure"),
        occurred_at=_occurred(data, sent),
        actor=_text(data, "actor"),
        role=_text(data, "role"),
        subject=_text(data, "subject"),
        value=data.get("value"),
        data=fields,
        event_id=_text(data, "event_id", _LONGEST_ID) or _name(sent),
    )


def _name(sent: CloudEvent) -> str:
    name = f"{sent.source}/{sent.id}"
    if len(name) > _LONGEST_ID:
        raise Refused(*because("name_too_long", most=_LONGEST_ID))
    return name


def _text(data: Mapping[str, Any], name: str, longest: int = _LONGEST_NAME) -> str | None:
    value = data.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = json.dumps(value)
    if value is not None and not isinstance(value, str):
        raise Refused(*because("member_no_text", name=name))
    if value and len(value) > longest:
        raise Refused(*because("member_too_long", name=name, most=longest))
    return value or None


def _needed(data: Mapping[str, Any], name: str) -> str:
    if not (text := _text(data, name)):
        raise Refused(*because("member_missing", name=name))
    return text


def _occurred(data: Mapping[str, Any], sent: CloudEvent) -> Instant | None:
    """Return when it occurred; the CloudEvent's own time where the event does not say."""
    told = data.get("occurred_at")
    name, told = ("occurred_at", told) if told is not None else ("time", sent.time)
    if told is None:
        return None
    if not isinstance(told, str):
        raise Refused(*because("member_no_instant", name=name, why="it is no RFC 3339 instant"))
    try:
        instant = parse_instant(told)
    except ValueError as error:
        raise Refused(*because("member_no_instant", name=name, why=str(error))) from error
    if not EARLIEST <= instant < LATEST:
        raise Refused(*because("member_out_of_range", name=name, value=told))
    return instant


def _unfit(value: Any, depth: int = 0) -> str | None:
    """Return why a JSON value cannot be kept, or None: the chain holds finite numbers and whole texts."""
    match value:
        case str():
            if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
                return "a text holds a zero byte or half a surrogate pair"
        case int() | float():
            if not _is_finite(value):
                return "a number is beyond the range of doubles"
        case dict() | list() if depth >= _DEEPEST:
            return "nested too deeply"
        case dict():
            return next((why for pair in value.items() for part in pair if (why := _unfit(part, depth + 1))), None)
        case list():
            return next((why for part in value if (why := _unfit(part, depth + 1))), None)
        case _:
            pass
    return None


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False
