"""What is needed to tell a violation: its explanation, the procedure, who reads; and how its parts are called."""

from __future__ import annotations

from dataclasses import dataclass

from checklists.event import Event
from checklists.instant import Instant
from checklists.model import Procedure
from rules.explanation import DoInTime, Explanation
from rules.kinds import Selector
from rules.segments import instant_of
from rules.violation import Violation
from sopwatch.ui.deeds import Reader
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import field_value, meant, name_of, words_of


@dataclass(frozen=True)
class Told:
    """What is needed to tell a violation: its explanation, the procedure, who reads."""

    explanation: Explanation
    procedure: Procedure
    reader: Reader
    _: Tongue

    @property
    def violation(self) -> Violation:
        """What is told."""
        return self.explanation.violation

    @property
    def due(self) -> Instant:
        """The deadline; the instant of the break where the kind has none."""
        v = self.violation
        return v.at if v.due_at is None else v.due_at

    def did(self, selector: Selector | str) -> str:
        """Return a selector in words, with the values that it asks for."""
        if isinstance(selector, str):
            return words_of(selector, self.procedure, self._)
        return meant(selector, self.procedure, self._)

    def missing(self) -> str:
        """Return what was to be done, in words."""
        complied = self.explanation.complied
        return self.did(complied.step if isinstance(complied, DoInTime) else self.violation.step)

    def by(self, event: Event) -> str:
        """Return who did something."""
        if self.reader.of_log and not event.actor:
            return self._("nobody named")
        return name_of(event.actor, self.reader.names, self._)

    def field(self, name: str) -> str:
        """Return the title of a field."""
        known = self.procedure.field.get(name)
        return self._.of(known.title, name) if known else name

    def value(self, name: str, value: object) -> str:
        """Return the value of a field in words."""
        if value is None:
            return self._("not set")
        known = self.procedure.field.get(name)
        if (instant := instant_of(value)) is not None:
            return self._.moment(instant)
        if known is None:
            return self._.number(value) if isinstance(value, int | float) else str(value)
        return field_value(known, value, self._) or self._("not set")
