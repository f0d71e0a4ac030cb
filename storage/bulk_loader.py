"""The relations of the bulk judge, filled from the relation `log` of a DuckDB connection (storage/staging.py).

Which rows of it count is found by `bulk_life.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from checklists.instant import Instant, day_start, local_date, next_day
from rules.bulk import Plan
from storage.bulk_fields import JSON_NUMBER, make_versions
from storage.bulk_life import Counting, Source
from storage.columns_of_files import NUMBER_TYPES

if TYPE_CHECKING:
    from storage.bulk import DuckEngine


class Loader:
    """Fills the relations of `rules.bulk.RELATIONS`, those that the plan needs."""

    def __init__(self, engine: DuckEngine, plan: Plan, now: Instant, zone: ZoneInfo) -> None:
        self.engine, self.plan, self.now, self.zone = engine, plan, now, zone
        self.counting = Counting(engine, plan, now)
        self.texts = any(c == "value_text" for c, *_ in engine.rows("DESCRIBE log"))
        """Whether every value of the log is a text."""

    @property
    def source(self) -> Source:
        """How the log is read."""
        return self.counting.source

    def load(self) -> Source:
        """Fill the relations; return how the log was read."""
        self._words()
        self.counting.find()
        self._meant()
        self.engine.make_all({"event": self.coded("{code} AS code")} | self._attributes() | self._late())
        self._starts()
        make_versions(self.engine, self.plan, self.zone)
        self._midnights()
        if self.plan.opened_first:
            self.engine.make("begun_case", "SELECT cid, case_id FROM life WHERE event = 'opened'")
        self.engine.drop("life")
        return self.source

    # --- words ---

    def _words(self) -> None:
        plain: list[tuple[Any, ...]] = []
        rest: list[tuple[Any, ...]] = []
        for w in self.plan.words:
            if w.value_class == 0:
                has_values = bool(self.plan.groups[w.group].values[w.word])
                (rest if has_values else plain).append((self._key(w.group), w.word, w.code))
        valued = []
        for group in self.plan.groups:
            for word, values in group.values.items():
                for value, n in values.items():
                    typed = typed_of(value)
                    valued.append((group.key or "", word, group.codes[word, n], *typed))
        self._lists("word", ("procedure VARCHAR", "word VARCHAR", "code INTEGER"), plain)
        self._lists("word_else", ("procedure VARCHAR", "word VARCHAR", "code INTEGER"), rest)
        typed_columns = ("number DOUBLE", "text VARCHAR", "truth BOOLEAN")
        self._lists("valued", ("procedure VARCHAR", "word VARCHAR", "code INTEGER", *typed_columns), valued)
        self.has_valued = bool(valued)

    def _key(self, group: int) -> str:
        return self.plan.groups[group].key or ""

    def _lists(self, name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Make a table of rows that hold texts of a catalogue: they pass as parameters."""
        taken = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]
        select = ", ".join(f"unnest($p{n}::{c.split()[1]}[]) AS {c.split()[0]}" for n, c in enumerate(columns))
        self.engine.make(name, f"SELECT {select}", {f"p{n}": values for n, values in enumerate(taken)})

    # --- the relations ---

    def _meant(self) -> None:
        """Make `meant`: the events whose value is one that rules ask for, with their codes."""
        if not self.has_valued:
            return
        group = "v.procedure = l.procedure AND " if self.source.grouped else ""
        same = "v.text = l.value_text" if self.texts else _SAME_VALUE
        self.engine.make(
            "meant",
            f"SELECT position AS pos, v.code FROM log l JOIN valued v ON {group}v.word = l.event AND {same}"
            f" WHERE l.event IN (SELECT word FROM valued) AND l.{'value_text' if self.texts else 'value'} IS NOT NULL",
        )

    def coded(self, columns: str, joins: str = "", where: str = "true") -> str:
        """Return a statement over the rows that count and have a code, which stands for `{code}` in what is given.

        Words of which rules ask for values are looked at apart: they are few, and the others need one join less.
        """
        group = "w.procedure = l.procedure AND " if self.source.grouped else ""

        def rows(code: str, to_code: str, condition: str) -> str:
            given = (
                columns.replace("{code}", code),
                to_code + joins.replace("{code}", code),
                f"{condition} AND {where}",
            )
            return self.counting.standing(*given)

        plain = rows("w.code", f" JOIN word w ON {group}w.word = l.event", "true")
        if not self.has_valued:
            return plain
        code = "coalesce(m.code, w.code)"
        to_code = f" LEFT JOIN word_else w ON {group}w.word = l.event LEFT JOIN meant m ON m.pos = l.position"
        return (
            f"{plain} UNION ALL {rows(code, to_code, f'l.event IN (SELECT word FROM valued) AND {code} IS NOT NULL')}"
        )

    def _attributes(self) -> dict[str, str]:
        if not self.plan.attributes:
            return {"attribute": _NO_ATTRIBUTE}
        codes = {a: [c for c, wanted in self.plan.attributes.items() if a in wanted] for a in _ATTRIBUTES}
        words = sorted({w.word for w in self.plan.words if w.code in self.plan.attributes})
        self._lists("flagged", ("word VARCHAR",), [(w,) for w in words])
        flag = ("code INTEGER", *(f"reads_{a.replace(' ', '_')} BOOLEAN" for a in _ATTRIBUTES))
        flags = [(c, *(c in codes[a] for a in _ATTRIBUTES)) for c in sorted(self.plan.attributes)]
        self._lists("flag", flag, flags)
        number, role, role_code = "NULL::DOUBLE", "0", ""
        if codes["number"] or codes["text number"]:
            number = _NUMBER
        if self.plan.roles:
            self._lists("role_code", ("name VARCHAR", "role SMALLINT"), list(self.plan.roles.items()))
            role, role_code = "CASE WHEN f.reads_role THEN r.role END", " LEFT JOIN role_code r ON r.name = l.role"
        columns = (
            f"{{code}} AS code, {role} AS role, CASE WHEN f.reads_actor THEN l.actor END AS actor,"
            f" CASE WHEN f.reads_subject THEN l.subject END AS subject, {number} AS number"
        )
        joins = f" JOIN flag f ON f.code = {{code}}{role_code}"
        return {"attribute": self.coded(columns, joins, "l.event IN (SELECT word FROM flagged)")}

    def _late(self) -> dict[str, str]:
        if (least := self.plan.late_after) is None:
            return {"late": "SELECT cid, tick, pos, 0 AS code, tick AS recorded FROM stopped WHERE 1 = 0"}
        late = f"recorded_at - occurred_at > {least}"
        return {"late": self.coded("{code} AS code, l.recorded_at AS recorded", "", late)}

    def _starts(self) -> None:
        if not self.plan.needs_first:
            self.engine.make("started", "SELECT cid, tick, pos FROM stopped WHERE 1 = 0")
        elif self.plan.opened_first:
            self.engine.make("started", "SELECT cid, tick, pos FROM life WHERE event = 'opened'")
        else:
            self.engine.make(
                "started", "SELECT cid, min(tick) AS tick, arg_min(pos, (tick, pos)) AS pos FROM event GROUP BY cid"
            )

    def _midnights(self) -> None:
        if not self.plan.by_day:
            return
        [(low, high)] = self.engine.rows(f"SELECT min(tick), greatest(max(tick), {self.now}) FROM event")
        days = list(_days(low, high, self.zone)) if low is not None else []
        self._lists("midnight", ("tick BIGINT", "next_tick BIGINT"), days)


