"""The head of the chain outside the database: the file `head`, one line `SEQ:HASH`, on the disk before any receipt.

A database that lost its newest rows (a damaged write-ahead log opens without a word) is found out by it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from storage.store import Head

_LINE = re.compile(r"(\d{1,18}):([0-9a-f]{64})\n?")


class GarbledHeadError(ValueError):
    """A head file that does not hold `SEQ:HASH`."""


def parse_head(text: str) -> Head:
    """Read `SEQ:HASH`. Raises GarbledHeadError."""
    if not (m := _LINE.fullmatch(text)):
        raise GarbledHeadError(f"{text[:80]!r} is no SEQ:HASH")
    return Head(int(m[1]), bytes.fromhex(m[2]))


def read_head(path: Path) -> Head | None:
    """Return what the head file says; None where there is none. Raises GarbledHeadError."""
    try:
        return parse_head(path.read_bytes().decode("ascii", "replace"))
    except FileNotFoundError:
        return None


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that after a loss of power it holds either all of the old or all of the new content."""
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_directory(path.parent)


def erase(path: Path) -> None:
    """Remove a file if it is there, zeros written over it first; its directory is the caller's to sync."""
    if path.exists():
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def sync_directory(directory: Path) -> None:
    """Put a directory's names on the disk (Windows does so by itself and cannot be asked)."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class HeadFile:
    """The head file, written after every commit.

    A line of the same length is written in place and synchronised: 0.1 ms, where a rename needs a journal commit
    (0.6 ms on an idle disk, 8 ms on a busy one). That is safe from tearing as PostgreSQL's pg_control is: the line
    begins a sector of 512 bytes and is shorter, and a sector is written whole or not at all. A longer line, of which
    there are as many as a seq has digits, replaces the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None
        self._length = 0

    def write(self, head: Head) -> None:
        """Put the head on the disk. Raises OSError."""
        content = f"{head}\n".encode()
        if self._handle is not None and len(content) == self._length:
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, content)
            getattr(os, "fdatasync", os.fsync)(self._handle)
            return
        self.close()
        write_durably(self.path, content)
        self._handle = os.open(self.path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        self._length = len(content)

    def close(self) -> None:
        """Let go of the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
