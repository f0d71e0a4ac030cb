"""Catalogues from YAML: every mistake of a file at once, with its line, its key and the nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ValidationError

from checklists.document import Document, Value, Where, nearest_of
from checklists.loader import report_duplicates
from checklists.model import Procedure
from checklists.reader import read_bytes, read_file
from checklists.wording import blame
from rules.kinds import KINDS, Absence, Catalogue, Kind, Rule, parse_selector
from rules.references import check_references

WHAT = "catalogue (procedure, version, rules)"
_KEYS = tuple(key for key in Catalogue.model_fields if key not in {"text", "digest"})
_RULE_KEYS = tuple(key for key in Rule.model_fields if key != "kind")
_WANTED = ("title", "clause", "severity")
_STAND_IN = Absence(do=parse_selector("opened"), after=parse_selector("opened"))


def load_catalogue(path: Path, procedure: Procedure) -> Catalogue:
    """Read a catalogue from a file and check it against its procedure. Raises PackError with all its mistakes."""
    return _checked(read_file(path, WHAT), procedure)


def read_catalogue(raw: bytes, name: str, procedure: Procedure) -> Catalogue:
    """Read a catalogue from the bytes of a file, such as a text kept by its digest. Raises PackError."""
    return _checked(read_bytes(raw, name, WHAT), procedure)


def load_foreign(path: Path) -> Catalogue:
    """Read a catalogue about another system's log: no `procedure:`, and steps, fields, roles and clauses are any text.

    Raises PackError with all its mistakes.
    """
    document = read_file(path, WHAT)
    if "procedure" in document.data:
        document.mistake(("procedure",), "rules for another system's log belong to no procedure: leave the key out")
    catalogue = make_catalogue(document)
    document.refuse()
    assert catalogue is not None  # noqa: S101 - what could not be made has been refused
    return catalogue


def _checked(document: Document, procedure: Procedure) -> Catalogue:
    catalogue = make_catalogue(document)
    if document.data and document.at("procedure") != procedure.id:
        document.mistake(("procedure",), f"is not {procedure.id!r}")
    check_references(document, procedure)
    document.refuse()
    assert catalogue is not None  # noqa: S101 - what could not be made has been refused
    return catalogue


def make_catalogue(document: Document) -> Catalogue | None:
    """Make a catalogue of a document, which notes what is wrong with it by itself; None of what is no mapping."""
    if document.mistakes and not document.data:
        return None
    for key in document.data.keys() - set(_KEYS):
        document.mistake((key,), "is no key of a catalogue", key, _KEYS)
    rules = _rules(document)
    head = {key: value for key, value in document.data.items() if key in _KEYS and key != "rules"}
    try:
        return Catalogue.model_validate(
            {"procedure": None, **head, "rules": rules, "text": document.text, "digest": document.digest}
        )
    except ValidationError as error:
        blame(document, error)
        name = head.get("procedure")
        return Catalogue(procedure=name if isinstance(name, str) else None, rules=tuple(rules))


def _rules(document: Document) -> list[Rule]:
    if not isinstance(raw := document.at("rules"), list):
        document.mistake(("rules",), "is missing" if raw is None else "is no list of rules")
        return []
    for index, row in enumerate(raw):
        if not isinstance(row, Mapping):
            document.mistake(("rules", index), f"{row!r} is no mapping")
    report_duplicates(document, document.rows("rules"), "rule")
    found = [_rule(document, where, row) for where, row in document.rows("rules")]
    return [rule for rule in found if rule]


def _rule(document: Document, where: Where, raw: Mapping[str, Value]) -> Rule | None:
    unknown = [key for key in raw if key not in _RULE_KEYS and key not in KINDS]
    for key in unknown:
        document.mistake((*where, key), "is no key of a rule", key, (*_RULE_KEYS, *KINDS))
    for key in _WANTED:
        if key not in raw:
            document.warn((*where, key), "is left out")
    misspelt = any(nearest_of(key, (*_RULE_KEYS, *KINDS)) in KINDS for key in unknown)
    kind = _kind(document, where, raw, misspelt=misspelt)
    facts = {key: value for key, value in raw.items() if key in _RULE_KEYS}
    try:
        return Rule.model_validate({**facts, "kind": kind or _STAND_IN})
    except ValidationError as error:
        blame(document, error, where)
        return None


def _kind(document: Document, where: Where, raw: Mapping[str, Value], *, misspelt: bool) -> Kind | None:
    named = kinds_of(raw)
    if len(named) > 1:
        document.mistake((*where, named[1]), f"is a second kind in one rule (the first is {named[0]})")
    if not named:
        if not misspelt:  # else that has been said
            document.mistake(where, f"names no kind: one of {', '.join(KINDS)}")
        return None
    kinds = [_parameters(document, (*where, name), KINDS[name], raw[name]) for name in named]
    return kinds[0]


def kinds_of(raw: Mapping[str, Value]) -> list[str]:
    """Return the kinds that a rule names: one, if it is right."""
    return [key for key in raw if key in KINDS]


def _parameters(document: Document, where: Where, kind: type[Kind], raw: Value) -> Kind | None:
    if not isinstance(raw, Mapping):
        document.mistake(where, f"{raw!r} is no mapping of {', '.join(parameters_of(kind))}")
        return None
    valid = parameters_of(kind)
    for key in raw.keys() - set(valid):
        document.mistake((*where, key), f"is no key of {kind.name}", key, valid)
    try:
        return kind.model_validate({key: value for key, value in raw.items() if key in valid})
    except ValidationError as error:
        blame(document, error, where)
        return None


def parameters_of(kind: type[BaseModel]) -> Iterable[str]:
    """Return the names of a kind's parameters as a catalogue writes them (`from`, not `from_`)."""
    return tuple(field.alias or name for name, field in kind.model_fields.items())
