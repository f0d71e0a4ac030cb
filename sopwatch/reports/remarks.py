"""What a paper says beside facts and steps: comments, problems, what was taken back, and how the case ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checklists.event import Event
from checklists.instant import Instant
from sopwatch.casefile import CaseFile
from sopwatch.ui.deeds import Exempt, Note, Reader, exemptions, notes, problems
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import name_of, word_of


@dataclass(frozen=True)
class Remarks:
    """The remarks on a case for a template; `file` is legible, `photos` says which photo of the paper is a note's."""

    file: CaseFile
    reader: Reader
    tongue: Tongue
    when: Callable[[Instant], str]
    erased: str
    photos: Mapping[str, int]

    def rows(self) -> list[dict[str, Any]]:
        """Return the remarks, the earliest first; a template leaves out those of steps that are not on its paper.

        `kind` is `problem` for what also stands at the step itself, where a paper has a line for it.
        """
        found = [*self._notes(), *self._acts(), *self._taken_back()]
        return [row for _at, row in sorted(found, key=lambda x: x[0])]

    def _notes(self) -> Iterator[tuple[Instant, dict[str, Any]]]:
        for step, of_step in notes(self.file.events, self.reader, self.tongue).items():
            for note in of_step:
                yield note.at, self._row("note", step, note.at, note.by, note.text) | self._photo(note)

    def _photo(self, note: Note) -> dict[str, Any]:
        _, data = self.tongue, self._known[note.event_id].data or {}
        if note.file is None:
            return {"text": note.text or self.erased} if data.get("photo") else {}
        seq = _("photo: entry {seq} of the record", seq=self._known[note.event_id].position)
        number = self.photos.get(note.event_id)
        return {"photo": seq, "pictured": _("photo {n}", n=number) if number else seq}

    def _acts(self) -> Iterator[tuple[Instant, dict[str, Any]]]:
        """Yield problems, and why a step was first left out that was done after all."""
        _, done = self.tongue, {event.event for event in self.file.case.events}
        for step, exempt in exemptions(self.file.events, self.reader, _).items():
            if step in done:
                yield exempt.at, self._row("exempt", step, exempt.at, exempt.by, said_of(exempt, _))
        for step, of_step in problems(self.file.events, self.reader, _).items():
            for problem in of_step:
                yield problem.at, self._row("problem", step, problem.at, problem.by, said_of(problem, _))

    def _taken_back(self) -> Iterator[tuple[Instant, dict[str, Any]]]:
        _, known, seen = self.tongue, self._known, set()
        for event in self.file.events:
            gone = known.get((event.data or {}).get("event_id")) if event.event == "retracted" else None
            if gone is None or gone.event_id in seen:
                continue
            seen.add(gone.event_id)
            text = self._undone(gone, reason_of(event))
            yield event.occurred_at, self._row("taken_back", _step_of(gone), event.occurred_at, self._name(event), text)

    def _undone(self, gone: Event, reason: str) -> str:
        _, by, at = self.tongue, self._name(gone), self.when(gone.occurred_at)
        if gone.event in self.file.procedure.steps:
            return _("Taken back: the entry of {at} by {name}. Reason: {reason}", at=at, name=by, reason=reason)
        what = word_of(gone.event, self.file.procedure, _)
        return _("Taken back: “{what}” of {at} by {name}. Reason: {reason}", what=what, at=at, name=by, reason=reason)

    def _row(self, kind: str, step: str | None, at: Instant, by: str, text: str) -> dict[str, Any]:
        _ = self.tongue
        title = word_of(step, self.file.procedure, _) if step else _("Whole case")
        return {"kind": kind, "step": step or "", "title": title, "text": text, "photo": "", "pictured": "",
                "who": by, "when": self.when(at)}  # fmt: skip

    # --- how it ended ------------------------------------------------------------------------------------------------

    def state(self, now: Instant) -> str:
        """Return how the case stands, in a line under its number."""
        _, last = self.tongue, self._last("closed")
        if self.file.state == "cancelled":
            return ""
        if last is not None:
            return _("Closed {at} by {name}", at=self.when(last.occurred_at), name=self._name(last))
        return _("Under way: state at {at}", at=self.when(now))

    def notice(self) -> dict[str, str]:
        """Return what must catch the eye: that the case is cancelled, or was closed or cancelled and is open again."""
        _ = self.tongue
        if self.file.state == "cancelled":
            last = self._last("cancelled")
            return {"kind": "cancelled", "title": _("Cancelled"), **self._told(last)} if last else {}
        undone = self._reopened_by() if self.file.state == "open" else None
        return {"kind": "reopened", "title": _("Reopened"), **self._told(undone)} if undone else {}

    def _told(self, event: Event) -> dict[str, str]:
        _ = self.tongue
        return {
            "by": _("{at}, by {name}", at=self.when(event.occurred_at), name=self._name(event)),
            "reason": _("Reason: {reason}", reason=reason_of(event)),
        }

    def _last(self, word: str) -> Event | None:
        return next((event for event in reversed(self.file.case.events) if event.event == word), None)

    def _reopened_by(self) -> Event | None:
        ends = {event.event_id for event in self.file.events if event.event in {"closed", "cancelled"}}
        undone = [e for e in self.file.events if e.event == "retracted" and (e.data or {}).get("event_id") in ends]
        return max(undone, key=lambda event: event.order, default=None)

    @property
    def _known(self) -> Mapping[Any, Event]:
        return {event.event_id: event for event in self.file.events}

    def _name(self, event: Event) -> str:
        return name_of(event.actor, self.reader.names, self.tongue)


def said_of(act: Exempt, _: Tongue) -> str:
    """Return what was said of a step: that it does not apply, cannot be done or has a problem, and why."""
    said = {"_not_applicable": _("Not applicable"), "_cannot_do": _("Cannot be done"), "_problem": _("Problem")}
    return _("{what}: {value}", what=said[act.word], value=act.reason or "—")


def reason_of(event: Event) -> str:
    """Return the reason that an entry gives; a dash where it gives none."""
    return str((event.data or {}).get("reason") or "—")


def _step_of(event: Event) -> str | None:
    """Return the step that an entry is of or about; None for one about the whole case."""
    if event.event.startswith("_"):
        step = (event.data or {}).get("step")
        return str(step) if step else None
    return None if event.event in {"amended", "closed", "cancelled"} else event.event
