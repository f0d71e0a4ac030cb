"""Which steps of a case its rules can still ask for: the path that facts and values of steps choose among the rules.

Verdicts are the judges'; this says beforehand where no rule can ask for a step any more, and which guard shuts it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from checklists.case import Case
from checklists.event import comparable, is_one_of
from checklists.model import Procedure
from rules.judge import those
from rules.kinds import Catalogue, Existence, Lead, Precedence, Recurrence, Response, Rule, Selector
from rules.windows import tally, windows


@dataclass(frozen=True, slots=True)
class Decider:
    """A fact or a step whose value decides: any of `values`; where that is None, any value at all."""

    of: Literal["fact", "step"]
    name: str
    values: tuple[Any, ...] | None


Group = tuple[Decider, ...]
"""Deciders of which one is enough."""
Guard = tuple[Group, ...]
"""Groups that must all hold."""
State = Literal["asked", "undecided", "off"]


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule's demand for one of the steps `of`, while its `guard` holds.

    `stands`: what happened already asks for it, whatever is recorded now. `lost`: what was missing when its guard was
    read, once and for all.
    """

    of: tuple[str, ...]
    guard: Guard
    stands: bool = False
    lost: Guard = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step stands: `asked` (some rule can ask for it), `undecided`, or `off` the path.

    `guards`: what is not decided yet, or what shuts it; where any one of them comes to hold, it is asked for.
    """

    state: State
    guards: tuple[Guard, ...] = ()


def path(
    case: Case, procedure: Procedure, catalogue: Catalogue, broken: Collection[tuple[str, str]] = ()
) -> dict[str, Place]:
    """Return the place of each step that some rule demands, or that needs one off the path.

    A step that is not named is simply part of the checklist. `broken` are rule and step of violations not remedied.
    """
    needs = {step.id: step.needs for step in procedure.steps.values() if step.needs}
    return weigh(demands(case, catalogue, broken), needs, case.fields, recorded(case))


def recorded(case: Case) -> dict[str, list[Any]]:
    """Return the values of a case's events by their word."""
    found: dict[str, list[Any]] = {}
    for event in case.events:
        found.setdefault(event.event, []).append(event.value)
    return found


# --- what the rules demand -------------------------------------------------------------------------------------------


def demands(case: Case, catalogue: Catalogue, broken: Collection[tuple[str, str]] = ()) -> list[Demand]:
    """Return the demands of the rules; authority, limits and the like judge a deed, and demand none."""
    found = ((rule, wanted, one) for rule in catalogue.rules for wanted, one in _of_rule(rule, case))
    return [replace(one, stands=True) if (rule.id, wanted.label) in broken else one for rule, wanted, one in found]


def _of_rule(rule: Rule, case: Case) -> Iterator[tuple[Selector, Demand]]:
    match rule.kind:
        case Response() as kind:
            yield kind.do, Demand(_words(kind.do), _guard(rule, kind.after))
        case Lead() as kind:
            known = ((Decider("fact", kind.before, None),),)
            yield from ((one, Demand(_words(one), _guard(rule) + known)) for one in kind.do)
        case Recurrence() as kind:
            judged = any(w.end is None and rule.holds(case.fields_at(w.start)) for w in windows(case, kind))
            yield kind.do, Demand(_words(kind.do), _guard(rule, kind.from_), judged)
        case Precedence() as kind:
            yield from ((one, Demand(_words(one), _guard(rule, kind.given))) for one in kind.all)
        case Existence() as kind if kind.min:
            yield kind.of, _existence(rule, kind, case)
        case _:
            return


def _words(selector: Selector) -> tuple[str, ...]:
    return tuple(dict.fromkeys(selector.words))


def _existence(rule: Rule, kind: Existence, case: Case) -> Demand:
    """Return the demand of a minimum, whose guard is read when its window opens, and never again."""
    of = _words(kind.of)
    if tally(rule, kind, case) is not None:
        return Demand(of, _guard(rule, kind.from_), stands=True)
    start = 0 if kind.from_ is None else next((i for i, _ in those(case, kind.from_)), None)
    if start is None:
        return Demand(of, _guard(rule, kind.from_))
    then = _Known(case.fields_at(start), {})
    return Demand(of, (), lost=tuple(g for g in _guard(rule) if _of_group(g, then)[0] != "asked"))


def _guard(rule: Rule, trigger: Selector | None = None) -> Guard:
    """Return what must be so: the facts of the guard, and the value of the step that gives rise to it."""
    facts = tuple((Decider("fact", name, values),) for name, values in rule.when.items())
    return (*facts, _values(trigger)) if trigger and _values(trigger) else facts


def _values(trigger: Selector) -> Group:
    """Return the steps of a trigger with their values; none where a step of any value will do: it may still come."""
    if any(values is None for _, values in trigger.written):
        return ()
    found: dict[str, list[Any]] = {}
    for word, values in trigger.written:
        found.setdefault(word, []).extend(values or ())
    return tuple(Decider("step", word, tuple(values)) for word, values in found.items())


