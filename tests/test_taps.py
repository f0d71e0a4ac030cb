"""Whose ticks a shared tablet sends: each is bound to who tapped, whoever is signed in when it is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sopwatch import access as access_module
from sopwatch.access import OPERATOR, Person
from tests.serving import MANY, House, cloud, housed

OURS = {"Origin": "http://testserver", "Content-Type": MANY}


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(tmp_path_factory.mktemp("house")) as made:
        made.send(cloud("case"))
        yield made


def token(house: House, person: Person) -> str:
    kept = house.service.access
    who = kept.whose(kept.sign_in(person.id, "482913"))
    assert who
    return kept.tap_token(who)


def tap(number: object, by: object, event: str = "fee_explained", **more: Any) -> dict[str, Any]:
    return {**cloud(number, event=event, procedure="repair", **more), "by": by}


def send(house: House, *taps: dict[str, Any], headers: dict[str, str] = OURS) -> Any:
    return house.client.post("/api/v1/events", content=json.dumps(taps), headers=headers)


def actors(house: House) -> list[str]:
    return [event["actor"] for event in house.get("cases/R-1").json()["events"][1:]]


def test_a_tick_is_of_who_tapped_whoever_is_signed_in_when_it_is_sent(house: House) -> None:
    lin, ann = house.person("lin", "staff", roles=("receptionist",)), house.person("ann", "staff")
    house.sign_in(ann)

    answer = send(house, tap(1, token(house, lin)), tap(2, token(house, ann), "form_completed"))

    assert answer.status_code == 200
    assert actors(house) == ["id-lin", "id-ann"]
    assert [e["role"] for e in house.get("cases/R-1").json()["events"][1:]] == ["receptionist", None]


def test_after_its_hour_a_tick_waits_until_its_owner_is_signed_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_module, "TAP_SECONDS", -1)
    lin, ann = house.person("lin", "staff"), house.person("ann", "staff")
    late = tap(1, token(house, lin))

    house.sign_in(ann)
    waits = send(house, late, tap(2, token(house, ann), "form_completed"))
    house.sign_in(lin)
    taken = send(house, late)

    assert waits.status_code == 422
    assert waits.json()["refused"] == [
        {
            "index": 0,
            "reason": "this tick waits until lin signs in on the tablet",
            "code": "owner_needed",
            "params": {"who": "lin"},
            "waits_for": "owner",
        }
    ]
    assert taken.status_code == 200
    assert actors(house) == ["id-ann", "id-lin"]


def test_a_new_pin_ends_what_others_may_bring_but_not_the_ticks(house: House) -> None:
    lin, ann = house.person("lin", "staff"), house.person("ann", "staff")
    before = tap(1, token(house, lin))
    house.service.access.save(OPERATOR, lin, "735190")

    house.sign_in(ann)
    waits = send(house, before)
    house.client.post("/sign-in", data={"person": lin.id, "pin": "735190"}, headers={"Origin": "http://testserver"})

    assert waits.json()["refused"][0]["waits_for"] == "owner"
    assert send(house, before).status_code == 200


@pytest.mark.parametrize("by", ["", "x", "a.b", 7, ["x"], {"tap": "person:id-lin"}])
def test_a_token_that_was_not_made_here_binds_nobody(house: House, by: object) -> None:
    house.sign_in(house.person("lin", "staff"))

    answer = send(house, tap(1, by))

    assert answer.status_code == 403
    assert "bound to nobody" in answer.json()["refused"][0]["reason"]
    assert actors(house) == []


def test_a_session_is_no_token_of_a_tap(house: House) -> None:
    lin = house.person("lin", "staff")
    house.sign_in(lin)

    answer = send(house, tap(1, house.service.access.sign_in(lin.id, "482913")))

    assert answer.status_code == 403


def test_a_token_of_a_tap_is_no_session(house: House) -> None:
    signed = token(house, house.person("lin", "staff"))

    house.client.cookies.set("sopwatch", signed)

    assert send(house, tap(1, signed)).status_code == 401


def test_who_may_not_record_taps_nothing_through_somebody_elses_session(house: House) -> None:
    auditor, lin = house.person("aud", "auditor"), house.person("lin", "staff")
    house.sign_in(lin)

    answer = send(house, tap(1, token(house, auditor)))

    assert answer.status_code == 403
    assert "needs the right to record" in answer.json()["error"]


def test_taps_from_another_site_are_refused(house: House) -> None:
    lin = house.person("lin", "staff")
    house.sign_in(lin)

    theirs = {"Origin": "http://elsewhere.example", "Content-Type": MANY}
    answers = [
        send(house, tap(1, token(house, lin)), headers=headers)
        for headers in (theirs, {"Content-Type": MANY}, OURS | {"Sec-Fetch-Site": "cross-site"})
    ]

    assert [a.status_code for a in answers] == [403] * 3
    assert actors(house) == []


def test_a_tick_and_what_takes_it_back_go_in_one_batch(house: House) -> None:
    lin, ann = house.person("lin", "staff"), house.person("ann", "staff")
    house.sign_in(ann)
    back = {"event_id": "pms/1", "reason": "undone at once"}

    answer = send(house, tap(1, token(house, lin)), tap(2, token(house, lin), "retracted", data=back))
    not_hers = send(house, tap(3, token(house, lin)), tap(4, token(house, ann), "retracted", data=back))

    assert answer.status_code == 200
    assert "may not take back" in not_hers.json()["refused"][0]["reason"]


def test_both_clocks_of_a_tick_are_kept(house: House) -> None:
    lin = house.person("lin", "staff")
    house.sign_in(lin)

    told: dict[str, Any] = {
        "occurred_at": "2026-03-02T00:00:00.000Z",
        "data": {"_tablet_clock": "2026-03-01T23:00:07.000Z"},
    }
    send(house, tap(1, token(house, lin), **told))
    again = send(house, tap(1, token(house, lin), **told))

    event = house.get("cases/R-1").json()["events"][1]
    assert event["data"] == {"_tablet_clock": "2026-03-01T23:00:07.000Z"}
    assert again.json()["accepted"][0]["duplicate"]
