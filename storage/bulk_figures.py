"""Honest figures of a log in DuckDB, counted over all cases at once."""

from __future__ import annotations

from collections.abc import Mapping

from rules.bulk import Plan
from rules.bulk.counting import count
from rules.figures import Figures
from storage.bulk import DuckEngine
from storage.bulk_loader import Loader

_COUNTED = ("met", "pending", "open", "remedied", "lapsed", "short_notice")

GroupedFigures = Mapping[tuple[str | None, str], Figures]
"""By a group's key and a rule's id."""


def count_log(loader: Loader) -> None:
    """Count what `judge_log` has judged: make `counted` and `case_of`."""
    loader.engine.make("case_of", _cases(loader))
    count(loader.engine, loader.plan, loader.now)


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


def by_rule(grouped: GroupedFigures) -> Mapping[str, Figures]:
    """Return the figures of each rule, in the order of the rules' ids; without those of groups that have no case."""
    found: dict[str, Figures] = {}
    for (_, rule), counted in grouped.items():
        if counted.cases or counted.vacuous:
            found[rule] = found.get(rule, Figures()) + counted
    return dict(sorted(found.items()))


def _cases(loader: Loader) -> str:
    """Return the statement of `case_of`: the cases with an event that counts."""
    plan = loader.plan
    where = "event = 'opened'" if plan.opened_first else "event <> 'retracted' AND NOT starts_with(event, '_')"
    if not loader.source.grouped:
        return f"SELECT DISTINCT cid, 0 AS grp FROM ({loader.counting.standing('event', where=where)})"
    keys = {"keys": [group.key or "" for group in plan.groups], "numbers": [group.number for group in plan.groups]}
    select = "SELECT unnest($keys::VARCHAR[]) AS procedure, unnest($numbers::INTEGER[]) AS grp"
    loader.engine.make("group_key", select, keys)
    joins = " JOIN group_key k ON k.procedure = l.procedure"
    return f"SELECT DISTINCT cid, grp FROM ({loader.counting.standing('k.grp', joins, where)})"
