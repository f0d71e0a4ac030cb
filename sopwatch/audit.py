"""What an audit of a period holds: its figures, its violations explained, the engines' agreement, the chain's head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checklists.case import Case, fold
from checklists.errors import SopwatchError
from checklists.instant import Instant
from checklists.model import Procedure
from rules.explain import explain
from rules.explanation import Explanation
from rules.kinds import Catalogue
from sopwatch.agreement import Agreement, agreement
from sopwatch.casefile import reveal, revealed
from sopwatch.explained import reader_of
from sopwatch.place import Property
from sopwatch.record_figures import TOGETHER, Broken, Period, RecordFigures, chunks, grouped, record_figures
from sopwatch.refusals import because
from sopwatch.service import Service
from sopwatch.ui.deeds import Reader
from storage.store import Head


@dataclass(frozen=True)
class Item:
    """A violation of the period, explained, with the procedure that its case goes by and the fields as they stand."""

    broken: Broken
    explanation: Explanation
    procedure: Procedure
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Audit:
    """An audit of a period: as of `figures.as_of`, of the record up to `head`.

    `books` are the texts in use of the procedures audited; `whole` says that none was left out.
    """

    settings: Property
    head: Head
    figures: RecordFigures
    items: Sequence[Item]
    agreement: Agreement
    books: Sequence[tuple[Procedure, Catalogue]]
    reader: Reader
    whole: bool

    @property
    def as_of(self) -> Instant:
        """The instant as of which everything in it is judged."""
        return self.figures.as_of


def audit(service: Service, period: Period, procedures: Sequence[str] = ()) -> Audit:
    """Audit a period of the record; of all procedures if none is named. Raises SopwatchError for an unknown one."""
    pack, zone = service.books.pack, service.property.zone_info
    there = {row.procedure for row in service.store.cases()}
    known = sorted(pack.procedures.keys() | there)
    if unknown := [name for name in procedures if name not in known]:
        raise SopwatchError(*because("no_procedure", procedure=unknown[0], known=", ".join(known)))
    head = service.store.head()
    now = service.clock.now()
    found = record_figures(service.store, service.books, zone, now, period, procedures, head.seq)
    return Audit(
        service.property,
        head,
        found,
        sorted(
            _items(service, found, head.seq), key=lambda i: (i.broken.when, i.broken.violation.case_id, i.broken.id)
        ),
        agreement(service.store, service.books, zone, now, found.case_ids, head.seq),
        [pack.newest(name) for name in procedures or known if name in pack.procedures],
        reader_of(service),
        not procedures,
    )


def _items(service: Service, found: RecordFigures, through: int) -> Iterator[Item]:
    """Yield the violations of the period, each explained in plain words from its case as of the audit's instant."""
    zone = service.property.zone_info
    by_case = grouped(found.broken, lambda b: b.violation.case_id)
    for case, texts in _plain_cases(service, list(by_case), found.as_of, through):
        procedure, catalogue = found.books[case.events[0].case_id]
        rules = {rule.id: rule for rule in catalogue.rules}
        for broken in by_case[case.events[0].case_id]:
            violation = replace(broken.violation, subject=reveal(broken.violation.subject, texts))
            explanation = explain(rules[violation.rule], case, zone, violation)
            yield Item(broken, explanation, procedure, case.fields)


def _plain_cases(
    service: Service, case_ids: Sequence[str], now: Instant, through: int
) -> Iterator[tuple[Case, Mapping[str, Any]]]:
    """Yield cases in plain words, each with the texts that stand in place of digests."""
    for some in chunks(case_ids, TOGETHER):
        entries = grouped([e for e in service.store.entries(some) if e.seq <= through], lambda e: e.event.case_id)
        for case_id, members in entries.items():
            texts = service.store.reveal(case_id)
            if case := fold([revealed(e.event, texts) for e in members], now):
                yield case, texts
