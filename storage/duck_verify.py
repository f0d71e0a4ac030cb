"""The whole record recomputed: the chain from its payloads, the columns from the entries, the head in the chain.

It goes through in chunks, so that memory is bounded; after an entry that does not hold it goes on with the hash that
is stored, so that one change is one line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import duckdb

from storage import chain
from storage.columns import Row, entry_row, field_rows
from storage.database import first_row
from storage.head import GarbledHeadError, read_head
from storage.personal import Personal
from storage.store import GENESIS, Head

_CHUNK = 20_000
_TOLD = 1_000
_COLUMNS = (
    *("seq", "case_id", "procedure", "event", "occurred_at", "recorded_at", "actor", "role", "subject"),
    *("value_number", "value_text", "value_boolean", "event_id", "event_key", "payload", "hash"),
)


def verify(cursor: duckdb.DuckDBPyConnection, head_file: Path, personal: Personal) -> list[str]:
    """Return a line for each thing that does not hold; the first thousand, and then that there are more."""
    found = list(islice(_mismatches(cursor, head_file, personal), _TOLD + 1))
    return found if len(found) <= _TOLD else [*found[:_TOLD], "and more"]


def _mismatches(cursor: duckdb.DuckDBPyConnection, head_file: Path, personal: Personal) -> Iterator[str]:
    head = _told(head_file)  # before the snapshot: what the head names is in it, however much is written meanwhile
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    row = first_row(cursor, "SELECT coalesce(max(seq), 0), coalesce(min(seq), 1) FROM entries")
    last, least = row or (0, 1)
    if least < 1:
        yield f"there are entries with a seq under 1 (the least is {least})"
    walk = _Walk()
    for low in range(0, last, _CHUNK):
        yield from _chunk(cursor, low, min(low + _CHUNK, last), walk)
    orphans = cursor.execute("SELECT DISTINCT seq FROM fields WHERE seq < 1 OR seq > ? ORDER BY seq", [last])
    yield from (f"fields of entry {seq}, which is not there" for (seq,) in orphans.fetchall())
    yield from _head(cursor, head)
    yield from _personal(personal)
    yield from _texts(cursor)


@dataclass
class _Walk:
    """Where the walk along the chain stands: the last seq, and its hash where it is known."""

    seq: int = 0
    hash: bytes | None = GENESIS


def _chunk(cursor: duckdb.DuckDBPyConnection, low: int, high: int, walk: _Walk) -> Iterator[str]:
    rows = cursor.execute("SELECT * FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq", [low, high]).fetchall()
    parts = cursor.execute("SELECT * FROM fields WHERE seq > ? AND seq <= ? ORDER BY seq", [low, high]).fetchall()
    fields = {seq: list(group) for seq, group in groupby(parts, key=lambda row: row[0])}
    for row in rows:
        yield from _entry(row, fields.pop(row[0], []), walk)
    if walk.seq < high:
        yield from _gap(walk, high + 1)
    yield from (f"fields of entry {seq}, which is not there" for seq in fields)


def _gap(walk: _Walk, following: int) -> Iterator[str]:
    yield from (f"entry {seq} is missing" for seq in range(walk.seq + 1, following))
    walk.seq, walk.hash = following - 1, None


def _entry(row: Row, fields: list[Row], walk: _Walk) -> Iterator[str]:
    seq, payload, digest = row[0], row[-2], row[-1]
    if seq == walk.seq:
        yield f"entry {seq} is there twice"
        return
    if seq > walk.seq + 1:
        yield from _gap(walk, seq)
    if walk.hash is not None and chain.entry_hash(walk.hash, payload) != digest:
        yield f"entry {seq}: its hash does not follow from the entry before and its content"
    walk.seq, walk.hash = seq, digest
    try:
        entry = chain.entry_of(payload, digest)
        expected = entry_row(entry, payload)
        wanted = sorted(field_rows(entry.event))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield f"entry {seq}: its content cannot be read: {error}"
        return
    for name, is_, should in zip(_COLUMNS, row, expected, strict=True):
        if is_ != should:
            yield f"entry {seq}: the column {name} is {is_!r}, its content says {should!r}"
    if sorted(fields, key=lambda r: r[2]) != sorted(wanted, key=lambda r: r[2]):
        yield f"entry {seq}: its fields differ from its content"


def _told(head_file: Path) -> Head | str:
    """Return the head, or what is wrong with it."""
    try:
        return read_head(head_file) or "the head is missing"
    except GarbledHeadError as error:
        return f"the head: {error}"


def _head(cursor: duckdb.DuckDBPyConnection, head: Head | str) -> Iterator[str]:
    if isinstance(head, str):
        yield head
    elif head.seq:
        row = first_row(cursor, "SELECT hash FROM entries WHERE seq = ?", [head.seq])
        if row is None or row[0] != head.hash:
            yield f"the head {head} is not in the chain"


def _personal(personal: Personal) -> Iterator[str]:
    for case_id, digest, value, salt in personal.every():
        if salt is None or chain.digest(salt, value) != digest:
            yield f"case {case_id!r}: a personal text does not give its digest {digest}"


def _texts(cursor: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = cursor.execute("SELECT digest, text FROM texts").fetchall()
    yield from (
        f"the text {d} is not what it was" for d, text in rows if hashlib.sha256(text.encode()).hexdigest() != d
    )
