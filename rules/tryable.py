"""The figures of a rule that people may try: durations, numbers, roles, and the values that its guard asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from checklists.instant import format_duration
from checklists.model import Procedure
from rules.kinds import Rule

DURATIONS = ("within", "by", "every")
NUMBERS = ("min", "max")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a rule as it stands, and the values that there are to choose from, if it is a choice."""

    rule_id: str
    part: str
    name: str
    sort: Literal["duration", "number", "roles", "values"]
    value: Any
    choices: Sequence[Any] = ()

    def setting(self, value: Any) -> str:
        """Return the change that gives it a value, as `what-if --set` takes it."""
        return f"{self.rule_id}.{self.part}.{self.name}={json.dumps(value, ensure_ascii=False)}"


def tryable(rule: Rule, procedure: Procedure) -> list[Figure]:
    """Return the figures of a rule that may be tried: those of its kind, then those of its guard."""
    return [*_of_kind(rule, procedure), *_of_guard(rule, procedure)]


def _of_kind(rule: Rule, procedure: Procedure) -> Iterator[Figure]:
    kind = rule.kind
    for name in type(kind).model_fields:
        value = getattr(kind, name)
        if name in DURATIONS and value is not None:
            written = value if isinstance(value, str) else format_duration(value)
            yield Figure(rule.id, kind.name, name, "duration", written)
        elif name in NUMBERS and isinstance(value, int | float):
            yield Figure(rule.id, kind.name, name, "number", value)
        elif name == "roles" and value:
            yield Figure(rule.id, kind.name, name, "roles", list(value), list(procedure.roles))


def _of_guard(rule: Rule, procedure: Procedure) -> Iterator[Figure]:
    for name, values in rule.when.items():
        field = procedure.field.get(name)
        if field is None:
            continue
        choices = [True, False] if field.type == "boolean" else list(field.options or ())
        if choices:
            yield Figure(rule.id, "when", name, "values", list(values), choices)
