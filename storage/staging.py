"""A log in a file as the relation `log` of DuckDB, its rows never in Python.

SQL vouches for a file as a whole. One with anything doubtful in it, and be it a number written oddly, is left to
storage/log.py, which alone says what is wrong with a log: there is one truth of what is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from checklists.event import LIFE_CYCLE
from storage.bulk_events import json_text
from storage.columns_of_files import INSTANT, NUMBER_TYPES, ODD_JSON, OFFSET, Column, columns_of, quoted
from storage.log import COLUMNS, MAPPED, LogForm
from storage.rows import ending_of, log_rows

_TEXTS = ("case_id", "procedure", "event", "actor", "role", "subject", "event_id")


@dataclass(frozen=True)
class Staged:
    """What there is to judge: how many events and cases, and which words each procedure's events have."""

    events: int
    cases: int
    words: Mapping[str, Sequence[str]]


def written_out(path: Path, folder: Path) -> Path | None:
    """Write the rows of an XES log as JSON Lines, one at a time, for `stage`; None where one of them is no row."""
    lines = folder / "log.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        for _, row in log_rows(path):
            if not isinstance(row, Mapping):
                return None
            file.write(json_text(dict(row)) + "\n")
    return lines


@dataclass(frozen=True)
class _Selection:
    """The columns of `log` as expressions over the file's, and when a row is doubtful."""

    columns: Mapping[str, str]
    doubts: Sequence[tuple[str, str]]
    """Each as (which rows it is about, when one of these is doubtful): few rows are looked at closely."""


def stage(
    db: duckdb.DuckDBPyConnection, path: Path, form: LogForm, fields: frozenset[str], folder: Path
) -> Staged | None:
    """Make `log` of a file; None where it is to be left to `read_log`.

    `fields` are those of another system's log that rules read. `folder` takes what text is turned into.
    """
    try:
        source, columns = columns_of(db, path, (*COLUMNS, *form.mapping.values(), *fields))
        own = form.procedures is not None
        selection = _own(columns, form) if own else _foreign(columns, form, fields)
        if selection is None or not (staged := _staged(db, path, source, selection, folder)):
            return None
        return staged if not own or (_known(staged, form) and _sound(db)) else None
    except (duckdb.Error, OSError, UnicodeError):
        return None


def _staged(
    db: duckdb.DuckDBPyConnection, path: Path, source: str, selection: _Selection, folder: Path
) -> Staged | None:
    """Make `log` of the selection; None where a row is doubtful. Text is turned into Parquet first."""
    columns = ", ".join(f"{sql} AS {name}" for name, sql in selection.columns.items())
    if ending_of(path) == ".parquet":
        db.execute(f"CREATE OR REPLACE VIEW log AS SELECT {columns} FROM {source}")
        doubtful = _doubtful(selection, source)
    else:
        kept = quoted(str(folder / "log.parquet"))
        db.execute("SET preserve_insertion_order = true")
        doubt = " OR ".join(f"(coalesce({about} AND ({when}), false))" for about, when in selection.doubts)
        db.execute(f"COPY (SELECT {columns}, {doubt} AS doubtful FROM {source}) TO {kept} (FORMAT parquet)")
        db.execute("SET preserve_insertion_order = false")
        db.execute(f"CREATE OR REPLACE VIEW log AS SELECT * FROM read_parquet({kept})")
        doubtful = "SELECT count(*) FROM log WHERE doubtful"
    if db.execute(doubtful).fetchall()[0][0]:
        return None
    events, cases = db.execute("SELECT count(*), count(DISTINCT hash(case_id)) FROM log").fetchall()[0]
    words = db.execute("SELECT procedure, list(DISTINCT event) FROM log GROUP BY procedure").fetchall()
    return Staged(events, cases, dict(words))


def _doubtful(selection: _Selection, source: str) -> str:
    by_rows: dict[str, list[str]] = {}
    for about, when in selection.doubts:
        by_rows.setdefault(about, []).append(f"coalesce({when}, false)")
    counts = [f"(SELECT count(*) FROM {source} WHERE {about} AND ({' OR '.join(w)}))" for about, w in by_rows.items()]
    return f"SELECT {' + '.join(counts) or '0'}"


# --- the packs' own logs ---------------------------------------------------------------------------------------------


