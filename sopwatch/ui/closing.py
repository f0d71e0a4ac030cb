"""What a tablet is told about closing a case: which deeds the rules want before it, and what closing breaks anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.closing import GATE, Asked, may_ask, may_forbid, per_name
from rules.kinds import Existence, Selector
from sopwatch.access import Who
from sopwatch.casefile import CaseFile
from sopwatch.demands import acting_role
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import meant, words_of


def closing_of(file: CaseFile, who: Who, _: Tongue) -> dict[str, Any]:
    """Return the deeds asked for before closing (`each`: for every name of a list) and the rules that it breaks anyway.

    Each with its guard, if it has one: the tablet holds it against the facts as they are by then.
    """
    by = (who.id.removeprefix("person:"), acting_role(GATE, who, None, file.catalogue))
    broken = may_forbid(file.case, file.catalogue, _.zone, by) if file.state == "open" else []
    return {
        "asked": [_asked(one, file, _) for one in may_ask(file.case, file.catalogue)],
        "each": [_asked(one, file, _) for one in per_name(file.case, file.catalogue)],
        "breaks": [{"title": _.of(rule.title, rule.id), "when": _guard(rule.when)} for rule in broken],
    }


def _asked(one: Asked, file: CaseFile, _: Tongue) -> dict[str, Any]:
    kind = one.rule.kind
    wanted = kind.min if isinstance(kind, Existence) else 1
    return {
        "rule": one.rule.id,
        "title": _.of(one.rule.title, one.rule.id),
        "step": words_of(one.selector.label, file.procedure, _),
        "of": _words(one.selector),
        "subject": one.subject,
        "each": kind.each if isinstance(kind, Existence) else None,
        "wanted": wanted,
        "missing": one.missing,
        "when": _guard(one.when),
        "first": {"of": _words(one.first), "step": meant(one.first, file.procedure, _)} if one.first else None,
    }


def _guard(when: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in when.items()}


def _words(selector: Selector) -> list[dict[str, Any]]:
    return [{"id": word, "values": None if values is None else list(values)} for word, values in selector.written]
