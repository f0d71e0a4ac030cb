"""The bulk engine: the nine kinds as statements of SQL, judged over all cases at once."""

from rules.bulk.engine import Engine
from rules.bulk.judging import RELATIONS, judge
from rules.bulk.plan import Plan

__all__ = ["RELATIONS", "Engine", "Plan", "judge"]
