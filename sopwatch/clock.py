"""The service's clock: real time, or time that runs faster for a demonstration."""

from __future__ import annotations

import time

from checklists.instant import SECOND, Instant


class Clock:
    """Time as the service sees it, in microseconds since 1970; it never goes back.

    `speed` is how many of its seconds pass in a real one, counted from `start` (default: now).
    """

    def __init__(self, speed: float = 1.0, start: Instant | None = None) -> None:
        self.speed = speed
        self._origin = time.time_ns() // 1000
        self._start = self._origin if start is None else start
        self._latest = self._start

    def now(self) -> Instant:
        """Return the present instant."""
        passed = time.time_ns() // 1000 - self._origin
        self._latest = max(self._latest, self._start + round(passed * self.speed))
        return self._latest

    def begin_at(self, instant: Instant) -> None:
        """Let time go on from an instant."""
        self._origin = time.time_ns() // 1000
        self._start = self._latest = instant

    def not_before(self, instant: Instant) -> None:
        """Let time stand at `instant` until it has caught up: the record's own past is never in the future."""
        self._latest = max(self._latest, instant)

    def seconds_until(self, instant: Instant) -> float:
        """Return the real seconds until an instant; zero when it has passed."""
        return max(0.0, (instant - self.now()) / SECOND / self.speed)
