"""The list of violations names people, not digests."""

from __future__ import annotations

from collections.abc import Callable

from sopwatch.service import Service
from sopwatch.ui.violations import in_plain_words
from storage.store import FindingQuery
from tests.serving import SteppedClock
from tests.test_service import LIN, clock, start

__all__ = ["clock", "start"]
VISIT = {
    "guests": ["Ann Wu"],
    "titles": "Ms Wu, director",
    "grade": "A",
    "guest_kind": "vip",
    "overnight": False,
    "pickup": False,
    "send_off_car": False,
    "photos": False,
    "transport": "car",
    "arrival_at": "2026-03-02T09:00:00+00:00",
}


def test_a_guest_who_was_not_greeted_is_named(start: Callable[[], Service], clock: SteppedClock) -> None:
    service = start()
    case_id = service.open_case(LIN, "vip", VISIT)
    clock.at += 1
    service.tick(LIN, case_id, "arrived")
    clock.at += 1
    service.tick(LIN, case_id, "seen_off")
    service.let_time_pass()

    [kept] = service.store.findings(FindingQuery(rule="vip.greeted-3"))

    assert kept.violation.subject != "Ann Wu"
    assert in_plain_words(kept, service).violation.subject == "Ann Wu"