_ATTRIBUTES = ("role", "actor", "subject", "number", "text number")
_TEXT_OF_VALUE = "json_extract_string(l.value, '$')"
_SAME_VALUE = (
    f"(v.number = CASE WHEN json_type(l.value) IN {NUMBER_TYPES} THEN TRY_CAST(l.value AS DOUBLE) END"
    f" OR v.text = CASE WHEN json_type(l.value) = 'VARCHAR' THEN {_TEXT_OF_VALUE} END"
    f" OR v.truth = CASE WHEN json_type(l.value) = 'BOOLEAN' THEN {_TEXT_OF_VALUE} = 'true' END)"
)
_NUMBER = (
    "CASE WHEN NOT (f.reads_number OR f.reads_text_number) THEN NULL"
    f" WHEN f.reads_text_number AND json_type(l.value) = 'VARCHAR' THEN CASE WHEN regexp_full_match({_TEXT_OF_VALUE},"
    f" '{JSON_NUMBER}') THEN TRY_CAST({_TEXT_OF_VALUE} AS DOUBLE) END ELSE TRY_CAST(l.value AS DOUBLE) END"
)  # of JSON texts only those of numbers can be cast
_NO_ATTRIBUTE = (
    "SELECT cid, tick, pos, 0 AS code, 0 AS role, NULL::VARCHAR AS actor, NULL::VARCHAR AS subject,"
    " NULL::DOUBLE AS number FROM stopped WHERE 1 = 0"
)


def typed_of(value: object) -> tuple[float | None, str | None, bool | None]:
    """Return a comparable value as number, text and boolean, of which it is one."""
    match value:
        case ("number", float(number)):
            return number, None, None
        case ("text", str(text)):
            return None, text, None
        case ("boolean", bool(truth)):
            return None, None, truth
        case _:
            return None, None, None


def _days(low: Instant, high: Instant, zone: ZoneInfo) -> Iterator[tuple[Instant, Instant]]:
    """Yield the local days from that of `low` to that of `high`: first instant, and the next day's."""
    day, last = local_date(low, zone), local_date(high, zone)
    while day <= last:
        following = next_day(day, zone)
        yield day_start(day, zone), day_start(following, zone)
        day = following
