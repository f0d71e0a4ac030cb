"""The API on a real record: what it takes, what it refuses and how, who may, and its errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import ONE, REPAIR, House, cloud, housed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as made:
        yield made


def post(house: House, content: bytes | str, kind: str = ONE) -> Any:
    headers = house.bearer() | {"Content-Type": kind}
    return house.client.post("/api/v1/events", content=content, headers=headers)


# --- taking -----------------------------------------------------------------------------------------------------------


def test_an_event_is_answered_with_its_place_in_the_chain(house: House) -> None:
    answer = post(house, json.dumps(cloud(1)))

    head = house.get("head").json()
    assert answer.status_code == 200
    expected = {"id": "1", "seq": 1, "hash": head["hash"], "duplicate": False}
    assert answer.json() == {"accepted": [expected], "refused": []}
    assert head["seq"] == 1


def test_an_event_sent_again_is_acknowledged_again_and_stored_once(house: House) -> None:
    first = house.send(cloud(1)).json()["accepted"][0]

    again = house.send(cloud(1))

    assert again.status_code == 200
    assert again.json()["accepted"] == [first | {"duplicate": True}]
    assert house.get("head").json()["seq"] == 1


def test_the_same_event_twice_in_a_batch_is_stored_once(house: House) -> None:
    answer = house.send(cloud(1), cloud(1))

    assert answer.status_code == 200
    assert [one["duplicate"] for one in answer.json()["accepted"]] == [False, True]


def test_the_same_name_with_other_content_is_refused(house: House) -> None:
    house.send(cloud(1))

    other = house.send(cloud(1, data=REPAIR | {"location": "Roof"}))

    assert other.status_code == 422
    assert "another content" in other.json()["refused"][0]["reason"]


def test_an_event_id_that_is_given_names_the_event(house: House) -> None:
    house.send(cloud(1, event_id="mine"))

    again = house.send(cloud(2, event_id="mine"))

    assert again.json()["accepted"][0]["duplicate"] is True
    assert house.get("cases/R-1").json()["events"][0]["event_id"] == "mine"


def test_source_and_id_name_an_event_without_one(house: House) -> None:
    house.send(cloud(7))

    assert house.get("cases/R-1").json()["events"][0]["event_id"] == "pms/7"


def test_the_good_of_a_batch_stand_whatever_becomes_of_the_others(house: House) -> None:
    answer = house.send(cloud(1), cloud(2, event="dispached"), cloud(3, event="closed"))

    assert answer.status_code == 422
    assert [one["id"] for one in answer.json()["accepted"]] == ["1", "3"]
    assert answer.json()["refused"][0]["index"] == 1
    assert "has no step 'dispached'" in answer.json()["refused"][0]["reason"]


def test_an_empty_batch_is_no_mistake(house: House) -> None:
    answer = house.send()

    assert (answer.status_code, answer.json()) == (200, {"accepted": [], "refused": []})


def test_the_time_of_a_cloud_event_is_when_it_occurred_where_the_event_does_not_say(house: House) -> None:
    house.send(cloud(1) | {"time": "2026-03-01T08:00:00+08:00"})

    assert house.get("cases/R-1").json()["events"][0]["occurred_at"] == "2026-03-01T00:00:00+00:00"


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_content_type_may_name_its_charset(house: House) -> None:
    assert post(house, json.dumps(cloud(1)), f"{ONE}; charset=UTF-8").status_code == 200


def test_a_thousand_events_are_taken_and_one_more_is_too_many(house: House) -> None:
    house.send(cloud(0))
    acts = [cloud(n, event="_note", data={"n": n}) for n in range(1, 1002)]

    many, too_many = house.send(*acts[:1000]), house.send(*acts)

    assert (many.status_code, len(many.json()["accepted"])) == (200, 1000)
    assert too_many.status_code == 413


def test_a_service_that_cannot_write_now_says_so(house: House) -> None:
    house.send(cloud(1))
    house.service._recorder.fault = "the disk is full"

    answer = house.send(cloud(2, event="closed"))

    assert answer.status_code == 503
    assert "the disk is full" in answer.json()["error"]
    assert house.client.get("/healthz").status_code == 503
    assert house.get("cases/R-1").status_code == 200, "reading goes on"


# --- who --------------------------------------------------------------------------------------------------------------


def test_a_token_states_actor_and_role_for_others_only_if_it_was_made_so(house: House) -> None:
    event = cloud(1, actor="lin", role="receptionist")

    silent, speaking = house.send(event, role="recorder", speaks=False), house.send(event, role="recorder")

    assert silent.status_code == 403
    assert "may not state actor" in silent.json()["error"]
    assert speaking.status_code == 200
    assert house.get("cases/R-1").json()["events"][0]["actor"] == "lin"


def test_acts_of_supervisors_are_refused_to_a_recorder(house: House) -> None:
    house.send(cloud(1))

    answer = house.send(cloud(2, event="_waived", data={"violation": "x"}), role="recorder")

    assert answer.status_code == 403


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_errors_of_the_address_are_one_line_of_json_too(house: House) -> None:
    nowhere, method = house.get("nosuch"), house.client.delete("/api/v1/head", headers=house.bearer())

    assert (nowhere.status_code, method.status_code) == (404, 405)
    assert list(nowhere.json()) == list(method.json()) == ["error", "code", "params"]
    assert (nowhere.json()["code"], method.json()["code"]) == ("no_address", "no_method")
    assert method.json()["params"] == {"method": "DELETE"}


def test_a_mistake_of_ours_is_told_in_one_line_without_a_traceback(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.service, "case_file", lambda _: 1 / 0)

    answer = house.get("cases/R-1")

    assert answer.status_code == 500
    assert answer.json()["code"] == "unforeseen"
    assert "ZeroDivision" not in answer.text


def test_the_api_describes_itself(house: House) -> None:
    document = house.client.get("/api/openapi.json").json()

    assert document["servers"] == [{"url": "/api"}]
    expected = {"/v1/events", "/v1/violations", "/v1/cases/{case_id}", "/v1/head", "/v1/attachments"}
    assert expected <= document["paths"].keys()
    explanation = document["paths"]["/v1/violations/{violation_id}/explanation"]["get"]
    assert explanation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("ExplanationShape")


def test_the_service_is_ready_and_every_answer_is_guarded(house: House) -> None:
    answer = house.client.get("/healthz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert "object-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert house.get("nosuch").headers["x-frame-options"] == "DENY"
