"""The bulk judge: years of records in a handful of statements, over all cases at once, as of any instant.

A loader fills the relations that `RELATIONS` names; the statements in `shapes/` are the same text for every engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from checklists.instant import Instant
from rules.bulk.engine import Engine
from rules.bulk.parameters import parts, tables
from rules.bulk.plan import Group, Plan
from rules.bulk.suspicion import condition

RELATIONS = """
event(cid, tick, pos, code): the events that count and that any rule names, by case, instant, place in the log.
attribute(cid, tick, pos, code, role, actor, subject, number): those of codes in `Plan.attributes`.
late(cid, tick, pos, code, recorded): those recorded more than `Plan.late_after` after they occurred.
version(cid, tick, pos, g0…, a0…, x0…): the fields after each first event and `amended`: guards as bits, anchors as
    instants, bounds as numbers.
listed(cid, tick, pos, field, subject): the entries of list fields in each version.
started(cid, tick, pos): each case's first event. stopped(cid, tick, pos): its `cancelled`, if it has one.
midnight(tick, next_tick): the local days that may matter, each by its first instant and the next day's.
"""
"""What a loader fills; those of which no rule of the plan has need may be empty."""

COLUMNS = ("rule", "cid", "at_tick", "due", "part", "subject", "remedied", "short_notice", "cause", "cause_day")
"""Of `violation`: instants in microseconds, `cause` a place in the log, `cause_day` the first instant of a day."""

_NOTHING = "SELECT {} FROM stopped WHERE 1 = 0".format(
    ", ".join(f"CAST(NULL AS {'VARCHAR(1)' if name == 'subject' else 'BIGINT'}) AS {name}" for name in COLUMNS)
)
_OF_GOT = ("response", "lead_part", "precedence", "existence", "absence")
_STATEMENTS = {
    "response": ("response",),
    "lead_part": ("lead",),
    "precedence": ("precedence",),
    "existence": ("existence",),
    "absence": ("absence",),
    "recurrence": ("gap", "day"),
    "limits": ("limit",),
    "authority": ("authority",),
    "timeliness": ("timeliness",),
}


def judge(engine: Engine, plan: Plan, now: Instant) -> None:
    """Make the relation `violation` (`COLUMNS`) of all that is broken as of `now`."""
    parameters = tables(plan)
    shapes = Shapes(plan, now)
    first = {name: values(columns, rows) for name, (columns, rows) in parameters.items()}
    first["part"] = values(("rule", "part", "code"), list(parts(plan)))
    first |= {name: shapes.of(name if plan.reads_fields else f"{name}_plain") for name in ("segment", "point")}
    if plan.reads_fields:
        first["whole"] = shapes.of("whole")
    engine.make_all(first)
    _suspect(engine, plan, shapes, now)
    if any(name in parameters for name in _OF_GOT):
        engine.make("got", shapes.of("got"))
    if "recurrence" in parameters:
        _stretch(engine, plan, shapes)
    days = {"day"} if plan.by_day else set()
    names = [
        name
        for table, several in _STATEMENTS.items()
        if table in parameters
        for name in several
        if name not in {"day"} - days
    ]
    engine.make_all({f"{name}_found": shapes.of(name) for name in names})
    found = [f"SELECT {', '.join(COLUMNS)} FROM {name}_found" for name in names]
    engine.make("violation", "\nUNION ALL\n".join(found) or _NOTHING)


def _suspect(engine: Engine, plan: Plan, shapes: Shapes, now: Instant) -> None:
    """Make `want`: the cases in which a rule may be broken."""
    made = []
    for group in plan.groups:
        conditions = {r.number: c for r in plan.rules if r.group is group and (c := condition(plan, r, now))}
        if conditions:
            engine.make("occurrence", shapes.occurrence(group, list(conditions.values())))
            suspected = [f"SELECT {n} AS rule, cid FROM occurrence WHERE {c}" for n, c in conditions.items()]
            made.append(f"want_{group.number}")
            engine.make(made[-1], "\nUNION ALL\n".join(suspected))
    several = [f"SELECT rule, cid FROM {name}" for name in made]
    engine.make("want", "\nUNION ALL\n".join(several) or "SELECT cid AS rule, cid FROM stopped WHERE 1 = 0")
    engine.drop("occurrence", "whole", *made)


def _stretch(engine: Engine, plan: Plan, shapes: Shapes) -> None:
    """Make `stretch`: the windows of recurrences."""
    engine.make("moment", shapes.of("moment"))
    if plan.toggles:
        engine.make("turned", shapes.of("toggle"))
    engine.make("stretch", shapes.of("stretch", source="turned" if plan.toggles else "moment"))
    engine.drop("moment", "turned")


# --- texts -----------------------------------------------------------------------------------------------------------


class Shapes:
    """The statements, their places filled with integers."""

    def __init__(self, plan: Plan, now: Instant) -> None:
        masks = [f"g{n}" for n in range(plan.mask_columns)]
        self.anchors = [f"a{n}" for n in range(len(plan.anchors))]
        self.bounds = [f"x{n}" for n in range(len(plan.bounds))]
        self.masks = masks
        self.now = now

    def of(self, name: str, **more: object) -> str:
        """Return a statement. Its places: `{now}`, `{columns}`, and the macros of `_filled`."""
        columns = {
            "segment": ", ".join(f"t.{c}" for c in (*self.masks, *self.anchors)),
            "point": ", ".join((*self.masks, *self.bounds)),
            "whole": ", ".join(
                (*(f"bit_or({c}) AS {c}" for c in self.masks), *(f"min({c}) AS {c}" for c in self.anchors))
            ),
        }
        return self._filled(_text(name), {"now": self.now, "columns": columns.get(name, ""), **more})

    def occurrence(self, group: Group, conditions: Sequence[str]) -> str:
        """Return the statement of a group's wide table, with the columns that its conditions look at."""
        named = sorted({(c[0], int(c[1:])) for one in conditions for c in re.findall(r"\b[flnga]\d+\b", one)})
        codes = {column: sorted(codes) or [-1] for codes, column in group.selectors.items()}
        first_or_last = {"f": ("min", "tick"), "l": ("max", "tick"), "n": ("count", "1")}
        columns, whole = "", ""
        for letter, number in named:
            if letter in first_or_last:
                function, what = first_or_last[letter]
                meant = f"code = {codes[number][0]}" if len(codes[number]) == 1 else f"code IN ({_list(codes[number])})"
                columns += f", {function}(CASE WHEN {meant} THEN {what} END) AS {letter}{number}"
            else:
                whole += f", h.{letter}{number}"
        join = " JOIN whole h ON h.cid = e.cid" if whole else ""
        more = {"columns": columns, "whole_columns": whole, "join_whole": join}
        return self._filled(_text("occurrence"), {"low": group.low, "high": group.high - 1, **more})

    def _filled(self, text: str, more: dict[str, object]) -> str:
        def fill(m: re.Match[str]) -> str:
            match m[1].split(":"):
                case ["guard", pair]:
                    return self._guard(*pair.split(","))
                case ["at", pair]:
                    return _in_force_at(*pair.split(","))
                case ["anchor", pair]:
                    rule, version = pair.split(",")
                    return _choice(f"{rule}.anchor", [f"{version}.{c}" for c in self.anchors])
                case ["bound", pair]:
                    which, version = pair.split(",")
                    return _choice(which, [f"{version}.{c}" for c in self.bounds])
                case _:
                    return str(more[m[1]])

        return re.sub(r"\{([^{}]+)\}", fill, text)

    def _guard(self, rule: str, version: str) -> str:
        mask = _choice(f"{rule}.word", [f"{version}.{c}" for c in self.masks])
        return f"({rule}.bit = 0 OR ({mask} & {rule}.bit) <> 0)"


