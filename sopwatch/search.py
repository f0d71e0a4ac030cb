"""What somebody types to find a case, read: numbers, words in any order, both Chinese scripts, names of people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from checklists.instant import Instant, day_start
from checklists.model import Procedure
from checklists.text import in_both_scripts
from storage.store import CaseQuery, Word

State = Literal["open", "closed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
NOTED = ("reason", "note")
"""The data of acts, retractions and cancellations in which people write."""
PAGE = 20
_MOST_WORDS, _LONGEST = 8, 60
_BETWEEN = re.compile(r"[\s,;、。，；]+")
_NUMBER = re.compile(r"([a-z])-?(\d{4})-(\d{1,9})")


@dataclass(frozen=True)
class Asked:
    """What is asked for: text, and what narrows it; `since` and `until` are local days of the opening, both counted."""

    text: str = ""
    state: State | None = None
    procedure: str | None = None
    since: date | None = None
    until: date | None = None
    page: int = 0


def asked_of(given: Mapping[str, str]) -> Asked:
    """Return what an address asks for; what cannot be read is left out."""
    state, page = given.get("state"), given.get("page", "")
    return Asked(
        given.get("q", "").strip()[:400],
        next((known for known in STATES if known == state), None),
        given.get("procedure") or None,
        _day(given.get("from")),
        _day(given.get("to")),
        max(int(page), 1) - 1 if page.isascii() and page.isdigit() and len(page) < 7 else 0,
    )


def address_of(asked: Asked) -> dict[str, str]:
    """Return the parameters of an address that asks for this."""
    given = {
        "q": asked.text,
        "state": asked.state,
        "procedure": asked.procedure,
        "from": asked.since and asked.since.isoformat(),
        "to": asked.until and asked.until.isoformat(),
        "page": str(asked.page + 1) if asked.page else None,
    }
    return {key: value for key, value in given.items() if value}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def words_of(text: str) -> list[str]:
    """Return the words that are sought, in small letters, full-width ones made narrow."""
    words = _BETWEEN.split(unicodedata.normalize("NFKC", text).lower())
    return [word[:_LONGEST] for word in dict.fromkeys(words) if word.strip("#")][:_MOST_WORDS]


def forms_of(word: str) -> list[str]:
    """Return how a word may be written: as it stands, in the other Chinese script, a number with its zeros."""
    forms = in_both_scripts(word)
    if number := _NUMBER.fullmatch(word):
        forms.append(f"{number[1]}-{number[2]}-{int(number[3]):04}")
    return list(dict.fromkeys(forms))


def query_of(asked: Asked, procedures: Iterable[Procedure], people: Mapping[str, str], zone: ZoneInfo) -> CaseQuery:
    """Return what the record is asked; `procedures` are all texts in use, `people` are names by id."""
    known, words = list(procedures), words_of(asked.text)
    single = words[0].strip("#") if len(words) == 1 else ""
    return CaseQuery(
        words=[_word(word.strip("#"), known, people) for word in words],
        fields={f.id for p in known for f in p.fields if f.type in {"text", "list"}} | set(NOTED),
        steps={s.id for p in known for s in p.steps.values() if s.evidence.type == "text"},
        state=asked.state,
        procedure=asked.procedure,
        since=_starts(asked.since, zone),
        before=_starts(asked.until + timedelta(days=1), zone) if asked.until and asked.until < date.max else None,
        number=int(single) if single.isascii() and single.isdigit() and len(single) < 16 else None,
        offset=asked.page * PAGE,
        limit=PAGE,
    )


def _word(word: str, procedures: Iterable[Procedure], people: Mapping[str, str]) -> Word:
    forms = forms_of(word)
    named = [person for person, name in people.items() if any(form in name.lower() for form in forms)]
    titled = {p.id for p in procedures if any(form in t.lower() for t in p.title.values() for form in forms)}
    return Word(forms, named, sorted(titled))


def _starts(day: date | None, zone: ZoneInfo) -> Instant | None:
    """Return the instant at which a local day begins; None for none, and for one outside the calendar of records."""
    if day is None:
        return None
    return day_start(min(max(day, date(1900, 1, 1)), date(2200, 1, 1)), zone)
