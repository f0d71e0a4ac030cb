"""A card tells a case from others of its kind and what was last said in it, and does not tell everybody whose it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from checklists.instant import MINUTE
from sopwatch.service import Service
from sopwatch.ui.brief import LONGEST, about, brief_html, last_word
from sopwatch.ui.frame import Screen
from sopwatch.ui.my_shift import brief
from sopwatch.ui.tongue import Tongue
from tests.screens import EN, MEI, READER, REPAIR, VIP, ZH, file_of, later
from tests.test_path_view import COMPLAINT


def told(service: Service, procedure: str, fields: dict[str, Any], *, personal: bool = True, _: Tongue = EN) -> str:
    return about(file_of(service, service.open_case(MEI, procedure, fields)), personal=personal, _=_)


def said(service: Service, case_id: str, *, personal: bool = True, _: Tongue = EN) -> str | None:
    word = last_word(file_of(service, case_id), READER, personal=personal, _=_)
    return word.text if word else None


def test_two_complaints_are_told_apart_by_who_complains_and_of_what(service: Service) -> None:
    noise = told(service, "complaint", COMPLAINT)
    lift = told(service, "complaint", COMPLAINT | {"complainant": "Lin", "content": "Lift\nstands  still"})

    assert (noise, lift) == ("Chou · Noise", "Lin · Lift stands still")


def test_who_does_not_work_on_cases_is_told_what_it_is_about_and_nobodys_name(service: Service) -> None:
    assert told(service, "complaint", COMPLAINT, personal=False) == "Noise"
    assert told(service, "repair", REPAIR, personal=False) == "Leak"
    assert told(service, "vip", VIP, personal=False) == "Director"


def test_a_card_names_whom_a_case_concerns_to_those_who_record_and_not_to_an_auditor(service: Service) -> None:
    file = file_of(service, service.open_case(MEI, "complaint", COMPLAINT))
    service.act(MEI, file.case_id, "_noted", {"note": "Chou is angry"})
    auditor = replace(MEI, id="person:audit", rights=frozenset({"audit", "read"}))

    seen = {who.id: brief(Screen(service, who, EN, {}), file_of(service, file.case_id)) for who in (MEI, auditor)}

    assert "Chou · Noise" in seen[MEI.id]
    assert "Chou is angry" in seen[MEI.id]
    assert "Noise" in seen[auditor.id]
    assert "Chou" not in seen[auditor.id]


def test_what_tells_cases_apart_follows_from_the_fields_of_any_procedure(service: Service) -> None:
    assert told(service, "repair", REPAIR) == "Lin · Leak"
    assert told(service, "vip", VIP, _=ZH) == "Chen、Smith · Director"
    assert told(service, "weekly", {"week": "2026-W10"}) == "2026-W10"


def test_a_long_text_is_cut_and_what_was_erased_is_not_told(service: Service) -> None:
    case_id = service.open_case(MEI, "complaint", COMPLAINT | {"content": "x" * 500})
    file = file_of(service, case_id)
    (opened, *others) = file.case.events
    erased = replace(opened, data={**(opened.data or {}), "complainant": "digest:00"})

    after = replace(file, case=replace(file.case, events=[erased, *others]))

    assert about(file, personal=True, _=EN) == f"Chou · {'x' * LONGEST}…"
    assert about(after, personal=True, _=EN) == f"{'x' * LONGEST}…"


def test_the_last_comment_stands_on_the_card_until_another_one_or_until_it_is_taken_back(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)
    nothing = said(service, case_id)
    service.act(MEI, case_id, "_noted", {"step": "completed", "note": "Waits for a part"})
    later(service, MINUTE)
    first = said(service, case_id)
    problem = service.act(MEI, case_id, "_problem", {"step": "assigned", "reason": "Nobody there"}).event_id
    second = said(service, case_id)

    service.retract(MEI, case_id, problem, "wrong case")

    assert (nothing, first) == (None, "Repair completed · Mei, 09:10: Waits for a part")
    assert second == "Problem · Worker assigned · Mei, 09:11: Nobody there"
    assert said(service, case_id) == first
    assert said(service, case_id, personal=False) is None


def test_a_cancelled_case_says_why_whatever_was_noted_later(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)
    service.cancel(MEI, case_id, "reported <twice>")
    later(service, MINUTE)
    service.act(MEI, case_id, "_noted", {"note": "Told the owner"})

    html = brief_html(file_of(service, case_id), READER, personal=False, _=ZH)

    assert said(service, case_id) == "Case cancelled · Mei, 09:10: reported <twice>"
    assert "reported &lt;twice&gt;" in html
    assert "Told the owner" not in html
