"""One process owns a data directory: the file `lock` in it, held as long as the process lives."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from checklists.errors import StoreError

HELD = "lock"
_FAR = 1 << 30  # Windows locks a byte, which nobody can read then: one far behind the text


class InUse(StoreError):  # noqa: N818 - what it is
    """Another process has the directory; `holder` is what it says of itself."""

    def __init__(self, directory: Path, holder: str) -> None:
        self.holder = holder
        super().__init__(f"{directory} is in use by {holder or 'another process'}: stop it, or name another directory")

    @property
    def address(self) -> str:
        """Where the holder can be reached; empty when it does not say."""
        return self.holder.rpartition(" at ")[2] if " at " in self.holder else ""


class DirectoryLock:
    """The lock of a directory. Raises StoreError, naming the holder, if another has it."""

    def __init__(self, directory: Path, address: str = "") -> None:
        self._handle = os.open(directory / HELD, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._handle)
        except OSError as error:
            holder = os.pread(self._handle, 500, 0).decode("utf-8", "replace").strip() if os.name != "nt" else ""
            os.close(self._handle)
            raise InUse(directory, holder) from error
        since = datetime.now(UTC).isoformat(timespec="seconds")
        self._say(f"process {os.getpid()} since {since}" + (f" at {address}" if address else ""))

    def _say(self, text: str) -> None:
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, f"{text}\n".encode())

    def release(self) -> None:
        """Let go; the file stays (removing it would let two processes lock two files of one name)."""
        if self._handle >= 0:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = -1


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
