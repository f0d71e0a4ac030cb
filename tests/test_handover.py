"""The hand-over that every property has beside the six: its rules, its items, and what a house puts in its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checklists.instant import HOUR
from rules.examples import VERDICTS, Example, examples_of, run_example
from rules.pack import BUILT_IN, load_pack
from sopwatch.access import Who
from sopwatch.books import Books
from sopwatch.demands import NewEvent
from sopwatch.nightly import night_after
from sopwatch.service import Service
from sopwatch.ui.handing import (
    MOST,
    WHOLE,
    departments_of,
    fields_of,
    fits,
    items_of,
    next_is_due,
    of_department,
    shift_that_ends,
    under_way,
)
from storage.memory import MemoryStore
from tests.packs import PROCEDURE, write_pack
from tests.screens import EN, MEI, REPAIR, T0, VIP, ZH, file_of

SIX = {"complaint", "meeting", "patrol", "repair", "vip", "weekly"}
WANG = Who("person:wang", "Wang", frozenset({"record", "read"}), ())
HAND_OVER, RULES = load_pack([BUILT_IN]).newest("handover")
EXAMPLES = list(examples_of(RULES))
SIGNATURE = b"\x89PNG\r\n\x1a\n signed"


def begun(service: Service, **more: object) -> str:
    return service.open_case(MEI, "handover", {"department": "Whole house", "shift": "night"} | more)


def signs(service: Service, who: Who, case_id: str, step: str) -> None:
    digest = service.store.keep_file(SIGNATURE)
    service.tick(who, case_id, step, f"sha256:{digest}")


def broken(service: Service, case_id: str) -> list[str]:
    return sorted(f.violation.rule for f in file_of(service, case_id).findings if f.state == "open")


# --- the pack --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_a_rule_of_the_hand_over_says_what_its_example_says(example: Example) -> None:
    assert run_example(HAND_OVER, example) is None


def test_every_rule_of_the_hand_over_is_the_house_s_own_and_shows_both_verdicts() -> None:
    shown = {(example.rule.id, example.verdict) for example in EXAMPLES}

    assert [rule.id for rule in RULES.rules] == ["handover.both-signed", "handover.two-people", "handover.closed-30m"]
    assert all(rule.house for rule in RULES.rules)
    assert shown == {(rule.id, verdict) for rule in RULES.rules for verdict in VERDICTS}


def test_a_property_has_the_hand_over_beside_the_six_which_stay_as_they_are(tmp_path: Path) -> None:
    shipped = load_pack()

    pack = Books(MemoryStore(), tmp_path).pack

    assert shipped.procedures.keys() == SIX
    assert pack.procedures.keys() == SIX | {"handover"}
    assert {name: pack.newest(name) for name in SIX} == {name: shipped.newest(name) for name in SIX}


def test_a_house_puts_its_own_hand_over_in_its_place(tmp_path: Path) -> None:
    write_pack(tmp_path / "packs", procedures__handover=PROCEDURE.replace("id: key_loan", "id: handover"))

    books = Books(MemoryStore(), tmp_path)

    procedure, catalogue = books.pack.newest("handover")
    assert books.alarms == ()
    assert (next(iter(procedure.steps)), catalogue.rules) == ("signed_borrower", ())
    assert not fits(procedure)


def test_a_broken_file_of_the_house_takes_the_hand_over_away_from_nobody(tmp_path: Path) -> None:
    write_pack(tmp_path / "packs", procedures__handover="id: handover\ntitle: 5\n")

    books = Books(MemoryStore(), tmp_path)

    assert books.alarms
    assert books.pack.newest("handover")[0] == HAND_OVER


# --- what the screen shows -------------------------------------------------------------------------------------------


def test_open_items_list_themselves_what_is_overdue_on_top_and_no_hand_over_among_them(service: Service) -> None:
    fresh = service.open_case(MEI, "repair", REPAIR)
    late = service.open_case(MEI, "repair", REPAIR, T0 - 25 * HOUR)
    vip = service.open_case(MEI, "vip", VIP)
    begun(service)

    files, now = service.open_cases(), service.clock.now()
    everything = [card.case_id for card in items_of(files, WHOLE, now, EN)]
    repairs = [card.case_id for card in items_of(files, "engineering", now, EN)]

    assert everything[0] == late
    assert sorted(everything) == sorted([fresh, late, vip])
    assert vip not in repairs
    assert set(departments_of(files, now, ["spa"], EN)) >= {WHOLE, "spa"}


def test_a_hand_over_keeps_the_numbers_that_were_open_then(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)
    numbers = [card.case_id for card in items_of(service.open_cases(), WHOLE, T0, EN)]

    number = service.open_case(MEI, "handover", fields_of("Whole house", "night", numbers, "  key 12 is out "))

    fields = file_of(service, number).case.fields
    assert (fields["open_items"], fields["note"]) == ([case_id], "key 12 is out")
    assert "open_items" not in fields_of("Whole house", "night", [], "")
    assert len(fields_of("Whole house", "night", [str(n) for n in range(999)], "")["open_items"]) == MOST


def test_a_hand_over_under_way_is_found_in_whichever_language_it_was_begun(service: Service) -> None:
    case_id = begun(service, department=ZH("Engineering"))

    files = service.open_cases()
    found = of_department(files, "engineering", {})

    assert [file.case_id for file in under_way(files)] == [case_id]
    assert found is not None
    assert found.case_id == case_id
    assert of_department(files, WHOLE, {}) is None


@pytest.mark.parametrize(("hours", "shift"), [(-1, "night"), (6, "morning"), (14, "afternoon")])
def test_the_shift_that_likely_ends_is_chosen_beforehand(hours: int, shift: str) -> None:
    assert shift_that_ends(T0 + hours * HOUR, EN) == shift


def test_the_tablet_goes_on_once_the_outgoing_person_has_signed_and_until_the_incoming_one_has(
    service: Service,
) -> None:
    case_id = begun(service)

    before = next_is_due(file_of(service, case_id), "mei")
    signs(service, MEI, case_id, "signed_outgoing")
    between = next_is_due(file_of(service, case_id), "mei"), next_is_due(file_of(service, case_id), "wang")
    signs(service, WANG, case_id, "signed_incoming")

    assert (before, between) == (False, (True, False))
    assert not next_is_due(file_of(service, case_id), "mei")


# --- the record ------------------------------------------------------------------------------------------------------


def test_two_people_sign_whatever_their_roles_and_nothing_is_broken(service: Service) -> None:
    case_id = begun(service)

    service.tick(MEI, case_id, "reviewed")
    signs(service, MEI, case_id, "signed_outgoing")
    signs(service, WANG, case_id, "signed_incoming")
    service.close(WANG, case_id)

    assert broken(service, case_id) == []


def test_one_person_in_both_places_breaks_exactly_that_rule(service: Service) -> None:
    case_id = begun(service)

    signs(service, MEI, case_id, "signed_outgoing")
    signs(service, MEI, case_id, "signed_incoming")
    service.close(MEI, case_id)

    assert broken(service, case_id) == ["handover.two-people"]


def test_a_hand_over_is_begun_once_however_often_its_button_was_tapped(service: Service) -> None:
    new = NewEvent("", "opened", "handover", data=fields_of("Whole house", "night", [], ""), event_id="ui/one")

    first, again = (service.record_one(new, MEI).case_id for _time in range(2))

    assert first == again
    assert len(under_way(service.open_cases())) == 1


def test_the_night_s_engines_agree_on_a_hand_over(service: Service) -> None:
    case_id = begun(service)
    signs(service, MEI, case_id, "signed_outgoing")
    service.close(MEI, case_id)
    assert broken(service, case_id) == ["handover.both-signed"]

    zone = service.property.zone_info
    night = night_after(service.store, service.books, zone, date(2026, 3, 3), service.clock.now())

    assert (night.cases, night.differing) == (1, ())
