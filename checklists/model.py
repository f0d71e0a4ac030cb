"""A procedure: an SOP as clauses, fields, phases and steps (`format.md`, A pack)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, field_validator

from checklists.event import LIFE_CYCLE

STEP_ID = r"^[a-z][a-z0-9_]*$"
Scalar = StrictBool | StrictInt | StrictFloat | str
Text = Annotated[Mapping[str, str], Field(min_length=1)]


def _day(raw: object) -> object:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw if isinstance(raw, str) and len(raw) == len("2026-01-01") else "")
    except ValueError:
        msg = f"{raw!r} is no date (such as 2026-01-01)"
        raise ValueError(msg) from None


def _several(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else raw


def _options(raw: object) -> object:
    if isinstance(raw, list | tuple):
        for index, option in enumerate(raw):
            if option is None or isinstance(option, Mapping | list | tuple) or option in raw[:index]:
                msg = f"{option!r} is no option" if option not in raw[:index] else f"{option!r} stands there twice"
                raise ValueError(msg)
        return {option: {} for option in raw}
    return {option: title or {} for option, title in raw.items()} if isinstance(raw, Mapping) else raw


Ids = Annotated[tuple[str, ...], BeforeValidator(_several)]
Day = Annotated[date, BeforeValidator(_day)]
Version = Annotated[int, Field(ge=1, strict=True)]
Options = Annotated[Mapping[Scalar, Mapping[str, str]], BeforeValidator(_options), Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Clause(_Part):
    """A numbered sentence of the SOP, verbatim in its own language; `reading` says how to read its slips."""

    text: Text
    reading: Mapping[str, str] = Field(default_factory=dict)
    coverage: Literal["manual"] | None = None
    reason: Mapping[str, str] | str | None = None


class Role(_Part):
    """A role of the SOP (not of access), and the department it belongs to, if it is staff."""

    title: Mapping[str, str]
    department: str | None = None


class Form(_Part):
    """A paper that the SOP wants printed."""

    id: str
    clause: Ids = ()
    title: Mapping[str, str] = Field(default_factory=dict)


FieldType = Literal["text", "number", "boolean", "choice", "datetime", "list"]


class CaseField(_Part):
    """A fact of the case, asked for when it is opened."""

    id: Annotated[str, Field(min_length=1)]
    type: FieldType
    required: bool = False
    personal: bool = False
    place: bool = False
    options: Options | None = None
    unit: Mapping[str, str] | str | None = None
    title: Mapping[str, str] = Field(default_factory=dict)


class Evidence(_Part):
    """What a tick of the step carries."""

    type: Literal["tick", "text", "number", "photo", "signature", "choice"] = "tick"
    options: Options | None = None


def _evidence(raw: object) -> object:
    if isinstance(raw, str):
        return {"type": raw}
    if isinstance(raw, Mapping) and set(raw) == {"choice"}:
        return {"type": "choice", "options": raw["choice"]}
    return raw


class Step(_Part):
    """One thing to do: its usual role (or several, the first the usual one), its evidence, what it waits for."""

    id: Annotated[str, Field(pattern=STEP_ID)]
    clause: Ids = ()
    role: Ids = ()
    evidence: Annotated[Evidence, BeforeValidator(_evidence)] = Evidence()
    personal: bool = False
    repeats: bool = False
    subject: str | None = None
    needs: Ids = ()
    unit: Mapping[str, str] | str | None = None
    title: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("id")
    @classmethod
    def _is_no_life_cycle_word(cls, value: str) -> str:
        if value in LIFE_CYCLE:
            msg = f"{value!r} is a life-cycle word, not a step"
            raise ValueError(msg)
        return value


class Phase(_Part):
    """A section of the checklist."""

    id: str
    title: Mapping[str, str] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()


class Opens(_Part):
    """The service opens a case by itself when each week has ended, its name in `field`."""

    every: Literal["week"]
    field: str


class Procedure(_Part):
    """An SOP as a checklist, of one version; `text` is the YAML as read, `digest` its SHA-256."""

    id: Annotated[str, Field(pattern=STEP_ID)]
    version: Version = 1
    in_force: Day | None = None
    title: Mapping[str, str] = Field(default_factory=dict)
    source: Mapping[str, Any] = Field(default_factory=dict)
    department: str | None = None
    clauses: Mapping[str, Clause] = Field(default_factory=dict)
    roles: Mapping[str, Role] = Field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    fields: tuple[CaseField, ...] = ()
    phases: tuple[Phase, ...] = ()
    opens: Opens | None = None
    text: str = ""
    digest: str = ""

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """Its steps by id, in their order."""
        return {step.id: step for phase in self.phases for step in phase.steps}

    @cached_property
    def field(self) -> Mapping[str, CaseField]:
        """Its fields by id."""
        return {field.id: field for field in self.fields}

    def words(self) -> Iterator[str]:
        """Yield every word an event of it may have (acts aside)."""
        yield from self.steps
        yield from LIFE_CYCLE
