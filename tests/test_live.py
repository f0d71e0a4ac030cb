"""The live judge: what it tells a service, and the guard around durable-rules."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checklists.event import Event
from checklists.instant import MINUTE, format_instant
from rules.kinds import KINDS, Catalogue, Existence, Rule
from rules.live import Change, EngineError, LiveJudge, self_test
from rules.live.engine import Engine, fnv1a
from rules.live.measures import ordered
from rules.live.ruleset import RULES
from rules.live.selftest import check

UTC = ZoneInfo("UTC")


def catalogue(**rules: Mapping[str, Any]) -> Catalogue:
    """Return a catalogue of rules given as `name={kind: parameters}`."""
    return Catalogue(
        procedure="p",
        rules=tuple(
            Rule(id=name, kind=KINDS[kind].model_validate(parameters))
            for name, rule in rules.items()
            for kind, parameters in rule.items()
        ),
    )


ANSWERED = catalogue(answered={"response": {"after": "asked", "do": "answered", "within": "10m"}})


def event(position: int, word: str, minute: int, case_id: str = "case", **more: Any) -> Event:
    recorded = more.pop("recorded", minute)
    return Event(position, case_id, "p", word, minute * MINUTE, recorded * MINUTE, event_id=f"e{position}", **more)


@pytest.fixture
def live() -> LiveJudge:
    judge = LiveJudge(UTC)
    judge.advance(0)
    return judge


def told(live: LiveJudge) -> list[tuple[str, int, int | None]]:
    return [(c.what, c.violation.at // MINUTE, c.position) for c in live.changes()]


# --- what a service is told ------------------------------------------------------------------------------------------


def test_a_violation_opens_by_the_clock_and_is_remedied_by_its_deed(live: LiveJudge) -> None:
    live.feed([event(1, "opened", 0), event(2, "asked", 0)], ANSWERED)

    assert live.next_due() == 10 * MINUTE + 1
    live.advance(10 * MINUTE)
    assert told(live) == []
    live.advance(10 * MINUTE + 1)
    assert told(live) == [("opened", 10, None)]
    live.advance(12 * MINUTE)
    live.feed([event(3, "answered", 12)], ANSWERED)
    assert told(live) == [("remedied", 10, 3)]
    assert [v.remedied_at for v in live.violations("case")] == [12 * MINUTE]


def test_a_deed_recorded_late_rescinds_what_no_longer_holds(live: LiveJudge) -> None:
    live.feed([event(1, "opened", 0), event(2, "asked", 0)], ANSWERED)
    live.advance(20 * MINUTE)
    assert told(live) == [("opened", 10, None)]

    live.feed([event(3, "answered", 9, recorded=20)], ANSWERED)

    assert told(live) == [("rescinded", 10, 3)]
    assert live.violations() == []


def test_a_retraction_opens_and_rescinds_as_if_the_event_had_never_been(live: LiveJudge) -> None:
    unsigned = catalogue(signed={"precedence": {"all": ["signed"], "before": "done"}})
    live.advance(9 * MINUTE)
    live.feed([event(1, "opened", 0), event(2, "signed", 1), event(3, "done", 2)], unsigned)
    assert told(live) == []

    live.feed([event(4, "retracted", 3, data={"event_id": "e2"})], unsigned)
    assert told(live) == [("opened", 2, 4)]
    live.feed([event(5, "retracted", 4, data={"event_id": "e3"})], unsigned)

    assert told(live) == [("rescinded", 2, 5)]


def test_an_event_that_is_not_known_yet_waits(live: LiveJudge) -> None:
    live.feed([event(1, "opened", 0), event(2, "asked", 0), event(3, "answered", 5, recorded=15)], ANSWERED)

    live.advance(12 * MINUTE)
    assert told(live) == [("opened", 10, None)]
    assert live.next_due() == 15 * MINUTE
    live.advance(15 * MINUTE)

    assert told(live) == [("rescinded", 10, 3)]


def test_a_lead_told_too_late_is_a_short_notice_at_once_and_taken_back_by_an_amendment_at_that_instant(
    live: LiveJudge,
) -> None:
    ready = catalogue(ready={"lead": {"do": ["ready"], "before": "start", "by": "8h"}})
    live.feed([event(1, "opened", 0, data={"start": format_instant(60 * MINUTE)})], ready)
    assert [(v.at, v.short_notice) for v in live.violations()] == [(0, True)]

    live.feed([event(2, "amended", 0, data={"start": format_instant(900 * MINUTE)})], ready)

    assert live.violations() == []
    assert told(live) == [("opened", 0, None), ("rescinded", 0, 2)]


def test_a_settled_case_is_dropped_and_comes_back_with_its_whole_history(live: LiveJudge) -> None:
    history = [event(1, "opened", 0), event(2, "asked", 0), event(3, "closed", 3)]
    live.feed(history, ANSWERED)
    live.advance(3 * MINUTE)
    assert not live.settled("case")
    live.advance(11 * MINUTE)
    assert live.settled("case")
    reported = live.violations("case")
    live.changes()

    live.drop("case")
    assert live.violations() == []
    live.load("case", [*history, event(4, "answered", 11)], ANSWERED, reported)

    assert told(live) == [("remedied", 10, None)]


def test_loading_says_nothing_unless_it_is_told_what_was_reported(live: LiveJudge) -> None:
    live.advance(60 * MINUTE)

    live.load("case", [event(1, "opened", 0), event(2, "asked", 0)], ANSWERED)

    assert live.changes() == []
    assert len(live.violations("case")) == 1


def test_after_a_cancellation_nothing_falls_due(live: LiveJudge) -> None:
    live.feed([event(1, "opened", 0), event(2, "asked", 0)], ANSWERED)
    live.advance(10 * MINUTE)
    live.feed([event(3, "cancelled", 10)], ANSWERED)

    assert live.settled("case")
    assert live.next_due() is None
    live.advance(11 * MINUTE)
    live.feed([event(4, "retracted", 11, data={"event_id": "e3"})], ANSWERED)

    assert told(live) == [("opened", 10, 4)]


def test_a_case_keeps_the_catalogue_that_it_began_with(live: LiveJudge) -> None:
    live.feed([event(1, "opened", 0)], ANSWERED)

    live.feed([event(2, "asked", 0)], catalogue())
    live.advance(11 * MINUTE)

    assert [v.rule for v in live.violations()] == ["answered"]


def test_a_case_whose_opening_is_fed_but_not_known_yet_has_not_begun(live: LiveJudge) -> None:
    live.advance(20 * MINUTE)
    live.feed([event(2, "asked", 0)], ANSWERED)
    assert told(live) == [("opened", 10, None)]

    live.feed([event(1, "opened", 0, recorded=30)], ANSWERED)
    assert [what for what, *_ in told(live)] == ["rescinded"]
    live.advance(30 * MINUTE)

    assert told(live) == [("opened", 10, None)]


def test_a_window_whose_guard_fails_at_its_first_start_is_none_and_no_later_start_opens_one(live: LiveJudge) -> None:
    rule = Rule(id="never", kind=Existence.model_validate({"of": "b", "max": 0, "from": "a"}), when={"g": (1,)})
    never = Catalogue(procedure="p", rules=(rule,))
    live.advance(9 * MINUTE)
    live.feed([event(1, "opened", 0), event(2, "a", 1), event(3, "amended", 2, data={"g": 1})], never)

    live.feed([event(4, "a", 3), event(5, "b", 4)], never)

    assert live.violations() == []


def test_time_never_goes_back(live: LiveJudge) -> None:
    live.advance(5 * MINUTE)

    live.advance(MINUTE)

    assert live.now == 5 * MINUTE


# --- durable-rules ---------------------------------------------------------------------------------------------------


def test_durable_rules_judges_a_known_case_rightly_in_a_process_of_its_own() -> None:
    self_test()


@pytest.mark.parametrize("rule", RULES)
def test_without_any_one_durable_rule_the_answer_is_wrong(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check()

    monkeypatch.delitem(RULES, rule)

    with pytest.raises(EngineError):
        check()


@pytest.mark.parametrize("value", [True, None, 1.5, 2**63, -(2**63), "", "x" * 401, "甲"])
def test_what_durable_rules_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(EngineError, match="64-bit integer or short ASCII text"):
        Engine().hold("k1", "seen", key="c1", at=value)


def test_a_fact_that_no_rule_names_is_refused() -> None:
    with pytest.raises(EngineError, match="does not take"):
        Engine().hold("k1", "nonsense", key="c1")


def test_a_held_fact_that_makes_a_rule_fire_is_refused() -> None:
    with pytest.raises(EngineError, match="only a pulse may cause"):
        Engine().hold("k1", "start", key="c1")


def test_an_action_that_fails_is_not_passed_over() -> None:
    class Broken(list[Any]):
        def append(self, _: Any) -> None:
            raise RuntimeError("broken")

    engine = Engine()
    engine._fired = Broken()

    with pytest.raises(EngineError, match="broken"):
        engine.pulse("k1", "start", key="c1")


@pytest.mark.parametrize("name", RULES)
def test_every_durable_rule_has_the_form_that_the_library_answers_rightly(name: str) -> None:
    first, *others = RULES[name]

    assert list(first) == ["a"]
    for pattern in others:
        ((alias, condition),) = pattern.items()
        *_, last = condition["$and"]
        assert not alias.endswith("$not") or pattern is others[-1], "a pattern that must not be there stands last"
        assert list(last) in (["key"], ["n"]), "the equality of keys stands last"
        assert isinstance(last[next(iter(last))], dict)


def test_an_id_whose_hash_is_in_use_is_passed_over() -> None:
    engine = Engine()
    engine._hashes.add(fnv1a("m1"))

    fact = engine.hold("k1", "seen", key="c1", at=1)

    assert fact.body["id"] == "m2"


def test_doubles_keep_their_order_as_integers() -> None:
    doubles = [float("-inf"), -1e300, -2.5, -1.0, -1e-300, 0.0, 5e-324, 1e-7, 1.0, 2.5, 1e300, float("inf")]

    assert [ordered(d) for d in doubles] == sorted(ordered(d) for d in doubles)
    assert len({ordered(d) for d in doubles}) == len(doubles)
    assert ordered(-0.0) == ordered(0.0)


def test_threads_lose_no_verdict() -> None:
    live = LiveJudge(UTC)
    live.advance(MINUTE)

    def work(thread: int) -> None:
        for n in range(30):
            name = f"case {thread} {n}"
            live.feed(
                [event(1, "opened", 0, name), event(2, "asked", 0, name), event(3, "answered", 1, name)], ANSWERED
            )
            live.feed([event(4, "asked", 1, name)], ANSWERED)

    threads = [threading.Thread(target=work, args=(t,)) for t in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live.advance(20 * MINUTE)

    assert len(live.violations()) == 8 * 30
    assert {c.what for c in live.changes()} == {"opened"}


@pytest.mark.slow
def test_ten_thousand_open_obligations_are_met_and_broken_each_by_its_own() -> None:
    live = LiveJudge(UTC)
    live.advance(0)
    for n in range(10_000):
        live.feed([event(1, "opened", 0, f"case {n}"), event(2, "asked", 0, f"case {n}")], ANSWERED)

    for n in range(0, 10_000, 2):
        live.feed([event(3, "answered", 0, f"case {n}")], ANSWERED)
    live.advance(11 * MINUTE)

    assert {v.case_id for v in live.violations()} == {f"case {n}" for n in range(1, 10_000, 2)}
    assert live.changes()[0] == Change("opened", live.violations()[0], None)


def test_one_deed_meets_many_obligations() -> None:
    live = LiveJudge(UTC)
    live.advance(5 * MINUTE)
    live.feed([event(0, "opened", 0), *(event(n, "asked", 1) for n in range(1, 2001))], ANSWERED)

    live.feed([event(3000, "answered", 5)], ANSWERED)
    live.advance(60 * MINUTE)

    assert live.violations() == []
