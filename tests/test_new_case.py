"""A new case: the form that its fields and rules make."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checklists.instant import HOUR, Instant, parse_instant
from rules.pack import load_pack
from sopwatch.i18n import translator
from sopwatch.ui.entailed import at_intake, entailed
from sopwatch.ui.form import DONE, Asked, dues_after, dues_of_new, fields_of_new, picks, wall_of
from sopwatch.ui.opening import checked, folded
from sopwatch.ui.tongue import Tongue
from tests.packs import KEY_LOAN

TAIPEI, PARIS = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Paris")
EN, ZH = Tongue(translator("en"), TAIPEI), Tongue(translator("zh-Hant"), TAIPEI)
T0 = parse_instant("2026-03-03T09:10:00+08:00")
PORTRAIT = {"width": 768, "height": 1024}


def asked(name: str, values: dict[str, object] | None = None, opened_at: Instant = T0) -> Asked:
    procedure, catalogue = load_pack().newest(name)
    return Asked(procedure, catalogue, values or {}, opened_at, T0)


def told(of: Asked, field: str, _: Tongue = EN) -> dict[str, Any]:
    return next(f for f in fields_of_new(of, _) if f["id"] == field)


# --- what the fields and rules make ----------------------------------------------------------------------------------


def test_both_classes_of_a_repair_say_their_deadline_before_one_is_chosen() -> None:
    emergency, normal = told(asked("repair"), "urgency")["options"]

    assert emergency[2][0] == ["by Wed 4 Mar 09:10 (24 h)", "Emergency repair solved within 24 hours"]
    assert normal[2][0] == ["by Fri 6 Mar 09:10 (3 days)", "Normal repair solved within 3 days (72 hours)"]


def test_a_call_taken_earlier_moves_the_deadlines_of_the_classes() -> None:
    emergency, _normal = told(asked("repair", opened_at=T0 - 2 * HOUR), "urgency", ZH)["options"]

    assert emergency[2][0][0] == "3月4日 週三 07:10 前（24 小時）"


def test_a_choice_that_rules_out_a_rule_no_longer_announces_it() -> None:
    procedure, catalogue = load_pack().newest("repair")
    urgency = procedure.field["urgency"]

    unit, public = (
        {r.id for e in entailed(procedure, catalogue, {"scope": scope}, urgency, T0, TAIPEI) for r in e.rules}
        for scope in ("unit", "public")
    )

    assert any("follow" in rule for rule in unit)
    assert not any("follow" in rule for rule in public)


def test_what_hangs_on_the_arrival_is_listed_below_it_once_it_is_known() -> None:
    known = asked("vip", {"arrival_at": "2026-03-05T09:10", "overnight": True})

    dues = dues_of_new(known, EN)

    assert dues_after(known) == "arrival_at"
    assert dues[0] == ("Thu 5 Mar 00:00", "Room cards, keys and envelopes ready the day before arrival", False)
    assert len(dues) == len(set(dues))
    assert dues_of_new(asked("vip"), EN) == []


def test_what_nobody_needs_at_once_is_folded_away_and_an_appointment_is_not() -> None:
    procedure, catalogue = load_pack().newest("repair")

    assert folded(procedure, catalogue) == {"patrol_case", "fee_basis", "fee_quoted", "unit_no"}


def test_the_charge_told_and_the_form_are_ticked_with_the_opening_where_rules_ask_for_them() -> None:
    procedure, catalogue = load_pack().newest("repair")

    asked_of = {channel: [s.id for s in at_intake(procedure, catalogue, {"channel": channel})]
                for channel in ("phone", "patrol")}  # fmt: skip

    assert asked_of == {"phone": ["fee_explained", "form_completed"], "patrol": ["form_completed"]}
    assert [s.id for s in at_intake(*load_pack().newest("complaint"), {})] == ["form_completed"]
    assert told(asked("repair", {"channel": "patrol"}), DONE + "fee_explained")["off"] is True


def test_a_pack_of_the_house_gets_its_form_from_its_files_alone() -> None:
    procedure, catalogue = load_pack([KEY_LOAN]).newest("key_loan")

    found = fields_of_new(Asked(procedure, catalogue, {}, T0, T0), ZH)

    assert [(f["id"], f["type"], f["folded"]) for f in found if not str(f["id"]).startswith("_")] == [
        ("key_class", "choice", False),
        ("key_no", "text", False),
        ("borrower", "text", False),
    ]


def test_a_procedure_without_fields_or_rules_has_a_form_too() -> None:
    procedure, catalogue = load_pack().newest("patrol")
    bare = Asked(procedure.model_copy(update={"fields": ()}), catalogue.model_copy(update={"rules": ()}), {}, T0, T0)

    assert [f["id"] for f in fields_of_new(bare, EN)] == ["_opening", "_opened_at"]
    assert (dues_after(bare), dues_of_new(bare, EN)) == ("", [])


@pytest.mark.parametrize(
    ("typed", "value"), [("40", 40), (" 1,200 ", 1200), ("１２．５", 12.5), ("-3", -3), (40, 40), (2.0, 2.0)]
)
def test_a_number_is_read_as_people_type_it(typed: object, value: float) -> None:
    procedure = load_pack().newest("meeting")[0]

    values, wrong = checked(procedure, {"attendees": typed}, TAIPEI, EN)

    assert (values["attendees"], wrong.get("attendees")) == (value, None)


@pytest.mark.parametrize("typed", ["forty", "1e9", "4 0", "--3", "二", "9" * 16, True, [40]])
def test_what_is_no_number_is_said_to_be_none(typed: object) -> None:
    procedure = load_pack().newest("meeting")[0]

    _values, wrong = checked(procedure, {"attendees": typed}, TAIPEI, ZH)

    assert wrong["attendees"] == "這不是數字。"


@pytest.mark.parametrize("value", ["later", 1, True, ["emergency"], {"urgency": "emergency"}])
def test_what_is_no_option_is_refused_at_its_field(value: object) -> None:
    procedure = load_pack().newest("repair")[0]

    _values, wrong = checked(procedure, {"urgency": value}, TAIPEI, EN)

    assert wrong["urgency"] == "Please choose one of these."


def test_times_to_pick_follow_the_clock_of_the_property() -> None:
    ahead = dict(picks(T0, EN))
    past = dict(picks(T0, ZH, past=True))

    assert ahead["In 1 h"] == "2026-03-03T10:10"
    assert (ahead["Today 14:00"], ahead["Tomorrow 09:00"]) == ("2026-03-03T14:00", "2026-03-04T09:00")
    assert past == {"10 分鐘前": "2026-03-03T09:00", "30 分鐘前": "2026-03-03T08:40", "1 小時前": "2026-03-03T08:10"}
    assert "Today 14:00" not in dict(picks(T0 + 6 * HOUR, EN))


def test_an_hour_on_is_the_right_one_when_the_clock_goes_back() -> None:
    tongue = Tongue(translator("en"), PARIS)
    first = parse_instant("2026-10-25T02:30:00+02:00")

    assert wall_of(first, PARIS) == "2026-10-25T02:30|0"
    assert dict(picks(first, tongue))["In 1 h"] == "2026-10-25T02:30|1"


def test_a_time_that_the_clock_shows_twice_offers_both() -> None:
    tongue = Tongue(translator("en"), PARIS)
    known = replace(asked("vip"), values={"arrival_at": "2026-10-25T02:30"})

    assert told(known, "arrival_at", tongue)["twice"] == ["the first time (UTC+02:00)", "the second time (UTC+01:00)"]
    assert told(asked("vip", {"arrival_at": "rubbish"}), "arrival_at")["twice"] == []
