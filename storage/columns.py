"""How entries and findings lie in the tables of migrations/: a tuple a row, in the order of the columns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from checklists.event import Event, comparable
from rules.violation import Violation
from storage.store import Entry, Finding

Row = tuple[Any, ...]


def event_key(event_id: str) -> int:
    """Return 64 bits that are equal for equal ids and hardly ever for others."""
    return int.from_bytes(hashlib.blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def entry_row(entry: Entry, payload: bytes) -> Row:
    """Return the row of `entries`."""
    e = entry.event
    plain = (e.position, e.case_id, e.procedure, e.event, e.occurred_at, e.recorded_at, e.actor, e.role, e.subject)
    key = None if e.event_id is None else event_key(e.event_id)
    return (*plain, *_typed(e.value), e.event_id, key, payload, entry.hash)


def _typed(value: object) -> tuple[float | None, str | None, bool | None]:
    """Return a value as number, text, boolean: one of them, or none for null, lists and objects."""
    match comparable(value):
        case ("number", float(number)):
            return number, None, None
        case ("text", str(text)):
            return None, text, None
        case ("boolean", bool(truth)):
            return None, None, truth
        case _:
            return None, None, None


def field_rows(event: Event) -> Iterator[Row]:
    """Yield the rows of `fields`, one for each key of the data."""
    for name, value in (event.data or {}).items():
        entries = [e for e in value if isinstance(e, str)] if isinstance(value, list) else None
        yield (event.position, event.case_id, name, _type(value), *_typed(value), entries)


def _type(value: object) -> str:
    kind = comparable(value)
    if isinstance(kind, tuple):
        return str(kind[0])
    if value is None:
        return "unset"
    return "list" if isinstance(value, list) else "object"


def finding_row(n: int, f: Finding) -> Row:
    """Return the row of `findings`."""
    v = f.violation
    seq = v.cause if isinstance(v.cause, int) else None
    day = v.cause if isinstance(v.cause, str) else None
    broken = (v.rule, v.case_id, v.at, v.due_at, v.step, v.subject, v.remedied_at, v.short_notice, seq, day)
    return (n, f.id, *broken, f.state, f.noticed_at, f.by_seq, f.catalogue, f.ordinal)


def finding_of(row: Row) -> Finding:
    """Return the finding of a row (without its `n`)."""
    id_, rule, case_id, at, due_at, step, subject, remedied_at, short_notice, seq, day, *rest = row
    cause = seq if seq is not None else day
    violation = Violation(rule, case_id, at, due_at, step, subject, remedied_at, short_notice, cause)
    return Finding(id_, violation, *rest)
