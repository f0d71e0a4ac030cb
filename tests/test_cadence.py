"""What recurs in a case now, and what a tablet is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checklists.case import fold
from checklists.instant import HOUR, MINUTE, Instant, format_instant
from rules.cadence import Cadence, cadences
from rules.examples import _case as written_case
from rules.pack import load_pack
from sopwatch.access import OPERATOR, Who
from sopwatch.i18n import translator
from sopwatch.service import Service
from sopwatch.ui.cadence import rhythms, told
from sopwatch.ui.frame import Screen
from sopwatch.ui.tongue import Tongue
from storage.memory import MemoryStore
from tests.serving import T0, SteppedClock
from tests.tablets import MEETING

PACK = load_pack()


def running(procedure: str, **written: Any) -> list[Cadence]:
    """Return what recurs in a case that is written as an example."""
    book, catalogue = PACK.newest(procedure)
    case = fold(*written_case(book, written))
    assert case
    return cadences(case, catalogue)


def due(found: list[Cadence], start: Instant) -> dict[str, int]:
    return {one.rule.id.removeprefix("meeting."): (one.due_at - start) // MINUTE for one in found}


def meeting(**written: Any) -> dict[str, int]:
    book, _ = PACK.newest("meeting")
    opened = written_case(book, {"opened": {}})[0][0].occurred_at
    return due(running("meeting", **written), opened)


QUIET = {"smoking": False, "towels": False, "importance": "normal"}


def test_nothing_recurs_before_the_start_and_after_the_end() -> None:
    assert meeting(opened=QUIET, now="10m") == {}
    assert meeting(opened=QUIET, **{"0m": "started", "20m": "ended", "now": "21m"}) == {}
    assert meeting(opened=QUIET, **{"0m": "started", "20m": "cancelled", "now": "21m"}) == {}


def test_it_is_due_so_long_after_the_start_or_the_last_deed_also_when_it_is_late() -> None:
    assert meeting(opened=QUIET, **{"0m": "started", "now": "2m"}) == {"tea-15min": 15}
    assert meeting(opened=QUIET, **{"0m": "started", "12m": "tea_served", "now": "50m"}) == {"tea-15min": 27}


def test_a_break_stops_the_tea_alone_and_it_begins_anew_after() -> None:
    smoking = QUIET | {"smoking": True}

    resting = meeting(opened=smoking, **{"0m": "started", "10m": "break_started", "now": "12m"})
    after = meeting(opened=smoking, **{"0m": "started", "10m": "break_started", "30m": "resumed", "now": "31m"})

    assert resting == {"ashtrays-checked": 30, "ashtrays-hourly": 60}
    assert after == {"tea-15min": 45, "ashtrays-checked": 30, "ashtrays-hourly": 60}


def test_only_rules_whose_guard_holds_recur() -> None:
    found = meeting(opened=QUIET | {"importance": "important"}, **{"0m": "started", "now": "1m"})

    assert found == {"tea-15min": 15, "towels-hourly": 60}


def test_what_is_due_on_every_day_is_no_cadence() -> None:
    assert running("vip", opened={"overnight": True}, **{"0h": "arrived", "now": "1h"}) == []


def test_another_packs_recurrence_is_one_too() -> None:
    (found,) = running("patrol", opened={"area_kind": "building"}, now="1h")

    assert found.every == 192 * HOUR


# --- what a tablet is told -------------------------------------------------------------------------------------------


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    held = Service(MemoryStore(), tmp_path, SteppedClock())
    held.start()
    yield held
    held.stop()


@pytest.fixture
def lin(service: Service) -> Who:
    person, pin = service.access.add(OPERATOR, "Lin", ("staff",), ("attendant",))
    who = service.access.whose(service.access.sign_in(person.id, pin))
    assert who
    return who


def screen_of(service: Service, who: Who, language: str = "en") -> Screen:
    return Screen(service, who, Tongue(translator(language), ZoneInfo("Asia/Taipei")), {})


def in_progress(service: Service, who: Who, room: str) -> str:
    times = {"start_at": format_instant(T0), "end_at": format_instant(T0 + HOUR)}
    case_id = service.open_case(who, "meeting", MEETING | times | {"room": room})
    service.tick(who, case_id, "started")
    return case_id


def test_rooms_stand_in_a_lasting_order_and_long_intervals_after_them(service: Service, lin: Who) -> None:
    service.open_case(lin, "patrol", {"area": "A wing", "area_kind": "building"})
    for room in ("Pearl", "Amber"):
        in_progress(service, lin, room)

    found = told(screen_of(service, lin), rhythms(service.open_cases()), service.seq)

    assert [room["place"] for room in found["rooms"]] == ["Amber", "Pearl", "A wing"]


def test_a_room_is_told_with_its_deeds_and_what_its_rings_need(service: Service, lin: Who) -> None:
    case_id = in_progress(service, lin, "Pearl")
    service.clock.at += 10 * MINUTE  # type: ignore[attr-defined]
    tea = service.tick(lin, case_id, "tea_served")

    all_told = told(screen_of(service, lin), rhythms(service.open_cases()), service.seq)
    (room,) = all_told["rooms"]

    assert all_told["names"][room["procedure"]]["step"]["tea_served"], "what a refusal names is told by its title"
    rule, ashtrays = room["rules"][:2]
    at = (T0 + 10 * MINUTE) // 1000
    assert (room["case_id"], room["seq"]) == (case_id, tea.seq)
    assert rule["deeds"] == [{"id": tea.event_id, "at": at, "by": "Lin"}]
    assert (rule["every"], rule["since"], rule["do"]) == (900_000, T0 // 1000, [["tea_served", None]])
    assert [(s["id"], s["evidence"]["type"], s["here"]) for s in ashtrays["steps"]] == [
        ("ashtray_counted", "number", True),
        ("ashtrays_changed", "tick", True),
    ]


def test_taps_are_bound_to_who_is_signed_in(service: Service, lin: Who) -> None:
    owner = told(screen_of(service, lin), [], service.seq)["owner"]

    assert service.access.tapped_by(owner["token"], lin).id == lin.id
