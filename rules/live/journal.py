"""The violations of a case, and what changed in them: opened, remedied, rescinded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from checklists.instant import Instant
from rules.violation import Violation, sort_key


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a violation, and the position of the event that did it; None for the clock.

    `opened` and `remedied` give the violation as it then is, `rescinded` as it was said last. To keep up: add what is
    opened, put a remedied one in the place of the open one of its identity, take away what is rescinded.
    """

    what: Literal["opened", "remedied", "rescinded"]
    violation: Violation
    position: int | None = None


class Journal:
    """The violations of one run of a case, by number; `position` is that of the event at work, None for the clock."""

    def __init__(self) -> None:
        self.position: int | None = None
        self._violations: dict[int, Violation] = {}
        self._changes: list[Change] = []

    @property
    def violations(self) -> list[Violation]:
        """All violations, in no order that matters."""
        return list(self._violations.values())

    def open(self, violation: Violation) -> int:
        """Open a violation and return its number."""
        number = len(self._violations) + 1
        self._violations[number] = violation
        self._changes.append(Change("opened", violation, self.position))
        return number

    def remedy(self, number: int, at: Instant) -> None:
        """Mark a violation as remedied."""
        self._violations[number] = remedied = replace(self._violations[number], remedied_at=at)
        self._changes.append(Change("remedied", remedied, self.position))

    def taken(self) -> list[Change]:
        """Return the changes since the last call."""
        changes, self._changes = self._changes, []
        return changes


def difference(before: Iterable[Violation], after: Iterable[Violation], position: int | None) -> list[Change]:
    """Return the changes that lead from one multiset of violations to another.

    One that was open and is remedied stays what it is; whatever else differs is rescinded, and opened anew.
    """
    was, is_now = Counter(before), Counter(after)
    gone, come = list((was - is_now).elements()), list((is_now - was).elements())
    still_open = defaultdict(list)
    for violation in gone:
        still_open[replace(violation, remedied_at=None)].append(violation)
    changes = []
    for violation in come:
        waiting = still_open[replace(violation, remedied_at=None)]
        earlier = next((v for v in waiting if v.remedied_at is None), None)
        if earlier is not None:
            waiting.remove(earlier)
            gone.remove(earlier)
        changes.append(Change("opened" if earlier is None else "remedied", violation, position))
    rescinded = [Change("rescinded", v, position) for v in sorted(gone, key=sort_key)]
    return rescinded + sorted(changes, key=lambda c: sort_key(c.violation))
