"""What a case still asks for before its gate, such as `closed`: verdicts are the judges', this says them beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import Case
from checklists.event import Event
from rules.judge import first, judge_rule
from rules.kinds import Absence, Authority, Catalogue, Existence, Precedence, Rule, Selector
from rules.windows import due_subjects, tally

GATE = "closed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A deed that a rule wants before a case is closed: how many are `missing`, and what must be there `first`.

    While `first` has not been, nothing is asked yet (a signature under a repair that is not completed). It is asked for
    only if the guard `when` holds for the facts in force at the closing.
    """

    rule: Rule
    selector: Selector
    subject: str | None
    missing: int
    first: Selector | None = None
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


def asked(case: Case, catalogue: Catalogue) -> list[Asked]:
    """Return what the rules want before a case is closed, what is done (`missing` 0) and what is not."""
    return [one for one in may_ask(case, catalogue) if not one.when or one.rule.holds(case.fields)]


def may_ask(case: Case, catalogue: Catalogue) -> list[Asked]:
    """Return what the rules want before a case is closed, whatever its facts are by then."""
    return [one for rule in catalogue.rules for one in _of_rule(rule, case)]


def per_name(case: Case, catalogue: Catalogue) -> list[Asked]:
    """Return what is wanted once for each name of a list, whoever is on it by then: an `Asked` a rule, of nobody."""
    return [
        Asked(rule, rule.kind.of, None, rule.kind.min)
        for rule in catalogue.rules
        if isinstance(rule.kind, Existence) and rule.kind.each and rule.kind.min is not None
        if (window := tally(rule, rule.kind, case)) and window.end is None
    ]


def _of_rule(rule: Rule, case: Case) -> Iterator[Asked]:
    match rule.kind:
        case Precedence() as kind if GATE in kind.before.words:
            latest = case.now - (kind.by or 0)
            absent = kind.given if kind.given and first(case, kind.given) is None else None
            for needed in kind.all:
                done = any(needed.matches(e) and e.occurred_at <= latest for e in case.events)
                yield Asked(rule, needed, None, 0 if done else 1, absent, rule.when)
        case Existence() as kind if kind.min is not None:
            window = tally(rule, kind, case)
            if window is None or window.end is not None:
                return
            for subject in due_subjects(kind, case, None):
                count = len(window.found.get(subject, ()))
                yield Asked(rule, kind.of, subject, max(0, kind.min - count))
        case _:
            return


def forbidden(case: Case, catalogue: Catalogue, zone: ZoneInfo, by: tuple[str, str | None]) -> list[Rule]:
    """Return the rules that closing now breaks whatever is done before; `by` is who closes: actor and role."""
    return [rule for rule in may_forbid(case, catalogue, zone, by) if rule.holds(case.fields)]


def may_forbid(case: Case, catalogue: Catalogue, zone: ZoneInfo, by: tuple[str, str | None]) -> list[Rule]:
    """Return the rules that closing breaks if their guard holds for the facts by then."""
    last = case.events[-1]
    actor, role = by
    gate = Event(last.position + 1, case.case_id, last.procedure, GATE, case.now, case.now, actor, role)
    closed = replace(case, events=[*case.events, gate])

    def broken(rule: Rule, at: Case) -> int:
        always = rule.model_copy(update={"when": {}})
        return sum(1 for _ in judge_rule(always, at, zone, foreign=catalogue.foreign))

    named = [
        rule
        for rule in catalogue.rules
        if isinstance(rule.kind, Absence | Authority) and any(GATE in s.words for s in rule.kind.selectors())
    ]
    return [rule for rule in named if broken(rule, closed) > broken(rule, case)]
