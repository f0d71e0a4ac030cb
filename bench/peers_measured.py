"""Runs in the peers' own environment, never in the product's: five rules by pm4py (AGPL) and by Declare4Py.

    PYTHON_OF_THE_PEERS bench/peers_measured.py LOG.parquet REPEATS

Prints one JSON object: for each peer the seconds of reading and of checking (medians), and of each rule its seconds and
the number of violating cases. `bench/peers.py` starts it.
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

with contextlib.redirect_stdout(io.StringIO()):
    import pandas as pd
    import pm4py
    from Declare4Py.D4PyEventLog import D4PyEventLog
    from Declare4Py.ProcessMiningTasks.ConformanceChecking.MPDeclareAnalyzer import MPDeclareAnalyzer
    from Declare4Py.ProcessModels.DeclareModel import DeclareModel
    from pm4py.algo.filtering.pandas.ltl import ltl_checker

CASE, ACTIVITY, INSTANT, RESOURCE = "case:concept:name", "concept:name", "time:timestamp", "org:resource"
COLUMNS = [CASE, ACTIVITY, INSTANT, RESOURCE]
DAY = 86_400
DECLARE = """activity O_SENT
activity O_SENT_BACK
activity A_APPROVED
activity A_DECLINED
bind O_SENT: org:resource
bind A_APPROVED: org:resource
bind A_DECLINED: org:resource
org:resource: 112, 10138
Response[O_SENT, O_SENT_BACK] | | |0,14,d
Precedence[O_SENT, O_SENT_BACK] | | |2,100000,d
Absence3[O_SENT] | |
Not Responded Existence[A_APPROVED, O_SENT] | |A.org:resource = ( T.org:resource ) |
Absence1[A_DECLINED] |A.org:resource is 112 |
"""
RULES = (
    "offer.sent-back-14d",
    "offer.sent-2d-before-back",
    "offer.at-most-2",
    "approval.four-eyes",
    "decline.not-by-system",
)


def timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the median seconds of the calls, and what the last returned."""
    samples, found = [], None
    for _ in range(repeats):
        begin = time.perf_counter()
        found = work()
        samples.append(time.perf_counter() - begin)
    return statistics.median(samples), found


def only(frame: Any, *activities: str) -> Any:
    """Return the events of these activities: the calls below are two to four times as fast on them."""
    return pm4py.filter_event_attribute_values(frame, ACTIVITY, list(activities), level="event", retain=True)


def answered(frame: Any) -> set[str]:
    """Cases with an O_SENT and none that is followed by an O_SENT_BACK within 14 days (ours asks it of each O_SENT)."""
    events = only(frame, "O_SENT", "O_SENT_BACK")
    bounds = {"timestamp_diff_boundaries": [(0, 14 * DAY)]}
    kept = ltl_checker.eventually_follows(events, ["O_SENT", "O_SENT_BACK"], bounds)
    return set(events[events[ACTIVITY] == "O_SENT"][CASE]) - set(kept[CASE])


def sent_before(frame: Any) -> set[str]:
    """Cases with an O_SENT_BACK and none that has an O_SENT two days before it (ours asks it of each O_SENT_BACK)."""
    events = only(frame, "O_SENT", "O_SENT_BACK")
    bounds = {"timestamp_diff_boundaries": [(2 * DAY, 1e12)]}
    kept = ltl_checker.eventually_follows(events, ["O_SENT", "O_SENT_BACK"], bounds)
    return set(events[events[ACTIVITY] == "O_SENT_BACK"][CASE]) - set(kept[CASE])


def reworked(frame: Any) -> set[str]:
    """Cases with three O_SENT or more."""
    return set(pm4py.filter_activities_rework(only(frame, "O_SENT"), "O_SENT", 3)[CASE])


def four_eyes(frame: Any) -> set[str]:
    """Cases whose A_APPROVED is by whoever did the last O_SENT (ours: any O_SENT)."""
    events = only(frame, "A_APPROVED", "O_SENT")
    return set(ltl_checker.four_eyes_principle(events, "A_APPROVED", "O_SENT", {"positive": False})[CASE])


def by_the_system(frame: Any) -> set[str]:
    """Cases with an A_DECLINED by resource 112."""
    declined = only(frame, "A_DECLINED")
    return set(pm4py.filter_event_attribute_values(declined, RESOURCE, ["112"], level="event", retain=True)[CASE])


PM4PY = (answered, sent_before, reworked, four_eyes, by_the_system)
NOTES = (
    "pm4py: asked of a case, not of each O_SENT",
    "pm4py: asked of a case, not of each O_SENT_BACK",
    "",
    "pm4py: looks at the last O_SENT only",
    "",
)


def by_pm4py(log: str, repeats: int) -> dict[str, Any]:
    """Time the nearest calls of pm4py, each on the events of its activities."""
    reading, frame = timed(lambda: pd.read_parquet(log, columns=COLUMNS), repeats)
    rules, checking = {}, 0.0
    for name, work, note in zip(RULES, PM4PY, NOTES, strict=True):
        seconds, cases = timed(partial(work, frame), repeats)
        rules[name] = {"seconds": seconds, "cases": len(cases), "note": note}
        checking += seconds
    return {"reading": reading, "checking": checking, "rules": rules}


def by_declare4py(log: str, repeats: int) -> dict[str, Any]:
    """Time the MP-Declare checker, all five constraints in one run as it is meant to be used."""
    reading, converted = timed(lambda: pm4py.convert_to_event_log(pd.read_parquet(log, columns=COLUMNS)), 1)
    model = DeclareModel().parse_from_string(DECLARE)
    traces = D4PyEventLog(log=converted)

    def check() -> Any:
        return MPDeclareAnalyzer(log=traces, declare_model=model, consider_vacuity=True).run()

    checking, results = timed(check, repeats)
    broken = (results.get_metric("state") == 0).sum()
    rules = {name: {"cases": int(broken.iloc[n])} for n, name in enumerate(RULES)}
    return {"reading": reading, "checking": checking, "rules": rules}


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    path, times = sys.argv[1], int(sys.argv[2])
    with contextlib.redirect_stdout(io.StringIO()):
        measured = {"pm4py": by_pm4py(path, times), "declare4py": by_declare4py(path, max(1, times // 2))}
    json.dump(measured, sys.stdout)
