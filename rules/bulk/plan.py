"""What the bulk judge is to do, in numbers: words, values, selectors, guards and fields of the catalogues as codes.

The statements in `shapes/` see integers only; the texts of a catalogue reach an engine as parameters of its loader.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from checklists.event import comparable
from rules.kinds import (
    AnyKind,
    Authority,
    Catalogue,
    Existence,
    Kind,
    Lead,
    Limit,
    Recurrence,
    Response,
    Rule,
    Selector,
    Timeliness,
    any_of,
)

MASK_BITS = 60
"""How many guards one integer of a mask holds."""

Attribute = Literal["role", "actor", "subject", "number", "text number"]


@dataclass(frozen=True, slots=True)
class Word:
    """What an event of a word (with a value of a class; 0: any other) is called in a group: its code."""

    group: int
    word: str
    value_class: int
    code: int


@dataclass
class Group:
    """The cases that one catalogue judges: its codes are those from `low` up to, not including, `high`."""

    number: int
    key: str | None
    catalogue: Catalogue
    values: dict[str, dict[Hashable, int]] = field(default_factory=dict)
    codes: dict[tuple[str, int], int] = field(default_factory=dict)
    low: int = 0
    high: int = 0
    selectors: dict[frozenset[int], int] = field(default_factory=dict)

    def codes_of(self, selector: Selector) -> frozenset[int]:
        """Return the codes of the events that a selector means."""
        found: set[int] = set()
        for word, values in selector.alternatives:
            if values is None:
                found |= {code for (w, _), code in self.codes.items() if w == word}
            else:
                classes = {self.values[word][value] for value in values}
                found |= {code for (w, c), code in self.codes.items() if w == word and c in classes}
        return frozenset(found)

    def column_of(self, selector: Selector) -> int:
        """Return the number of a selector's columns in the wide table of the group."""
        codes = self.codes_of(selector)
        return self.selectors.setdefault(codes, len(self.selectors))


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule at its place: its number in the statements, and its group."""

    number: int
    group: Group
    rule: Rule
    guard: int | None

    @property
    def kind(self) -> AnyKind:
        """The parameters of its kind."""
        return self.rule.kind

    @property
    def mask(self) -> tuple[int, int]:
        """Its guard as (which integer of the mask, bit); bit 0 where it has no guard."""
        return (0, 0) if self.guard is None else (self.guard // MASK_BITS, 1 << self.guard % MASK_BITS)


def fields_of(catalogue: Catalogue) -> set[str]:
    """Return the fields that the rules of a catalogue look at."""
    return {f for r in catalogue.rules for f in (*r.when, *_fields_of(r.kind))}


class Plan:
    """The catalogues of a run in numbers. `catalogues` maps a group's key (a procedure; None: every case) to its rules.

    `words` gives all words that the cases of a group may have: rules that concern every event need them. With
    `opened_first` every case begins with `opened`, as a log of the packs' own does.
    """

    def __init__(
        self,
        catalogues: Mapping[str | None, Catalogue],
        words: Mapping[str | None, Iterable[str]],
        *,
        opened_first: bool,
    ) -> None:
        self.opened_first = opened_first
        self.needs_first = False
        self.known_words: set[str] = set()
        self.groups: list[Group] = []
        self.rules: list[Judged] = []
        self.words: list[Word] = []
        self.guards: dict[tuple[tuple[str, tuple[Hashable, ...]], ...], int] = {}
        self.guard_fields: dict[str, dict[Hashable, int]] = {}
        self.anchors: dict[tuple[str, bool], int] = {}
        self.bounds: dict[tuple[str, bool], int] = {}
        self.lists: dict[str, int] = {}
        self.roles: dict[str, int] = {}
        self.attributes: dict[int, set[Attribute]] = {}
        for key, catalogue in catalogues.items():
            self._add(Group(len(self.groups), key, catalogue), tuple(words.get(key, ())))

    @property
    def mask_columns(self) -> int:
        """How many integers hold the guards; at least one, so that the statements always find a column."""
        return max(1, -(-len(self.guards) // MASK_BITS))

    @property
    def reads_fields(self) -> bool:
        """Whether any rule looks at a field."""
        return bool(self.guards or self.anchors or self.bounds or self.lists)

    @property
    def late_after(self) -> int | None:
        """The shortest delay of recording that breaks a rule, in microseconds; None where no rule asks."""
        return min((r.kind.within for r in self.rules if isinstance(r.kind, Timeliness)), default=None)

    @property
    def by_day(self) -> bool:
        """Whether a recurrence counts days."""
        return any(isinstance(r.kind, Recurrence) and r.kind.every == "day" for r in self.rules)

    @property
    def toggles(self) -> bool:
        """Whether one event may open the window of a recurrence and end it."""
        return any(
            r.group.codes_of(r.kind.from_) & r.group.codes_of(any_of(r.kind.until, CLOSED, CANCELLED))
            for r in self.rules
            if isinstance(r.kind, Recurrence)
        )

    def _add(self, group: Group, words: Sequence[str]) -> None:
        self.groups.append(group)
        self.known_words |= set(words)
        self._code(group, words)
        for rule in group.catalogue.rules:
            self.rules.append(Judged(len(self.rules), group, rule, self._guard(rule)))
            self._fields(group, rule.kind)
            self._attributes(group, rule.kind)

    def _code(self, group: Group, words: Sequence[str]) -> None:
        """Give codes to the words that the group's rules name, with the values that they ask for."""
        named: dict[str, set[Hashable]] = {}
        plain: set[str] = set()
        words = [w for w in words if w != "retracted" and not w.startswith("_")]
        if not self.opened_first and any(r.when or _fields_of(r.kind) for r in group.catalogue.rules):
            plain |= set(words)
        for rule in group.catalogue.rules:
            for selector in (*rule.kind.selectors(), *_ends(rule.kind)):
                for word, values in selector.alternatives:
                    named.setdefault(word, set()).update(values or ())
                    plain |= {word} if values is None else set()
            if of_every_event(rule.kind) or (_from_the_first(rule.kind, words) and not self.opened_first):
                plain |= set(words)
            elif _from_the_first(rule.kind, words):
                plain.add("opened")
            self.needs_first |= bool(rule.when or _fields_of(rule.kind)) or _from_the_first(rule.kind, words)
        for word in plain:
            named.setdefault(word, set())
        group.low = group.high = len(self.words)
        for word in sorted(named):
            classes = {value: n for n, value in enumerate(sorted(named[word], key=repr), 1)}
            group.values[word] = classes
            for value_class in ([0] if word in plain else []) + list(classes.values()):
                group.codes[word, value_class] = group.high
                self.words.append(Word(group.number, word, value_class, group.high))
                group.high += 1

    def _guard(self, rule: Rule) -> int | None:
        if not rule.when:
            return None
        wanted = []
        for name, values in sorted(rule.when.items()):
            keys = tuple(dict.fromkeys(k for v in values if (k := comparable(v)) is not None))
            numbers = self.guard_fields.setdefault(name, {})
            for key in keys:
                numbers.setdefault(key, len(numbers) + 1)
            wanted.append((name, keys))
        return self.guards.setdefault(tuple(wanted), len(self.guards))

    def _fields(self, group: Group, kind: Kind) -> None:
        for name in _fields_of(kind):
            match kind:
                case Lead():
                    self.anchors.setdefault((name, kind.by == "day-before"), len(self.anchors))
                case Limit():
                    self.bounds.setdefault((name, group.catalogue.foreign), len(self.bounds))
                case _:
                    self.lists.setdefault(name, len(self.lists))

    def _attributes(self, group: Group, kind: Kind) -> None:
        def read(selector: Selector, *attributes: Attribute) -> None:
            for code in group.codes_of(selector):
                self.attributes.setdefault(code, set()).update(attributes)

        match kind:
            case Authority():
                for role in kind.roles or ():
                    self.roles.setdefault(role, len(self.roles) + 1)
                read(kind.of, "role", "actor")
                if kind.not_by:
                    read(kind.not_by, "actor")
            case Limit():
                read(kind.of, "text number" if group.catalogue.foreign else "number")
            case Response() if kind.same:
                read(kind.after, "subject")
                read(kind.do, "subject")
            case Existence() if kind.each:
                read(kind.of, "subject")
            case _:
                pass


def _ends(kind: Kind) -> tuple[Selector, ...]:
    """Return what ends a window besides what the rule names."""
    return (CLOSED, CANCELLED) if isinstance(kind, Existence | Recurrence) else ()


def _fields_of(kind: Kind) -> list[str]:
    """Return the fields that a rule looks at besides those of its guard."""
    match kind:
        case Lead():
            return [kind.before]
        case Limit():
            return [bound for bound in (kind.max, kind.min) if isinstance(bound, str)]
        case Existence() if kind.each:
            return [kind.each]
        case _:
            return []


def _from_the_first(kind: Kind, words: Sequence[str]) -> bool:
    """Whether a rule needs to know a case's first event: a window without `from` only if anything can end it."""
    match kind:
        case Lead():
            return True
        case Existence(from_=None):
            return bool({"closed", "cancelled", *kind.until.words}.intersection(words))
        case _:
            return False


def of_every_event(kind: Kind) -> bool:
    """Whether a rule concerns every event of a case."""
    return isinstance(kind, Timeliness) and kind.of is None


CLOSED = Selector("closed", (("closed", None),), (("closed", None),))
CANCELLED = Selector("cancelled", (("cancelled", None),), (("cancelled", None),))
