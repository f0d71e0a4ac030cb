"""What a rule read of a case's fields: its guard as it stood, and every value that its fields have had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from checklists.case import Case
from checklists.instant import Instant
from rules.explanation import Condition, Explanation, FieldHistory, GuardRead, Version
from rules.kinds import Rule


def guard_read(rule: Rule, at: Instant, fields: Mapping[str, Any]) -> GuardRead:
    """Return the guard with the values that its fields had."""
    return GuardRead(at, tuple(Condition(f, wanted, fields.get(f)) for f, wanted in rule.when.items()))


def histories(case: Case, rule: Rule, fields: Mapping[str, Any], *others: object) -> tuple[FieldHistory, ...]:
    """Return the versions of the fields that a rule reads: those named here, then those of its guard."""
    names = dict.fromkeys([*(o for o in others if isinstance(o, str)), *rule.when])
    return tuple(FieldHistory(name, fields.get(name), tuple(_versions(case, name))) for name in names)


def _versions(case: Case, field: str) -> Iterator[Version]:
    before: object = ()
    for index, since, fields in case.versions:
        value = fields.get(field)
        if value != before or isinstance(value, bool) is not isinstance(before, bool):
            yield Version(value, since, case.events[index])
        before = value


def read_at(bare: Explanation, case: Case, index: int, *fields: object) -> Explanation:
    """Return the explanation of a kind whose guard is read at the event of this index, its trigger."""
    event, known = case.events[index], case.fields_at(index)
    return replace(
        bare,
        trigger=event,
        guard=guard_read(bare.rule, event.occurred_at, known),
        fields=histories(case, bare.rule, known, *fields),
    )
