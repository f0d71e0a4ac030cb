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

from bench.bpic2012 import MAPPING
from bench.generate import AS_OF
from sopwatch.check import Question, check, judged_file, rules_of

Found = dict[str, tuple[int, int]]


def in_bulk(question: Question, limit: int | None) -> tuple[Found, int]:
    """Judge in bulk, up to the violating cases of each rule; return them and how many events there were."""
    form, _, _ = rules_of(question)
    with judged_file(question, form, f"{limit}MB" if limit else "") as judged:
        assert judged is not None
        rows = judged.engine.rows(
            "SELECT rule, count(*), count(DISTINCT case_id) FROM violation JOIN named USING (cid) GROUP BY rule"
        )
        ids = [r.rule.id for r in judged.plan.rules]
        return {ids[number]: (count, cases) for number, count, cases in rows}, judged.staged.events


def by_check(question: Question, engine: str) -> tuple[Found, int]:
    """Judge by `check`, up to its list of violations."""
    answer = check(question, engine)
    violations = Counter(v.rule for v in answer.violations)
    cases = Counter(rule for rule, _ in {(v.rule, v.case_id) for v in answer.violations})
    return {rule: (count, cases[rule]) for rule, count in violations.items()}, answer.events


def main() -> None:
    """Judge, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("--rules", type=Path, help="rules about BPI Challenge 2012")
    parser.add_argument("--engine", required=True)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--limit", type=int, help="MB of memory for DuckDB")
    options = parser.parse_args()
    mapping = MAPPING if options.rules else None
    question = Question(options.log, AS_OF, ZoneInfo("UTC"), rules=options.rules, mapping=mapping)
    seconds = []
    for _ in range(options.repeats):
        begin = time.perf_counter()
        in_sql = options.engine == "bulk"
        found, events = in_bulk(question, options.limit) if in_sql else by_check(question, options.engine)
        seconds.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"seconds": seconds, "rules": found, "events": events, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main()
