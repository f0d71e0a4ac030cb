"""The path of a case in words: which guard shuts a step, what is not decided yet; and what a tablet is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.path import Decider, Demand, Guard, Place, demands, path
from sopwatch.casefile import CaseFile
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import choice_of, field_value, word_of


def path_of(file: CaseFile) -> dict[str, Place]:
    """Return the place of each step of a case on its path; a step that is not named is simply part of the checklist."""
    return path(file.case, file.procedure, file.catalogue, _broken(file))


def on_path(words: Sequence[str], places: Mapping[str, Place]) -> str:
    """Return the first of several steps that would do that is not off the path; else the first."""
    return next((word for word in words if word not in places or places[word].state != "off"), words[0])


def step_of(words: Sequence[str], file: CaseFile) -> str:
    """Return the same for a case whose path is not at hand."""
    return words[0] if len(words) == 1 else on_path(words, path_of(file))


def _broken(file: CaseFile) -> set[tuple[str, str]]:
    return {(f.violation.rule, f.violation.step) for f in file.findings if f.state == "open"}


# --- in words --------------------------------------------------------------------------------------------------------


def path_texts(_: Tongue) -> dict[str, str]:
    """Return the words in which guards are said."""
    return {
        "only_when": _("Only when {conditions}"),
        "depends_on": _("Depends on: {what}"),
        "is": _("{what} is {values}"),
        "known": _("{what} is known"),
        "or": _(" or "),
        "and": _(" and "),
    }


def only_when(place: Place, file: CaseFile, _: Tongue) -> str:
    """Return what would have to be so for a step off the path to be asked for."""
    either = _(" or ").join(_all(guard, file, _) for guard in place.guards)
    return _("Only when {conditions}", conditions=either) if either else ""


def depends_on(place: Place, file: CaseFile, _: Tongue) -> str:
    """Return what decides whether a step is asked for."""
    titles = [_title(one, file, _) for guard in place.guards for group in guard for one in group]
    return _("Depends on: {what}", what=_(", ").join(dict.fromkeys(titles)))


def is_so(one: Decider, file: CaseFile, _: Tongue) -> str:
    """Return the condition that a decider is."""
    title = _title(one, file, _)
    if one.values is None:
        return _("{what} is known", what=title)
    return _("{what} is {values}", what=title, values=_(" or ").join(_shown(one, file, _)))


def _all(guard: Guard, file: CaseFile, _: Tongue) -> str:
    return _(" and ").join(_(" or ").join(is_so(one, file, _) for one in group) for group in guard)


def _title(one: Decider, file: CaseFile, _: Tongue) -> str:
    if one.of == "step":
        return word_of(one.name, file.procedure, _)
    known = file.procedure.field.get(one.name)
    return _.of(known.title, one.name) if known else one.name


def _shown(one: Decider, file: CaseFile, _: Tongue) -> list[str]:
    """Return the values of a decider as they are read."""
    known = file.procedure.field.get(one.name) if one.of == "fact" else None
    words = [field_value(known, v, _) if known else choice_of(one.name, v, file.procedure, _) for v in one.values or ()]
    return [_("“{value}”", value=word) for word in words]


# --- for the tablet --------------------------------------------------------------------------------------------------


def path_told(file: CaseFile, _: Tongue) -> list[dict[str, Any]]:
    """Return the demands of the rules, for a tablet to weigh by itself."""
    return [_demand(one, file, _) for one in demands(file.case, file.catalogue, _broken(file))]


def _demand(one: Demand, file: CaseFile, _: Tongue) -> dict[str, Any]:
    return {
        "of": list(one.of),
        "stands": one.stands,
        "guard": _guard(one.guard, file, _),
        "lost": _guard(one.lost, file, _),
    }


def _guard(guard: Guard, file: CaseFile, _: Tongue) -> list[list[dict[str, Any]]]:
    return [[_decider(one, file, _) for one in group] for group in guard]


def _decider(one: Decider, file: CaseFile, _: Tongue) -> dict[str, Any]:
    values = None if one.values is None else list(one.values)
    return {
        "of": one.of, "name": one.name, "values": values, "title": _title(one, file, _), "shown": _shown(one, file, _),
    }  # fmt: skip
