"""The texts of one file of personal texts in memory, laid out so that a word is found in all of them at once."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from itertools import groupby
from pathlib import Path
from typing import Any

_BETWEEN = "\x00"


class Shelf:
    """One long text in small letters, and where in it the texts of each case begin."""

    def __init__(self) -> None:
        self._text = ""
        self._starts = array("Q")
        self._cases: list[str] = []
        self._read_to = 0

    def read_on(self, path: Path) -> None:
        """Read what has come to the file since; a line that is not finished waits."""
        with path.open("rb") as file:
            file.seek(self._read_to)
            content = file.read()
        content = content[: content.rfind(b"\n") + 1]
        if not content:
            return
        self._read_to += len(content)
        rows = [json.loads(line) for line in content.split(b"\n")[:-1]]
        parts, at = [self._text], len(self._text)
        for case_id, of_case in groupby(rows, key=lambda row: str(row[0])):
            text = _BETWEEN.join(_texts(list(of_case))) + _BETWEEN
            self._starts.append(at)
            self._cases.append(case_id)
            parts.append(text)
            at += len(text)
        self._text = "".join(parts)

    def holding(self, form: str) -> set[str]:
        """Return the cases in whose texts this stands."""
        found: set[str] = set()
        at = self._text.find(form)
        while at >= 0:
            place = bisect_right(self._starts, at)
            found.add(self._cases[place - 1])
            if place == len(self._starts):
                break
            at = self._text.find(form, self._starts[place])
        return found


def _texts(rows: list[list[Any]]) -> list[str]:
    """Return the texts of the lines of a case; a salt's line and what is no text are none."""
    return [row[2].lower() for row in rows if len(row) == 3 and isinstance(row[2], str)]
