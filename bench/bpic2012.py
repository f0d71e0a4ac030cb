"""The public log of BPI Challenge 2012 (262,200 events of loan applications) and what is known about it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
LOG = HERE.parent.parent / "shared/logs/bpic2012.parquet"
FIVE, THIRTY = HERE / "bpic2012_5.yaml", HERE / "bpic2012_30.yaml"
MAPPING = {
    "case_id": "case:concept:name",
    "event": "concept:name",
    "occurred_at": "time:timestamp",
    "actor": "org:resource",
    "role": "lifecycle:transition",
    "subject": "org:resource",
    "value": "org:resource",
}
READ_BY_FIVE = ("case:concept:name", "concept:name", "time:timestamp", "org:resource")
READ_BY_THIRTY = (*READ_BY_FIVE, "lifecycle:transition", "case:AMOUNT_REQ")
_KNOWN = re.compile(r"# ([\d,]+) violations in ([\d,]+) cases")


def present(log: Path) -> Path:
    """Return the log's path; ends the run with one clear line where it is missing."""
    if not log.is_file():
        sys.exit(
            f"bench: {log} is missing: the BPI Challenge 2012 log as Parquet is no part of the project; give --log"
        )
    return log


def known(rules: Path) -> dict[str, tuple[int, int]]:
    """Return of each rule its violations and the cases with any: the file's comments, from the reference judge."""
    found: dict[str, tuple[int, int]] = {}
    name = ""
    for line in rules.read_text(encoding="utf-8").splitlines():
        if line.startswith("  - id: "):
            name = line.removeprefix("  - id: ")
        elif match := _KNOWN.search(line):
            found[name] = int(match[1].replace(",", "")), int(match[2].replace(",", ""))
    return found
