"""The dashboard's numbers, apart from their drawing: of a real record on the disk, and counted beside its service."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from checklists.instant import DAY, HOUR, MINUTE, Instant, local_date, parse_instant
from sopwatch.access import Who
from sopwatch.counting import Counting
from sopwatch.i18n import translator
from sopwatch.record_figures import Period, record_figures
from sopwatch.service import Service
from sopwatch.ui.asked import NONE, filter_of
from sopwatch.ui.board import by_day, by_department, by_rule, coming, overdue, own_period, period_of
from sopwatch.ui.found import Rulebook, listed
from sopwatch.ui.tongue import Tongue
from storage.duck import DuckStore
from storage.store import Finding, FindingQuery
from tests.records import MEI, T0, make_record
from tests.serving import REPAIR, SteppedClock

TAIPEI = ZoneInfo("Asia/Taipei")
EN, ZH = Tongue(translator("en"), TAIPEI), Tongue(translator("zh-Hant"), TAIPEI)
ALL = Period(T0 - DAY, T0 + 30 * DAY)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("record")
    make_record(directory)
    return directory


@pytest.fixture
def service(record: Path, tmp_path: Path) -> Iterator[Service]:
    """Start the service over a copy of the record, at the instant at which it ended."""
    shutil.copytree(record, tmp_path, dirs_exist_ok=True)
    held = Service(DuckStore(tmp_path), tmp_path, SteppedClock(T0))
    held.start()
    yield held
    held.stop()


def book_of(service: Service) -> Rulebook:
    pack = service.books.pack
    return Rulebook(book for name in pack.procedures for book in pack.meetings(name))


def findings(service: Service, period: Period = ALL) -> list[Finding]:
    query = FindingQuery(since=period.since, before=period.before)
    return [f for f in service.store.findings(query) if f.state != "rescinded"]


def later(service: Service, span: int) -> None:
    """Let time pass."""
    assert isinstance(service.clock, SteppedClock)
    service.clock.at += span
    service.let_time_pass()


def settled(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end, "waited for 30 s"
        time.sleep(0.01)


def figures_of(counting: Counting, period: Period) -> object:
    """Return the figures once what is new is counted."""
    settled(lambda: counting.latest(period) is not None and not counting.is_counting(period))
    return counting.latest(period)


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_every_way_to_divide_the_violations_adds_up_to_all_of_them(service: Service) -> None:
    found, book = findings(service), book_of(service)
    waived = {f.id for f in found if f.violation.rule == "repair.emergency-24h"}

    for bars in (by_rule(found, book, waived, EN), by_department(found, book, {}, waived, EN),
                 by_day(found, ALL, waived, EN)):  # fmt: skip
        assert sum(b.count for b in bars) == len(found) > 0
        assert sum(b.open for b in bars) == sum(f.state == "open" for f in found)
        assert sum(b.waived or 0 for b in bars) == len(waived) == 3
    assert {b.waived for b in by_rule(found, book, None, EN)} == {None}


def test_every_number_opens_as_many_violations_as_it_says(service: Service) -> None:
    found, book, now = findings(service), book_of(service), service.clock.now()
    everything = service.store.findings(FindingQuery())

    for bar in by_rule(found, book, None, EN):
        assert len(listed(everything, book, filter_of({"rule": bar.key}), now)) == bar.count
    for bar in by_department(found, book, {}, None, EN):
        assert len(listed(everything, book, filter_of({"department": bar.key or NONE}), now)) == bar.count
    for bar in by_day(found, ALL, None, EN):
        day = own_period(bar.key, bar.key, TAIPEI)
        assert day
        bounds = {"from": iso(day.since), "to": iso(day.before)}
        assert len(listed(everything, book, filter_of(bounds), now)) == bar.count
    late = overdue(service.store.findings(FindingQuery(state="open")), now)
    assert len(listed(everything, book, filter_of({"state": "open", "overdue": "1"}), now)) == len(late) > 0


def iso(instant: Instant | None) -> str:
    assert instant is not None
    return EN.exact(instant).replace(" ", "T", 1).replace(" ", "")


def test_departments_and_rules_are_named_in_the_readers_language(service: Service) -> None:
    found, book = findings(service), book_of(service)

    assert "工程部" in {b.title for b in by_department(found, book, {}, None, ZH)}
    own = {"engineering": {"zh-Hant": "工務組"}}
    assert "工務組" in {b.title for b in by_department(found, book, own, None, ZH)}
    assert "急修24小時內解決" in {b.title for b in by_rule(found, book, None, ZH)}


def test_days_without_a_violation_are_there_too_and_long_periods_are_divided_by_month(service: Service) -> None:
    week = period_of("week", T0 + 4 * DAY, TAIPEI)
    year = own_period("2026-01-01", "2026-12-31", TAIPEI)
    assert year

    days = by_day(findings(service, week), week, None, EN)
    months = by_day(findings(service, year), year, None, EN)

    assert [b.key for b in days] == [f"2026-0{m}-{d:02}" for m, d in
                                     [(2, 28), *((3, n) for n in range(1, 7))]]  # fmt: skip
    assert {b.count for b in days} > {0}
    assert [(b.key, b.count) for b in months] == [("2026-03", len(findings(service)))]


def test_what_falls_due_within_two_hours_is_listed_the_next_first(service: Service) -> None:
    later(service, DAY - 90 * MINUTE)  # the youngest case, an emergency, is due a day after it was opened

    soon = coming(service.open_cases(), service.clock.now(), EN)

    assert [(c.case_id, c.place, c.step) for c in soon if c.step == "Repair completed"] == [
        ("R-2026-0004", "Lobby", "Repair completed")
    ]
    assert [c.due_at for c in soon] == sorted(c.due_at for c in soon)


@pytest.mark.parametrize(
    ("since", "through", "days"),
    [("2026-03-01", "2026-03-01", 1), (" 2026-03-01 ", "2026-03-31", 31), ("2026-03-02", "2026-03-01", None),
     ("March", "2026-03-01", None), ("", "", None), ("2026-02-30", "2026-03-01", None),
     ("0001-01-01", "9999-12-31", None)],
)  # fmt: skip
def test_own_dates_are_whole_local_days(since: str, through: str, days: int | None) -> None:
    period = own_period(since, through, TAIPEI)

    assert (period is None) == (days is None)
    if period and period.since is not None and period.before is not None:
        assert period.before - period.since == (days or 0) * DAY
        assert local_date(period.since, TAIPEI).isoformat() == since.strip()


def test_the_days_of_a_period_are_those_of_the_property() -> None:
    midnight = parse_instant("2026-03-02T16:00:00Z")  # in Taipei the third has begun

    assert period_of("today", midnight, TAIPEI) == Period(midnight, midnight + DAY)
    assert period_of("today", midnight - 1, TAIPEI) == Period(midnight - DAY, midnight)
    assert period_of("week", midnight, TAIPEI) == Period(midnight - 6 * DAY, midnight + DAY)


@pytest.mark.parametrize("odd", [{"from": "yesterday"}, {"state": "bad"}, {"to": "2026"}])
def test_what_cannot_be_read_in_an_address_is_left_out(odd: dict[str, str]) -> None:
    assert filter_of(odd) == filter_of({})


# --- figures ---------------------------------------------------------------------------------------------------------


def test_what_is_counted_beside_the_service_is_what_the_record_says(service: Service) -> None:
    counting = Counting(service)
    assert counting.latest(ALL) is None

    found = figures_of(counting, ALL)

    expected = record_figures(service.store, service.books, TAIPEI, service.clock.now(), ALL)
    assert found == expected
    assert expected.total.violated == len(findings(service))


def test_figures_follow_new_entries_time_and_waivers(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopwatch.counting.REST", 0)
    counting = Counting(service)
    figures_of(counting, ALL)

    def is_right() -> bool:
        now = service.clock.now()
        expected = record_figures(service.store, service.books, TAIPEI, now, ALL)
        held = counting.latest(ALL)
        return held is not None and (held.by_rule, held.broken) == (expected.by_rule, expected.broken)

    case_id = service.open_case(MEI, "repair", REPAIR)
    settled(is_right)
    later(service, 25 * HOUR)
    settled(is_right)
    broken = service.store.findings(FindingQuery(case_ids=[case_id], state="open"))[0]
    until = EN.exact(service.clock.now() + HOUR).replace(" ", "T", 1).replace(" ", "")
    service.act(MEI, case_id, "_waived", {"violation": broken.id, "reason": "parts", "until": until})
    settled(is_right)
    held = counting.latest(ALL)
    assert held
    assert [b.id for b in held.broken if b.waiver and b.violation.case_id == case_id] == [broken.id]
    later(service, 2 * HOUR)  # the waiver has ended
    settled(is_right)
    held = counting.latest(ALL)
    assert held
    assert not [b for b in held.broken if b.waiver and b.violation.case_id == case_id]


def test_ticks_go_on_while_figures_are_counted(service: Service) -> None:
    counting = Counting(service)
    who = Who("person:mei", "Mei", frozenset({"record", "read"}), ("receptionist",))

    counting.latest(ALL)
    receipt = service.tick(who, "R-2026-0004", "form_completed")

    assert receipt.seq == service.seq
    figures_of(counting, ALL)
