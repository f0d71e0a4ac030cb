"""The day of a case on an axis, apart from its drawing: what its rules want before which instant, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from checklists.event import Event
from checklists.instant import HOUR, Instant
from rules.due import Due
from rules.judge import first
from rules.kinds import Lead, Rule, Selector
from rules.segments import instant_of, lead_due
from sopwatch.casefile import CaseFile
from sopwatch.ui.path import on_path, path_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import word_of, words_of
from storage.store import Finding

SOON = 2 * HOUR
State = Literal["done", "late", "overdue", "due", "upcoming", "happened", "anchor", "now"]


@dataclass(frozen=True)
class Mark:
    """Something on the axis; `late` is how much later than due it was done, or is overdue by now.

    Of something that happened several times in a row, `times` says how often and `until` when last.
    """

    at: Instant
    state: State
    title: str
    step: str | None = None
    label: str = ""
    done_at: Instant | None = None
    late: int = 0
    house: bool = False
    short_notice: bool = False
    times: int = 1
    until: Instant | None = None


@dataclass(frozen=True)
class Station:
    """An instant of the axis with what stands at it; `gap` is the time since the station before."""

    at: Instant
    gap: int
    labels: Sequence[str] = ()
    marks: Sequence[Mark] = field(default_factory=tuple)

    @property
    def is_now(self) -> bool:
        """Whether it is the present."""
        return any(mark.state == "now" for mark in self.marks)


def has_timeline(file: CaseFile) -> bool:
    """Whether rules of a case want something before an instant that stands in its fields."""
    return any(
        isinstance(rule.kind, Lead)
        and instant_of(file.case.fields.get(rule.kind.before)) is not None
        and (rule.holds(file.case.fields) or any(f.violation.rule == rule.id for f in file.findings))
        for rule in file.catalogue.rules
    )


def timeline_of(file: CaseFile, _: Tongue) -> list[Station]:
    """Return the stations of a case in the order of time, the present among them."""
    marks = [
        *_leads(file, _.zone, _),
        *_others(file, _),
        *_anchors(file, _),
        *_happened(file, _),
        Mark(file.case.now, "now", _("Now")),
    ]
    marks.sort(key=lambda m: m.at)
    stations: list[Station] = []
    for at, of_instant in groupby(_joined(marks), key=lambda m: m.at):
        here = list(of_instant)
        labels = list(dict.fromkeys(mark.label for mark in here if mark.label))
        stations.append(Station(at, at - stations[-1].at if stations else 0, labels, here))
    return stations


# --- what is wanted by when ------------------------------------------------------------------------------------------


def _leads(file: CaseFile, zone: ZoneInfo, _: Tongue) -> Iterator[Mark]:
    """Yield what is to be done ahead of an instant, each at its deadline."""
    for rule in file.catalogue.rules:
        if isinstance(kind := rule.kind, Lead):
            for selector in kind.do:
                if mark := _lead(rule, kind, selector, file, zone, _):
                    yield mark


def _lead(rule: Rule, kind: Lead, selector: Selector, file: CaseFile, zone: ZoneInfo, _: Tongue) -> Mark | None:
    case = file.case
    step, title = selector.words[0], words_of(selector.label, file.procedure, _)
    label = _lead_label(kind, file, _)
    found = _finding(rule, selector, file.findings)
    if found and found.violation.due_at is not None:
        v = found.violation
        mark = Mark(v.due_at, "late", title, step, label, v.remedied_at, house=rule.house)  # type: ignore[arg-type]
        done = v.remedied_at if v.remedied_at is not None else case.now
        state: State = "overdue" if v.remedied_at is None else "late"
        return replace(mark, state=state, late=done - mark.at, short_notice=v.short_notice)
    due = lead_due(kind, case.fields, zone) if rule.holds(case.fields) else None
    if due is None:
        return None
    if deed := first(case, selector):
        return Mark(due, "done", title, step, label, deed.occurred_at, house=rule.house)
    if case.cancelled_at is not None:
        return None
    return Mark(due, _ahead(Due(due, rule, selector), case.now), title, step, label, house=rule.house)


def _lead_label(kind: Lead, file: CaseFile, _: Tongue) -> str:
    known = file.procedure.field.get(kind.before)
    anchor = _.of(known.title, kind.before) if known else kind.before
    if kind.by == "day-before":
        return _("the day before: {field}", field=anchor)
    return _("{span} before: {field}", span=_.span(int(kind.by)), field=anchor) if kind.by else ""


def _others(file: CaseFile, _: Tongue) -> Iterator[Mark]:
    """Yield the other deadlines: those that wait, those that have passed, those that were met late."""
    places = path_of(file)
    for due in file.due:
        if not isinstance(due.rule.kind, Lead):
            title = _whose(words_of(due.selector.label, file.procedure, _), due.subject)
            yield Mark(
                due.due_at, _ahead(due, file.case.now), title, on_path(due.selector.words, places), house=due.rule.house
            )
    kinds = {rule.id: rule for rule in file.catalogue.rules}
    for finding in file.findings:
        v, rule = finding.violation, kinds.get(finding.violation.rule)
        if v.due_at is None or finding.state == "rescinded" or rule is None or isinstance(rule.kind, Lead):
            continue
        if rule.kind.name == "timeliness":
            continue  # about the record, not about the day
        done = v.remedied_at if v.remedied_at is not None else file.case.now
        state: State = "overdue" if v.remedied_at is None else "late"
        title = _whose(words_of(v.step, file.procedure, _), v.subject)
        yield Mark(
            v.due_at, state, title, on_path(v.step.split("|"), places), "", v.remedied_at, done - v.due_at, rule.house
        )


def _ahead(due: Due, now: Instant) -> State:
    near = due.due_at - now <= SOON or (due.warn_at is not None and due.warn_at <= now)
    return "due" if near else "upcoming"


def _finding(rule: Rule, selector: Selector, findings: Iterable[Finding]) -> Finding | None:
    of_it = (f for f in findings if f.violation.rule == rule.id and f.violation.step == selector.label)
    return next((f for f in of_it if f.state != "rescinded"), None)


def _whose(title: str, subject: str | None) -> str:
    return f"{title} · {subject}" if subject else title


# --- what is fixed, and what happened --------------------------------------------------------------------------------


def _anchors(file: CaseFile, _: Tongue) -> Iterator[Mark]:
    for one in file.procedure.fields:
        if one.type == "datetime" and (at := instant_of(file.case.fields.get(one.id))) is not None:
            yield Mark(at, "anchor", _.of(one.title, one.id))


def _happened(file: CaseFile, _: Tongue) -> Iterator[Mark]:
    for event in file.case.events:
        if event.event in file.procedure.steps or event.event in ("opened", "closed", "cancelled"):
            yield _event(event, file, _)


def _event(event: Event, file: CaseFile, _: Tongue) -> Mark:
    step = event.event if event.event in file.procedure.steps else None
    title = _whose(word_of(event.event, file.procedure, _), event.subject)
    return Mark(event.occurred_at, "happened", title, step, done_at=event.occurred_at)


def _joined(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield the marks, what happened again and again without anything between as one."""
    held: Mark | None = None
    for mark in marks:
        if held and held.state == mark.state == "happened" and (held.title, held.step) == (mark.title, mark.step):
            held = replace(held, times=held.times + 1, until=mark.at)
            continue
        if held:
            yield held
        held = mark
    if held:
        yield held
