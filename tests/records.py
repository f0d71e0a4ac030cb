"""A made-up record on the disk: four repairs, one with a waiver, and a meeting without tea."""

from __future__ import annotations

from pathlib import Path

from checklists.instant import DAY, HOUR, MINUTE, format_instant, parse_instant
from sopwatch.access import Who
from sopwatch.place import Property, write_property
from sopwatch.service import Service
from storage.duck import DuckStore
from storage.store import FindingQuery
from tests.serving import REPAIR, SteppedClock

T0 = parse_instant("2026-03-02T09:00:00+08:00")
MEI = Who("person:mei", "Mei", frozenset({"record", "supervise", "read"}), ("receptionist", "worker"))
MEETING = {
    "title": "年會", "importance": "normal", "start_at": format_instant(T0 + HOUR), "room": "明珠廳",
    "end_at": format_instant(T0 + 3 * HOUR), "attendees": 40, "organiser": "某公司", "smoking": True,
    "fruit": False, "banner": False, "plants": False, "towels": True, "projection": False, "podium": False,
}  # fmt: skip


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
    cases["meeting"] = service.open_case(MEI, "meeting", MEETING)
    clock.at += HOUR
    service.tick(MEI, cases["meeting"], "started")
    clock.at += 20 * MINUTE
    service.tick(MEI, cases["meeting"], "tea_served")  # late, and never again
    clock.at += 24 * HOUR + 40 * MINUTE
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
