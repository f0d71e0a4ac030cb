"""What the tests of screens share: people and cases of a small property, a clock set by hand, what the sheet shows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from checklists.instant import DAY, format_instant, parse_instant
from sopwatch.access import Who
from sopwatch.casefile import CaseFile
from sopwatch.explained import explanation_of
from sopwatch.i18n import translator
from sopwatch.service import Service
from sopwatch.ui.arithmetic import arithmetic
from sopwatch.ui.deeds import Reader
from sopwatch.ui.sheet import Row, sheet_of
from sopwatch.ui.told import Told
from sopwatch.ui.tongue import Tongue
from tests.serving import SteppedClock

TAIPEI = ZoneInfo("Asia/Taipei")
EN, ZH = Tongue(translator("en"), TAIPEI), Tongue(translator("zh-Hant"), TAIPEI)
T0 = parse_instant("2026-03-03T09:10:00+08:00")
MEI = Who(
    "person:mei", "Mei", frozenset({"record", "supervise", "read"}), ("receptionist", "worker", "senior_pr_manager")
)
READER = Reader("mei", {"mei": "Mei"})
REPAIR = {
    "location": "Lobby", "scope": "public", "urgency": "emergency", "description": "Leak", "channel": "patrol",
    "chargeable": False, "requester": "Lin", "address": "Lake Road", "phone": "0912", "material_by": "company",
    "under_warranty": False,
}  # fmt: skip
VIP = {
    "guest_kind": "vip", "grade": "A", "guests": ["Chen", "Smith"], "titles": "Director", "overnight": True,
    "arrival_at": format_instant(T0 + 10 * DAY), "pickup": False, "send_off_car": False, "photos": False,
}  # fmt: skip


def later(service: Service, span: int) -> None:
    """Let time pass."""
    assert isinstance(service.clock, SteppedClock)
    service.clock.at += span


def file_of(service: Service, case_id: str) -> CaseFile:
    file = service.case_file(case_id)
    assert file is not None
    return file


def row_of(service: Service, case_id: str, step: str, _: Tongue = EN) -> Row:
    sheet = sheet_of(file_of(service, case_id), READER, _)
    return next(row for section in sheet.sections for row in section.rows if row.step.id == step)


def told(service: Service, case_id: str, rule: str, _: Tongue = EN) -> list[str]:
    file = file_of(service, case_id)
    explanation = explanation_of(service, file, next(f for f in file.findings if f.violation.rule == rule))
    assert explanation
    return arithmetic(Told(explanation, file.procedure, READER, _))
