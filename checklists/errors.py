"""The errors of the product: each message says what, where, why, and what to do."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

Params = Mapping[str, str | int | float]
LONGEST_PARAM = 200


def because_of(table: Mapping[str, str], code: str, /, **params: Any) -> tuple[str, str, Params]:
    """Return what an error is made of, by a table of sentences: the sentence, the code, and the flat params."""
    return table[code].format(**params), code, {name: _flat(value) for name, value in params.items()}


def _flat(value: Any) -> str | int | float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair is no JSON
    return text if len(text) <= LONGEST_PARAM else f"{text[:LONGEST_PARAM]}…"


class SopwatchError(Exception):
    """Something that could not be done; its text is one line for a person.

    What the service refuses has a `code`, which stays whatever its words are, and the `params` of its words.
    """

    def __init__(self, text: str = "", code: str = "", params: Params | None = None) -> None:
        self.code = code
        self.params: Params = params or {}
        super().__init__(text)


class Mistakes(SopwatchError):  # noqa: N818 - what it is
    """A file that is refused: every mistake in it, a line each."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


class PackError(Mistakes):
    """A procedure or a catalogue that contradicts itself, the other, or the schema."""


class LogError(Mistakes):
    """An event log that is refused."""


class StoreError(SopwatchError):
    """The record cannot be read or written."""


class NotThereError(SopwatchError):
    """What is asked for is not in the record."""


class NotAllowed(SopwatchError):  # noqa: N818 - a refusal, named as people say it
    """The access role of the person or machine does not permit this."""


class Refused(SopwatchError):  # noqa: N818 - a refusal, named as people say it
    """A new entry that does not meet the service's demands."""
