"""A made-up record on the disk for the tests of audit and dashboard: four repairs, one of them with a waiver."""

from __future__ import annotations

from pathlib import Path

from checklists.instant import DAY, HOUR, MINUTE, parse_instant
from sopwatch.access import Who
from sopwatch.place import Property, write_property
from sopwatch.service import Service
from storage.duck import DuckStore
from storage.store import FindingQuery
from tests.serving import REPAIR, SteppedClock

T0 = parse_instant("2026-03-02T09:00:00+08:00")
MEI = Who("person:mei", "Mei", frozenset({"record", "supervise", "read"}), ("receptionist", "worker"))


def make_record(directory: Path) -> dict[str, str]:
    """Live three days of a property, and return its cases by name; the service has ended when it returns."""
    write_property(directory, Property(name="Lakeside & Co <Hotel>", zone="Asia/Taipei"))
    clock = SteppedClock(T0)
    service = Service(DuckStore(directory), directory, clock)
    service.start()
    try:
        return _live(service, clock)
    finally:
        service.stop()


def _live(service: Service, clock: SteppedClock) -> dict[str, str]:
    cases = {"late": service.open_case(MEI, "repair", REPAIR), "open": service.open_case(MEI, "repair", REPAIR)}
    cases["waived"] = service.open_case(MEI, "repair", REPAIR | {"location": "<b>Lobby</b>"})
    clock.at += 26 * HOUR
    service.let_time_pass()
    service.tick(MEI, cases["late"], "completed", f"sha256:{service.store.keep_file(b'photo')}")
    overdue = FindingQuery(case_ids=[cases["waived"]], rule="repair.emergency-24h")
    waived = service.store.findings(overdue)[0]
    service.act(MEI, cases["waived"], "_waived", {"violation": waived.id, "reason": "parts on order"})
    clock.at += 2 * DAY
    service.let_time_pass()
    cases["young"] = service.open_case(MEI, "repair", REPAIR)
    clock.at += MINUTE
    service.let_time_pass()
    return cases
