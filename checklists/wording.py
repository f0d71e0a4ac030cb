"""What pydantic finds wrong with a file, in the words and at the places of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from checklists.document import Document, Where, holds

Valid = Callable[[Where], Iterable[object]]
"""Return the keys that a mapping at a place may have."""

_NO = {
    "bool": "is neither true nor false",
    "int": "is no whole number",
    "float": "is no number",
    "string": "is no text",
    "dict": "is no mapping",
    "mapping": "is no mapping",
    "model": "is no mapping",
    "tuple": "is no list",
    "list": "is no list",
}


def blame(document: Document, error: ValidationError, prefix: Where = (), valid: Valid = lambda _: ()) -> None:
    """Note each thing that pydantic found wrong as a mistake of the document, at the key that is wrong.

    The values validated stand in the document at `prefix`. What several members of a union say is said once.
    """
    found: dict[Where, list[ErrorDetails]] = {}
    details = error.errors()
    for detail in details:
        loc = detail["loc"]
        if detail["type"] == "too_short" and any(d["loc"][: len(loc)] == loc for d in details if d is not detail):
            continue  # its members are wrong, and that is said of them
        found.setdefault(_place(document, prefix, detail), []).append(detail)
    for where, said in found.items():
        first = said[0]
        if first["type"] == "extra_forbidden":
            document.mistake(where, "is no key here", where[-1], valid(where[:-1]))
        elif first["type"] == "literal_error":
            names = re.findall(r"'([^']*)'", first["ctx"]["expected"])
            document.mistake(where, f"{first['input']!r} is none of {', '.join(names)}", first["input"], names)
        else:
            document.mistake(where, " or ".join(dict.fromkeys(_reason(d) for d in said)))


def _place(document: Document, prefix: Where, detail: ErrorDetails) -> Where:
    """Return the place in the file: pydantic's path without the names of union members and restructured keys."""
    where, value = prefix, document.at(*prefix)
    for named in detail["loc"]:
        key = "choice" if named == "options" and holds(value, "choice") else named
        if holds(value, key):
            where, value = (*where, key), value[key]
    if detail["type"] == "missing":
        return (*where, detail["loc"][-1])
    if detail["type"] == "value_error" and isinstance(value, Mapping):  # a message may begin with the key it is about
        key = _message(detail).split(" ", 1)[0]
        return (*where, key) if key in value else where
    return where


def _message(detail: ErrorDetails) -> str:
    return str(detail["ctx"]["error"]) if "error" in detail.get("ctx", {}) else detail["msg"]


def _reason(detail: ErrorDetails) -> str:
    kind, value = detail["type"], detail["input"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    match kind:
        case "missing":
            return "is missing"
        case "value_error":
            return _message(detail)
        case "string_pattern_mismatch":
            return f"{value!r} is no id (small letters, digits and _, a letter first)"
        case "too_short" | "string_too_short":
            return "is empty"
        case "greater_than_equal":
            return f"{value!r} is under {context['ge']}"
        case _:
            pass
    if value is None:
        return "has no value: give it one or leave the key out"
    if wrong := _NO.get(kind.split("_", 1)[0]):
        return f"{value!r} {wrong}"
    return f"{value!r}: {detail['msg']}"
