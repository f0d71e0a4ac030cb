"""A catalogue as the live judge works it: every event's word leads to the selectors and rules that it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from checklists.event import Event, comparable
from rules.kinds import Catalogue, Rule, Selector
from rules.live.engine import LAW, Engine, Fact

if TYPE_CHECKING:
    from rules.live.run import Obligation, Run, Term

Stage = Literal["end", "judge", "remember", "start"]
Hook = Callable[["Run", Event], None]
Variety = Literal["any", "subject", "day"]
"""What a deed's key holds beside its selector: nothing, the event's subject, or its calendar day."""


class Watch:
    """One rule of a catalogue as the live judge works it; a subclass for each kind says at which stages."""

    def __init__(self, rule: Rule, key: str) -> None:
        self.rule = rule
        self.key = key

    def begin(self, run: Run, event: Event) -> None:
        """Do what is due with a case's first event, before its deeds are looked at."""

    def revise(self, run: Run, obligation: Obligation, since: int) -> Term | None:  # noqa: ARG002 - others do
        """Return the deadline of an obligation in the segment that begins at an instant; most kinds know one only."""
        return obligation.term

    def after_deed(self, run: Run, obligation: Obligation, event: Event) -> None:
        """Go on when an obligation is met, or remedied."""

    def after_breach(self, run: Run, obligation: Obligation) -> None:
        """Go on when the clock has broken an obligation; as a rule, wait for the deed."""
        run.await_deed(obligation)


@dataclass(frozen=True)
class _Entry:
    """A selector, as a number, and the values that an event of its word must have (None: any)."""

    selector: int
    values: frozenset[object] | None


class Plan:
    """The watches of a catalogue, the numbers of its selectors, and what each calls for at each stage of an event."""

    def __init__(self, catalogue: Catalogue, name: str, zone: ZoneInfo, engine: Engine) -> None:
        self.catalogue = catalogue
        self.name = name
        self.zone = zone
        self.engine = engine
        self.watches: list[Watch] = []
        self._numbers: dict[object, int] = {}
        self._words: dict[str, list[_Entry]] = defaultdict(list)
        self._hooks: dict[Stage, dict[int, list[Hook]]] = {
            "end": defaultdict(list),
            "judge": defaultdict(list),
            "remember": defaultdict(list),
            "start": defaultdict(list),
        }
        self._always: list[Hook] = []
        self._deeds: dict[int, set[Variety]] = defaultdict(set)
        self._law: list[Fact] = []

    def number(self, selector: Selector) -> int:
        """Return the number of a selector: equal selectors have one."""
        identity = frozenset(selector.alternatives)
        if identity not in self._numbers:
            self._numbers[identity] = number = len(self._numbers) + 1
            for word, values in selector.alternatives:
                self._words[word].append(_Entry(number, values))
        return self._numbers[identity]

    def on(self, stage: Stage, selector: Selector, hook: Hook) -> int:
        """Have a hook called at a stage of each event that a selector means; return the selector's number."""
        number = self.number(selector)
        hooks = self._hooks[stage][number]
        if hook not in hooks:
            hooks.append(hook)
        return number

    def always(self, hook: Hook) -> None:
        """Have a hook called for every event, when events are judged."""
        self._always.append(hook)

    def deed(self, selector: Selector, variety: Variety = "any") -> int:
        """Have the engine told of each event that a selector means; return the selector's number."""
        number = self.number(selector)
        self._deeds[number].add(variety)
        return number

    def law(self, kind: str, key: str, **values: int | str) -> None:
        """Hold a fact that all cases share."""
        self._law.append(self.engine.hold(LAW, kind, key=self.law_key(key), **values))

    def law_key(self, key: str) -> str:
        """Return the key of what all cases share."""
        return f"{self.name}.{key}"

    def matched(self, event: Event) -> list[int]:
        """Return the numbers of the selectors that mean an event."""
        entries = self._words.get(event.event, ())
        value = comparable(event.value)
        return list(dict.fromkeys(e.selector for e in entries if e.values is None or value in e.values))

    def hooks(self, stage: Stage, matched: Iterable[int]) -> list[Hook]:
        """Return what is to be called at a stage, each once."""
        table = self._hooks[stage]
        found = [hook for number in matched for hook in table.get(number, ())]
        if stage == "judge":
            found += self._always
        return found

    def deeds(self, matched: Iterable[int]) -> list[tuple[int, Variety]]:
        """Return the deeds that an event is, by the numbers of the selectors that mean it."""
        return [(number, variety) for number in matched for variety in sorted(self._deeds.get(number, ()))]

    def forget(self) -> None:
        """Let go of what all cases share."""
        for fact in self._law:
            self.engine.let_go(fact)
        self._law.clear()
