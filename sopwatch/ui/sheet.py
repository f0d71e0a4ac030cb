"""The sheet of a case, apart from its drawing: phases, rows, what is done, by whom, and what is due when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from checklists.instant import Instant
from checklists.model import Phase, Step
from rules.due import Due
from rules.kinds import Existence
from rules.path import Place
from sopwatch.casefile import CaseFile
from sopwatch.ui.deeds import Exempt, Reader, Tick, exemptions, ticks
from sopwatch.ui.path import on_path, path_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import facts, place_of, role_of
from storage.store import Finding

RowState = Literal["done", "overdue", "flagged", "due", "todo", "waiting", "not_applicable", "cannot_do"]


@dataclass(frozen=True)
class Deadline:
    """What is due when, by which rule."""

    due_at: Instant
    title: str
    house: bool
    subject: str | None
    near: bool


@dataclass(frozen=True)
class Flag:
    """An open violation: its id, the rule's title, its deadline if it has one."""

    id: str
    title: str
    due_at: Instant | None
    subject: str | None
    short_notice: bool


@dataclass(frozen=True)
class Tally:
    """How often a step was done for one subject, of how often it must be."""

    subject: str
    done: int
    wanted: int | None

    @property
    def complete(self) -> bool:
        """Whether it was done often enough."""
        return self.done >= (1 if self.wanted is None else self.wanted)


@dataclass(frozen=True)
class Row:
    """A step of the sheet."""

    step: Step
    title: str
    state: RowState
    role: str
    ticks: Sequence[Tick] = ()
    exempt: Exempt | None = None
    deadlines: Sequence[Deadline] = ()
    flags: Sequence[Flag] = ()
    waits_for: Sequence[str] = ()
    tallies: Sequence[Tally] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing more is asked here."""
        complete = all(tally.complete for tally in self.tallies)
        return (bool(self.ticks) and complete) or self.exempt is not None


@dataclass(frozen=True)
class Section:
    """A phase."""

    id: str
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Sheet:
    """A case as it is drawn."""

    case_id: str
    title: str
    place: str
    state: str
    opened_at: Instant
    now: Instant
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    deadlines: Sequence[Deadline]
    flags: Sequence[Flag]
    last_seq: int


def sheet_of(file: CaseFile, reader: Reader, _: Tongue) -> Sheet:
    """Return the sheet of a case as it stands."""
    now, procedure = file.case.now, file.procedure
    places = path_of(file)
    flags, deadlines = _flags(file, places, _), _deadlines(file, places, _)
    off = {step for step, place in places.items() if place.state == "off"}
    done, exempt = ticks(file, reader, _), exemptions(file.events, reader, _)

    def section(phase: Phase) -> Section:
        rows = [
            _row(s, file, done.get(s.id, []), exempt.get(s.id), deadlines, flags, done.keys() | off, _)
            for s in phase.steps
        ]
        return Section(phase.id, _.of(phase.title, phase.id), rows)

    return Sheet(
        file.case_id,
        _.of(procedure.title, procedure.id),
        place_of(procedure, file.case.fields),
        file.state,
        file.case.events[0].occurred_at,
        now,
        facts(procedure, file.case.fields, _, now),
        [section(phase) for phase in procedure.phases],
        [d for word, found in deadlines.items() if word not in procedure.steps for d in found],
        [f for word, found in flags.items() if word not in procedure.steps for f in found],
        file.last_seq,
    )


def _row(
    step: Step,
    file: CaseFile,
    ticks: Sequence[Tick],
    exempt: Exempt | None,
    deadlines: Mapping[str, Sequence[Deadline]],
    flags: Mapping[str, Sequence[Flag]],
    done: Collection[str],
    _: Tongue,
) -> Row:
    mine, flagged, tallies = deadlines.get(step.id, ()), flags.get(step.id, ()), _tallies(step, file)
    waits = [_.of(file.procedure.steps[need].title, need) for need in step.needs if need not in done]
    return Row(
        step,
        _.of(step.title, step.id),
        _state(ticks if all(t.complete for t in tallies) else (), exempt, mine, flagged, waits),
        role_of(step.role[0], file.procedure, _) if step.role else "",
        ticks,
        None if ticks else exempt,
        mine,
        flagged,
        () if ticks else waits,
        tallies,
    )


def _state(
    ticks: Sequence[Tick],
    exempt: Exempt | None,
    deadlines: Sequence[Deadline],
    flags: Sequence[Flag],
    waits: Sequence[str],
) -> RowState:
    if any(flag.due_at is not None for flag in flags) and (not ticks or deadlines):
        return "overdue"
    if flags:
        return "flagged"
    if not ticks and exempt:
        return "not_applicable" if exempt.word == "_not_applicable" else "cannot_do"
    if deadlines and (not ticks or any(d.near for d in deadlines)):
        return "due"
    if ticks:
        return "done"
    return "waiting" if waits else "todo"


def _deadlines(file: CaseFile, places: Mapping[str, Place], _: Tongue) -> dict[str, list[Deadline]]:
    """Return what is due, at the first of the steps that would do and are on the path."""
    found: dict[str, list[Deadline]] = {}
    for due in file.due:
        found.setdefault(on_path(due.selector.words, places), []).append(deadline(due, file.case.now, _))
    return found


def deadline(due: Due, now: Instant, _: Tongue) -> Deadline:
    """Return a pending obligation in words."""
    near = due.warn_at is not None and due.warn_at <= now
    return Deadline(due.due_at, _.of(due.rule.title, due.rule.id), due.rule.house, due.subject, near)


def _flags(file: CaseFile, places: Mapping[str, Place], _: Tongue) -> dict[str, list[Flag]]:
    """Return the open violations, at the first of the steps that they name and that is on the path."""
    titles = {rule.id: _.of(rule.title, rule.id) for rule in file.catalogue.rules}
    found: dict[str, list[Flag]] = {}
    for finding in file.findings:
        if finding.state == "open":
            word = on_path(finding.violation.step.split("|"), places)
            found.setdefault(word, []).append(_flag(finding, titles))
    return found


def _flag(finding: Finding, titles: Mapping[str, str]) -> Flag:
    v = finding.violation
    return Flag(finding.id, titles.get(v.rule, v.rule), v.due_at, v.subject, v.short_notice)


def _tallies(step: Step, file: CaseFile) -> list[Tally]:
    """Return how often the step was done for each entry of the list it is ticked for."""
    entries = file.case.fields.get(step.subject or "")
    if step.subject in (None, "free") or not isinstance(entries, list | tuple):
        return []
    counts, wanted = Counter(e.subject for e in file.case.events if e.event == step.id), wanted_of(step, file)
    return [Tally(str(entry), counts[str(entry)], wanted) for entry in dict.fromkeys(entries)]


def wanted_of(step: Step, file: CaseFile) -> int | None:
    """Return how often a step is to be done for each entry of the list it is ticked for, if a rule says so."""
    return next(
        (
            rule.kind.min
            for rule in file.catalogue.rules
            if isinstance(rule.kind, Existence) and rule.kind.each == step.subject and step.id in rule.kind.of.words
        ),
        None,
    )
