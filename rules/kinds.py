"""The nine kinds of rule as typed parameters; `semantics.md` (docs) says what each means, `judge.py` in Python.

A selector names events: a step or life-cycle word, a step with values, or any of several selectors.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt, model_validator

from checklists.event import Event, comparable, is_one_of
from checklists.instant import DAY, parse_duration
from checklists.model import Day, Ids, Version


@dataclass(frozen=True, slots=True)
class Selector:
    """Which events are meant: `alternatives` are (word, the comparable values it may have or None for any).

    `label` is the ids in the order written, joined by `|`: what a violation's `step` says.
    """

    label: str
    alternatives: tuple[tuple[str, frozenset[Hashable] | None], ...]
    written: tuple[tuple[str, tuple[Any, ...] | None], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The steps and life-cycle words it names."""
        return tuple(word for word, _ in self.alternatives)

    def matches(self, event: Event) -> bool:
        """Whether the event is one of those meant."""
        for word, values in self.alternatives:
            if word == event.event and (values is None or comparable(event.value) in values):
                return True
        return False


def parse_selector(raw: object) -> Selector:
    """Read a selector as a catalogue writes it. Raises ValueError."""
    if isinstance(raw, Selector):
        return raw
    written = tuple(_alternatives(raw))
    compiled = tuple(
        (word, None if values is None else frozenset(k for v in values if (k := comparable(v)) is not None))
        for word, values in written
    )
    return Selector("|".join(word for word, _ in written), compiled, written)


def any_of(*selectors: Selector) -> Selector:
    """Return a selector that means whatever one of these does."""
    return Selector(
        "|".join(s.label for s in selectors),
        tuple(a for s in selectors for a in s.alternatives),
        tuple(w for s in selectors for w in s.written),
    )


def _alternatives(raw: object) -> list[tuple[str, tuple[Any, ...] | None]]:
    match raw:
        case str() if raw:
            if raw == "retracted" or raw.startswith("_"):
                msg = f"no rule may name {raw!r}: judges never see it"
                raise ValueError(msg)
            return [(raw, None)]
        case {"step": str(step), "value": value, **rest} if not rest:
            return [(_alternatives(step)[0][0], tuple(value) if isinstance(value, list | tuple) else (value,))]
        case {"any": [_, *_] as several, **rest} if not rest:
            return [one for each in several for one in _alternatives(each)]
    msg = f"{raw!r} is no selector (a step's id, {{step: id, value: v}}, or {{any: [selector, …]}})"
    raise ValueError(msg)


_LONGEST = 365_250 * DAY  # a thousand years: beyond it due instants leave the calendar


def _duration(raw: object) -> int:
    if (duration := parse_duration(raw)) > _LONGEST:
        msg = f"{raw!r} is over a thousand years"
        raise ValueError(msg)
    return duration


def _positive(raw: object) -> int:
    if (duration := _duration(raw)) <= 0:
        msg = f"{raw!r} is no duration of more than zero"
        raise ValueError(msg)
    return duration


Sel = Annotated[Selector, BeforeValidator(parse_selector)]
Sels = Annotated[tuple[Sel, ...], Field(min_length=1)]
Duration = Annotated[int, BeforeValidator(_positive)]


def _lead_by(raw: object) -> int | str:
    return "day-before" if raw == "day-before" else _duration(raw)


def _every(raw: object) -> int | str:
    return "day" if raw == "day" else _positive(raw)


