"""A comparison of rules as a JSON object: counts before and after, both verdicts of each flip, their arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checklists.case import Case, fold
from checklists.instant import format_instant
from checklists.model import Procedure
from rules.explain import explain
from rules.judge import judge_rule
from rules.kinds import Catalogue, Rule
from rules.violation import Violation, as_json
from sopwatch.explained import Explained
from sopwatch.i18n import translator
from sopwatch.service import Service
from sopwatch.ui.arithmetic import arithmetic
from sopwatch.ui.deeds import Reader
from sopwatch.ui.tongue import Tongue
from sopwatch.whatif import Compared, Flip, Wish, what_if_record


def told_of(held: Service, wish: Wish, language: str) -> dict[str, Any]:
    """Return the comparison over a service's record as a JSON object."""
    pack = held.books.pack
    titles = {
        role: known.title for name in sorted(pack.procedures) for role, known in pack.newest(name)[0].roles.items()
    }
    reader = Reader(None, {p.id: p.name for p in held.access.people()}, titles)
    return as_object(what_if_record(held, wish), reader, language, held.property.currency)


def as_object(compared: Compared, reader: Reader, language: str, currency: str = "TWD") -> dict[str, Any]:
    """Return a comparison as a JSON object; instants of the violations in UTC, those in sentences in local time."""
    wish, zone = compared.wish, compared.zone
    shown = [flip for flip in compared.flips if flip.case_id in compared.cases]
    return {
        "set": list(wish.settings),
        "as_of": format_instant(compared.now, zone),
        "zone": str(zone),
        "from": None if wish.since is None else format_instant(wish.since, zone),
        "to": None if wish.before is None else format_instant(wish.before, zone),
        "before": len(compared.before),
        "after": len(compared.after),
        "by_rule": _counts("rule", compared.by_rule()),
        "by_department": _counts("department", compared.by_department()),
        "by_month": _counts("month", compared.by_month()),
        "flips": len(compared.flips),
        "flipping": [_flip(compared, flip, reader, language, currency) for flip in shown],
    }


def _counts(name: str, counts: Mapping[str, tuple[int, int]]) -> list[dict[str, Any]]:
    return [{name: key or None, "before": old, "after": new} for key, (old, new) in counts.items()]


def _flip(compared: Compared, flip: Flip, reader: Reader, language: str, currency: str) -> dict[str, Any]:
    key, events = compared.cases[flip.case_id]
    tried, case = compared.tried[key], fold(events, compared.now)
    assert case is not None  # noqa: S101 - a case with a violation has begun

    def verdict(catalogue: Catalogue, found: Sequence[Violation], moved: Sequence[Violation]) -> dict[str, Any]:
        rule = next(r for r in catalogue.rules if r.id == flip.rule_id)
        told = [{**as_json(v), "flips": v in moved, "sentences": _sentences(v, rule, catalogue)} for v in found]
        return {"verdict": "violated" if found else "not violated", "violations": told}

    def _sentences(violation: Violation, rule: Rule, catalogue: Catalogue) -> list[str]:
        plain = _as_people_see(violation, rule, case, compared, foreign=catalogue.foreign)
        why = explain(rule, case, compared.zone, plain, foreign=catalogue.foreign)
        explained = Explained(why, tried.procedure or Procedure(id="log"), compared.zone, reader, currency)
        return arithmetic(explained.told(language))

    title = next(r for r in tried.before.rules if r.id == flip.rule_id).title
    tongue = Tongue(translator(language), compared.zone, currency)
    return {
        "case_id": flip.case_id,
        "rule": flip.rule_id,
        "title": tongue.of(title, flip.rule_id),
        "before": verdict(tried.before, flip.before, flip.gone),
        "after": verdict(tried.after, flip.after, flip.new),
    }


def _as_people_see(violation: Violation, rule: Rule, case: Case, compared: Compared, *, foreign: bool) -> Violation:
    """Return the violation as the judge finds it in the case in plain words."""
    found = list(judge_rule(rule, case, compared.zone, foreign=foreign))
    same = [v for v in found if v.cause == violation.cause and v.at == violation.at and v.step == violation.step]
    return next((v for v in same if v.subject == violation.subject), same[0] if same else violation)
