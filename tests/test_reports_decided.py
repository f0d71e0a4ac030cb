"""Reports of guests: confirmed once, or declined and erased; what a crash leaves behind."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from checklists.errors import NotAllowed, SopwatchError
from checklists.instant import HOUR, MINUTE
from sopwatch.access import Who
from sopwatch.codes import Code
from sopwatch.guest_reports import DecidedError, Report, suggested
from storage.store import FindingQuery
from tests.serving import REPAIR, House, SteppedClock, housed
from tests.test_reports import AUDITOR, MEI, WANG, code, files_of, house, make, photo, report

__all__ = ["code", "house"]


def completed(house: House, waiting: Report, **more: Any) -> dict[str, Any]:
    """Return the fields of a repair as a receptionist completes them."""
    procedure = house.service.books.pack.newest("repair")[0]
    return REPAIR | suggested(waiting, procedure) | more


def test_a_report_fills_in_what_it_knows_of_the_case(house: House, code: Code) -> None:
    waiting, _ = report(house, code)

    assert suggested(waiting, house.service.books.pack.newest("repair")[0]) == {
        "location": "八〇五", "description": "浴室漏水", "requester": "陳先生", "phone": "0912-345", "scope": "unit",
        "urgency": "emergency", "channel": "phone",
    }  # fmt: skip
    complaint = suggested(waiting, house.service.books.pack.newest("complaint")[0])
    assert complaint == {
        "content": "浴室漏水", "complainant": "陳先生", "phone": "0912-345", "channel": "phone",
    }  # fmt: skip


def test_confirmed_three_hours_later_the_case_was_opened_when_it_was_reported_and_is_late(
    house: House, code: Code
) -> None:
    waiting, address = report(house, code, photo(), photo(kind="PNG"))
    reported = house.clock.at

    house.clock.at += 3 * HOUR
    case_id = house.service.confirm_report(MEI, waiting.number, completed(house, waiting))

    file = house.service.case_file(case_id)
    assert file
    opened, *notes = file.events
    assert (opened.occurred_at, opened.recorded_at, opened.actor) == (reported, reported + 3 * HOUR, "mei")
    assert opened.data
    assert opened.data["requester"] == "陳先生"
    assert [(note.event, sorted(note.data or {})) for note in notes] == [("_noted", ["photo"])] * 2
    digests = [str((note.data or {})["photo"]).removeprefix("sha256:") for note in notes]
    assert all(house.service.store.file(digest) for digest in digests)
    broken = {f.violation.rule: f.violation for f in house.service.store.findings(FindingQuery())}
    assert broken.keys() == {"repair.recorded-promptly"}
    late = broken["repair.recorded-promptly"]
    assert (late.due_at, late.remedied_at) == (reported + 15 * MINUTE, reported + 3 * HOUR)
    assert files_of(house) == set()
    page = house.client.get(address, params={"lang": "en"}).text
    assert case_id in page
    assert not re.search("漏水|陳先生|0912", page)


def test_confirmed_at_once_it_is_in_time(house: House, code: Code) -> None:
    waiting, _ = report(house, code)

    house.clock.at += 14 * MINUTE
    house.service.confirm_report(MEI, waiting.number, completed(house, waiting))

    assert house.service.store.findings(FindingQuery()) == []


def test_two_receptionists_at_once_open_one_case(house: House, code: Code) -> None:
    waiting, _ = report(house, code)

    def confirm(who: Who) -> str:
        try:
            fields = completed(house, waiting, address=f"as {who.name} wrote it")
            return house.service.confirm_report(who, waiting.number, fields)
        except DecidedError as decided:
            return decided.case_id

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(confirm, (MEI, WANG)))

    assert answers == ["R-2026-0001"] * 2
    assert [row.case_id for row in house.service.store.cases()] == ["R-2026-0001"]


def test_what_the_case_needs_is_asked_for_and_the_report_waits_on(house: House, code: Code) -> None:
    waiting, _ = report(house, code)

    with pytest.raises(SopwatchError, match="needs"):
        house.service.confirm_report(MEI, waiting.number, {"description": "only this"})

    assert house.service.reports.get(waiting.number) == waiting
    assert house.service.store.cases() == []


def test_who_may_not_record_neither_confirms_nor_declines_nor_sees_photos(house: House, code: Code) -> None:
    waiting, _ = report(house, code, photo())
    address = f"/reports/{waiting.number}/1"

    with pytest.raises(NotAllowed):
        house.service.confirm_report(AUDITOR, waiting.number, completed(house, waiting))
    with pytest.raises(NotAllowed):
        house.service.reports.decline(AUDITOR, waiting.number, "no", house.clock.at)
    assert house.client.get(address).status_code == 404
    house.sign_in(house.person("Chen", "auditor"))
    assert house.client.get(address).status_code == 404
    house.sign_in(house.person("Mei", "staff"))
    seen = house.client.get(address)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert house.client.get("/reports/..%2Fhead/1").status_code == 404


def test_declined_the_reason_stays_and_what_was_told_is_gone(house: House, code: Code) -> None:
    waiting, address = report(house, code, photo())

    with pytest.raises(SopwatchError, match="reason"):
        house.service.reports.decline(MEI, waiting.number, " ", house.clock.at)
    house.service.reports.decline(MEI, waiting.number, "重複報修", house.clock.at + 1)

    decision = house.service.reports.decision(waiting.number)
    assert decision
    assert (decision.state, decision.by, decision.reason, decision.decided_at) == (
        "declined", "person:mei", "重複報修", house.clock.at + 1,
    )  # fmt: skip
    assert files_of(house) == set()
    assert house.service.reports.waiting() == []
    with pytest.raises(DecidedError):
        house.service.confirm_report(WANG, waiting.number, completed(house, waiting))
    page = house.client.get(address, params={"lang": "zh-Hant"}).text
    assert "未受理" in page
    assert "重複報修" not in page
    for path in house.service.directory.rglob("*"):
        if path.is_file():
            assert "浴室漏水".encode() not in path.read_bytes(), path
    assert report(house, code)[0].number == "Q-0002"


# --- crashes ---------------------------------------------------------------------------------------------------------


def test_reports_wait_on_after_a_restart_and_what_a_crash_left_half_is_gone(tmp_path: Path) -> None:
    with housed(tmp_path) as house:
        waiting, address = report(house, make(house), photo())
    for name in ("Q-0009.1.jpg", "Q-0001.json.new", "rubbish"):
        (tmp_path / "reports" / name).write_bytes(b"half")

    with housed(tmp_path, SteppedClock(waiting.at + HOUR)) as house:
        assert house.service.reports.waiting() == [waiting]
        assert files_of(house) == {"Q-0001.json", "Q-0001.1.jpg"}
        assert "Q-0001" in house.client.get(address).text


def test_a_crash_after_the_case_was_opened_opens_no_second_one(tmp_path: Path) -> None:
    with housed(tmp_path) as house:
        waiting, _ = report(house, make(house), photo())
        kept = {path: path.read_bytes() for path in (tmp_path / "reports").iterdir()}
        case_id = house.service.confirm_report(MEI, waiting.number, completed(house, waiting))
        house.service.store.enter("reports", waiting.number, None)
    for path, content in kept.items():  # as it lay there when the service was killed after the commit
        path.write_bytes(content)

    with housed(tmp_path, SteppedClock(waiting.at + HOUR)) as house:
        assert house.service.reports.waiting() == []
        decision = house.service.reports.decision(waiting.number)
        assert decision
        assert (decision.state, decision.case_id) == ("confirmed", case_id)
        file = house.service.case_file(case_id)
        assert file
        assert [event.event for event in file.events] == ["opened", "_noted"]
        assert files_of(house) == set()