def _in_force_at(event: str, version: str) -> str:
    """Return when a version of the fields is in force at an event: by instant, then by place in the log."""
    v = version
    began = f"{v}.tick < {event}tick OR ({v}.tick = {event}tick AND {v}.pos <= {event}pos)"
    ended = (
        f"{v}.to_tick IS NULL OR {v}.to_tick > {event}tick OR ({v}.to_tick = {event}tick AND {v}.to_pos > {event}pos)"
    )
    return f"({began}) AND ({ended})"


def _choice(number: str, columns: Sequence[str]) -> str:
    if len(columns) < 2:
        return columns[0] if columns else "NULL"
    return f"CASE {number} {' '.join(f'WHEN {n} THEN {c}' for n, c in enumerate(columns))} END"


@cache
def _text(name: str) -> str:
    lines = (Path(__file__).with_name("shapes") / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--"))


def values(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    """Return a statement that gives rows of numbers, each column of one type; without rows, one of no rule (-1)."""
    rows = rows or [(-1,) * len(columns)]
    texts = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    casts = ", ".join(f"CAST({c} AS {_type(c, rows, n)}) AS {c}" for n, c in enumerate(columns))
    return f"SELECT {casts} FROM (VALUES {texts}) AS v({', '.join(columns)})"


_SMALL = {
    "rule": "INTEGER",
    "part": "INTEGER",
    "code": "INTEGER",
    "opens": "SMALLINT",
    "does": "SMALLINT",
    "ends": "SMALLINT",
}


def _type(column: str, rows: Sequence[tuple[Any, ...]], n: int) -> str:
    """Return a column's type: rows by the million are made of the small ones."""
    if any(isinstance(row[n], float) for row in rows):
        return "DOUBLE PRECISION"
    return _SMALL.get(column, "BIGINT")


def _literal(value: float | None) -> str:
    match value:
        case None:
            return "NULL"
        case float():
            return f"'{value!r}'"
        case _:
            return str(int(value))


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
