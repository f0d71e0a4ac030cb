"""What the API tells of a real record: cases, violations, the head, attachments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checklists.instant import DAY, HOUR, format_instant
from sopwatch.signing import Signer
from tests.serving import PIN, REPAIR, T0, House, SteppedClock, cloud, housed

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as made:
        yield made


def test_a_case_is_told_with_its_events_in_plain_text(house: House) -> None:
    house.send(cloud(1, actor="lin", role="receptionist"))

    told = house.get("cases/R-1").json()

    assert list(told) == ["case_id", "procedure", "fields", "events", "violations"]
    assert told["fields"] == REPAIR
    (event,) = told["events"]
    assert event["data"]["requester"] == "Lin Mei"
    assert (event["occurred_at"], event["recorded_at"]) == (format_instant(T0), format_instant(T0))
    assert (event["seq"], len(event["hash"])) == (1, 64)


def test_personal_texts_that_are_erased_stay_away(house: House) -> None:
    house.send(cloud(1))
    house.service.store.erase("R-1")
    house.held.restart()
    house.settled(lambda: house.held.trouble is None)

    told = house.get("cases/R-1").json()

    assert "Lin Mei" not in json.dumps(told)
    assert told["fields"]["requester"].startswith("digest:")


def test_a_case_number_may_hold_a_slash_and_chinese(house: House) -> None:
    house.send(cloud(1, case_id="2026/報修 7"))

    assert house.get("cases/2026%2F%E5%A0%B1%E4%BF%AE%207").json()["case_id"] == "2026/報修 7"
    assert house.get("cases/nosuch").status_code == 404


def late(house: House, cases: int = 1) -> list[dict[str, Any]]:
    """Open cases, let two days pass, and return the violations found."""
    for number in range(cases):
        house.send(cloud(number, case_id=f"R-{number}"))
    house.clock.at += 2 * DAY
    house.settled(lambda: house.service.store.judged().until >= house.clock.at)
    return list(house.get("violations", limit=1000).json()["violations"])


def test_a_violation_is_told_with_the_eight_keys_and_four_more(house: House) -> None:
    violation = late(house)[0]

    keys = ["rule", "case_id", "at", "due_at", "step", "subject", "remedied_at", "short_notice"]
    assert list(violation) == [*keys, "id", "state", "waived", "detected_at"]
    assert violation["state"] == "open"
    assert violation["waived"] is False
    assert violation["detected_at"] == format_instant(T0 + 2 * DAY)
    assert house.get("cases/R-0").json()["violations"][0]["id"] in {v["id"] for v in late(house)}


def test_a_violation_keeps_when_it_was_detected_once_it_is_remedied(house: House) -> None:
    (found,) = late(house)
    house.clock.at += DAY

    house.send(cloud("d", case_id="R-0", event="withdrawn", value="moved out"))

    (after,) = house.get("violations", state="remedied").json()["violations"]
    assert after["id"] == found["id"]
    assert after["detected_at"] == found["detected_at"]


def test_a_violation_is_explained_in_the_language_asked_for(house: House) -> None:
    (found,) = late(house)

    told = house.get(f"violations/{found['id']}/explanation").json()
    chinese = house.get(f"violations/{found['id']}/explanation", lang="zh-Hans").json()

    assert told["violation"] == {key: found[key] for key in told["violation"]}
    assert (told["kind"], told["zone"], told["trigger"]["event"]) == ("response", "UTC", "opened")
    assert told["due"] == {
        "base": format_instant(T0),
        "span": "1d",
        "day": None,
        "due": found["due_at"],
    }
    assert told["would_have_complied"]["how"] == "do"
    assert told["would_have_complied"]["by"] == found["due_at"]
    assert told["guard"]["conditions"] == [{"field": "urgency", "wanted": ["emergency"], "value": "emergency"}]
    assert told["sentences"][2].startswith("In time would have been")
    assert "24小时" in chinese["title"]
    assert chinese["clauses"][0]["id"] == told["clauses"][0]["id"]


def test_an_explanation_needs_a_reader_and_a_violation_that_is_there(house: House) -> None:
    (found,) = late(house)
    path = f"violations/{found['id']}/explanation"

    assert house.get("violations/nosuch/explanation").status_code == 404
    assert house.get(path, lang="fr").status_code == 400
    assert house.get(path, role="auditor").status_code == 200
    assert house.get(path, role="recorder").status_code == house.get("violations", role="recorder").status_code
    assert house.client.get(f"/api/v1/{path}").status_code == 401
    signed = {"Authorization": f"Signed {Signer(house.service.directory).sign({'for': 'verification'}, 60)}"}
    assert house.client.get(f"/api/v1/{path}", headers=signed).status_code == 401


def test_a_violation_that_no_longer_holds_is_explained_as_it_stood(house: House) -> None:
    (found,) = late(house)
    occurred = format_instant(T0 + HOUR)

    house.send(cloud("d", case_id="R-0", event="withdrawn", value="moved out", occurred_at=occurred))

    (after,) = house.get("violations", state="rescinded").json()["violations"]
    told = house.get(f"violations/{found['id']}/explanation").json()
    assert after["id"] == found["id"]
    assert told["trigger"]["event"] == "opened"
    assert told["remedy"] is None
    assert told["as_of"] == found["detected_at"]


def test_the_subject_of_an_explanation_is_told_in_plain_words(house: House) -> None:
    vip = {
        "guest_kind": "vip", "grade": "A", "guests": ["Chen Wu", "Smith"], "titles": "Director", "overnight": True,
        "arrival_at": format_instant(T0 + HOUR), "pickup": False, "send_off_car": False, "photos": False,
    }  # fmt: skip
    whose = {"case_id": "V-1", "procedure": "vip"}
    house.send(cloud(1, **whose, data=vip), cloud(2, **whose, event="arrived"), cloud(3, **whose, event="closed"))
    of_guests = [v for v in house.get("violations", limit=1000).json()["violations"] if v["subject"]]

    told = [house.get(f"violations/{v['id']}/explanation").json() for v in of_guests]

    assert {t["violation"]["subject"] for t in told} == {"Chen Wu", "Smith"}
    assert all(t["would_have_complied"]["subject"] == t["violation"]["subject"] for t in told)
    assert all(t["violation"]["subject"] in t["sentences"][0] for t in told)


def test_violations_come_in_pages(house: House) -> None:
    everything = [v["id"] for v in late(house, 3)]
    pages, after = [], None

    while True:
        page = house.get("violations", limit=2, **({"after": after} if after else {})).json()
        pages.append([v["id"] for v in page["violations"]])
        after = page["next"]
        if after is None:
            break

    assert [one for page in pages for one in page] == sorted(everything)
    assert all(len(page) == 2 for page in pages[:-1])


def test_violations_are_filtered(house: House) -> None:
    found = late(house, 2)
    rule = found[0]["rule"]

    def ids(**params: Any) -> set[str]:
        return {v["id"] for v in house.get("violations", limit=1000, **params).json()["violations"]}

    assert ids(rule=rule) == {v["id"] for v in found if v["rule"] == rule}
    assert ids(case_id="R-1") == {v["id"] for v in found if v["case_id"] == "R-1"}
    assert ids(procedure="repair") == {v["id"] for v in found}
    assert ids(procedure="vip") == ids(state="remedied") == set()
    day = T0 + DAY
    early = {v["id"] for v in found if (v["due_at"] or v["at"]) < format_instant(day)}
    assert ids(to=format_instant(day)) == ids(to="2026-03-03") == early
    assert ids(**{"from": "2026-03-03T08:00:00 08:00"}) == {v["id"] for v in found} - early


def test_a_waiver_stands_beside_the_violation_until_it_ends_or_is_taken_back(house: House) -> None:
    first, second = late(house, 2)
    until = format_instant(house.clock.at + HOUR)

    def waived() -> dict[str, bool]:
        return {v["id"]: v["waived"] for v in house.get("violations").json()["violations"]}

    act = {"violation": first["id"], "reason": "owner absent", "until": until}
    house.send(cloud("w1", case_id=first["case_id"], event="_waived", data=act))
    house.send(
        cloud("w2", case_id=second["case_id"], event="_waived", data={"violation": second["id"], "reason": "strike"})
    )
    both = waived()
    back = {"event_id": "pms/w2", "reason": "mistake"}
    house.send(cloud("w3", case_id=second["case_id"], event="retracted", data=back))
    one = waived()
    house.clock.at += HOUR

    assert both[first["id"]]
    assert both[second["id"]]
    assert (one[first["id"]], one[second["id"]]) == (True, False)
    assert not any(waived().values())


def test_an_attachment_is_kept_once_and_given_back(house: House) -> None:
    digest = hashlib.sha256(PHOTO).hexdigest()

    answers = [house.client.post("/api/v1/attachments", content=PHOTO, headers=house.bearer()) for _ in range(2)]
    back = house.get(f"attachments/{digest}")

    assert [a.json() for a in answers] == [{"digest": digest, "value": f"sha256:{digest}"}] * 2
    assert back.content == PHOTO
    assert back.headers["content-type"] == "image/png"
    assert "sandbox" in back.headers["content-security-policy"]
    assert house.get("attachments/sha256:" + digest).status_code == 200
    assert house.get("attachments/" + "0" * 64).status_code == 404
    assert house.get("attachments/..%2F..%2Fsecret").status_code == 404


def test_an_empty_attachment_and_a_form_are_bad_requests(house: House) -> None:
    empty = house.client.post("/api/v1/attachments", content=b"", headers=house.bearer())
    form = house.client.post("/api/v1/attachments", files={"file": b"x"}, headers=house.bearer())

    assert (empty.status_code, form.status_code) == (400, 400)


def test_a_new_zone_judges_again_what_was_judged_before(tmp_path: Path) -> None:
    with housed(tmp_path, SteppedClock()) as house:
        late(house)
        form = {"property": "港灣", "zone": "Asia/Taipei", "name": "王", "pin": PIN, "again": PIN}
        link = house.held.set_up_link or ""

        answer = house.client.post(link, data=form, headers={"Origin": "http://testserver"}, follow_redirects=False)

        house.settled(lambda: house.held.trouble is None)
        assert answer.status_code == 303
        assert house.service.property.zone == "Asia/Taipei"
        assert house.service.store.register("service")["zone"] == {"name": "Asia/Taipei"}
