"""How often something may be asked in a while: by a code, by an address, by all together."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil

_MOST_KEYS = 10_000


class Throttle:
    """Lets through so many of a key in so many seconds of real time; what was refused does not count."""

    def __init__(self, most: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Return for how many seconds nothing more of a key is let through; 0 when it may."""
        with self._lock:
            taken = self._still(key)
            return ceil(taken[0] + self._seconds - self._now()) if len(taken) >= self._most else 0

    def take(self, key: str) -> None:
        """Count one of a key."""
        with self._lock:
            taken = self._still(key)
            taken.append(self._now())
            self._taken[key] = taken
            self._taken.move_to_end(key)
            while len(self._taken) > _MOST_KEYS:
                self._taken.popitem(last=False)

    def _still(self, key: str) -> deque[float]:
        """Return when those of a key came that still count."""
        taken = self._taken.get(key, deque())
        while taken and taken[0] + self._seconds <= self._now():
            taken.popleft()
        return taken


def network_of(host: str | None) -> str:
    """Return by what an address is counted: itself, and of IPv6 the network, for a device has many."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return host or "?"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or int(address) >> 64)
    return str(address)
