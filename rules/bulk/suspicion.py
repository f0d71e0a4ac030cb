"""Where a rule may be broken: conditions over the wide table of first and last occurrences, in integers.

They may suspect too many cases, never too few: what they let through, the statement of the kind decides. A tie of
instants is always suspicious, for only the log's order tells which came first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from checklists.instant import Instant
from rules.bulk.plan import CANCELLED, CLOSED, Judged, Plan
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


def condition(plan: Plan, rule: Judged, now: Instant) -> str | None:
    """Return when a case is suspected of breaking a rule; None for what the events themselves show."""
    wanted = _of_kind(plan, rule, now)
    word, bit = rule.mask
    return wanted if wanted is None or not bit else f"(g{word} & {bit}) <> 0 AND ({wanted})"


def _of_kind(plan: Plan, rule: Judged, now: Instant) -> str | None:
    def first(selector: Selector) -> str:
        return f"f{rule.group.column_of(selector)}"

    def last(selector: Selector) -> str:
        return f"l{rule.group.column_of(selector)}"

    match kind := rule.kind:
        case Response():
            if kind.same:
                return None
            done, due = first(kind.do), f"{first(kind.after)} + {kind.within}"
            return f"{due} < {now} AND ({done} IS NULL OR {done} <= {last(kind.after)} OR {done} > {due})"
        case Lead():
            by_day = kind.by == "day-before"
            anchor = f"a{plan.anchors[kind.before, by_day]}"
            due = anchor if by_day else f"{anchor} - {kind.by}"
            late = " OR ".join(f"{first(s)} IS NULL OR {first(s)} > {due}" for s in kind.do)
            return f"{due} < {now} AND ({late})"
        case Recurrence():
            return f"{first(kind.from_)} IS NOT NULL"
        case Precedence():
            gate = first(kind.before)
            before = gate if kind.by is None else f"{gate} - {kind.by} + 1"
            given = f" AND {first(kind.given)} IS NOT NULL" if kind.given else ""
            unmet = " OR ".join(f"{first(s)} IS NULL OR {first(s)} >= {before}" for s in kind.all)
            return f"{gate} IS NOT NULL{given} AND ({unmet})"
        case Existence():
            return " OR ".join(_existence(rule, kind))
        case Absence():
            return f"{last(kind.do)} >= {first(kind.after)}"
        case Limit() | Authority() | Timeliness():
            return None
        case _:
            assert_never(kind)


def _existence(rule: Judged, kind: Existence) -> Iterator[str]:
    of = rule.group.column_of(kind.of)
    begun = f"f{rule.group.column_of(kind.from_)} IS NOT NULL AND " if kind.from_ else ""
    if kind.max is not None:
        yield f"({begun}n{of} > {kind.max})"
    if kind.min:
        end = rule.group.column_of(any_of(kind.until, CLOSED, CANCELLED))
        yield f"({begun}l{end} IS NOT NULL)"
