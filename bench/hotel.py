"""Makes plausible cases of the six procedures, the same for the same seed: what the benchmarks judge."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checklists.event import Event
from checklists.instant import DAY, HOUR, MINUTE, Instant, format_instant
from checklists.model import CaseField, Procedure, Step

PHOTO = "sha256:" + "ab" * 32
HORIZON = {
    "repair": 4 * DAY,
    "complaint": 5 * DAY,
    "patrol": 30 * DAY,
    "weekly": 3 * DAY,
    "vip": 3 * DAY,
    "meeting": DAY,
}


def case(
    procedure: Procedure, case_id: str, opened_at: Instant, dice: random.Random, *, done: bool = True
) -> list[Event]:
    """Return the events of one case: most steps in their order, some left out, some late, some recorded late."""
    fields = {f.id: _field(f, opened_at, dice) for f in procedure.fields if f.required or dice.random() < 0.5}
    steps = [s for s in procedure.steps.values() if s.id not in _RARE and dice.random() < 0.9]
    if not done:
        steps = steps[: max(1, len(steps) // 3)]
    events = [
        Event(
            0,
            case_id,
            procedure.id,
            "opened",
            opened_at,
            opened_at,
            f"p{dice.randrange(40)}",
            "receptionist",
            data=fields,
        )
    ]
    pace = HORIZON[procedure.id] // (2 * len(procedure.steps))
    at = opened_at
    for step in steps:
        at += dice.randrange(1, 2 * pace)
        for _ in range(dice.randrange(1, 5) if step.repeats else 1):
            events.append(_tick(procedure, step, case_id, at, fields, dice))
            at += dice.randrange(1, 20 * MINUTE) if step.repeats else 0
    if done:
        at += dice.randrange(1, HOUR)
        events.append(Event(0, case_id, procedure.id, "closed", at, at, f"p{dice.randrange(40)}", "receptionist"))
    return events


_RARE = frozenset({"withdrawal_by_owner", "withdrawal_reason", "withdrawal_signed", "withdrawn", "passed_to_developer"})


def _tick(p: Procedure, step: Step, case_id: str, at: Instant, fields: dict[str, Any], dice: random.Random) -> Event:
    role = dice.choice(step.role) if step.role and dice.random() < 0.97 else "receptionist"
    late = dice.randrange(1, 3 * HOUR) if dice.random() < 0.03 else dice.randrange(1, 5 * MINUTE)
    subject = None
    if step.subject == "free":
        subject = f"thing {dice.randrange(3)}"
    elif step.subject:
        subject = dice.choice(fields.get(step.subject) or [None])
    event = Event(0, case_id, p.id, step.id, at, at + late, f"p{dice.randrange(40)}", role, subject)
    match step.evidence.type:
        case "number":
            return replace(event, value=dice.randrange(0, 40))
        case "choice":
            return replace(event, value=dice.choice(list(step.evidence.options or {"x": {}})))
        case "text":
            return replace(event, value="noted")
        case "photo" | "signature":
            return replace(event, value=PHOTO)
        case _:
            return event


def _field(field: CaseField, opened_at: Instant, dice: random.Random) -> Any:
    match field.type:
        case "choice":
            return dice.choice(list(field.options or {"x": {}}))
        case "boolean":
            return dice.random() < 0.5
        case "number":
            return dice.randrange(2, 40)
        case "datetime":
            return format_instant(opened_at + dice.randrange(4, 60) * HOUR)
        case "list":
            return [f"Guest {n}" for n in range(dice.randrange(1, 4))]
        case _:
            return f"{field.id} {dice.randrange(1000)}"


def cases(
    procedures: dict[str, Procedure], count: int, until: Instant, seed: int = 1, *, done: bool = True
) -> Iterator[list[Event]]:
    """Yield cases of all procedures, opened at random instants before `until`."""
    dice = random.Random(seed)
    names = [n for n, weight in (("repair", 5), ("meeting", 5), ("complaint", 2), ("vip", 1)) for _ in range(weight)]
    back = 365 * DAY if done else DAY // 4
    for number in range(count):
        name = dice.choice(names)
        opened = until - (HORIZON[name] * 3 if done else 0) - dice.randrange(1, back)
        yield case(procedures[name], f"{name[0].upper()}-{seed}-{number:07}", opened, dice, done=done)
