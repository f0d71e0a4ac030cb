"""What the screens show, apart from their drawing: the shipped procedures, a memory store, a clock set by hand."""

import re
from zoneinfo import ZoneInfo

import pytest

from checklists.case import fold
from checklists.instant import DAY, HOUR, MINUTE, SECOND, parse_instant
from rules.examples import _case as written_case
from rules.examples import examples_of
from rules.explain import explain
from rules.judge import judge_rule
from rules.pack import load_pack
from sopwatch.i18n import translator
from sopwatch.service import Service
from sopwatch.ui.arithmetic import arithmetic, background
from sopwatch.ui.clause import behind_step
from sopwatch.ui.compliance import compliance
from sopwatch.ui.found import Filter, Rulebook, acknowledgements, lines, listed, page, pages
from sopwatch.ui.opening import checked, falls_due, first_after, in_order, read_wall, the_instant
from sopwatch.ui.shift import cards, chosen
from sopwatch.ui.told import Told
from sopwatch.ui.tongue import Tongue
from storage.store import FindingQuery
from tests.screens import EN, MEI, READER, REPAIR, T0, TAIPEI, VIP, ZH, file_of, later, row_of, told

# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (18 * MINUTE, "18 min left"),
        (-(2 * HOUR + 5 * MINUTE), "2 h 05 min overdue"),
        (30 * SECOND, "less than 1 min left"),
        (24 * HOUR, "24 h left"),
        (3 * DAY + 4 * HOUR, "3 days 4 h left"),
        (-3 * HOUR, "3 h overdue"),
    ],
)
def test_a_countdown_is_said_in_words(left: int, said: str) -> None:
    assert EN.countdown(T0 + left, T0) == said


def test_an_instant_is_said_with_as_much_of_its_date_as_is_needed() -> None:
    assert EN.moment(T0, T0 + HOUR) == "09:10"
    assert EN.moment(T0, T0 + DAY) == "Tue 3 Mar 09:10"
    assert EN.moment(T0) == "Tue 3 Mar 2026 09:10"
    assert ZH.moment(T0, T0 + DAY) == "3月3日 週二 09:10"


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        ("2026-10-24T23:59:59Z", "Europe/Berlin", "01:59"),
        ("2026-10-25T00:00:00Z", "Europe/Berlin", "02:00 夏令時間"),
        ("2026-10-25T00:59:59Z", "Europe/Berlin", "02:59 夏令時間"),
        ("2026-10-25T01:00:00Z", "Europe/Berlin", "02:00 標準時間"),
        ("2026-10-25T02:00:00Z", "Europe/Berlin", "03:00"),
        ("2026-03-29T01:00:00Z", "Europe/Berlin", "03:00"),
        ("2026-04-04T15:00:00Z", "Australia/Lord_Howe", "01:30 標準時間"),
        ("2015-08-14T14:45:00Z", "Asia/Pyongyang", "23:45 UTC+09:00"),
        ("2015-08-14T15:15:00Z", "Asia/Pyongyang", "23:45 UTC+08:30"),
    ],
)
def test_in_the_time_that_a_clock_shows_twice_it_is_said_which_of_the_two_it_is(
    instant: str, zone: str, said: str
) -> None:
    at, tongue = parse_instant(instant), Tongue(translator("zh-Hant"), ZoneInfo(zone))

    assert tongue.moment(at, at) == said


def test_the_word_for_a_clock_stands_after_day_and_time_on_screens_and_on_paper() -> None:
    at, tongue = parse_instant("2026-10-25T01:30:00Z"), Tongue(translator("en"), ZoneInfo("Europe/Berlin"))

    assert tongue.moment(at, at + DAY) == "Sun 25 Oct 02:30 standard time"
    assert tongue.translator.when(at, tongue.zone) == "25 Oct 2026, 02:30 standard time"
    assert tongue.translator.when(at, tongue.zone, named=True) == "25 Oct 2026, 02:30 (GMT+01:00)"


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_a_step_says_what_is_due_when_and_who_did_it(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)

    due = row_of(service, case_id, "completed")
    service.tick(MEI, case_id, "form_completed")
    done = row_of(service, case_id, "form_completed")

    assert (due.state, [d.due_at for d in due.deadlines]) == ("due", [T0 + 24 * HOUR])
    assert done.state == "done"
    assert [(t.by, t.role, t.at, t.own) for t in done.ticks] == [("Mei", "Receptionist", T0, True)]


def test_a_step_waits_for_those_it_needs_and_says_so_in_the_reader_s_language(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)

    before = row_of(service, case_id, "dispatch_printed", ZH)
    service.tick(MEI, case_id, "form_completed")

    assert (before.state, before.waits_for) == ("waiting", ["填妥報修單"])
    assert row_of(service, case_id, "dispatch_printed").state == "todo"


def test_what_is_overdue_is_flagged_at_its_step(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR, T0 - 25 * HOUR)

    row = row_of(service, case_id, "completed")

    assert row.state == "overdue"
    assert [(f.title, f.due_at) for f in row.flags] == [("Emergency repair solved within 24 hours", T0 - HOUR)]


