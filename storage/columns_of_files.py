"""The columns of a log file as expressions of DuckDB: its text, its instant, its JSON, whatever their type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from storage.log import LogForm
from storage.rows import ending_of

NUMBER_TYPES = "('BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT', 'UHUGEINT')"
"""What DuckDB calls a JSON number."""
INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
OFFSET = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_CSV = "all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', nullstr = ''"


ODD_JSON = r"(?i)[\[:,]\s*-?(nan|inf)|^\s*-?(nan|inf)|,\s*[\]}]"
"""What DuckDB takes for JSON and the standard does not (or a text that looks like it)."""


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Column:
    """A column: its expression, its type in DuckDB (`JSON` in JSON Lines), whether a CSV holds it."""

    sql: str
    type: str
    from_csv: bool = False

    @property
    def is_set(self) -> str:
        """When a cell is set."""
        none = f" AND json_type({self.sql}) <> 'NULL'" if self.type == "JSON" else ""
        return f"({self.sql} IS NOT NULL{none})"

    @property
    def text(self) -> str:
        """The expression of its text."""
        match self.type:
            case "JSON":
                return f"json_extract_string({self.sql}, '$')"
            case "VARCHAR":
                return self.sql
            case _:
                return f"CAST({self.sql} AS VARCHAR)"

    @property
    def no_text(self) -> str | None:
        """When a cell is set and is neither text nor a whole number; None for never."""
        if self.type == "JSON":
            return f"json_type({self.sql}) NOT IN ('VARCHAR', 'BIGINT', 'UBIGINT', 'NULL')"
        return None if self.type in _WHOLE or self.type == "VARCHAR" else f"{self.sql} IS NOT NULL"

    def instant(self, form: LogForm) -> str | None:
        """Return the expression of its instant, null where it is doubtful; None where the type is none of instants."""
        utc = form.naive is not None and str(form.naive) == "UTC"
        match self.type:
            case "TIMESTAMP WITH TIME ZONE":
                return f"epoch_us({self.sql})"
            case "TIMESTAMP":
                return f"epoch_us({self.sql})" if utc else None
            case "VARCHAR" | "JSON":
                kind = f"json_type({self.sql}) = 'VARCHAR' AND " if self.type == "JSON" else ""
                whole = f"regexp_full_match({self.text}, '{INSTANT}{OFFSET}{'?' if utc else ''}')"
                read = f"epoch_us(TRY_CAST(replace(upper({self.text}), ' ', 'T') AS TIMESTAMPTZ))"
                return f"CASE WHEN {kind}{whole} AND NOT starts_with({self.text}, '0000') THEN {read} END"
            case _:
                return None

    @property
    def json(self) -> str | None:
        """The expression of its JSON text, null where it is not set; None where the type has none that is sure."""
        match self.type:
            case "JSON":
                return f"nullif(CAST({self.sql} AS VARCHAR), 'null')"
            case "TIMESTAMP" | "TIMESTAMP WITH TIME ZONE":
                micro = f"CASE WHEN epoch_us({self.sql}) % 1000000 = 0 THEN '' ELSE strftime({self.sql}, '.%f') END"
                zone = "" if self.type == "TIMESTAMP" else "+00:00"
                return f"CAST(to_json(strftime({self.sql}, '%Y-%m-%dT%H:%M:%S') || {micro} || '{zone}') AS VARCHAR)"
            case "VARCHAR" | "BOOLEAN" | "DATE" | "DOUBLE":
                return f"CAST(to_json({self.sql}) AS VARCHAR)"
            case kind if kind in _WHOLE:
                return f"CAST(to_json({self.sql}) AS VARCHAR)"
            case _:
                return None


def columns_of(db: duckdb.DuckDBPyConnection, path: Path, wanted: Iterable[str]) -> tuple[str, Mapping[str, Column]]:
    """Return a file as a table expression with `file_row` (from 0), and its columns (of JSON Lines: those wanted)."""
    place = quoted(str(path))
    match ending_of(path):
        case ".parquet":
            source = f"(SELECT *, file_row_number AS file_row FROM read_parquet({place}, file_row_number = true))"
        case ".csv":
            source = f"(SELECT *, row_number() OVER () - 1 AS file_row FROM read_csv({place}, {_CSV}))"
        case ending if ending in {".jsonl", ".ndjson", ".json"}:
            return _json_lines(place, list(dict.fromkeys(wanted)))
        case ending:
            msg = f"{ending}: not read by DuckDB"
            raise OSError(msg)
    described = db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    csv = ending_of(path) == ".csv"
    columns = {n: Column('"' + n.replace('"', '""') + '"', t, csv) for n, t, *_ in described if n != "file_row"}
    return source, columns


def _json_lines(place: str, names: list[str]) -> tuple[str, Mapping[str, Column]]:
    pointers = ", ".join(quoted("/" + n.replace("~", "~0").replace("/", "~1")) for n in names)
    keys = "json_keys(json)"
    unique = f"len({keys}) = list_unique({keys})"
    fine = f"json_type(json) = 'OBJECT' AND {unique} AND NOT regexp_matches(json, '{ODD_JSON}')"
    source = (
        f"(SELECT row_number() OVER () - 1 AS file_row, json_extract(json, [{pointers}]) AS r,"
        f" CASE WHEN {fine} THEN 0 ELSE error('no plain JSON object') END AS plain FROM read_ndjson_objects({place}))"
    )
    return source, {name: Column(f"r[{n}]", "JSON") for n, name in enumerate(names, 1)}
