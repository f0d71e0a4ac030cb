"""What people did at the steps of a case, as whoever reads it sees it: ticks, and why a step was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checklists.event import Event
from checklists.instant import MINUTE, Instant
from checklists.model import Procedure
from sopwatch.casefile import CaseFile
from sopwatch.notes import NOTED
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import file_of, name_of, note_of, role_of, value_of

LATE_ENTRY = 2 * MINUTE


@dataclass(frozen=True)
class Reader:
    """Who looks at a sheet: their own id, everybody's names, and the titles of the roles of all procedures.

    Of a log, unlike the record, nobody knows that what names no one was done by the service.
    """

    own: str | None
    names: Mapping[str, str]
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    of_log: bool = False

    def role(self, role: str | None, procedure: Procedure, _: Tongue) -> str:
        """Return the title of a role, also of one that only another procedure knows."""
        return _.of(self.roles[role]) if role and role in self.roles else role_of(role, procedure, _)


@dataclass(frozen=True)
class Tick:
    """One time that a step was done."""

    event_id: str
    at: Instant
    recorded_at: Instant
    by: str
    role: str
    value: str
    file: str | None
    subject: str | None
    own: bool
    raw: Any = None

    @property
    def entered_late(self) -> bool:
        """Whether it came into the record well after it happened."""
        return self.recorded_at - self.at > LATE_ENTRY


WORDS = ("_not_applicable", "_cannot_do", "_problem")


@dataclass(frozen=True)
class Exempt:
    """What was said of a step beside doing it: it does not apply, cannot be done, has a problem; or of a case."""

    event_id: str
    word: str
    at: Instant
    by: str
    reason: str
    own: bool


@dataclass(frozen=True)
class Note:
    """A comment or a photo, at a step or of the whole case."""

    event_id: str
    at: Instant
    by: str
    text: str
    file: str | None
    own: bool


def ticks(file: CaseFile, reader: Reader, _: Tongue) -> dict[str, list[Tick]]:
    """Return, by step, the times that it was done, those taken back left out."""
    found: dict[str, list[Tick]] = {}
    for event in file.case.events:
        if event.event in file.procedure.steps:
            found.setdefault(event.event, []).append(_tick(event, file, reader, _))
    return found


def _tick(event: Event, file: CaseFile, reader: Reader, _: Tongue) -> Tick:
    taken_by = (event.data or {}).get("taken_by")
    return Tick(
        event.event_id or "",
        event.occurred_at,
        event.recorded_at,
        name_of(event.actor, reader.names, _),
        reader.role(event.role, file.procedure, _),
        value_of(event, file.procedure, _),
        file_of(event),
        event.subject,
        reader.own is not None and reader.own in (event.actor, taken_by),
        event.value,
    )


def taken_back(events: Sequence[Event]) -> set[Any]:
    """Return the ids of the entries that were taken back."""
    return {e.data.get("event_id") for e in events if e.event == "retracted" and e.data}


def exemptions(events: Sequence[Event], reader: Reader, _: Tongue) -> dict[str, Exempt]:
    """Return, by step, the standing word that it does not apply or cannot be done; the latest counts."""
    return {step: act for step, act in _acts(events, reader, _) if act.word != "_problem"}


def problems(events: Sequence[Event], reader: Reader, _: Tongue) -> dict[str, list[Exempt]]:
    """Return, by step, the problems that were reported and not taken back."""
    found: dict[str, list[Exempt]] = {}
    for step, act in _acts(events, reader, _):
        if act.word == "_problem":
            found.setdefault(step, []).append(act)
    return found


def notes(events: Sequence[Event], reader: Reader, _: Tongue) -> dict[str | None, list[Note]]:
    """Return, by step (None: of the whole case), the comments and photos that were not taken back."""
    gone = taken_back(events)
    found: dict[str | None, list[Note]] = {}
    for event in events:
        if event.event == NOTED and event.event_id not in gone:
            data, own = event.data or {}, reader.own is not None and event.actor == reader.own
            text, by = note_of(event, _), name_of(event.actor, reader.names, _)
            note = Note(event.event_id or "", event.occurred_at, by, text, file_of(event), own)
            found.setdefault(data.get("step"), []).append(note)
    return found


def _acts(events: Sequence[Event], reader: Reader, _: Tongue) -> Iterator[tuple[str, Exempt]]:
    gone = taken_back(events)
    for event in events:
        data = event.data or {}
        if event.event in WORDS and event.event_id not in gone:
            own = reader.own is not None and event.actor == reader.own
            by, reason = name_of(event.actor, reader.names, _), str(data.get("reason") or "")
            yield str(data.get("step")), Exempt(event.event_id or "", event.event, event.occurred_at, by, reason, own)
