"""Looking at a database before it is opened for writing: does it contain the head that stands outside it.

A truncated, missing or damaged write-ahead log opens without a word and with rows gone, and the next write erases the
evidence. So the comparison opens the files read-only (which was found to leave every byte alone), and where something
is wrong they are copied aside before anything else happens to them.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from storage.chain import entry_hash
from storage.database import DATABASE, connect, first_line, first_row, refuse_newer, version_of
from storage.head import GarbledHeadError, read_head
from storage.store import GENESIS, Damage, Head

EMPTY = Head(0, GENESIS)
HEAD = "head"
_FILES = (DATABASE, DATABASE + ".wal", HEAD)


def examine(directory: Path) -> Damage | None:
    """Compare head and database without writing to them; copy the files aside where they do not agree.

    Raises StoreError for a database that is newer than the program.
    """
    expected, found = EMPTY, EMPTY
    reason: str | None
    try:
        head = read_head(directory / HEAD)
        expected = head or EMPTY
        reason = None
    except GarbledHeadError as error:
        head, reason = None, f"the file {HEAD} cannot be read: {error}"
    if holds_database(directory):
        try:
            found, mismatch = _compare(directory / DATABASE, head)
        except duckdb.Error as error:
            mismatch = f"the database cannot be opened: {first_line(error)}"
        reason = reason or mismatch
    elif _size(directory / (DATABASE + ".wal")):
        reason = reason or "the database is missing, only its write-ahead log is there"
    elif expected.seq:
        reason = reason or f"the database is missing, and the head says that it had {expected.seq} entries"
    if reason is None:
        return None
    return Damage(reason, expected, found, str(_copy_aside(directory)), range(found.seq + 1, expected.seq + 1))


def holds_database(directory: Path) -> bool:
    """Return whether there is a database file with anything in it."""
    return _size(directory / DATABASE) > 0


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _compare(path: Path, head: Head | None) -> tuple[Head, str | None]:
    """Return the last entry of the database, and why it does not contain the head."""
    with connect(path, read_only=True) as connection:
        refuse_newer(connection, path)
        if version_of(connection) == 0:
            return EMPTY, _shorter(EMPTY, head or EMPTY)
        found = last_entry(connection)
        if head is None:
            return found, f"the file {HEAD} is missing, and there are {found.seq} entries" if found.seq else None
        return found, _shorter(found, head) or _differs(connection, head)


def last_entry(connection: duckdb.DuckDBPyConnection) -> Head:
    """Return the head that the database has."""
    row = first_row(connection, "SELECT seq, hash FROM entries WHERE seq = (SELECT max(seq) FROM entries) LIMIT 1")
    return Head(row[0], row[1]) if row else EMPTY


def _shorter(found: Head, head: Head) -> str | None:
    if found.seq >= head.seq:
        return None
    lost = head.seq - found.seq
    return f"the database ends at entry {found.seq}, the head is entry {head.seq}: {lost} acknowledged entries are gone"


def _differs(connection: duckdb.DuckDBPyConnection, head: Head) -> str | None:
    """Follow the chain from the head on: entries beyond it were committed just before the process ended."""
    previous = head.hash
    rows = connection.execute("SELECT seq, payload, hash FROM entries WHERE seq >= ? ORDER BY seq", [head.seq])
    seq = head.seq
    if head.seq:
        first = rows.fetchone()
        if first is None or (first[0], first[2]) != (head.seq, head.hash):
            return f"entry {head.seq} of the database is not the one that the head names"
    while chunk := rows.fetchmany(10_000):
        for found, payload, digest in chunk:
            seq += 1
            if found != seq or entry_hash(previous, payload) != digest:
                return f"entry {seq}, after the head, does not continue the chain"
            previous = digest
    return None


def _copy_aside(directory: Path) -> Path:
    """Copy the files into a directory of their own, unless that has been done with these very files."""
    files = [directory / name for name in _FILES if (directory / name).exists()]
    for earlier in sorted(directory.glob("aside-*"), reverse=True):
        if _same(files, earlier):
            return earlier
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = directory / f"aside-{stamp}"
    aside.mkdir()
    for file in files:
        shutil.copy2(file, aside / file.name)
    return aside


def _same(files: Sequence[Path], aside: Path) -> bool:
    def look(paths: Sequence[Path]) -> dict[str, tuple[int, int]]:
        return {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in paths}

    return look(files) == look([p for p in aside.iterdir() if p.name in _FILES])
