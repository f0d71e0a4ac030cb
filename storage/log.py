"""Event logs in files: JSON Lines, CSV and Parquet read into events, refused for what `format.md` lists and nothing else.

Mistakes are collected, a line each; `skip_bad` goes on with the rest.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from checklists.errors import LogError
from checklists.event import Event, number
from checklists.instant import Instant, format_instant, parse_instant
from checklists.model import Procedure
from storage.parquet import parquet_rows

COLUMNS = (
    "case_id",
    "procedure",
    "event",
    "occurred_at",
    "recorded_at",
    "actor",
    "role",
    "subject",
    "value",
    "data",
    "event_id",
)
MAPPED = ("case_id", "event", "occurred_at", "recorded_at", "actor", "role", "subject", "value")
ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".parquet")
SHOWN = 10

Row = Mapping[str, Any]


class _Bad(Exception):  # noqa: N818 - one mistake in one line, caught here
    """Why a line is refused."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line of the log (its number counts from 1)."""

    line: int
    reason: str


@dataclass(frozen=True)
class Log:
    """The events that can be judged, by case, and the mistakes found on the way."""

    cases: Mapping[str, Sequence[Event]]
    mistakes: Sequence[Mistake] = ()

    def __len__(self) -> int:
        """Return the number of events."""
        return sum(map(len, self.cases.values()))


@dataclass(frozen=True)
class LogForm:
    """How to read a log.

    `procedures` for a log of the packs' own; for another system's log None, with `mapping` (this project's column to
    the log's) and `anchors`, the fields that rules read as instants. `naive` is the zone of instants without offset.
    `json_cells`: value and data are JSON text (`read_log` sets it by the file's ending).
    """

    procedures: Mapping[str, Procedure] | None
    mapping: Mapping[str, str] = field(default_factory=dict)
    anchors: frozenset[str] = frozenset()
    naive: ZoneInfo | None = None
    json_cells: bool = False


def read_log(path: Path, form: LogForm, *, skip_bad: bool = False) -> Log:
    """Read a log. Raises LogError: with every mistake counted and the first ten told, unless `skip_bad`."""
    form = replace(form, json_cells=_ending(path) in {".csv", ".parquet"} and not form.mapping)
    mistakes: list[Mistake] = []
    events: dict[int, Event] = {}
    for line, row in _rows(path, form):
        try:
            if isinstance(row, str):
                raise _Bad(row)
            events[line] = _event(line, _renamed(row, form), form)
        except _Bad as bad:
            mistakes.append(Mistake(line, str(bad)))
    _refuse_repeated_ids(events, mistakes)
    cases = _cases(events.values(), mistakes, own=form.procedures is not None)
    mistakes.sort(key=lambda m: m.line)
    if mistakes and not skip_bad:
        raise LogError(tell(path, mistakes))
    return Log(cases, mistakes)


def tell(path: Path, mistakes: Sequence[Mistake]) -> list[str]:
    """Return the lines that tell of the first ten mistakes, and how many more there are."""
    told = [f"{path}:{m.line}: {m.reason}" for m in mistakes[:SHOWN]]
    if len(mistakes) > SHOWN:
        told.append(f"and {len(mistakes) - SHOWN} more")
    return told


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(path: Path, form: LogForm) -> Iterator[tuple[int, Row | str]]:
    """Yield each line's number and its columns, or the reason why it has none."""
    ending = _ending(path)
    try:
        if ending == ".parquet":
            yield from _parquet(path, form)
        elif ending in ENDINGS:
            with _opened(path) as file:
                yield from _csv_rows(path, file) if ending == ".csv" else _json_rows(file)
        else:
            wanted = ", ".join(ENDINGS)
            raise LogError([f"{path}: {ending or 'no ending'}: the ending says what a log is, one of {wanted}"])
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LogError([f"{path}: cannot be read: {reason}"]) from error


def _ending(path: Path) -> str:
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _opened(path: Path) -> IO[str]:
    """Open a text file so that bytes which are not UTF-8 stay recognisable in their own line."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _is_text(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _json_rows(file: IO[str]) -> Iterator[tuple[int, Row | str]]:
    for number_, raw in enumerate(_lines(file), 1):
        if not (line := raw.strip(" \t\r\n")):
            continue
        if not _is_text(line):
            yield number_, "not UTF-8"
            continue
        try:
            row = parse_json(line)
        except ValueError as error:
            yield number_, f"no JSON object: {error}"
            continue
        if not isinstance(row, dict):
            yield number_, f"no JSON object but {_kind_of(row)}"
        elif "\\ud" in line.lower() and not _is_text(json.dumps(row, ensure_ascii=False)):
            yield number_, "not UTF-8: an escape holds half a surrogate pair"
        else:
            yield number_, row


def _lines(file: IO[str]) -> Iterator[str]:
    """Split at line feeds only: `newline=''` would end a line at a lone carriage return too."""
    pending = ""
    for chunk in file:
        pending += chunk
        if pending.endswith("\n"):
            yield pending
            pending = ""
    if pending:
        yield pending


def parse_json(text: str) -> Any:
    """Read JSON text strictly: no NaN, no Infinity, nothing too deep. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole)
    except RecursionError as error:
        msg = "nested too deeply"
        raise ValueError(msg) from error


def _no_constant(name: str) -> None:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 400 else float(digits)  # noqa: PLR2004 - longer than any double


def _kind_of(value: object) -> str:
    return {list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


def _csv_rows(path: Path, file: IO[str]) -> Iterator[tuple[int, Row | str]]:
    csv.field_size_limit(1 << 27)
    reader = csv.reader(file)
    header: list[str] | None = None
    start = 1
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, f"no CSV: {error}"
            continue
        if not cells:
            continue
        if header is None:
            header = cells
            if len(set(header)) < len(header):
                twice = next(c for c in header if header.count(c) > 1)
                raise LogError([f"{path}:1: the column {twice!r} stands there twice"])
        elif not all(map(_is_text, cells)):
            yield start, "not UTF-8"
        else:
            yield start, {name: cell for name, cell in zip(header, cells, strict=False) if cell}


def _parquet(path: Path, form: LogForm) -> Iterator[tuple[int, Row | str]]:
    for line, row in enumerate(parquet_rows(path), 1):
        if form.procedures is not None:
            yield line, row
        else:
            yield line, {k: v for k, v in row.items() if v is not None}


# --- an event ----------------------------------------------------------------------------------------------------------


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
    raise _Bad(f"unknown procedure {name!r} (known: {known})")


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
    """Return value and data; in a CSV or a Parquet file of this project's own columns they are JSON text."""
    value, data = row.get("value"), row.get("data")
    if form.json_cells:
        value, data = _json_cell("value", value), _json_cell("data", data)
    return value, data


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


# --- cases -------------------------------------------------------------------------------------------------------------


def _refuse_repeated_ids(events: dict[int, Event], mistakes: list[Mistake]) -> None:
    seen: dict[str, int] = {}
    for line, event in list(events.items()):
        if event.event_id is None:
            continue
        if (first := seen.setdefault(event.event_id, line)) != line:
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
            return Mistake(event.position, f"case {first.case_id!r} has a second opened (first in line {first.position})")
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
