"""The reports that wait, as files of their own: they hold personal data, so that erasing has to remove the bytes.

`reports/NUMBER.json` is a report, `NUMBER.1.jpg` its first photo. The photos are on the disk before the report, and a
report is gone before its photos: what a crash leaves behind is either whole, or a photo of none, removed at the start.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from storage.head import erase, sync_directory

_NUMBER = re.compile(r"Q-\d{4,9}")


class ReportFiles:
    """The directory of the reports that wait; only the service's own user may read it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / "reports"

    def read(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield each report by its number, and remove what a crash left of others."""
        if not self._directory.exists():
            return
        whole = {path.stem: path for path in self._directory.glob("*.json") if _NUMBER.fullmatch(path.stem)}
        for path in self._directory.iterdir():
            if path.name.partition(".")[0] not in whole or path.suffix == ".new":
                erase(path)
        for number, path in sorted(whole.items()):
            yield number, json.loads(path.read_bytes())

    def keep(self, number: str, report: Mapping[str, Any], photos: Sequence[bytes]) -> None:
        """Keep a report with its photos, on the disk before it returns. Raises OSError."""
        if not self._directory.exists():
            self._directory.mkdir(mode=0o700)
            sync_directory(self._directory.parent)
        for n, photo in enumerate(photos, 1):
            self._write(f"{number}.{n}.jpg", photo)
        self._write(f"{number}.json", json.dumps(report, ensure_ascii=False).encode())

    def photo(self, number: str, n: int) -> bytes | None:
        """Return a photo of a report that waits."""
        if not _NUMBER.fullmatch(number):
            return None
        try:
            return (self._directory / f"{number}.{n}.jpg").read_bytes()
        except FileNotFoundError:
            return None

    def erase(self, number: str) -> None:
        """Remove a report and its photos, zeros written over them first. Raises OSError."""
        erase(self._directory / f"{number}.json")
        for path in self._directory.glob(f"{number}.*"):
            erase(path)
        if self._directory.exists():
            sync_directory(self._directory)

    def _write(self, name: str, content: bytes) -> None:
        new = self._directory / f"{name}.new"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._directory / name)
        sync_directory(self._directory)
