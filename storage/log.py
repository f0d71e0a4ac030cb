"""Event logs in files, read into events; refused for what `format.md` lists and for nothing else.

Mistakes are collected, a line each; `skip_bad` goes on with the rest.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from checklists.errors import LogError
from checklists.event import Event, number
from checklists.instant import Instant, format_instant, parse_instant
from checklists.model import Procedure
from rules.pack import where_built_in
from storage.ocel import Apart
from storage.rows import Row, ending_of, log_rows, parse_json

COLUMNS = (
    "case_id", "procedure", "event", "occurred_at", "recorded_at", "actor", "role", "subject", "value", "data",
    "event_id",
)  # fmt: skip
MAPPED = ("case_id", "event", "occurred_at", "recorded_at", "actor", "role", "subject", "value")
SHOWN = 10


_CELLS: Mapping[str, Literal["json", "json or text"]] = {".csv": "json", ".parquet": "json or text"}


class _Bad(Exception):  # noqa: N818 - one mistake in one line, caught here
    """Why a line is refused."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line of the log (its number counts from 1)."""

    line: int
    reason: str


@dataclass(frozen=True)
class Log:
    """The events that can be judged, by case; the mistakes found on the way, and how many events were of no case."""

    cases: Mapping[str, Sequence[Event]]
    mistakes: Sequence[Mistake] = ()
    apart: int = 0

    def __len__(self) -> int:
        """Return the number of events."""
        return sum(map(len, self.cases.values()))


@dataclass(frozen=True)
class LogForm:
    """How to read a log.

    `procedures` for a log of the packs' own; for another system's log None, with `mapping` (this project's column to
    the log's) and `anchors`, the fields that rules read as instants. `naive` is the zone of instants without offset.
    `case_type`: of OCEL, the type of object whose lives are the cases. `cells`: how value and data are written
    (`read_log` sets it by the file's ending).
    """

    procedures: Mapping[str, Procedure] | None
    mapping: Mapping[str, str] = field(default_factory=dict)
    anchors: frozenset[str] = frozenset()
    naive: ZoneInfo | None = None
    case_type: str | None = None
    cells: Literal["typed", "json", "json or text"] = "typed"


def read_log(path: Path, form: LogForm, *, skip_bad: bool = False) -> Log:
    """Read a log. Raises LogError: with every mistake counted and the first ten told, unless `skip_bad`."""
    form = replace(form, cells="typed" if form.mapping else _CELLS.get(ending_of(path), "typed"))
    mistakes: list[Mistake] = []
    events: dict[int, Event] = {}
    apart = 0
    for line, row in log_rows(path, form.case_type):
        if isinstance(row, Apart):
            apart += 1
            continue
        if isinstance(row, str):
            mistakes.append(Mistake(line, row))
            continue
        try:
            events[line] = _event(line, _renamed(row, form), form)
        except _Bad as bad:
            mistakes.append(Mistake(line, str(bad)))
    _refuse_repeated_ids(events, mistakes, shared="event_id" in form.mapping)
    cases = _cases(events.values(), mistakes, own=form.procedures is not None)
    mistakes.sort(key=lambda m: m.line)
    if mistakes and not skip_bad:
        raise LogError(tell(path, mistakes))
    return Log(cases, mistakes, apart)


def tell(path: Path, mistakes: Sequence[Mistake]) -> list[str]:
    """Return the lines that tell of the first ten mistakes, and how many more there are."""
    told = [f"{path}:{m.line}: {m.reason}" for m in mistakes[:SHOWN]]
    if len(mistakes) > SHOWN:
        told.append(f"and {len(mistakes) - SHOWN} more")
    return told


# --- an event --------------------------------------------------------------------------------------------------------


def _renamed(row: Row, form: LogForm) -> Row:
    """Return a row with this project's columns; of another system's log the others become `data`."""
    if form.procedures is not None or not form.mapping:
        return row
    named = {ours: row.get(theirs) for ours, theirs in form.mapping.items()}
    for ours in ("case_id", "event", "occurred_at"):
        if ours not in form.mapping:
            named[ours] = row.get(ours)
    taken = set(form.mapping.values()) | {ours for ours in ("case_id", "event", "occurred_at") if ours in row}
    if named["event"] not in {"amended", "retracted"}:
        named["data"] = {k: v for k, v in row.items() if k not in taken}
    return named


def _event(line: int, row: Row, form: LogForm) -> Event:
    case_id, word = _text(row, "case_id"), _text(row, "event")
    procedure = _text(row, "procedure") if form.procedures is not None else text_of(row.get("procedure")) or ""
    plan = _procedure(procedure, form) if form.procedures is not None else None
    occurred = _when(row, "occurred_at", form)
    recorded = occurred if row.get("recorded_at") is None else _when(row, "recorded_at", form)
    if recorded < occurred:
        raise _Bad(f"recorded_at {row['recorded_at']} is before occurred_at {row['occurred_at']}")
    value, data = _cells(row, form)
    if plan:
        _check_word(plan, word, value)
    return Event(
        position=line,
        case_id=case_id,
        procedure=procedure,
        event=word,
        occurred_at=occurred,
        recorded_at=recorded,
        actor=text_of(row.get("actor")),
        role=text_of(row.get("role")),
        subject=text_of(row.get("subject")),
        value=value,
        data=_fields(word, data, plan, form),
        event_id=text_of(row.get("event_id")) or None,
    )


