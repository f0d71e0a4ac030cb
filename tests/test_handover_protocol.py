"""The paper of a hand-over: the items as they stood when both signed, the note, both signatures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checklists.instant import DAY, HOUR
from sopwatch.access import OPERATOR, Who
from sopwatch.demands import NewEvent
from sopwatch.place import Property, write_property
from tests.packs import CATALOGUE, KEY_LOAN, PROCEDURE, with_change, write_pack
from tests.serving import REPAIR, housed
from tests.test_forms import Desk

FORM = "handover_protocol"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    write_property(tmp_path, Property(name="湖濱酒店", zone="Asia/Taipei", languages=("zh-Hant", "en")))
    shutil.copytree(KEY_LOAN, tmp_path / "packs")
    with housed(tmp_path) as house:
        yield Desk(house)


def begun(desk: Desk, *items: str, note: str = "鍋爐請每小時查看") -> str:
    fields = {"department": "工程部", "shift": "night", "note": note}
    return desk.opened("handover", fields | ({"open_items": list(items)} if items else {}))


def wang(desk: Desk) -> Who:
    person = desk.service.access.save(OPERATOR, desk.house.person("王志明", "staff"))
    return Who(f"person:{person.id}", "王志明", person.rights, person.roles)


def both_sign(desk: Desk, case_id: str) -> None:
    desk.done(case_id, "signed_outgoing", desk.picture())
    desk.house.clock.at += HOUR
    desk.service.record_one(NewEvent(case_id, "signed_incoming", value=desk.picture("JPEG")), wang(desk))


def test_items_note_both_signers_and_the_head_stand_on_it_in_each_language(desk: Desk) -> None:
    first = desk.opened("repair", REPAIR | {"location": "一二〇三廚房"})
    second = desk.opened("key_loan", {"key_no": "M-1", "borrower": "周怡君"})
    case_id = begun(desk, first, second)
    both_sign(desk, case_id)
    head = desk.service.store.head().hash.hex()

    for lang, title in (("en", "Hand-overProtocol"), ("zh-Hant", "交班紀錄單"), ("zh-Hans", "交班记录单")):
        said = desk.text(case_id, FORM, lang)
        for word in (title, first, second, "一二〇三廚房", "鍋爐請每小時查看", "林美玲", "王志明", head):
            assert word in said
        assert "receptionist" not in said
    assert len(desk.pdf(case_id, FORM).pages[0].images) == 2


def test_an_item_stands_there_as_it_was_when_both_had_signed(desk: Desk) -> None:
    late = desk.opened("repair", REPAIR | {"location": "甲", "urgency": "emergency"})
    ended = desk.opened("repair", REPAIR | {"location": "乙", "urgency": "emergency"})
    desk.house.clock.at += DAY + HOUR
    case_id = begun(desk, late, ended)
    desk.service.cancel(desk.mei, ended, "報錯")
    assert "維修完成" in desk.text(case_id, FORM)
    both_sign(desk, case_id)
    desk.service.close(desk.mei, case_id)
    signed = desk.text(case_id, FORM)

    desk.house.clock.at += DAY
    desk.service.cancel(desk.mei, late, "改日再修")

    said = desk.text(case_id, FORM)
    assert signed.count("（已逾期）") == 1
    assert "已取消" in signed
    assert said[: said.index("列印人")] == signed[: signed.index("列印人")]


def test_without_items_it_says_so_and_leaves_room_for_both_signatures(desk: Desk) -> None:
    said = desk.text(begun(desk), FORM)

    assert "沒有未結事項" in said
    assert said.count("姓名、日期：") == 2


def test_two_hundred_items_are_all_there_and_one_that_is_no_case_by_its_name(desk: Desk) -> None:
    cases = [desk.opened("repair", REPAIR) for _ in range(3)]
    names = [f"櫃檯備忘第{n:03}號" for n in range(197)]
    case_id = begun(desk, *cases, *names)

    said = desk.text(case_id, FORM)

    assert all(name in said for name in [*cases, *names])
    assert said.count("未結事項（截至") == len(desk.pdf(case_id, FORM).pages)


def test_what_was_erased_of_an_item_prints_as_erased(tmp_path: Path) -> None:
    old = "personal: true, title: {en: Borrower,"
    at_place = with_change(PROCEDURE, old, old.replace("true,", "true, place: true,"))
    write_pack(tmp_path / "packs", procedures__key_loan=at_place, catalogue__key_loan=CATALOGUE)
    write_property(tmp_path, Property(name="湖濱酒店", zone="Asia/Taipei", languages=("zh-Hant",)))
    with housed(tmp_path) as house:
        desk = Desk(house)
        item = desk.opened("key_loan", {"key_no": "M-1", "borrower": "周怡君"})
        case_id = begun(desk, item)
        assert "周怡君" in desk.text(case_id, FORM)
        house.service.store.erase(item)

    with housed(tmp_path) as house:
        house.clock.at += DAY
        said = Desk(house).text(case_id, FORM)
        assert "周怡君" not in said
        assert "［已抹除］" in said
        assert "digest" not in said
