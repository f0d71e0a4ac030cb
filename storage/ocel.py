"""The rows of an OCEL 2.0 log (ocel-standard.org), JSON or SQLite: each event in the case of each object of one type.

Columns: `ocel:eid`, `ocel:activity` (the event's type), `ocel:timestamp`, `ocel:oid` (the object whose life the case
is), and the event's attributes by their names. JSON is read whole; SQLite is opened to read only, and streamed.
"""

from __future__ import annotations

import gzip
import heapq
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from enum import Enum
from operator import itemgetter
from pathlib import Path
from typing import Any

from checklists.errors import LogError
from storage.typed import typed

EVENT_ID, ACTIVITY, TIME, OBJECT = "ocel:eid", "ocel:activity", "ocel:timestamp", "ocel:oid"
STANDARD: Mapping[str, str] = {"case_id": OBJECT, "event": ACTIVITY, "occurred_at": TIME, "event_id": EVENT_ID}
JSON_ENDING = ".jsonocel"
SQLITE_ENDINGS = (".sqlite", ".db")
_KEYS = ("events", "objects", "eventTypes", "objectTypes")
_TYPES = {"integer": "int", "float": "float", "boolean": "boolean"}
_HEAD = 1 << 16

_Row = dict[str, Any]


class Apart(Enum):
    """Stands for the row of an event that belongs to no case: it has no object of the type."""

    APART = "apart"


def looks_like_ocel(path: Path) -> bool:
    """Say whether a `.json` file holds one OCEL object, rather than JSON Lines."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
        head = first + file.read(_HEAD)
    try:
        row = json.loads(first)
    except (ValueError, RecursionError):  # an object laid out over several lines, or none
        keys = "|".join(_KEYS)
        return re.match(rb'\s*(?:\xef\xbb\xbf)?\{\s*"(?:%b)"\s*:' % keys.encode(), head) is not None
    return isinstance(row, dict) and "events" in row and any(key in row for key in _KEYS[1:])


def _chosen(path: Path, wanted: str | None, types: Sequence[str]) -> str:
    """Return the type of object whose lives are the cases. Raises LogError where that is not plain."""
    known = ", ".join(types) or "none"
    if wanted is None and len(types) == 1:
        return types[0]
    if wanted is None:
        raise LogError([f"{path}: which objects are the cases? Name their type: --map case_id=TYPE, one of: {known}"])
    if wanted not in types:
        raise LogError(
            [f"{path}: --map case_id={wanted}: there is no object type {wanted!r} here (there are: {known})"]
        )
    return wanted


# --- JSON ------------------------------------------------------------------------------------------------------------


def json_rows(path: Path, content: object, wanted: str | None) -> Iterator[_Row | str | Apart]:
    """Yield the rows of a document in the file's order. Raises LogError where it is no OCEL 2.0."""
    if not isinstance(content, dict) or not all(isinstance(content.get(key), list) for key in ("events", "objects")):
        raise LogError([f"{path}: no OCEL 2.0: it has no lists `events` and `objects`"])
    objects = {o["id"]: o["type"] for o in content["objects"] if _has_texts(o, "id", "type")}
    declared = [t for t in _dicts(content.get("objectTypes")) if _has_texts(t, "name")]
    types = sorted({t["name"] for t in declared} | set(objects.values()))
    chosen = _chosen(path, wanted, types)
    kinds = _kinds(content)
    for event in content["events"]:
        if not isinstance(event, dict):
            yield "no event but " + json.dumps(event, ensure_ascii=False)[:40]
            continue
        row = _row_of(event, kinds)
        related = [r.get("objectId") for r in _dicts(event.get("relationships"))]
        mine = dict.fromkeys(o for o in related if isinstance(o, str) and objects.get(o) == chosen)
        if not mine:
            yield Apart.APART
        yield from ({**row, OBJECT: name} for name in mine)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _has_texts(value: object, *keys: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in keys)


def _kinds(content: Mapping[str, Any]) -> Mapping[tuple[Any, Any], str]:
    """Return the type of each attribute that is declared to be a number or a boolean, by event type and name."""
    return {
        (event_type["name"], attribute["name"]): _TYPES[attribute["type"]]
        for event_type in _dicts(content.get("eventTypes"))
        if _has_texts(event_type, "name")
        for attribute in _dicts(event_type.get("attributes"))
        if _has_texts(attribute, "name", "type") and attribute["type"] in _TYPES
    }


