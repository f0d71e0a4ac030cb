"""What all sessions read alike is computed once: the latest value under a name, until its stamp changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST = 2000
_values: dict[Hashable, tuple[Hashable, Any]] = {}
_lock = threading.Lock()


def kept(name: Hashable, stamp: Hashable, make: Callable[[], T]) -> T:
    """Return the value under a name, made anew when the stamp is another; one session makes it, the others wait."""
    with _lock:
        held = _values.get(name)
        if held is not None and held[0] == stamp:
            value: T = held[1]
            return value
        value = make()
        _values[name] = (stamp, value)
        while len(_values) > MOST:
            del _values[next(iter(_values))]
        return value
