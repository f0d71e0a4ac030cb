"""The bulk engine: the nine kinds as statements of SQL, judged over all cases at once."""

from rules.bulk.engine import Engine
from rules.bulk.judging import RELATIONS, judge
from rules.bulk.plan import Plan, fields_of

__all__ = ["RELATIONS", "Engine", "Plan", "fields_of", "judge"]
