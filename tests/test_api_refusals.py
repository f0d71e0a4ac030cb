"""What the API refuses, and how: a status and one line, with nothing kept and the service none the worse."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from checklists.instant import HOUR, format_instant
from sopwatch.refusals import ENGLISH
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
    ("change", "reason", "code"),
    [
        ({"recorded_at": "2026-03-01T00:00:00Z"}, "recorded_at", "recorded_at_given"),
        ({"occurred_at": "2026-03-01T00:00:00"}, "no offset", "member_no_instant"),
        ({"occurred_at": "yesterday"}, "RFC 3339", "member_no_instant"),
        ({"occurred_at": 7}, "RFC 3339", "member_no_instant"),
        ({"occurred_at": "0001-01-01T00:00:00+10:00"}, "1900", "member_out_of_range"),
        ({"occurred_at": "9999-12-31T23:59:59-10:00"}, "1900", "member_out_of_range"),
        ({"occurred_at": format_instant(T0 + HOUR)}, "future", "clock_ahead"),
        ({"case_id": ""}, "case_id", "member_missing"),
        ({"case_id": None}, "case_id", "member_missing"),
        ({"case_id": ["R"]}, "case_id", "member_no_text"),
        ({"case_id": "R" * 300}, "case_id", "member_too_long"),
        ({"event": ""}, "event", "member_missing"),
        ({"event": "closed"}, "there is no case", "no_case"),
        ({"procedure": "nosuch"}, "unknown procedure", "no_procedure"),
        ({"data": []}, "data", "fields_no_object"),
        ({"data": {}}, "needs", "fields_missing"),
        ({"data": REPAIR | {"colour": "red"}}, "no field", "no_field"),
        ({"data": REPAIR | {"requester": "half \ud800"}}, "surrogate", "data_unfit"),
        ({"data": REPAIR | {"requester": "zero \x00"}}, "zero byte", "data_unfit"),
        ({"data": REPAIR | {"requester": "long" * 2000}}, "requester", "field_of_other_type"),
        ({"data": REPAIR | {"_note": ["x" * 300_000]}}, "longer", "data_too_long"),
        ({"data": REPAIR | {"_number": 10**350}}, "doubles", "data_unfit"),
        ({"subject": "x" * 201}, "subject", "member_too_long"),
        ({"event_id": "x" * 501}, "event_id", "member_too_long"),
    ],
)
def test_an_event_that_cannot_be_kept_is_refused_with_its_reason(
    house: House, change: dict[str, Any], reason: str, code: str
) -> None:
    answer = house.send(cloud(1, **change))

    assert answer.status_code == 422
    (refused,) = answer.json()["refused"]
    assert reason in refused["reason"]
    assert refused["code"] == code
    assert set(refused["params"]) == {name for _, name, _, _ in Formatter().parse(ENGLISH[code]) if name}
    assert all(isinstance(value, str | int | float) for value in refused["params"].values())


def test_a_datetime_field_that_no_calendar_holds_is_refused(house: House) -> None:
    fields = {"vip_name": "A", "arrival_at": "9999-12-31T23:59:59-12:00"}

    answer = house.send(cloud(1, procedure="vip", data=fields))

    assert answer.status_code == 422
    assert house.held.trouble is None


def test_another_type_of_cloud_event_is_refused(house: House) -> None:
    answers = [house.send(cloud(1) | {"type": kind}) for kind in ("com.example.other", "half \ud800")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "com.example.other" in answers[0].json()["refused"][0]["reason"]
    assert [answer.json()["refused"][0]["code"] for answer in answers] == ["event_type", "event_type"]
    assert answers[1].json()["refused"][0]["params"]["type"] == "half ?"


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
    assert list(answer.json()) == ["error", "code", "params"]
    assert answer.json()["code"] in {"no_json", "no_cloud_event", "no_batch"}
    assert "\n" not in answer.json()["error"]


def test_a_value_that_is_nested_too_deeply_is_refused(house: House) -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]

    answer = house.send(cloud(1, data=REPAIR | {"_deep": deep}))

    assert answer.status_code == 422
    assert "deeply" in answer.json()["refused"][0]["reason"]
    assert answer.json()["refused"][0]["code"] == "data_unfit"


@pytest.mark.parametrize("kind", ["", "application/json", "text/plain", "multipart/form-data"])
def test_another_content_type_is_a_bad_request(house: House, kind: str) -> None:
    answer = post(house, json.dumps(cloud(1)), kind)

    assert (answer.status_code, answer.json()["code"]) == (400, "content_type")


@pytest.mark.parametrize("path", ["events", "attachments"])
@pytest.mark.parametrize("told", [True, False])
def test_a_body_of_30_mb_is_too_large_whether_its_length_is_told_or_not(house: House, path: str, told: bool) -> None:
    whole = b"x" * (30 << 20)
    body = whole if told else (whole[start : start + (1 << 20)] for start in range(0, len(whole), 1 << 20))

    answer = house.client.post(f"/api/v1/{path}", content=body, headers=house.bearer() | {"Content-Type": ONE})

    assert answer.status_code == 413
    assert "at most" in answer.json()["error"]
    assert (answer.json()["code"], list(answer.json()["params"])) == ("too_large", ["most"])


TEA = "meeting.tea-15min.recurrence.every"
DAYS = {"from": "2026-03-01", "to": "2026-03-02"}


@pytest.mark.parametrize(
    ("path", "asked", "status", "code"),
    [
        ("violations", {"state": "bad"}, 400, "asked_unfit"),
        ("violations", {"limit": 0}, 400, "asked_unfit"),
        ("violations", {"limit": "x"}, 400, "asked_unfit"),
        ("violations", {"limit": 1001}, 400, "asked_unfit"),
        ("violations", {"from": "soon"}, 400, "no_bound"),
        ("violations", {"to": "2026-02-30"}, 400, "no_bound"),
        ("violations", {"to": "half \ud800".encode("utf-8", "replace").decode()}, 400, "no_bound"),
        ("violations/nosuch/explanation", {}, 404, "no_violation"),
        ("cases/nosuch", {}, 404, "no_case"),
        ("cases/nosuch/forms/repair_form.pdf", {}, 404, "no_case"),
        ("attachments/nosuch", {}, 404, "no_attachment"),
        ("shift-list.pdf", {"department": "nosuch"}, 400, "no_department"),
        ("shift-list.pdf", {"procedure": "nosuch"}, 400, "no_procedure"),
        ("audit", {"from": "2026-03-02", "to": "2026-03-01"}, 400, "period_backwards"),
        ("audit", {"from": "2026-03-02"}, 400, "asked_unfit"),
        ("audit", DAYS | {"procedure": "nosuch"}, 400, "no_procedure"),
        ("what-if", {}, 400, "asked_unfit"),
        ("what-if", {"set": f"{TEA}=10m", "from": "soon"}, 400, "no_bound"),
        ("what-if", {"set": "nosuch.rule.recurrence.every=10m"}, 400, "setting_no_rule"),
        ("what-if", {"set": TEA}, 400, "setting_unwritten"),
        ("what-if", {"set": f"{TEA}="}, 400, "setting_without_value"),
        ("what-if", {"set": "meeting.tea-15min.limit.max=1"}, 400, "setting_no_part"),
        ("what-if", {"set": "meeting.tea-15min.recurrence.often=1"}, 400, "setting_no_parameter"),
        ("what-if", {"set": f"{TEA}=often"}, 400, "setting_no_duration"),
        ("what-if", {"set": "meeting.ashtray-3.limit.max=many"}, 400, "setting_no_number"),
        ("what-if", {"set": "meeting.tea-15min.recurrence.do=nosuch"}, 400, "setting_unfit"),
        ("nosuch", {}, 404, "no_address"),
    ],
)
def test_what_is_asked_in_vain_is_told_in_one_line_with_its_code_and_params(
    house: House, path: str, asked: dict[str, Any], status: int, code: str
) -> None:
    answer = house.get(path, role="admin", **asked)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert list(answer.json()) == ["error", "code", "params"]
    assert set(answer.json()["params"]) == {name for _, name, _, _ in Formatter().parse(ENGLISH[code]) if name}
    assert answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_who_may_not_read_is_told_so_with_a_code(house: House) -> None:
    stranger = house.client.get("/api/v1/head", headers={"Authorization": "Bearer nosuch"})
    forged = house.client.get("/api/v1/what-if?set=x", headers={"Authorization": "Signed nosuch"})
    nobody = house.client.get("/api/v1/head")
    outsider = house.get("audit", **DAYS)

    told = [(each.status_code, each.json()["code"]) for each in (stranger, forged, nobody, outsider)]
    assert told == [(401, "token_unknown"), (401, "signature_unknown"), (401, "not_signed_in"), (403, "right_needed")]


def test_what_a_refusal_is_made_of_stands_in_the_openapi_document(house: House) -> None:
    document = house.client.get("/api/openapi.json").json()
    schemas, paths = document["components"]["schemas"], document["paths"]
    answers = {code: each["content"] for code, each in paths["/v1/events"]["post"]["responses"].items()}

    (refused,) = house.send(cloud(1, event="closed")).json()["refused"]
    whole = post(house, b"{").json()
    nothing = house.send(cloud(1), role="reader").json()

    assert set(refused) == set(schemas["RefusedEvent"]["required"])
    assert refused["code"] == "no_case"
    assert set(whole) == set(schemas["Problem"]["required"]) == set(schemas["Problem"]["properties"])
    assert nothing["code"] == "right_needed"
    assert set(nothing) <= set(schemas["Failed"]["properties"])
    models = {code: each["application/json"]["schema"]["$ref"].rpartition("/")[2] for code, each in answers.items()}
    assert models == {"200": "Outcome", "422": "Outcome", "403": "Failed", "503": "Failed"} | dict.fromkeys(
        ("400", "401", "413"), "Problem"
    )