def test_a_retracted_tick_is_off_the_sheet_and_in_the_record(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)
    receipt = service.tick(MEI, case_id, "form_completed")

    service.retract(MEI, case_id, receipt.event_id, "wrong case")

    row = row_of(service, case_id, "form_completed")
    assert (row.state, row.ticks) == ("todo", [])
    found = lines(file_of(service, case_id), READER, EN)
    assert [(line.what, line.taken_back) for line in found] == [
        ("Case opened", False),
        ("Repair Form completed", True),
        ("Entry taken back", False),
    ]


def test_a_reason_settles_a_step_until_it_is_done_after_all(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)

    service.act(MEI, case_id, "_cannot_do", {"step": "owner_contacted", "reason": "nobody answers"})
    exempt = row_of(service, case_id, "owner_contacted")
    service.tick(MEI, case_id, "owner_contacted")

    assert (exempt.state, exempt.settled) == ("cannot_do", True)
    assert exempt.exempt is not None
    assert exempt.exempt.reason == "nobody answers"
    assert row_of(service, case_id, "owner_contacted").state == "done"


def test_a_list_is_counted_name_by_name_and_done_when_each_has_enough(service: Service) -> None:
    case_id = service.open_case(MEI, "vip", VIP)

    for _time in range(3):
        service.tick(MEI, case_id, "greeted", subject="Chen")
    some = row_of(service, case_id, "greeted")
    for _time in range(3):
        service.tick(MEI, case_id, "greeted", subject="Smith")

    assert [(t.subject, t.done, t.wanted) for t in some.tallies] == [("Chen", 3, 3), ("Smith", 0, 3)]
    assert (some.state, some.settled) == ("todo", False)
    assert row_of(service, case_id, "greeted").settled


def test_behind_a_step_stand_the_source_s_own_words_its_reading_and_house_figures_marked() -> None:
    procedure, catalogue = load_pack().newest("meeting")

    behind = behind_step("ashtray_counted", procedure, catalogue, EN)

    assert [(s.id, s.words) for s in behind.sentences] == [("M.2.3", "3、煙缸里的煙頭不超過期3個。")]
    assert behind.sentences[0].translation.startswith("There are never more than 3")
    assert {rule.house for rule in behind.rules} == {True, False}


# --- my shift --------------------------------------------------------------------------------------------------------


def test_cards_stand_overdue_first_then_by_deadline(service: Service) -> None:
    late = service.open_case(MEI, "repair", {**REPAIR, "location": "Late"}, T0 - 25 * HOUR)
    far = service.open_case(MEI, "repair", {**REPAIR, "location": "Far", "urgency": "normal"})
    soon = service.open_case(MEI, "repair", {**REPAIR, "location": "Soon"}, T0 - 23 * HOUR)

    found = cards(service.open_cases(), service.clock.now(), EN)

    assert [(c.case_id, c.state) for c in found] == [(late, "overdue"), (soon, "soon"), (far, "on_time")]
    assert [c.case_id for c in chosen(found, ["repair"], "fa")] == [far]
    assert chosen(found, ["vip"], "") == []


def test_cards_are_chosen_by_the_department_of_who_is_next(service: Service) -> None:
    repair = service.open_case(MEI, "repair", REPAIR)
    vip = service.open_case(MEI, "vip", VIP)

    found = {c.case_id: c for c in cards(service.open_cases(), service.clock.now(), EN)}

    assert found[repair].department == "engineering"
    assert found[vip].department not in ("", "engineering")
    assert [c.case_id for c in chosen(list(found.values()), [], "", ["engineering"])] == [repair]


def test_open_cases_read_twice_are_as_if_read_for_the_first_time(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)
    other = service.open_case(MEI, "vip", VIP)
    for step in (lambda: later(service, 25 * HOUR), lambda: service.tick(MEI, case_id, "form_completed"),
                 lambda: later(service, 10 * DAY), lambda: service.cancel(MEI, other, "not coming")):  # fmt: skip
        service.open_cases()
        step()
        service.let_time_pass()

        for file in service.open_cases():
            fresh = file_of(service, file.case_id)
            assert (file.due, file.last_seq, file.case.events) == (fresh.due, fresh.last_seq, fresh.case.events)
            assert list(file.findings) == [f for f in fresh.findings if f.state == "open"]
    assert other not in {file.case_id for file in service.open_cases()}


# --- a new case ------------------------------------------------------------------------------------------------------


def test_the_place_comes_first_then_the_class_whose_deadline_is_known_at_once() -> None:
    procedure, catalogue = load_pack().newest("repair")

    fields = [f.id for f in in_order(procedure, catalogue)]
    emergency = falls_due(procedure, catalogue, {"urgency": "emergency"}, T0, TAIPEI)
    normal = falls_due(procedure, catalogue, {"urgency": "normal"}, T0, TAIPEI)

    assert fields[:3] == ["location", "urgency", "scope"]
    assert fields.index("scope") < fields.index("description") < fields.index("fee_basis")
    assert [d.due_at for d in emergency] == [T0 + 24 * HOUR]
    assert [d.due_at for d in normal] == [T0 + 72 * HOUR]


