"""A rule of a catalogue with other figures, as somebody wants to try them: `RULE_ID.KIND.PARAMETER=VALUE`.

The changed rule is read and checked by the same code as a catalogue file, so that nothing can be tried that could not
be put into force.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from checklists.document import Document, Value, nearest_of, one_line
from checklists.errors import SopwatchError, because_of
from checklists.model import Procedure
from checklists.reader import read_bytes
from rules.kinds import KINDS, Catalogue, Rule
from rules.loader import make_catalogue, parameters_of
from rules.references import check_references
from rules.tryable import DURATIONS, NUMBERS
from rules.violation import Violation

_UNKNOWN = re.compile(r"unknown (step|role|field|option) ")
_NEAR = 5
REASONS: Mapping[str, str] = {
    "setting_missing": "--set is missing: say what is to change, such as meeting.important-8h.lead.by=12h",
    "setting_no_rule": "--set {setting}: names no rule; nearest: {near}",
    "setting_of_no_rules": "--set {setting}: there are no rules here",
    "setting_unwritten": "--set {setting}: write {rule}.KIND.PARAMETER=VALUE or {rule}.when.FIELD=VALUE",
    "setting_without_value": "--set {setting}: the value is to be on one line; null takes a parameter out",
    "setting_no_part": "--set {setting}: {part!r} is no part of this rule; valid: {valid}",
    "setting_no_parameter": "--set {setting}: {parameter!r} is no parameter of {part}; valid: {valid}",
    "setting_no_duration": "--set {setting}: {why}",
    "setting_no_number": "--set {setting}: {why}",
    "setting_unfit": "--set {setting}: {why}",
}
"""Why a change is refused: a code that stays, and its sentence."""


class SettingError(SopwatchError):
    """A change that names no rule, no figure of it, or a value that it cannot have."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(*because_of(REASONS, code, **params))


_UNFIT = {**dict.fromkeys(DURATIONS, "setting_no_duration"), **dict.fromkeys(NUMBERS, "setting_no_number")}


@dataclass(frozen=True, slots=True)
class Setting:
    """One change: the rule, the part of it (its kind, or `when`), the parameter or field, and the YAML of the value."""

    text: str
    rule_id: str
    part: str
    name: str
    written: str


@dataclass(frozen=True, slots=True)
class Book:
    """A catalogue and the procedure that it is about; None for another system's log."""

    procedure: Procedure | None
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Tried:
    """The rules of one catalogue that are to change: as they are in force, and as they would be, in the same order."""

    procedure: Procedure | None
    before: Catalogue
    after: Catalogue


def read_setting(text: str, rule_ids: Iterable[str]) -> Setting:
    """Read `RULE_ID.KIND.PARAMETER=VALUE`; ids may hold dots. Raises SettingError."""
    ids = sorted(set(rule_ids), key=lambda id_: (-len(id_), id_))
    rule_id = next((id_ for id_ in ids if text.startswith(f"{id_}.")), None)
    if rule_id is None:
        raise _names_no_rule(text, ids)
    path, equals, written = text.removeprefix(f"{rule_id}.").partition("=")
    part, dot, name = path.partition(".")
    if not equals or not dot or not part or not name:
        raise SettingError("setting_unwritten", setting=one_line(text), rule=rule_id)
    if not written.strip() or not written.isprintable():
        raise SettingError("setting_without_value", setting=one_line(text))
    return Setting(text, rule_id, part, name, written)


def _names_no_rule(text: str, ids: Sequence[str]) -> SettingError:
    path = text.partition("=")[0]
    stems = [".".join(path.split(".")[:n]) for n in range(1, path.count(".") + 2)]
    stem = stems[-3] if len(stems) > 2 else stems[0]
    near: list[str] = []
    left = list(ids)
    while left and len(near) < _NEAR and (one := nearest_of(stem, left)):
        near.append(one)
        left.remove(one)
    if not near:
        return SettingError("setting_of_no_rules", setting=one_line(text))
    return SettingError("setting_no_rule", setting=one_line(text), near=", ".join(near))


def apply(books: Mapping[str | None, Book], texts: Sequence[str]) -> dict[str | None, Tried]:
    """Return the rules that change, by the keys of the books that have them. Raises SettingError.

    Where versions of a catalogue differ, a rule of another kind than the one named stays as it is.
    """
    if not texts:
        raise SettingError("setting_missing")
    ids = {rule.id for book in books.values() for rule in book.catalogue.rules}
    settings = [read_setting(text, ids) for text in texts]
    for setting in settings:
        _check_part(setting, [r for b in books.values() for r in b.catalogue.rules if r.id == setting.rule_id])
    found: dict[str | None, Tried] = {}
    for key, book in books.items():
        kinds = {rule.id: rule.kind.name for rule in book.catalogue.rules}
        mine = [s for s in settings if s.rule_id in kinds and s.part in {"when", kinds[s.rule_id]}]
        if mine:
            found[key] = _tried(book, mine)
    return found


