"""The verbs of the service: what staff, supervisors and machines do to the record, and what they read of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from checklists.case import fold
from checklists.errors import SopwatchError
from checklists.instant import Instant
from rules.due import pending
from sopwatch.access import Access, Who
from sopwatch.books import Books
from sopwatch.casefile import CaseFile, HeldCases
from sopwatch.clock import Clock
from sopwatch.codes import Codes
from sopwatch.demands import NewEvent
from sopwatch.guest_reports import Reports
from sopwatch.nightly import Nightly
from sopwatch.open_files import OpenFiles
from sopwatch.place import Property, read_property, write_property
from sopwatch.presence import Presence
from sopwatch.receipts import Receipt
from sopwatch.recorder import Recorder
from sopwatch.search import Asked, query_of
from storage.store import Finding, FindingQuery, Store


class Service:
    """One property at work. `start` judges the gap since it last ran; `stop` lets the record go."""

    def __init__(self, store: Store, directory: Path, clock: Clock | None = None) -> None:
        self.store = store
        self.directory = directory
        self.clock = clock or Clock()
        self.property: Property = read_property(directory)
        self.access = Access(store, directory)
        self.books = Books(store, directory)
        self.presence = Presence(self.clock.now)
        self.codes = Codes(store, self.books)
        self.reports = Reports(store, directory)
        self._cases = HeldCases(store, self.books)
        self._open = OpenFiles(self.property.zone_info)
        self._recorder = Recorder(store, self.books, self._cases, self.clock, self.property.zone_info)
        self.nightly = Nightly(store, self.books, self.clock, self.property.zone_info)

    def start(self) -> None:
        """Judge the gap since the service last ran, then take entries; a damaged record stays readable."""
        self.clock.not_before(self.store.judged().until)
        if self.store.damage is None:
            self._recorder.start()
            self.reports.settle(self.record, self.clock.now())
            self.nightly.start()

    def stop(self) -> None:
        """Finish what was handed in, note how far is judged, and close the record."""
        self.nightly.stop()
        self._recorder.stop()
        self.store.close()

    @property
    def fault(self) -> str | None:
        """Why nothing can be recorded now; None while all is well."""
        return self.store.damage.reason if self.store.damage else self._recorder.fault

    @property
    def seq(self) -> int:
        """The last entry recorded and judged: what screens compare to see that something is new."""
        return self._recorder.seq

    @property
    def news(self) -> int:
        """How many states of violations were noted since the start: it moves, too, when time breaks a rule."""
        return self._recorder.news

    @property
    def watching(self) -> int:
        """How many cases can still break a rule."""
        return self._recorder.watching

    def next_due(self) -> Instant | None:
        """Return the instant at which something falls due next."""
        return self._recorder.next_due()

    def let_time_pass(self) -> None:
        """Return when all that fell due until now is judged."""
        self._recorder.let_time_pass()

    def change_property(self, who: Who, settings: Property) -> None:
        """Keep new settings of the property; a new zone counts from the next start."""
        who.needs("administer")
        write_property(self.directory, settings)
        self.property = settings

    # --- verbs -------------------------------------------------------------------------------------------------------

    def record(self, events: Sequence[NewEvent], who: Who) -> list[Receipt | SopwatchError]:
        """Hand entries in; return for each its receipt, once it is committed and judged, or why it is refused."""
        return self._recorder.record(events, who)

    def record_one(self, new: NewEvent, who: Who) -> Receipt:
        """Hand one entry in. Raises Refused, NotAllowed or StoreError with one line that says why."""
        (answer,) = self.record([new], who)
        if isinstance(answer, SopwatchError):
            raise answer
        return answer

    def open_case(self, who: Who, procedure: str, fields: Mapping[str, Any], occurred_at: Instant | None = None) -> str:
        """Open a case with these fields; return its number."""
        new = NewEvent("", "opened", procedure, occurred_at, data=fields)
        return self.record_one(new, who).case_id

    def confirm_report(self, who: Who, number: str, fields: Mapping[str, Any]) -> str:
        """Open the case that a guest's report asks for; return its number."""
        return self.reports.confirm(who, number, fields, self.record, self.clock.now())

    def tick(
        self,
        who: Who,
        case_id: str,
        step: str,
        value: Any = None,
        *,
        subject: str | None = None,
        signer: str | None = None,
        role: str | None = None,
        occurred_at: Instant | None = None,
    ) -> Receipt:
        """Record that a step is done; of a signature, `signer` and `role` are those of the one who signs."""
        return self.record_one(
            NewEvent(case_id, step, None, occurred_at, actor=signer, role=role, subject=subject, value=value), who
        )

    def amend(self, who: Who, case_id: str, fields: Mapping[str, Any]) -> Receipt:
        """Change fields of a case; None unsets one."""
        return self.record_one(NewEvent(case_id, "amended", data=fields), who)

    def retract(self, who: Who, case_id: str, event_id: str, reason: str) -> Receipt:
        """Take an event back: it stays in the record, judges no longer see it."""
        return self.record_one(NewEvent(case_id, "retracted", data={"event_id": event_id, "reason": reason}), who)

    def close(self, who: Who, case_id: str) -> Receipt:
        """Close a case; it still takes late deeds."""
        return self.record_one(NewEvent(case_id, "closed"), who)

    def cancel(self, who: Who, case_id: str, reason: str) -> Receipt:
        """Cancel a case: nothing falls due in it from now on."""
        return self.record_one(NewEvent(case_id, "cancelled", data={"reason": reason}), who)

    def act(self, who: Who, case_id: str, word: str, data: Mapping[str, Any]) -> Receipt:
        """Record an act (`_not_applicable`, `_acknowledged`, `_waived` …): judges ignore it, people do not."""
        return self.record_one(NewEvent(case_id, word, data=data), who)

    # --- reading -----------------------------------------------------------------------------------------------------

    def case_file(self, case_id: str) -> CaseFile | None:
        """Return a case as people see it, or None when there is none of this number."""
        return self._file(case_id, self.store.findings(FindingQuery(case_ids=[case_id])), self.clock.now())

    def last_seq(self, case_id: str) -> int:
        """Return the seq of a case's last entry; 0 when there is none of this number."""
        held = self._cases.get(case_id)
        return held.entries[-1].seq if held else 0

    def facts_lately(self, procedure: str, most: int) -> list[Mapping[str, Any]]:
        """Return the fields in force of a procedure's latest cases, at most so many."""
        case_ids = [row.case_id for row in self.store.cases() if row.procedure == procedure][:most]
        self._cases.hold(case_ids)
        folded = [fold(held.plain, self.clock.now()) for case_id in case_ids if (held := self._cases.get(case_id))]
        return [case.fields for case in folded if case]

    def open_cases(self) -> list[CaseFile]:
        """Return the open cases, overdue and next deadlines first; of their findings only the open ones."""
        now = self.clock.now()
        last_seqs = {row.case_id: row.last_seq for row in self.store.cases(open_only=True)}
        found: dict[str, list[Finding]] = {case_id: [] for case_id in last_seqs}
        for finding in self.store.findings(FindingQuery(state="open")):
            if finding.violation.case_id in found:
                found[finding.violation.case_id].append(finding)

        def make(case_ids: Sequence[str]) -> list[CaseFile]:
            self._cases.hold(case_ids)
            files = [self._file(case_id, (), now) for case_id in case_ids]
            return [file for file in files if file]

        files = self._open.read(last_seqs, now, id(self.books.pack), make)
        return sorted((replace(f, findings=found[f.case_id]) for f in files), key=_urgency)

    def search(self, asked: Asked) -> tuple[int, list[CaseFile]]:
        """Return how many cases fit what is asked for, and those of its page."""
        pack = self.books.pack
        procedures = [p for name in pack.procedures for p in pack.procedures[name]]
        people = {person.id: person.name for person in self.access.people()}
        found = self.store.search(query_of(asked, procedures, people, self.property.zone_info))
        case_ids = [row.case_id for row in found.rows]
        self._cases.hold(case_ids)
        now = self.clock.now()
        files = [self._file(case_id, (), now) for case_id in case_ids]
        return found.total, [file for file in files if file]

    def _file(self, case_id: str, findings: Sequence[Finding], now: Instant) -> CaseFile | None:
        held = self._cases.get(case_id)
        case = fold(held.plain, now) if held else None
        if held is None or case is None:
            return None
        due = pending(case, held.catalogue, self.property.zone_info)
        return CaseFile(case_id, held.procedure, held.catalogue, held.entries, held.plain, case, findings, due)


def _urgency(file: CaseFile) -> tuple[Instant, str]:
    overdue = [f.violation.due_at for f in file.findings if f.violation.due_at is not None]
    dues = [d.due_at for d in file.due]
    return (min([*overdue, *dues], default=1 << 62), file.case_id)
