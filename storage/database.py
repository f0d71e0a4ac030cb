"""The DuckDB file: how it is opened, its migrations, and inserting many rows in one statement."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb

from checklists.errors import StoreError
from storage.columns import Row

DATABASE = "record.duckdb"
_HERE = Path(__file__).parent
_TABLES = ("entries", "fields", "findings", "watched", "judged", "register", "texts")


def connect(path: Path | None, *, read_only: bool = False, memory: str = "1GB") -> duckdb.DuckDBPyConnection:
    """Open a database (None: one in memory) that never reaches for the network. Raises duckdb.Error."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": memory,
        "threads": min(4, os.cpu_count() or 1),
    }
    root = duckdb.connect(":memory:" if path is None else path, read_only=read_only, config=settings)
    root.execute("SET GLOBAL TimeZone = 'UTC'")
    return root


@cache
def query(name: str) -> str:
    """Return the SQL of storage/queries/NAME.sql."""
    return (_HERE / "queries" / f"{name}.sql").read_text(encoding="utf-8")


def migrations() -> list[tuple[int, Path]]:
    """Return the numbered migrations in their order."""
    found = [(int(m[1]), p) for p in (_HERE / "migrations").iterdir() if (m := re.match(r"(\d{3})_.*\.sql$", p.name))]
    return sorted(found)


def first_row(connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> Row | None:
    """Return the first row of a result that is small; all is fetched, for DuckDB refuses work beside unread rows."""
    rows = connection.execute(sql, parameters).fetchall()
    return rows[0] if rows else None


def first_line(error: Exception) -> str:
    """Return the first line of what an error says: DuckDB adds others, with the statement."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def version_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last migration that the database has had; 0 for an empty one."""
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "migrations" not in tables:
        return 0
    row = first_row(connection, "SELECT coalesce(max(version), 0) FROM migrations")
    return int(row[0]) if row else 0


def refuse_newer(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raise StoreError for a database that a newer version of the program has written."""
    newest = migrations()[-1][0]
    if (version := version_of(connection)) > newest:
        raise StoreError(
            f"{path} was written by a newer version (its format is {version}, this program knows {newest}): "
            "run that version, or restore a backup"
        )


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Apply the migrations that the database has not had, each in a transaction of its own with a checkpoint after."""
    version = version_of(connection)
    for number, path in migrations():
        if number <= version:
            continue
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE IF NOT EXISTS migrations (version INTEGER NOT NULL, name VARCHAR NOT NULL)")
        connection.execute(path.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO migrations VALUES (?, ?)", [number, path.stem])
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


class Inserter:
    """Inserts rows through one appender a table: measured the quickest, for one row as for many."""

    def __init__(self, writer: duckdb.DuckDBPyConnection) -> None:
        self._appenders = {name: writer.appender(name) for name in _TABLES}

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows (tuples in the order of the columns) inside the writer's transaction. Raises duckdb.Error."""
        appender = self._appenders[table]
        if not rows:
            return
        try:
            appender.append_rows(rows)
            appender.flush()
        except Exception:
            appender.clear()
            raise
