"""The path of a case on the screens: where what is due stands, what closing asks for, and the branches drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checklists.instant import HOUR
from sopwatch.place import Property, write_property
from sopwatch.service import Service
from sopwatch.ui.closing import closing_of
from sopwatch.ui.path import depends_on, only_when, path_of
from sopwatch.ui.shift import card_of
from storage.memory import MemoryStore
from tests.test_screens import EN, MEI, ZH, SetClock, file_of, later, row_of

COMPLAINT = {
    "grade": "general", "channel": "visit", "complainant": "Chou", "phone": "0912", "address": "8 Lake Road",
    "content": "Noise",
}  # fmt: skip


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    write_property(tmp_path, Property(zone="Asia/Taipei"))
    held = Service(MemoryStore(), tmp_path, SetClock())
    held.start()
    yield held
    held.stop()


def decided(service: Service, value: str, **more: Any) -> str:
    """Open a complaint whose validity has been decided."""
    case_id = service.open_case(MEI, "complaint", COMPLAINT | more)
    service.tick(MEI, case_id, "validity_decided", value=value)
    return case_id


def test_what_either_of_two_steps_would_meet_stands_at_the_one_on_the_path(service: Service) -> None:
    valid, invalid = decided(service, "valid"), decided(service, "invalid")

    def due(case_id: str) -> list[str]:
        return [step for step in ("handled", "explained") if row_of(service, case_id, step).deadlines]

    assert (due(valid), due(invalid)) == (["handled"], ["explained"])
    later(service, 3 * HOUR)
    service.let_time_pass()
    late = file_of(service, invalid)
    assert [f.due_at is not None for f in row_of(service, invalid, "explained").flags] == [True]
    assert not row_of(service, invalid, "handled").flags
    assert card_of(late, late.case.now, EN).next_step == "Explained to the owner"
    assert path_of(late)["handled"].state == "off"


def test_a_branch_is_said_by_its_guard_in_the_readers_language(service: Service) -> None:
    file = file_of(service, decided(service, "invalid"))
    places = path_of(file)

    assert only_when(places["handled"], file, EN) == "Only when Validity decided is “Valid”"
    assert only_when(places["reported_in_writing"], file, ZH) == "僅在投訴等級為「重要」時"
    assert depends_on(places["signed_owner"], file, ZH) == "視回訪業主而定"


def test_what_was_overdue_before_the_grade_was_lowered_is_asked_for_still(service: Service) -> None:
    case_id = decided(service, "valid", grade="important")
    later(service, 25 * HOUR)

    service.amend(MEI, case_id, {"grade": "general"})

    assert path_of(file_of(service, case_id))["reported_in_writing"].state == "asked"
    assert row_of(service, case_id, "reported_in_writing").state == "overdue"


def test_closing_says_with_which_value_something_would_be_asked_for(service: Service) -> None:
    case_id = service.open_case(MEI, "complaint", COMPLAINT)

    told = closing_of(file_of(service, case_id), MEI, EN)["asked"]

    firsts = {one["step"]: one["first"]["step"] for one in told if one["first"]}
    assert firsts == {
        "Explained to the owner": "Validity decided (Invalid)",
        "Complaint handled": "Validity decided (Valid)",
        "Owner signs": "Owner followed up (Visit)",
    }
