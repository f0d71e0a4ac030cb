"""The port to an engine of SQL: make a relation of a statement, read the rows of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Engine(Protocol):
    """What the judging statements need of DuckDB, PostgreSQL or Spark."""

    def make(self, name: str, select: str) -> None:
        """Make a relation of a name, in the place of an older one."""

    def make_all(self, selects: Mapping[str, str]) -> None:
        """Make relations of which none needs another; at the same time, where the engine can."""

    def drop(self, *names: str) -> None:
        """Let go of relations."""

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
