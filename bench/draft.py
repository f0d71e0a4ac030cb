"""One made-up case being written down: steps in their order, with the slips that people make, for `bench/generate.py`.

Time is minutes since the midnight of the case's first day; the generator lays a story over many days.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from checklists.model import Procedure

PHOTO = json.dumps("sha256:" + "ab" * 32)
OUTSIDERS = frozenset({"owner", "owner_representative", "borrower"})
FORGOTTEN, POSTPONED, WRONG_ROLE = 0.012, 0.012, 0.015
RECORDED_LATE, TAKEN_BACK, ACTED = 0.010, 0.005, 0.010
ACTS = ("_acknowledged", "_acknowledged", "_not_applicable", "_cannot_do", "_corrected", "_waived")


@dataclass(frozen=True)
class Entry:
    """One event of a story; `anchors` are minutes that its data names as `@1@` and `@2@`, `takes_back` another's id."""

    at: float
    event: str
    role: str | None
    by: str | None
    value: str | None = None
    subject: str | None = None
    data: str | None = None
    anchors: tuple[float, ...] = ()
    late: float | None = None
    id: int = 0
    takes_back: int | None = None


class Draft:
    """A case being written: `do` ticks the next step, `minutes` and `within` say how long things take."""

    def __init__(self, procedure: Procedure, dice: random.Random, at: float) -> None:
        self.procedure = procedure
        self.dice = dice
        self.at = at
        self.entries: list[Entry] = []

    def chance(self, share: float) -> bool:
        """Return True in this share of the calls."""
        return self.dice.random() < share

    def minutes(self, low: float, high: float) -> float:
        """Return a length of time between the two."""
        return self.dice.uniform(low, high)

    def within(self, limit: float, overrun: float = 0.03) -> float:
        """Return minutes that keep to a limit with some to spare, but for a share that overruns it."""
        return limit * (self.minutes(1.1, 2) if self.chance(overrun) else self.minutes(0.1, 0.8))

    def opened(self, role: str | None, fields: dict[str, Any], anchors: Sequence[float] = ()) -> None:
        """Open the case with these fields."""
        self._add(Entry(self.at, "opened", role, role, data=_json(fields), anchors=tuple(anchors)))

    def word(self, event: str, role: str, pause: float, data: dict[str, Any] | None = None) -> None:
        """Write a life-cycle word."""
        self.at += pause
        self._add(Entry(self.at, event, self._role(role), role, data=_json(data) if data else None))

    def amended(self, role: str, fields: dict[str, Any], anchors: Sequence[float] = ()) -> None:
        """Change fields of the case at some moment of it."""
        at = self.minutes(self.entries[0].at + 2, self.at + 2)
        self._add(Entry(at, "amended", self._role(role, 0.05), role, data=_json(fields), anchors=tuple(anchors)))

    def do(self, step: str, pause: float | None = None, *, slip: float = 1, **more: Any) -> None:
        """Tick a step after a pause; it may be forgotten, postponed for hours, or done in a wrong role."""
        self.at += self.minutes(2, 8) if pause is None else pause
        if self.chance(FORGOTTEN * slip):
            return
        late = self.minutes(200, 900) if self.chance(POSTPONED * slip) else 0
        self.tick(step, self.at + late, **more)

    def tick(self, step: str, at: float, *, role: str | None = None, by: str | None = None, **more: Any) -> None:
        """Tick a step at a minute, whatever else happens; `by` names whose hand it is if not the role's."""
        usual = role or next(iter(self.procedure.steps[step].role), "receptionist")
        value = more.pop("value", None)
        written = json.dumps(value) if value is not None else self._evidence(step)
        self._add(Entry(at, step, self._role(usual), by or usual, written, **more))

    def _role(self, usual: str, wrong: float = WRONG_ROLE) -> str:
        return "trainee" if self.chance(wrong) else usual

    def _evidence(self, step: str) -> str | None:
        evidence = self.procedure.steps[step].evidence
        match evidence.type:
            case "photo" | "signature":
                return PHOTO
            case "choice":
                return json.dumps(self.dice.choice(list(evidence.options or {"x": {}})))
            case "text":
                return json.dumps(f"note {self.dice.randrange(500)}")
            case "number":
                return str(self.dice.randrange(4))
            case _:
                return None

    def _add(self, entry: Entry) -> None:
        late = self.minutes(20, 300) if self.chance(RECORDED_LATE) else None
        self.entries.append(replace(entry, id=len(self.entries), late=late))

    def finished(self) -> list[Entry]:
        """Return the story in its order, with entries taken back and acts about it."""
        for entry in list(self.entries[1:]):
            if self.chance(TAKEN_BACK):
                self._take_back(entry)
            if self.chance(ACTED):
                self._add(Entry(entry.at + self.minutes(5, 600), self.dice.choice(ACTS), "supervisor", "supervisor"))
                self.entries[-1] = replace(self.entries[-1], data=_json({"reason": "seen on the round"}))
        return sorted(self.entries, key=lambda e: (e.event != "opened", e.at))

    def _take_back(self, entry: Entry) -> None:
        """Retract a mistaken second tick, or, once in five times, the entry itself."""
        target = replace(entry, late=None)
        if self.chance(0.8) and entry.event not in {"closed", "cancelled", "amended"}:
            target = replace(target, at=entry.at + 1, id=len(self.entries))
            self.entries.append(target)
        else:
            self.entries[entry.id] = target
        back = Entry(target.at + self.minutes(3, 30), "retracted", entry.role, entry.by, takes_back=target.id)
        reason = self.dice.choice(("ticked by mistake", "wrong case"))
        self.entries.append(replace(back, id=len(self.entries), data=_json({"event_id": "@id@", "reason": reason})))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)
