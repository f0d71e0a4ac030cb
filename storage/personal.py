"""Personal texts and the salts of their digests: files of their own, because erasing has to remove the bytes.

A deleted row stays legible in a DuckDB file, after a checkpoint too. Here cases share a few files by a digest of their
id; a line is JSON, `[case_id, salt in hex]` or `[case_id, digest, value]`. Lines are appended and on the disk before
the entries are committed; erasing writes a file anew without the case and overwrites the old one with zeros.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from storage.chain import canonical, parse
from storage.head import sync_directory, write_durably
from storage.personal_shelf import Shelf

_FILES = 32
_SALTS_KEPT = 20_000


class Personal:
    """The personal texts of the record. Its writing methods raise OSError."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._guard = threading.Lock()
        self._salts: dict[str, bytes] = {}
        self._shelves: dict[Path, Shelf] = {}

    def salt(self, case_id: str) -> bytes | None:
        """Return the salt of a case; None if it has none (yet, or any more)."""
        if case_id not in self._salts:
            found = next((bytes.fromhex(row[1]) for row in self._rows(case_id) if len(row) == 2), None)
            if found is None:
                return None
            self._remember({case_id: found})
        return self._salts[case_id]

    def values(self, case_id: str) -> dict[str, Any]:
        """Return digest → value of a case."""
        return {row[1]: row[2] for row in self._rows(case_id) if len(row) == 3}

    def keep(self, salts: Mapping[str, bytes], values: Mapping[tuple[str, str], Any]) -> None:
        """Keep new salts (by case) and values (by case and digest), on the disk before it returns."""
        lines: dict[Path, list[bytes]] = {}
        for case_id, salt in salts.items():
            lines.setdefault(self._file(case_id), []).append(_line(case_id, salt.hex()))
        for (case_id, digest), value in values.items():
            lines.setdefault(self._file(case_id), []).append(_line(case_id, digest, value))
        with self._guard:
            for path, new in lines.items():
                self._append(path, b"".join(new))
        self._remember(salts)

    def erase(self, case_id: str) -> dict[str, Any]:
        """Erase what there is of a case; return digest → value as it was."""
        with self._guard:
            self._salts.pop(case_id, None)
            gone = self.values(case_id)
            path, start = self._file(case_id), _start(case_id)
            self._shelves.pop(path, None)
            content = _read(path)
            kept = b"".join(line for line in content.splitlines(keepends=True) if not line.startswith(start))
            if len(kept) < len(content):
                _replace(path, kept)
        return gone

    def holding(self, forms: Collection[str]) -> set[str]:
        """Return the cases with a text, not erased, in which one of these stands, in small letters.

        The texts stay in memory, some 100 bytes each; what is new is read from the end of its file.
        """
        found: set[str] = set()
        with self._guard:
            for path in self._directory.glob("*.jsonl"):
                shelf = self._shelves.setdefault(path, Shelf())
                shelf.read_on(path)
                for form in forms:
                    found |= shelf.holding(form)
        return found

    def mentions(self, text: str) -> bool:
        """Return whether any value still kept contains a text (of letters and digits)."""
        return any(text.encode() in _read(path) for path in self._directory.glob("*.jsonl"))

    def every(self) -> Iterator[tuple[str, str, Any, bytes | None]]:
        """Yield each case, digest, value and the salt, None where that is missing."""
        for path in sorted(self._directory.glob("*.jsonl")):
            rows = [json.loads(line) for line in _lines(_read(path))]
            salts = {row[0]: bytes.fromhex(row[1]) for row in rows if len(row) == 2}
            yield from ((row[0], row[1], row[2], salts.get(row[0])) for row in rows if len(row) == 3)

    def _rows(self, case_id: str) -> Iterator[list[Any]]:
        content, start = b"\n" + _read(self._file(case_id)), b"\n" + _start(case_id)
        at = content.find(start)
        while at >= 0:
            end = content.find(b"\n", at + 1)
            if end < 0:  # cut off by a crash before it was acknowledged
                return
            yield parse(content[at + 1 : end])
            at = content.find(start, end)

    def _append(self, path: Path, new: bytes) -> None:
        is_new = not path.exists()
        if is_new and not self._directory.exists():
            self._directory.mkdir(parents=True)
            sync_directory(self._directory.parent)
        with path.open("ab") as file:
            if file.tell() and _read(path, -1) != b"\n":  # a line that a crash cut off, before it was acknowledged
                file.truncate(_read(path).rfind(b"\n") + 1)
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_directory(self._directory)

    def _file(self, case_id: str) -> Path:
        number = hashlib.sha256(case_id.encode("utf-8", "surrogatepass")).digest()[0] % _FILES
        return self._directory / f"{number:02}.jsonl"

    def _remember(self, salts: Mapping[str, bytes]) -> None:
        if len(self._salts) > _SALTS_KEPT:
            self._salts.clear()
        self._salts.update(salts)


def _start(case_id: str) -> bytes:
    return b"[" + canonical(case_id) + b","


def _line(*row: Any) -> bytes:
    return canonical(row) + b"\n"


def _replace(path: Path, content: bytes) -> None:
    """Write a file anew, then zeros over the old one (Windows does not replace a file that is open: no zeros there)."""
    if os.name == "nt":
        write_durably(path, content)
        return
    with path.open("r+b") as old:
        write_durably(path, content)
        old.write(bytes(os.fstat(old.fileno()).st_size))
        old.flush()
        os.fsync(old.fileno())


def _lines(content: bytes) -> Iterable[bytes]:
    return content[: content.rfind(b"\n") + 1].split(b"\n")[:-1]


def _read(path: Path, last: int = 0) -> bytes:
    """Return the content of a file, or its last bytes; nothing if there is none."""
    try:
        with path.open("rb") as file:
            if last:
                file.seek(last, os.SEEK_END)
            return file.read()
    except FileNotFoundError:
        return b""
