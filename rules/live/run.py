"""One case at work: its fields, its facts in the engine, what falls due in it, and the violations so far.

Within one event the order is: what fell due before it; fields and deadlines; ends of windows; deeds; what is judged at
the event itself; then what it leaves to be remembered; then what it starts. That order alone makes an event no
partner of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any, NamedTuple

from checklists.event import Event
from checklists.instant import Instant, local_date
from rules.live.engine import FAR, SHARDS, EngineError, Fact, Fired
from rules.live.journal import Change, Journal
from rules.live.plan import Plan, Stage, Variety, Watch
from rules.violation import Violation

_SERIAL = count(1)
_NUMBERS = count(1)


class Term(NamedTuple):
    """When an obligation breaks: `at` and `due` as the violation says, `by` the last instant that is in time."""

    at: Instant
    due: Instant
    by: Instant
    short: bool = False


@dataclass(slots=True)
class Obligation:
    """A rule at work in a case: alive, or broken (`violation` is then its number) and waiting for its deed."""

    watch: Watch
    key: str
    step: str
    since: Instant = 0
    subject: str | None = None
    cause: int | str | None = None
    term: Term | None = None
    violation: int | None = None
    n: int = 0
    fact: Fact | None = None


class Run:
    """A case as far as it has been fed. `cut` is the instant of its `cancelled`, if it has one."""

    def __init__(self, plan: Plan, case_id: str, cut: Instant | None = None) -> None:
        self.plan = plan
        self.engine = plan.engine
        self.case_id = case_id
        self.cut = cut
        self.journal = Journal()
        self.fields: Mapping[str, Any] = {}
        self.state: dict[Watch, Any] = {}
        self.ended: set[Watch] = set()
        self.last: tuple[Instant, int] | None = None
        self.fell_due: Instant | None = None
        self.over = False
        serial = next(_SERIAL)
        self._name = f"c{serial}"
        self._sid = f"k{serial % SHARDS}"
        self._obligations: dict[int, Obligation] = {}
        self._heap: list[tuple[Instant, bool, int]] = []
        self._facts: dict[str, Fact] = {}
        self._symbols: dict[str | None, int] = {}
        self._guards: dict[Watch, bool] = {}

    # --- what happens ------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Feed the next event of the case, in its order."""
        first = self.last is None
        self._fall_due((event.occurred_at, False))
        self.journal.position = event.position
        self._overlay(event, first=first)
        matched = self.plan.matched(event)
        self.ended.clear()
        self._call("end", event, matched)
        if first:
            for watch in self.plan.watches:
                watch.begin(self, event)
        self._deeds(event, matched)
        self._call("judge", event, matched)
        self._call("remember", event, matched)
        self._call("start", event, matched)
        self.last = event.order
        self.over = self.over or event.event == "closed"
        if event.event == "cancelled":
            self.release()
        self.journal.position = None

    def settle(self, now: Instant) -> None:
        """Let everything break that has fallen due by now."""
        self._fall_due((now, True))

    def _call(self, stage: Stage, event: Event, matched: Iterable[int]) -> None:
        for hook in self.plan.hooks(stage, matched):
            hook(self, event)

    def _overlay(self, event: Event, *, first: bool) -> None:
        if not first and event.event != "amended":
            return
        self.fields = {k: v for k, v in {**self.fields, **(event.data or {})}.items() if v is not None}
        self._guards.clear()
        if first:
            return
        for obligation in [o for o in self._obligations.values() if o.violation is None]:
            term = self._uncut(obligation.watch.revise(self, obligation, event.occurred_at))
            if term != obligation.term:
                self._disarm(obligation)
                self.arm(obligation, term)

    def _deeds(self, event: Event, matched: Iterable[int]) -> None:
        for number, variety in self.plan.deeds(matched):
            key = self.deed_key(number, variety, event)
            for fired in self.pulse("deed", key=key, at=event.occurred_at):
                self._done(fired, event)

    def _done(self, fired: Fired, event: Event) -> None:
        if (obligation := self._obligations.get(fired.n)) is None:
            raise EngineError(f"durable-rules fired {fired} for an obligation that is not there")
        self._disarm(obligation)
        if fired.rule == "remedied" and obligation.violation is not None:
            self.journal.remedy(obligation.violation, event.occurred_at)
        obligation.watch.after_deed(self, obligation, event)

    # --- obligations -------------------------------------------------------------------------------------------------

    def arm(self, obligation: Obligation, term: Term | None) -> None:
        """Give the engine an obligation; without a term it never falls due, but a deed still discharges it."""
        term = self._uncut(term)
        obligation.term, obligation.n = term, next(_NUMBERS)
        self._obligations[obligation.n] = obligation
        by, lim = (term.by, term.by - term.short) if term else (FAR, FAR)
        obligation.fact = self.hold("ob", key=obligation.key, n=obligation.n, b=min(by, FAR), lim=min(lim, FAR))
        if term:
            heappush(self._heap, (term.by, not term.short, obligation.n))

    def _uncut(self, term: Term | None) -> Term | None:
        """Nothing falls due at or after the instant of `cancelled`."""
        return None if term and self.cut is not None and term.at >= self.cut else term

    def await_deed(self, obligation: Obligation) -> None:
        """Have the deed of a broken obligation remedy it."""
        obligation.n = next(_NUMBERS)
        self._obligations[obligation.n] = obligation
        obligation.fact = self.hold("br", key=obligation.key, n=obligation.n)

    def discharge(self, obligation: Obligation) -> None:
        """Take an obligation back, met or not; once it is gone, do nothing."""
        if obligation.n in self._obligations:
            self._disarm(obligation)

    def _disarm(self, obligation: Obligation) -> None:
        del self._obligations[obligation.n]
        if obligation.fact:
            self.engine.let_go(obligation.fact)

    def _fall_due(self, before: tuple[Instant, bool]) -> None:
        """Break what falls due before an instant, or (True) by it: a short notice breaks at its own instant."""
        while self._heap and self._heap[0] < before:
            by, _, n = heappop(self._heap)
            if n not in self._obligations:
                continue
            obligation = self._obligations[n]
            if obligation.term is None or self.pulse("tick", n=n, now=before[0]) != [Fired("overdue", n)]:
                msg = f"durable-rules does not confirm that {obligation} had fallen due at {before[0]}"
                raise EngineError(msg)
            self.fell_due = by if self.fell_due is None else max(by, self.fell_due)
            self._break(obligation, obligation.term)

    def _break(self, o: Obligation, term: Term) -> None:
        self._disarm(o)
        o.violation = self.violate(o.watch, o.step, term.at, o.cause, o.subject, term=term)
        o.watch.after_breach(self, o)

    def next_due(self) -> Instant | None:
        """Return the first instant at which something breaks if nothing is done."""
        while self._heap and self._heap[0][2] not in self._obligations:
            heappop(self._heap)
        if not self._heap:
            return None
        by, in_time, _ = self._heap[0]
        return by + in_time

    # --- for the watches ---------------------------------------------------------------------------------------------

    def violate(
        self,
        watch: Watch,
        step: str,
        at: Instant,
        cause: int | str | None,
        subject: str | None = None,
        *,
        term: Term | None = None,
        remedied_at: Instant | None = None,
    ) -> int:
        """Open a violation and return its number in this run."""
        due, short = (term.due, term.short) if term else (None, False)
        violation = Violation(watch.rule.id, self.case_id, at, due, step, subject, remedied_at, short, cause)
        return self.journal.open(violation)

    def holds(self, watch: Watch) -> bool:
        """Whether a rule's guard holds on the fields in force."""
        if not watch.rule.when:
            return True
        if watch not in self._guards:
            self._guards[watch] = watch.rule.holds(self.fields)
        return self._guards[watch]

    def hold(self, kind: str, **values: int | str) -> Fact:
        """Hold a fact of this case."""
        return self.engine.hold(self._sid, kind, **values)

    def pulse(self, kind: str, **values: int | str) -> list[Fired]:
        """Say that something happens in this case, and return what fired."""
        return self.engine.pulse(self._sid, kind, **values)

    def keep(self, name: str, kind: str, **values: int | str) -> None:
        """Hold a fact under a name, in the place of the one that was held under it."""
        self.forget(name)
        self._facts[name] = self.hold(kind, **values)

    def keeps(self, name: str) -> bool:
        """Whether a fact is held under this name."""
        return name in self._facts

    def forget(self, name: str) -> None:
        """Let go of the fact under a name, if there is one."""
        if fact := self._facts.pop(name, None):
            self.engine.let_go(fact)

    def key(self, name: object) -> str:
        """Return a key of this case."""
        return f"{self._name}.{name}"

    def symbol(self, text: str | None) -> int:
        """Return a number for a text of this case: an actor, a subject."""
        return self._symbols.setdefault(text, len(self._symbols))

    def deed_key(self, number: int, variety: Variety, event: Event) -> str:
        """Return the key under which an obligation waits for the deeds that a selector means."""
        match variety:
            case "any":
                return self.key(number)
            case "subject":
                return self.key(f"{number}:{self.symbol(event.subject)}")
            case "day":
                return self.day_key(number, event.occurred_at)

    def day_key(self, number: int, instant: Instant) -> str:
        """Return the key under which the deeds of a calendar day go."""
        return self.key(f"{number}@{local_date(instant, self.plan.zone).isoformat()}")

    def see(self, event: Event, number: int) -> None:
        """Remember that a selector has been met; the first time counts."""
        name = f"seen{number}"
        if not self.keeps(name):
            self.keep(name, "seen", key=self.key(number), at=event.occurred_at)

    # --- the end -----------------------------------------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """Whether nothing can break by the passing of time, and no obligation is alive in a case that goes on."""
        if self.next_due() is not None:
            return False
        alive = any(o.violation is None for o in self._obligations.values())
        windows = any(name.startswith("window") for name in self._facts)
        return self.over or not (alive or windows)

    def release(self) -> None:
        """Let go of every fact; the violations stay."""
        for obligation in list(self._obligations.values()):
            self._disarm(obligation)
        for name in list(self._facts):
            self.forget(name)
        self.state.clear()
        self._heap.clear()
        self.over = True

    def changes(self) -> list[Change]:
        """Return what changed since the last call."""
        return self.journal.taken()
