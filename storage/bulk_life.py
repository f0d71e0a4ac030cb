"""Which events of a log count for the bulk judge: known by now, not taken back, of a case that has begun.

Cases are known by 63 bits of a hash of their id, which is seen to be one to one: a join of texts over ten million
events would cost more than all the judging.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checklists.instant import Instant
from rules.bulk import Plan

if TYPE_CHECKING:
    from storage.bulk import DuckEngine


@dataclass(frozen=True)
class Source:
    """How the relation `log` is to be read.

    `grouped`: its `procedure` names the group of a case. `salt`: with which the hashes of its case ids are one to one.
    """

    grouped: bool
    salt: int = 0

    @property
    def cid(self) -> str:
        """The expression of a case's integer."""
        text = f"case_id || '{self.salt}'" if self.salt else "case_id"
        return f"(hash({text}) >> 1)::BIGINT"


class Counting:
    """Makes `life` (the rows by which cases live) and `stopped` (where `cancelled` cuts); says which rows count."""

    def __init__(self, engine: DuckEngine, plan: Plan, now: Instant) -> None:
        self.engine, self.plan = engine, plan
        self.source = Source(grouped=any(group.key is not None for group in plan.groups))
        self.filters: list[str] = []
        self.known = f"occurred_at <= {now} AND recorded_at <= {now}"

    @property
    def lifeless(self) -> bool:
        """Whether no word by which a case lives can matter: another system's log without any, and no field read."""
        return not (self.plan.opened_first or self.plan.reads_fields) and self.plan.known_words.isdisjoint(_LIFE)

    def find(self) -> None:
        """Find out which rows of the log count."""
        if not self.plan.opened_first:
            self._salt()
        self._take_out()
        self._counting()

    def _take_out(self) -> None:
        """Take out the rows by which a case lives: opened, amended, cancelled, retracted."""
        words = "('opened', 'amended', 'cancelled', 'retracted')"
        if self.lifeless:
            self.unknown = self.retracted = self.cancelled = False
            self.engine.make("life", _NO_LIFE)
            self.engine.make("stopped", "SELECT cid, tick, pos FROM life")
            return
        data = "data" if self.plan.reads_fields else "CASE WHEN event = 'retracted' THEN data END AS data"
        self.engine.make(
            "life",
            f"SELECT {self.source.cid} AS cid, occurred_at AS tick, position AS pos, event, {data}, case_id,"
            f" {self.known} AS counts FROM log WHERE event IN {words}",
        )
        opened, cids, self.unknown, retracted, cancelled = self.engine.rows(
            "SELECT count(*) FILTER (event = 'opened'), count(DISTINCT CASE WHEN event = 'opened' THEN cid END),"
            " count(*) FILTER (event = 'opened' AND NOT counts), count(*) FILTER (event = 'retracted' AND counts),"
            " count(*) FILTER (event = 'cancelled' AND counts) FROM life"
        )[0]
        self.retracted, self.cancelled = bool(retracted), bool(cancelled)
        if self.plan.opened_first and opened != cids:
            self._salt()
            self._take_out()

    def _salt(self) -> None:
        """Find a salt with which no two cases share an integer."""
        while True:
            [(texts, numbers)] = self.engine.rows(
                f"SELECT count(*), count(DISTINCT {self.source.cid}) FROM (SELECT DISTINCT case_id FROM log)"
            )
            if texts == numbers:
                return
            self.source = Source(self.source.grouped, self.source.salt + 1)

    def _counting(self) -> None:
        """Say which rows of the log count: known by now, not taken back, of a case that has begun."""
        self.filters = [self.known]
        if self.lifeless:
            return
        if self.retracted:
            self.engine.make(
                "taken",
                "SELECT DISTINCT l.position AS pos FROM log l JOIN (SELECT cid, json_extract_string(data, '$.event_id')"
                " AS event_id FROM life WHERE event = 'retracted' AND counts) r"
                f" ON r.event_id = l.event_id AND r.cid = {self.source.cid}"
                " WHERE l.event NOT IN ('opened', 'retracted')",
            )
        if self.unknown:
            self.engine.make(
                "unbegun",
                f"SELECT {self.source.cid} AS cid FROM log WHERE event = 'opened' GROUP BY 1"
                f" HAVING count(*) FILTER ({self.known}) = 0",
            )
            self.filters.append(f"{self.source.cid} NOT IN (SELECT cid FROM unbegun)")
        self._live()
        self._drop()

    def _drop(self) -> None:
        """Make `dropped`: the few rows that were taken back or come after their case's `cancelled`."""
        few = []
        if self.retracted:
            few.append("SELECT pos FROM taken")
        if self.cancelled:
            after = _NOT_AFTER.replace("l.tick", "l.occurred_at").replace("l.pos", "l.position")
            few.append(
                f"SELECT position AS pos FROM log l JOIN stopped s ON s.cid = {self.source.cid} WHERE NOT {after}"
            )
        if few:
            self.engine.make("dropped", " UNION ALL ".join(few))
            self.filters.append("position NOT IN (SELECT pos FROM dropped)")

    def _live(self) -> None:
        """Leave in `life` what counts, and make `stopped` of it."""
        conditions = ["counts", "event <> 'retracted'"]
        if self.retracted:
            conditions.append("l.pos NOT IN (SELECT pos FROM taken)")
        if self.unknown:
            conditions.append("l.cid NOT IN (SELECT cid FROM unbegun)")
        standing = " AND ".join(conditions)
        self.engine.make(
            "stopped",
            "SELECT cid, min(tick) AS tick, arg_min(pos, (tick, pos)) AS pos FROM life l"
            f" WHERE event = 'cancelled' AND {standing} GROUP BY cid",
        )
        self.engine.make(
            "life", f"SELECT l.* FROM life l LEFT JOIN stopped s ON s.cid = l.cid WHERE {standing} AND {_NOT_AFTER}"
        )

    def standing(self, columns: str, joins: str = "", where: str = "true") -> str:
        """Return a statement over the rows of the log that count."""
        return (
            f"SELECT {self.source.cid} AS cid, occurred_at AS tick, position AS pos, {columns}"
            f" FROM log l{joins} WHERE {' AND '.join([*self.filters, where])}"
        )


_LIFE = ("opened", "amended", "cancelled", "retracted")
_NO_LIFE = "SELECT 0::BIGINT AS cid, 0::BIGINT AS tick, 0::BIGINT AS pos WHERE 1 = 0"
_NOT_AFTER = "(s.cid IS NULL OR l.tick < s.tick OR (l.tick = s.tick AND l.pos <= s.pos))"
