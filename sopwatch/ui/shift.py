"""The cards of My shift, apart from their drawing: open cases, overdue on top, then by next deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from checklists.instant import HOUR, Instant
from checklists.model import Procedure
from sopwatch.casefile import CaseFile
from sopwatch.departments import NO_DEPARTMENT
from sopwatch.ui.path import step_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import place_of, word_of

CardState = Literal["overdue", "soon", "on_time", "no_deadline"]
SOON = 2 * HOUR


@dataclass(frozen=True)
class Card:
    """An open case: what is next in it, by when, and how many violations stand open."""

    case_id: str
    procedure: str
    title: str
    place: str
    state: CardState
    due_at: Instant | None
    next_step: str
    opened_at: Instant
    open_violations: int
    department: str = NO_DEPARTMENT


def cards(files: Iterable[CaseFile], now: Instant, _: Tongue) -> list[Card]:
    """Return a card for each open case, overdue on top, then by next deadline."""
    found = [card_of(file, now, _) for file in files]
    return sorted(found, key=lambda c: (c.state != "overdue", c.due_at is None, c.due_at or 0, c.case_id))


def card_of(file: CaseFile, now: Instant, _: Tongue) -> Card:
    """Return the card of a case: the earliest thing overdue and not done, else the next deadline."""
    overdue = [
        (f.violation.due_at, f.violation.step.split("|"))
        for f in file.findings
        if f.state == "open" and f.violation.due_at is not None
    ]
    pending = [(d.due_at, list(d.selector.words)) for d in file.due]
    due_at, words = min(overdue or pending, default=(None, [""]))
    word = step_of(words, file)
    if due_at is None:
        state: CardState = "no_deadline"
    elif overdue:
        state = "overdue"
    else:
        near = due_at - now <= SOON or any(d.warn_at is not None and d.warn_at <= now for d in file.due)
        state = "soon" if near else "on_time"
    return Card(
        file.case_id,
        file.procedure.id,
        _.of(file.procedure.title, file.procedure.id),
        place_of(file.procedure, file.case.fields),
        state,
        due_at,
        word_of(word, file.procedure, _) if word else "",
        file.case.events[0].occurred_at,
        sum(f.state == "open" for f in file.findings),
        _department_of(word, file.procedure),
    )


def _department_of(word: str, procedure: Procedure) -> str:
    """Return the department of who usually does what is next; else that of the procedure."""
    step = procedure.steps.get(word)
    role = procedure.roles.get(step.role[0]) if step and step.role else None
    return (role.department if role else None) or procedure.department or NO_DEPARTMENT


def chosen(
    all_cards: Sequence[Card], procedures: Sequence[str], place: str, departments: Sequence[str] = ()
) -> list[Card]:
    """Return the cards of these procedures and departments (none named: of all) whose place holds these words."""
    words = place.casefold().split()
    return [
        card
        for card in all_cards
        if (not procedures or card.procedure in procedures)
        and (not departments or card.department in departments)
        and all(word in f"{card.place} {card.case_id}".casefold() for word in words)
    ]
