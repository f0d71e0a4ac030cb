"""Whether a record holds: its chain, and the stored violations against the judge's, as far as it is judged."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.instant import Instant, format_instant
from rules.judge import judge
from rules.violation import Violation
from sopwatch.books import Books
from sopwatch.watch import numbered
from storage.store import Entry, Finding, FindingQuery, Head, Judged, Store

_TOGETHER = 500
_AGAIN = 20
_BETWEEN_SECONDS = 0.25


@dataclass
class Verdict:
    """What was looked at, and `wrong`: a line for each thing that does not hold."""

    head: str
    entries: int
    cases: int = 0
    violations: int = 0
    judged_seq: int = 0
    judged_until: str = ""
    due_since: int = 0
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield what a person is told."""
        yield from self.wrong
        yield f"{self.entries:,} entries, head {self.head}"
        yield (
            f"{self.violations:,} violations stored of {self.cases:,} cases, held against the judge's"
            f" as of {self.judged_until}"
        )
        if late := self.entries - self.judged_seq:
            yield f"{late:,} entries came after that, and are judged at the next start"
        if self.due_since:
            yield f"{self.due_since:,} violations fell due since, and are found at the next start"
        yield "the record holds" if not self.wrong else f"the record does not hold: {len(self.wrong):,} mismatches"


def verify(store: Store, books: Books, zone: ZoneInfo, now: Instant, held: Head | None = None) -> Verdict:
    """Return whether the record holds, also while it is written; `held` is a head that it must contain."""
    head = store.head()
    verdict = Verdict(str(head), head.seq)
    if store.damage:
        verdict.wrong.append(f"{store.damage.reason} (copies in {store.damage.copied_to})")
    verdict.wrong += store.verify()
    if held is not None:
        verdict.wrong += _contains(store, held)
    try:
        _judgements(store, books, zone, now, verdict)
    except Exception as error:  # noqa: BLE001 - entries that were changed can be wrong in any way
        why = " ".join(str(error).split())
        verdict.wrong.append(f"the entries cannot be judged: {type(error).__name__}: {why}")
    return verdict


def _contains(store: Store, held: Head) -> Iterator[str]:
    found: Any = None if held.seq else held
    if held.seq <= store.head().seq and held.seq:
        entry = next(store.entries(after=held.seq - 1), None)
        found = Head(entry.seq, entry.hash) if entry else None
    if found is None:
        yield f"the head {held} is beyond the record, which ends at {store.head().seq}"
    elif found.hash != held.hash or (not held.seq and any(held.hash)):
        yield f"the head {held} is not in the chain: entry {held.seq} has another hash"


# --- violations ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Judgement:
    """A case as the judge finds it as of what is judged, and how much falls due from then until now."""

    then: Sequence[Violation]
    since: int


def _judgements(store: Store, books: Books, zone: ZoneInfo, now: Instant, verdict: Verdict) -> None:
    judged = store.judged()
    verdict.judged_seq, verdict.judged_until = judged.seq, format_instant(judged.until)
    stored = _stored(store, None)
    case_ids = [row.case_id for row in store.cases()]
    verdict.cases = len(case_ids)
    verdict.violations = sum(f.state != "rescinded" for findings in stored.values() for f in findings)
    odd = []
    for start in range(0, len(case_ids), _TOGETHER):
        some = case_ids[start : start + _TOGETHER]
        for case_id, judgement in _judge(store, books, zone, some, (judged, now)):
            verdict.due_since += judgement.since
            if list(_differences(case_id, judgement.then, stored.get(case_id, []))):
                odd.append(case_id)
    verdict.wrong += _again(store, books, zone, odd)
    for case_id in sorted(stored.keys() - set(case_ids)):
        verdict.wrong.append(f"violations are stored of the case {case_id!r}, which is not there")


def differing(store: Store, books: Books, zone: ZoneInfo, case_ids: Sequence[str]) -> list[str]:
    """Return a line for each violation of cases that the record and the judge tell differently, as far as is judged."""
    judged, stored = store.judged(), _stored(store, case_ids)
    odd = [
        case_id
        for case_id, judgement in _judge(store, books, zone, case_ids, (judged, judged.until))
        if any(_differences(case_id, judgement.then, stored.get(case_id, [])))
    ]
    return list(_again(store, books, zone, odd))


def _again(store: Store, books: Books, zone: ZoneInfo, odd: Sequence[str]) -> Iterator[str]:
    """Look at cases again, at a moment when nothing is judged meanwhile; yield what still differs."""
    for case_id in odd:
        told: list[str] = []
        for _ in range(_AGAIN):
            before = store.judged()
            findings = _stored(store, [case_id]).get(case_id, [])
            judgements = dict(_judge(store, books, zone, [case_id], (before, before.until)))
            told = list(_differences(case_id, judgements[case_id].then, findings))
            if not told or store.judged() == before:
                break
            time.sleep(_BETWEEN_SECONDS)
        yield from told


def _judge(
    store: Store, books: Books, zone: ZoneInfo, case_ids: Sequence[str], as_of: tuple[Judged, Instant]
) -> Iterator[tuple[str, _Judgement]]:
    judged, now = as_of
    events: dict[str, list[Entry]] = {case_id: [] for case_id in case_ids}
    for entry in store.entries(case_ids):
        events[entry.event.case_id].append(entry)
    for case_id, entries in events.items():
        catalogue = books.of(entries[0].packs or {})[1]
        known = fold([e.event for e in entries if e.seq <= judged.seq], judged.until)
        present = fold([e.event for e in entries], now)
        then = judge(catalogue, known, zone) if known else []
        after = judge(catalogue, present, zone) if present and now > judged.until else then
        new = Counter(v.identity for v in after) - Counter(v.identity for v in then)
        yield case_id, _Judgement(then, new.total())


def _stored(store: Store, case_ids: Sequence[str] | None) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in store.findings(FindingQuery(case_ids=case_ids)):
        found.setdefault(finding.violation.case_id, []).append(finding)
    return found


def _differences(case_id: str, judged: Sequence[Violation], stored: Sequence[Finding]) -> Iterator[str]:
    """Yield a line for each violation that only one of both has, or that they tell otherwise."""
    theirs = [f for f in stored if f.state != "rescinded"]
    ours, kept = Counter(judged), Counter(f.violation for f in theirs)
    for violation in (ours - kept).elements():
        yield f"case {case_id!r}: the judge finds {_told(violation)}, the record does not have it so"
    for violation in (kept - ours).elements():
        yield f"case {case_id!r}: the record has {_told(violation)}, the judge does not find it so"
    for finding in theirs:
        if (finding.state == "remedied") != (finding.violation.remedied_at is not None):
            yield f"case {case_id!r}: {_told(finding.violation)} is stored as {finding.state}"
    ids = {finding_id for (finding_id, _), _ in numbered(judged)}
    if ours == kept and ids != {f.id for f in theirs}:
        yield f"case {case_id!r}: violations are stored under other ids than theirs"


def _told(violation: Violation) -> str:
    due = "" if violation.due_at is None else f", due {format_instant(violation.due_at)}"
    return f"{violation.rule} broken at {format_instant(violation.at)}{due}"
