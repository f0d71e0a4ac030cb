"""The keeper of the record in one DuckDB file: append-only tables, one writer, the head of the chain beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from checklists.errors import StoreError
from storage import chain
from storage.columns import entry_row, field_rows, finding_row
from storage.database import first_line, first_row
from storage.duck_open import DuckFiles
from storage.duck_verify import verify
from storage.opening import HEAD
from storage.store import Draft, Entry, Finding, Head, Judged

_NAMING = "SELECT 1 FROM entries WHERE contains(decode(payload), ?) LIMIT 1"


class DuckStore(DuckFiles):
    """The record of one property in `directory`, which no other process may have open meanwhile.

    `address` is what a second opener is told. Raises StoreError when the directory is in use or too new; a record
    that does not agree with its head opens for reading alone, with `damage` set.
    """

    def accept_damage(self, reason: str) -> None:
        """Go on with what the database holds, as a person decided: the head is written anew, the copies stay.

        The decision is entered into the register `damage`, under the name of the directory with the copies.
        """
        with self._guard:
            damage = self._open_again()
            told = {"expected": str(damage.expected), "found": str(self._head), "what": damage.reason}
            self.enter("damage", Path(damage.copied_to).name, {**told, "reason": reason, "copies": damage.copied_to})

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
                    raise StoreError(f"{self._directory}: the record cannot be written: {first_line(error)}") from error
                raise

    def _roll_back(self) -> None:
        try:
            self._writer.rollback()
        except duckdb.Error:  # the failed commit has ended the transaction already
            return

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
        self._judged = judged

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
