"""The bulk judge on DuckDB: a log as the relation `log` of a connection, judged, and its violations read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from checklists.instant import Instant, local_date
from rules.bulk import Plan, judge
from rules.kinds import Lead, Precedence, Timeliness
from rules.violation import Violation
from storage.bulk_loader import Loader

CHUNK = 50_000
AT_ONCE = 2


class DuckEngine:
    """The engine of a DuckDB connection.

    In a database of its own (`alone`) several statements run at the same time; else relations are temporary tables.
    """

    def __init__(self, db: duckdb.DuckDBPyConnection, *, alone: bool = False) -> None:
        self.db = db
        self.alone = alone

    def make(self, name: str, select: str, parameters: object = None) -> None:
        """Make a relation of a name, in the place of an older one."""
        self._make(self.db, name, select, parameters)

    def make_all(self, selects: Mapping[str, str]) -> None:
        """Make relations of which none needs another."""
        if not self.alone:
            for name, select in selects.items():
                self.make(name, select)
            return

        def make(item: tuple[str, str]) -> None:
            with self.db.cursor() as cursor:
                self._make(cursor, *item)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(make, selects.items()))

    def _make(self, db: duckdb.DuckDBPyConnection, name: str, select: str, parameters: object = None) -> None:
        db.execute(f"CREATE OR REPLACE {'' if self.alone else 'TEMP '}TABLE {name} AS {select}", parameters)

    def rows(self, select: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        return self.db.execute(select, parameters).fetchall()

    def drop(self, *names: str) -> None:
        """Let go of relations."""
        for name in names:
            self.db.execute(f"DROP TABLE IF EXISTS {name}")


def judge_log(engine: DuckEngine, plan: Plan, now: Instant, zone: ZoneInfo) -> Loader:
    """Judge the relation `log` as of `now`, days in `zone`: make `violation` and, for its cases, `named`.

    Returns the loader, which knows the events that count.
    """
    loader = Loader(engine, plan, now, zone)
    source = loader.load()
    judge(engine, plan, now)
    if plan.opened_first:
        engine.make("named", "SELECT cid, case_id FROM begun_case WHERE cid IN (SELECT cid FROM violation)")
    else:
        broken = f"{source.cid} IN (SELECT cid FROM violation)"
        engine.make("named", f"SELECT DISTINCT {source.cid} AS cid, case_id FROM log WHERE {broken}")
    return loader


def violations(engine: DuckEngine, plan: Plan, zone: ZoneInfo) -> Iterator[Violation]:
    """Yield what was found, in no order."""
    words = {w.code: w.word for w in plan.words}
    steps = [_steps(r.kind) for r in plan.rules]
    ids = [r.rule.id for r in plan.rules]
    cursor = engine.db.execute(
        "SELECT v.rule, n.case_id, at_tick, due, part, subject, remedied, short_notice, cause, cause_day"
        " FROM violation v JOIN named n ON n.cid = v.cid"
    )
    while rows := cursor.fetchmany(CHUNK):
        for number, case_id, at, due, part, subject, remedied, short, cause, day in rows:
            step = steps[number][part] if steps[number] else words[part]
            why = cause if day is None else local_date(day, zone).isoformat()
            yield Violation(ids[number], case_id, at, due, step, subject, remedied, bool(short), why)


def _steps(kind: Any) -> Sequence[str]:
    """Return what a violation's step is called, by its part; nothing where the event's own word is meant."""
    match kind:
        case Timeliness():
            return ()
        case Lead():
            return ("", *(s.label for s in kind.do))
        case Precedence():
            return ("", *(s.label for s in kind.all))
        case _:
            return ((kind.of if hasattr(kind, "of") else kind.do).label,)