class Kind(BaseModel):
    """The parameters of a rule of one kind."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True)
    name: ClassVar[str]

    def selectors(self) -> tuple[Selector, ...]:
        """All selectors that it names, in the order of its parameters."""
        found: list[Selector] = []
        for field in type(self).model_fields:
            value = getattr(self, field)
            found += [v for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, Selector)]
        return tuple(found)


class Response(Kind):
    """Each `after` is followed by a `do` within a duration (with `same: subject`, of the same subject)."""

    name: ClassVar[str] = "response"
    after: Sel
    do: Sel
    within: Duration
    same: Literal["subject"] | None = None


class Lead(Kind):
    """Each of `do` is done `by` a duration (microseconds; it may be zero) or the day before the instant in a field."""

    name: ClassVar[str] = "lead"
    do: Sels
    before: str
    by: Annotated[int | Literal["day-before"], BeforeValidator(_lead_by)]


class Recurrence(Kind):
    """In the window from `from_` until `until`, `do` comes at least every duration, or on every local day."""

    name: ClassVar[str] = "recurrence"
    do: Sel
    every: Annotated[int | Literal["day"], BeforeValidator(_every)]
    from_: Sel = Field(alias="from")
    until: Sel


class Precedence(Kind):
    """Each of `all` comes before `before` (at least `by` earlier), where there was a `given` before it."""

    name: ClassVar[str] = "precedence"
    all: Sels
    before: Sel
    given: Sel | None = None
    by: Duration | None = None


class Existence(Kind):
    """`of` comes at least `min` and at most `max` times in the window (`each`: per subject, the list in a field)."""

    name: ClassVar[str] = "existence"
    of: Sel
    min: Annotated[int, Field(ge=0, strict=True)] | None = None
    max: Annotated[int, Field(ge=0, strict=True)] | None = None
    from_: Sel | None = Field(default=None, alias="from")
    until: Sel = Field(default_factory=lambda: parse_selector("closed"))
    each: str | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Existence:
        _check_bounds(self.min, self.max)
        return self


class Limit(Kind):
    """The value of each `of` is not over `max` nor under `min`: numbers, or names of number fields."""

    name: ClassVar[str] = "limit"
    of: Sel
    max: StrictInt | StrictFloat | str | None = None
    min: StrictInt | StrictFloat | str | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Limit:
        _check_bounds(self.min, self.max)
        return self


class Authority(Kind):
    """Each `of` is done in one of `roles`, and by nobody who also did `not_by` in the case."""

    name: ClassVar[str] = "authority"
    of: Sel
    roles: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    not_by: Sel | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Authority:
        if self.roles is None and self.not_by is None:
            msg = "authority needs roles or not_by (or both)"
            raise ValueError(msg)
        return self


class Timeliness(Kind):
    """Each event (of those named) is recorded within a duration of its occurrence."""

    name: ClassVar[str] = "timeliness"
    within: Duration
    of: Sels | None = None


class Absence(Kind):
    """No `do` once an `after` has been."""

    name: ClassVar[str] = "absence"
    do: Sel
    after: Sel


KINDS: Mapping[str, type[Kind]] = {
    kind.name: kind
    for kind in (Response, Lead, Recurrence, Precedence, Existence, Limit, Authority, Timeliness, Absence)
}
AnyKind = Response | Lead | Recurrence | Precedence | Existence | Limit | Authority | Timeliness | Absence


def _check_bounds(low: object, high: object) -> None:
    if low is None and high is None:
        msg = "it needs min or max (or both)"
        raise ValueError(msg)
    numbers = isinstance(low, int | float) and isinstance(high, int | float)
    if numbers and low > high:  # type: ignore[operator]
        msg = f"min {low} is over max {high}"
        raise ValueError(msg)


Guard = Mapping[str, tuple[Any, ...]]


def _guard(raw: object) -> object:
    if not isinstance(raw, Mapping):
        msg = "a guard is a mapping of fields to a value or a list of values"
        raise ValueError(msg)  # noqa: TRY004 - pydantic reports ValueError
    return {field: tuple(v) if isinstance(v, list | tuple) else (v,) for field, v in raw.items()}


class Rule(BaseModel):
    """One rule of a catalogue: what must hold, when, how severe, and which sentence of the SOP says so."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, coerce_numbers_to_str=True)
    id: Annotated[str, Field(min_length=1)]
    kind: AnyKind
    when: Annotated[Mapping[str, tuple[Any, ...]], BeforeValidator(_guard)] = Field(default_factory=dict)
    clause: Ids = ()
    severity: Literal["minor", "major", "critical"] = "major"
    title: Mapping[str, str] = Field(default_factory=dict)
    reading: Mapping[str, str] = Field(default_factory=dict)
    warn: Duration | None = None
    house: bool = False
    department: str | None = None
    examples: Any = None

    def holds(self, fields: Mapping[str, Any]) -> bool:
        """Whether its guard holds on these fields."""
        return all(is_one_of(fields.get(field), values) for field, values in self.when.items())


class Catalogue(BaseModel):
    """The rules of one procedure, of one version; `procedure` is None for a catalogue about another system's log.

    `text` is the YAML as read, `digest` the SHA-256 of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    procedure: str | None
    version: Version = 1
    in_force: Day | None = None
    rules: tuple[Rule, ...]
    text: str = ""
    digest: str = ""

    @property
    def foreign(self) -> bool:
        """Whether it judges another system's log, where a text that is a JSON number is read by `limit` as one."""
        return self.procedure is None
