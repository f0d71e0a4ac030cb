"""Judges one log in a process of its own, by the statements that `check` runs; `bench/bulk.py` starts it.

Prints one JSON object: seconds of each repeat, violations and cases with any of each rule, events, peak memory in MB.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from bench.bpic2012 import MAPPING
from bench.generate import AS_OF
from sopwatch.check import Question, check


def limit_memory(megabytes: int) -> None:
    """Make every DuckDB connection of this process spill beyond so many megabytes."""
    connect = duckdb.connect

    def connect_limited(*arguments: object, **named: object) -> duckdb.DuckDBPyConnection:
        connection: duckdb.DuckDBPyConnection = connect(*arguments, **named)  # type: ignore[arg-type]
        connection.execute(f"SET memory_limit='{megabytes}MB'")
        return connection

    duckdb.connect = connect_limited


def main() -> None:
    """Judge, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("--rules", type=Path, help="rules about BPI Challenge 2012")
    parser.add_argument("--engine", required=True)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--limit", type=int, help="MB of memory for DuckDB")
    options = parser.parse_args()
    if options.limit:
        limit_memory(options.limit)
    mapping = MAPPING if options.rules else None
    question = Question(options.log, AS_OF, ZoneInfo("UTC"), rules=options.rules, mapping=mapping)
    seconds = []
    for _ in range(options.repeats):
        begin = time.perf_counter()
        answer = check(question, options.engine)
        seconds.append(time.perf_counter() - begin)
    violations = Counter(v.rule for v in answer.violations)
    cases = Counter(rule for rule, _ in {(v.rule, v.case_id) for v in answer.violations})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = {rule: (count, cases[rule]) for rule, count in violations.items()}
    json.dump({"seconds": seconds, "rules": found, "events": answer.events, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main()
