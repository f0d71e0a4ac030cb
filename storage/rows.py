"""The rows of a log file: JSON Lines, CSV, Parquet, XES or OCEL, each with its number, or the reason why it is none."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import duckdb

from checklists.errors import LogError
from storage import ocel, xes

ENDINGS = (".jsonl", ".ndjson", ".json", ".csv", ".parquet", ".xes", ocel.JSON_ENDING, *ocel.SQLITE_ENDINGS)

STANDARDS: Mapping[str, Mapping[str, str]] = {
    ".xes": xes.STANDARD,
    **dict.fromkeys((ocel.JSON_ENDING, *ocel.SQLITE_ENDINGS), ocel.STANDARD),
}
"""By the ending, which columns of a standard's log are which of ours."""

Row = Mapping[str, Any]


def log_rows(path: Path, case_type: str | None = None) -> Iterator[tuple[int, Row | str | ocel.Apart]]:
    """Yield each line's number and its columns, or the reason why it has none.

    `case_type`: of OCEL, the type of object whose lives are the cases.
    """
    try:
        ending = source_of(path)
        if ending not in ENDINGS:
            wanted = ", ".join(ENDINGS)
            raise LogError([f"{path}: {ending or 'no ending'}: the ending says what a log is, one of {wanted}"])
        match ending:
            case ".parquet":
                yield from enumerate(_parquet_rows(path), 1)
            case ".xes":
                yield from enumerate(xes.xes_rows(path), 1)
            case ocel.JSON_ENDING:
                yield from enumerate(ocel.json_rows(path, _whole_json(path), case_type), 1)
            case _ if ending in ocel.SQLITE_ENDINGS:
                yield from enumerate(ocel.sqlite_rows(path, case_type), 1)
            case _:
                with _opened(path, "" if ending == ".csv" else "\n") as file:
                    yield from _csv_rows(path, file) if ending == ".csv" else _json_rows(file)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LogError([f"{path}: cannot be read: {reason}"]) from error


def source_of(path: Path) -> str:
    """Return the ending that says what a log is; a `.json` that holds an OCEL object is `.jsonocel`. Raises OSError."""
    ending = ending_of(path)
    return ocel.JSON_ENDING if ending == ".json" and ocel.looks_like_ocel(path) else ending


def ending_of(path: Path) -> str:
    """Return the ending that says what a log is (`.gz` aside), in small letters."""
    return Path(path.name.removesuffix(".gz")).suffix.lower()


def _opened(path: Path, newline: str) -> IO[str]:
    """Open a text file so that bytes which are not UTF-8 stay recognisable in their own line."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline=newline)
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline=newline)


def _is_text(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _json_rows(file: IO[str]) -> Iterator[tuple[int, Row | str]]:
    for number_, raw in enumerate(file, 1):
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


def parse_json(text: str) -> Any:
    """Read JSON text strictly: no NaN, no Infinity, nothing too deep. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole)
    except RecursionError as error:
        msg = "nested too deeply"
        raise ValueError(msg) from error


def _whole_json(path: Path) -> Any:
    with _opened(path, "\n") as file:
        text = file.read()
    if not _is_text(text):
        raise LogError([f"{path}: not UTF-8"])
    try:
        return parse_json(text)
    except ValueError as error:
        raise LogError([f"{path}: no JSON: {error}"]) from error


def _no_constant(name: str) -> None:
    msg = f"{name} is no JSON number"
    raise ValueError(msg)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 400 else float(digits)


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


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file in its order. Raises LogError where it is none."""
    if not path.is_file():
        raise LogError([f"{path}: cannot be read: no such file"])
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as db:
        db.execute("SET TimeZone = 'UTC'")
        db.execute("SET enable_progress_bar = false")  # DuckDB draws it on standard output, among the violations
        try:
            cursor = db.execute("SELECT * FROM read_parquet(?)", [str(path)])
        except duckdb.Error as error:
            raise LogError([f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}"]) from error
        names = [column[0] for column in cursor.description or ()]
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                yield {name: _json_value(cell) for name, cell in zip(names, row, strict=True)}


def _json_value(cell: Any) -> Any:
    match cell:
        case None | bool() | int() | float() | str():
            return cell
        case datetime():
            return cell.astimezone(UTC).isoformat() if cell.tzinfo else cell.isoformat()
        case date():
            return cell.isoformat()
        case Decimal():
            return float(cell)
        case list() | tuple():
            return [_json_value(part) for part in cell]
        case dict():
            return {key: _json_value(part) for key, part in cell.items()}
        case _:
            return str(cell)
