"""What a refusal names, in words: the ids of steps, fields and roles that stand in its params by their titles."""

from __future__ import annotations

from collections.abc import Mapping

from checklists.errors import SopwatchError
from checklists.instant import parse_instant
from checklists.model import Procedure
from sopwatch.refusal_words import words_of
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import life_words

Names = Mapping[str, Mapping[str, str]]
INSTANTS = frozenset({"at", "now"})


def names_of(procedure: Procedure, _: Tongue) -> Names:
    """Return titles by ids, for each name of a param that holds an id (an event may be a step), also for tablets."""
    return {
        "step": {name: _.of(step.title, name) for name, step in procedure.steps.items()},
        "event": life_words(_),
        "field": {field.id: _.of(field.title, field.id) for field in procedure.fields},
        "role": {name: _.of(role.title, name) for name, role in procedure.roles.items()},
    }


def told(error: SopwatchError, _: Tongue, procedure: Procedure | None = None) -> str:
    """Return in the reader's words why something was not done; of ids their titles, where the procedure is known."""
    names = names_of(procedure, _) if procedure else {}

    def shown(name: str, value: str | float) -> str:
        if name in INSTANTS:
            return _.moment(parse_instant(str(value)))
        if name == "fields":
            return _(", ").join(names.get("field", {}).get(each, each) for each in str(value).split(", "))
        known = {**names.get(name, {}), **(names.get("step", {}) if name == "event" else {})}
        return known.get(str(value), str(value))

    return words_of(error, _, shown)
