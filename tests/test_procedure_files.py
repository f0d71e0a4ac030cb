"""Procedures from YAML: what is refused, with the line and the key; and what is not."""

from __future__ import annotations

import time
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from checklists.errors import PackError
from checklists.loader import load_procedure, read_procedure
from tests.packs import KEY_LOAN, PROCEDURE, line_of, with_change

NAME = "key_loan.yaml"


def mistakes(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(PackError) as refusal:
        read_procedure(text.encode() if isinstance(text, str) else text, NAME)
    return refusal.value.mistakes


def test_the_documented_procedure_loads_unchanged() -> None:
    path = KEY_LOAN / "procedures" / "key_loan.yaml"

    procedure = load_procedure(path)

    assert (procedure.id, procedure.version, procedure.in_force) == ("key_loan", 1, date(2026, 1, 1))
    assert list(procedure.steps) == ["signed_borrower", "handed_over", "condition", "returned"]
    assert procedure.clauses["K.3"].coverage == "manual"
    assert procedure.clauses["K.1"].text["zh-Hant"] == "借用鑰匙須簽名登記。"
    assert procedure.roles["receptionist"].department == "front_office"
    assert procedure.roles["borrower"].title == {"en": "Borrower", "zh-Hant": "借用人"}
    assert list(procedure.steps["condition"].evidence.options or ()) == ["good", "damaged"]
    assert procedure.digest == sha256(path.read_bytes()).hexdigest()
    assert procedure.text.encode() == path.read_bytes()


REFUSED = [
    # what changes, into what, the key, what is said, the nearest valid name
    ("id: key_loan\n", "", "id", "is missing", None),
    ("version: 1", "version: 0", "version", "0 is under 1", None),
    ("version: 1", "version: '1'", "version", "'1' is no whole number", None),
    ("version: 1", "verson: 1", "verson", "is no key of a procedure", "version"),
    ("version: 1", "text: x", "text", "is no key of a procedure", "title"),
    ("in_force: 2026-01-01", "in_force: 2026-02-30", "in_force", "'2026-02-30' is no date", None),
    ("K.2: {", "K.1: {", "clauses.K.1", "is a duplicate key", None),
    ("coverage: manual", "coverage: manul", "clauses.K.3.coverage", "'manul' is none of manual", "manual"),
    ("coverage: manual", "covrage: manual", "clauses.K.3.covrage", "is neither a language nor a key", "coverage"),
    ("department: front_office", "departmnt: x", "roles.receptionist.departmnt", "is neither a language", "department"),
    (
        "clause: K.1, title: {en: Key slip",
        "clause: K.9, title: {en: Key slip",
        "forms[0].clause",
        "unknown clause",
        "K.3",
    ),
    ("id: key_no, type: text", "id: key_no, type: txt", "fields[0].type", "'txt' is none of", "text"),
    ("id: key_no, type: text", "id: key_no, typ: text", "fields[0].typ", "is no key here", "type"),
    (
        "type: text, required: true, title",
        "type: text, required: 7, title",
        "fields[0].required",
        "neither true nor",
        None,
    ),
    ("{id: borrower, type", "{id: key_no, type", "fields[1].id", "'key_no' is a field already (line ", None),
    ("type: choice, options", "type: choice, option", "fields[2].options", "is missing", None),
    ("options: {room: {en: Room, zh-Hant: 客房}, ", "options: {}, x: {", "fields[2].options", "is empty", None),
    ("  - id: take_back", "  - id: lend", "phases[1].id", "'lend' is a phase already (line ", None),
    ("{id: returned", "{id: handed_over", "phases[1].steps[1].id", "'handed_over' is a step already (line ", None),
    ("{id: returned", "{id: closed", "phases[1].steps[1].id", "'closed' is a life-cycle word", None),
    ("{id: returned", "{id: Returned", "phases[1].steps[1].id", "'Returned' is no id", None),
    ("{id: returned", "{id: _returned", "phases[1].steps[1].id", "'_returned' is no id", None),
    ("{id: returned, clause: K.2", "{id: returned, clause: [K.2, K]", "phases[1].steps[1].clause[1]", "unknown", "K."),
    (
        "{id: returned, clause: K.2, role: receptionist",
        "{id: returned, role: receptionst",
        "phases[1].steps[1].role",
        "unknown role 'receptionst'",
        "receptionist",
    ),
    (
        "{id: returned, ",
        "{id: returned, needs: [handed_ovr], ",
        "phases[1].steps[1].needs[0]",
        "unknown step",
        "handed_over",
    ),
    ("{id: returned, ", "{id: returned, subject: key_no, ", "phases[1].steps[1].subject", "is no list field", "free"),
    ("{id: returned, ", "{id: returned, subject: guests, ", "phases[1].steps[1].subject", "is no field", "free"),
    ("{choice: [good, damaged]}", "{choise: [good]}", "phases[1].steps[0].evidence.choise", "is no key", "choice"),
    ("{choice: [good, damaged]}", "choice", "phases[1].steps[0].evidence", "has no options", None),
    (
        "{choice: [good, damaged]}",
        "{choice: [a, a]}",
        "phases[1].steps[0].evidence.choice",
        "'a' stands there twice",
        None,
    ),
    ("{choice: [good, damaged]}", "{choice: [[a]]}", "phases[1].steps[0].evidence.choice", "['a'] is no option", None),
    ("{choice: [good, damaged]}", "foto", "phases[1].steps[0].evidence", "'foto' is none of", "photo"),
    ("phases:", "opens: {every: day, field: key_no}\nphases:", "opens.every", "'day' is none of week", "week"),
    ("phases:", "opens: {every: week, field: week}\nphases:", "opens.field", "unknown field 'week'", "borrower"),
]


@pytest.mark.parametrize(("old", "new", "key", "reason", "near"), REFUSED)
def test_a_procedure_is_refused_at_the_line_and_key(
    old: str, new: str, key: str, reason: str, near: str | None
) -> None:
    text = with_change(PROCEDURE, old, new)
    line = line_of(PROCEDURE, old)

    found = [m for m in mistakes(text) if f": {key}: " in m]

    assert found, mistakes(text)
    assert found[0].startswith(f"{NAME}:{line}: {key}: ")
    assert reason in found[0]
    assert near is None or f"(nearest: {near}" in found[0]


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    text = PROCEDURE.replace("version: 1", "versoin: 1").replace("type: choice", "type: chioce")
    text = text.replace("id: returned", "id: handed_over")

    lines = [int(m.split(":")[1]) for m in mistakes(text)]

    assert len(lines) >= 3
    assert lines == sorted(lines)


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
NO_YAML: dict[str, tuple[str | bytes, int, str]] = {
    "an empty file": ("", 1, "the file: is empty"),
    "only a comment": ("# nothing yet\n", 1, "the file: is empty"),
    "a list at the top": ("- id: key_loan\n", 1, "the file: is no mapping of keys"),
    "only a text": ("key_loan", 1, "the file: is no mapping of keys"),
    "not UTF-8": (b"id: key_loan\ntitle: {en: \xa3}\n", 2, "the file: is not UTF-8 (byte 0xa3)"),
    "a syntax error": ("id: key_loan\ntitle: {en: Key\n", 3, "the file: is no YAML"),
    "a colon too many": (
        "id: key_loan\ntitle: a: b\n",
        2,
        "the file: is no YAML: mapping values are not allowed in this context",
    ),
    "a control character": (b"id: a\x00b", 1, "the file: is no YAML: unacceptable character"),
    "two documents": ("id: a\n---\nid: b\n", 3, "the file: holds a second document"),
    "a tag": ("id: !!python/object:os.system x\n", 1, "id: bears the tag"),
    "a key that is a list": ("? [a]\n: b\n", 1, "the file: has a key that is no text"),
    "an anchor inside itself": ("id: &a [*a]\n", 1, "id[0]: *a names no anchor"),
    "an anchor bomb": (BOMB, 6, "a5[1]: is one of more than 200000 values"),
    "deep flow lists": ("id: " + "[" * 100_000, 1, "is nested more than 32 deep"),
    "deep flow mappings": ("{a: " * 50_000, 1, "is nested more than 32 deep"),
    "deep block lists": ("- " * 50_000, 1, "is nested more than 32 deep"),
    "deep anchors": ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 99)), 31, "32 deep"),
    "a huge whole number": (f"id: a\nversion: {'9' * 100_000}\n", 2, "version: is too large a number"),
    "a huge number": ("id: a\nversion: 1e999\n", 2, "version: is too large a number"),
    "half a character": ('id: "\\ud800"\n', 1, "the file: is no YAML: found invalid Unicode character"),
    "a file without end": ("#" * (1 << 20) + "\nid: a", 1, "the file: is over 1024 KiB"),
}


