"""Shows that a made-up log tries every shipped rule: in how many cases it was at work, and in how many broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from checklists.case import Case, fold
from rules.judge import judge_rule
from rules.kinds import (
    Absence,
    Authority,
    Existence,
    Lead,
    Limit,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Selector,
    Timeliness,
)
from rules.pack import load_pack
from storage.log import LogForm, read_log

ZONE = ZoneInfo("UTC")


def print_rules(path: Path) -> None:
    """Print of every rule in how many cases it was at work, and in how many broken, by the reference judge."""
    books = {name: load_pack().newest(name) for name in load_pack().procedures}
    log = read_log(path, LogForm({name: procedure for name, (procedure, _) in books.items()}))
    now = max(event.recorded_at for events in log.cases.values() for event in events)
    at_work, broken, found = Counter[str](), Counter[str](), Counter[str]()
    for events in log.cases.values():
        case = fold(events, now)
        for rule in books[events[0].procedure][1].rules if case else ():
            assert case is not None
            violations = len(list(judge_rule(rule, case, ZONE)))
            at_work[rule.id] += bool(violations or is_at_work(rule, case))
            broken[rule.id] += violations > 0
            found[rule.id] += violations
    names = [rule.id for _, catalogue in books.values() for rule in catalogue.rules]
    for name in names:
        print(
            f"{name:40} at work in {at_work[name]:7,} cases, broken in {broken[name]:6,}: {found[name]:6,} violations"
        )
    tried = [name for name in names if 0 < broken[name] < at_work[name]]
    print(f"{len(tried)} of {len(names)} rules were broken in some cases and kept in others; {len(log):,} events")
    print("untried:", ", ".join(sorted(set(names) - set(tried))) or "none")


def is_at_work(rule: Rule, case: Case) -> bool:
    """Whether some event of the case gives the rule something to judge, its guard holding there."""
    if isinstance(kind := rule.kind, Lead):
        return any(
            rule.holds(f) and f.get(kind.before) is not None for f in map(case.fields_at, range(len(case.events)))
        )
    selectors = list(_triggers(rule))
    given = kind.given if isinstance(kind, Precedence) else None
    return any(
        (not selectors or any(s.matches(event) for s in selectors))
        and rule.holds(case.fields_at(index))
        and (given is None or any(given.matches(e) for e in case.events[:index]))
        for index, event in enumerate(case.events)
    )


def _triggers(rule: Rule) -> Iterator[Selector]:
    """Yield what calls the rule; nothing where any event does."""
    match kind := rule.kind:
        case Response() | Absence():
            yield kind.after
        case Precedence():
            yield kind.before
        case Recurrence():
            yield kind.from_
        case Limit() | Authority():
            yield kind.of
        case Existence():
            if kind.from_:
                yield kind.from_
        case Timeliness():
            yield from kind.of or ()
        case Lead():
            return
        case _:
            assert_never(kind)
