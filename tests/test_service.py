"""The service on a real record: demands, receipts, judgement, time passing, restarts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checklists.case import fold
from checklists.errors import NotAllowed, Refused, SopwatchError
from checklists.instant import DAY, HOUR, MINUTE, SECOND, format_instant
from checklists.text import LANGUAGES
from rules.judge import judge
from sopwatch.access import Who
from sopwatch.demands import NewEvent
from sopwatch.i18n import translator
from sopwatch.refusal_words import words_of
from sopwatch.refusals import ENGLISH
from sopwatch.service import Service
from sopwatch.watch import finding_id
from storage.duck import DuckStore
from storage.store import FindingQuery
from tests.serving import REPAIR, T0, SteppedClock

STAFF = frozenset({"record", "read"})
LIN = Who("person:lin", "Lin", STAFF, ("receptionist",))
WANG = Who("person:wang", "Wang", STAFF, ("worker",))
BOSS = Who("person:boss", "Chen", STAFF | {"supervise"}, ("repair_supervisor", "support_supervisor"))
AUDITOR = Who("person:audit", "Ann", frozenset({"audit", "read"}))
PMS = Who("token:pms", "pms", frozenset({"record"}))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def start(tmp_path: Path, clock: SteppedClock) -> Iterator[Callable[[], Service]]:
    running: list[Service] = []

    def begin() -> Service:
        if running:
            running.pop().stop()
        service = Service(DuckStore(tmp_path), tmp_path, clock)
        service.start()
        running.append(service)
        return service

    yield begin
    if running:
        running.pop().stop()


@pytest.fixture
def service(start: Callable[[], Service]) -> Service:
    return start()


def until(holds: Callable[[], object], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.01)


def broken(service: Service, case_id: str) -> dict[str, str]:
    return {f.violation.rule: f.state for f in service.store.findings(FindingQuery(case_ids=[case_id]))}


def test_a_tick_is_in_the_record_when_its_receipt_comes(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    receipt = service.tick(LIN, case_id, "fee_explained")

    assert case_id == "R-2026-0001"
    assert [(e.seq, e.event.event, e.event.actor, e.event.role) for e in service.store.entries()] == [
        (1, "opened", "lin", "receptionist"),
        (2, "fee_explained", "lin", "receptionist"),
    ]
    assert (receipt.seq, receipt.hash) == (service.store.head().seq, service.store.head().hash)
    file = service.case_file(case_id)
    assert file
    assert [e.event for e in file.events] == ["opened", "fee_explained"]
    assert file.case.fields["requester"] == "Lin Mei"


def test_a_deadline_that_passes_unattended_is_a_stored_violation(service: Service, clock: SteppedClock) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    clock.at += 24 * HOUR + 1

    until(lambda: broken(service, case_id).get("repair.emergency-24h") == "open")


def test_a_late_deed_remedies_what_is_stored(service: Service, clock: SteppedClock) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    clock.at += 25 * HOUR
    until(lambda: "repair.emergency-24h" in broken(service, case_id))

    service.tick(BOSS, case_id, "withdrawn", "owner does not want it")

    found = [
        f
        for f in service.store.findings(FindingQuery(case_ids=[case_id]))
        if f.violation.rule == "repair.emergency-24h"
    ]
    assert [(f.state, f.violation.remedied_at, f.by_seq) for f in found] == [("remedied", clock.at, 2)]
    assert [f.state for f in service.store.history(found[0].id)] == ["open", "remedied"]


def test_a_late_record_of_a_deed_in_time_rescinds(service: Service, clock: SteppedClock) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    clock.at += 25 * HOUR
    until(lambda: "repair.emergency-24h" in broken(service, case_id))

    service.record_one(NewEvent(case_id, "withdrawn", None, T0 + HOUR, value="by phone"), BOSS)

    assert broken(service, case_id)["repair.emergency-24h"] == "rescinded"


def told_to_people(error: SopwatchError) -> bool:
    """Whether a refusal is of the table, and has words for people that are filled in."""
    said = {words_of(error, translator(language)) for language in LANGUAGES}
    return error.code in ENGLISH and len(said) == len(LANGUAGES) and not any("{" in text for text in said)


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (NewEvent("", "tick", "repair"), "there is no case"),
        (NewEvent("", "opened", "party"), "unknown procedure"),
        (NewEvent("", "opened", "repair", data={**REPAIR, "urgency": "soon"}), "urgency: 'soon' is not one of"),
        (NewEvent("", "opened", "repair", data={"urgency": "normal"}), "repair needs location, scope"),
        (NewEvent("", "opened", "repair", data={**REPAIR, "colour": 1}), "no field 'colour'"),
        (NewEvent("", "opened", "repair", data={**REPAIR, "chargeable": "no"}), "chargeable"),
        (NewEvent("", "opened", "repair", data={**REPAIR, "appointment_at": "2026-03-02T10:00:00"}), "has no offset"),
        (NewEvent("C", "dispatch_print"), "did you mean dispatch_printed"),
        (NewEvent("C", "completed"), "it needs a photo"),
        (NewEvent("C", "completed", value="sha256:" + "0" * 64), "has not come"),
        (NewEvent("C", "site_noted", value="  "), "it needs a text"),
        (NewEvent("C", "fee_settled", value="12"), "it needs a number"),
        (NewEvent("C", "items_confirmed", value="so so"), "is not one of"),
        (NewEvent("C", "fee_explained", value=3), "a tick carries no value"),
        (NewEvent("C", "fee_explained", subject="x"), "it has no subject"),
        (NewEvent("C", "amended"), "names no field"),
        (NewEvent("C", "amended", data={"location": None}), "repair needs location"),
        (NewEvent("C", "retracted", data={"event_id": "x", "reason": "y"}), "no event 'x'"),
        (NewEvent("C", "opened", "repair", data=REPAIR), "is there already"),
        (NewEvent("C", "fee_explained", occurred_at=T0 - 1), "before the case was opened"),
        (NewEvent("C", "fee_explained", occurred_at=T0 + 3 * MINUTE), "is in the future"),
        (NewEvent("C", "fee_explained", "vip"), "is a repair, not a vip"),
        (NewEvent("bad\nid", "opened", "repair", data=REPAIR), "printable"),
    ],
)
def test_what_a_record_cannot_do_without_is_demanded(service: Service, new: NewEvent, reason: str) -> None:
    service.record_one(NewEvent("C", "opened", "repair", data=REPAIR), LIN)

    with pytest.raises(Refused, match=reason.replace("'", ".")) as refused:
        service.record_one(new, LIN)

    assert "\n" not in str(refused.value)
    assert told_to_people(refused.value)
    assert service.store.head().seq == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"step": "fee_explained"}, "it needs a note or a photo"),
        ({"step": "fee_explained", "note": "  "}, "at most 4000"),
        ({"step": "fee_explained", "note": "x" * 4001}, "at most 4000"),
        ({"step": "fee_explained", "note": ["x"]}, "at most 4000"),
        ({"step": "nowhere", "note": "x"}, "no step 'nowhere'"),
        ({"step": ["nowhere"], "note": "x"}, "no step"),
        ({"photo": "holiday.png"}, "sha256:HEX"),
        ({"note": "x", "photo": "sha256:" + "0" * 64}, "has not come"),
    ],
)
def test_a_note_says_something_at_a_known_step(service: Service, data: dict[str, Any], reason: str) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    with pytest.raises(Refused, match=reason) as refused:
        service.act(LIN, case_id, "_noted", data)

    assert told_to_people(refused.value)


def test_a_note_is_of_a_step_or_of_the_whole_case_and_its_words_are_erased_with_the_case(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    photo = f"sha256:{service.store.keep_file(b'jpg')}"

    service.act(LIN, case_id, "_noted", {"step": "fee_explained", "note": "Mrs Chou was out"})
    service.act(LIN, case_id, "_noted", {"photo": photo})

    *_, worded, pictured = service.store.entries()
    assert "Chou" not in str(worded.event)
    assert (pictured.event.data or {})["photo"] == photo
    file = service.case_file(case_id)
    assert file
    assert (file.events[-2].data or {})["note"] == "Mrs Chou was out"
    service.store.erase(case_id)
    assert not any("Chou" in str(value) for value in service.store.reveal(case_id).values())


def test_what_breaks_a_rule_is_recorded_and_flagged_not_refused(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", {**REPAIR, "urgency": "normal"})

    service.tick(LIN, case_id, "assigned", "Wang")

    assert broken(service, case_id)["repair.dispatch-authority"] == "open"


def test_an_auditor_may_not_record(service: Service) -> None:
    with pytest.raises(NotAllowed):
        service.open_case(AUDITOR, "repair", REPAIR)


def test_only_supervisors_waive(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    with pytest.raises(NotAllowed):
        service.act(LIN, case_id, "_waived", {"violation": "x", "reason": "y"})
    assert service.act(BOSS, case_id, "_waived", {"violation": "x", "reason": "y"}).seq == 2


def test_a_machine_without_leave_states_no_actor(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    with pytest.raises(NotAllowed, match="speaks-for-others"):
        service.record_one(NewEvent(case_id, "fee_explained", actor="lin", role="receptionist"), PMS)
    service.record_one(
        NewEvent(case_id, "fee_explained", actor="lin", role="receptionist"), replace(PMS, speaks_for_others=True)
    )
    service.record_one(NewEvent(case_id, "form_completed"), PMS)

    assert [(e.event.actor, e.event.role, e.by) for e in service.store.entries(after=1)] == [
        ("lin", "receptionist", "token:pms"),
        ("pms", None, "token:pms"),
    ]


def test_an_outside_signer_is_kept_as_a_digest(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    photo = "sha256:" + service.store.keep_file(b"png")

    service.tick(LIN, case_id, "signed_owner", photo, signer="Lin Mei", role="owner")

    *_, entry = service.store.entries()
    assert entry.event.actor
    assert "Lin" not in entry.event.actor
    file = service.case_file(case_id)
    assert file
    assert (file.events[-1].actor, file.events[-1].role, (file.events[-1].data or {})["taken_by"]) == (
        "Lin Mei",
        "owner",
        "lin",
    )


def test_staff_sign_for_themselves(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    photo = "sha256:" + service.store.keep_file(b"png")

    with pytest.raises(NotAllowed, match="sign for themselves"):
        service.tick(LIN, case_id, "signed_worker", photo, signer="Wang", role="worker")


def test_an_entry_sent_again_is_kept_once(service: Service) -> None:
    new = NewEvent("X", "opened", "repair", T0, data=REPAIR, event_id="pms/1")

    first, again = service.record_one(new, PMS), service.record_one(new, PMS)

    assert (again.seq, again.hash, again.duplicate) == (first.seq, first.hash, True)
    with pytest.raises(Refused, match="another content"):
        service.record_one(replace(new, data={**REPAIR, "location": "Roof"}), PMS)
    assert service.store.head().seq == 1


def test_the_same_name_twice_in_a_group_is_kept_once(service: Service) -> None:
    new = NewEvent("X", "opened", "repair", T0, data=REPAIR, event_id="pms/1")

    answers = service.record([new, new, NewEvent("X", "form_completed", event_id="pms/2")], PMS)

    assert not [a for a in answers if isinstance(a, SopwatchError)]
    assert sorted(a.duplicate for a in answers if not isinstance(a, SopwatchError)) == [False, False, True]
    assert service.store.head().seq == 2


def test_a_clock_slightly_ahead_is_set_to_the_receipt(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    service.tick(LIN, case_id, "fee_explained", occurred_at=T0 + MINUTE)

    *_, entry = service.store.entries()
    assert entry.event.occurred_at == T0
    assert entry.event.data == {"_tablet_time": format_instant(T0 + MINUTE)}


def test_nothing_follows_a_cancellation_but_late_records(service: Service, clock: SteppedClock) -> None:
    case_id = service.open_case(BOSS, "repair", REPAIR)
    clock.at += HOUR
    cancelled = service.cancel(BOSS, case_id, "double")
    clock.at += HOUR

    with pytest.raises(Refused, match="was cancelled"):
        service.tick(LIN, case_id, "fee_explained")
    service.tick(LIN, case_id, "fee_explained", occurred_at=T0 + MINUTE)
    service.act(BOSS, case_id, "_acknowledged", {"note": "seen"})
    service.retract(BOSS, case_id, cancelled.event_id, "wrong case")

    assert service.tick(LIN, case_id, "form_completed").seq == 6


def test_a_closed_case_takes_late_deeds(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    service.close(LIN, case_id)

    assert service.tick(LIN, case_id, "followed_up", "phone").seq == 3
    with pytest.raises(Refused, match="closed already"):
        service.close(LIN, case_id)


def test_a_restart_judges_the_gap(start: Callable[[], Service], clock: SteppedClock) -> None:
    case_id = start().open_case(LIN, "repair", REPAIR)
    clock.at += 30 * HOUR

    service = start()

    found = {f.violation.rule: f for f in service.store.findings(FindingQuery(case_ids=[case_id]))}
    assert found["repair.emergency-24h"].violation.at == T0 + 24 * HOUR


def test_a_settled_case_is_judged_again_when_an_event_reaches_it(
    start: Callable[[], Service], clock: SteppedClock
) -> None:
    service = start()
    case_id = service.open_case(BOSS, "repair", REPAIR)
    clock.at += HOUR
    service.cancel(BOSS, case_id, "double")
    until(lambda: service.watching == 0)
    service = start()

    service.tick(WANG, case_id, "site_noted", "water", occurred_at=T0 + MINUTE)
    service.record_one(NewEvent(case_id, "form_completed", occurred_at=T0 + 2 * MINUTE), LIN)

    assert broken(service, case_id)["repair.cancel-signed"] == "open"


def test_the_week_that_ended_is_opened_once(start: Callable[[], Service], clock: SteppedClock) -> None:
    service = start()
    service.let_time_pass()
    clock.at += 8 * DAY

    until(lambda: any(row.procedure == "weekly" for row in service.store.cases()))
    service = start()
    clock.at += MINUTE
    time.sleep(0.1)

    rows = [row for row in service.store.cases() if row.procedure == "weekly"]
    assert [format_instant(row.opened_at) for row in rows] == ["2026-03-09T00:00:00+00:00"]
    file = service.case_file(rows[0].case_id)
    assert file
    assert file.case.fields == {"week": "2026-W10"}
    assert file.events[0].actor is None


def test_ticks_of_many_tablets_are_all_kept(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)

    def tap(n: int) -> None:
        for i in range(20):
            service.tick(WANG, case_id, "assigned", f"{n} {i}")

    threads = [threading.Thread(target=tap, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert service.store.head().seq == 161
    assert service.store.verify() == []


def test_what_is_stored_is_what_the_reference_says(service: Service, clock: SteppedClock) -> None:
    steps: list[tuple[Who, str, Any]] = [
        (LIN, "form_completed", None),
        (LIN, "fee_explained", None),
        (LIN, "assigned", "Wang"),
        (WANG, "items_confirmed", "mismatch"),
        (WANG, "materials_noted", "pipe"),
        (LIN, "followed_up", "phone"),
    ]
    case_id = service.open_case(LIN, "repair", {**REPAIR, "appointment_at": format_instant(T0 + 3 * HOUR)})
    for who, step, value in steps:
        clock.at += 2 * HOUR + 7 * SECOND
        service.tick(who, case_id, step, value)
    clock.at += 9 * DAY
    until(lambda: service.store.judged().until == clock.at)

    file = service.case_file(case_id)
    assert file
    case = fold(file.events, clock.at)
    assert case
    expected = {finding_id(v): v for v in judge(file.catalogue, case, service.property.zone_info)}
    stored = {f.id: f.violation for f in file.findings if f.state != "rescinded"}
    assert stored == expected
    assert len(stored) == 4


# --- whose entry it is ------------------------------------------------------------------------------------------------


def test_staff_take_back_only_what_they_did(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    own, others = service.tick(LIN, case_id, "fee_explained"), service.tick(WANG, case_id, "form_completed")

    with pytest.raises(NotAllowed, match="Lin may not take back form_completed: only who did it, or a supervisor, may"):
        service.retract(LIN, case_id, others.event_id, "it is not mine")
    service.retract(LIN, case_id, own.event_id, "wrong case")
    service.retract(BOSS, case_id, others.event_id, "not filled in")

    file = service.case_file(case_id)
    assert file
    assert [e.event for e in file.case.events] == ["opened"]


def test_who_took_anothers_signature_may_take_it_back(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    picture = f"sha256:{service.store.keep_file(b'a signature')}"
    signed = service.tick(WANG, case_id, "signed_owner", picture, signer="Owner", role="owner")

    with pytest.raises(NotAllowed, match="only who did it"):
        service.retract(LIN, case_id, signed.event_id, "smeared")

    assert service.retract(WANG, case_id, signed.event_id, "smeared").seq == 3


def test_a_waiver_is_not_taken_back_by_staff_nor_by_a_machine_that_did_not_make_it(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    waived = service.act(BOSS, case_id, "_waived", {"violation": "v", "reason": "strike"})
    by_machine = service.tick(PMS, case_id, "fee_explained")

    for who in (LIN, PMS):
        with pytest.raises(NotAllowed, match="may not take back _waived"):
            service.retract(who, case_id, waived.event_id, "no")

    assert service.retract(PMS, case_id, by_machine.event_id, "sent in error").seq == 4


def test_who_took_a_tick_back_in_one_batch_with_it_needs_no_commit_between(service: Service) -> None:
    case_id = service.open_case(LIN, "repair", REPAIR)
    machine = Who("token:till", "till", frozenset({"record"}), speaks_for_others=True)
    back = NewEvent(case_id, "retracted", actor="someone", data={"event_id": "t/1", "reason": "undone at once"})

    answers = service.record([NewEvent(case_id, "fee_explained", actor="lin", event_id="t/1"), back], machine)

    assert not [a for a in answers if isinstance(a, SopwatchError)]
