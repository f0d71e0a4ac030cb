"""Packs: the house's over the shipped one, versions beside each other, all mistakes of all files at once."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from checklists.errors import PackError
from checklists.text import simplified
from rules.pack import Pack, load_pack
from tests.packs import CATALOGUE, KEY_LOAN, PROCEDURE, copy_pack, with_change, write_pack

SECOND = with_change(with_change(PROCEDURE, "version: 1", "version: 2"), "in_force: 2026-01-01", "in_force: 2026-07-01")
SECOND_RULES = with_change(
    with_change(with_change(CATALOGUE, "version: 1", "version: 2"), "in_force: 2026-01-01", "in_force: 2026-09-01"),
    "within: 12h",
    "within: 8h",
)


def mistakes(*folders: Path) -> tuple[str, ...]:
    with pytest.raises(PackError) as refusal:
        load_pack(folders)
    return refusal.value.mistakes


def versions(pack: Pack, day: str) -> tuple[int, int]:
    procedure, catalogue = pack.in_force("key_loan", date.fromisoformat(day))
    return procedure.version, catalogue.version


def test_a_house_pack_stands_beside_the_shipped_one() -> None:
    shipped = load_pack()

    pack = load_pack([KEY_LOAN])

    assert pack.procedures.keys() == shipped.procedures.keys() | {"key_loan"}
    procedure, catalogue = pack.newest("key_loan")
    assert (procedure.id, catalogue.procedure, len(catalogue.rules)) == ("key_loan", "key_loan", 2)


def test_a_procedure_of_the_same_id_replaces_the_earlier_and_its_catalogue(tmp_path: Path) -> None:
    house = write_pack(tmp_path, procedures__meeting=PROCEDURE.replace("id: key_loan", "id: meeting"))

    procedure, catalogue = load_pack([house]).newest("meeting")

    assert list(procedure.steps) == ["signed_borrower", "handed_over", "condition", "returned"]
    assert catalogue.rules == ()
    assert catalogue.digest == sha256(catalogue.text.encode()).hexdigest()


def test_a_catalogue_without_a_procedure_beside_it_replaces_the_catalogue_alone(tmp_path: Path) -> None:
    house = write_pack(tmp_path, catalogue__key_loan=SECOND_RULES)

    procedure, catalogue = load_pack([KEY_LOAN, house]).newest("key_loan")

    assert procedure.version == 1
    assert catalogue.version == 2
    assert versions(load_pack([KEY_LOAN, house]), "2026-01-01") == (1, 2)


def test_the_version_in_force_is_the_highest_of_the_date_else_the_lowest(tmp_path: Path) -> None:
    house = write_pack(
        tmp_path,
        procedures__key_loan=PROCEDURE,
        procedures__key_loan_at_2=SECOND,
        catalogue__key_loan=CATALOGUE,
        catalogue__key_loan_at_2=SECOND_RULES,
    )

    pack = load_pack([house])

    assert versions(pack, "2025-12-31") == (1, 1)
    assert versions(pack, "2026-06-30") == (1, 1)
    assert versions(pack, "2026-07-01") == (2, 1)
    assert versions(pack, "2026-09-01") == (2, 2)
    assert [part.version for part in pack.newest("key_loan")] == [2, 2]
    assert {(p.version, c.version) for p, c in pack.meetings("key_loan")} == {(1, 1), (2, 1), (2, 2)}


def test_what_has_no_date_is_in_force_since_always(tmp_path: Path) -> None:
    house = write_pack(
        tmp_path,
        procedures__key_loan=PROCEDURE,
        catalogue__key_loan=CATALOGUE,
        catalogue__key_loan_at_2=SECOND_RULES.replace("in_force: 2026-09-01\n", ""),
    )

    assert versions(load_pack([house]), "2020-01-01") == (1, 2)


def test_rules_are_held_against_each_version_of_the_procedure_that_they_can_meet(tmp_path: Path) -> None:
    renamed = SECOND.replace("id: returned", "id: given_back")
    files = {"procedures__key_loan": PROCEDURE, "procedures__key_loan_at_2": renamed, "catalogue__key_loan": CATALOGUE}

    assert "unknown step 'returned' (nearest: " in mistakes(write_pack(tmp_path / "a", **files))[0]

    fitting = SECOND_RULES.replace("do: returned", "do: given_back").replace("2026-09-01", "2026-07-01")
    pack = load_pack([write_pack(tmp_path / "b", **files, catalogue__key_loan_at_2=fitting)])
    assert len(pack.meetings("key_loan")) == 2

    late = fitting.replace("2026-07-01", "2026-06-01")
    found = mistakes(write_pack(tmp_path / "c", **files, catalogue__key_loan_at_2=late))
    assert "unknown step 'given_back' in version 1 of the procedure (nearest: " in found[0]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("procedures__key_loan_at_3", SECOND, "/key_loan@3.yaml:2: version: is 2, but the file is named"),
        ("procedures__key_loan_at_1", PROCEDURE, "version: is 1, as in another file of 'key_loan'"),
        ("procedures__another", PROCEDURE, "version: is 1, as in another file of 'key_loan'"),
        ("catalogue__key_loan_at_3", SECOND_RULES, "/key_loan@3.yaml:2: version: is 2, but the file is named"),
        ("catalogue__key_loan_at_1", CATALOGUE, "version: is 1, as in another file of 'key_loan'"),
        ("catalogue__locker", CATALOGUE.replace(": key_loan\n", ": key_lone\n"), "'key_lone' (nearest: key_loan)"),
        ("catalogue__locker", "rules: []\n", "catalogue/locker.yaml:1: procedure: is missing"),
    ],
)
def test_files_that_do_not_agree_are_refused(name: str, text: str, reason: str, tmp_path: Path) -> None:
    house = write_pack(copy_pack(tmp_path), **{name: text})

    assert any(reason in m for m in mistakes(house))


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    house = write_pack(
        tmp_path / "house",
        procedures__key_loan=PROCEDURE.replace("type: choice", "type: chioce").replace(
            "clause: K.2, ", "clause: K.8, "
        ),
        procedures__other="- a\n",
        catalogue__key_loan=CATALOGUE.replace("within: 12h", "within: 12"),
    )

    found = mistakes(house, tmp_path / "none")

    for part in ("fields[2].type", "clause: unknown clause 'K.8'", "other.yaml:1: the file: is no", "response.within"):
        assert any(part in m for m in found)
    assert f"{tmp_path / 'none'}: is no folder: a pack is a folder with procedures/, catalogue/ or both" in found
    assert not any("\n" in m for m in found)


def test_a_folder_without_either_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "procedure").mkdir()

    (found,) = mistakes(tmp_path)

    assert found.startswith(f"{tmp_path}: holds neither procedures/ nor catalogue/: ")


def test_files_that_are_not_read_are_warned_of(tmp_path: Path) -> None:
    house = copy_pack(tmp_path)
    (house / "procedures" / "locker.yml").write_text("id: locker\n", "utf-8")

    assert any("locker.yml:1: the file: is not read" in w for w in load_pack([house]).warnings)


def test_a_procedure_is_none_of_a_computer_in_simplified_chinese() -> None:
    assert simplified("標準作業程序與滑鼠") == "标准作业程序与鼠标"


def test_what_a_case_and_its_record_hold_is_no_data_of_a_computer_in_simplified_chinese() -> None:
    assert simplified("到訪資料見維修紀錄，不在資料庫") == "到访资料见维修记录，不在数据库"


def test_the_code_that_is_scanned_has_its_own_word_in_simplified_chinese() -> None:
    assert simplified("查無此 QR 碼，或 2 個 QR 碼已列印") == "查无此二维码，或 2 个二维码已打印"
