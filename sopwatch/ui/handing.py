"""What a hand-over holds, apart from its drawing: the open items, its fields, and which one is under way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checklists.instant import Instant, to_datetime
from checklists.model import Procedure
from sopwatch.casefile import CaseFile
from sopwatch.departments import NO_DEPARTMENT, department_title
from sopwatch.i18n import NAMES, Translator, translator
from sopwatch.ui.shift import Card, cards
from sopwatch.ui.tongue import Tongue

PROCEDURE = "handover"
OUTGOING, INCOMING = "signed_outgoing", "signed_incoming"
WHOLE = "*"
"""What stands for the whole house where a department is chosen."""
MOST = 200
_FIELDS = ("department", "shift", "open_items", "note")


def fits(procedure: Procedure) -> bool:
    """Whether a hand-over, which a house may have replaced by its own, can be begun with what this screen asks."""
    known = procedure.field
    return all(name in known for name in _FIELDS) and all(f.id in _FIELDS for f in procedure.fields if f.required)


def items_of(files: Iterable[CaseFile], department: str, now: Instant, _: Tongue) -> list[Card]:
    """Return the open cases that a department hands over, overdue on top; a hand-over itself is none."""
    all_cards = cards((file for file in files if file.procedure.id != PROCEDURE), now, _)
    return [card for card in all_cards if department in (WHOLE, card.department)]


def under_way(files: Iterable[CaseFile]) -> list[CaseFile]:
    """Return the hand-overs that are open, the earliest first."""
    found = [file for file in files if file.procedure.id == PROCEDURE]
    return sorted(found, key=lambda file: (file.case.events[0].occurred_at, file.case_id))


def title_of(department: str, own: Mapping[str, Mapping[str, str]], _: Translator) -> str:
    """Return what a department, or the whole house, is called."""
    return _("Whole house") if department == WHOLE else department_title(department, own, _)


def departments_of(files: Iterable[CaseFile], now: Instant, own: Iterable[str], _: Tongue) -> list[str]:
    """Return what can be handed over: the whole house, then the departments that have open items or that are named."""
    found = {card.department for card in items_of(files, WHOLE, now, _)} | set(own)
    return [WHOLE, *sorted(found - {NO_DEPARTMENT})]


def of_department(files: Iterable[CaseFile], department: str, own: Mapping[str, Mapping[str, str]]) -> CaseFile | None:
    """Return the open hand-over of a department, in whichever language it was begun."""
    titles = {title_of(department, own, translator(language)) for language in NAMES}
    return next((file for file in under_way(files) if file.case.fields.get("department") in titles), None)


def fields_of(title: str, shift: str, listed: Sequence[str], note: str) -> dict[str, Any]:
    """Return the fields with which a hand-over is opened: of very many items the most urgent."""
    fields: dict[str, Any] = {"department": title, "shift": shift}
    if listed:
        fields["open_items"] = list(listed[:MOST])
    return fields | ({"note": note.strip()} if note.strip() else {})


def shift_that_ends(now: Instant, _: Tongue) -> str:
    """Return which shift most likely ends now, to be chosen beforehand: they change about 7, 15 and 23 o'clock."""
    hour = to_datetime(now, _.zone).hour
    if 3 <= hour < 11:
        return "night"
    return "morning" if 11 <= hour < 19 else "afternoon"


def next_is_due(file: CaseFile, own: str) -> bool:
    """Whether somebody has signed as outgoing, so that the tablet goes to who signs as incoming."""
    words = {event.event for event in file.case.events}
    mine = any(event.event == OUTGOING and event.actor == own for event in file.case.events)
    known = file.procedure.id == PROCEDURE and INCOMING in file.procedure.steps
    return known and file.state == "open" and mine and INCOMING not in words
