"""How the benchmarks take and tell times: medians of several calls, each figure beside what it is compared with."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def median_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Return the median seconds of so many calls."""
    samples = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        samples.append(time.perf_counter() - begin)
    return statistics.median(samples)


def seconds_told(seconds: float) -> str:
    """Write seconds as a column: milliseconds below ten seconds."""
    return f"{seconds * 1e3:9,.0f} ms" if seconds < 10 else f"{seconds:9,.1f} s "
