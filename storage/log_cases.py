"""The events of some cases out of the relation `log`, for whoever wants to look at them one by one."""

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
