"""The log that benchmarks judge: a sound one, in the order of the record, the same for the same seed."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bench.bpic2012 import FIVE, THIRTY, known
from bench.generate import AS_OF, make_log
from checklists.case import fold
from rules.judge import judge
from rules.loader import load_foreign
from rules.pack import Pack, load_pack
from storage.log import Log, LogForm, read_log

EVENTS = 4_000


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "log.parquet"
    make_log(path, EVENTS)
    return path


@pytest.fixture(scope="module")
def log(made: Path, pack: Pack) -> Log:
    return read_log(made, LogForm({name: pack.newest(name)[0] for name in pack.procedures}))


def test_it_is_a_sound_log_of_all_six_procedures(log: Log, pack: Pack) -> None:
    procedures = {events[0].procedure for events in log.cases.values()}

    assert len(log) == EVENTS
    assert not log.mistakes
    assert procedures == set(pack.procedures)


def test_it_stands_in_the_order_in_which_it_was_recorded(log: Log) -> None:
    events = sorted((e for case in log.cases.values() for e in case), key=lambda e: e.position)
    recorded = [e.recorded_at for e in events]

    assert recorded == sorted(recorded)
    assert recorded[-1] < AS_OF
    assert len({e.event_id for e in events}) == EVENTS


def test_it_keeps_most_rules_and_breaks_some(log: Log, pack: Pack) -> None:
    zone = ZoneInfo("UTC")
    folded = [case for events in log.cases.values() if (case := fold(events, AS_OF))]
    broken = [case.case_id for case in folded for _ in judge(pack.newest(case.events[0].procedure)[1], case, zone)]

    assert len(folded) / 10 < len(set(broken)) < len(folded) * 3 / 4


def test_the_same_seed_makes_the_same_log_and_another_makes_another(made: Path, tmp_path: Path) -> None:
    make_log(tmp_path / "same.parquet", EVENTS)
    make_log(tmp_path / "other.parquet", EVENTS, seed=2)

    assert (tmp_path / "same.parquet").read_bytes() == made.read_bytes()
    assert (tmp_path / "other.parquet").read_bytes() != made.read_bytes()


@pytest.mark.parametrize("unit", [1_000, 1_000_000])
def test_a_coarser_unit_gives_coarser_instants(unit: int, tmp_path: Path, pack: Pack) -> None:
    make_log(tmp_path / "coarse.parquet", EVENTS, unit={1_000: "ms", 1_000_000: "s"}[unit])
    coarse = read_log(tmp_path / "coarse.parquet", LogForm({n: pack.newest(n)[0] for n in pack.procedures}))

    assert all(e.occurred_at % unit == 0 == e.recorded_at % unit for case in coarse.cases.values() for e in case)


def test_the_rules_about_another_log_say_what_is_known_of_each() -> None:
    five, thirty = load_foreign(FIVE), load_foreign(THIRTY)

    assert [rule.id for rule in thirty.rules][:5] == [rule.id for rule in five.rules]
    assert {rule.id for rule in thirty.rules} == set(known(THIRTY))
    assert len(thirty.rules) == 30
    assert len({type(rule.kind) for rule in thirty.rules}) >= 5
    assert all(violations > 0 for violations, _ in known(THIRTY).values())