def _text(row: Row, column: str) -> str:
    if not (text := text_of(row.get(column))):
        raise _Bad(f"no {column}")
    return text


def text_of(value: object) -> str | None:
    """Return an id as text: a number or a boolean as JSON writes it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _procedure(name: str, form: LogForm) -> Procedure:
    if plan := (form.procedures or {}).get(name):
        return plan
    known = ", ".join(sorted(form.procedures or ()))
    raise _Bad(f"unknown procedure {name!r} (known: {known}){where_built_in(name)}")


def _check_word(plan: Procedure, word: str, value: object) -> None:
    if word.startswith("_"):
        return
    step = plan.steps.get(word)
    if step is None:
        if word not in set(plan.words()):
            raise _Bad(f"unknown step {word!r} of {plan.id}")
    elif step.evidence.type == "number":
        measured = number(value)
        if measured is None or not math.isfinite(measured):
            raise _Bad(f"{word}: its value {json.dumps(value, ensure_ascii=False)} is no finite number")


def _when(row: Row, column: str, form: LogForm) -> Instant:
    return _instant(column, row.get(column), form)


def _instant(name: str, value: object, form: LogForm) -> Instant:
    if isinstance(value, str):
        try:
            return parse_instant(value, form.naive)
        except ValueError as error:
            raise _Bad(f"{name}: {error}") from error
    if value is None:
        raise _Bad(f"no {name}")
    raise _Bad(f"{name}: {text_of(value)} is no RFC 3339 instant")


def _cells(row: Row, form: LogForm) -> tuple[Any, Any]:
    """Return value and data; in a CSV they are JSON text, in Parquet a text that is no JSON is itself."""
    value, data = row.get("value"), row.get("data")
    if form.cells == "typed":
        return value, data
    data = _json_cell("data", data)
    try:
        return _json_cell("value", value), data
    except _Bad:
        if form.cells == "json or text":
            return value, data
        raise


def _json_cell(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return parse_json(cell)
    except ValueError as error:
        raise _Bad(f"{name}: {cell!r} is no JSON text: {error}") from error


def _fields(word: str, data: Any, plan: Procedure | None, form: LogForm) -> Mapping[str, Any] | None:
    if not isinstance(data, dict):
        return None
    if word == "retracted":
        return {**data, "event_id": text_of(data.get("event_id"))}
    anchors = form.anchors if plan is None else {f.id for f in plan.fields if f.type == "datetime"}
    if word not in {"opened", "amended"} and plan is not None:
        return data
    found = {a: format_instant(_instant(a, data[a], form)) for a in anchors if data.get(a) is not None}
    return {**data, **found} if found else data


# --- cases -----------------------------------------------------------------------------------------------------------


def _refuse_repeated_ids(events: dict[int, Event], mistakes: list[Mistake], *, shared: bool) -> None:
    """Take events out whose id another has; where events are `shared`, another of the same case."""
    seen: dict[tuple[str, str], int] = {}
    for line, event in list(events.items()):
        if event.event_id is None:
            continue
        if (first := seen.setdefault((event.event_id, event.case_id if shared else ""), line)) != line:
            mistakes.append(Mistake(line, f"duplicate event_id {event.event_id!r} (first in line {first})"))
            del events[line]


def _cases(events: Iterable[Event], mistakes: list[Mistake], *, own: bool) -> dict[str, Sequence[Event]]:
    cases: dict[str, list[Event]] = {}
    for event in events:
        cases.setdefault(event.case_id, []).append(event)
    good: dict[str, Sequence[Event]] = {}
    for case_id, members in cases.items():
        members.sort(key=lambda e: e.order)
        if own and (mistake := _whole_case(members)):
            mistakes.append(mistake)
            continue
        bad = [m for e in members if own and (m := _retraction(e, members))]
        mistakes.extend(bad)
        lines = {m.line for m in bad}
        good[case_id] = [e for e in members if e.position not in lines]
    return good


def _whole_case(members: Sequence[Event]) -> Mistake | None:
    first = members[0]
    if first.event != "opened":
        return Mistake(first.position, f"case {first.case_id!r} is not begun by opened but by {first.event}")
    for event in sorted(members, key=lambda e: e.position):
        if event.event == "opened" and event is not first:
            reason = f"case {first.case_id!r} has a second opened (first in line {first.position})"
            return Mistake(event.position, reason)
        if event.procedure != first.procedure:
            both = f"{first.procedure} and {event.procedure}"
            return Mistake(event.position, f"case {first.case_id!r} has two procedures, {both}")
    return None


def _retraction(event: Event, members: Sequence[Event]) -> Mistake | None:
    if event.event != "retracted":
        return None
    name = (event.data or {}).get("event_id")
    named = next((e for e in members if name is not None and e.event_id == name), None)
    if named is None:
        return Mistake(event.position, f"a retraction that names no event of its case: event_id {name!r}")
    if named.event in {"opened", "retracted"}:
        return Mistake(event.position, f"a retraction of {named.event}, which cannot be taken back")
    return None
