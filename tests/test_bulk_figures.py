"""The figures counted in bulk are those of the reference, of every rule in every case, as of any instant."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from checklists.case import fold
from checklists.event import Event
from checklists.instant import Instant
from rules.figures import Figures, figures
from rules.kinds import Catalogue
from storage import bulk_figures
from storage.bulk import DuckEngine, judge_log
from storage.bulk_events import load_cases, scratch
from tests.strategies import Situation, reduced
from tests.test_bulk import drawn

EXAMPLES = int(os.environ.get("BULK_FIGURES_EXAMPLES", "6"))
ByRule = Mapping[str, Figures]


def expected(one: Situation, zone: ZoneInfo, now: Instant) -> ByRule:
    case = fold(one.events, now)
    return figures(one.catalogue, case, zone) if case else {r.id: Figures() for r in one.catalogue.rules}


def in_bulk(several: Sequence[Situation], zone: ZoneInfo, now: Instant) -> list[ByRule]:
    """Return the figures of each situation: its catalogue is a group of its own, so that every case is seen apart."""
    catalogues = {one.events[0].case_id: one.catalogue for one in several}

    def catalogue_for(events: Sequence[Event]) -> Catalogue:
        return catalogues[events[0].case_id]

    with scratch() as (db, _):
        plan = load_cases(db, [one.events for one in several], catalogue_for)
        engine = DuckEngine(db, alone=True)
        bulk_figures.count_log(judge_log(engine, plan, now, zone))
        found = bulk_figures.figures(engine, plan)
    return [{r.id: found[str(n), r.id] for r in one.catalogue.rules} for n, one in enumerate(several)]


def differs(one: Situation, zone: ZoneInfo, now: Instant) -> bool:
    return bool(one.events) and in_bulk([one], zone, now) != [expected(one, zone, now)]


@pytest.mark.slow
def test_the_figures_in_bulk_agree_with_the_reference_as_of_any_instant() -> None:
    seen: Counter[tuple[str, str]] = Counter()

    def note_seen(one: Situation, wanted: ByRule) -> None:
        for rule in one.catalogue.rules:
            for part in fields(Figures):
                seen[rule.kind.name, part.name] += getattr(wanted[rule.id], part.name)

    @settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.generate))
    @given(st.integers(0, 2**64 - 1), st.booleans())
    def agree(seed: int, opened_first: bool) -> None:
        several = drawn(Random(seed), opened_first=opened_first)
        zone, stops = several[0].zone, sorted(stop for one in several for stop in one.stops)
        for now in (stops[len(stops) // 5], stops[len(stops) * 3 // 5], stops[-1]):
            for one, mine in zip(several, in_bulk(several, zone, now), strict=True):
                wanted = expected(one, zone, now)
                note_seen(one, wanted)
                if mine != wanted:
                    small = reduced(one, lambda s, now=now: differs(s, zone, now))  # type: ignore[misc]
                    note(f"made small, as of {now}: {small}")
                    assert in_bulk([small], zone, now) == [expected(small, zone, now)]
                    assert mine == wanted

    agree()

    assert not {(kind, part) for kind, parts in MET_OFTEN.items() for part in parts if not seen[kind, part]}


DECIDED = ("met", "open", "cases", "vacuous")
MET_OFTEN: Mapping[str, Sequence[str]] = {
    "response": (*DECIDED, "remedied", "pending", "lapsed", "short_notice"),
    "lead": (*DECIDED, "remedied", "pending", "lapsed", "short_notice"),
    "recurrence": (*DECIDED, "remedied", "pending", "lapsed"),
    "precedence": (*DECIDED, "remedied"),
    "existence": (*DECIDED, "pending", "lapsed"),
    "limit": (*DECIDED, "remedied"),
    "authority": DECIDED,
    "timeliness": ("met", "remedied", "cases", "vacuous"),
    "absence": DECIDED,
}
"""What is to be met of each kind, lest a comparison of noughts pass for agreement."""
