"""What a case may have to do over again: steps that repeat, one after the other, and how often they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checklists.event import Event
from checklists.model import Procedure
from rules.kinds import Catalogue, Response
from rules.path import Place
from sopwatch.casefile import CaseFile
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import word_of


@dataclass(frozen=True)
class Loop:
    """The way back from a step to an earlier one, over the steps of `span`; `rounds` are the entries of each time."""

    back_to: str
    title: str
    span: Sequence[str]
    rounds: Sequence[Sequence[Event]]

    @property
    def left(self) -> Sequence[str]:
        """The steps that were done in an earlier round, and not in this one."""
        now = {event.event for event in self.rounds[-1]} if self.rounds else set()
        before = {event.event for events in self.rounds for event in events}
        return [step for step in self.span if step in before - now]


def loops_of(file: CaseFile, places: Mapping[str, Place], _: Tongue) -> dict[str, Loop]:
    """Return the loops of a case by their last step: it is one that is decided, and the first is on the path."""
    found = {}
    for first, last in _spans(file.procedure, file.catalogue):
        span = _span(first, last, file.procedure)
        rounds = _rounds(span, file)
        if rounds or places.get(first, Place("asked")).state != "off":
            found[last] = Loop(first, word_of(first, file.procedure, _), span, rounds)
    return found


def _spans(procedure: Procedure, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield from where to where steps follow one another that are meant to be done again and again."""
    order = list(procedure.steps)
    again = [step.id for step in procedure.steps.values() if step.repeats]
    for rule in catalogue.rules:
        if isinstance(kind := rule.kind, Response):
            for first in (w for w in kind.after.words if w in again):
                for then in (w for w in kind.do.words if w in again and order.index(w) > order.index(first)):
                    last = next((s for s in again if then in procedure.steps[s].needs), then)
                    if procedure.steps[last].evidence.type == "choice":
                        yield first, last


def _span(first: str, last: str, procedure: Procedure) -> list[str]:
    order = list(procedure.steps)
    return [s for s in order[order.index(first) : order.index(last) + 1] if procedure.steps[s].repeats]


def _rounds(span: Sequence[str], file: CaseFile) -> list[list[Event]]:
    """Return the entries of each round: one begins where the first step is done again after a later one."""
    rounds: list[list[Event]] = []
    for event in (e for e in file.case.events if e.event in span):
        if not rounds or (event.event == span[0] and any(e.event != span[0] for e in rounds[-1])):
            rounds.append([])
        rounds[-1].append(event)
    return rounds
