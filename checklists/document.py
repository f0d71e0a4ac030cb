"""A YAML file as values that know their lines, and the mistakes found in it: all of them, a line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.errors import PackError

Value = Any
"""What YAML can hold: text, numbers, booleans, None, lists, mappings."""

Where = tuple[Value, ...]
"""A place in a file: the keys and indices that lead to it."""

MAX_REASON = 300


@dataclass
class Document:
    """A YAML file: its values, the line of each place, the mistakes and warnings so far.

    `digest` is the SHA-256 of its bytes in hex; `data` is a mapping, empty where the file could not be read.
    """

    name: str
    text: str = ""
    digest: str = ""
    data: dict[Value, Value] = field(default_factory=dict)
    lines: dict[Where, int] = field(default_factory=dict)
    mistakes: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    def line(self, where: Where) -> int:
        """Return the line of a place, counted from 1, or of the nearest one around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def mistake(self, where: Where, reason: str, word: object = None, valid: Iterable[object] = ()) -> None:
        """Note a mistake, with the valid name nearest to `word`, if there are any."""
        near = None if word is None else nearest_of(word, valid)
        self.mistakes[self._say(where, one_line(reason) + (f" (nearest: {near})" if near else ""))] = self.line(where)

    def warn(self, where: Where, reason: str) -> None:
        """Note what is allowed, but hardly meant."""
        self.warnings[self._say(where, one_line(reason))] = self.line(where)

    def _say(self, where: Where, reason: str) -> str:
        return f"{self.name}:{self.line(where)}: {spell(where)}: {reason}"

    def in_order(self, notes: Mapping[str, int]) -> list[str]:
        """Return mistakes or warnings in the order of their lines."""
        return sorted(notes, key=lambda note: notes[note])

    def refuse(self) -> None:
        """Raise PackError with every mistake, if there is one."""
        if self.mistakes:
            raise PackError(self.in_order(self.mistakes))

    def at(self, *where: object) -> Value:
        """Return the value of a place, None where there is none."""
        value: Value = self.data
        for key in where:
            if not holds(value, key):
                return None
            value = value[key]
        return value

    def keys(self, *where: object) -> tuple[Value, ...]:
        """Return the keys of the mapping at a place."""
        value = self.at(*where)
        return tuple(value) if isinstance(value, Mapping) else ()

    def rows(self, *where: object) -> Iterator[tuple[Where, Mapping[str, Value]]]:
        """Yield the mappings of the list at a place, each with its own place."""
        value = self.at(*where)
        for index, row in enumerate(value if isinstance(value, list) else ()):
            if isinstance(row, Mapping):
                yield (*where, index), row

    def names(self, *where: object) -> Iterator[tuple[Where, str]]:
        """Yield the names at a place (one, or a list of them), each with its own place."""
        value = self.at(*where)
        if isinstance(value, str):
            yield where, value
        for index, name in enumerate(value if isinstance(value, list) else ()):
            if isinstance(name, str):
                yield (*where, index), name


def holds(value: Value, key: object) -> bool:
    """Whether a value is a mapping or a list that has something at a key or an index."""
    if isinstance(value, list):
        return isinstance(key, int) and 0 <= key < len(value)
    return isinstance(value, Mapping) and key in value


def nearest_of(word: object, valid: Iterable[object]) -> str | None:
    """Return the valid name most like a word, None where no name is valid."""
    names = {str(v): None for v in valid}
    return next(iter(difflib.get_close_matches(str(word)[:100], names, n=1, cutoff=0.0)), None)


def one_line(text: str) -> str:
    """Return a text on one line and not too long."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= MAX_REASON else f"{text[:MAX_REASON]}…"


def spell(where: Where) -> str:
    """Write a place as `rules[1].response.within`."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in where).removeprefix(".")
    return one_line(text) or "the file"