def _own(columns: Mapping[str, Column], form: LogForm) -> _Selection | None:
    named = {name: columns.get(name) for name in COLUMNS}
    doubts: list[tuple[str, str]] = []
    found = {"position": "file_row + 1"}
    for name in _TEXTS:
        found[name] = _text(named[name], doubts, needed=name in {"case_id", "procedure", "event"})
    if not _instants(named, form, found, doubts):
        return None
    found["event_id"] = f"nullif({found['event_id']}, '')"
    value, data = named["value"], named["data"]
    text = value is not None and value.type == "VARCHAR"
    if (value and not text and value.json is None) or (data and data.type not in {"VARCHAR", "JSON"}):
        return None
    found["value"] = "CAST(NULL AS VARCHAR)" if value is None else _cell(value, doubts, strict=value.from_csv)
    found["data"] = "CAST(NULL AS VARCHAR)"
    if data:
        content = _cell(data, doubts, strict=True)
        found["data"] = f"CASE WHEN json_type({content}) = 'OBJECT' THEN {content} END"
    doubts += _content(form, named, found)
    return _Selection(found, doubts)


def _text(column: Column | None, doubts: list[tuple[str, str]], *, needed: bool) -> str:
    if column is None:
        doubts += [("true", "true")] if needed else []
        return "CAST(NULL AS VARCHAR)"
    if (no_text := column.no_text) is not None:
        doubts.append((column.is_set, no_text))
    if needed:
        doubts += [(f"coalesce({column.text}, '') = ''", "true")]
    return column.text


def _instants(
    named: Mapping[str, Column | None], form: LogForm, found: dict[str, str], doubts: list[tuple[str, str]]
) -> bool:
    """Add occurred_at and recorded_at; return whether their columns can hold instants."""
    occurred, recorded = named.get("occurred_at"), named.get("recorded_at")
    if occurred is None or (at := occurred.instant(form)) is None:
        return False
    found["occurred_at"] = found["recorded_at"] = at
    doubts.append((f"({at}) IS NULL", "true"))
    if recorded is not None:
        if (late := recorded.instant(form)) is None:
            return False
        found["recorded_at"] = f"coalesce({late}, {at})"
        doubts += [(recorded.is_set, f"({late}) IS NULL"), (f"({late}) < ({at})", "true")]
    return True


def _cell(column: Column, doubts: list[tuple[str, str]], *, strict: bool) -> str:
    """Return the JSON of a cell: written as JSON, or (unless `strict`) a text that is none."""
    if column.type != "VARCHAR":
        return column.json or "NULL"
    doubts.append((column.is_set, f"regexp_matches({column.sql}, '{ODD_JSON}')"))
    if strict:
        doubts.append((column.is_set, f"NOT json_valid({column.sql})"))
        return f"CASE WHEN json_type({column.sql}) <> 'NULL' THEN {column.sql} END"
    read = f"CASE WHEN json_type({column.sql}) <> 'NULL' THEN {column.sql} END"
    return f"CASE WHEN json_valid({column.sql}) THEN {read} ELSE CAST(to_json({column.sql}) AS VARCHAR) END"


