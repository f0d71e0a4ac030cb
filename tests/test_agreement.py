"""The live judge says what the reference says, whenever one looks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from checklists.case import fold
from checklists.errors import SopwatchError
from checklists.event import Event
from checklists.instant import Instant
from rules.judge import judge
from rules.kinds import Existence, Lead, Limit, Recurrence, Rule, Timeliness
from rules.live import Change, LiveJudge, Plans, judge_log
from rules.violation import Violation, sort_key
from tests.strategies import CASE, NIGHTS, Situation, reduced, situations

EXAMPLES = int(os.environ.get("AGREEMENT_EXAMPLES", "6000"))
OFTEN = EXAMPLES // 2000
_PLANS = Plans()
_HOW = st.sampled_from(("as known", "as known", "all at once", "in batches", "too early"))


def from_scratch(situation: Situation, events: Sequence[Event], now: Instant) -> list[Violation]:
    case = fold(events, now)
    return sorted(judge(situation.catalogue, case, situation.zone) if case else [], key=_full)


def _full(v: Violation) -> tuple[object, ...]:
    return (*sort_key(v), str(v.cause))


class Ledger:
    """Keeps up with the changes, as a service that is told nothing else would."""

    def __init__(self) -> None:
        self.said: Counter[Violation] = Counter()

    def note(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.what == "remedied":
                self._take(replace(change.violation, remedied_at=None))
            if change.what == "rescinded":
                self._take(change.violation)
            else:
                self.said[change.violation] += 1

    def _take(self, violation: Violation) -> None:
        assert self.said[violation] > 0, f"{violation} was never opened"
        self.said[violation] -= 1


class Live:
    """One live run of a situation: what has been fed, and whether it says so."""

    def __init__(self, situation: Situation, how: str) -> None:
        self.situation = situation
        self.how = how
        self.judge = LiveJudge(situation.zone, _PLANS)
        self.ledger = Ledger()
        self.fed: list[Event] = []
        self.rest = sorted(situation.events, key=lambda e: (_known_at(e), e.position))
        if how == "all at once":
            self.feed(list(situation.events))
            self.rest = []
        if how == "too early":
            self.rest.sort(key=lambda e: e.position)

    def feed(self, events: Sequence[Event]) -> None:
        self.judge.feed(events, self.situation.catalogue)
        self.fed += events

    def advance(self, now: Instant) -> None:
        known = [e for e in self.rest if _known_at(e) <= now]
        arriving = self.rest[:3] if self.how == "too early" else known
        self.rest = [e for e in self.rest if e not in arriving]
        if self.how == "as known":
            for event in arriving:
                self.judge.advance(_known_at(event))
                self.feed([event])
        self.judge.advance(now)
        if self.how in {"in batches", "too early"}:
            self.feed(arriving)

    def check(self, now: Instant) -> list[Violation]:
        found = sorted(self.judge.violations(), key=_full)
        assert found == from_scratch(self.situation, self.fed, now)
        due = self.judge.next_due()
        if due is None or due - 1 > now:
            later = now + 10**15 if due is None else due - 1
            assert found == from_scratch(self.situation, self.fed, later), f"something falls due before {due}"
        self.ledger.note(self.judge.changes())
        assert +self.ledger.said == Counter(found)
        return found

    def reload(self) -> None:
        self.judge.load(CASE, self.fed, self.situation.catalogue, self.ledger.said.elements())

    def close(self) -> None:
        self.judge.drop(CASE)
        assert self.judge.next_due() is None
        _PLANS.clear()
        assert _PLANS.engine.held == 0


def _known_at(event: Event) -> Instant:
    return max(event.occurred_at, event.recorded_at)


def options(rule: Rule) -> Iterator[str]:
    """Yield what is to be met often: the kind, and each of its options that a rule uses."""
    kind = rule.kind
    yield kind.name
    if rule.when:
        yield f"{kind.name} guarded"
    for name in type(kind).model_fields:
        value = getattr(kind, name)
        if value is not None and name in {"same", "given", "min", "max", "from_", "each", "roles", "not_by"}:
            yield f"{kind.name} {name}"
    match kind:
        case Lead() | Recurrence():
            span = kind.by if isinstance(kind, Lead) else kind.every
            yield f"{kind.name} by {'days' if isinstance(span, str) else 'duration'}"
        case Limit() if isinstance(kind.max, str) or isinstance(kind.min, str):
            yield "limit by field"
        case Timeliness():
            yield f"timeliness {'of some' if kind.of else 'of all'}"
        case Existence() if kind.until.label != "closed":
            yield "existence until"
        case _:
            pass
    for selector in kind.selectors():
        if len(selector.alternatives) > 1:
            yield f"{kind.name} any"
        if any(values is not None for _, values in selector.alternatives):
            yield f"{kind.name} value"


class Coverage:
    """How often each kind and option was met, violated, remedied, and pending while one looked."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()
        self.comparisons = 0

    def note(self, situation: Situation, looks: Sequence[Sequence[Violation]]) -> None:
        self.comparisons += len(looks)
        for rule in situation.catalogue.rules:
            last = {v for v in looks[-1] if v.rule == rule.id}
            first = {v for v in looks[0] if v.rule == rule.id}
            selectors = rule.kind.selectors()
            touched = not selectors or any(s.matches(e) for s in selectors for e in situation.events)
            for option in options(rule):
                self.seen[option, "violated"] += bool(last)
                self.seen[option, "met"] += touched and not last
                self.seen[option, "pending"] += bool(last - first)
                self.seen[option, "remedied"] += any(v.remedied_at is not None for v in last)
                self.seen[option, "short notice"] += any(v.short_notice for v in last)

    def rare(self) -> list[str]:
        """Return what was not met, violated and pending often."""
        names = {option for option, _ in self.seen}
        wanted = ("met", "violated", "pending")
        return [f"{o} {what}" for o in sorted(names) for what in wanted if self.seen[o, what] < OFTEN]


