"""What a catalogue names must be in its procedure: steps, values, fields, roles, clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checklists.document import Document, Value, Where
from checklists.event import LIFE_CYCLE, comparable
from checklists.loader import report_unknown
from checklists.model import CaseField, Options, Procedure
from rules.kinds import KINDS

_SELECTORS = ("after", "do", "all", "before", "given", "of", "from", "until", "not_by")
_DIGEST = "in the record its text is a digest, which equals no text"
_NONE: tuple[type, ...] = ()
_TYPES = {"text": (str,), "datetime": (str,), "number": (int, float), "boolean": (bool,)}


def check_references(document: Document, procedure: Procedure, note: str = "") -> None:
    """Note every name in the rules that the procedure lacks; `note` is added where the procedure needs telling."""
    check = _Check(document, procedure, note)
    for where, rule in document.rows("rules"):
        check.names((*where, "clause"), "clause", procedure.clauses)
        check.guard((*where, "when"))
        for name in KINDS:
            if isinstance(parameters := rule.get(name), Mapping):
                check.kind((*where, name), name, parameters)


@dataclass(frozen=True)
class _Check:
    document: Document
    procedure: Procedure
    note: str

    def names(self, where: Where, what: str, valid: Mapping[str, Value]) -> None:
        report_unknown(self.document, where, what, valid, self.note)

    def kind(self, where: Where, name: str, parameters: Mapping[str, Value]) -> None:
        """Check the parameters of a kind: their selectors, fields and roles."""
        self.names((*where, "roles"), "role", self.procedure.roles)
        for key in _SELECTORS:
            if key in parameters and (name, key) != ("lead", "before"):
                self.selector((*where, key), parameters[key])
        match name:
            case "lead":
                self.field((*where, "before"), "datetime")
            case "existence":
                self.field((*where, "each"), "list")
            case "limit":
                self.field((*where, "min"), "number")
                self.field((*where, "max"), "number")
                self.measured((*where, "of"))
            case _:
                pass

    def field(self, where: Where, kind: str) -> None:
        """Check that the field named at a place is of a type."""
        if not isinstance(name := self.document.at(*where), str):
            return
        valid = [field.id for field in self.procedure.fields if field.type == kind]
        field = self.procedure.field.get(name)
        if field is None:
            self.document.mistake(where, f"unknown field {name!r}{self.note}", name, valid or self.procedure.field)
        elif field.type != kind:
            self.document.mistake(where, f"{name!r} is no {kind} field but {field.type}{self.note}", name, valid)
        elif field.personal and kind != "list":  # subjects are drawn from a list: both are digests, and equal
            self.document.warn(where, f"the field {name!r} is personal: {_DIGEST}")

    def measured(self, where: Where) -> None:
        """Warn of a limit on a step that carries no number."""
        for place, word, _ in _words(where, self.document.at(*where)):
            step = self.procedure.steps.get(word)
            if step and step.evidence.type != "number":
                self.document.warn(place, f"the step {word!r} carries no number: the limit never bites")

    def selector(self, where: Where, raw: Value) -> None:
        """Check the words of a selector, and the values it wants of them."""
        valid = [*self.procedure.steps, *LIFE_CYCLE[:-1]]
        for place, word, values in _words(where, raw):
            if word in valid:
                for at, value in values:
                    self.value(at, word, value)
            elif word != "retracted" and not word.startswith("_"):  # which no rule may name: said already
                self.document.mistake(place, f"unknown step {word!r}{self.note}", word, valid)

    def value(self, where: Where, word: str, value: Value) -> None:
        step = self.procedure.steps.get(word)
        if step is None or step.evidence.type in {"tick", "photo", "signature"}:
            self.document.warn(where, f"{word!r} carries no such value: {value!r} is never met")
        elif step.evidence.type == "choice":
            self.option(where, value, step.evidence.options or {})
        elif not _fits(value, step.evidence.type):
            self.document.warn(where, f"{value!r} is no {step.evidence.type}: it is never met")
        if step and step.personal:
            self.document.warn(where, f"the step {word!r} is personal: {_DIGEST}")

    def option(self, where: Where, value: Value, options: Options) -> None:
        if comparable(value) not in {comparable(option) for option in options}:
            self.document.mistake(where, f"unknown option {value!r}{self.note}", value, options)

    def guard(self, where: Where) -> None:
        """Check the fields and values of a guard."""
        guard = self.document.at(*where)
        for name, raw in guard.items() if isinstance(guard, Mapping) else ():
            place = (*where, name)
            field = self.procedure.field.get(name)
            if field is None:
                self.document.mistake(place, f"unknown field {name!r}{self.note}", name, self.procedure.field)
                continue
            if field.personal:
                self.document.warn(place, f"the field {name!r} is personal: {_DIGEST}")
            if raw == []:
                self.document.warn(place, "has no value: the guard never holds")
            for at, value in _values(place, raw):
                self.guarded(at, field, value)

    def guarded(self, where: Where, field: CaseField, value: Value) -> None:
        if field.type == "choice":
            self.option(where, value, field.options or {})
        elif not _fits(value, field.type):
            self.document.warn(where, f"{value!r} is no {field.type}: the guard never holds")


def _fits(value: Value, kind: str) -> bool:
    return isinstance(value, _TYPES.get(kind, _NONE)) and (kind == "boolean") == isinstance(value, bool)


def _values(where: Where, raw: Value) -> Iterator[tuple[Where, Value]]:
    if isinstance(raw, list):
        yield from (((*where, index), value) for index, value in enumerate(raw))
    else:
        yield where, raw


def _words(where: Where, raw: Value) -> Iterator[tuple[Where, str, list[tuple[Where, Value]]]]:
    """Yield the words of a selector or a list of them, each with its place and the values wanted of it."""
    if isinstance(raw, str):
        yield where, raw, []
    elif isinstance(raw, list):
        for index, one in enumerate(raw):
            yield from _words((*where, index), one)
    elif isinstance(raw, Mapping) and isinstance(word := raw.get("step"), str):
        yield (*where, "step"), word, list(_values((*where, "value"), raw["value"])) if "value" in raw else []
    elif isinstance(raw, Mapping) and "any" in raw:
        yield from _words((*where, "any"), raw["any"])
