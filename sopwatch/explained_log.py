"""The violations of a rule in a case of a log, explained: what `explain LOG` does, apart from its printing."""

from __future__ import annotations

from dataclasses import dataclass

from checklists.case import Case, fold
from checklists.document import nearest_of
from checklists.errors import SopwatchError
from checklists.instant import Instant, format_instant
from checklists.model import Procedure
from rules.explain import explain
from rules.judge import judge_rule
from rules.kinds import Rule
from rules.violation import Violation, sort_key
from sopwatch.check import Question, rules_of
from sopwatch.explained import Explained
from sopwatch.ui.deeds import Reader
from storage.log import read_log


@dataclass(frozen=True)
class Wanted:
    """Which violation is meant: of a rule in a case, and, where there are several, when it broke and for whom."""

    rule: str
    case_id: str
    at: Instant | None = None
    subject: str | None = None


def explained_in(question: Question, wanted: Wanted) -> list[Explained]:
    """Return the violation that is meant, explained; several where nothing tells them apart but their step.

    Raises SopwatchError where there is no such case, rule or violation, or where several are meant.
    """
    form, catalogue_for, _ = rules_of(question)
    log = read_log(question.log, form, skip_bad=question.skip_bad)
    events = log.cases.get(wanted.case_id, ())
    case = fold(events, question.now)
    if case is None:
        raise SopwatchError(_no_case(question, wanted, list(log.cases)))
    catalogue = catalogue_for(events)
    rule = next((r for r in catalogue.rules if r.id == wanted.rule), None)
    if rule is None:
        raise SopwatchError(_unknown("--rule", wanted.rule, [r.id for r in catalogue.rules]))
    procedure = (form.procedures or {}).get(events[0].procedure) or Procedure(id="log")
    found = _meant(rule, case, question, wanted, foreign=catalogue.foreign)
    return [
        Explained(
            explain(rule, case, question.zone, violation, foreign=catalogue.foreign),
            procedure,
            question.zone,
            Reader(None, {}, of_log=True),
        )
        for violation in found
    ]


def _meant(rule: Rule, case: Case, question: Question, wanted: Wanted, *, foreign: bool) -> list[Violation]:
    every = sorted(judge_rule(rule, case, question.zone, foreign=foreign), key=sort_key)
    found = [
        v
        for v in every
        if (wanted.at is None or v.at == wanted.at) and (wanted.subject is None or v.subject == wanted.subject)
    ]
    where = f"{wanted.rule} in case {wanted.case_id}"
    if not every:
        msg = f"{where} is not violated as of {format_instant(case.now, question.zone)}: nothing to explain"
        raise SopwatchError(msg)
    if len({(v.at, v.subject) for v in found}) != 1:
        listed = dict.fromkeys(_choice(v, question) for v in found or every)
        what = f"has {len(found)} violations" if found else "has no such violation"
        msg = f"{where} {what}: name one of {'; '.join(listed)}"
        raise SopwatchError(msg)
    return found


def _choice(violation: Violation, question: Question) -> str:
    at = f"--at {format_instant(violation.at, question.zone)}"
    return at if violation.subject is None else f"{at} --subject {violation.subject}"


def _no_case(question: Question, wanted: Wanted, known: list[str]) -> str:
    if wanted.case_id in known:
        return f"case {wanted.case_id} has not begun as of {format_instant(question.now, question.zone)}"
    return _unknown("--case", wanted.case_id, known)


def _unknown(option: str, given: str, known: list[str]) -> str:
    near = nearest_of(given, tuple(known))
    return f"{option}: there is no {given!r} here{f'; did you mean {near}?' if near else ''}"
