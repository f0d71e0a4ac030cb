"""The port of the record: append and read. A keeper of it (DuckDB, memory) keeps every promise written here.

The record is append-only. Personal text enters it as digests salted per case, the text and its salt beside, so that
erasing both leaves the chain whole; what `entries` returns holds the digests, and `reveal` the texts still there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from checklists.event import Event
from checklists.instant import Instant
from rules.violation import Violation

State = Literal["open", "remedied", "rescinded"]
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last entry's seq (0 when there is none) and hash (32 bytes, zero when none)."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        """Write it as receipts do: `SEQ:HASH`."""
        return f"{self.seq}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A new entry before it has its place: the event in plain text (its `position` is not looked at).

    `by` is who handed it in (`person:ID`, `token:NAME`, `service`). `packs` stands on `opened`: the digests of the
    procedure and the catalogue of the case. `personal` names what enters as digests: `actor`, `subject`, `value`, or
    `data.FIELD`; of a list, each entry by itself.
    """

    event: Event
    by: str
    packs: Mapping[str, str] | None = None
    personal: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the chain; `event.position` is its seq, personal parts are digests."""

    event: Event
    by: str
    packs: Mapping[str, str] | None
    hash: bytes

    @property
    def seq(self) -> int:
        """Its place in the chain, from 1 without gaps."""
        return self.event.position


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation as the service came to know it: its state since `noticed_at`.

    `id` is the digest of the violation's identity (and `ordinal`, where two are equal). `by_seq` is the entry that
    brought the state about, None where it was time passing.
    """

    id: str
    violation: Violation
    state: State
    noticed_at: Instant
    by_seq: int | None
    catalogue: str
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """How far the record is judged: entries up to `seq`, as of the instant `until`."""

    seq: int
    until: Instant


@dataclass(frozen=True)
class FindingQuery:
    """Which findings are wanted, each in its latest state; None asks for all.

    `after` is the last id of the page before.
    """

    state: State | None = None
    procedure: str | None = None
    rule: str | None = None
    case_ids: Collection[str] | None = None
    since: Instant | None = None
    before: Instant | None = None
    after: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as lists show it: which procedure, when it was opened, closed, cancelled, its last entry."""

    case_id: str
    procedure: str
    opened_at: Instant
    closed_at: Instant | None
    cancelled_at: Instant | None
    last_seq: int


@dataclass(frozen=True)
class Word:
    """A word of a search: one of its `forms` (in small letters) stands in a text of the case.

    Or one of `people` did something in it, or it is of one of `procedures`.
    """

    forms: Collection[str]
    people: Collection[str] = ()
    procedures: Collection[str] = ()


@dataclass(frozen=True)
class CaseQuery:
    """Which cases are wanted; None and nothing ask for all. A case has every word, each in any of its texts.

    Texts are its number, its personal texts that are not erased, subjects that are not personal, the data named by
    `fields` (texts and lists of them) and the values of `steps`. The newest opened come first; before them those whose
    number ends in `number`. `since` and `before` are of its opening.
    """

    words: Sequence[Word] = ()
    fields: Collection[str] = ()
    steps: Collection[str] = ()
    state: Literal["open", "closed", "cancelled"] | None = None
    procedure: str | None = None
    since: Instant | None = None
    before: Instant | None = None
    number: int | None = None
    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True)
class FoundCases:
    """A page of the cases that were found, and how many there are in all."""

    total: int
    rows: Sequence[CaseRow]


@dataclass(frozen=True)
class Damage:
    """Why a record may not be written: what the head says, what the database holds, where the files were copied."""

    reason: str
    expected: Head
    found: Head
    copied_to: str = ""
    missing: Sequence[int] = field(default_factory=tuple)


class Store(Protocol):
    """The record of one property. Any thread may read; one thread at a time appends."""

    @property
    def damage(self) -> Damage | None:
        """What was found wrong at the start; while it stands every write raises StoreError."""

    def head(self) -> Head:
        """Return the end of the chain."""

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Append entries in one commit, then write the head; return them once both are on the disk.

        Raises StoreError, with nothing kept, for an `event_id` that is already there, for what is no JSON, and when it
        cannot write; if only the head could not be written the entries are kept, and the next append writes it first.
        A whole number beyond 2**53 - 1 is kept as the double nearest to it (docs/chain.md).
        """

    def entries(self, case_ids: Collection[str] | None = None, after: int = 0) -> Iterator[Entry]:
        """Yield the entries (of some cases) with a seq over `after`, in the order of seq."""

    def named(self, event_id: str) -> Entry | None:
        """Return the entry of this `event_id`."""

    def cases(self, open_only: bool = False) -> list[CaseRow]:  # noqa: FBT001, FBT002
        """Return all cases (or those neither closed nor cancelled), retractions applied, newest entry first."""

    def search(self, query: CaseQuery) -> FoundCases:
        """Return the cases that are wanted, the newest opened first."""

    def reveal(self, case_id: str) -> Mapping[str, Any]:
        """Return digest → text for the personal parts of a case that are not erased."""

    def erase(self, case_id: str) -> int:
        """Erase the personal texts and the salt of a case, and files that only they name; return how many texts."""

    def digests(self, case_id: str, values: Sequence[Any]) -> list[str]:
        """Return the digests that these values have in a case (making its salt if it has none)."""

    def keep_text(self, text: str) -> str:
        """Keep a pack's text; return its SHA-256 in hex."""

    def text(self, digest: str) -> str | None:
        """Return a kept text."""

    def keep_file(self, content: bytes) -> str:
        """Keep a photo or signature; return its SHA-256 in hex. Kept once, however often it comes."""

    def file(self, digest: str) -> bytes | None:
        """Return a kept file."""

    def note(self, findings: Sequence[Finding], watched: Mapping[str, bool], judged: Judged) -> None:
        """Keep, in one commit, new states of violations, which cases are to be watched, and how far is judged."""

    def findings(self, query: FindingQuery) -> list[Finding]:
        """Return findings, each in its latest state, ordered by id when paged, else by the violation's order."""

    def history(self, finding_id: str) -> list[Finding]:
        """Return every state that a finding has had, in order."""

    def watched(self) -> list[str]:
        """Return the cases that are watched: open, or with something still to fall due."""

    def judged(self) -> Judged:
        """Return how far the record is judged; (0, 0) at the beginning."""

    def register(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return a register (people, tokens …): key → its newest document; a deleted key is left out."""

    def enter(self, kind: str, key: str, document: Mapping[str, Any] | None) -> None:
        """Enter a document into a register (None deletes); earlier ones are kept as history."""

    def verify(self) -> list[str]:
        """Return what does not hold: the chain, the columns against the entries, the head; nothing when sound."""

    def close(self) -> None:
        """Checkpoint and let go of the files."""
