"""What a tablet is told of the facts of a case: its fields, what stands in them and since when, what hangs on them."""

from __future__ import annotations

from typing import Any

from checklists.instant import Instant
from checklists.model import CaseField
from rules.kinds import Lead
from sopwatch.casefile import CaseFile
from sopwatch.ui.entailed import entailed
from sopwatch.ui.form import CHOSEN_BY_RULES, Asked, Line, field_told, lines_of
from sopwatch.ui.kept import kept
from sopwatch.ui.opening import deciding, guards_of_deadlines
from sopwatch.ui.tongue import Tongue

MILLISECOND = 1000


def facts_of(file: CaseFile, digest: str, _: Tongue) -> dict[str, Any]:
    """Return the facts of a case for a tablet, which shows them and lets them be changed; `digest` is theirs."""
    fields = file.case.fields
    stamp = (digest, file.procedure.digest, file.catalogue.digest)
    return {
        "fields": kept(("facts", file.case_id, _.language), stamp, lambda: _fields(file, _)),
        "values": {f.id: fields[f.id] for f in file.procedure.fields if f.id in fields},
        "since": {name: at // MILLISECOND for name, at in _since(file).items()},
        "deciding": sorted(deciding(file.catalogue)),
    }


def _since(file: CaseFile) -> dict[str, Instant]:
    """Return the instant of the entry that gave each field its value, or took it away."""
    facts = [event for event in file.case.events if event.event in ("opened", "amended")]
    return {name: event.occurred_at for event in facts for name in event.data or {} if name in file.procedure.field}


def _fields(file: CaseFile, _: Tongue) -> list[dict[str, Any]]:
    opened_at = file.case.events[0].occurred_at
    asked = Asked(file.procedure, file.catalogue, file.case.fields, opened_at, opened_at)
    guards = guards_of_deadlines(file.catalogue)
    return [_with_dues(f, asked, _) if f.id in guards else _plain(f, asked, _) for f in file.procedure.fields]


def _plain(field: CaseField, asked: Asked, _: Tongue) -> dict[str, Any]:
    told = field_told(field, asked, _)
    if field.type == "datetime":
        return told | {"leads": _leads(field, asked, _)}
    return told | {"amount": _.amount(field.unit)} if field.type == "number" else told


def _leads(field: CaseField, asked: Asked, _: Tongue) -> list[dict[str, Any]]:
    """Return what is due before the instant in a field: how long before (None: the day before), and for which steps."""
    return [
        {
            "title": _.of(rule.title, rule.id),
            "house": rule.house,
            "by": None if kind.by == "day-before" else int(kind.by) // MILLISECOND,
            "do": [sorted(selector.words) for selector in kind.do],
            "when": {name: list(values) for name, values in rule.when.items()},
        }
        for rule in asked.catalogue.rules
        if isinstance(kind := rule.kind, Lead) and kind.before == field.id
    ]


def _with_dues(field: CaseField, asked: Asked, _: Tongue) -> dict[str, Any]:
    """Return a field on whose value deadlines depend, with what each of its options makes due."""
    told = _plain(field, asked, _)
    if field.type not in CHOSEN_BY_RULES:
        return told
    found = entailed(asked.procedure, asked.catalogue, asked.values, field, asked.opened_at, _.zone)
    options = zip(told["options"], found, strict=True)
    return told | {"options": [[*option, [_due(line) for line in lines_of(entails, asked.opened_at, _)]]
                               for option, entails in options]}  # fmt: skip


def _due(line: Line) -> list[Any]:
    return [line.by, line.what, None if line.at is None else line.at // MILLISECOND]