def look(situation: Situation, how: str, reload_at: int) -> list[list[Violation]]:
    """Run a situation live and compare it with the reference at each stop; return what was found there."""
    live, looks = Live(situation, how), []
    try:
        for index, stop in enumerate(situation.stops):
            live.advance(stop)
            looks.append(live.check(stop))
            if index == reload_at:
                live.reload()
                live.check(stop)
    finally:
        live.close()
    return looks


def fails(situation: Situation, how: str, reload_at: int) -> bool:
    try:
        look(situation, how, reload_at)
    except (AssertionError, SopwatchError):
        return True
    return False


@pytest.mark.slow
def test_the_live_judge_agrees_with_the_reference_whenever_one_looks() -> None:
    coverage = Coverage()

    @settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.generate))
    @given(situations(), _HOW, st.integers(0, 9))
    def agree(situation: Situation, how: str, reload_at: int) -> None:
        try:
            coverage.note(situation, look(situation, how, reload_at))
        except (AssertionError, SopwatchError):
            small = reduced(situation, lambda s: fails(s, how, reload_at))
            note(f"made small: {small}")
            look(small, how, reload_at)
            raise

    agree()

    assert not coverage.rare()


@settings(max_examples=max(EXAMPLES // 150, 1), deadline=None)
@given(st.lists(situations(), min_size=20, max_size=60), st.sampled_from(NIGHTS))
def test_cases_under_one_clock_do_not_disturb_each_other(drawn: list[Situation], night: tuple[str, str]) -> None:
    zone = ZoneInfo(night[0])
    several = [_renamed(replace(s, zone=zone), f"case {n}") for n, s in enumerate(drawn)]
    live = LiveJudge(zone, _PLANS)
    stops = sorted(stop for s in several for stop in s.stops)

    for situation in several:
        live.feed(situation.events, situation.catalogue)
    for stop in (stops[len(stops) // 2], stops[-1]):
        live.advance(stop)

        expected = [v for s in several for v in from_scratch(s, s.events, stop)]
        assert sorted(live.violations(), key=_full) == sorted(expected, key=_full)
    for situation in several:
        live.drop(situation.events[0].case_id)
    _PLANS.clear()
    assert _PLANS.engine.held == 0


@settings(max_examples=max(EXAMPLES // 60, 1), deadline=None)
@given(st.lists(situations(), min_size=1, max_size=10))
def test_a_replayed_log_ends_where_an_evaluation_from_scratch_does(drawn: list[Situation]) -> None:
    zone, now = drawn[0].zone, max(stop for s in drawn for stop in s.stops)
    several = [_renamed(replace(s, zone=zone), f"case {n}") for n, s in enumerate(drawn)]
    catalogues = {s.events[0].case_id: s.catalogue for s in several}

    found = judge_log((s.events for s in several), lambda events: catalogues[events[0].case_id], now, zone)

    expected = [v for s in several for v in from_scratch(s, s.events, now)]
    assert sorted(found, key=_full) == sorted(expected, key=_full)


def _renamed(situation: Situation, case_id: str) -> Situation:
    return replace(situation, events=tuple(replace(e, case_id=case_id) for e in situation.events))
