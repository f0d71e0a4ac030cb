"""The keeper of the record in memory, for tests and trials: every promise of the port but that of lasting."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from checklists.case import fold
from checklists.errors import StoreError
from checklists.event import Event
from rules.violation import sort_key
from storage import chain
from storage.store import (
    GENESIS,
    CaseQuery,
    CaseRow,
    Damage,
    Draft,
    Entry,
    Finding,
    FindingQuery,
    FoundCases,
    Head,
    Judged,
)

_FOREVER = 1 << 62


class MemoryStore:
    """A record that ends with the process."""

    def __init__(self) -> None:
        self._guard = threading.RLock()
        self._sealed: list[chain.Sealed] = []
        self._named: dict[str, Entry] = {}
        self._by_case: dict[str, list[Entry]] = {}
        self._salts: dict[str, bytes] = {}
        self._personal: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, str] = {}
        self._files: dict[str, bytes] = {}
        self._findings: dict[str, list[Finding]] = {}
        self._watched: dict[str, bool] = {}
        self._judged = Judged(0, 0)
        self._register: list[tuple[str, str, str | None]] = []

    @property
    def damage(self) -> Damage | None:
        """None: memory has no files that could disagree."""
        return None

    def head(self) -> Head:
        """Return the end of the chain."""
        last = self._sealed[-1].entry if self._sealed else None
        return Head(last.seq, last.hash) if last else Head(0, GENESIS)

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Append entries. Raises StoreError, with nothing kept, for an `event_id` that is already there."""
        with self._guard:
            self._refuse_known(drafts)
            new: dict[str, bytes] = {}
            salts = {c: self._salts.get(c) or new.setdefault(c, chain.new_salt()) for c in chain.needs_salt(drafts)}
            sealed = chain.seal(drafts, self.head(), salts)
            self._salts.update(new)
            for s in sealed:
                event = s.entry.event
                self._by_case.setdefault(event.case_id, []).append(s.entry)
                if s.personal:
                    self._personal.setdefault(event.case_id, {}).update(s.personal)
                if event.event_id is not None:
                    self._named[event.event_id] = s.entry
                self._sealed.append(s)
            return [s.entry for s in sealed]

    def _refuse_known(self, drafts: Iterable[Draft]) -> None:
        seen = set(self._named)
        for event_id in (d.event.event_id for d in drafts):
            if event_id is None:
                continue
            if event_id in seen:
                raise StoreError(f"the event_id {event_id!r} is there already: nothing was stored")
            seen.add(event_id)

    def entries(self, case_ids: Collection[str] | None = None, after: int = 0) -> Iterator[Entry]:
        """Yield the entries (of some cases) with a seq over `after`, in the order of seq."""
        if case_ids is None:
            yield from [s.entry for s in self._sealed[after:]]
            return
        found = [e for case_id in set(case_ids) for e in self._by_case.get(case_id, ()) if e.seq > after]
        yield from sorted(found, key=lambda e: e.seq)

    def named(self, event_id: str) -> Entry | None:
        """Return the entry of this `event_id`."""
        return self._named.get(event_id)

    def cases(self, open_only: bool = False) -> list[CaseRow]:  # noqa: FBT001, FBT002
        """Return all cases (or those neither closed nor cancelled), retractions applied, newest entry first."""
        rows = sorted(map(_row, list(self._by_case.values())), key=lambda r: -r.last_seq)
        return [r for r in rows if not open_only or (r.closed_at is None and r.cancelled_at is None)]

    def search(self, query: CaseQuery) -> FoundCases:
        """Return the cases that are wanted, the newest opened first."""
        rows = [row for row in map(_row, list(self._by_case.values())) if self._passes(row, query)]
        rows.sort(key=lambda r: (not _is_numbered(r.case_id, query.number), -r.opened_at, -r.last_seq))
        end = None if query.limit is None else query.offset + query.limit
        return FoundCases(len(rows), rows[query.offset : end])

    def _passes(self, row: CaseRow, query: CaseQuery) -> bool:
        state = "cancelled" if row.cancelled_at is not None else "closed" if row.closed_at is not None else "open"
        return (
            query.state in {None, state}
            and query.procedure in {None, row.procedure}
            and (query.since is None or row.opened_at >= query.since)
            and (query.before is None or row.opened_at < query.before)
            and (not query.words or self._has_words(row, query))
        )

    def _has_words(self, row: CaseRow, query: CaseQuery) -> bool:
        events = [e.event for e in self._by_case[row.case_id]]
        actors = {e.actor for e in events}
        texts = [text.lower() for text in self._texts_of(row.case_id, events, query)]
        return all(
            any(form in text for form in word.forms for text in texts)
            or not actors.isdisjoint(word.people)
            or row.procedure in word.procedures
            for word in query.words
        )

    def _texts_of(self, case_id: str, events: Sequence[Event], query: CaseQuery) -> Iterator[str]:
        found: list[Any] = [case_id, *self._personal.get(case_id, {}).values()]
        for event in events:
            found.append(event.subject)
            found += [event.value] if event.event in query.steps else []
            for value in (v for k, v in (event.data or {}).items() if k in query.fields):
                found += value if isinstance(value, list | tuple) else [value]
        return (text for text in found if isinstance(text, str) and not text.startswith(chain.DIGEST))

    def reveal(self, case_id: str) -> Mapping[str, Any]:
        """Return digest → text for the personal parts of a case that are not erased."""
        return dict(self._personal.get(case_id, {}))

    def erase(self, case_id: str) -> int:
        """Erase the personal texts and the salt of a case, and files that only they name; return how many texts."""
        with self._guard:
            self._salts.pop(case_id, None)
            gone = self._personal.pop(case_id, {})
            others = [v for values in self._personal.values() for v in values.values()]
            for name in filter(None, map(chain.file_named, gone.values())):
                if chain.FILE + name not in others and not any(name.encode() in s.payload for s in self._sealed):
                    self._files.pop(name, None)
            return len(gone)

    def digests(self, case_id: str, values: Sequence[Any]) -> list[str]:
        """Return the digests that these values have in a case (making its salt if it has none)."""
        with self._guard:
            salt = self._salts.setdefault(case_id, chain.new_salt())
        return [chain.digest(salt, value) for value in values]

    def keep_text(self, text: str) -> str:
        """Keep a pack's text; return its SHA-256 in hex."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        self._texts[digest] = text
        return digest

    def text(self, digest: str) -> str | None:
        """Return a kept text."""
        return self._texts.get(digest)

    def keep_file(self, content: bytes) -> str:
        """Keep a photo or signature; return its SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        self._files[digest] = content
        return digest

    def file(self, digest: str) -> bytes | None:
        """Return a kept file."""
        return self._files.get(digest)

    def note(self, findings: Sequence[Finding], watched: Mapping[str, bool], judged: Judged) -> None:
        """Keep new states of violations, which cases are to be watched, and how far is judged."""
        with self._guard:
            for finding in findings:
                self._findings.setdefault(finding.id, []).append(finding)
            self._watched.update(watched)
            self._judged = judged

    def findings(self, query: FindingQuery) -> list[Finding]:
        """Return findings, each in its latest state, ordered by id when paged, else by the violation's order."""
        latest = [states[-1] for _, states in sorted(self._findings.items())]
        found = [f for f in latest if self._is_wanted(f, query)][: query.limit]
        if query.after is None and query.limit is None:
            found.sort(key=lambda f: sort_key(f.violation))
        return found

    def _is_wanted(self, finding: Finding, query: FindingQuery) -> bool:
        v = finding.violation
        when = v.due_at if v.due_at is not None else v.at
        return (
            query.state in {None, finding.state}
            and query.rule in {None, v.rule}
            and (query.procedure is None or query.procedure in self._procedures(v.case_id))
            and (query.case_ids is None or v.case_id in query.case_ids)
            and (query.since is None or when >= query.since)
            and (query.before is None or when < query.before)
            and (query.after is None or finding.id > query.after)
        )

    def _procedures(self, case_id: str) -> set[str]:
        return {e.event.procedure for e in self._by_case.get(case_id, ()) if e.event.event == "opened"}

    def history(self, finding_id: str) -> list[Finding]:
        """Return every state that a finding has had, in order."""
        return list(self._findings.get(finding_id, ()))

    def watched(self) -> list[str]:
        """Return the cases that are watched: open, or with something still to fall due."""
        return sorted(case_id for case_id, on in self._watched.items() if on)

    def judged(self) -> Judged:
        """Return how far the record is judged; (0, 0) at the beginning."""
        return self._judged

    def register(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return a register (people, tokens …): key → its newest document; a deleted key is left out."""
        newest = {key: document for entered, key, document in self._register if entered == kind}
        return {key: json.loads(document) for key, document in sorted(newest.items()) if document is not None}

    def enter(self, kind: str, key: str, document: Mapping[str, Any] | None) -> None:
        """Enter a document into a register (None deletes); earlier ones are kept as history."""
        text = None if document is None else json.dumps(dict(document), ensure_ascii=False)
        self._register.append((kind, key, text))

    def verify(self) -> list[str]:
        """Return what does not hold of the chain."""
        wrong, previous = [], GENESIS
        for s in self._sealed:
            if (
                chain.entry_hash(previous, s.payload) != s.entry.hash
                or chain.entry_of(s.payload, s.entry.hash) != s.entry
            ):
                wrong.append(f"entry {s.entry.seq}: its hash does not follow from the entry before and its content")
            previous = s.entry.hash
        return wrong

    def close(self) -> None:
        """Do nothing: there are no files."""


def _is_numbered(case_id: str, number: int | None) -> bool:
    digits = re.search(r"[0-9]{1,15}$", case_id)
    return number is not None and digits is not None and int(digits[0]) == number


def _row(entries: Sequence[Entry]) -> CaseRow:
    first, events = entries[0].event, [e.event for e in entries]
    opened = next((e.occurred_at for e in events if e.event == "opened"), min(e.occurred_at for e in events))
    case = fold(events, _FOREVER)
    closed, cancelled = (case.closed_at, case.cancelled_at) if case else (None, None)
    return CaseRow(first.case_id, first.procedure, opened, closed, cancelled, entries[-1].seq)
