"""The floor under a bulk judge: one bare scan by DuckDB of exactly the columns that rules read.

    python -m bench.floor LOG.parquet [COLUMN …]

`count`, `min` and `max` would be answered from the file's statistics without reading a column, so the scan adds up
lengths of texts and microseconds of instants: the cheapest aggregate that decodes every value.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.timed import median_seconds, seconds_told

THREADS = 2


def scan_seconds(log: Path, columns: Sequence[str] = (), repeats: int = 5) -> float:
    """Return the median seconds of a scan of these columns (all, if none is named), each on a fresh connection."""
    with duckdb.connect() as connection:
        described = connection.execute("DESCRIBE FROM read_parquet($log)", {"log": str(log)}).fetchall()
    types = {name: kind for name, kind, *_ in described}
    sums = ", ".join(_sum(name, types[name]) for name in dict.fromkeys(columns or types))

    def scan() -> None:
        with duckdb.connect(config={"threads": THREADS}) as connection:
            connection.execute(f"SELECT {sums} FROM read_parquet($log)", {"log": str(log)}).fetchall()

    return median_seconds(scan, repeats)


def _sum(column: str, kind: str) -> str:
    return f'sum(strlen("{column}"))' if kind == "VARCHAR" else f'sum(epoch_us("{column}"))'


if __name__ == "__main__":
    print(f"scan: {seconds_told(scan_seconds(Path(sys.argv[1]), sys.argv[2:]))} (median of 5, {THREADS} threads)")
