"""The reading half of the DuckDB keeper: any thread, each call on a cursor of its own."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from checklists.errors import StoreError
from rules.violation import sort_key
from storage.chain import DIGEST, entry_of
from storage.columns import finding_of
from storage.database import first_line, first_row, query
from storage.event_ids import EventIds
from storage.personal import Personal
from storage.store import CaseQuery, CaseRow, Entry, Finding, FindingQuery, FoundCases, Head, Judged

_CHUNK = 10_000
_WIDE, _FEW = 250_000, 1_000  # many cases in steps, so that memory is bounded
_BY_SEQ = "SELECT payload, hash FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq"
_OF_CASES = """
    SELECT payload, hash FROM entries
    WHERE seq > ? AND seq <= ? AND case_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY seq
"""
_NAMED = "SELECT payload, hash FROM entries WHERE seq = ? AND event_id = ?"
_HISTORY = "SELECT * EXCLUDE (n) FROM findings WHERE id = ? ORDER BY n"


class DuckReader:
    """What the store reads; `_root` only gives cursors, and nothing is executed on it."""

    _root: duckdb.DuckDBPyConnection
    _directory: Path
    _head: Head
    _ids: EventIds
    _judged: Judged
    _personal: Personal

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor for queries. DuckDB's errors leave as StoreError."""
        try:
            with self._root.cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            raise StoreError(f"{self._directory}: the record cannot be read: {first_line(error)}") from error

    def head(self) -> Head:
        """Return the end of the chain."""
        return self._head

    def entries(self, case_ids: Collection[str] | None = None, after: int = 0) -> Iterator[Entry]:
        """Yield the entries (of some cases) with a seq over `after`, in the order of seq."""
        last, wanted = self._head.seq, None if case_ids is None else list(case_ids)
        if wanted == []:
            return
        step = _CHUNK if wanted is None else _WIDE if len(wanted) > _FEW else max(last - after, 1)
        for low in range(after, last, step):
            high = min(low + step, last)
            with self.reading() as cursor:
                if wanted is None:
                    rows = cursor.execute(_BY_SEQ, [low, high]).fetchall()
                else:
                    rows = cursor.execute(_OF_CASES, [low, high, wanted]).fetchall()
            yield from (entry_of(payload, digest) for payload, digest in rows)

    def named(self, event_id: str) -> Entry | None:
        """Return the entry of this `event_id`."""
        for seq in self._ids.seqs(event_id):
            with self.reading() as cursor:
                row = first_row(cursor, _NAMED, [seq, event_id])
            if row:
                return entry_of(*row)
        return None

    def cases(self, open_only: bool = False) -> list[CaseRow]:  # noqa: FBT001, FBT002
        """Return all cases (or those neither closed nor cancelled), retractions applied, newest entry first."""
        return list(self._cases(CaseQuery(state="open" if open_only else None), None, opened_first=False).rows)

    def search(self, query_: CaseQuery) -> FoundCases:
        """Return the cases that are wanted, the newest opened first."""
        return self._cases(query_, self._having(query_) if query_.words else None, opened_first=True)

    def _cases(self, query_: CaseQuery, case_ids: Collection[str] | None, *, opened_first: bool) -> FoundCases:
        wanted = {
            "case_ids": case_ids,
            "state": query_.state,
            "procedure": query_.procedure,
            "since": query_.since,
            "before": query_.before,
            "number": query_.number,
            "opened_first": opened_first,
            "limit": query_.limit,
            "offset": query_.offset,
        }
        with self.reading() as cursor:
            rows = cursor.execute(query("cases"), wanted).fetchall()
            if not rows and query_.offset:  # beyond the last page nothing says how many there are
                return replace(self._cases(replace(query_, offset=0, limit=1), case_ids, opened_first=True), rows=[])
        return FoundCases(rows[0][-1] if rows else 0, [CaseRow(*row[:-1]) for row in rows])

    def _having(self, query_: CaseQuery) -> list[str]:
        """Return the cases that have every word of a query."""
        words = list(enumerate(query_.words))
        forms = [(n, form) for n, word in words for form in word.forms]
        people = [(n, person) for n, word in words for person in word.people]
        procedures = [(n, procedure) for n, word in words for procedure in word.procedures]
        personal = [(n, case_id) for n, word in words for case_id in self._personal.holding(word.forms)]
        wanted = {
            "words": len(words),
            "digest": DIGEST,
            "fields": list(query_.fields),
            "steps": list(query_.steps),
            **_parallel("form_of", "forms", forms),
            **_parallel("people_of", "people", people),
            **_parallel("procedures_of", "procedures", procedures),
            **_parallel("holding", "personal", personal),
        }
        with self.reading() as cursor:
            return [case_id for (case_id,) in cursor.execute(query("words"), wanted).fetchall()]

    def reveal(self, case_id: str) -> Mapping[str, Any]:
        """Return digest → text for the personal parts of a case that are not erased."""
        return self._personal.values(case_id)

    def text(self, digest: str) -> str | None:
        """Return a kept text."""
        with self.reading() as cursor:
            row = first_row(cursor, "SELECT text FROM texts WHERE digest = ?", [digest])
        return row[0] if row else None

    def findings(self, query_: FindingQuery) -> list[Finding]:
        """Return findings, each in its latest state, ordered by id when paged, else by the violation's order."""
        wanted = {
            "state": query_.state,
            "procedure": query_.procedure,
            "rule": query_.rule,
            "case_ids": None if query_.case_ids is None else list(query_.case_ids),
            "since": query_.since,
            "before": query_.before,
            "after": query_.after,
            "limit": query_.limit,
        }
        with self.reading() as cursor:
            found = [finding_of(row) for row in cursor.execute(query("findings"), wanted).fetchall()]
        if query_.after is None and query_.limit is None:
            found.sort(key=lambda f: sort_key(f.violation))
        return found

    def history(self, finding_id: str) -> list[Finding]:
        """Return every state that a finding has had, in order."""
        with self.reading() as cursor:
            return [finding_of(row) for row in cursor.execute(_HISTORY, [finding_id]).fetchall()]

    def watched(self) -> list[str]:
        """Return the cases that are watched: open, or with something still to fall due."""
        with self.reading() as cursor:
            return [case_id for (case_id,) in cursor.execute(query("watched")).fetchall()]

    def judged(self) -> Judged:
        """Return how far the record is judged; (0, 0) at the beginning."""
        return self._judged

    def register(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return a register (people, tokens …): key → its newest document; a deleted key is left out."""
        with self.reading() as cursor:
            rows = cursor.execute(query("register"), {"kind": kind}).fetchall()
        return {key: json.loads(document) for key, document in rows}


def _parallel(numbers: str, texts: str, pairs: Sequence[tuple[int, str]]) -> dict[str, list[int] | list[str]]:
    """Return pairs as two lists of parameters."""
    return {numbers: [n for n, _ in pairs], texts: [text for _, text in pairs]}
