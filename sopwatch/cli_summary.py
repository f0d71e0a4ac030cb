"""How `check --summary` shows the figures of each rule: a table for people, lines of JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from rules.figures import Figures, as_row


def print_figures(by_rule: Mapping[str, Figures], format_: str) -> None:
    """Print the figures of each rule on standard output; docs/figures.md says what they are."""
    if format_ == "jsonl":
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        for rule, counted in by_rule.items():
            sys.stdout.write(json.dumps(as_row(rule, counted), ensure_ascii=False) + "\n")
        return
    table = Table(box=None)
    for name in as_row("", Figures()):
        table.add_column(name.replace("_", " "), justify="left" if name == "rule" else "right", no_wrap=True)
    for rule, counted in by_rule.items():
        *parts, _ = as_row(rule, counted).values()
        table.add_row(*(f"{n:,}" if isinstance(n, int) else n for n in parts), percent(counted))
    width = None if sys.stdout.isatty() else 10_000
    Console(width=width, highlight=False, markup=False).print(table)


def percent(counted: Figures) -> str:
    """Return the rate in percent; cut, not rounded, so that only a full one says 100."""
    decided = counted.met + counted.violated
    return f"{counted.met * 1000 // decided / 10:.1f} %" if decided else ""
