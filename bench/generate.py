"""Makes an event log of the six procedures, the same for the same seed and size: what bench/bulk.py judges.

    python -m bench.generate FILE.parquet [--events 10000000] [--seed 1] [--unit us|ms|s] [--try]

A few thousand stories are written by plain Python (`stories.py`, `stories_guests.py`); DuckDB lays each over many days
of two years, with hands, instants and ids of its own, and writes the log in the order of `recorded_at`. `--try` judges
the log by the reference and says of every shipped rule how many obligations arose and how many were violated; give it
a log of 300,000 events at most.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from bench import stories, stories_guests
from bench.draft import OUTSIDERS, Draft, Entry
from checklists.instant import DAY, MINUTE, from_datetime
from rules.pack import load_pack

HERE = Path(__file__).parent
BEGIN = from_datetime(datetime(2024, 7, 1, tzinfo=UTC))
DAYS = 730
AS_OF = BEGIN + (DAYS + 31) * DAY
"""The instant at which a made-up log is judged: after its last event, whatever the day on which it is judged."""
UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000}
BOOKS: Mapping[str, tuple[Callable[[Draft], None], int, float]] = {  # writer, stories, share of the cases
    "meeting": (stories_guests.meeting, 2500, 0.40),
    "repair": (stories.repair, 4000, 0.35),
    "complaint": (stories.complaint, 2000, 0.12),
    "vip": (stories_guests.vip, 2000, 0.09),
    "weekly": (stories.weekly, 400, 0.037),
    "patrol": (stories.patrol, 80, 0.003),
}
SPARE = 1.006
COLUMNS = "story, story_row, n, event, at_us, late_us, hand, role, subject, value, data, refers, first_us, second_us"
TYPES = dict.fromkeys(COLUMNS.split(", "), "VARCHAR") | dict.fromkeys(
    ("story", "story_row", "n", "hand", "refers"), "INTEGER"
)
TYPES |= dict.fromkeys(("at_us", "late_us", "first_us", "second_us"), "BIGINT")
Rows = Iterator[tuple[Any, ...]]


def make_log(path: Path, events: int, seed: int = 1, unit: str = "us") -> None:
    """Write a log of so many events (none of a case that has not been opened) as one Parquet file."""
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch, duckdb.connect(f"{scratch}/log.duckdb") as connection:
        for setting in ("memory_limit='600MB'", "threads=2", "TimeZone='UTC'", f"temp_directory='{scratch}'"):
            connection.execute(f"SET {setting}")
        most = 50 + events // 60  # a small log needs few stories
        lengths = _load_stories(connection, Path(scratch) / "stories.csv", seed, most)
        _draw_cases(connection, lengths, events, seed)
        order = (HERE / "generated_order.sql").read_text(encoding="utf-8")
        connection.execute(order, {"unit": UNITS[unit], "calm": BEGIN + (DAYS - 40) * DAY})
        # In order: the record must stay the probed side, and two writers swap row groups (DuckDB 2.0).
        for setting in ("disabled_optimizers='join_order,build_side_probe_side'", "threads=1"):
            connection.execute(f"SET {setting}")
        log = (HERE / "generated_log.sql").read_text(encoding="utf-8")
        connection.execute(f"COPY ({log} LIMIT {events}) TO '{path}' (FORMAT parquet)")


def _load_stories(connection: duckdb.DuckDBPyConnection, path: Path, seed: int, most: int) -> dict[str, list[int]]:
    """Write the stories into a table; return of each procedure how long its stories are, in the order of their ids."""
    lengths: dict[str, list[int]] = {name: [] for name in BOOKS}
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(_story_rows(lengths, seed, most))
    connection.execute(
        f"CREATE TABLE stories AS SELECT {COLUMNS} FROM read_csv($path, header = false, columns = $types)",
        {"path": str(path), "types": TYPES},
    )
    return lengths


def _story_rows(lengths: dict[str, list[int]], seed: int, most: int) -> Rows:
    pack = load_pack()
    dice = random.Random(seed)
    story = row = 0
    for name, (write, count, _) in BOOKS.items():
        procedure = pack.newest(name)[0]
        hands: dict[str, int] = {}
        for _ in range(min(count, most)):
            draft = Draft(procedure, dice, dice.uniform(7 * 60, 19 * 60))
            write(draft)
            entries = draft.finished()
            places = {entry.id: n for n, entry in enumerate(entries)}
            for n, entry in enumerate(entries):
                yield story, row, n, *_cells(entry, places, hands)
                row += 1
            lengths[name].append(len(entries))
            story += 1


def _cells(entry: Entry, places: Mapping[int, int], hands: dict[str, int]) -> Sequence[Any]:
    hand = -2 if entry.by is None else -1 if entry.by in OUTSIDERS else hands.setdefault(entry.by, len(hands))
    first, second = [*(_microseconds(at) for at in entry.anchors), None, None][:2]
    refers = None if entry.takes_back is None else places[entry.takes_back]
    late = None if entry.late is None else _microseconds(entry.late)
    texts = entry.role, entry.subject, entry.value, entry.data
    return entry.event, _microseconds(entry.at), late, hand, *texts, refers, first, second


def _microseconds(minutes: float) -> int:
    return int(minutes * MINUTE)


def _draw_cases(
    connection: duckdb.DuckDBPyConnection, lengths: Mapping[str, Sequence[int]], events: int, seed: int
) -> None:
    """Draw the cases: of each its story and the midnight of its first day, until their events suffice."""
    dice = np.random.default_rng(seed)
    firsts = np.cumsum([0, *(len(of) for of in lengths.values())])
    every = np.concatenate([np.asarray(of) for of in lengths.values()])
    shares = np.asarray([share for _, _, share in BOOKS.values()])
    mean = sum(share * np.mean(lengths[name]) for name, (_, _, share) in BOOKS.items())
    count = int(events / mean * 1.2) + 500
    kind = dice.choice(len(BOOKS), count, p=shares / shares.sum())
    kind[0] = len(BOOKS) - 1  # one patrol book at least
    story = firsts[kind] + (dice.random(count) * np.diff(firsts)[kind]).astype(np.int64)
    needed = int(np.searchsorted(np.cumsum(every[story]), events * SPARE)) + 1
    day = np.where(kind == len(BOOKS) - 1, dice.integers(0, 10, count), dice.integers(0, DAYS, count))
    order = np.argsort(day[:needed], kind="stable")
    drawn = {name: column[order] for name, column in (("story", story), ("kind", kind), ("day", day))}
    _store_cases(connection, {"case_no": np.arange(needed), **drawn})


def _store_cases(connection: duckdb.DuckDBPyConnection, drawn: Mapping[str, npt.NDArray[np.int64]]) -> None:
    connection.register("drawn", dict(drawn))
    connection.execute(
        """CREATE TABLE cases AS
           SELECT case_no, story::INTEGER AS story, $begin + day * $a_day AS midnight, procedure,
                  upper(procedure[1]) || '-' || lpad(case_no::VARCHAR, 7, '0') AS case_id
           FROM (SELECT *, ($names::VARCHAR[])[kind + 1] AS procedure FROM drawn)""",
        {"begin": BEGIN, "a_day": DAY, "names": list(BOOKS)},
    )
    connection.unregister("drawn")


def main() -> None:
    """Make a log, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unit", choices=UNITS, default="us")
    parser.add_argument("--try", action="store_true", dest="tried")
    options = parser.parse_args()
    begin = time.perf_counter()
    make_log(options.file, options.events, options.seed, options.unit)
    seconds, peak = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = options.file.stat().st_size / 1e6
    print(f"{options.events:,} events, {size:.0f} MB, in {seconds:.1f} s, peak {peak:.0f} MB: {options.file}")
    if options.tried:
        from bench.tried import print_rules

        print_rules(options.file)


if __name__ == "__main__":
    main()
