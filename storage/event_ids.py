"""Which event ids the record has, kept in memory: an index in DuckDB would make the file many times larger."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from storage.columns import event_key


class EventIds:
    """Keys of the event ids and the seqs that have them: those there at the start sorted, new ones in a dict."""

    def __init__(self, keys: npt.NDArray[np.uint64], seqs: npt.NDArray[np.int64]) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._seqs = seqs[order]
        self._new: dict[int, list[int]] = {}

    def add(self, event_id: str, seq: int) -> None:
        """Add the id of a new entry."""
        self._new.setdefault(event_key(event_id), []).append(seq)

    def seqs(self, event_id: str) -> list[int]:
        """Return the entries that may have this id: to be confirmed, since two ids may share a key."""
        key = event_key(event_id)
        low = int(np.searchsorted(self._keys, np.uint64(key), side="left"))
        high = int(np.searchsorted(self._keys, np.uint64(key), side="right"))
        return [*map(int, self._seqs[low:high]), *self._new.get(key, ())]
