"""Events in memory as the relation `log` that the bulk judge reads: for small logs, and to hold engines against it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from checklists.event import Event
from checklists.instant import Instant
from rules.bulk import Plan
from rules.kinds import Catalogue
from rules.violation import Violation
from storage.bulk import DuckEngine, judge_log, violations

COLUMNS: Mapping[str, str] = {
    "position": "BIGINT",
    "case_id": "VARCHAR",
    "procedure": "VARCHAR",
    "event": "VARCHAR",
    "occurred_at": "BIGINT",
    "recorded_at": "BIGINT",
    "actor": "VARCHAR",
    "role": "VARCHAR",
    "subject": "VARCHAR",
    "value": "VARCHAR",
    "data": "VARCHAR",
    "event_id": "VARCHAR",
}
"""Of the relation `log`: instants in microseconds, value and data as JSON text."""
CHUNK = 20_000
_INFINITE = re.compile(r'("(?:[^"\\]|\\.)*")|Infinity')


@contextmanager
def scratch(memory: str = "", threads: int = 0) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Give a database in memory and the folder that it spills to; both are gone afterwards.

    `memory` such as `1GB` bounds what it takes.
    """
    with (
        TemporaryDirectory(prefix="sopwatch-") as folder,
        duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false", "temp_directory": folder}) as db,
    ):
        db.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
        if memory:
            db.execute("SET memory_limit = $1", [memory])
        if threads:
            db.execute(f"SET threads = {threads}")
        yield db, Path(folder)


def judge_cases(
    cases: Iterable[Sequence[Event]],
    catalogue_for: Callable[[Sequence[Event]], Catalogue],
    now: Instant,
    zone: ZoneInfo,
) -> list[Violation]:
    """Return the violations of cases, each judged by its catalogue, as of `now`, in no order.

    Positions are to be unique over all cases.
    """
    with scratch() as (db, _):
        plan = load_cases(db, cases, catalogue_for)
        engine = DuckEngine(db, alone=True)
        judge_log(engine, plan, now, zone)
        return list(violations(engine, plan, zone))


def load_cases(
    db: duckdb.DuckDBPyConnection,
    cases: Iterable[Sequence[Event]],
    catalogue_for: Callable[[Sequence[Event]], Catalogue],
) -> Plan:
    """Make the relation `log` of cases, and return the plan of their catalogues: one group each."""
    keys: dict[int, str] = {}
    catalogues: dict[str | None, Catalogue] = {}
    words: dict[str | None, set[str]] = {}
    opened_first = True
    rows: list[tuple[Any, ...]] = []
    db.execute(f"CREATE OR REPLACE TABLE log ({', '.join(f'{c} {t}' for c, t in COLUMNS.items())})")
    for events in cases:
        if not events:
            continue
        catalogue = catalogue_for(events)
        key = keys.setdefault(id(catalogue), str(len(keys)))
        catalogues[key] = catalogue
        words.setdefault(key, set()).update(e.event for e in events)
        opened_first &= min(events, key=lambda e: e.order).event == "opened"
        rows += (_row(key, e) for e in events)
        if len(rows) > CHUNK:
            _insert(db, rows)
            rows.clear()
    _insert(db, rows)
    return Plan(catalogues, words, opened_first=opened_first)


def _insert(db: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        select = ", ".join(f"unnest(${n}::{t}[])" for n, t in enumerate(COLUMNS.values(), 1))
        db.execute(f"INSERT INTO log SELECT {select}", [list(column) for column in zip(*rows, strict=True)])


def _row(key: str, e: Event) -> tuple[Any, ...]:
    value = None if e.value is None else json_text(e.value)
    data = None if e.data is None else json_text(dict(e.data))
    plain = (e.position, e.case_id, key, e.event, e.occurred_at, e.recorded_at, e.actor, e.role, e.subject)
    return (*plain, value, data, e.event_id)


def json_text(value: Any) -> str:
    """Write a value as JSON; what is too large for a double as a number that is."""
    if isinstance(value, float) and math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    text = json.dumps(value, ensure_ascii=False)
    return _INFINITE.sub(lambda m: m[1] or "1e999", text) if "Infinity" in text else text
