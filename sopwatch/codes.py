"""Codes of rooms and devices: who scans one comes to the open case of the place, to a new one, or reports a repair."""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from checklists.errors import NotAllowed, SopwatchError
from checklists.instant import Instant
from sopwatch.access import Who
from sopwatch.books import Books
from sopwatch.casefile import CaseFile
from sopwatch.refusals import because
from sopwatch.throttle import Throttle
from storage.store import Store

Kind = Literal["place", "device"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another
LENGTH = 10  # 49 bits, and whoever guesses is slowed down
LONGEST_PLACE, MOST_AT_ONCE = 40, 200
_REGISTER = "codes"
_COUNTING = "0-9a-z〇零一二三四五六七八九十百"


@dataclass(frozen=True)
class Code:
    """A code at a place or on a device: the procedure it leads to, and whether guests may report by it."""

    id: str
    kind: Kind
    place: str
    procedure: str
    guests: bool
    made_at: Instant
    made_by: str
    ended_at: Instant | None = None

    @property
    def shown(self) -> str:
        """The code as people read and type it: k7m2q-9x4wd."""
        return f"{self.id[: LENGTH // 2]}-{self.id[LENGTH // 2 :]}"


class Codes:
    """The codes of a property, in the record's register: one that has ended stays there, and leads nowhere.

    `misses` counts those who try codes that there are not, `scans` what each person has had read.
    """

    def __init__(self, store: Store, books: Books) -> None:
        self._store, self._books = store, books
        self.misses = Throttle(30, 600)
        self.scans = Throttle(30, 60)
        self._lock = threading.Lock()

    def all(self) -> list[Code]:
        """Return all codes, by place."""
        found = [_code(key, document) for key, document in self._store.register(_REGISTER).items()]
        return sorted(found, key=lambda code: (_in_order(code.place), code.made_at, code.id))

    def get(self, text: str) -> Code | None:
        """Return the code that somebody scanned or typed, also one that has ended."""
        document = self._store.register(_REGISTER).get(key := re.sub(r"[\s-]", "", text[:40]).lower())
        return _code(key, document) if document else None

    def make(
        self, who: Who, places: Sequence[str], kind: Kind, procedure: str, now: Instant, *, guests: bool
    ) -> list[Code]:
        """Make a code for each place; where one like it holds already, that one is returned. Raises SopwatchError."""
        _may(who)
        wanted = list(dict.fromkeys(" ".join(place.split()) for place in places if place.strip()))
        if not wanted or len(wanted) > MOST_AT_ONCE:
            raise SopwatchError(*because("places_needed", most=MOST_AT_ONCE))
        if long := next((place for place in wanted if len(place) > LONGEST_PLACE), None):
            raise SopwatchError(*because("place_too_long", place=long[:30], most=LONGEST_PLACE))
        if kind not in KINDS or procedure not in self._books.pack.procedures:
            raise SopwatchError(*because("code_of_nothing", procedure=procedure, kind=kind))
        with self._lock:
            holding = {(c.place, c.kind, c.procedure, c.guests): c for c in self.all() if c.ended_at is None}
            return [
                holding.get((place, kind, procedure, guests))
                or self._keep(Code(_new_id(), kind, place, procedure, guests, now, who.id))
                for place in wanted
            ]

    def end(self, who: Who, code_id: str, now: Instant) -> None:
        """End a code: who scans it is told so."""
        _may(who)
        with self._lock:
            code = self.get(code_id)
            if code is None:
                raise SopwatchError(*because("no_code", code=code_id))
            if code.ended_at is None:
                self._keep(replace(code, ended_at=now))

    def _keep(self, code: Code) -> Code:
        self._store.enter(_REGISTER, code.id, {k: v for k, v in asdict(code).items() if k != "id"})
        return code


def may_make_codes(who: Who) -> bool:
    """Whether somebody makes and ends codes."""
    return bool(who.rights & {"supervise", "administer"})


def _may(who: Who) -> None:
    if not may_make_codes(who):
        raise NotAllowed(*because("right_needed", who=who.name, right="supervise or administer"))


def _code(key: str, document: Mapping[str, Any]) -> Code:
    return Code(id=key, **document)


def _new_id() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def _in_order(place: str) -> list[tuple[int, str]]:
    """Return what places are sorted by: 9 before 10."""
    parts = re.split(r"(\d+)", place)
    return [(int(part), "") if part.isdigit() and part.isascii() else (0, part) for part in parts]


def at_place(files: Iterable[CaseFile], place: str) -> list[CaseFile]:
    """Return the cases that are at a place: one of their places names it, and not another with a longer number."""
    wanted = re.escape(_plain(place))
    named = re.compile(f"(?<![{_COUNTING}]){wanted}(?![{_COUNTING}])")
    return [file for file in files if any(named.search(_plain(text)) for text in _places(file))]


def _places(file: CaseFile) -> list[str]:
    return [str(file.case.fields[f.id]) for f in file.procedure.fields if f.place and file.case.fields.get(f.id)]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())
