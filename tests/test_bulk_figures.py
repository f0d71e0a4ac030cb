"""The figures counted in bulk are those of the reference, of every rule in every case, as of any instant."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from bench.generate import AS_OF, make_log
from checklists.case import fold
from checklists.event import Event
from checklists.instant import DAY, Instant
from rules.figures import Figures, figures
from rules.kinds import Catalogue
from sopwatch.check import Question, check
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

    parts = {part for (_, part), n in seen.items() if n}
    assert parts == {part.name for part in fields(Figures)} - {"waived"}
    for done in (("met",), ("open", "remedied"), ("cases",), ("vacuous",)):
        assert len({kind for (kind, part), n in seen.items() if n and part in done}) == 9


FOREIGN = """
rules:
  - {id: closed-in-a-day, response: {after: opened, do: closed, within: 1d}}
  - {id: nothing-after, absence: {do: amended, after: closed}}
  - {id: closed-once, existence: {of: closed, min: 1, max: 1}}
  - {id: recorded-at-once, timeliness: {within: 10m}}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "log.parquet"
    make_log(path, 4_000)
    return path


@pytest.mark.parametrize("foreign", [False, True])
@pytest.mark.parametrize("earlier", [0, 400 * DAY, 5_000 * DAY])
def test_check_counts_a_file_in_bulk_as_the_reference_does(
    made: Path, tmp_path: Path, foreign: bool, earlier: int
) -> None:
    (tmp_path / "rules.yaml").write_text(FOREIGN, "utf-8")
    rules = tmp_path / "rules.yaml" if foreign else None
    mapping = {name: name for name in ("case_id", "event", "occurred_at", "recorded_at")} if foreign else None
    now = AS_OF - earlier
    question = Question(made, now, ZoneInfo("Asia/Taipei"), rules=rules, mapping=mapping, summary=True)

    counted, wanted = check(question, "bulk"), check(question, "reference")

    assert counted.verdicts == 0 < wanted.verdicts, "the file did not stay in the database"
    assert counted.figures == wanted.figures
    assert list(counted.figures) == list(wanted.figures)
    assert bool(counted.figures) == (earlier < 5_000 * DAY)