def _row_of(event: Mapping[str, Any], kinds: Mapping[tuple[Any, Any], str]) -> _Row:
    row: _Row = {}
    name = event.get("type")
    for attribute in _dicts(event.get("attributes")):
        if not _has_texts(attribute, "name"):
            continue
        value = attribute.get("value")
        if isinstance(value, str) and isinstance(name, str):
            value = typed(kinds.get((name, attribute["name"])), value)
        if value is not None:
            row[attribute["name"]] = value
    return {**row, EVENT_ID: event.get("id"), ACTIVITY: name, TIME: event.get("time")}


# --- SQLite ----------------------------------------------------------------------------------------------------------


def sqlite_rows(path: Path, wanted: str | None) -> Iterator[_Row | Apart]:
    """Yield the rows of a database in the order of its table `event`. Raises LogError where it is no OCEL 2.0."""
    if not path.is_file():
        raise LogError([f"{path}: cannot be read: no such file"])
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            types = [name for (name,) in db.execute("SELECT DISTINCT ocel_type FROM object ORDER BY 1")]
            chosen = _chosen(path, wanted, types)
            db.execute(_CASES, (chosen,))
            yield from _merged(db)
    except sqlite3.Error as error:
        raise LogError([f"{path}: cannot be read as OCEL 2.0 in SQLite: {error}"]) from error


# For every event the objects of one type, once each; in SQLite's own temporary file, not in the log.
_CASES = """CREATE TEMP TABLE case_of AS
SELECT DISTINCT r.ocel_event_id AS event_id, r.ocel_object_id AS object_id
FROM main.event_object AS r JOIN main.object AS o ON o.ocel_id = r.ocel_object_id WHERE o.ocel_type = ?"""


def _merged(db: sqlite3.Connection) -> Iterator[_Row | Apart]:
    db.execute("CREATE INDEX temp.case_of_event ON case_of (event_id, object_id)")
    tables = db.execute("SELECT ocel_type, ocel_type_map FROM main.event_map_type ORDER BY 1").fetchall()
    sources = [_of_type(db, name, f"event_{short}") for name, short in tables]
    sources.append(_of_no_table(db))
    for _, row in heapq.merge(*sources, key=itemgetter(0)):
        yield row


def _of_type(db: sqlite3.Connection, name: str, table: str) -> Iterator[tuple[int, _Row | Apart]]:
    """Yield the events of a type with their place in the table `event`."""
    quoted = '"' + table.replace('"', '""') + '"'  # a table's name cannot be a parameter
    kinds = {n: kind.lower() for _, n, kind, *_ in db.execute(f"PRAGMA main.table_info({quoted})")}
    cursor = db.execute(
        "SELECT e.rowid, c.object_id, e.ocel_id, t.* FROM main.event AS e"
        f" LEFT JOIN main.{quoted} AS t ON t.ocel_id = e.ocel_id LEFT JOIN case_of AS c ON c.event_id = e.ocel_id"
        " WHERE e.ocel_type = ? ORDER BY e.rowid, c.object_id",
        (name,),
    )
    names = [column[0] for column in cursor.description[3:]]
    for place, object_id, event_id, *cells in cursor:
        if object_id is None:
            yield place, Apart.APART
            continue
        row = {n: _cell(kinds.get(n, ""), v) for n, v in zip(names, cells, strict=True) if n != "ocel_id"}
        time = row.pop("ocel_time", None)
        found = {n: v for n, v in row.items() if v is not None}
        yield place, {**found, EVENT_ID: event_id, ACTIVITY: name, TIME: time, OBJECT: object_id}


def _of_no_table(db: sqlite3.Connection) -> Iterator[tuple[int, _Row | Apart]]:
    """Yield the events whose type has no table, and so no instant: they are told of, not passed over."""
    for place, object_id, event_id, name in db.execute(
        "SELECT e.rowid, c.object_id, e.ocel_id, e.ocel_type FROM main.event AS e"
        " LEFT JOIN case_of AS c ON c.event_id = e.ocel_id"
        " WHERE NOT EXISTS (SELECT 1 FROM main.event_map_type AS m WHERE m.ocel_type = e.ocel_type) ORDER BY e.rowid"
    ):
        row: _Row = {EVENT_ID: event_id, ACTIVITY: name, OBJECT: object_id}
        yield place, Apart.APART if object_id is None else row


def _cell(kind: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return None
    if kind == "boolean" and value is not None:
        return typed("boolean", str(value))
    return value
