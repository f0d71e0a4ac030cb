"""Explanations: what each kind tells, and that what would have complied would indeed have complied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import assert_never
from zoneinfo import ZoneInfo

from checklists.case import Case, fold
from checklists.event import Event, comparable
from checklists.instant import MICROSECOND, parse_instant
from rules.examples import _case as written_case
from rules.examples import examples_of
from rules.explain import explain
from rules.explanation import (
    ByAnother,
    Compliance,
    DoInTime,
    Explanation,
    LeaveOut,
    Measure,
    RecordInTime,
)
from rules.judge import judge_rule
from rules.kinds import KINDS, Existence, Selector
from rules.pack import load_pack
from tests.strategies import situation

TAIPEI = ZoneInfo("Asia/Taipei")
T0 = parse_instant("2026-03-02T00:00:00Z")  # 08:00 in Taipei
SEEDS = 5000
ROOM = 1000
"""How far apart the positions of a log are drawn, so that something fits between two."""


# --- what would have complied would have -----------------------------------------------------------------------------


def test_what_would_have_complied_does_in_random_cases() -> None:
    tried: Counter[tuple[str, bool]] = Counter()

    for told, case, zone, foreign in explained():
        kind = told.rule.kind.name
        tried[kind, is_possible(told, case)] += 1
        if is_possible(told, case):
            assert not still_broken(told, case, zone, foreign=foreign), told

    assert all(tried[kind, True] > 100 for kind in KINDS)
    assert {kind for kind, possible in tried if not possible} <= {"precedence", "limit", "existence"}
    assert sum(n for (_, possible), n in tried.items() if not possible) < tried.total() / 10


def test_it_is_the_nearest_that_would_have_complied() -> None:
    """A microsecond later, one deed fewer, one deed too many: and it is broken still."""
    tried: Counter[str] = Counter()

    for told, case, zone, foreign in explained():
        if (missed := narrowly_missed(told)) and is_possible(told, case):
            tried[told.rule.kind.name] += 1
            assert still_broken(replace(told, complied=missed), case, zone, foreign=foreign), told

    assert set(tried) == {"response", "lead", "recurrence", "precedence", "timeliness", "existence"}
    assert min(tried.values()) > 50


def explained() -> Iterator[tuple[Explanation, Case, ZoneInfo, bool]]:
    """Yield every violation of thousands of random cases, explained."""
    for seed in range(SEEDS):
        drawn = situation(Random(seed))
        foreign = drawn.catalogue.foreign
        for case in [case for stop in drawn.stops if (case := fold(drawn.events, stop))]:
            for rule in drawn.catalogue.rules:
                for violation in judge_rule(rule, case, drawn.zone, foreign=foreign):
                    yield explain(rule, case, drawn.zone, violation, foreign=foreign), case, drawn.zone, foreign


def narrowly_missed(told: Explanation) -> Compliance | None:
    match told.complied:
        case DoInTime(step=step) if {"cancelled", "closed", "amended"} & set(step.words):
            return None  # such a deed does more than to be done
        case DoInTime(count=count) as wanted if count > 1 or isinstance(told.rule.kind, Existence):
            return replace(wanted, count=count - 1)
        case DoInTime(before=before, by=by) as wanted if before is None or by < before.occurred_at:
            return replace(wanted, by=by + MICROSECOND)
        case RecordInTime(by=by) as wanted:
            return replace(wanted, by=by + MICROSECOND)
        case LeaveOut(events) as wanted if len(events) > 1:
            return replace(wanted, events=events[1:])
        case _:
            return None


def test_what_would_have_complied_does_in_every_example_of_the_shipped_rules() -> None:
    kinds = set()

    for name in load_pack().procedures:
        procedure, catalogue = load_pack().newest(name)
        for example in examples_of(catalogue):
            case = fold(*written_case(procedure, example.written))
            assert case
            for violation in judge_rule(example.rule, case, TAIPEI):
                told = explain(example.rule, case, TAIPEI, violation)
                kinds.add(example.rule.kind.name)
                assert told.trigger, example.name
                assert is_possible(told, case), example.name
                assert not still_broken(told, case, TAIPEI), example.name

    assert kinds == set(KINDS)


def is_possible(told: Explanation, case: Case) -> bool:
    match told.complied:
        case None:
            raise AssertionError(told)
        case DoInTime(possible=possible) | Measure(possible=possible):
            return possible
        case LeaveOut(events):
            return case.events[0] not in events  # a case cannot do without its beginning
        case ByAnother() | RecordInTime():
            return True
        case other:
            assert_never(other)


def still_broken(told: Explanation, case: Case, zone: ZoneInfo, *, foreign: bool = False) -> bool:
    """Whether the judge finds the violation in the case as it would have been."""
    assert told.complied
    changed = fold(spread(done_so(told, told.complied, case.events)), case.now)
    assert changed
    v = told.violation
    cause = v.cause * ROOM if isinstance(v.cause, int) else v.cause
    found = judge_rule(told.rule, changed, zone, foreign=foreign)
    before = sum(f.identity == v.identity for f in judge_rule(told.rule, case, zone, foreign=foreign))
    return sum(f.identity == (*v.identity[:4], cause) for f in found) >= before


Placed = tuple[Event, int]


def spread(placed: Sequence[Placed]) -> list[Event]:
    """Give events their positions, with room between them for what is put in."""
    return [replace(e, position=e.position * ROOM + offset) for e, offset in placed]


def done_so(told: Explanation, complied: Compliance, events: Sequence[Event]) -> list[Placed]:
    """Return the events as they would have been, each with how far from its position it stands."""
    match complied:
        case DoInTime():
            return [*((e, 0) for e in events), *deeds(told, complied, events)]
        case LeaveOut(out):
            return [(e, 0) for e in events if e not in out]
        case Measure(event, nearest):
            return [(replace(e, value=nearest) if e is event else e, 0) for e in events]
        case ByAnother(event, roles):
            role = roles[0] if roles else event.role
            return [(replace(e, role=role, actor="somebody else") if e is event else e, 0) for e in events]
        case RecordInTime(event, by):
            return [(replace(e, recorded_at=by) if e is event else e, 0) for e in events]
        case other:
            assert_never(other)


def deeds(told: Explanation, wanted: DoInTime, events: Sequence[Event]) -> Iterator[Placed]:
    """Yield what would have been done: at the last moment, at the end of that moment or just before the event named."""
    last = max(events, key=lambda e: e.position)
    ends = told.rule.kind.until if isinstance(told.rule.kind, Existence) else None
    new = next(e for e in matching(wanted.step, last, wanted) if not ends or not ends_window(e, ends))
    for number in range(wanted.count):
        if wanted.before and wanted.by == wanted.before.occurred_at:
            yield replace(new, position=wanted.before.position), number - ROOM // 2
        else:
            yield replace(new, position=last.position + 1), number


def ends_window(event: Event, until: Selector) -> bool:
    return event.event in {"closed", "cancelled"} or until.matches(event)


def matching(selector: Selector, like: Event, wanted: DoInTime) -> Iterator[Event]:
    for word, values in selector.written:
        for value in (None,) if values is None else values:
            if values is None or comparable(value) is not None:
                yield Event(
                    0, like.case_id, like.procedure, word, wanted.by, wanted.by, subject=wanted.subject, value=value
                )
