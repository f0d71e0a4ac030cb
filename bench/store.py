"""What storing costs on this machine: appends beside a bare commit, and reads, under a record of a given size.

Run it as `.venv/bin/python bench/store.py [ENTRIES]` (1,000,000 unless told); its directory is removed afterwards.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checklists.event import Event
from storage.duck import DuckStore
from storage.store import Draft, FindingQuery

START = 1_772_409_600_000_000
STEPS = ("inspected", "bed_made", "bath_cleaned", "minibar", "linen", "vacuumed", "checked", "photo")
PROCEDURES = ("room_turn", "key_loan", "repair", "meeting")


def draft(n: int) -> Draft:
    """Return the n-th event: cases of ten events, 30 of them open at a time."""
    block, within = divmod(n, 300)
    case, step = block * 30 + within % 30, within // 30
    word = "opened" if step == 0 else "closed" if step == 9 else STEPS[step - 1]
    data = {"room": f"{case % 400}", "priority": case % 5, "guests": ["A", "B"]} if step == 0 else None
    occurred, procedure = START + n * 7_000_000, PROCEDURES[case % 4]
    value = round(n % 97 / 7, 2) if step == 4 else None
    at, event_id = (occurred, occurred + 900_000), f"sheet/tablet-{n % 12}/{n:08}"
    event = Event(0, f"case-{case}", procedure, word, *at, f"p{n % 40}", "room_attendant", None, value, data, event_id)
    return Draft(event, "person:p1", {"procedure": "ab" * 32, "catalogue": "cd" * 32} if step == 0 else None)


def timed(work: Callable[[int], object], times: int) -> list[float]:
    """Return the milliseconds of each call."""
    found = []
    for n in range(times):
        start = time.perf_counter()
        work(n)
        found.append((time.perf_counter() - start) * 1e3)
    return found


def show(name: str, millis: Sequence[float], note: str = "") -> float:
    """Print median and 99th percentile; return the median."""
    median, ordered = statistics.median(millis), sorted(millis)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:44} median {median:8.2f} ms   p99 {p99:8.2f} ms   {note}", flush=True)
    return median


def floor(directory: Path) -> float:
    """Time a bare insert of one row with its commit, in a database of its own."""
    with duckdb.connect(directory / "floor.duckdb") as connection:
        connection.execute("CREATE OR REPLACE TABLE t (a BIGINT, b VARCHAR)")
        insert = "INSERT INTO t VALUES (?, ?)"
        return show("floor: INSERT of two columns; COMMIT", timed(lambda n: connection.execute(insert, [n, "x"]), 500))


def fill(store: DuckStore, entries: int) -> None:
    """Append up to so many entries, 5,000 at a time."""
    start, first = time.perf_counter(), store.head().seq
    for low in range(first, entries, 5_000):
        store.append([draft(n) for n in range(low, min(low + 5_000, entries))])
    seconds = time.perf_counter() - start
    print(f"filled to {entries:,} entries in {seconds:.1f} s ({(entries - first) / max(seconds, 1e-9):,.0f} rows/s)")


def appends(store: DuckStore, directory: Path) -> None:
    """Time appends of one and of many entries beside the floor."""
    base = floor(directory)

    def append(rows: int) -> Callable[[int], object]:
        def once(_: int) -> None:
            first = store.head().seq
            store.append([draft(n) for n in range(first, first + rows)])

        return once

    for rows, times in ((1, 1_000), (10, 200), (50, 100), (200, 50)):
        millis = timed(append(rows), times)
        note = (
            f"{rows * 1e3 / statistics.median(millis):,.0f} rows/s, {statistics.median(millis) / base:.1f} x the floor"
        )
        show(f"append of {rows}", millis, note)
    floor(directory)


def reads(store: DuckStore) -> None:
    """Time what the service asks for."""
    cases = store.head().seq // 10
    many = [f"case-{n * max(cases // 500, 1)}" for n in range(500)]
    show("entries of one case", timed(lambda n: list(store.entries([f"case-{n * 37 % cases}"])), 50))
    show("entries of 500 cases", timed(lambda _: list(store.entries(many)), 5))
    show("named", timed(lambda n: store.named(draft(n * 37 % (cases * 10)).event.event_id or ""), 100))
    show("cases", timed(lambda _: store.cases(), 5))
    show("open cases", timed(lambda _: store.cases(open_only=True), 5))
    show("findings", timed(lambda _: store.findings(FindingQuery(state="open")), 5))


def main() -> None:
    """Measure an empty record, then one of the given size."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=".") as name:
        directory = Path(name)
        store = DuckStore(directory / "var")
        print("--- an empty record")
        appends(store, directory)
        print(f"--- a record of {entries:,}")
        fill(store, entries)
        store.close()
        size = sum(p.stat().st_size for p in (directory / "var").iterdir()) / 1e6
        start = time.perf_counter()
        store = DuckStore(directory / "var")
        print(f"opened in {time.perf_counter() - start:.2f} s, {size:.0f} MB on the disk")
        appends(store, directory)
        reads(store)
        start = time.perf_counter()
        wrong = store.verify()
        print(f"verified in {time.perf_counter() - start:.1f} s: {len(wrong)} mismatches")
        store.close()


if __name__ == "__main__":
    main()
