"""validate: clauses covered and verbatim, examples, refused files; and the shipped pack is sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.pack import load_pack
from rules.validate import SHIPPED_SOURCE, coverage, render, validate
from tests.packs import KEY_LOAN, copy_pack

CLAUSES = 78


def test_the_shipped_pack_is_sound() -> None:
    report = validate()

    assert report.code == 0
    assert report.examples > 0
    assert report.warnings == []
    assert render(report).endswith("examples run\nsound")


def test_the_shipped_procedures_hold_every_clause_of_the_source_verbatim() -> None:
    lines = {line.strip() for line in SHIPPED_SOURCE.read_text("utf-8").splitlines()}
    pack = load_pack()

    clauses = {
        (name, clause.text["zh-Hant"]) for p in pack.procedures for name, clause in pack.newest(p)[0].clauses.items()
    }

    assert len({name for name, _ in clauses}) == CLAUSES
    assert len(clauses) == CLAUSES
    assert [name for name, text in sorted(clauses) if text not in lines] == []


def test_every_clause_of_the_shipped_procedures_is_covered() -> None:
    pack = load_pack()

    rows = [row for name in pack.procedures for row in coverage(*pack.newest(name))]

    assert len({row.clause for row in rows}) == CLAUSES
    assert [row.clause for row in rows if not row.covered] == []
    assert [row.clause for row in rows if row.manual and not row.reason] == []


def test_a_pack_without_examples_or_document_is_sound_and_told() -> None:
    report = validate([KEY_LOAN])

    assert report.code == 0
    assert any("2 of 2 rules have no example that complies" in w for w in report.warnings)
    assert any("no source document is given" in w for w in report.warnings)
    text = render(report)
    assert "K.1  rule key_loan.signed; steps signed_borrower, handed_over; form key_slip" in text
    assert "K.3  manual: manner cannot be read off a log" in text
    assert "3 of 3 clauses covered" in text


def change(folder: Path, file: str, old: str, new: str) -> Path:
    """Copy the key loan pack with one change; return its folder."""
    house = copy_pack(folder)
    path = house / file / "key_loan.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return house


def test_an_uncovered_clause_is_not_sound(tmp_path: Path) -> None:
    report = validate(
        [change(tmp_path, "procedures", ", coverage: manual, reason: manner cannot be read off a log", "")]
    )

    assert report.code == 2
    assert [row.clause for row in report.uncovered] == ["K.3"]
    assert "K.3  UNCOVERED" in render(report)


def test_a_refused_file_is_not_sound(tmp_path: Path) -> None:
    report = validate([change(tmp_path, "catalogue", "within: 12h", "within: 12 hours")])

    assert report.code == 2
    assert "rules[1].response.within: '12 hours' is no duration" in render(report)


def test_a_failing_example_is_not_sound(tmp_path: Path) -> None:
    report = validate([change(tmp_path, "catalogue", "complies: [ … ]", "complies: [{1h: handed_over}]")])

    assert report.code == 2
    assert report.examples == 1
    assert report.failing == [
        "key_loan.signed complies 1: expected no violation, came violations at 1h: {'1h': 'handed_over'}"
    ]


@pytest.mark.parametrize("named", [True, False])
def test_texts_are_held_against_the_source_document(named: bool, tmp_path: Path) -> None:
    house = copy_pack(tmp_path)
    if named:
        house = change(
            tmp_path / "named", "procedures", "document: house rules 2026", "document: house rules, file: sop.txt"
        )
    path = house / ("sop.txt" if named else "source.zh-Hant.txt")
    path.write_text("  借用鑰匙須簽名登記。  \r\n主鑰匙十二小時內歸還。\n態度親切。\n", "utf-8")

    assert validate([house]).code == 0

    path.write_text("借用鑰匙須簽名登記。\n主鑰匙12小時內歸還。\n態度親切。\n", "utf-8")
    report = validate([house])
    assert report.code == 2
    assert report.not_verbatim == [
        f"key_loan: clauses.K.2: is not verbatim: '主鑰匙十二小時內歸還。' is no line of {path.name}"
    ]


def test_a_source_document_that_is_not_there_is_not_sound(tmp_path: Path) -> None:
    house = change(tmp_path, "procedures", "document: house rules 2026", "document: house rules, file: sop.txt")

    report = validate([house])

    assert report.code == 2
    assert report.not_verbatim == [f"key_loan: source.file: there is no {house / 'sop.txt'}"]
