"""What a choice entails, before it is made: the deadlines it sets, the rules it brings, the steps done in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from checklists.instant import Instant
from checklists.model import CaseField, Procedure, Step
from rules.due import Due
from rules.kinds import Catalogue, Lead, Precedence, Response, Rule, Selector, Timeliness
from sopwatch.ui.opening import falls_due, options_in

MOST_RULES = 2


@dataclass(frozen=True)
class Entailed:
    """What an option of a field makes due at once, and which rules with a deadline it brings later."""

    option: Any
    dues: Sequence[Due]
    rules: Sequence[Rule]


def entailed(
    procedure: Procedure,
    catalogue: Catalogue,
    fields: Mapping[str, Any],
    field: CaseField,
    opened_at: Instant,
    zone: ZoneInfo,
) -> list[Entailed]:
    """Return what each option of a field entails, while the other fields stand as they do."""
    return [_of_option(procedure, catalogue, {**fields, field.id: option}, field.id, opened_at, zone)
            for option in options_in(field)]  # fmt: skip


def _of_option(
    procedure: Procedure, catalogue: Catalogue, fields: Mapping[str, Any], name: str, at: Instant, zone: ZoneInfo
) -> Entailed:
    dues = [due for due in falls_due(procedure, catalogue, fields, at, zone) if name in due.rule.when]
    told = {due.rule.id for due in dues}
    later = [
        rule
        for rule in catalogue.rules
        if name in rule.when and rule.id not in told and isinstance(rule.kind, Response | Lead) and _may(rule, fields)
    ]
    return Entailed(fields[name], dues, later[:MOST_RULES])


def _may(rule: Rule, fields: Mapping[str, Any]) -> bool:
    """Whether a guard holds or may still come to hold: no field that is set speaks against it."""
    known = {name: values for name, values in rule.when.items() if fields.get(name) is not None}
    return rule.model_copy(update={"when": known}).holds(fields)


def at_intake(procedure: Procedure, catalogue: Catalogue, fields: Mapping[str, Any]) -> list[Step]:
    """Return the plain ticks that belong to the opening: what rules want recorded with it, and what comes before that.

    What comes before stands in the list only where its rule's guard holds or may still come to hold.
    """
    with_it: set[str] = set()
    for rule in catalogue.rules:
        if isinstance(rule.kind, Timeliness) and "opened" in (words := _words(rule.kind.of or ())):
            with_it |= words
    before: set[str] = set()
    for rule in catalogue.rules:
        if isinstance(rule.kind, Precedence) and with_it & _words([rule.kind.before]) and _may(rule, fields):
            before |= _words(rule.kind.all)
    return [step for step in procedure.steps.values() if step.id in with_it | before and _is_plain(step)]


def _words(selectors: Sequence[Selector]) -> set[str]:
    return {word for selector in selectors for word in selector.words}


def _is_plain(step: Step) -> bool:
    return step.evidence.type == "tick" and step.subject is None and not step.needs
