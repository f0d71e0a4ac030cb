"""What a card says of a case beside its place: what it is about, whom it concerns, and the last word somebody left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from checklists.model import CaseField
from sopwatch.casefile import CaseFile
from sopwatch.notes import NOTED
from sopwatch.ui.deeds import Reader, taken_back
from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import file_of, life_words, name_of, note_of, word_of
from storage.chain import DIGEST

LONGEST = 120
WORDS = (NOTED, "_problem", "_cannot_do", "cancelled")
_ICONS = {NOTED: "comment", "_problem": "flagged", "_cannot_do": "cannot_do", "cancelled": "cannot_do"}


def about(file: CaseFile, *, personal: bool, _: Tongue) -> str:
    """Return what tells a case from others of its procedure: whom it concerns, and what it is about.

    These are the first required personal field, for those who may see it, and the first other required text; a place
    stands in the head of a card. What was erased is not told.
    """
    fields = [f for f in file.procedure.fields if f.required and not f.place and f.type in ("text", "list")]
    whom = next((f for f in fields if f.personal), None) if personal else None
    what = next((f for f in fields if not f.personal), None)
    values = (_value(f, file.case.fields, _) for f in (whom, what) if f)
    return " · ".join(value for value in values if value)


def _value(field: CaseField, facts: Any, _: Tongue) -> str:
    value = facts.get(field.id)
    parts = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value or "")]
    return shortened(_(", ").join(part for part in parts if part and not part.startswith(DIGEST)))


def shortened(text: str) -> str:
    """Return a text in one line, cut where it is long."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST].rstrip()}…"


@dataclass(frozen=True)
class Word:
    """What somebody wrote in a case: a comment, a problem, why something cannot be done, why it was cancelled."""

    kind: str
    text: str


def last_word(file: CaseFile, reader: Reader, *, personal: bool, _: Tongue) -> Word | None:
    """Return the newest word of a case that was not taken back; in a cancelled case that why it was cancelled.

    Comments may name people: they are for those who may see what is personal.
    """
    words = [word for word in _words(file, reader, _) if personal or word.kind != NOTED]
    ended = [word for word in words if word.kind == "cancelled"]
    return next(reversed(ended or words), None)


def _words(file: CaseFile, reader: Reader, _: Tongue) -> Iterator[Word]:
    gone = taken_back(file.events)
    for event in sorted(file.events, key=lambda e: e.order):
        if event.event not in WORDS or event.event_id in gone:
            continue
        data = event.data or {}
        said = note_of(event, _) if event.event == NOTED else str(data.get("reason") or "")
        if not said and event.event == NOTED and file_of(event):
            said = _("with a picture")
        step = file.procedure.steps.get(str(data.get("step")))
        what = [] if event.event == NOTED else [life_words(_)[event.event]]
        what += [word_of(step.id, file.procedure, _)] if step else []
        by, at = name_of(event.actor, reader.names, _), _.moment(event.occurred_at, file.case.now)
        told = _("{who}, {at}: {reason}", who=by, at=at, reason=shortened(said)) if said else f"{by}, {at}"
        yield Word(event.event, " · ".join([*what, told]))


def brief_html(file: CaseFile, reader: Reader, *, personal: bool, _: Tongue) -> str:
    """Return the lines of a card as HTML; `personal`: whether its reader may see whom it concerns and what is noted."""
    told = about(file, personal=personal, _=_)
    word = last_word(file, reader, personal=personal, _=_)
    said = f'<span class="sop-said sop-quiet">{icon(_ICONS[word.kind])}{escape(word.text)}</span>' if word else ""
    return (f'<span class="sop-about">{escape(told)}</span>' if told else "") + said
