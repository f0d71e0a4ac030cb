"""What if over the record: equality with the reference, what the service tells, and that nothing is recorded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checklists.instant import HOUR, format_instant
from rules.bulk import Plan
from rules.violation import Violation
from sopwatch.cli import run
from sopwatch.whatif import Wish, what_if_record
from storage.bulk import DuckEngine, judge_log, violations
from storage.log_cases import events_of
from storage.record_log import lay_log
from tests.serving import REPAIR, T0, House, cloud, housed
from tests.test_bulk import without_cause
from tests.test_whatif import UTC, expected, lines


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as house:
        house.send(
            cloud(1),
            cloud(2, case_id="R-2", data=REPAIR | {"urgency": "normal"}),
            cloud(3, case_id="R-3"),
            cloud(4, case_id="R-3", event="_note", data={"text": "an act"}),
        )
        house.clock.at += 13 * HOUR
        assert house.send(cloud(5, case_id="R-3", event="form_completed")).status_code == 200
        yield house


def test_the_record_as_a_log_is_judged_as_the_reference_judges_its_cases(house: House) -> None:
    store, books_ = house.service.store, house.service.books
    now = house.clock.now() + 40 * 24 * HOUR
    entries: dict[str, list[Any]] = {}
    for entry in store.entries():
        entries.setdefault(entry.event.case_id, []).append(entry)

    with store.reading() as cursor:  # type: ignore[attr-defined]
        packs = lay_log(cursor)

        pairs = {key: books_.of(pair) for key, pair in packs.items()}
        plan = Plan({k: c for k, (_, c) in pairs.items()}, {k: list(p.words()) for k, (p, _) in pairs.items()},
                    opened_first=True)  # fmt: skip
        engine = DuckEngine(cursor)
        judge_log(engine, plan, now, UTC)
        found = without_cause(list(violations(engine, plan, UTC)))
        read = events_of(cursor, ["R-3"])["R-3"]

    wanted: Counter[Violation] = Counter()
    for mine in entries.values():
        wanted += expected(books_.of(mine[0].packs)[1], [e.event for e in mine], UTC, now)
    assert found == wanted
    assert wanted.total() > 3
    assert [e.event for e in read] == [e.event.event for e in entries["R-3"]]
    assert read[0].data == entries["R-3"][0].event.data


def test_a_log_of_the_record_ends_where_it_is_told_to(house: House) -> None:
    with house.service.store.reading() as cursor:  # type: ignore[attr-defined]
        lay_log(cursor, 2)

        assert cursor.execute("SELECT list(position ORDER BY position) FROM log").fetchall() == [([1, 2],)]


def test_the_service_tells_what_if_and_records_nothing(house: House) -> None:
    before = house.service.store.head()
    house.clock.at = T0 + 13 * HOUR

    told = house.get("what-if", set="repair.emergency-24h.response.within=12h").json()

    assert told["by_rule"] == [{"rule": "repair.emergency-24h", "before": 0, "after": 2}]
    assert {flip["case_id"] for flip in told["flipping"]} == {"R-1", "R-3"}
    assert all(flip["after"]["violations"][0]["sentences"] for flip in told["flipping"])
    assert house.service.store.head() == before
    assert not [v for v in house.get("violations").json()["violations"] if v["rule"] == "repair.emergency-24h"]


def test_the_service_refuses_a_wrong_change_and_a_stranger(house: House) -> None:
    wrong = house.get("what-if", set="repair.emergency-24h.response.withn=12h")

    assert wrong.status_code == 400
    assert "'withn' is no parameter of response" in wrong.text
    assert house.get("what-if", set="repair.emergency-24h.response.within=12h", to="soon").status_code == 400
    assert house.client.get("/api/v1/what-if?set=x").status_code == 401
    assert house.get("what-if", role="recorder", set="x").status_code == 403


def test_a_stopped_record_tells_the_same_and_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with housed(tmp_path) as house:
        house.send(cloud(1))
        house.clock.at += 30 * HOUR
        head = house.service.store.head()

    code = run(["what-if", "--data", str(tmp_path), "--set", "repair.emergency-24h.response.within=40d",
                "--format", "jsonl"])  # fmt: skip

    told = lines(capsys.readouterr().out)
    assert code == 0
    assert told["rule"][0]["rule"] == "repair.emergency-24h"
    with housed(tmp_path) as again:
        assert again.service.store.head() == head
        wish = Wish(["repair.emergency-24h.response.within=40d"])
        assert len(what_if_record(again.service, wish).tried) >= 1


def test_guests_are_named_in_the_cases_that_flip(tmp_path: Path) -> None:
    vip = {
        "guest_kind": "vip", "grade": "A", "guests": ["Chen", "Smith"], "titles": "Director", "overnight": True,
        "arrival_at": format_instant(T0 + 24 * HOUR), "pickup": False, "send_off_car": False, "photos": False,
    }  # fmt: skip
    with housed(tmp_path) as house:
        house.send(cloud(1, case_id="V-1", procedure="vip", data=vip))
        house.clock.at += 24 * HOUR
        house.send(cloud(2, case_id="V-1", procedure="vip", event="arrived"))
        for n in range(3):
            house.send(cloud(f"g{n}", case_id="V-1", procedure="vip", event="greeted", subject="Chen"))
        house.clock.at += HOUR
        house.send(cloud(3, case_id="V-1", procedure="vip", event="seen_off"))

        told = house.get("what-if", set="vip.greeted-3.existence.min=4").json()

    (flip,) = told["flipping"]
    assert [v["subject"] for v in flip["before"]["violations"]] == ["Smith"]
    assert {v["subject"]: v["flips"] for v in flip["after"]["violations"]} == {"Chen": True, "Smith": False}
    assert "digest:" not in json.dumps(told)
