"""A violation, its identity, its line of JSON, and the order in which violations are listed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from checklists.instant import Instant, format_instant

KEYS = ("rule", "case_id", "at", "due_at", "step", "subject", "remedied_at", "short_notice")


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken in a case (`semantics.md`, A violation). Instants are microseconds since 1970 in UTC.

    `cause` is part of its identity: the position of the event that gave rise to it, the ISO date of a day rule,
    None for lead and existence.
    """

    rule: str
    case_id: str
    at: Instant
    due_at: Instant | None
    step: str
    subject: str | None = None
    remedied_at: Instant | None = None
    short_notice: bool = False
    cause: int | str | None = None

    @property
    def identity(self) -> tuple[str, str, str, str | None, int | str | None]:
        """What people's acts hang on: rule, case, step, subject and cause."""
        return (self.rule, self.case_id, self.step, self.subject, self.cause)


def sort_key(v: Violation) -> tuple[object, ...]:
    """Order by case_id, at, rule, step, subject, due_at, remedied_at, short_notice; null first, text by code point."""
    return (
        v.case_id,
        v.at,
        v.rule,
        v.step,
        *((value is not None, value if value is not None else empty) for value, empty in _nullable(v)),
        v.short_notice,
    )


def _nullable(v: Violation) -> Iterator[tuple[object, object]]:
    yield v.subject, ""
    yield v.due_at, 0
    yield v.remedied_at, 0


def as_json(v: Violation) -> dict[str, Any]:
    """Return a violation as a JSON object: the eight keys in their order, instants in UTC."""

    def instant(value: Instant | None) -> str | None:
        return None if value is None else format_instant(value)

    return {
        "rule": v.rule,
        "case_id": v.case_id,
        "at": format_instant(v.at),
        "due_at": instant(v.due_at),
        "step": v.step,
        "subject": v.subject,
        "remedied_at": instant(v.remedied_at),
        "short_notice": v.short_notice,
    }


def to_json(v: Violation) -> str:
    """Write a violation as one line, UTF-8 unescaped."""
    return json.dumps(as_json(v), ensure_ascii=False)


def write_jsonl(violations: Iterable[Violation], write: Callable[[str], object]) -> int:
    """Write violations as JSON Lines in their order; return how many there are."""
    count = 0
    for violation in sorted(violations, key=sort_key):
        write(to_json(violation) + "\n")
        count += 1
    return count
