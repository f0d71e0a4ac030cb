"""The form of a new case, apart from its drawing: the order of its fields, what is wrong with them, what falls due."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.event import Event
from checklists.instant import Instant, format_instant, from_datetime
from checklists.model import CaseField, Procedure
from rules.due import Due, pending
from rules.kinds import Catalogue, Lead, Response
from sopwatch.ui.tongue import Tongue

_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", re.ASCII)


@dataclass(frozen=True)
class Wall:
    """A wall clock's time in the property's zone: the instants it may mean (none in a gap, two in a fold)."""

    instants: tuple[Instant, ...]


def read_wall(text: str, zone: ZoneInfo) -> Wall:
    """Return which instants a local date and time (2026-11-03T14:05) may mean. Raises ValueError for no such text."""
    naive = datetime.fromisoformat(text)
    if naive.tzinfo is not None:
        msg = f"{text!r} has an offset: it is no wall clock's time"
        raise ValueError(msg)
    found = []
    for fold_ in (0, 1):
        local = naive.replace(tzinfo=zone, fold=fold_)
        if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive:
            found.append(from_datetime(local))
    return Wall(tuple(dict.fromkeys(found)))


def first_after(text: str, zone: ZoneInfo) -> Instant:
    """Return the first instant after a gap of the clock in which a wall clock's time falls."""
    naive = datetime.fromisoformat(text)
    before = (naive - timedelta(days=1)).replace(tzinfo=zone)
    low, high = from_datetime(before), from_datetime(before) + 3 * 24 * 3600 * 1_000_000
    offset = _offset(low, zone)
    while high - low > 1_000_000:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
    return high - high % 1_000_000


def _offset(instant: Instant, zone: ZoneInfo) -> timedelta | None:
    return datetime.fromtimestamp(instant / 1_000_000, zone).utcoffset()


def in_order(procedure: Procedure, catalogue: Catalogue) -> list[CaseField]:
    """Return the fields: the place, then those on which deadlines depend, then what is needed, then the rest.

    A choice that sets a deadline at once, as the class of a repair does, comes before one that does so later.
    """
    deciding, anchors = guards_of_deadlines(catalogue), _anchors(catalogue)
    at_once = {
        name
        for rule in catalogue.rules
        if isinstance(rule.kind, Response) and "opened" in rule.kind.after.words
        for name in rule.when
    }

    def rank(field: CaseField) -> int:
        if field.place:
            return 0
        if field.id in deciding and field.type == "choice":
            return 1 if field.id in at_once else 2
        if field.id in anchors and field.required:
            return 3
        return 4 if field.required else 5

    return sorted(procedure.fields, key=rank)


def guards_of_deadlines(catalogue: Catalogue) -> set[str]:
    """Return the fields on whose value a deadline depends."""
    return {name for rule in catalogue.rules if isinstance(rule.kind, Response | Lead) for name in rule.when}


def folded(procedure: Procedure, catalogue: Catalogue) -> set[str]:
    """Return the fields that nobody needs at once: neither required, nor the place, nor what a deadline hangs on."""
    hanging = deciding(catalogue)
    return {f.id for f in procedure.fields if not (f.required or f.place or f.id in hanging)}


def deciding(catalogue: Catalogue) -> set[str]:
    """Return the fields on which a deadline hangs: by their value, or because they say when."""
    return _anchors(catalogue) | guards_of_deadlines(catalogue)


def _anchors(catalogue: Catalogue) -> set[str]:
    return {rule.kind.before for rule in catalogue.rules if isinstance(rule.kind, Lead)}


def falls_due(
    procedure: Procedure, catalogue: Catalogue, fields: Mapping[str, Any], opened_at: Instant, zone: ZoneInfo
) -> list[Due]:
    """Return what would fall due in a case opened with these fields, as far as rules depend on them."""
    data = {name: value for name, value in fields.items() if value is not None}
    event = Event(0, "draft", procedure.id, "opened", opened_at, opened_at, data=data)
    case = fold([event], opened_at)
    if case is None:
        return []
    return [due for due in pending(case, catalogue, zone) if due.rule.when or isinstance(due.rule.kind, Lead)]


def lines(text: str) -> list[str]:
    """Return a list written one entry a line: trimmed, without empty lines, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def is_empty(value: object) -> bool:
    """Whether a field has not been filled in."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def checked(
    procedure: Procedure, raw: Mapping[str, Any], zone: ZoneInfo, _: Tongue
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields as the service takes them, and what is wrong, by field."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field in procedure.fields:
        value = raw.get(field.id)
        if is_empty(value):
            if field.required:
                wrong[field.id] = _("This is needed.")
            continue
        try:
            values[field.id] = _typed(field, value, zone, _)
        except ValueError as error:
            wrong[field.id] = str(error)
    return values, wrong


def _typed(field: CaseField, value: Any, zone: ZoneInfo, _: Tongue) -> Any:
    match field.type:
        case "datetime":
            return format_instant(the_instant(value, zone, _), zone)
        case "list":
            return value if isinstance(value, list) else lines(str(value))
        case "number":
            return _number(value, _)
        case "choice" | "boolean":
            if not any(value == o and isinstance(value, bool) == isinstance(o, bool) for o in options_in(field)):
                raise ValueError(_("Please choose one of these."))
            return value
        case "text":
            if len(str(value)) > LONGEST_TEXT:
                raise ValueError(_("This is too long: at most {n} characters.", n=LONGEST_TEXT))
            return str(value).strip()


LONGEST_TEXT = 4000


def options_in(field: CaseField) -> Sequence[Any]:
    """Return what can be chosen in a field."""
    return (True, False) if field.type == "boolean" else tuple(field.options or ())


def _number(value: Any, _: Tongue) -> float:
    """Return a number that was typed, full-width digits and commas too. Raises ValueError in the reader's words."""
    text = unicodedata.normalize("NFKC", str(value)).strip().replace(",", "")
    if not _DECIMAL.fullmatch(text):
        raise ValueError(_("This is no number."))
    return float(text) if "." in text else int(text)


def the_instant(value: Any, zone: ZoneInfo, _: Tongue) -> Instant:
    """Return the instant of a wall clock's time, which may carry `|0` or `|1`: the first or the second of two.

    Raises ValueError, in the reader's words, where there is no such time or two of them.
    """
    text, _sep, which = str(value).partition("|")
    try:
        wall = read_wall(text, zone)
    except ValueError:
        raise ValueError(_("This is no date and time.")) from None
    if not wall.instants:
        after = _.moment(first_after(text, zone))
        raise ValueError(_("The clock jumps over this time; the next time there is: {time}.", time=after))
    if len(wall.instants) > 1 and which not in ("0", "1"):
        raise ValueError(_("The clock shows this time twice: choose which."))
    return wall.instants[int(which) if which and len(wall.instants) > 1 else 0]


def options_of(procedures: Sequence[Procedure], _: Tongue) -> list[tuple[str, str]]:
    """Return the procedures that people open, by title; those that the service opens by itself come last."""
    titled = [(p.opens is not None, _.of(p.title, p.id), p.id) for p in procedures]
    return [(name, title) for _by_itself, title, name in sorted(titled)]
