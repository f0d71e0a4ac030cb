"""Words for what the record says: states, roles, people, values, life-cycle words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists.event import Event
from checklists.instant import Instant, parse_instant
from checklists.model import CaseField, Procedure
from rules.kinds import Selector
from sopwatch.notes import NOTED
from sopwatch.ui.tongue import Tongue
from storage.chain import DIGEST


def word_of(word: str, procedure: Procedure, _: Tongue) -> str:
    """Return what an event's word means to people: a step's title, or what happened to the case."""
    if step := procedure.steps.get(word):
        return _.of(step.title, word)
    return life_words(_).get(word, word)


def life_words(_: Tongue) -> dict[str, str]:
    """Return the words of what happens to a case, and of acts."""
    return {
        "opened": _("Case opened"),
        "amended": _("Facts changed"),
        "closed": _("Case closed"),
        "cancelled": _("Case cancelled"),
        "retracted": _("Entry taken back"),
        "_not_applicable": _("Not applicable"),
        "_cannot_do": _("Cannot be done"),
        "_problem": _("Problem"),
        "_noted": _("Comment or photo"),
        "_acknowledged": _("Violation acknowledged"),
        "_corrected": _("Correction"),
        "_waived": _("Waiver"),
        "_disputed": _("Dispute"),
        "_handed_over": _("Hand-over"),
    }


def words_of(label: str, procedure: Procedure, _: Tongue) -> str:
    """Return a violation's step, which may be several, in words."""
    return _(" or ").join(dict.fromkeys(word_of(word, procedure, _) for word in label.split("|")))


def role_of(role: str | None, procedure: Procedure, _: Tongue) -> str:
    """Return the title of a role of the SOP."""
    known = procedure.roles.get(role or "")
    return _.of(known.title, role or "") if known else (role or "")


def name_of(actor: str | None, names: Mapping[str, str], _: Tongue) -> str:
    """Return who it was: a person's name, a signer's, a machine's, or nobody's."""
    if actor is None:
        return _("the service")
    return names.get(actor, actor)


def file_of(event: Event) -> str | None:
    """Return the name of an event's photo or signature, as it is asked for; None where it has none."""
    value = (event.data or {}).get("photo") if event.event == NOTED else event.value
    return str(value).removeprefix("sha256:") if is_file(value) else None


def note_of(event: Event, _: Tongue) -> str:
    """Return what was noted; of a note that was erased, that it was."""
    note = str((event.data or {}).get("note") or "")
    return _("erased") if note.startswith(DIGEST) else note


def is_file(value: object) -> bool:
    """Whether a value is a photo or a signature."""
    return isinstance(value, str) and value.startswith("sha256:")


def value_of(event: Event, procedure: Procedure, _: Tongue) -> str:
    """Return what a tick carries in words; nothing for a plain tick, a photo or a signature."""
    step = procedure.steps.get(event.event)
    if event.value is None or step is None or is_file(event.value):
        return ""
    return choice_of(event.event, event.value, procedure, _)


def choice_of(word: str, value: Any, procedure: Procedure, _: Tongue) -> str:
    """Return a value of a step as it is read."""
    step = procedure.steps.get(word)
    match step.evidence.type if step else "text":
        case "choice":
            return _.choice(step.evidence.options if step else None, value)
        case "number":
            return _.measured(value, step.unit if step else None)
        case _:
            return str(value)


def meant(selector: Selector, procedure: Procedure, _: Tongue) -> str:
    """Return a selector in words, with the values that it asks for."""
    said = []
    for word, values in selector.written:
        title = word_of(word, procedure, _)
        shown = [choice_of(word, v, procedure, _) for v in values or ()]
        said.append(f"{title} ({_(' or ').join(shown)})" if shown else title)
    return _(" or ").join(dict.fromkeys(said))


def field_value(field: CaseField, value: Any, _: Tongue, now: Instant | None = None) -> str:
    """Return a fact of the case in words."""
    if value is None:
        return ""
    match field.type:
        case "choice":
            return _.choice(field.options, value)
        case "boolean":
            return _("Yes") if value is True else _("No")
        case "number":
            return _.measured(value, field.unit)
        case "list":
            return _(", ").join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        case "datetime":
            try:
                return _.moment(parse_instant(str(value)), now)
            except ValueError:
                return str(value)
        case _:
            return str(value)


def facts(procedure: Procedure, fields: Mapping[str, Any], _: Tongue, now: Instant) -> list[tuple[str, str]]:
    """Return the facts of a case that are set, each with its title."""
    return [(_.of(f.title, f.id), field_value(f, fields[f.id], _, now)) for f in procedure.fields if f.id in fields]


def place_of(procedure: Procedure, fields: Mapping[str, Any]) -> str:
    """Return where a case is, from the fields that say a place."""
    return " · ".join(str(fields[f.id]) for f in procedure.fields if f.place and fields.get(f.id))


def severity_of(severity: str, _: Tongue) -> str:
    """Return a severity in words."""
    return {"critical": _("Critical"), "major": _("Major"), "minor": _("Minor")}.get(severity, severity)
