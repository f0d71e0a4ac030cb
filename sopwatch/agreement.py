"""Whether the engines agree on cases of the record: the reference, the bulk judge, and what is stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from checklists.event import Event
from checklists.instant import Instant
from rules.kinds import Catalogue
from sopwatch.books import Books
from sopwatch.check import by_bulk, by_reference, differences
from sopwatch.record_figures import TOGETHER, chunks
from sopwatch.verify import differing
from storage.store import Store

BULK_TOGETHER = 2000


@dataclass(frozen=True)
class Agreement:
    """How many verdicts (a rule in a case) were compared, and a line for each thing that is told differently."""

    verdicts: int
    bulk: Sequence[str]
    stored: Sequence[str]

    @property
    def agreed(self) -> int:
        """How many verdicts the reference and the bulk judge share."""
        return self.verdicts - len(self.bulk)


def agreement(
    store: Store, books: Books, zone: ZoneInfo, now: Instant, case_ids: Collection[str], through: int
) -> Agreement:
    """Judge cases by the reference and in bulk as of `now` (entries up to `through`), and compare what is stored."""
    verdicts, bulk, stored = 0, [], []
    for some in chunks(sorted(case_ids), BULK_TOGETHER):
        cases: dict[str, list[Event]] = {}
        catalogues: dict[str, Catalogue] = {}
        for entry in store.entries(some):
            if entry.seq > through:
                continue
            case_id = entry.event.case_id
            cases.setdefault(case_id, []).append(entry.event)
            if entry.packs:
                catalogues[case_id] = books.of(entry.packs)[1]

        def catalogue_for(events: Sequence[Event], found: dict[str, Catalogue] = catalogues) -> Catalogue:
            return found[events[0].case_id]

        verdicts += sum(len(c.rules) for c in catalogues.values())
        ours = by_reference(cases, catalogue_for, now, zone)
        bulk += differences("bulk", ours, by_bulk(cases, catalogue_for, now, zone))
    for some in chunks(sorted(case_ids), TOGETHER):
        stored += differing(store, books, zone, some)
    return Agreement(verdicts, bulk, stored)