def _content(form: LogForm, named: Mapping[str, Column | None], found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is doubtful in what rows hold: numbers of number steps, instants of fields, keys given twice."""
    data = named["data"]
    held = "NULL" if data is None else data.sql
    event, procedure = found["event"], found["procedure"]
    for plan in (form.procedures or {}).values():
        mine = f"{procedure} = {quoted(plan.id)}"
        if steps := ", ".join(quoted(s.id) for s in plan.steps.values() if s.evidence.type == "number"):
            value = found["value"]
            finite = f"json_type({value}) IN {NUMBER_TYPES} AND isfinite(TRY_CAST({value} AS DOUBLE))"
            yield f"{event} IN ({steps}) AND {mine}", f"NOT coalesce({finite}, false)"
        for pointer in (quoted("/" + f.id) for f in plan.fields if f.type == "datetime"):
            kind, text = f"json_type({held}, {pointer})", f"json_extract_string({held}, {pointer})"
            read = f"TRY_CAST(replace(upper({text}), ' ', 'T') AS TIMESTAMPTZ) IS NOT NULL"
            good = f"{kind} = 'VARCHAR' AND regexp_full_match({text}, '{INSTANT}{OFFSET}') AND {read}"
            life = f"{event} IN ('opened', 'amended')"
            yield f"{life} AND {mine} AND {held} IS NOT NULL", f"{kind} <> 'NULL' AND NOT coalesce({good}, false)"
    keys = f"json_keys({held})"
    yield f"{event} IN ('opened', 'amended', 'retracted')", f"len({keys}) <> list_unique({keys})"


def _known(staged: Staged, form: LogForm) -> bool:
    """Whether the procedures are known, and each word is a step of its own, a life-cycle word or an act."""
    procedures = form.procedures or {}
    return all(
        name in procedures and all(w.startswith("_") or w in {*LIFE_CYCLE, *procedures[name].steps} for w in words)
        for name, words in staged.words.items()
    )


def _sound(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether cases are begun by their only `opened`, have one procedure, ids are unique, retractions name events."""
    db.execute(
        "CREATE OR REPLACE TABLE opening AS SELECT hash(case_id) AS cid, occurred_at AS tick, position AS pos,"
        " procedure FROM log WHERE event = 'opened'"
    )
    [(openings, cases)] = db.execute("SELECT count(*), count(DISTINCT cid) FROM opening").fetchall()
    [(bad,)] = db.execute(
        "SELECT count(*) FROM log l LEFT JOIN opening o ON o.cid = hash(l.case_id) WHERE o.cid IS NULL"
        " OR l.occurred_at < o.tick OR (l.occurred_at = o.tick AND l.position < o.pos) OR l.procedure <> o.procedure"
    ).fetchall()
    [(ids, distinct)] = db.execute(
        "SELECT count(event_id), count(DISTINCT hash(event_id)) FILTER (event_id IS NOT NULL) FROM log"
    ).fetchall()
    [(retractions, named)] = db.execute(
        "SELECT count(*), count(l.position) FROM"
        " (SELECT hash(case_id) AS cid, json_extract_string(data, '/event_id') AS event_id"
        " FROM log WHERE event = 'retracted') r"
        " LEFT JOIN (SELECT position, hash(case_id) AS cid, event_id FROM log WHERE event_id IS NOT NULL"
        " AND event NOT IN ('opened', 'retracted')) l ON l.event_id = r.event_id AND l.cid = r.cid"
    ).fetchall()
    db.execute("DROP TABLE opening")
    return bool(openings == cases and not bad and ids == distinct and retractions == named)


# --- other systems' logs ---------------------------------------------------------------------------------------------


def _foreign(columns: Mapping[str, Column], form: LogForm, fields: frozenset[str]) -> _Selection | None:
    if not form.mapping:
        return None
    named = {ours: columns.get(form.mapping.get(ours, ours if ours in NEEDED else "")) for ours in MAPPED}
    taken = {*form.mapping.values(), *(n for n in NEEDED if n in columns)}
    doubts: list[tuple[str, str]] = []
    found = {"position": "file_row + 1", "procedure": "''", "event_id": "CAST(NULL AS VARCHAR)"}
    for name in ("case_id", "event", "actor", "role", "subject"):
        found[name] = _text(named[name], doubts, needed=name in NEEDED)
    if not _instants(named, form, found, doubts):
        return None
    value = named["value"]
    if value is not None and value.json is None:
        return None
    found["value"] = "CAST(NULL AS VARCHAR)" if value is None else str(value.json)
    if value is not None and value.type == "VARCHAR":
        found["value_text"] = value.sql
    parts = []
    for field in sorted(fields & columns.keys() - taken):
        column = columns[field]
        content = column.json
        if field in form.anchors:
            at = column.instant(form)
            content = None if at is None else _written(at)
            doubts += [] if at is None else [(column.is_set, f"({at}) IS NULL")]
        if content is None:
            return None
        parts += [quoted(field), f"CAST({content} AS JSON)"]
    data = f"CAST(json_object({', '.join(parts)}) AS VARCHAR)" if parts else "CAST(NULL AS VARCHAR)"
    found["data"] = f"CASE WHEN {found['event']} NOT IN ('amended', 'retracted') THEN {data} END"
    return _Selection(found, doubts)


NEEDED = ("case_id", "event", "occurred_at")


def _written(instant: str) -> str:
    """Return the JSON text of an instant, as `format_instant` writes it."""
    moment = f"make_timestamp({instant})"
    micro = f"CASE WHEN ({instant}) % 1000000 = 0 THEN '' ELSE strftime({moment}, '.%f') END"
    return f"to_json(strftime({moment}, '%Y-%m-%dT%H:%M:%S') || {micro} || '+00:00')"
