"""Reports of guests and owners without an account: they wait until a receptionist confirms or declines them.

Confirmed, a report opens a case at the instant of the report, so that slow confirmation shows as late recording. What a
report said of a person is then in the record, as in any case, or, declined, nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from checklists.errors import SopwatchError
from checklists.instant import Instant
from checklists.model import Procedure
from sopwatch.access import SERVICE, Who
from sopwatch.codes import Code
from sopwatch.demands import NewEvent
from sopwatch.receipts import Receipt
from sopwatch.refusals import because
from sopwatch.report_files import ReportFiles
from sopwatch.throttle import Throttle
from storage.store import Store

Record = Callable[[Sequence[NewEvent], Who], list[Receipt | SopwatchError]]
State = Literal["waiting", "confirmed", "declined"]
LONGEST = {"description": 1000, "name": 80, "phone": 40, "reason": 500}
MOST_WAITING, MOST_OF_A_CODE, MOST_PHOTOS = 200, 20, 2
_REGISTER = "reports"
_log = logging.getLogger("sopwatch")


class FullError(SopwatchError):
    """So many reports wait that no more is taken: the reception is to be told in another way."""


class DecidedError(SopwatchError):
    """The report was confirmed or declined meanwhile, by somebody else."""

    def __init__(self, number: str, case_id: str) -> None:
        self.case_id = case_id
        confirmed = because("report_confirmed", number=number, case=case_id)
        super().__init__(*(confirmed if case_id else because("report_decided", number=number)))


@dataclass(frozen=True)
class Told:
    """What a guest says; `scope` is `unit`, `public` or nothing."""

    description: str
    name: str = ""
    phone: str = ""
    scope: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Report:
    """A report that waits. `link` is the digest of the secret in its link."""

    number: str
    link: str
    code: str
    procedure: str
    place: str
    at: Instant
    told: Told
    photos: int


@dataclass(frozen=True)
class Decision:
    """What became of a report: who decided, when, why; nothing that the guest said."""

    number: str
    link: str
    state: State
    place: str
    at: Instant
    by: str = ""
    decided_at: Instant = 0
    reason: str = ""
    case_id: str = ""


class Reports:
    """The reports of a property. `changes` counts what came and went; the throttles slow senders down."""

    def __init__(self, store: Store, directory: Path) -> None:
        self._store = store
        self._files = ReportFiles(directory)
        self._lock = threading.RLock()
        self._waiting = {number: _report(number, kept) for number, kept in self._files.read()}
        self.changes = 0
        self.by_code, self.by_address, self.overall = Throttle(6, 600), Throttle(6, 600), Throttle(60, 600)

    def waiting(self) -> list[Report]:
        """Return the reports that wait, the oldest first."""
        return sorted(self._waiting.values(), key=lambda report: (report.at, report.number))

    def get(self, number: str) -> Report | None:
        """Return a report that waits."""
        return self._waiting.get(number)

    def photo(self, number: str, n: int) -> bytes | None:
        """Return a photo of a report that waits, from 1."""
        return self._files.photo(number, n)

    def take(self, code: Code, told: Told, photos: Sequence[bytes], secret: str, now: Instant) -> str:
        """Keep a report and return its number, on the disk; the same secret again is the same. Raises FullError."""
        link = _link(secret)
        with self._lock:
            if known := self.state(secret):
                return known.number
            of_code = sum(report.code == code.id for report in self._waiting.values())
            if len(self._waiting) >= MOST_WAITING or of_code >= MOST_OF_A_CODE:
                raise FullError(*because("reports_full"))
            number = self._next_number()
            report = Report(number, link, code.id, code.procedure, code.place, now, told, len(photos))
            self._files.keep(number, {k: v for k, v in asdict(report).items() if k != "number"}, photos)
            self._waiting[number] = report
            self.changes += 1
            return number

    def state(self, secret: str) -> Decision | None:
        """Return how the report of a link stands; None for a link that there is not."""
        link = _link(secret)
        for report in list(self._waiting.values()):
            if hmac.compare_digest(report.link, link):
                return Decision(report.number, link, "waiting", report.place, report.at)
        found = (d for d in self._decisions().values() if hmac.compare_digest(d.link, link))
        return next(found, None)

    def decision(self, number: str) -> Decision | None:
        """Return what became of a report; None while it waits."""
        return self._decisions().get(number)

    # --- deciding ----------------------------------------------------------------------------------------------------

    def confirm(self, who: Who, number: str, fields: Mapping[str, Any], record: Record, now: Instant) -> str:
        """Open the case of a report with these fields; return its number. Raises DecidedError if somebody did."""
        who.needs("record")
        with self._lock:
            report = self._undecided(number)
            if not self._store.named(_event_id(number)):
                data = {**fields, "_report": number}
                at = min(report.at, now)
                _must(
                    record([NewEvent("", "opened", report.procedure, at, data=data, event_id=_event_id(number))], who)
                )
            return self._finish(report, who, record, now)

    def decline(self, who: Who, number: str, reason: str, now: Instant) -> None:
        """Decline a report; the reason is kept, what the guest said is erased."""
        who.needs("record")
        if not reason.strip() or len(reason) > LONGEST["reason"]:
            raise SopwatchError(*because("decline_reason", most=LONGEST["reason"]))
        with self._lock:
            report = self._undecided(number)
            self._decide(report, "declined", who, now, reason=reason.strip())

    def settle(self, record: Record, now: Instant) -> None:
        """Finish what a crash interrupted: a report whose case is open, or that was decided, waits no longer."""
        with self._lock:
            for report in self.waiting():
                try:
                    if self.decision(report.number):
                        self._gone(report.number)
                    elif self._store.named(_event_id(report.number)):
                        self._finish(report, SERVICE, record, now)
                except (SopwatchError, OSError):
                    _log.exception("report %s could not be finished: it waits on", report.number)

    def _undecided(self, number: str) -> Report:
        if (report := self._waiting.get(number)) is None:
            decision = self.decision(number)
            raise DecidedError(number, decision.case_id if decision else "")
        return report

    def _finish(self, report: Report, who: Who, record: Record, now: Instant) -> str:
        """Put the photos to the case that is open, then let the report go."""
        opened = self._store.named(_event_id(report.number))
        if opened is None:
            raise SopwatchError(*because("report_not_opened", number=report.number))
        case_id, notes = opened.event.case_id, []
        for n in range(1, report.photos + 1):
            if content := self._files.photo(report.number, n):
                photo = f"sha256:{self._store.keep_file(content)}"
                name = f"{_event_id(report.number)}/photo/{n}"
                notes.append(NewEvent(case_id, "_noted", data={"photo": photo}, event_id=name))
        _must(record([note for note in notes if not self._store.named(note.event_id or "")], who))
        self._decide(report, "confirmed", who, now, case_id=case_id)
        return case_id

    def _decide(self, report: Report, state: State, who: Who, now: Instant, **more: str) -> None:
        decision = Decision(report.number, report.link, state, report.place, report.at, who.id, now, **more)
        document = {k: v for k, v in asdict(decision).items() if k != "number"}
        self._store.enter(_REGISTER, report.number, document)
        self._gone(report.number)

    def _gone(self, number: str) -> None:
        self._waiting.pop(number, None)
        self.changes += 1
        self._files.erase(number)

    def _decisions(self) -> dict[str, Decision]:
        return {key: Decision(number=key, **kept) for key, kept in self._store.register(_REGISTER).items()}

    def _next_number(self) -> str:
        taken = [*self._waiting, *self._store.register(_REGISTER)]
        return f"Q-{max((int(number[2:]) for number in taken), default=0) + 1:04}"


def suggested(report: Report, procedure: Procedure) -> dict[str, Any]:
    """Return what a report says of the fields of its case; a receptionist completes it."""
    told = report.told
    said: dict[str, Any] = {
        "description": told.description,
        "content": told.description,
        "requester": told.name,
        "complainant": told.name,
        "phone": told.phone,
        "scope": told.scope,
        "urgency": "emergency" if told.urgent else "normal",
        "channel": "phone",
    }
    if place := next((field.id for field in procedure.fields if field.place), None):
        said[place] = report.place
    known = [(procedure.field[name], value) for name, value in said.items() if value and name in procedure.field]
    return {field.id: value for field, value in known if field.options is None or value in field.options}


def _report(number: str, kept: Mapping[str, Any]) -> Report:
    return Report(number=number, **{**kept, "told": Told(**kept["told"])})


def _link(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _event_id(number: str) -> str:
    return f"report/{number}"


def _must(answers: Sequence[Receipt | SopwatchError]) -> None:
    for answer in answers:
        if isinstance(answer, SopwatchError):
            raise answer
