"""The rules of a plan as rows of integers: one table a kind, and which codes have which part in which rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rules.bulk.plan import CANCELLED, CLOSED, Judged, Plan, of_every_event
from rules.kinds import (
    Absence,
    Authority,
    Existence,
    Lead,
    Limit,
    Precedence,
    Recurrence,
    Response,
    Selector,
    Timeliness,
    any_of,
)

Table = tuple[Sequence[str], Sequence[tuple[Any, ...]]]


def parts(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Yield (rule, part, code): what the statements call a part, each says in its head. Recurrences have flags."""
    for rule in plan.rules:
        for part, selector in _parts(rule):
            codes = range(rule.group.low, rule.group.high) if selector is None else rule.group.codes_of(selector)
            yield from ((rule.number, part, code) for code in codes)


def _flags(rule: Judged, kind: Recurrence) -> Iterator[tuple[int, int, int, int]]:
    """Yield (code, opens, does, ends) of the events of a recurrence."""
    ends = any_of(kind.until, CLOSED, CANCELLED)
    opening, doing, ending = (rule.group.codes_of(s) for s in (kind.from_, kind.do, ends))
    for code in sorted(opening | doing | ending):
        yield (code, int(code in opening), int(code in doing), int(code in ending))


def _parts(rule: Judged) -> Iterator[tuple[int, Selector | None]]:  # noqa: C901 - a case a kind
    match kind := rule.kind:
        case Response():
            yield from ((1, kind.after), (2, kind.do))
        case Lead():
            yield from enumerate(kind.do, 1)
        case Recurrence():
            return
        case Precedence():
            yield (0, kind.before)
            if kind.given:
                yield (-1, kind.given)
            yield from enumerate(kind.all, 1)
        case Existence():
            if kind.from_:
                yield (1, kind.from_)
            yield from ((2, kind.of), (3, any_of(kind.until, CLOSED)), (4, CANCELLED))
        case Limit():
            yield (1, kind.of)
        case Authority():
            yield (1, kind.of)
            if kind.not_by:
                yield (2, kind.not_by)
        case Timeliness():
            if of_every_event(kind):
                yield (1, None)
            yield from ((1, selector) for selector in kind.of or ())
        case Absence():
            yield from ((1, kind.after), (2, kind.do))


def tables(plan: Plan) -> Mapping[str, Table]:
    """Return each table's columns and rows; those of kinds that no rule has are left out."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for rule in plan.rules:
        for name, row in _rows(plan, rule):
            found.setdefault(name, []).append((rule.number, *row))
    if "authority" in found:
        found.setdefault("allowed", [])
    return {name: (("rule", *_COLUMNS[name]), rows) for name, rows in found.items()}


_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "response": ("word", "bit", "within", "same"),
    "lead": ("word", "bit"),
    "lead_part": ("word", "bit", "part", "anchor", "ahead"),
    "recurrence": ("word", "bit", "every"),
    "recurrence_code": ("code", "opens", "does", "ends"),
    "precedence": ("word", "bit", "given", "ahead"),
    "precedence_part": ("part",),
    "existence": ("word", "bit", "from_first", "least", "most", "each_field"),
    "limits": ("word", "bit", "most", "most_field", "least", "least_field"),
    "authority": ("word", "bit", "any_role"),
    "allowed": ("role",),
    "timeliness": ("word", "bit", "within"),
    "absence": ("word", "bit"),
}


def _rows(plan: Plan, rule: Judged) -> Iterator[tuple[str, tuple[Any, ...]]]:  # noqa: C901 - a case a kind
    mask = rule.mask
    match kind := rule.kind:
        case Response():
            yield "response", (*mask, kind.within, int(kind.same is not None))
        case Lead():
            by_day = kind.by == "day-before"
            anchor = plan.anchors[kind.before, by_day]
            for part in range(1, len(kind.do) + 1):
                yield "lead_part", (*mask, part, anchor, 0 if by_day else kind.by)
        case Recurrence():
            yield "recurrence", (*mask, 0 if kind.every == "day" else kind.every)
            for flags in _flags(rule, kind):
                yield "recurrence_code", flags
        case Precedence():
            yield "precedence", (*mask, int(kind.given is not None), kind.by or 0)
            for part in range(1, len(kind.all) + 1):
                yield "precedence_part", (part,)
        case Existence():
            each = -1 if kind.each is None else plan.lists[kind.each]
            yield "existence", (*mask, int(kind.from_ is None), kind.min, kind.max, each)
        case Limit():
            yield "limits", (*mask, *_bound(plan, rule, kind.max), *_bound(plan, rule, kind.min))
        case Authority():
            yield "authority", (*mask, int(kind.roles is None))
            for role in kind.roles or ():
                yield "allowed", (plan.roles[role],)
        case Timeliness():
            yield "timeliness", (*mask, kind.within)
        case Absence():
            yield "absence", mask


def _bound(plan: Plan, rule: Judged, bound: float | str | None) -> tuple[float | None, int]:
    if isinstance(bound, str):
        return None, plan.bounds[bound, rule.group.catalogue.foreign]
    return None if bound is None else float(bound), -1
