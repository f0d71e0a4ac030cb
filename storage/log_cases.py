"""Parts of the relation `log`: what some procedures have in it, and the events of some cases one by one."""

from __future__ import annotations

import json
from collections.abc import Collection

import duckdb

from checklists.event import Event
from storage.database import query

PLAIN = ("position", "case_id", "procedure", "event", "occurred_at", "recorded_at", "actor", "role", "subject")


def events_of(db: duckdb.DuckDBPyConnection, case_ids: Collection[str]) -> dict[str, list[Event]]:
    """Return the events of cases by case, in the order of the log; `procedure` as the relation has it."""
    found: dict[str, list[Event]] = {case_id: [] for case_id in case_ids}
    for row in db.execute(query("log_cases"), {"case_ids": list(case_ids)}).fetchall():
        value, data = (None if text is None else json.loads(text) for text in row[9:11])
        plain = dict(zip(PLAIN, row[:9], strict=True))
        event = Event(**plain, value=value, data=data if isinstance(data, dict) else None, event_id=row[11])
        found[event.case_id].append(event)
    return found


def keep_of(db: duckdb.DuckDBPyConnection, procedures: Collection[str]) -> None:
    """Leave in `log`, a view over a file, only the rows of some procedures, and keep those in a table: read once."""
    db.execute(query("log_kept"), {"procedures": list(procedures)})
    db.execute("CREATE OR REPLACE VIEW log AS SELECT * FROM log_kept")
