"""What the API refuses, and how: a status and one line, with nothing kept and the service none the worse."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from checklists.instant import HOUR, format_instant
from tests.serving import MANY, ONE, REPAIR, T0, House, cloud, housed

_numbers = itertools.count()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp("standing")) as made:
        yield made


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    """Give the one service of this file; whatever it refused, it goes on, and nothing was kept."""
    before = standing.service.seq
    yield standing
    assert standing.service.store.head().seq == before
    number = next(_numbers)
    assert standing.send(cloud(f"after-{number}", case_id=f"after-{number}")).status_code == 200
    standing.settled(lambda: standing.service.seq == before + 1)


def post(house: House, content: bytes | str, kind: str = ONE) -> Any:
    headers = house.bearer() | {"Content-Type": kind}
    return house.client.post("/api/v1/events", content=content, headers=headers)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"recorded_at": "2026-03-01T00:00:00Z"}, "recorded_at"),
        ({"occurred_at": "2026-03-01T00:00:00"}, "no offset"),
        ({"occurred_at": "yesterday"}, "RFC 3339"),
        ({"occurred_at": 7}, "RFC 3339"),
        ({"occurred_at": "0001-01-01T00:00:00+10:00"}, "1900"),
        ({"occurred_at": "9999-12-31T23:59:59-10:00"}, "1900"),
        ({"occurred_at": format_instant(T0 + HOUR)}, "future"),
        ({"case_id": ""}, "case_id"),
        ({"case_id": None}, "case_id"),
        ({"case_id": ["R"]}, "case_id"),
        ({"case_id": "R" * 300}, "case_id"),
        ({"event": ""}, "event"),
        ({"event": "closed"}, "there is no case"),
        ({"procedure": "nosuch"}, "unknown procedure"),
        ({"data": []}, "data"),
        ({"data": {}}, "needs"),
        ({"data": REPAIR | {"colour": "red"}}, "no field"),
        ({"data": REPAIR | {"requester": "half \ud800"}}, "surrogate"),
        ({"data": REPAIR | {"requester": "zero \x00"}}, "zero byte"),
        ({"data": REPAIR | {"requester": "long" * 2000}}, "requester"),
        ({"data": REPAIR | {"_note": ["x" * 300_000]}}, "longer"),
        ({"data": REPAIR | {"_number": 10**350}}, "doubles"),
        ({"subject": "x" * 201}, "subject"),
        ({"event_id": "x" * 501}, "event_id"),
    ],
)
def test_an_event_that_cannot_be_kept_is_refused_with_its_reason(
    house: House, change: dict[str, Any], reason: str
) -> None:
    answer = house.send(cloud(1, **change))

    assert answer.status_code == 422
    assert reason in answer.json()["refused"][0]["reason"]


def test_a_datetime_field_that_no_calendar_holds_is_refused(house: House) -> None:
    fields = {"vip_name": "A", "arrival_at": "9999-12-31T23:59:59-12:00"}

    answer = house.send(cloud(1, procedure="vip", data=fields))

    assert answer.status_code == 422
    assert house.held.trouble is None


def test_another_type_of_cloud_event_is_refused(house: House) -> None:
    answer = house.send(cloud(1) | {"type": "com.example.other"})

    assert answer.status_code == 422
    assert "com.example.other" in answer.json()["refused"][0]["reason"]


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type"])
def test_what_is_no_cloud_event_is_a_bad_request(house: House, missing: str) -> None:
    event = {k: v for k, v in cloud(1).items() if k != missing}

    answers = [post(house, json.dumps(event)), post(house, json.dumps([cloud(2), event]), MANY)]

    assert [a.status_code for a in answers] == [400, 400]
    assert all(missing in a.json()["error"] for a in answers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe",
        b"7",
        b"null",
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[]",
        json.dumps(cloud(1) | {"specversion": "0.3"}).encode(),
        json.dumps(cloud("")).encode(),
    ],
)
def test_a_body_that_is_no_json_or_no_cloud_event_is_a_bad_request(house: House, body: bytes) -> None:
    answer = post(house, body)

    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert "\n" not in answer.json()["error"]


def test_a_value_that_is_nested_too_deeply_is_refused(house: House) -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]

    answer = house.send(cloud(1, data=REPAIR | {"_deep": deep}))

    assert answer.status_code == 422
    assert "deeply" in answer.json()["refused"][0]["reason"]


@pytest.mark.parametrize("kind", ["", "application/json", "text/plain", "multipart/form-data"])
def test_another_content_type_is_a_bad_request(house: House, kind: str) -> None:
    assert post(house, json.dumps(cloud(1)), kind).status_code == 400


@pytest.mark.parametrize("path", ["events", "attachments"])
@pytest.mark.parametrize("told", [True, False])
def test_a_body_of_30_mb_is_too_large_whether_its_length_is_told_or_not(house: House, path: str, told: bool) -> None:
    whole = b"x" * (30 << 20)
    body = whole if told else (whole[start : start + (1 << 20)] for start in range(0, len(whole), 1 << 20))

    answer = house.client.post(f"/api/v1/{path}", content=body, headers=house.bearer() | {"Content-Type": ONE})

    assert answer.status_code == 413
    assert "at most" in answer.json()["error"]


@pytest.mark.parametrize(
    "params",
    [{"state": "bad"}, {"limit": 0}, {"limit": "x"}, {"limit": 1001}, {"from": "soon"}, {"to": "2026-02-30"}],
)
def test_a_question_that_makes_no_sense_is_a_bad_request(house: House, params: dict[str, Any]) -> None:
    answer = house.get("violations", **params)

    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
