"""How fast a whole log is judged, beside the peers, a bare scan of the same columns, and the reference judge.

    python -m bench.bulk bpic5     [--log FILE.parquet]   five rules, beside pm4py, Declare4Py and the scan
    python -m bench.bulk bpic30    [--log FILE.parquet]   thirty rules, beside the scan
    python -m bench.bulk generated [--events 10000000]    all shipped rules over a made-up log; 1/10 of it, too
    python -m bench.bulk memory    [--events 10000000]    the same under a limit of 1 GB: the same violations?
    python -m bench.bulk what-if   [--events 1000000]     one rule changed

Each figure is taken in a fresh process by the function behind `check`; ratios are of this one run on this machine.
The made-up log is kept below the user's cache directory. `--engine` names another engine than the fastest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.bpic2012 import FIVE, LOG, READ_BY_FIVE, READ_BY_THIRTY, THIRTY, known, present
from bench.floor import scan_seconds
from bench.generate import make_log
from bench.timed import seconds_told
from sopwatch.check import ENGINES, FASTEST

SAMPLE = 100_000
GIGABYTE = 1_000


@dataclass(frozen=True)
class Judged:
    """What judging a log took: seconds (median, after the first), those of the first call, MB, and what was found."""

    seconds: float
    first: float
    peak: float
    events: int
    rules: dict[str, tuple[int, int]]

    @property
    def violations(self) -> int:
        """All violations."""
        return sum(count for count, _ in self.rules.values())


def judge(log: Path, rules: Path | None, engine: str, *, repeats: int = 1, limit: int | None = None) -> Judged:
    """Judge a log in a fresh process; `limit` is the memory for DuckDB in MB."""
    command = [sys.executable, "-m", "bench.judged", str(log), "--engine", engine, "--repeats", str(repeats)]
    command += ["--rules", str(rules)] if rules else []
    command += ["--limit", str(limit)] if limit else []
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(ran.stdout)
    found = {rule: (count, cases) for rule, (count, cases) in told["rules"].items()}
    first, *more = told["seconds"]
    return Judged(statistics.median(more or [first]), first, told["peak"], told["events"], found)


def line(name: str, seconds: float, note: str = "") -> None:
    """Print one figure."""
    print(f"{name:44}{seconds_told(seconds)}  {note}", flush=True)


def bpic(log: Path, rules: Path, engine: str) -> Judged:
    """Judge BPI Challenge 2012 and print it beside the scan; say whether every rule's violations are as known."""
    columns = READ_BY_FIVE if rules == FIVE else READ_BY_THIRTY
    floor = scan_seconds(present(log), columns)
    ours = judge(log, rules, engine, repeats=6)
    wanted = known(rules)
    differing = [rule for rule, counts in wanted.items() if ours.rules.get(rule, (0, 0)) != counts]
    line(f"scan of {len(columns)} columns", floor, f"{ours.events:,} events")
    line(f"{engine}: {len(wanted)} rules", ours.seconds, f"{ours.seconds / floor:.1f}x the scan, {ours.peak:,.0f} MB")
    line("  the first time in a process", ours.first)
    print(f"violations: {ours.violations:,}, " + (f"OTHERWISE THAN KNOWN: {differing}" if differing else "as known"))
    return ours


def bpic5(log: Path, engine: str) -> None:
    """Print the five rules beside the peers."""
    ours = bpic(log, FIVE, engine)
    measured = peers.measure(log)
    peers.print_peers(measured)
    for name, peer in measured.items():
        whole = (peer["reading"] + peer["checking"]) / ours.seconds
        print(f"{name:12} takes {whole:6.1f}x ours, its checking alone {peer['checking'] / ours.seconds:6.1f}x")


def made_up(events: int) -> Path:
    """Return a made-up log of so many events, making it if need be."""
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sopwatch-bench"
    place.mkdir(parents=True, exist_ok=True)
    written = max(
        f.stat().st_mtime for f in Path(__file__).parent.glob("*.*") if f.stem[:4] in {"gene", "stor", "draf"}
    )
    path = place / f"{events}.parquet"
    if not path.exists() or path.stat().st_mtime < written:
        begin = time.perf_counter()
        make_log(path, events)
        line(f"made a log of {events:,} events", time.perf_counter() - begin)
    return path


def generated(events: int, engine: str) -> None:
    """Print all shipped rules over the made-up log: beside the scan, a tenth of it, and the reference on a sample."""
    sample = judge(made_up(SAMPLE), None, "reference")
    scaled = sample.seconds * events / sample.events
    line(f"reference: {SAMPLE:,} events", sample.seconds, f"{scaled:,.0f} s for {events:,} if it went on so")
    if engine == "reference":
        line(f"scan of {events:,} events, eleven columns", scan_seconds(made_up(events)))
        return
    seconds = {}
    for size in (events // 10, events):
        log = made_up(size)
        floor, ours = scan_seconds(log), judge(log, None, engine)
        seconds[size] = ours.seconds
        line(f"scan of {size:,} events, eleven columns", floor)
        line(f"{engine}: all rules", ours.seconds, f"{ours.seconds / floor:.1f}x the scan, {ours.peak:,.0f} MB")
        print(f"violations: {ours.violations:,} by {len(ours.rules)} rules")
    growth, gain = seconds[events] / seconds[events // 10], scaled / seconds[events]
    print(f"ten times the events take {growth:.1f}x the time; the reference would take {gain:.0f}x ours")


def memory(events: int, engine: str) -> None:
    """Judge the made-up log with and without a limit of memory, and compare what was found."""
    log = made_up(events if engine != "reference" else SAMPLE)
    free, limited = judge(log, None, engine), judge(log, None, engine, limit=GIGABYTE)
    line(f"{engine}: no limit", free.seconds, f"{free.peak:,.0f} MB")
    line(f"{engine}: {GIGABYTE:,} MB for DuckDB", limited.seconds, f"{limited.peak:,.0f} MB")
    print("violations:", "the same" if free.rules == limited.rules else "DIFFERING", f"({free.violations:,})")


def what_if(events: int) -> None:
    """Time the command `what-if` as a whole on the made-up log."""
    command = [sys.executable, "-m", "sopwatch", "what-if", str(made_up(events))]
    command += ["--set", "meeting.important-8h.lead.by=12h"]
    begin = time.perf_counter()
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode == 2:
        sys.exit(f"bench: what-if could not be done: {' '.join(ran.stderr.split())}")
    line(f"what-if, one rule, {events:,} events", time.perf_counter() - begin, "with loading")


def main() -> None:
    """Print the figures of one mode."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("bpic5", "bpic30", "generated", "memory", "what-if"))
    parser.add_argument("--log", type=Path, default=LOG)
    parser.add_argument("--events", type=int)
    parser.add_argument("--engine", choices=tuple(ENGINES), default=FASTEST)
    options = parser.parse_args()
    match options.mode:
        case "bpic5":
            bpic5(options.log, options.engine)
        case "bpic30":
            bpic(options.log, THIRTY, options.engine)
        case "generated":
            generated(options.events or 10_000_000, options.engine)
        case "memory":
            memory(options.events or 10_000_000, options.engine)
        case _:
            what_if(options.events or 1_000_000)


if __name__ == "__main__":
    main()
