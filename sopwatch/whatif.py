"""History judged under a changed rule beside the rule in force: what moves, and the cases that flip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from checklists.errors import StoreError
from checklists.event import Event
from checklists.instant import Instant, local_date
from rules.bulk import Plan, fields_of
from rules.violation import Violation, sort_key
from rules.whatif import Book, Tried, apart, apply, both
from sopwatch.casefile import reveal, revealed
from sopwatch.check import Question, catalogues_of, rules_of, standard_of
from sopwatch.departments import department_of
from sopwatch.refusals import because
from sopwatch.service import Service
from storage.bulk import DuckEngine, judge_log, violations
from storage.bulk_events import load_cases, scratch
from storage.duck_read import DuckReader
from storage.log import Mistake, read_log
from storage.log_cases import events_of, keep_of
from storage.record_log import lay_log
from storage.staging import stage
from storage.store import Entry

Key = str | None
Cases = Mapping[str, tuple[Key, Sequence[Event]]]
"""Cases with the key of the book that each goes by."""
Fetch = Callable[[Collection[str]], Cases]


@dataclass(frozen=True)
class Wish:
    """What is to be tried, over which period (by `due_at`, else `at`), and how many flipping cases are wanted."""

    settings: Sequence[str]
    since: Instant | None = None
    before: Instant | None = None
    limit: int = 50

    def holds(self, violation: Violation) -> bool:
        """Whether a violation belongs to the period."""
        at = moment_of(violation)
        return (self.since is None or at >= self.since) and (self.before is None or at < self.before)


def moment_of(violation: Violation) -> Instant:
    """Return the instant by which a violation belongs to a period."""
    return violation.at if violation.due_at is None else violation.due_at


@dataclass(frozen=True)
class Flip:
    """A case in which a rule is broken otherwise than before: all its violations under both texts of the rule.

    `gone` and `new` are the obligations that flip: broken only under the rule in force, only under the tried one.
    """

    case_id: str
    rule_id: str
    before: Sequence[Violation]
    after: Sequence[Violation]
    gone: Sequence[Violation]
    new: Sequence[Violation]


@dataclass(frozen=True)
class Compared:
    """What was found: violations of the period before and after, the flips in order, and the events of the first."""

    wish: Wish
    tried: Mapping[Key, Tried]
    now: Instant
    zone: ZoneInfo
    before: Sequence[Violation]
    after: Sequence[Violation]
    flips: Sequence[Flip]
    cases: Cases
    mistakes: Sequence[Mistake] = ()

    def counts(self, key: Callable[[Violation], str]) -> dict[str, tuple[int, int]]:
        """Return how many violations there are before and after, by a key, in its order."""
        old, new = Counter(map(key, self.before)), Counter(map(key, self.after))
        return {name: (old[name], new[name]) for name in sorted(old.keys() | new.keys())}

    def by_rule(self) -> dict[str, tuple[int, int]]:
        """Return the counts of each rule that changes, also of one that nothing breaks."""
        none = {rule.id: (0, 0) for tried in self.tried.values() for rule in tried.after.rules}
        return dict(sorted((none | self.counts(lambda v: v.rule)).items()))

    def by_department(self) -> dict[str, tuple[int, int]]:
        """Return the counts by the department that a rule belongs to; an empty name where it has none."""
        departments = {
            rule.id: department_of(rule, tried.procedure)
            for tried in self.tried.values()
            for rule in tried.before.rules
        }
        return self.counts(lambda v: departments[v.rule])

    def by_month(self) -> dict[str, tuple[int, int]]:
        """Return the counts by local month."""
        return self.counts(lambda v: local_date(moment_of(v), self.zone).isoformat()[:7])


# --- of a log --------------------------------------------------------------------------------------------------------


def what_if_log(question: Question, wish: Wish) -> Compared:
    """Judge a log under both. Raises SopwatchError where the log or a change is refused."""
    form, _, _ = rules_of(question)
    catalogues, words = catalogues_of(question)
    procedures = form.procedures or {}
    books: dict[Key, Book] = {k: Book(procedures.get(k or ""), c) for k, c in catalogues.items()}
    tried = apply(books, wish.settings)
    merged = {key: both(one) for key, one in tried.items()}
    own = question.rules is None
    with scratch() as (db, folder):
        fields = frozenset(f for c in merged.values() for f in fields_of(c))
        staged = None if standard_of(question.log) else stage(db, question.log, form, fields, folder)
        if staged:
            mine: dict[Key, Sequence[str]] = {None: staged.words.get("", ())}
            if own:
                mine = {key: words[key] for key in merged}
            keep_of(db, [key or "" for key in merged])
            plan = Plan(merged, mine, opened_first=own)
            engine = DuckEngine(db, alone=True)

            def fetch(case_ids: Collection[str]) -> Cases:
                found = events_of(db, case_ids)
                return {c: (events[0].procedure if own else None, events) for c, events in found.items()}

            return _compared(engine, plan, wish, tried, (question.now, question.zone), fetch)
        log = read_log(question.log, form, skip_bad=question.skip_bad)

        def key_of(events: Sequence[Event]) -> Key:
            return events[0].procedure if own else None

        cases = {c: (key_of(events), events) for c, events in log.cases.items() if key_of(events) in merged}
        plan = load_cases(db, (events for _, events in cases.values()), lambda events: merged[key_of(events)])
        engine = DuckEngine(db, alone=True)
        when = (question.now, question.zone)
        return _compared(engine, plan, wish, tried, when, lambda ids: {c: cases[c] for c in ids}, log.mistakes)


# --- of the record ---------------------------------------------------------------------------------------------------


def what_if_record(service: Service, wish: Wish) -> Compared:
    """Judge every case of the record by the text it goes by, as that is and as it would be. Nothing is recorded."""
    store = service.store
    if not isinstance(store, DuckReader):
        raise StoreError(*because("not_in_duckdb"))
    now, zone = service.clock.now(), service.property.zone_info
    with store.reading() as cursor:
        packs = lay_log(cursor, store.head().seq)
        pairs = {key: service.books.of(pair) for key, pair in packs.items()}
        pack = service.books.pack
        newest: dict[Key, Book] = {f"newest {n}": Book(*pack.newest(n)) for n in pack.procedures}
        every = dict(sorted(pairs.items(), key=lambda p: p[1][1].version))
        tried = apply(newest | {key: Book(*pair) for key, pair in every.items()}, wish.settings)
        mine = {key: one for key, one in tried.items() if key in pairs}
        words: dict[Key, list[str]] = {key: list(pairs[key or ""][0].words()) for key in mine}
        plan = Plan({key: both(one) for key, one in mine.items()}, words, opened_first=True)
        found = _compared(DuckEngine(cursor), plan, wish, tried, (now, zone), lambda ids: _recorded(service, ids))
    shown = [_revealed(f, store.reveal(f.case_id)) if f.case_id in found.cases else f for f in found.flips]
    return replace(found, flips=shown)


def _revealed(flip: Flip, texts: Mapping[str, Any]) -> Flip:
    """Return a flip with the subjects in plain words, where they are still kept."""

    def plain(some: Sequence[Violation]) -> list[Violation]:
        return [replace(v, subject=reveal(v.subject, texts)) for v in some]

    return Flip(flip.case_id, flip.rule_id, *map(plain, (flip.before, flip.after, flip.gone, flip.new)))


def _recorded(service: Service, case_ids: Collection[str]) -> Cases:
    entries: dict[str, list[Entry]] = {case_id: [] for case_id in case_ids}
    for entry in service.store.entries(list(case_ids)):
        entries[entry.event.case_id].append(entry)
    found: dict[str, tuple[Key, Sequence[Event]]] = {}
    for case_id, mine in entries.items():
        packs = mine[0].packs or {}
        texts = service.store.reveal(case_id)
        found[case_id] = (f"{packs['procedure']} {packs['catalogue']}", [revealed(e.event, texts) for e in mine])
    return found


# --- both verdicts ---------------------------------------------------------------------------------------------------


def _compared(
    engine: DuckEngine,
    plan: Plan,
    wish: Wish,
    tried: Mapping[Key, Tried],
    when: tuple[Instant, ZoneInfo],
    fetch: Fetch,
    mistakes: Sequence[Mistake] = (),
) -> Compared:
    now, zone = when
    old: list[Violation] = []
    new: list[Violation] = []
    if plan.rules:
        judge_log(engine, plan, now, zone)
        old, new = apart(violations(engine, plan, zone))
    flips = _flips(old, new, wish)
    first = list(dict.fromkeys(flip.case_id for flip in flips))[: wish.limit]
    cases = fetch(first) if first else {}
    within, beside = ([v for v in some if wish.holds(v)] for some in (old, new))
    return Compared(wish, tried, now, zone, within, beside, flips, cases, mistakes)


def _flips(old: Sequence[Violation], new: Sequence[Violation], wish: Wish) -> list[Flip]:
    """Return the flips of the period, by case and rule: obligations that only one of both finds broken."""
    ours, theirs = Counter(v.identity for v in old), Counter(v.identity for v in new)
    less, more = ours - theirs, theirs - ours
    gone = [v for v in old if v.identity in less and wish.holds(v)]
    come = [v for v in new if v.identity in more and wish.holds(v)]
    wanted = {(v.case_id, v.rule) for v in chain(gone, come)}
    parts: dict[tuple[str, str], tuple[list[Violation], ...]] = {key: ([], [], [], []) for key in wanted}
    for number, some in enumerate((old, new, gone, come)):
        for violation in some:
            if (violation.case_id, violation.rule) in parts:
                parts[violation.case_id, violation.rule][number].append(violation)
    return [Flip(*key, *(sorted(p, key=sort_key) for p in parts[key])) for key in sorted(parts)]