def test_what_is_missing_is_said_at_its_field_and_nothing_is_silently_no() -> None:
    procedure, _catalogue = load_pack().newest("repair")

    values, wrong = checked(procedure, {**REPAIR, "chargeable": None, "location": "  "}, TAIPEI, ZH)

    assert wrong == {"chargeable": "此欄必填。", "location": "此欄必填。"}
    assert values["under_warranty"] is False


def test_a_time_that_the_clock_skips_is_refused_with_the_next_there_is() -> None:
    paris = ZoneInfo("Europe/Paris")

    with pytest.raises(ValueError, match=r"jumps over this time.*03:00"):
        the_instant("2026-03-29T02:30", paris, Tongue(translator("en"), paris))

    assert read_wall("2026-03-29T02:30", paris).instants == ()
    assert first_after("2026-03-29T02:30", paris) == parse_instant("2026-03-29T03:00:00+02:00")


def test_a_time_that_the_clock_shows_twice_asks_which() -> None:
    paris = ZoneInfo("Europe/Paris")
    tongue = Tongue(translator("en"), paris)

    with pytest.raises(ValueError, match="twice"):
        the_instant("2026-10-25T02:30", paris, tongue)

    assert the_instant("2026-10-25T02:30|0", paris, tongue) == parse_instant("2026-10-25T02:30:00+02:00")
    assert the_instant("2026-10-25T02:30|1", paris, tongue) == parse_instant("2026-10-25T02:30:00+01:00")


@pytest.mark.parametrize("text", ["", "2026-02-30T10:00", "2026-11-03T--:--", "soon", "2026-11-03T10:00+08:00"])
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="no date and time"):
        the_instant(text, TAIPEI, EN)


# --- violations ------------------------------------------------------------------------------------------------------


def test_a_late_deed_is_told_with_its_arithmetic(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR)
    later(service, 26 * HOUR + 32 * MINUTE)
    service.tick(MEI, case_id, "passed_to_developer")

    assert told(service, case_id, "repair.emergency-24h") == [
        "Case opened Tue 3 Mar 2026 09:10; “Repair completed or Repair withdrawn or Passed to the developer” is due "
        "within 24 h, so by Wed 4 Mar 2026 09:10.",
        "Done Wed 4 Mar 2026 11:42: 2 h 32 min late.",
        "In time would have been Wed 4 Mar 2026 09:10 at the latest.",
    ]


def test_every_violation_of_the_shipped_examples_is_told_in_two_languages() -> None:
    for name in load_pack().procedures:
        procedure, catalogue = load_pack().newest(name)
        for example in examples_of(catalogue):
            events, now = written_case(procedure, example.written)
            case = fold(events, now)
            assert case
            for violation in judge_rule(example.rule, case, TAIPEI):
                explanation = explain(example.rule, case, TAIPEI, violation)
                for tongue in (EN, ZH):
                    told = Told(explanation, procedure, READER, tongue)
                    sentences = [*arithmetic(told), *background(told)]
                    assert compliance(told), example.name
                    assert sentences, example.name
                    assert not [s for s in sentences if "{" in s or "None" in s or "—" in s], example.name
                names = {str(t) for e in events for t in (e.actor, e.subject, e.value)} | {str(violation.subject)}
                said = re.sub("|".join(map(re.escape, names)), "", "".join(sentences))
                assert not re.search("[a-z]{3,}", said), (example.name, sentences)


def test_violations_stand_newest_first_filtered_and_a_page_at_a_time(service: Service) -> None:
    for hours in range(45):
        service.open_case(MEI, "repair", REPAIR, T0 - (25 + hours) * HOUR)
    pack = service.books.pack
    book = Rulebook(books for name in pack.procedures for books in pack.meetings(name))
    findings = service.store.findings(FindingQuery(state="open"))

    critical = listed(findings, book, Filter(severity="critical"))
    recent = listed(findings, book, Filter(severity="critical", since=T0 - 10 * HOUR))

    assert [f.violation.at for f in critical] == sorted((f.violation.at for f in critical), reverse=True)
    assert (len(critical), pages(len(critical)), len(page(critical, 2)), len(page(critical, 9))) == (45, 3, 5, 5)
    assert len(recent) == 10
    assert pages(0) == 1


def test_an_acknowledgement_names_its_violation_and_nobody_else_s(service: Service) -> None:
    case_id = service.open_case(MEI, "repair", REPAIR, T0 - 25 * HOUR)
    finding = file_of(service, case_id).findings[0]

    service.act(MEI, case_id, "_acknowledged", {"violation": finding.id, "note": "told the worker"})

    file = file_of(service, case_id)
    assert [(a.by, a.note) for a in acknowledgements(file, finding.id, READER, EN)] == [("Mei", "told the worker")]
    assert acknowledgements(file, "another", READER, EN) == []
