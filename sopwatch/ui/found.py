"""The list of violations, apart from its drawing: newest first, filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from checklists.event import Event
from checklists.instant import Instant
from checklists.model import CaseField, Procedure
from rules.kinds import Catalogue, Rule
from sopwatch.casefile import CaseFile
from sopwatch.departments import NO_DEPARTMENT, department_of
from sopwatch.ui.deeds import Reader, taken_back
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import field_value, file_of, name_of, note_of, value_of, word_of
from storage.store import Finding

PAGE = 20
STANDING = "standing"
"""The state of a filter that lets through what is open or remedied: all that still holds."""


@dataclass(frozen=True)
class Filter:
    """What a list of violations is narrowed to; the period is that of the deadline, else of the break."""

    state: str | None = "open"
    procedure: str | None = None
    severity: str | None = None
    since: Instant | None = None
    before: Instant | None = None
    rule: str | None = None
    department: str | None = None
    overdue: bool = False


class Rulebook:
    """The rules by catalogue and id, from every text that is in use."""

    def __init__(self, books: Iterable[tuple[Procedure, Catalogue]]) -> None:
        self._rules: dict[tuple[str, str], Rule] = {}
        self._procedures: dict[str, Procedure] = {}
        for procedure, catalogue in books:
            self._procedures[catalogue.digest] = procedure
            for rule in catalogue.rules:
                self._rules[catalogue.digest, rule.id] = rule

    def rule(self, finding: Finding) -> Rule | None:
        """Return the rule that was broken; None when its text is no longer in use."""
        return self._rules.get((finding.catalogue, finding.violation.rule))

    def procedure(self, finding: Finding) -> Procedure | None:
        """Return the procedure of a finding; None when its text is no longer in use."""
        return self._procedures.get(finding.catalogue)


def when(finding: Finding) -> Instant:
    """Return the instant by which a violation belongs to a period."""
    return finding.violation.at if finding.violation.due_at is None else finding.violation.due_at


def listed(findings: Iterable[Finding], book: Rulebook, wanted: Filter, now: Instant = 0) -> list[Finding]:
    """Return the findings that a filter lets through, the newest first; `now` is for what is overdue."""
    found = [f for f in findings if _passes(f, book, wanted, now)]
    return sorted(found, key=lambda f: (-f.violation.at, f.id))


def _passes(finding: Finding, book: Rulebook, wanted: Filter, now: Instant) -> bool:
    rule, v = book.rule(finding), finding.violation
    return not (
        (finding.state == "rescinded" if wanted.state == STANDING else wanted.state not in {None, finding.state})
        or (wanted.severity is not None and (rule.severity if rule else None) != wanted.severity)
        or (wanted.since is not None and when(finding) < wanted.since)
        or (wanted.before is not None and when(finding) >= wanted.before)
        or (wanted.rule is not None and v.rule != wanted.rule)
        or (wanted.department is not None and department(finding, book) != wanted.department)
        or (wanted.overdue and (v.due_at is None or v.due_at > now))
    )


def department(finding: Finding, book: Rulebook) -> str:
    """Return the department that a finding belongs to; none where its texts are no longer in use."""
    procedure = book.procedure(finding)
    return department_of(book.rule(finding), procedure) if procedure else NO_DEPARTMENT


def pages(count: int) -> int:
    """Return how many pages a list of this length has, at least one."""
    return max(1, -(-count // PAGE))


def page(findings: Sequence[Finding], number: int) -> Sequence[Finding]:
    """Return the page of this number, from 0; the last one where there are not so many."""
    number = min(max(number, 0), pages(len(findings)) - 1)
    return findings[number * PAGE : (number + 1) * PAGE]


@dataclass(frozen=True)
class Line:
    """An entry of a case as the record has it, with both clocks."""

    seq: int
    event_id: str
    what: str
    occurred_at: Instant
    recorded_at: Instant
    who: str
    role: str
    detail: str
    file: str | None
    taken_back: bool
    after_closing: bool


def lines(file: CaseFile, reader: Reader, _: Tongue) -> list[Line]:
    """Return every entry of a case, in the order of occurrence; what was taken back is there, and says so."""
    gone = taken_back(file.events)
    closed = file.case.closed_at
    before = _before(file)
    return [
        Line(
            e.position,
            e.event_id or "",
            word_of(e.event, file.procedure, _),
            e.occurred_at,
            e.recorded_at,
            name_of(e.actor, reader.names, _),
            reader.role(e.role, file.procedure, _),
            _detail(e, file, before.get(e.position), _),
            file_of(e),
            e.event_id is not None and e.event_id in gone,
            closed is not None and e.occurred_at > closed,
        )
        for e in sorted(file.events, key=lambda e: e.order)
    ]


def _before(file: CaseFile) -> dict[int, Mapping[str, Any]]:
    """Return the facts that each change found, by the place of the change in the record."""
    versions = file.case.versions
    return {
        file.case.events[index].position: before for (_index, _at, before), (index, _then, _after) in pairwise(versions)
    }


def _detail(event: Event, file: CaseFile, before: Mapping[str, Any] | None, _: Tongue) -> str:
    """Return what an entry says; of a change of facts that stands, what was before, too."""
    data: Mapping[str, Any] = event.data or {}
    parts = [event.subject or "", value_of(event, file.procedure, _)]
    if event.event in ("opened", "amended"):
        fields = file.procedure.field
        said = [_fact(fields[k], v, before, _) for k, v in data.items() if k in fields]
        parts.append(_("; ").join(said))
    elif event.event == "retracted":
        named = next((e for e in file.events if e.event_id == data.get("event_id")), None)
        parts.append(word_of(named.event, file.procedure, _) if named else "")
    if step := file.procedure.steps.get(str(data.get("step"))):
        parts.append(_.of(step.title, step.id))
    parts += [str(data.get("reason") or ""), note_of(event, _)]
    return " · ".join(part for part in parts if part)


def _fact(field: CaseField, value: Any, before: Mapping[str, Any] | None, _: Tongue) -> str:
    title, after = _.of(field.title, field.id), field_value(field, value, _) or "—"
    if before is None:
        return _("{field}: {value}", field=title, value=after)
    was = field_value(field, before.get(field.id), _) or "—"
    return _("{field}: {before} → {after}", field=title, before=was, after=after)


@dataclass(frozen=True)
class Acknowledgement:
    """Who has seen a violation, when, and what they noted."""

    at: Instant
    by: str
    note: str


def acknowledgements(file: CaseFile, finding_id: str, reader: Reader, _: Tongue) -> list[Acknowledgement]:
    """Return who has acknowledged a violation."""
    gone = taken_back(file.events)
    return [
        Acknowledgement(e.occurred_at, name_of(e.actor, reader.names, _), str((e.data or {}).get("note") or ""))
        for e in file.events
        if e.event == "_acknowledged" and (e.data or {}).get("violation") == finding_id and e.event_id not in gone
    ]
