"""The engines are held against each other every night, on the real record."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from checklists.instant import DAY, HOUR, parse_instant
from sopwatch.service import Service
from storage.store import FindingQuery
from tests.serving import REPAIR, T0, SteppedClock
from tests.test_service import BOSS, LIN, clock, start

__all__ = ["clock", "start"]
DAY_OF_T0 = date(2026, 3, 2)


def broken_repair(service: Service, clock: SteppedClock) -> str:
    """Open an emergency repair and let it fall due; return its case."""
    case_id = service.open_case(LIN, "repair", REPAIR)
    clock.at += HOUR
    service.tick(BOSS, case_id, "assigned", "Wang", role="repair_supervisor")
    clock.at = T0 + 30 * HOUR
    service.let_time_pass()
    return case_id


def test_all_engines_agree_on_a_day_with_violations(start: Callable[[], Service], clock: SteppedClock) -> None:
    service = start()
    broken_repair(service, clock)

    found = service.nightly.judge(DAY_OF_T0)

    assert (found.cases, found.differing) == (1, ())
    assert found.agreeing == found.verdicts == 43
    assert service.nightly.latest() == found


def test_a_violation_that_only_the_record_knows_is_a_difference(
    start: Callable[[], Service], clock: SteppedClock
) -> None:
    service = start()
    broken_repair(service, clock)
    one = service.store.findings(FindingQuery())[0]
    false = replace(one, id="0" * 32, violation=replace(one.violation, rule="repair.closed"))
    service.store.note([false], {}, service.store.judged())

    found = service.nightly.judge(DAY_OF_T0)

    assert found.agreeing == found.verdicts - 1
    assert "repair.closed" in found.differing[0]


def test_a_day_without_entries_has_nothing_to_compare(start: Callable[[], Service], clock: SteppedClock) -> None:
    service = start()

    found = service.nightly.judge(DAY_OF_T0)

    assert (found.cases, found.verdicts) == (0, 0)


def test_a_case_that_was_touched_on_another_day_is_left_to_that_day(
    start: Callable[[], Service], clock: SteppedClock
) -> None:
    service = start()
    clock.at = parse_instant("2026-03-05T00:00:00Z")
    service.open_case(LIN, "repair", REPAIR)

    assert service.nightly.judge(DAY_OF_T0).cases == 0
    assert service.nightly.judge(date(2026, 3, 5)).cases == 1


def test_the_night_comes_by_itself(start: Callable[[], Service], clock: SteppedClock) -> None:
    service = start()
    broken_repair(service, clock)

    clock.at = T0 + 2 * DAY + HOUR

    deadline = time.monotonic() + 30
    while (latest := service.nightly.latest()) is None or latest.day != "2026-03-03":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert latest.differing == ()
