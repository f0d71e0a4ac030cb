"""Judge a log by one engine or by all: what `check` does, apart from its printing."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.errors import SopwatchError
from checklists.event import Event
from checklists.instant import Instant
from rules.bulk import Plan, fields_of
from rules.figures import Figures, figures
from rules.judge import judge
from rules.kinds import Catalogue, Lead
from rules.live import judge_log as replay_log
from rules.loader import load_foreign
from rules.pack import load_pack
from rules.violation import Violation, sort_key
from storage import ocel, xes
from storage.bulk import DuckEngine, judge_log, violations
from storage.bulk_events import judge_cases, scratch
from storage.bulk_figures import by_rule, count_log
from storage.bulk_figures import figures as figures_of
from storage.bulk_loader import Loader
from storage.log import LogForm, Mistake, read_log
from storage.rows import STANDARDS, source_of
from storage.staging import Staged, stage, written_out

Cases = Mapping[str, Sequence[Event]]
CatalogueFor = Callable[[Sequence[Event]], Catalogue]
Engine = Callable[[Cases, CatalogueFor, Instant, ZoneInfo], list[Violation]]


def by_reference(cases: Cases, catalogue_for: CatalogueFor, now: Instant, zone: ZoneInfo) -> list[Violation]:
    """Judge every case by the plain meaning of the rules."""
    found: list[Violation] = []
    for events in cases.values():
        if case := fold(events, now):
            found += judge(catalogue_for(events), case, zone)
    return found


def by_live(cases: Cases, catalogue_for: CatalogueFor, now: Instant, zone: ZoneInfo) -> list[Violation]:
    """Judge every case as it happened, event by event, by durable-rules."""
    return list(replay_log(cases.values(), catalogue_for, now, zone))


def by_bulk(cases: Cases, catalogue_for: CatalogueFor, now: Instant, zone: ZoneInfo) -> list[Violation]:
    """Judge all cases at once, in SQL."""
    return judge_cases(cases.values(), catalogue_for, now, zone)


ENGINES: Mapping[str, Engine] = {"reference": by_reference, "live": by_live, "bulk": by_bulk}
FASTEST = "bulk"


@dataclass(frozen=True)
class Question:
    """What is to be judged: a log, the rules (packs, or a catalogue about another system's log), when and where."""

    log: Path
    now: Instant
    zone: ZoneInfo
    packs: Sequence[Path] = ()
    rules: Path | None = None
    mapping: Mapping[str, str] | None = None
    naive: ZoneInfo | None = None
    skip_bad: bool = False
    summary: bool = False


@dataclass(frozen=True)
class Answer:
    """The violations in their order, what each further engine said otherwise, and how much was compared.

    `figures`, by rule, are empty unless they were asked for. `apart`: the events of an OCEL log that are of no case.
    """

    violations: Sequence[Violation]
    mistakes: Sequence[Mistake]
    cases: int
    events: int
    verdicts: int
    differing: Sequence[str]
    figures: Mapping[str, Figures]
    apart: int = 0


def check(question: Question, engine: str | None = None) -> Answer:
    """Judge a log by `engine` (`all`: by each, compared). Raises SopwatchError where it cannot be judged."""
    names = list(ENGINES) if engine == "all" else [engine or FASTEST]
    if unknown := [name for name in names if name not in ENGINES]:
        known = ", ".join([*ENGINES, "all"])
        msg = f"--engine {unknown[0]}: there is no such engine here (there are: {known})"
        raise SopwatchError(msg)
    form, catalogue_for, rules = rules_of(question)
    if names == ["bulk"] and (answer := _of_file(question, form)):
        return answer
    log = read_log(question.log, form, skip_bad=question.skip_bad)
    verdicts = [
        sorted(ENGINES[name](log.cases, catalogue_for, question.now, question.zone), key=sort_key) for name in names
    ]
    count = sum(rules(events) for events in log.cases.values())
    differing = [
        line for name, other in zip(names, verdicts, strict=True) for line in differences(name, verdicts[0], other)
    ]
    counted = summarise(log.cases, catalogue_for, question.now, question.zone) if question.summary else {}
    return Answer(verdicts[0], log.mistakes, len(log.cases), len(log), count, differing, counted, log.apart)


@dataclass(frozen=True)
class Judged:
    """A file judged in bulk: the engine that holds what was found, the plan that numbers it, what was read."""

    engine: DuckEngine
    plan: Plan
    staged: Staged
    loader: Loader


@contextmanager
def judged_file(question: Question, form: LogForm, memory: str = "") -> Iterator[Judged | None]:
    """Judge a file in bulk, its events never in Python; None where it is to be read by `read_log`, which says why."""
    standard = standard_of(question.log)
    if standard and standard is not xes.STANDARD:
        yield None
        return
    with scratch(memory) as (db, folder):
        log = written_out(question.log, folder) if standard else question.log
        catalogues, words = catalogues_of(question)
        fields = frozenset(f for c in catalogues.values() for f in fields_of(c))
        staged = stage(db, log, form, fields, folder) if log else None
        if staged is None:
            yield None
            return
        plan = Plan(catalogues, words or {None: staged.words.get("", ())}, opened_first=question.rules is None)
        engine = DuckEngine(db, alone=True)
        yield Judged(engine, plan, staged, judge_log(engine, plan, question.now, question.zone))


def _of_file(question: Question, form: LogForm) -> Answer | None:
    with judged_file(question, form) as judged:
        if judged is None:
            return None
        found = sorted(violations(judged.engine, judged.plan, question.zone), key=sort_key)
        counted: Mapping[str, Figures] = {}
        if question.summary:
            count_log(judged.loader)
            counted = by_rule(figures_of(judged.engine, judged.plan))
        return Answer(found, (), judged.staged.cases, judged.staged.events, 0, (), counted)


def catalogues_of(question: Question) -> tuple[Mapping[str | None, Catalogue], Mapping[str | None, Sequence[str]]]:
    """Return the catalogue of each procedure and the words of its events; of another system's log one catalogue."""
    if question.rules:
        return {None: load_foreign(question.rules)}, {}
    pack = load_pack(question.packs)
    newest = {name: pack.newest(name) for name in pack.procedures}
    return {n: c for n, (_, c) in newest.items()}, {n: list(p.words()) for n, (p, _) in newest.items()}


def summarise(cases: Cases, catalogue_for: CatalogueFor, now: Instant, zone: ZoneInfo) -> Mapping[str, Figures]:
    """Return the figures of every rule over the cases that its catalogue judges, in the order of the rules' ids."""
    found: dict[str, Figures] = {}
    for events in cases.values():
        if case := fold(events, now):
            for rule, counted in figures(catalogue_for(events), case, zone).items():
                found[rule] = found.get(rule, Figures()) + counted
    return dict(sorted(found.items()))


def rules_of(question: Question) -> tuple[LogForm, CatalogueFor, Callable[[Sequence[Event]], int]]:
    """Return how the log is written, which catalogue judges a case, and how many rules that has."""
    standard = standard_of(question.log)
    if question.rules:
        foreign = load_foreign(question.rules)
        anchors = frozenset(r.kind.before for r in foreign.rules if isinstance(r.kind, Lead))
        given = dict(question.mapping or {})
        case_type = given.pop("case_id", None) if standard is ocel.STANDARD else None
        form = LogForm(None, {**standard, **given}, anchors, question.naive, case_type)
        return form, lambda _: foreign, lambda _: len(foreign.rules)
    if question.mapping:
        msg = "--map needs --rules: it reads another system's log, which no pack knows"
        raise SopwatchError(msg)
    if standard:
        msg = f"{question.log}: another system's log, which no pack knows, needs --rules"
        raise SopwatchError(msg)
    pack = load_pack(question.packs)
    newest = {name: pack.newest(name) for name in pack.procedures}
    form = LogForm({name: procedure for name, (procedure, _) in newest.items()}, naive=question.naive)

    def catalogue_for(events: Sequence[Event]) -> Catalogue:
        return newest[events[0].procedure][1]

    return form, catalogue_for, lambda events: len(catalogue_for(events).rules)


def standard_of(path: Path) -> Mapping[str, str]:
    """Return how the columns of a log that follows a standard (XES, OCEL) are mapped; of any other nothing."""
    try:
        return STANDARDS.get(source_of(path), {})
    except (OSError, EOFError, zlib.error):
        return {}  # the reader of the log says what is wrong with it


def differences(name: str, expected: Sequence[Violation], found: Sequence[Violation]) -> list[str]:
    """Return a line for each verdict (a rule in a case) on which two engines differ."""
    ours, theirs = _by_verdict(expected), _by_verdict(found)  # what people are told; bulk knows no cause of a gap
    return [
        f"{name} differs on {rule} in case {case_id}"
        for case_id, rule in sorted(ours.keys() | theirs.keys())
        if ours.get((case_id, rule)) != theirs.get((case_id, rule))
    ]


def _by_verdict(violations: Sequence[Violation]) -> dict[tuple[str, str], Counter[Violation]]:
    found: dict[tuple[str, str], Counter[Violation]] = {}
    for violation in violations:
        found.setdefault((violation.case_id, violation.rule), Counter())[replace(violation, cause=None)] += 1
    return found
