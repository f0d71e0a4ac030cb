"""Procedures from YAML: every mistake of a file at once, with its line, its key and the nearest valid name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from checklists.document import Document, Value, Where
from checklists.model import CaseField, Clause, Form, Opens, Phase, Procedure, Step
from checklists.reader import read_bytes, read_file
from checklists.wording import blame

WHAT = "procedure (id, version, title, clauses, roles, fields, phases)"
_KEYS = tuple(key for key in Procedure.model_fields if key not in {"text", "digest"})
_CLAUSE_KEYS = tuple(key for key in Clause.model_fields if key != "text")
_ROLE_KEYS = ("department",)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def load_procedure(path: Path) -> Procedure:
    """Read a procedure from a file. Raises PackError with all its mistakes."""
    return _checked(read_file(path, WHAT))


def read_procedure(raw: bytes, name: str) -> Procedure:
    """Read a procedure from the bytes of a file, such as a text kept by its digest. Raises PackError."""
    return _checked(read_bytes(raw, name, WHAT))


def _checked(document: Document) -> Procedure:
    """Make a procedure of a document. Raises PackError with all its mistakes."""
    procedure = make_procedure(document)
    document.refuse()
    assert procedure is not None  # noqa: S101 - what could not be made has been refused
    return procedure


def make_procedure(document: Document) -> Procedure | None:
    """Make a procedure of a document, which notes mistakes and warnings; None if it cannot be made."""
    if document.mistakes and not document.data:
        return None
    data = {key: value for key, value in document.data.items() if key in _KEYS}
    for key in document.data.keys() - data.keys():
        document.mistake((key,), "is no key of a procedure", key, _KEYS)
    if isinstance(clauses := data.get("clauses"), Mapping):
        data["clauses"] = {key: _clause(document, ("clauses", key), raw) for key, raw in clauses.items()}
    if isinstance(roles := data.get("roles"), Mapping):
        data["roles"] = {key: _role(document, ("roles", key), raw) for key, raw in roles.items()}
    for check in (_duplicates, _clauses, _roles, _choices, _fields_named, _needs):
        check(document)
    try:
        return Procedure.model_validate({**data, "text": document.text, "digest": document.digest})
    except ValidationError as error:
        blame(document, error, (), _valid_keys)
        return None


def _clause(document: Document, where: Where, raw: object) -> object:
    """`{zh-Hant: …, en: …, coverage: …}` as `{text: {…}, coverage: …}`."""
    if isinstance(raw, Mapping) and raw.get("coverage") == "manual" and not raw.get("reason"):
        document.warn(where, "is manual, but no reason: says why no log can show it")
    return _languages(document, where, raw, "text", _CLAUSE_KEYS)


def _role(document: Document, where: Where, raw: object) -> object:
    """`{en: …, zh-Hant: …, department: …}` as `{title: {…}, department: …}`."""
    return _languages(document, where, raw, "title", _ROLE_KEYS)


def _languages(document: Document, where: Where, raw: object, into: str, keys: tuple[str, ...]) -> object:
    if not isinstance(raw, Mapping):
        return raw
    texts = {}
    for key in raw.keys() - set(keys):
        if _LANGUAGE.fullmatch(key):
            texts[key] = raw[key]
        else:
            document.mistake((*where, key), "is neither a language nor a key here", key, (*_LANGUAGES, *keys))
    return {into: {k: texts[k] for k in raw if k in texts}, **{key: raw[key] for key in keys if key in raw}}


def _valid_keys(where: Where) -> Iterable[str]:
    match where:
        case ("forms", _):
            return Form.model_fields
        case ("fields", _):
            return CaseField.model_fields
        case ("phases", _):
            return Phase.model_fields
        case ("phases", _, "steps", _):
            return Step.model_fields
        case ("phases", _, "steps", _, "evidence"):
            return ("choice",)
        case ("opens",):
            return Opens.model_fields
        case _:
            return ()


def _steps(document: Document) -> Iterator[tuple[Where, Mapping[str, Value]]]:
    for where, _ in document.rows("phases"):
        yield from document.rows(*where, "steps")


def _ids(rows: Iterable[tuple[Where, Mapping[str, Value]]]) -> dict[str, Where]:
    return {row["id"]: where for where, row in rows if isinstance(row.get("id"), str)}


def _duplicates(document: Document) -> None:
    for what, rows in (
        ("form", document.rows("forms")),
        ("field", document.rows("fields")),
        ("phase", document.rows("phases")),
        ("step", _steps(document)),
    ):
        report_duplicates(document, rows, what)


def report_duplicates(document: Document, rows: Iterable[tuple[Where, Mapping[str, Value]]], what: str) -> None:
    """Note every `id` of the rows that an earlier row bears."""
    lines: dict[str, int] = {}
    for where, row in rows:
        if isinstance(name := row.get("id"), str):
            if name in lines:
                document.mistake((*where, "id"), f"{name!r} is a {what} already (line {lines[name]})")
            lines.setdefault(name, document.line((*where, "id")))


def report_unknown(document: Document, where: Where, what: str, valid: Iterable[object], note: str = "") -> None:
    """Note every name at a place that is not among the valid ones."""
    names = list(valid)
    for place, name in document.names(*where):
        if name not in names:
            document.mistake(place, f"unknown {what} {name!r}{note}", name, names)


def _clauses(document: Document) -> None:
    known = document.keys("clauses")
    for where, _ in (*document.rows("forms"), *_steps(document)):
        report_unknown(document, (*where, "clause"), "clause", known)


def _roles(document: Document) -> None:
    known = document.keys("roles")
    for where, _ in _steps(document):
        report_unknown(document, (*where, "role"), "role", known)


def _choices(document: Document) -> None:
    for where, row in document.rows("fields"):
        if row.get("type") == "choice" and row.get("options") is None:
            document.mistake((*where, "options"), "is missing: a choice needs options")
        if row.get("type") != "choice" and "options" in row:
            document.warn((*where, "options"), "is for a choice only")
    for where, row in _steps(document):
        evidence = row.get("evidence")
        if evidence == "choice" or (isinstance(evidence, Mapping) and evidence.keys() <= {"type", "options"}):
            document.mistake((*where, "evidence"), f"{evidence!r} has no options: write {{choice: [option, …]}}")


def _fields_named(document: Document) -> None:
    types = {row["id"]: row.get("type") for _, row in document.rows("fields") if isinstance(row.get("id"), str)}
    lists = [name for name, kind in types.items() if kind == "list"]
    for where, row in _steps(document):
        subject = row.get("subject")
        if isinstance(subject, str) and subject != "free" and subject not in lists:
            known = "is no list field" if subject in types else "is no field"
            document.mistake((*where, "subject"), f"{subject!r} {known}", subject, (*lists, "free"))
    report_unknown(document, ("opens", "field"), "field", types)


def _needs(document: Document) -> None:
    known = _ids(_steps(document))
    for where, _ in _steps(document):
        report_unknown(document, (*where, "needs"), "step", known)
