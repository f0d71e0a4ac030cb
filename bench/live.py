"""What a tick costs beside the bare append, what the clock thread costs when nothing happens, how soon it is ready.

    python -m bench.live [--open 2000] [--ticks 1000] [--events 1000000]

Every figure comes from this one run on this machine; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.hotel import cases
from checklists.case import fold
from checklists.event import Event
from checklists.instant import DAY
from rules.judge import judge
from rules.pack import load_pack
from sopwatch.access import Who
from sopwatch.clock import Clock
from sopwatch.demands import NewEvent, personal_parts
from sopwatch.service import Service
from sopwatch.watch import numbered
from storage.duck import DuckStore
from storage.store import Draft, Finding, Judged, State

BENCH = Who("token:bench", "bench", frozenset({"record", "read", "supervise"}), speaks_for_others=True)
BATCH = 2000


def fill(directory: Path, events: int, opened: int) -> None:
    """Fill a new record: closed cases of a year, judged by the reference, and open cases of today."""
    pack = load_pack()
    books = {name: pack.newest(name) for name in pack.procedures}
    procedures = {name: book[0] for name, book in books.items()}
    now = Clock().now()
    store = DuckStore(directory)
    service = Service(store, directory)
    store.enter("service", "began", {"at": now - 400 * DAY})
    drafts: list[Draft] = []
    written = 0
    watched: dict[str, bool] = {}
    findings: list[Finding] = []

    def flush() -> None:
        nonlocal written
        entries = store.append(drafts)
        written += len(entries)
        drafts.clear()
        store.note(findings, watched, Judged(written, now))
        findings.clear()
        watched.clear()

    def put(source: list[Event], *, watch: bool) -> None:
        procedure, catalogue = books[source[0].procedure]
        packs = {"procedure": procedure.digest, "catalogue": catalogue.digest}
        for n, event in enumerate(source):
            named = replace(event, event_id=f"bench/{event.case_id}/{n}", recorded_at=min(event.recorded_at, now))
            drafts.append(Draft(named, "token:bench", None if n else packs, personal_parts(named, procedure)))
        if watch:
            watched[source[0].case_id] = True
        elif case := fold([replace(e, position=i) for i, e in enumerate(source)], now):
            for (name, ordinal), v in numbered(judge(catalogue, case, service.property.zone_info)):
                state: State = "open" if v.remedied_at is None else "remedied"
                findings.append(Finding(name, v, state, v.at, None, catalogue.digest, ordinal))
        if len(drafts) >= BATCH:
            flush()

    for source in cases(procedures, events // 30 + 1, now):
        put(source, watch=False)
        if written + len(drafts) >= events:
            break
    for source in cases(procedures, opened, now, 2, done=False):
        put([e for e in source if e.occurred_at <= now], watch=True)
    flush()
    store.close()
    print(f"record: {written:,} events, {opened:,} open cases")


def milliseconds(samples: list[float]) -> str:
    """Return median and 99th percentile of seconds, in milliseconds."""
    ordered = sorted(samples)
    return f"median {statistics.median(ordered) * 1e3:6.2f} ms   p99 {ordered[int(len(ordered) * 0.99)] * 1e3:6.2f} ms"


def bare(directory: Path, ticks: int) -> list[float]:
    """Time the append alone, one entry a commit, on the same record."""
    store = DuckStore(directory)
    samples = []
    entry = next(store.entries(after=store.head().seq - 1))
    for n in range(ticks):
        event = replace(entry.event, event="_bench", data=None, value=None, event_id=f"bare/{n}")
        begin = time.perf_counter()
        store.append([Draft(event, "token:bench")])
        samples.append(time.perf_counter() - begin)
    store.close()
    return samples


def ticked(directory: Path, ticks: int) -> tuple[list[float], float, float]:
    """Time whole ticks (demanded, committed, judged); return them, the seconds to ready, the idle share of a core."""
    begin = time.perf_counter()
    service = Service(DuckStore(directory), directory)
    service.start()
    ready = time.perf_counter() - begin
    service.store.keep_file(b"bench")
    dice = random.Random(3)
    files = [f for f in (service.case_file(row.case_id) for row in service.store.cases(open_only=True)) if f]
    samples = []
    for _ in range(ticks):
        file = dice.choice(files)
        step = dice.choice([s for s in file.procedure.steps.values() if s.evidence.type == "tick" and not s.subject])
        role = step.role[0] if step.role else None
        begin = time.perf_counter()
        service.record_one(NewEvent(file.case_id, step.id, actor=f"p{dice.randrange(40)}", role=role), BENCH)
        samples.append(time.perf_counter() - begin)
    before, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    time.sleep(10)
    after = resource.getrusage(resource.RUSAGE_SELF)
    idle = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / (time.perf_counter() - begin)
    service.stop()
    return samples, ready, idle


def seconds_to_ready(directory: Path) -> float:
    """Start the service in a process of its own and return the seconds until it takes entries."""
    code = """
import sys, time, pathlib
begin = time.perf_counter()
from storage.duck import DuckStore
from sopwatch.service import Service
directory = pathlib.Path(sys.argv[1])
service = Service(DuckStore(directory), directory)
service.start()
print(time.perf_counter() - begin)
service.stop()
"""
    return float(subprocess.run([sys.executable, "-c", code, str(directory)], check=True, capture_output=True).stdout)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=2000)
    parser.add_argument("--ticks", type=int, default=1000)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        small = Path(place) / "open"
        small.mkdir()
        fill(small, 1, options.open)
        floor = bare(small, options.ticks)
        samples, ready, idle = ticked(small, options.ticks)
        print(f"bare append                        {milliseconds(floor)}")
        print(f"tick at {options.open:,} open cases           {milliseconds(samples)}")
        print(f"ratio (medians)                    {statistics.median(samples) / statistics.median(floor):.2f}")
        print(f"ready with {options.open:,} open cases        {ready:.2f} s")
        print(f"idle, {options.open:,} open cases             {idle * 100:.2f} % of a core")
        large = Path(place) / "large"
        large.mkdir()
        fill(large, options.events, 500)
        print(f"ready, {options.events:,} events, 500 open {seconds_to_ready(large):.2f} s")
        samples, _, idle = ticked(large, options.ticks)
        print(f"tick there                         {milliseconds(samples)}")


if __name__ == "__main__":
    main()
