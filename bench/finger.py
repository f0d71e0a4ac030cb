"""A finger on a page of a real browser, what it measures, and how figures are told beside each other."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parent / "touched.js").read_text(encoding="utf-8")
MOST_MISSES = 10


class Finger:
    """Touches by the browser's own input: what is measured is said in `touched.js`."""

    def __init__(self, page: Page, slower: float = 1) -> None:
        self.page = page
        self.from_click = 0.0
        self._cdp = page.context.new_cdp_session(page)
        page.evaluate(SCRIPT)
        if slower > 1:
            self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": slower})

    def tap(self, target: str, watched: str, settled: str = "", answer: str = "") -> float:
        """Touch an element, and return the milliseconds until what it changes was painted."""
        told = {"target": target, "watched": watched, "settled": settled, "answer": answer}
        for _ in range(MOST_MISSES):
            point = self.page.evaluate("told => touched.arm(told)", told)
            self._cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
            self._cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            if (painted := self.page.evaluate("touched.painted")) is not None:
                self.from_click = painted - self.page.evaluate("touched.heard - touched.lifted")
                return float(painted)
        raise AssertionError(f"no touch reached {target}")

    def settled(self) -> float:
        """Return the milliseconds from the last touch until all that was waited for was painted."""
        return float(self.page.evaluate("touched.settled"))

    def long_tasks(self) -> list[float]:
        """Return the tasks over 50 ms since this was asked last."""
        found: list[float] = self.page.evaluate("touched.long.splice(0)")
        return found

    def presented(self) -> list[float]:
        """Return the browser's own Event Timing of the clicks since this was asked last."""
        found: list[float] = self.page.evaluate("touched.presented.splice(0)")
        return found

    def busy_seconds(self) -> float:
        """Return for how long the page's process has used a processor."""
        self._cdp.send("Performance.enable")
        metrics = self._cdp.send("Performance.getMetrics")["metrics"]
        return next(float(one["value"]) for one in metrics if one["name"] == "ProcessTime")

    def leave(self) -> None:
        """Let the page be as fast as it is."""
        self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def head() -> None:
    """Print the head of the columns, and how much else the machine has to do."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'milliseconds':<44}{'n':>5}{'median':>9}{'p90':>8}{'p99':>8}{'worst':>8}   beside")


def row(name: str, figures: Sequence[float], beside: Sequence[float] = (), whose: str = "") -> None:
    """Print a row of figures, and the ratio of its median to another's."""
    ordered = sorted(figures)
    median = statistics.median(ordered)
    p90, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.90, 0.99))
    ratio = f"   {median / statistics.median(beside):.2f} x {whose}" if beside else ""
    print(f"{name:<44}{len(ordered):>5}{median:>9.1f}{p90:>8.1f}{p99:>8.1f}{ordered[-1]:>8.1f}{ratio}", flush=True)


def long_told(name: str, tasks: Sequence[float], during: str) -> None:
    """Print how many tasks were over 50 ms."""
    longest = f", the longest {max(tasks):.0f} ms" if tasks else ""
    print(f"{name:<44}{len(tasks):>5} in {during}{longest}", flush=True)
