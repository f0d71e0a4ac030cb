"""What became of every obligation, counted in bulk: the statements beside the judge's own (docs/figures.md).

A rule's violations are known by then; a shape says how many obligations arose, how many wait, and how many lapsed.
"""

from __future__ import annotations

from checklists.instant import Instant
from rules.bulk.engine import Engine
from rules.bulk.judging import Shapes, values
from rules.bulk.parameters import tables
from rules.bulk.plan import Plan

RELATIONS = "case_of(cid, grp): every case that has begun, by the number of the group that judges it."
"""What a loader fills besides those of the judge."""

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

_OF_A_SHAPE = ("rule", "cid", "arose", "pending", "lapsed")
_NOTHING = f"SELECT {', '.join(f'CAST(NULL AS BIGINT) AS {name}' for name in COLUMNS)} FROM stopped WHERE 1 = 0"


def count(engine: Engine, plan: Plan, now: Instant) -> None:
    """Make the relation `counted` (`COLUMNS`) of what `judge` has judged as of `now`."""
    shapes, kinds = Shapes(plan, now), tables(plan)
    engine.make("rule_group", values(("rule", "grp"), [(r.number, r.group.number) for r in plan.rules]))
    names = [shape for table, shape in _SHAPES.items() if table in kinds]
    if "recurrence" in kinds:
        engine.make("frame", shapes.of("count_frame"))
        names += ["count_gap", "count_day"] if plan.by_day else ["count_gap"]
    engine.make_all({f"{name}_arisen": shapes.of(name) for name in names})
    kept = ", ".join(f"CAST({c} AS {'INTEGER' if c == 'rule' else 'BIGINT'}) AS {c}" for c in _OF_A_SHAPE)
    arisen = "\nUNION ALL\n".join(f"SELECT {kept} FROM {name}_arisen" for name in names)
    engine.make("counted", shapes.of("count_all", arisen=arisen) if names else _NOTHING)
