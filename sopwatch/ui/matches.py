"""Why a case was found: the texts of it in which the words stand, each with its title, the words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from checklists.event import Event
from sopwatch.casefile import CaseFile
from sopwatch.search import NOTED, forms_of, words_of
from sopwatch.ui.deeds import Reader
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import name_of, word_of

MOST = 3
_BEFORE, _LONGEST = 20, 90
_DIGEST = "digest:"


@dataclass(frozen=True)
class Match:
    """A text of a case that holds a word: what it is, and the text."""

    title: str
    text: str


def matches(file: CaseFile, text: str, reader: Reader, _: Tongue) -> list[Match]:
    """Return for each word of a search the first text that holds it, at most three; the number needs no telling."""
    texts = list(dict.fromkeys(_texts(file, reader, _)))
    found: dict[Match, None] = {}
    for word in words_of(text):
        forms = forms_of(word.strip("#"))
        holding = (m for m in texts if any(form in m.text.lower() for form in forms))
        if not any(form in file.case_id.lower() for form in forms) and (match := next(holding, None)):
            found[match] = None
    return list(found)[:MOST]


def _texts(file: CaseFile, reader: Reader, _: Tongue) -> Iterator[Match]:
    """Yield the texts of a case, what was written before what is only named."""
    named: dict[Match, None] = {}
    for event in file.events:
        what = word_of(event.event, file.procedure, _)
        for title, text in _written(event, file, what, _):
            if not text.startswith(_DIGEST):
                yield Match(title, text)
        if event.actor is not None and not event.actor.startswith(_DIGEST):
            named[Match(what, name_of(event.actor, reader.names, _))] = None
    yield from named
    yield Match(_("Procedure"), _.of(file.procedure.title, file.procedure.id))


def _written(event: Event, file: CaseFile, what: str, _: Tongue) -> Iterator[tuple[str, str]]:
    for name, value in (event.data or {}).items():
        field = file.procedure.field.get(name)
        if field and field.type in {"text", "list"}:
            for part in value if isinstance(value, list | tuple) else [value]:
                yield _.of(field.title, name), str(part)
        elif name in NOTED and isinstance(value, str):
            yield what, value
    step = file.procedure.steps.get(event.event)
    if step and step.evidence.type == "text" and isinstance(event.value, str):
        yield what, event.value
    if event.subject:
        yield what, event.subject


def match_html(match: Match, text: str, _: Tongue) -> str:
    """Return a match as HTML: the title, and the text around the first word, each word marked."""
    forms = [re.escape(form) for word in words_of(text) for form in forms_of(word.strip("#"))]
    sought = re.compile("|".join(sorted(forms, key=len, reverse=True)) or "(?!)", re.IGNORECASE)
    said = " ".join(match.text.split())
    first = sought.search(said)
    start = max((first.start() if first else 0) - _BEFORE, 0)
    cut = said[start : start + _LONGEST]
    marked = sought.sub(lambda m: f"\0{m[0]}\1", cut)
    body = escape(marked).replace("\0", "<mark>").replace("\1", "</mark>")
    ends = ("…" if start else "", "…" if start + _LONGEST < len(said) else "")
    return f"<span>{escape(match.title)}</span> {ends[0]}{body}{ends[1]}"


def all_matches_html(found: Sequence[Match], text: str, _: Tongue) -> str:
    """Return the one line of a card that says why the case was found; nothing when its number or nothing was sought."""
    if not found:
        return ""
    return f'<div class="sop-why">{" · ".join(match_html(match, text, _) for match in found)}</div>'
