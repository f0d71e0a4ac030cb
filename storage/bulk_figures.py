"""Honest figures of a log in DuckDB, counted over all cases at once."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from checklists.instant import Instant
from rules.bulk import Plan, judge
from rules.bulk.counting import count
from rules.figures import Figures
from storage.bulk import DuckEngine, Loader

_COUNTED = ("met", "pending", "open", "remedied", "lapsed", "short_notice")

GroupedFigures = Mapping[tuple[str | None, str], Figures]
"""By a group's key and a rule's id."""


def count_log(engine: DuckEngine, plan: Plan, now: Instant, zone: ZoneInfo) -> None:
    """Judge the relation `log` as of `now`, days in `zone`, and count: make `violation`, `counted` and `case_of`."""
    loader = Loader(engine, plan, now, zone)
    loader.load()
    engine.make("case_of", _cases(loader, plan))
    judge(engine, plan, now)
    count(engine, plan, now)


def figures(engine: DuckEngine, plan: Plan) -> GroupedFigures:
    """Return the figures of every rule over the cases of its group, after `count_log`."""
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT)" for name in _COUNTED)
    rows = engine.rows(f"SELECT rule, {sums}, count(*) FROM counted GROUP BY rule")
    found = {rule: (numbers, cases) for rule, *numbers, cases in rows}
    begun = dict(engine.rows("SELECT grp, count(*) FROM case_of GROUP BY grp"))
    nothing = ([0] * len(_COUNTED), 0)
    counted: dict[tuple[str | None, str], Figures] = {}
    for rule in plan.rules:
        numbers, cases = found.get(rule.number, nothing)
        vacuous = begun.get(rule.group.number, 0) - cases
        counted[rule.group.key, rule.rule.id] = Figures(
            **dict(zip(_COUNTED, numbers, strict=True)), cases=cases, vacuous=vacuous
        )
    return counted


def _cases(loader: Loader, plan: Plan) -> str:
    """Return the statement of `case_of`: the cases with an event that counts."""
    where = "event = 'opened'" if plan.opened_first else "event <> 'retracted' AND NOT starts_with(event, '_')"
    if not loader.source.grouped:
        return f"SELECT DISTINCT cid, 0 AS grp FROM ({loader.standing('event', where=where)})"
    keys = [(group.key or "", group.number) for group in plan.groups]
    loader._lists("group_key", ("procedure VARCHAR", "grp INTEGER"), keys)
    joins = " JOIN group_key k ON k.procedure = l.procedure"
    return f"SELECT DISTINCT cid, grp FROM ({loader.standing('k.grp', joins, where)})"
