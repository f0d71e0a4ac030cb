"""What became of every obligation, counted in bulk: the statements beside the judge's own (docs/figures.md).

A rule's violations are known by then; a shape says how many obligations arose, how many wait, and how many lapsed.
"""

from __future__ import annotations

from checklists.instant import Instant
from rules.bulk.engine import Engine
from rules.bulk.judging import Shapes, values
from rules.bulk.parameters import tables
from rules.bulk.plan import Plan

CASES = "case_of(cid, grp): every case that has begun, by the number of the group that judges it."
"""What a loader fills besides `RELATIONS`."""

COLUMNS = ("rule", "cid", "arose", "met", "pending", "lapsed", "open", "remedied", "short_notice")
"""Of the relation `counted`: a row for each rule in each case in which it asked for something."""

_SHAPES = {
    "response": "count_response",
    "lead_part": "count_lead",
    "precedence": "count_precedence",
    "existence": "count_existence",
    "absence": "count_absence",
    "limits": "count_limit",
    "authority": "count_authority",
    "timeliness": "count_timeliness",
}


def count(engine: Engine, plan: Plan, now: Instant) -> None:
    """Make the relation `counted` (`COLUMNS`) of what `judge` has judged as of `now`."""
    shapes, kinds = Shapes(plan, now), tables(plan)
    engine.make("rule_group", values(("rule", "grp"), [(r.number, r.group.number) for r in plan.rules]))
    names = [shape for table, shape in _SHAPES.items() if table in kinds]
    if "recurrence" in kinds:
        engine.make("frame", shapes.of("count_frame"))
        names += ["count_gap", "count_day"] if plan.by_day else ["count_gap"]
    for name in names:
        engine.make(f"{name}_arisen", shapes.of(name))
    columns = "rule, cid, arose, pending, lapsed, 0 AS open, 0 AS remedied, 0 AS short_notice"
    arisen = "".join(f"SELECT {columns} FROM {name}_arisen UNION ALL\n" for name in names)
    engine.make("counted", shapes.of("count_all", arisen=arisen))
