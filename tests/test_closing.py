"""What a case still asks for before it is closed: said beforehand as the judge says it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings

from checklists.case import Case, fold
from checklists.event import Event
from checklists.instant import HOUR, parse_instant
from rules.closing import asked, forbidden, may_ask, may_forbid, per_name
from rules.judge import judge_rule
from rules.kinds import KINDS, Catalogue, Existence, Precedence, Rule, parse_selector
from rules.pack import load_pack
from tests.strategies import Situation, situations

TAIPEI = ZoneInfo("Asia/Taipei")
T0 = parse_instant("2026-03-02T00:00:00Z")
UNIT = {"scope": "unit", "chargeable": True, "under_warranty": False}


def case_of(*words: str, fields: Mapping[str, Any] = UNIT) -> Case:
    events = [Event(1, "c", "repair", "opened", T0, T0, data=fields)]
    events += [Event(n, "c", "repair", word, T0 + n * HOUR, T0 + n * HOUR) for n, word in enumerate(words, 2)]
    case = fold(events, T0 + 100 * HOUR)
    assert case
    return case


def repair() -> Catalogue:
    return load_pack().newest("repair")[1]


def missing(case: Case, catalogue: Catalogue) -> list[str]:
    return [one.selector.label for one in asked(case, catalogue) if one.missing and one.first is None]


def catalogue_of(kind: str, **parameters: Any) -> Catalogue:
    return Catalogue(procedure="p", rules=(Rule(id="r", kind=KINDS[kind].model_validate(parameters)),))


def test_a_completed_unit_repair_asks_for_three_signatures_the_fee_and_its_form() -> None:
    wanted = ["signed_owner", "signed_worker", "signed_repair_supervisor", "fee_settled", "form_returned"]

    assert missing(case_of("completed"), repair()) == wanted
    assert missing(case_of("completed", *wanted), repair()) == []


def test_a_public_repair_asks_for_the_support_supervisor_instead() -> None:
    public = case_of("completed", fields={**UNIT, "scope": "public"})

    assert missing(public, repair()) == ["signed_support_supervisor", "form_kept"]


def test_what_each_name_of_a_list_is_asked_for_is_known_while_nobody_is_on_it() -> None:
    vip = load_pack().newest("vip")[1]

    def reception(*events: tuple[str, Mapping[str, Any] | None]) -> Case:
        made = [Event(n, "c", "vip", word, T0, T0, data=data) for n, (word, data) in enumerate(events, 1)]
        case = fold(made, T0 + HOUR)
        assert case
        return case

    opened, ready, named = ("opened", {"grade": "A"}), ("lobby_ready", None), ("amended", {"guests": ["Chou", "Wu"]})
    [each] = per_name(reception(opened, ready), vip)

    assert (each.selector.label, each.subject, each.missing) == ("greeted", None, 3)
    assert [one for one in may_ask(reception(opened, ready), vip) if one.rule == each.rule] == []
    asked_then = [one for one in may_ask(reception(opened, ready, named), vip) if one.rule == each.rule]
    assert asked_then == [replace(each, subject=name) for name in ("Chou", "Wu")]
    assert per_name(reception(opened), vip) == [], "nobody counts before the lobby is ready"


def test_what_other_facts_would_ask_for_is_told_with_its_guard() -> None:
    case = case_of("completed", fields={**UNIT, "scope": "public"})

    whatever = {one.selector.label: one.when for one in may_ask(case, repair())}

    assert whatever["signed_owner"]["scope"] == ("unit",)
    assert "signed_owner" not in missing(case, repair())


def test_a_rule_that_only_other_facts_would_bring_forbids_nothing_now() -> None:
    only = catalogue_of("authority", of="closed", roles=["supervisor"])
    guarded = only.model_copy(update={"rules": (only.rules[0].model_copy(update={"when": {"scope": ("public",)}}),)})

    assert [r.id for r in may_forbid(case_of(), guarded, TAIPEI, ("lin", "worker"))] == ["r"]
    assert forbidden(case_of(), guarded, TAIPEI, ("lin", "worker")) == []


def test_before_the_work_is_done_nothing_is_asked_yet_but_what_will_be_is_told() -> None:
    later = [one for one in asked(case_of(), repair()) if one.first is not None]

    assert missing(case_of(), repair()) == []
    assert {one.first.label for one in later if one.first} == {"completed"}
    assert "signed_owner" in [one.selector.label for one in later]


def test_who_may_not_close_is_told_beforehand() -> None:
    only = catalogue_of("authority", of="closed", roles=["supervisor"])

    assert [r.id for r in forbidden(case_of(), only, TAIPEI, ("lin", "worker"))] == ["r"]
    assert forbidden(case_of(), only, TAIPEI, ("chen", "supervisor")) == []


def test_a_case_that_must_not_be_closed_any_more_says_so() -> None:
    never = catalogue_of("absence", do="closed", after="withdrawn")

    assert [r.id for r in forbidden(case_of("withdrawn"), never, TAIPEI, ("lin", None))] == ["r"]
    assert forbidden(case_of(), never, TAIPEI, ("lin", None)) == []


@settings(max_examples=400, deadline=None)
@given(situations())
def test_what_is_said_to_be_missing_is_what_the_judge_finds_once_the_case_is_closed(situation: Situation) -> None:
    situation = replace(situation, catalogue=_gated(situation.catalogue))
    for now in situation.stops:
        case = fold(situation.events, now)
        if case is None or case.cancelled_at is not None or case.events[-1].occurred_at == now:
            continue
        gate = Event(10_000, case.case_id, "p", "closed", now, now)
        closed = replace(case, events=[*case.events, gate])
        rules = [rule for rule in situation.catalogue.rules if isinstance(rule.kind, Precedence | Existence)]

        found = _found(rules, closed, situation)
        found.subtract(_found(rules, case, situation))
        said = Counter(
            (one.rule.id, one.selector.label, one.subject)
            for one in asked(case, situation.catalogue)
            if one.missing and one.first is None
        )

        assert +found == said


def _gated(catalogue: Catalogue) -> Catalogue:
    """Let every precedence of a catalogue stand before `closed`."""
    gate = parse_selector("closed")

    def gated(rule: Rule) -> Rule:
        if not isinstance(rule.kind, Precedence):
            return rule
        return rule.model_copy(update={"kind": rule.kind.model_copy(update={"before": gate})})

    return catalogue.model_copy(update={"rules": tuple(map(gated, catalogue.rules))})


def _found(rules: list[Rule], case: Case, situation: Situation) -> Counter[tuple[str, str, str | None]]:
    found = (
        (v.rule, v.step, v.subject)
        for rule in rules
        for v in judge_rule(rule, case, situation.zone, foreign=situation.catalogue.foreign)
    )
    return Counter(found)