def decided(one: Decider, facts: Mapping[str, Any], values: Mapping[str, Sequence[Any]]) -> State:
    """Return whether what is recorded takes a branch (`asked`), another (`off`), or none yet."""
    return _of_decider(one, _Known(facts, values))


# --- what they come to, with the facts and values recorded now (on the tablet: path.mjs) -----------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """What is recorded: facts, the values of steps, and which steps are off the path."""

    facts: Mapping[str, Any]
    values: Mapping[str, Sequence[Any]]
    off: Mapping[str, Place] = field(default_factory=dict)


def weigh(
    wanted: Sequence[Demand],
    needs: Mapping[str, Sequence[str]],
    facts: Mapping[str, Any],
    values: Mapping[str, Sequence[Any]],
) -> dict[str, Place]:
    """Return the place of each step that is demanded, by the facts and the values of steps that are recorded.

    A step that hangs on another's value is off the path with it; so is one that nobody demands and that `needs` it.
    """
    off: dict[str, Place] = {}
    while True:
        known = _Known(facts, values, off)
        found = _places(wanted, known)
        found |= {
            word: place for word, needed in needs.items() if word not in found and (place := _needy(needed, known))
        }
        newly = {word: place for word, place in found.items() if place.state == "off" and word not in off}
        if not newly:
            return found
        off |= newly


def _needy(needed: Sequence[str], known: _Known) -> Place | None:
    """Return the place of the first step needed that is off the path and not done."""
    return next((known.off[one] for one in needed if one in known.off and not known.values.get(one)), None)


def _places(wanted: Sequence[Demand], known: _Known) -> dict[str, Place]:
    judged = [(one.of, _place(one, known)) for one in wanted]
    alone: dict[str, list[Place]] = {}
    for of, place in judged:
        if len(of) == 1:
            alone.setdefault(of[0], []).append(place)
    return {
        word: _together(_share(word, words, place, alone) for words, place in judged if word in words)
        for word in dict.fromkeys(word for of, _ in judged for word in of)
    }


def _place(demand: Demand, known: _Known) -> Place:
    if demand.stands:
        return Place("asked")
    if demand.lost:
        return Place("off", (demand.lost,))
    found = [_of_group(group, known) for group in demand.guard]
    for state in _SHUTS:
        if missing := tuple(group for s, group in found if s == state):
            return Place(state, (missing,))
    return Place("asked")


_SHUTS: tuple[State, ...] = ("off", "undecided")


def _of_group(group: Group, known: _Known) -> tuple[State, Group]:
    found = [(_of_decider(one, known), one) for one in group]
    if any(state == "asked" for state, _ in found):
        return "asked", group
    open_ = tuple(one for state, one in found if state == "undecided")
    return ("undecided", open_) if open_ else ("off", group)


def _of_decider(one: Decider, known: _Known) -> State:
    if one.of == "fact":
        there = [known.facts[one.name]] if known.facts.get(one.name) is not None else []
    else:
        there = list(known.values.get(one.name, ()))
    if not there:
        return "off" if one.of == "step" and one.name in known.off else "undecided"
    wanted = one.values
    return "asked" if wanted is None or any(is_one_of(v, wanted) for v in there) else "off"


def _share(word: str, of: Sequence[str], place: Place, alone: Mapping[str, Sequence[Place]]) -> Place | None:
    """Return what a demand means for one of the steps that would do.

    Where rules ask for some of them by themselves, too, those decide: one that is asked for will do, and another is not
    needed (None); while none is decided, neither is this.
    """
    if len(of) == 1:
        return place
    by_itself = [other for other in of if any(p.state == "asked" for p in alone.get(other, ()))]
    if by_itself and word in alone:
        return place if word in by_itself else None
    if place.state != "asked":
        return place
    guards = [g for other in of for p in alone.get(other, ()) if p.state == "undecided" for g in p.guards]
    return Place("undecided", tuple(guards)) if guards else place


def _together(shares: Iterable[Place | None]) -> Place:
    known = [place for place in shares if place is not None]
    if not known or any(place.state == "asked" for place in known):
        return Place("asked")
    state: State = "undecided" if any(place.state == "undecided" for place in known) else "off"
    return Place(state, _merged(guard for place in known if place.state == state for guard in place.guards))


def _merged(guards: Iterable[Guard]) -> tuple[Guard, ...]:
    """Return guards once each, without those that want more than another does.

    Those that hang on one and the same fact or step alone are one, of all their values.
    """
    found: dict[str, Guard] = {}
    for guard in guards:
        match guard:
            case ((Decider(of, name, values),),) if values is not None:
                key = f"{of} {name}"
                known = found[key][0][0].values or () if key in found else ()
                more = tuple(v for v in values if comparable(v) not in {comparable(k) for k in known})
                found[key] = ((Decider(of, name, known + more),),)
            case _:
                found[repr(guard)] = guard
    return tuple(g for g in found.values() if not any(set(map(repr, h)) < set(map(repr, g)) for h in found.values()))
