"""The keeper of the record in one DuckDB file: append-only tables, one writer, the head of the chain beside it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from checklists.errors import StoreError
from storage import chain
from storage.columns import entry_row, field_rows, finding_row
from storage.database import DATABASE, Inserter, connect, first_row, migrate
from storage.duck_read import DuckReader
from storage.duck_verify import verify
from storage.event_ids import EventIds
from storage.files import Files
from storage.head import HeadFile
from storage.lock import DirectoryLock
from storage.opening import EMPTY, HEAD, examine, holds_database, last_entry
from storage.personal import Personal
from storage.store import Damage, Draft, Entry, Finding, Head, Judged

_NAMING = "SELECT 1 FROM entries WHERE contains(decode(payload), ?) LIMIT 1"
_NEWEST = """
    SELECT max(n) FROM (
        SELECT n FROM findings UNION ALL SELECT n FROM watched UNION ALL SELECT n FROM judged
        UNION ALL SELECT n FROM register
    )"""


class DuckStore(DuckReader):
    """The record of one property in `directory`, which no other process may have open meanwhile.

    `address` is what a second opener is told. Raises StoreError when the directory is in use or too new; a record
    that does not agree with its head opens for reading alone, with `damage` set.
    """

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
            raise StoreError(f"{directory} cannot be used: {error.strerror}") from error
        try:
            self._damage = examine(directory)
            self._open()
        except (duckdb.Error, OSError) as error:
            self._lock.release()
            raise StoreError(f"{directory}: the record cannot be opened: {error}") from error
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
            migrate(self._root)
        elif self._damage.found.seq and holds_database(self._directory):
            self._root = connect(path, read_only=True, memory=self._memory)
        else:
            self._root = connect(None)
            migrate(self._root)
        self._load()
        if self._damage is None:
            self._publish()

    def _load(self) -> None:
        self._head = last_entry(self._root)
        found = self._root.execute("SELECT event_key, seq FROM entries WHERE event_key IS NOT NULL").fetchnumpy()
        self._ids = EventIds(np.asarray(found["event_key"], np.uint64), np.asarray(found["seq"], np.int64))
        newest = first_row(self._root, _NEWEST)
        self._n = (newest and newest[0]) or 0
        self._writer = self._root.cursor()
        if self._damage is None:
            self._inserter = Inserter(self._writer)
        self._published = EMPTY

    @property
    def damage(self) -> Damage | None:
        """What was found wrong at the start; while it stands every write raises StoreError."""
        return self._damage

    def accept_damage(self, reason: str) -> None:
        """Go on with what the database holds, as a person decided: the head is written anew, the copies stay.

        The decision is entered into the register `damage`, under the name of the directory with the copies.
        """
        with self._guard:
            if (damage := self._damage) is None:
                raise StoreError(f"{self._directory}: there is no damage to accept")
            self._writer.close()
            self._root.close()
            self._discard_unreadable()
            self._damage = None
            try:
                self._open()
            except (duckdb.Error, OSError) as error:
                self._damage = damage
                raise StoreError(f"{self._directory}: the record cannot be opened: {error}") from error
            told = {"expected": str(damage.expected), "found": str(self._head), "what": damage.reason}
            self.enter("damage", Path(damage.copied_to).name, {**told, "reason": reason, "copies": damage.copied_to})

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

    # --- writing ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Open a transaction of the writer that is committed at the end; one thread at a time."""
        with self._guard:
            self._refuse_while_damaged()
            try:
                self._writer.begin()
                yield
                self._writer.commit()
            except BaseException as error:
                self._roll_back()
                if isinstance(error, duckdb.Error | OSError):
                    raise StoreError(f"{self._directory}: the record cannot be written: {error}") from error
                raise

    def _roll_back(self) -> None:
        try:
            self._writer.rollback()
        except duckdb.Error:  # the failed commit has ended the transaction already
            return

    def _refuse_while_damaged(self) -> None:
        if self._damage is not None:
            what, aside = self._damage.reason, self._damage.copied_to
            raise StoreError(
                f"{self._directory}: nothing is written until a person decides: {what} (copies in {aside})"
            )

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Append entries in one commit, then write the head; return them once both are on the disk.

        Raises StoreError, with nothing kept, for an `event_id` that is already there and when it cannot write; when
        only the head could not be written the entries are kept, and the next append writes the head first.
        """
        with self._guard:
            self._refuse_while_damaged()
            self._publish()
            if not drafts:
                return []
            self._refuse_known(drafts)
            salts, new = self._salts_of(chain.needs_salt(drafts))
            sealed = chain.seal(drafts, self._head, salts)
            values = {(s.entry.event.case_id, key): value for s in sealed for key, value in s.personal.items()}
            self._keep_personal(new, values)
            with self._writing():
                self._inserter.insert("entries", [entry_row(s.entry, s.payload) for s in sealed])
                self._inserter.insert("fields", [row for s in sealed for row in field_rows(s.entry.event)])
            for s in sealed:
                if s.entry.event.event_id is not None:
                    self._ids.add(s.entry.event.event_id, s.entry.seq)
            self._head = Head(sealed[-1].entry.seq, sealed[-1].entry.hash)
            self._publish()
            return [s.entry for s in sealed]

    def _publish(self) -> None:
        """Put the head on the disk, if it is not there yet."""
        if self._published == self._head:
            return
        try:
            self._head_file.write(self._head)
        except OSError as error:
            raise StoreError(f"{self._directory / HEAD} cannot be written: {error.strerror}") from error
        self._published = self._head

    def _refuse_known(self, drafts: Iterable[Draft]) -> None:
        seen: set[str] = set()
        for event_id in (d.event.event_id for d in drafts):
            if event_id is None:
                continue
            if event_id in seen or (self._ids.seqs(event_id) and self.named(event_id)):
                raise StoreError(f"the event_id {event_id!r} is there already: nothing was stored")
            seen.add(event_id)

    def _salts_of(self, case_ids: Iterable[str]) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Return the salts of cases, and those among them that are new (and not kept yet)."""
        new: dict[str, bytes] = {}
        salts = {c: self._personal.salt(c) or new.setdefault(c, chain.new_salt()) for c in case_ids}
        return salts, new

    def _keep_personal(self, salts: Mapping[str, bytes], values: Mapping[tuple[str, str], Any]) -> None:
        try:
            self._personal.keep(salts, values)
        except OSError as error:
            raise StoreError(f"{self._directory / 'personal'} cannot be written: {error.strerror}") from error

    def digests(self, case_id: str, values: Sequence[Any]) -> list[str]:
        """Return the digests that these values have in a case (making its salt if it has none)."""
        with self._guard:
            salts, new = self._salts_of([case_id])
            if new:
                self._refuse_while_damaged()
                self._keep_personal(new, {})
            return [chain.digest(salts[case_id], value) for value in values]

    def erase(self, case_id: str) -> int:
        """Erase the personal texts and the salt of a case, and files that only they name; return how many texts."""
        with self._guard:
            self._refuse_while_damaged()
            try:
                gone = self._personal.erase(case_id)
                for name in (n for n in map(chain.file_named, gone.values()) if n):
                    if not self._personal.mentions(name) and not self._names_file(name):
                        self._files.remove(name)
            except OSError as error:
                raise StoreError(f"case {case_id!r} could not be erased: {error.strerror}: {error.filename}") from error
            return len(gone)

    def _names_file(self, digest: str) -> bool:
        with self.reading() as cursor:
            return first_row(cursor, _NAMING, [digest]) is not None

    def keep_text(self, text: str) -> str:
        """Keep a pack's text; return its SHA-256 in hex."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        with self._guard:
            if self.text(digest) is None:
                with self._writing():
                    self._inserter.insert("texts", [(digest, text)])
        return digest

    def keep_file(self, content: bytes) -> str:
        """Keep a photo or signature; return its SHA-256 in hex. Kept once, however often it comes."""
        self._refuse_while_damaged()
        try:
            return self._files.keep(content)
        except OSError as error:
            raise StoreError(f"{self._directory / 'files'} cannot be written: {error.strerror}") from error

    def file(self, digest: str) -> bytes | None:
        """Return a kept file."""
        return self._files.read(digest)

    def note(self, findings: Sequence[Finding], watched: Mapping[str, bool], judged: Judged) -> None:
        """Keep, in one commit, new states of violations, which cases are to be watched, and how far is judged."""
        with self._writing():
            insert = self._inserter.insert
            insert("findings", [finding_row(self._next(), f) for f in findings])
            insert("watched", [(self._next(), case_id, on) for case_id, on in watched.items()])
            insert("judged", [(self._next(), judged.seq, judged.until)])

    def enter(self, kind: str, key: str, document: Mapping[str, Any] | None) -> None:
        """Enter a document into a register (None deletes); earlier ones are kept as history."""
        text = None if document is None else json.dumps(dict(document), ensure_ascii=False)
        with self._writing():
            self._inserter.insert("register", [(self._next(), kind, key, text)])

    def _next(self) -> int:
        self._n += 1
        return self._n

    # --- the end ------------------------------------------------------------------------------------------------------

    def verify(self) -> list[str]:
        """Return what does not hold: the chain, the columns against the entries, the head; nothing when sound."""
        with self.reading() as cursor:
            return verify(cursor, self._directory / HEAD, self._personal)

    def close(self) -> None:
        """Checkpoint and let go of the files."""
        with self._guard:
            self._writer.close()
            self._root.close()
            self._head_file.close()
            self._lock.release()
