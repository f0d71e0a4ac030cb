"""Photos and signatures: files named by their SHA-256, beside the database."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from storage.head import erase, sync_directory, write_durably

_NAME = re.compile(r"[0-9a-f]{64}")


class Files:
    """A directory of contents; each is kept once, however often it comes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, content: bytes) -> str:
        """Keep a content; return its SHA-256 in hex once it is on the disk. Raises OSError."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            if not path.parent.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                for directory in (path.parent.parent, self._directory.parent):
                    sync_directory(directory)
            write_durably(path, content)
        return digest

    def read(self, digest: str) -> bytes | None:
        """Return a content; None for one that is not kept (or a digest that is none)."""
        try:
            return self._path(digest).read_bytes() if _NAME.fullmatch(digest) else None
        except FileNotFoundError:
            return None

    def remove(self, digest: str) -> None:
        """Remove a content, zeros written over it first. Raises OSError."""
        path = self._path(digest)
        if path.exists():
            erase(path)
            sync_directory(path.parent)

    def _path(self, digest: str) -> Path:
        return self._directory / digest[:2] / digest
