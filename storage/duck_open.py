"""How the DuckDB keeper comes to its files: lock, comparison with the head, migrations, and going on after damage."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import numpy as np

from checklists.errors import StoreError
from storage.database import DATABASE, Inserter, connect, first_line, first_row, migrate, version_of
from storage.duck_read import DuckReader
from storage.event_ids import EventIds
from storage.files import Files
from storage.head import HeadFile, sync_directory
from storage.lock import DirectoryLock
from storage.opening import EMPTY, HEAD, examine, holds_database, last_entry
from storage.personal import Personal
from storage.store import Damage, Head, Judged

_NEWEST = """
    SELECT max(n) FROM (
        SELECT n FROM findings UNION ALL SELECT n FROM watched UNION ALL SELECT n FROM judged
        UNION ALL SELECT n FROM register
    )"""


class DuckFiles(DuckReader):
    """The files of a record, open: for reading and writing, or for reading alone where `damage` is set."""

    def __init__(self, directory: Path, address: str = "", memory: str = "1GB") -> None:
        self._directory, self._memory = directory, memory
        self._guard = threading.RLock()
        self._personal = Personal(directory / "personal")
        self._files = Files(directory / "files")
        self._head_file = HeadFile(directory / HEAD)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = DirectoryLock(directory, address)
        except OSError as error:
            why = "it is a file, and a record is a directory" if directory.is_file() else error.strerror
            raise StoreError(f"{directory} cannot be used: {why}") from error
        try:
            self._damage = examine(directory)
            self._open()
        except (duckdb.Error, OSError) as error:
            self._lock.release()
            raise StoreError(f"{directory}: the record cannot be opened: {first_line(error)}") from error
        except StoreError:
            self._lock.release()
            raise

    def _open(self) -> None:
        """Open the database: for reading alone, or an empty one in memory, where there is damage."""
        path = self._directory / DATABASE
        if self._damage is None:
            if not (self._directory / HEAD).exists():
                self._head_file.write(EMPTY)
            self._root = connect(path, memory=self._memory)
            try:
                migrate(self._root)
            except duckdb.Error:
                self._root.close()
                raise
            sync_directory(self._directory)
        else:
            self._root = self._open_damaged(path)
        self._load()
        if self._damage is None:
            self._publish()

    def _open_damaged(self, path: Path) -> duckdb.DuckDBPyConnection:
        """Open what can be read of a damaged record, for reading alone; else an empty one in memory."""
        try:
            if holds_database(self._directory):
                root = connect(path, read_only=True, memory=self._memory)
                if version_of(root):
                    return root
                root.close()
        except duckdb.Error:  # `damage` says so
            pass
        root = connect(None)
        migrate(root)
        return root

    def _load(self) -> None:
        self._head = last_entry(self._root)
        found = self._root.execute("SELECT event_key, seq FROM entries WHERE event_key IS NOT NULL").fetchnumpy()
        self._ids = EventIds(np.asarray(found["event_key"], np.uint64), np.asarray(found["seq"], np.int64))
        newest = first_row(self._root, _NEWEST)
        self._n = (newest and newest[0]) or 0
        watermark = first_row(self._root, "SELECT seq, until FROM judged ORDER BY n DESC LIMIT 1")
        self._judged = Judged(*watermark) if watermark else Judged(0, 0)
        self._writer = self._root.cursor()
        if self._damage is None:
            self._inserter = Inserter(self._writer)
        self._published: Head | None = None

    @property
    def damage(self) -> Damage | None:
        """What was found wrong at the start; while it stands every write raises StoreError."""
        return self._damage

    def _open_again(self) -> Damage:
        """Open a damaged record for writing, with the head that its database has; return what the damage was."""
        if (damage := self._damage) is None:
            raise StoreError(f"{self._directory}: there is no damage to accept")
        self._writer.close()
        self._root.close()
        self._discard_unreadable()
        self._damage = None
        try:
            self._open()
        except (duckdb.Error, OSError, StoreError) as error:
            self._damage = damage
            raise StoreError(f"{self._directory}: the record cannot be opened: {first_line(error)}") from error
        return damage

    def _discard_unreadable(self) -> None:
        """Remove what DuckDB cannot open (there are copies): the write-ahead log first, then the database."""
        path = self._directory / DATABASE
        for file in (path.with_name(path.name + ".wal"), path):
            try:
                connect(path, read_only=True).close()
            except duckdb.Error:
                file.unlink(missing_ok=True)
            else:
                return

    def _refuse_while_damaged(self) -> None:
        if self._damage is not None:
            what, aside = self._damage.reason, self._damage.copied_to
            raise StoreError(
                f"{self._directory}: nothing is written until a person decides: {what} (copies in {aside}); "
                f"to go on without what is lost: sopwatch verify --data {self._directory} --accept-damage REASON"
            )

    def _publish(self) -> None:
        """Put the head on the disk, if it is not there yet."""
        if self._published == self._head:
            return
        try:
            self._head_file.write(self._head)
        except OSError as error:
            raise StoreError(f"{self._directory / HEAD} cannot be written: {error.strerror}") from error
        self._published = self._head

    def close(self) -> None:
        """Checkpoint and let go of the files."""
        with self._guard:
            try:
                if self._damage is None:
                    self._writer.execute("CHECKPOINT")
            except duckdb.Error:  # closed already, or a reader is under way: the write-ahead log stays
                pass
            self._writer.close()
            self._root.close()
            self._head_file.close()
            self._lock.release()
