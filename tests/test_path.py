"""Which steps of a case rules can still ask for: said beforehand as the judge says it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from checklists.case import Case, fold
from rules.due import pending
from rules.examples import _case as written_case
from rules.judge import judge
from rules.kinds import KINDS, Absence, Catalogue, Existence, Lead, Precedence, Recurrence, Response, Rule
from rules.pack import load_pack
from rules.path import Decider, Demand, Guard, Place, decided, demands, path, recorded, weigh
from rules.violation import Violation
from tests.strategies import Situation, situation, situations

PACK = load_pack()
CASES = Path(__file__).parent / "tablet" / "path.json"
GUARDS = Path(__file__).parent / "tablet" / "guards.json"
IMPORTANT, GENERAL = {"grade": "important"}, {"grade": "general"}


def places(procedure: str, **written: Any) -> dict[str, Place]:
    """Return the places of the steps of a case that is written as an example."""
    book, catalogue = PACK.newest(procedure)
    case = fold(*written_case(book, written))
    assert case
    return path(case, book, catalogue)


def off(procedure: str, **written: Any) -> dict[str, str]:
    """Return the steps off the path, each with what would ask for it."""
    return {step: said(place) for step, place in places(procedure, **written).items() if place.state == "off"}


def said(place: Place) -> str:
    def of(one: Decider) -> str:
        return f"{one.name}={','.join(map(str, one.values or ('any',)))}"

    return " / ".join(" & ".join("|".join(map(of, group)) for group in guard) for guard in place.guards)


def test_a_general_complaint_is_not_put_in_writing() -> None:
    assert off("complaint", opened=GENERAL, now="1h") == {"reported_in_writing": "grade=important"}
    assert off("complaint", opened=IMPORTANT, now="1h") == {}


def test_before_validity_is_decided_neither_branch_is_taken_and_then_one_is() -> None:
    before = places("complaint", opened=IMPORTANT, now="1h")

    assert (before["explained"].state, before["handled"].state) == ("undecided", "undecided")
    assert said(before["explained"]) == "validity_decided=invalid,valid"
    valid, invalid = (
        off("complaint", opened=IMPORTANT, **{"1h": f"validity_decided = {v}", "now": "2h"})
        for v in ("valid", "invalid")
    )
    assert valid == {"explained": "validity_decided=invalid"}
    assert invalid == {"handled": "validity_decided=valid"}


def test_the_owners_signature_is_for_a_visit_and_one_visit_among_calls_is_enough() -> None:
    called = {"1h": "followed_up = phone"}

    assert places("complaint", opened=IMPORTANT, now="1h")["signed_owner"].state == "undecided"
    assert off("complaint", opened=IMPORTANT, **called, now="2h")["signed_owner"] == "followed_up=visit"
    visited = places("complaint", opened=IMPORTANT, **called, **{"3h": "followed_up = visit"}, now="4h")
    assert visited["signed_owner"].state == "asked"


def test_a_changed_fact_brings_a_step_back() -> None:
    amended = places("complaint", opened=GENERAL, **{"1h": {"amended": IMPORTANT}}, now="2h")

    assert amended["reported_in_writing"].state == "asked"


def test_a_step_that_hangs_on_a_step_off_the_path_is_off_with_it() -> None:
    public = off("repair", opened={"scope": "public", "urgency": "normal"}, now="1h")

    assert public["material_checked"] == "scope=unit"
    assert public["owner_warned"] == "material_checked=fail,poor"
    assert public["outcome"] == public["followed_up"] == "scope=unit"


def test_other_ways_to_end_a_repair_stay_open() -> None:
    public = places("repair", opened={"scope": "public", "urgency": "normal"}, now="1h")

    assert public["withdrawn"].state == public["passed_to_developer"].state == "asked"


def test_a_step_that_no_rule_names_has_no_place() -> None:
    assert "outcome" not in places("complaint", opened=GENERAL, now="1h")
    assert "break_started" not in places("meeting", opened={}, now="1h")


def test_what_stands_broken_keeps_its_step_on_the_path() -> None:
    book, catalogue = PACK.newest("complaint")
    written = {"opened": IMPORTANT, "1h": "validity_decided = valid", "26h": {"amended": GENERAL}, "now": "27h"}
    case = fold(*written_case(book, written))
    assert case

    kept = path(case, book, catalogue, {("complaint.important-reported", "reported_in_writing")})

    assert path(case, book, catalogue)["reported_in_writing"].state == "off"
    assert kept["reported_in_writing"].state == "asked"


def one_rule(kind: str, when: dict[str, tuple[Any, ...]], **parameters: Any) -> Catalogue:
    return Catalogue(procedure="p", rules=(Rule(id="r", kind=KINDS[kind].model_validate(parameters), when=when),))


def complaint(**written: Any) -> Case:
    case = fold(*written_case(PACK.newest("complaint")[0], written))
    assert case
    return case


def test_a_guard_that_was_read_once_and_for_all_holds_as_it_was_read() -> None:
    book = PACK.newest("complaint")[0]
    minimum = one_rule("existence", {"grade": ("important",)}, of="handled", min=1)
    rhythm = one_rule(
        "recurrence", {"grade": ("important",)}, do="handled", every="1h", **{"from": "assigned", "until": "closed"}
    )
    raised = complaint(
        opened=GENERAL, **{"1h": {"amended": IMPORTANT}, "2h": "assigned", "3h": {"amended": GENERAL}}, now="4h"
    )
    lowered = complaint(opened=IMPORTANT, **{"1h": {"amended": GENERAL}, "2h": "assigned"}, now="4h")

    assert path(raised, book, minimum)["handled"].state == "off"
    assert path(lowered, book, minimum)["handled"].state == "asked"
    assert path(raised, book, rhythm)["handled"].state == "asked"
    assert path(lowered, book, rhythm)["handled"].state == "off"


# --- against the judge -----------------------------------------------------------------------------------------------


DEMANDING = (Response, Lead, Recurrence, Precedence, Existence)


@settings(max_examples=800, deadline=None)
@given(situations())
def test_no_rule_asks_for_a_step_while_it_is_said_that_none_can(situation: Situation) -> None:
    asking = {rule.id for rule in situation.catalogue.rules if isinstance(rule.kind, DEMANDING)}
    before: list[Violation] = []
    on_path: set[str] = set()

    for case in unfolding(situation):
        here = _on_path(case, situation.catalogue)
        found = [v for v in judge(situation.catalogue, case, situation.zone) if v.rule in asking]
        known = {v.identity for v in before}
        for new in (v for v in found if v.identity not in known and not _too_many(v, situation.catalogue)):
            assert set(new.step.split("|")) & (on_path | here), (new, case)
        for due in pending(case, situation.catalogue, situation.zone):
            assert set(due.selector.words) & here, (due, case)
        before, on_path = found, here


def unfolding(situation: Situation) -> Iterator[Case]:
    """Yield a case entry by entry, at its instant and just before the next, as if nothing were recorded late."""
    whole = fold(situation.events, situation.stops[-1])
    if whole is None:
        return
    events = [replace(e, recorded_at=e.occurred_at) for e in whole.events]
    for n, event in enumerate(events, 1):
        until = events[n].occurred_at - 1 if n < len(events) else whole.now
        for now in sorted({event.occurred_at, max(until, event.occurred_at)}):
            yield Case(whole.case_id, events[:n], now)


def _on_path(case: Case, catalogue: Catalogue) -> set[str]:
    """Return the words that are on the path, or may yet be, reckoned without what is broken."""
    found = weigh(demands(case, catalogue), {}, case.fields, recorded(case))
    return {word for word, place in found.items() if place.state != "off"}


def _too_many(v: Violation, catalogue: Catalogue) -> bool:
    """Whether a violation is that something was done too often."""
    (rule,) = [r for r in catalogue.rules if r.id == v.rule]
    return isinstance(rule.kind, Existence) and not rule.kind.min


@pytest.mark.parametrize("kind", [k.name for k in DEMANDING])
def test_the_property_has_something_to_hold(kind: str) -> None:
    """Among random cases each kind has a step off the path."""
    for seed in range(400):
        drawn = situation(Random(seed))
        catalogue = Catalogue(procedure="p", rules=tuple(r for r in drawn.catalogue.rules if r.kind.name == kind))
        for case in unfolding(drawn):
            if any(set(d.of) - _on_path(case, catalogue) for d in demands(case, catalogue)):
                return
    pytest.fail(f"no step of a {kind} was ever off the path")


# --- one meaning, here and on the tablet -----------------------------------------------------------------------------


def guard_of(told: list[list[dict[str, Any]]]) -> Guard:
    return tuple(
        tuple(Decider(o["of"], o["name"], None if o["values"] is None else tuple(o["values"])) for o in group)
        for group in told
    )


@pytest.mark.parametrize("told", json.loads(CASES.read_text()), ids=lambda told: str(told["name"]))
def test_the_cases_that_the_tablet_is_tried_with_mean_the_same_here(told: dict[str, Any]) -> None:
    wanted = [Demand(tuple(d["of"]), guard_of(d["guard"]), d["stands"], guard_of(d["lost"])) for d in told["demands"]]

    found = weigh(wanted, told["needs"], told["facts"], told["values"])

    assert {word: (place.state, said(place)) for word, place in found.items()} == {
        word: tuple(expected) for word, expected in told["places"].items()
    }


@pytest.mark.parametrize("told", json.loads(GUARDS.read_text()), ids=lambda told: str(told["name"]))
def test_a_guard_means_the_same_to_the_judge_to_the_path_and_to_the_tablet(told: dict[str, Any]) -> None:
    when = {name: tuple(values) for name, values in told["when"].items()}
    rule = Rule(id="t.guard", severity="minor", title={"en": "T"}, when=when, kind=Absence(do="a", after="b"))

    found = {name: decided(Decider("fact", name, values), told["facts"], {}) for name, values in when.items()}

    assert found == told["states"]
    assert rule.holds(told["facts"]) == all(state == "asked" for state in told["states"].values())
