"""Sessions that were ended before their time: kept beside the record, so that a copied cookie does not live on."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path


class Ended:
    """The ids of ended sessions, each until the session would have ended by itself; asked in memory."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "ended-sessions"
        self._lock = threading.Lock()
        self._until = self._read()

    def _read(self) -> dict[str, float]:
        found: dict[str, float] = {}
        if self._path.exists():
            for line in self._path.read_text(encoding="ascii", errors="replace").splitlines():
                try:
                    session, until = json.loads(line)
                    found[str(session)] = float(until)
                except (ValueError, TypeError):  # a line that was cut short
                    continue
        return _live(found)

    def __contains__(self, session: str) -> bool:
        return session in self._until

    def end(self, session: str, until: float) -> None:
        """End a session for good; what is past its own end is forgotten now and then. Raises OSError."""
        with self._lock:
            if session in self._until:
                return
            self._until[session] = until
            live = _live(self._until)
            if len(live) * 2 < len(self._until):
                self._until = live
                self._rewrite()
            else:
                self._write("a", {session: until})

    def _rewrite(self) -> None:
        draft = self._path.with_name("ended-sessions.new")
        self._write("w", self._until, draft)
        draft.replace(self._path)

    def _write(self, mode: str, ended: dict[str, float], path: Path | None = None) -> None:
        with (path or self._path).open(mode, encoding="ascii") as file:
            file.writelines(json.dumps(pair) + "\n" for pair in ended.items())
            file.flush()
            os.fsync(file.fileno())


def _live(ended: dict[str, float]) -> dict[str, float]:
    now = time.time()
    return {session: until for session, until in ended.items() if until > now}
