"""The windows in which recurrence and existence look: from where to where, and what of it counts for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checklists.case import Case
from checklists.event import Event
from rules.kinds import Existence, Recurrence, Rule


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a recurrence: from `events[start]` to `events[end]`, open up to now where `end` is None."""

    start: int
    end: int | None


def windows(case: Case, kind: Recurrence) -> Iterator[Window]:
    """Yield the windows of a recurrence, judged or not."""
    start: int | None = None
    for index, event in enumerate(case.events):
        if start is None:
            if kind.from_.matches(event):
                start = index
        elif event.event in {"closed", "cancelled"} or kind.until.matches(event):
            yield Window(start, index)
            start = None
    if start is not None:
        yield Window(start, None)


@dataclass(frozen=True, slots=True)
class Tally:
    """What an existence counts: its window up to `events[end]` (open where `end` is None), and the T inside by subject.

    Without `each` all stand under None.
    """

    start: int
    end: int | None
    found: Mapping[str | None, Sequence[Event]]


def tally(rule: Rule, kind: Existence, case: Case) -> Tally | None:
    """Return what an existence counts in a case; None where there is no window."""
    start = 0 if kind.from_ is None else next((i for i, e in enumerate(case.events) if kind.from_.matches(e)), None)
    if start is None or not rule.holds(case.fields_at(start)):
        return None
    end = next(
        (
            i
            for i, e in enumerate(case.events)
            if i > start and (e.event in {"closed", "cancelled"} or kind.until.matches(e))
        ),
        None,
    )
    found: dict[str | None, list[Event]] = {}
    for event in case.events[start if kind.from_ is None else start + 1 : end]:
        if kind.of.matches(event):
            found.setdefault(event.subject if kind.each else None, []).append(event)
    return Tally(start, end, found)


def due_subjects(kind: Existence, case: Case, end: int | None) -> Iterable[str | None]:
    """Return for whom the minimum is due: the entries of the list in force at the end; None without `each`."""
    fields = case.fields if end is None else case.fields_at(end)
    return subjects_of(fields.get(kind.each)) if kind.each else (None,)


def subjects_of(entries: object) -> Iterable[str]:
    """Return the distinct texts of a list field; none where it is no list."""
    return dict.fromkeys(e for e in entries if isinstance(e, str)) if isinstance(entries, list | tuple) else ()
