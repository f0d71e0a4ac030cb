"""Values that a log writes as text beside a type: a number, a boolean; what is none stays the text it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

_TRUTH: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


def typed(kind: str | None, text: str) -> Any:
    """Return a text as the `int`, `float` or `boolean` that it is said to be; None where such a one is empty."""
    match kind:
        case "boolean":
            return _TRUTH.get(text.strip().lower(), text) if text.strip() else None
        case "int" | "float":
            return _number(kind, text) if text.strip() else None
        case _:
            return text


def _number(kind: str, text: str) -> int | float | str:
    try:
        found = int(text) if kind == "int" and len(text) < 400 else float(text)
    except ValueError:
        return text
    return found if math.isfinite(found) else text