def _check_part(setting: Setting, rules: Sequence[Rule]) -> None:
    kinds = sorted({rule.kind.name for rule in rules})
    if setting.part not in {"when", *kinds}:
        valid = [f"{setting.rule_id}.{kind}.{p}" for kind in kinds for p in parameters_of(KINDS[kind])]
        names = ", ".join([*valid, f"{setting.rule_id}.when.FIELD"])
        raise SettingError("setting_no_part", setting=one_line(setting.text), part=setting.part, valid=names)
    if setting.part != "when" and setting.name not in parameters_of(KINDS[setting.part]):
        names = ", ".join(parameters_of(KINDS[setting.part]))
        raise SettingError(
            "setting_no_parameter", setting=one_line(setting.text), parameter=setting.name, part=setting.part,
            valid=names,
        )  # fmt: skip


def _tried(book: Book, settings: Sequence[Setting]) -> Tried:
    rows = {row["id"]: row for _, row in _written(book.catalogue).rows("rules") if "id" in row}
    changed: dict[str, Rule] = {}
    raws: dict[str, dict[str, Value]] = {}
    for setting in settings:
        raw = raws.setdefault(setting.rule_id, copy.deepcopy(dict(rows[setting.rule_id])))
        _change(raw, setting)
    for setting in settings:
        changed[setting.rule_id] = _checked(book, raws[setting.rule_id], setting)
    before = tuple(rule for rule in book.catalogue.rules if rule.id in changed)
    return Tried(
        book.procedure,
        book.catalogue.model_copy(update={"rules": before}),
        book.catalogue.model_copy(update={"rules": tuple(changed[rule.id] for rule in before)}),
    )


def _written(catalogue: Catalogue) -> Document:
    return read_bytes(catalogue.text.encode(), "the catalogue", "catalogue")


def _change(raw: dict[str, Value], setting: Setting) -> None:
    value = _value(setting)
    old = raw.get(setting.part)
    part = dict(old) if isinstance(old, Mapping) else {}
    if value is None:
        part.pop(setting.name, None)
    else:
        part[setting.name] = value
    raw[setting.part] = part
    if setting.part == "when" and not part:
        del raw["when"]


def _value(setting: Setting) -> Value:
    """Read the value as it would be read at its place in a catalogue: names stay names."""
    text = f"rules:\n- {json.dumps(setting.part)}:\n    {json.dumps(setting.name)}: {setting.written.strip()}\n"
    document = read_bytes(text.encode("utf-8", "replace"), "value", "value")
    if document.mistakes:
        raise SettingError("setting_unfit", setting=one_line(setting.text), why=_reason(next(iter(document.mistakes))))
    return document.at("rules", 0, setting.part, setting.name)


def _checked(book: Book, raw: Mapping[str, Value], setting: Setting) -> Rule:
    """Return the changed rule, read and checked as a rule of a file. Raises SettingError with its first mistake."""
    document = Document("value", data={"procedure": book.catalogue.procedure, "rules": [raw]})
    if book.procedure is None:
        del document.data["procedure"]
    catalogue = make_catalogue(document)
    if book.procedure is not None:
        check_references(document, book.procedure)
    if document.mistakes:
        reason = _reason(next(iter(document.mistakes)))
        code = _UNFIT.get(setting.name if setting.part != "when" else "", "setting_unfit")
        why = f"{reason}{_valid(book.procedure, setting, reason)}"
        raise SettingError(code, setting=one_line(setting.text), why=why)
    assert catalogue is not None  # noqa: S101 - what could not be made has been refused
    return catalogue.rules[0]


def _reason(mistake: str) -> str:
    """Return a mistake of a document without the line, which is none of the reader's."""
    return re.sub(r"^value:\d+: (the file: |rules\[0\]\.?)?", "", mistake)


def _valid(procedure: Procedure | None, setting: Setting, reason: str) -> str:
    """Return the valid names where a name is unknown."""
    unknown = _UNKNOWN.search(reason)
    if procedure is None or unknown is None:
        return ""
    field = procedure.field.get(setting.name)
    valid: Mapping[str, Iterable[object]] = {
        "step": procedure.steps,
        "role": procedure.roles,
        "field": procedure.field,
        "option": (field.options or ()) if field and setting.part == "when" else (),
    }
    names = ", ".join(str(name) for name in valid[unknown[1]])
    return f"; valid: {names}" if names else ""


# --- both at once ----------------------------------------------------------------------------------------------------

_IN_FORCE, _TRIED = "0 ", "1 "


def both(tried: Tried) -> Catalogue:
    """Return one catalogue of the rules as they are and as they would be: judged in one run, told apart by `apart`."""
    rules = [
        rule.model_copy(update={"id": mark + rule.id})
        for mark, catalogue in ((_IN_FORCE, tried.before), (_TRIED, tried.after))
        for rule in catalogue.rules
    ]
    return tried.before.model_copy(update={"rules": tuple(rules)})


def apart(violations: Iterable[Violation]) -> tuple[list[Violation], list[Violation]]:
    """Return the violations under the rules in force and under the tried ones, under their own ids."""
    found: dict[str, list[Violation]] = {_IN_FORCE: [], _TRIED: []}
    for violation in violations:
        mark = violation.rule[: len(_TRIED)]
        found[mark].append(replace(violation, rule=violation.rule[len(mark) :]))
    return found[_IN_FORCE], found[_TRIED]