@pytest.mark.parametrize("what", NO_YAML)
def test_what_is_no_yaml_of_ours_is_one_clear_line_and_soon(what: str) -> None:
    raw, line, reason = NO_YAML[what]
    begun = time.monotonic()

    first = mistakes(raw)[0]

    assert first.startswith(f"{NAME}:{line}: ")
    assert reason in first
    assert "\n" not in first
    assert len(first) < 400
    assert time.monotonic() - begun < 5


def test_a_missing_file_and_a_folder_are_one_line_each(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "none.yaml", "cannot be read (No such file or directory)"),
        (tmp_path, "is no file"),
    ):
        with pytest.raises(PackError, match=r"^[^\n]*: the file: [^\n]*$") as refusal:
            load_procedure(path)
        assert reason in str(refusal.value)


ALLOWED = {
    "other languages": ("title: {en: Key loan, ", "title: {fr: Clés, no: Nøkkel, "),
    "no version, in force or source": ("version: 1\n", ""),
    "several roles and clauses": (
        "clause: K.2, role: receptionist, title",
        "clause: [K.2, K.1], role: [receptionist, borrower], title",
    ),
    "titled evidence": ("{choice: [good, damaged]}", "{choice: {good: {en: Good}, damaged: }}"),
    "a free subject": ("{id: returned, ", "{id: returned, subject: free, "),
    "a list field as subject": ("phases:", "  - {id: guests, type: list}\nphases:"),
    "numbers as options": ("{choice: [good, damaged]}", "{choice: [1, 2, 3]}"),
    "an anchor": ("{id: borrower, type", "{id: &b borrower, type"),
    "yes for true": ("required: true, personal", "required: yes, personal"),
    "a byte order mark": ("id: key_loan\n", "\ufeffid: key_loan\n"),
    "Windows line ends": ("id: key_loan\nversion: 1\n", "id: key_loan\r\nversion: 1\r\n"),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_what_is_right_is_not_refused(what: str) -> None:
    assert read_procedure(with_change(PROCEDURE, *ALLOWED[what]).encode(), NAME).id == "key_loan"


def test_numbered_clauses_stay_as_written() -> None:
    text = "id: a\nclauses: {1.1: {en: x}, 1.10: {en: y}}\nphases: [{id: p, steps: [{id: s, clause: [1.1, 1.10]}]}]\n"

    procedure = read_procedure(text.encode(), NAME)

    assert list(procedure.clauses) == ["1.1", "1.10"]
    assert procedure.steps["s"].clause == ("1.1", "1.10")
