"""What a tablet is given of a case: everything the sheet needs without the server, in the reader's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checklists.text import LANGUAGES
from sopwatch.access import OPERATOR, Who
from sopwatch.demands import NewEvent
from sopwatch.i18n import translator
from sopwatch.service import Service
from sopwatch.ui.deeds import Reader
from sopwatch.ui.found import lines
from sopwatch.ui.sheet import sheet_of
from sopwatch.ui.sheet_texts import texts
from sopwatch.ui.snapshot import snapshot
from sopwatch.ui.tongue import Tongue
from storage.memory import MemoryStore
from tests.serving import REPAIR, SteppedClock

TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    held = Service(MemoryStore(), tmp_path, SteppedClock())
    held.start()
    yield held
    held.stop()


@pytest.fixture
def lin(service: Service) -> Who:
    person, pin = service.access.add(OPERATOR, "Lin", ("staff",), ("receptionist",))
    who = service.access.whose(service.access.sign_in(person.id, pin))
    assert who
    return who


def given(service: Service, who: Who, case_id: str, language: str = "en") -> dict[str, Any]:
    tongue = Tongue(translator(language), TAIPEI)
    reader = Reader(who.id.removeprefix("person:"), {p.id: p.name for p in service.access.people()})
    file = service.case_file(case_id)
    assert file
    told = snapshot(service, who, file, sheet_of(file, reader, tongue), reader, tongue)
    found: dict[str, Any] = json.loads(json.dumps(told))
    return found


def row_of(told: dict[str, Any], step: str) -> dict[str, Any]:
    return next(row for phase in told["phases"] for row in phase["rows"] if row["id"] == step)


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)
        case _:
            pass


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_text_of_the_sheet_is_there_in_chinese(language: str) -> None:
    told = texts(Tongue(translator(language), TAIPEI))
    told.pop("language")

    names = r"{\w+}|HTTPS|http|HEIC|JPEG"
    english = [text for text in strings(told) if re.search("[A-Za-z]{3,}", re.sub(names, "", text))]

    assert told["refusals"]["case_closed"] == translator(language)("The case is closed already.")
    assert english == []


def test_a_snapshot_binds_taps_to_who_is_signed_in(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)

    owner = given(service, lin, case_id)["owner"]

    assert (owner["id"], owner["name"]) == (lin.id, "Lin")
    assert service.access.tapped_by(owner["token"], lin).id == lin.id


def test_who_only_reads_gets_no_token_to_tap_with(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)

    told = given(service, replace(lin, rights=frozenset({"read"})), case_id)

    assert (told["may"], told["owner"]["token"]) == ({"record": False, "supervise": False}, "")


def test_a_snapshot_holds_all_entries_up_to_its_seq(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    receipt = service.tick(lin, case_id, "fee_explained")

    told = given(service, lin, case_id)

    assert told["seq"] == receipt.seq
    assert [tick["id"] for tick in row_of(told, "fee_explained")["ticks"]] == [receipt.event_id]
    assert receipt.event_id in [entry["id"] for entry in told["says"]]


def test_a_problem_is_told_at_its_step_until_it_is_taken_back(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    act = service.act(lin, case_id, "_problem", {"step": "fee_explained", "reason": "no price list"})

    before = row_of(given(service, lin, case_id), "fee_explained")
    service.retract(lin, case_id, act.event_id, "found it")
    after = row_of(given(service, lin, case_id), "fee_explained")

    assert [(p["reason"], p["own"]) for p in before["problems"]] == [("no price list", True)]
    assert (before["state"], after["problems"]) == ("todo", [])


def test_comments_and_photos_are_told_at_their_step_and_in_the_record_in_words(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    photo = service.store.keep_file(b"jpg")
    service.act(lin, case_id, "_noted", {"step": "fee_explained", "note": "asks for an invoice"})
    service.act(lin, case_id, "_noted", {"photo": f"sha256:{photo}"})

    told = given(service, lin, case_id)
    file = service.case_file(case_id)
    assert file
    last = lines(file, Reader(None, {}), Tongue(translator("zh-Hant"), TAIPEI))[-2:]

    notes = row_of(told, "fee_explained")["notes"]
    assert [(n["text"], n["file"], n["by"], n["own"]) for n in notes] == [("asks for an invoice", None, "Lin", True)]
    assert [(n["text"], n["file"]) for n in told["notes"]] == [("", photo)]
    assert [(line.what, line.file) for line in last] == [("備註或相片", None), ("備註或相片", photo)]
    assert last[0].detail.endswith("asks for an invoice")


def test_a_note_whose_words_were_erased_says_so(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    service.act(lin, case_id, "_noted", {"step": "fee_explained", "note": "Mrs Chou was out"})
    service.store.erase(case_id)
    again = Service(service.store, service.directory, SteppedClock())

    told = given(again, lin, case_id)

    assert [note["text"] for note in row_of(told, "fee_explained")["notes"]] == ["erased"]


def test_a_signature_covers_its_case_until_a_fact_changes_or_an_entry_is_taken_back(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    told_fee = service.tick(lin, case_id, "fee_explained")
    told = given(service, lin, case_id)
    content = {"facts": told["facts_digest"], "entries": [entry["id"] for entry in told["says"]]}
    value = f"sha256:{service.store.keep_file(b'ink')}"

    signed = NewEvent(case_id, "signed_owner", actor="Chou", role="owner", value=value, data={"content": content})
    service.record_one(signed, lin)

    def sealed() -> object:
        tick = row_of(given(service, lin, case_id), "signed_owner")["ticks"][0]
        return (tick["sealed"], tick["changed"])

    at_once = sealed()
    service.tick(lin, case_id, "form_completed")
    later = sealed()
    service.retract(lin, case_id, told_fee.event_id, "never told")
    taken_back = sealed()

    service.amend(lin, case_id, {"phone": "0933", "location": "Roof"})
    amended = sealed()

    assert (at_once, later) == ((True, []), (True, []))
    assert taken_back == (False, ["Charge explained was taken back"])
    assert amended == (False, ["Place of the fault changed", "Phone changed", "Charge explained was taken back"])


def test_a_signature_covers_the_changes_that_waited_on_its_tablet_and_none_made_elsewhere(
    service: Service, lin: Who
) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    told = given(service, lin, case_id)
    value = f"sha256:{service.store.keep_file(b'ink')}"
    entries = [*(entry["id"] for entry in told["says"]), "t/1"]
    content = {"facts": told["facts_digest"], "changes": ["t/1"], "entries": entries}
    change = NewEvent(case_id, "amended", data={"phone": "0933", "_tablet_clock": "x"}, event_id="t/1")
    signed = NewEvent(case_id, "signed_owner", actor="Chou", role="owner", value=value, data={"content": content})

    for new in (change, signed):
        service.record_one(new, lin)

    def sealed() -> object:
        tick = row_of(given(service, lin, case_id), "signed_owner")["ticks"][0]
        return (tick["sealed"], tick["changed"])

    with_its_own = sealed()
    service.amend(lin, case_id, {"location": "Roof"})
    with_another = sealed()
    service.amend(lin, case_id, {"location": REPAIR["location"], "phone": REPAIR["phone"]})
    as_before = sealed()

    assert with_its_own == (True, [])
    assert with_another == (False, ["Place of the fault changed"])
    assert as_before == (False, ["Phone changed"])


def test_a_tablet_knows_each_fact_and_since_when_it_stands(service: Service, lin: Who) -> None:
    opened = service.clock.now() - 60_000_000
    case_id = service.open_case(lin, "repair", REPAIR, opened)
    service.record_one(NewEvent(case_id, "amended", occurred_at=opened + 5_000_000, data={"phone": "0933"}), lin)

    facts = given(service, lin, case_id)["facts"]

    assert facts["values"] == {**REPAIR, "phone": "0933"}
    assert (facts["since"]["phone"] - facts["since"]["location"], facts["since"]["location"]) == (5000, opened // 1000)
    assert {"urgency", "appointment_at", "scope"} <= set(facts["deciding"])


def test_a_fact_that_was_taken_away_is_known_to_be_so(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", {**REPAIR, "unit_no": "5"})
    service.amend(lin, case_id, {"unit_no": None})

    facts = given(service, lin, case_id)["facts"]

    assert "unit_no" not in facts["values"]
    assert facts["since"]["unit_no"] >= facts["since"]["location"]


def test_a_choice_of_facts_says_what_it_makes_due_and_a_number_how_it_is_written(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)

    facts = given(service, lin, case_id)["facts"]

    fields = {field["id"]: field for field in facts["fields"]}
    emergency = next(option for option in fields["urgency"]["options"] if option[0] == "emergency")
    by, what, at = emergency[2][0]
    assert (by, at - facts["since"]["urgency"]) == ("by {at} (24 h)", 24 * 3_600_000)
    assert "24" in what
    assert fields["fee_quoted"]["amount"] == "NT${n}"


def test_a_signature_covers_no_other_facts(service: Service, lin: Who) -> None:
    case_id = service.open_case(lin, "repair", REPAIR)
    before = given(service, lin, case_id)["facts_digest"]

    service.amend(lin, case_id, {"location": "Roof"})
    changed = given(service, lin, case_id)["facts_digest"]
    service.amend(lin, case_id, {"location": REPAIR["location"]})

    assert changed != before
    assert given(service, lin, case_id)["facts_digest"] == before


def test_money_has_its_sign_before_it_and_other_figures_their_unit_behind() -> None:
    tongue = Tongue(translator("zh-Hant"), TAIPEI)

    said = [tongue.measured(1200.0, "currency"), tongue.measured(-5.5, "currency"), tongue.measured(3, "butts")]

    assert said == ["NT$1,200", "-NT$5.50", f"3 {tongue('butts')}"]
