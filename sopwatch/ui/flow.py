"""The path of a case as it is drawn, apart from its drawing: the facts that decide, and each step on its branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from checklists.model import CaseField, Scalar
from rules.path import Decider, Demand, Place, State, decided, demands, recorded
from sopwatch.casefile import CaseFile
from sopwatch.ui.loops import Loop, loops_of
from sopwatch.ui.path import depends_on, is_so, only_when, path_of
from sopwatch.ui.sheet import Row, Section, Sheet
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import field_value, word_of

MOST_OPTIONS = 6


@dataclass(frozen=True)
class Option:
    """A value that a fact may have."""

    word: str
    taken: bool


@dataclass(frozen=True)
class Fact:
    """A fact that decides, with the values it may have; those of a fact with none to choose from is the one it has."""

    id: str
    title: str
    options: Sequence[Option]

    @property
    def known(self) -> bool:
        """Whether it has a value."""
        return any(option.taken for option in self.options)


@dataclass(frozen=True)
class Node:
    """A step: `why` it is off the path, what it hangs on or what put it there; `late` is how much later than due."""

    row: Row
    state: str
    why: str = ""
    late: int = 0


@dataclass(frozen=True)
class Way:
    """One branch of a fork, with what must be so for it to be taken."""

    condition: str
    hinge: Decider
    state: State
    nodes: Sequence[Node]


@dataclass(frozen=True)
class Fork:
    """Steps that hang on one fact or step, by its values."""

    title: str
    ways: Sequence[Way]


@dataclass(frozen=True)
class Stage:
    """A phase."""

    title: str
    parts: Sequence[Node | Fork | Loop]


@dataclass(frozen=True)
class Flow:
    """The path of a case from top to bottom."""

    facts: Sequence[Fact]
    stages: Sequence[Stage]


@dataclass(frozen=True)
class _Drawn:
    """What is needed to place the steps of a case."""

    file: CaseFile
    wanted: Sequence[Demand]
    places: Mapping[str, Place]
    _: Tongue
    loops: Mapping[str, Loop] = field(default_factory=dict)


def has_path(file: CaseFile) -> bool:
    """Whether facts or values of steps decide what the rules of a case ask for."""
    return any(_deciders(one) for one in demands(file.case, file.catalogue))


def flow_of(file: CaseFile, sheet: Sheet, _: Tongue) -> Flow:
    """Return the path of a case."""
    places = path_of(file)
    drawn = _Drawn(file, demands(file.case, file.catalogue), places, _, loops_of(file, places, _))
    return Flow(_facts(drawn), [_stage(section, drawn) for section in sheet.sections])


def _deciders(demand: Demand) -> list[Decider]:
    """Return what a demand hangs on by its value, where nothing else would do."""
    groups = [*demand.guard, *demand.lost]
    return [group[0] for group in groups if len(group) == 1 and group[0].values is not None]


# --- the facts that decide -------------------------------------------------------------------------------------------


def _facts(drawn: _Drawn) -> list[Fact]:
    named = {one.name for demand in drawn.wanted for one in _deciders(demand) if one.of == "fact"}
    return [_fact(one, drawn) for one in drawn.file.procedure.fields if one.id in named]


def _fact(one: CaseField, drawn: _Drawn) -> Fact:
    _, value = drawn._, drawn.file.case.fields.get(one.id)
    offered = _offered(one)
    if 0 < len(offered) <= MOST_OPTIONS:
        options = [Option(field_value(one, v, _), v == value and type(v) is type(value)) for v in offered]
    else:
        options = [] if value is None else [Option(field_value(one, value, _), taken=True)]
    return Fact(one.id, _.of(one.title, one.id), options)


def _offered(one: CaseField) -> list[Scalar]:
    return [True, False] if one.type == "boolean" else list(one.options or ())


# --- the steps, each on its branch -----------------------------------------------------------------------------------


def _stage(section: Section, drawn: _Drawn) -> Stage:
    parts: list[Node | Fork | Loop] = []
    hinged = [(row, _hinge(row.step.id, drawn)) for row in section.rows]
    for key, run in groupby(hinged, key=lambda one: (one[1].of, one[1].name) if one[1] else None):
        rows = list(run)
        if key is None or len(rows) == 1:
            parts += [_node(row, hinge, drawn) for row, hinge in rows]
        else:
            parts.append(_fork(rows, drawn))
        parts += [drawn.loops[row.step.id] for row, _hinged in rows if row.step.id in drawn.loops]
    return Stage(section.title, parts)


def _hinge(step: str, drawn: _Drawn) -> Decider | None:
    """Return what decides about a step in every rule that asks for it by itself: another step before a fact.

    A fact any of whose values will do decides nothing.
    """
    wanted, procedure = drawn.wanted, drawn.file.procedure
    mine = [one for one in wanted if one.of == (step,)] or [one for one in wanted if step in one.of]
    found = [{(one.of, one.name): one for one in _deciders(demand)} for demand in mine]
    common = [key for key in (found[0] if found else {}) if all(key in each for each in found)]
    if not common:
        return None
    key = min(common, key=lambda one: one[0] != "step")
    values = [v for each in found for v in each[key].values or ()]
    hinge = Decider(*key, tuple(v for n, v in enumerate(values) if v not in values[:n]))
    known = procedure.field.get(hinge.name) if hinge.of == "fact" else None
    offered = _offered(known) if known else []
    return None if offered and all(v in values for v in offered) else hinge


def _fork(rows: Sequence[tuple[Row, Decider | None]], drawn: _Drawn) -> Fork:
    ways: dict[Decider, list[Row]] = {}
    for row, hinge in rows:
        if hinge:
            ways.setdefault(hinge, []).append(row)
    name = next(iter(ways))
    known = drawn.file.procedure.field.get(name.name) if name.of == "fact" else None
    title = drawn._.of(known.title, name.name) if known else word_of(name.name, drawn.file.procedure, drawn._)
    return Fork(title, [_way(hinge, of_way, drawn) for hinge, of_way in ways.items()])


def _way(hinge: Decider, rows: Sequence[Row], drawn: _Drawn) -> Way:
    state = _state_of(hinge, drawn)
    nodes = [_node(row, None, drawn) for row in rows]
    told = only_when(Place("off", (((hinge,),),)), drawn.file, drawn._)
    plain = [Node(n.row, n.state, "" if n.why == told or state == "undecided" else n.why, n.late) for n in nodes]
    return Way(is_so(hinge, drawn.file, drawn._), hinge, state, plain)


def _state_of(hinge: Decider, drawn: _Drawn) -> State:
    return decided(hinge, drawn.file.case.fields, recorded(drawn.file.case))


def _node(row: Row, hinge: Decider | None, drawn: _Drawn) -> Node:
    place, late = drawn.places.get(row.step.id, Place("asked")), _late(row.step.id, drawn.file)
    untouched = not row.ticks and not row.exempt and not row.flags
    if untouched and place.state == "off":
        return Node(row, "not_needed", only_when(place, drawn.file, drawn._))
    if untouched and place.state == "undecided":
        return Node(row, row.state, depends_on(place, drawn.file, drawn._))
    why = is_so(hinge, drawn.file, drawn._) if hinge and _state_of(hinge, drawn) == "asked" else ""
    if row.state == "done" and row.deadlines:
        return Node(row, "due", why)
    again = next((len(loop.rounds) for loop in drawn.loops.values() if row.step.id in loop.left), 0)
    if row.state == "done" and again:
        return Node(row, "todo", drawn._("Not yet in round {n}", n=again))
    return Node(row, "late" if row.state == "done" and late else row.state, why, late)


def _late(step: str, file: CaseFile) -> int:
    """Return how much later than due a step was done, at worst."""
    return max(_lateness(step, file), default=0)


def _lateness(step: str, file: CaseFile) -> Iterator[int]:
    for finding in file.findings:
        v = finding.violation
        named = finding.state == "remedied" and step in v.step.split("|")
        if named and v.due_at is not None and v.remedied_at is not None:
            done = any(e.event == step and e.occurred_at == v.remedied_at for e in file.case.events)
            yield v.remedied_at - v.due_at if done else 0
