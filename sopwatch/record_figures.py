"""Figures of the record over a period: by procedure and rule, with the violations of the period (docs/figures.md).

Each case is judged by the reference, by the catalogue that it was opened with.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from checklists.case import Case, fold
from checklists.instant import Instant
from checklists.model import Procedure
from rules.figures import Figures, of_rule
from rules.judge import judge
from rules.kinds import Catalogue
from rules.violation import Violation
from sopwatch.acts import Waiver, waivers
from sopwatch.books import Books
from sopwatch.watch import numbered
from storage.store import CaseRow, Entry, FindingQuery, Store

Key = tuple[str, str]
"""A procedure and a rule of it."""
TOGETHER = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until just before `before`; None is without an end."""

    since: Instant | None = None
    before: Instant | None = None

    def holds(self, instant: Instant) -> bool:
        """Whether an instant lies in it."""
        return (self.since is None or instant >= self.since) and (self.before is None or instant < self.before)

    def works_on(self, row: CaseRow) -> bool:
        """Whether a case was at work in it: opened before its end, and not ended before its start."""
        ends = [at for at in (row.closed_at, row.cancelled_at) if at is not None]
        began = self.before is None or row.opened_at < self.before
        return began and (self.since is None or not ends or min(ends) >= self.since)


@dataclass(frozen=True, slots=True)
class Broken:
    """A violation with its id, and the permission not to comply, if somebody gave it."""

    id: str
    violation: Violation
    waiver: Waiver | None

    @property
    def when(self) -> Instant:
        """The instant by which it belongs to a period: the deadline, else that of the break."""
        return self.violation.at if self.violation.due_at is None else self.violation.due_at


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """What became of every obligation of one case, as of an instant; `last_seq` is the last entry counted."""

    case_id: str
    last_seq: int
    procedure: Procedure
    catalogue: Catalogue
    by_rule: Mapping[str, Figures]
    broken: Sequence[Broken]
    has_waivers: bool


@dataclass
class RecordFigures:
    """The figures of the cases of a period, and the violations that belong to it.

    `in_period` counts those violations by rule: of the violated of `by_rule` the ones in the period.
    """

    period: Period
    as_of: Instant
    by_rule: dict[Key, Figures] = field(default_factory=dict)
    in_period: dict[Key, int] = field(default_factory=dict)
    books: dict[str, tuple[Procedure, Catalogue]] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    case_ids: list[str] = field(default_factory=list)
    verdicts: int = 0

    @property
    def total(self) -> Figures:
        """All rules together; its `cases` and `vacuous` count a case once a rule."""
        return sum(self.by_rule.values(), Figures())

    def add(self, row: CaseRow, counted: CaseFigures) -> None:
        """Add a case, if it is one of the period."""
        found = [b for b in counted.broken if self.period.holds(b.when)]
        if not found and not self.period.works_on(row):
            return
        procedure = counted.procedure.id
        self.case_ids.append(counted.case_id)
        self.verdicts += len(counted.by_rule)
        self.books[counted.case_id] = (counted.procedure, counted.catalogue)
        self.broken += found
        for rule, figures in counted.by_rule.items():
            self.by_rule[procedure, rule] = self.by_rule.get((procedure, rule), Figures()) + figures
        for b in found:
            key = procedure, b.violation.rule
            self.in_period[key] = self.in_period.get(key, 0) + 1

    def ordered(self) -> RecordFigures:
        """Put the violations in the order of time and the cases in that of their numbers; return itself."""
        self.broken.sort(key=lambda b: (b.when, b.violation.case_id, b.violation.rule, b.id))
        self.case_ids.sort()
        return self


def record_figures(
    store: Store,
    books: Books,
    zone: ZoneInfo,
    now: Instant,
    period: Period,
    procedures: Collection[str] = (),
    through: int | None = None,
) -> RecordFigures:
    """Return the figures of a period as of `now`, entries up to `through`; of all procedures if none is named."""
    rows = {row.case_id: row for row in rows_of(store, period, procedures)}
    found = RecordFigures(period, now)
    for counted in count(store, books, zone, now, list(rows), through):
        found.add(rows[counted.case_id], counted)
    return found.ordered()


def rows_of(store: Store, period: Period, procedures: Collection[str] = ()) -> list[CaseRow]:
    """Return the cases that may be of a period: at work in it, with a violation in it, or with one yet to be found."""
    more = {f.violation.case_id for f in store.findings(FindingQuery(since=period.since, before=period.before))}
    more |= set(store.watched())
    return [
        row
        for row in store.cases()
        if (not procedures or row.procedure in procedures) and (row.case_id in more or period.works_on(row))
    ]


def count(
    store: Store, books: Books, zone: ZoneInfo, now: Instant, case_ids: Sequence[str], through: int | None = None
) -> Iterator[CaseFigures]:
    """Yield the figures of cases, each as the reference judges it as of `now`."""
    for some in chunks(case_ids, TOGETHER):
        entries: dict[str, list[Entry]] = {}
        for entry in store.entries(some):
            if through is None or entry.seq <= through:
                entries.setdefault(entry.event.case_id, []).append(entry)
        for members in entries.values():
            events = [e.event for e in members]
            if case := fold(events, now):
                procedure, catalogue = books.of(members[0].packs or {})
                yield _of_case(case, members, procedure, catalogue, zone)


def _of_case(
    case: Case, members: Sequence[Entry], procedure: Procedure, catalogue: Catalogue, zone: ZoneInfo
) -> CaseFigures:
    waived = waivers((e.event for e in members), case.now)
    broken = [
        Broken(finding_id, violation, waived.get(finding_id))
        for (finding_id, _), violation in numbered(judge(catalogue, case, zone))
    ]
    by_rule = grouped(broken, lambda b: b.violation.rule)
    exempt = {b.violation.identity for b in broken if b.waiver}
    return CaseFigures(
        members[0].event.case_id,
        members[-1].seq,
        procedure,
        catalogue,
        {
            rule.id: of_rule(rule, case, zone, [b.violation for b in by_rule.get(rule.id, ())], exempt)
            for rule in catalogue.rules
        },
        broken,
        any(e.event.event == "_waived" for e in members),
    )


def grouped(items: Sequence[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Return items by a key, in their order."""
    found: dict[str, list[T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield items in pieces of a size."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
