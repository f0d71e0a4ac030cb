"""What the service demands of the facts of a case: known fields, each of its type, the required ones there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from checklists.errors import Refused
from checklists.event import comparable, number
from checklists.instant import format_instant, parse_instant
from checklists.model import CaseField, Procedure
from sopwatch.refusals import because

LONGEST = 4000
EARLIEST, LATEST = parse_instant("1900-01-01T00:00:00Z"), parse_instant("2200-01-01T00:00:00Z")


def checked_facts(data: Mapping[str, Any], procedure: Procedure, current: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the facts that an entry names, each of its type; required ones must be in `current`. Raises Refused."""
    checked: dict[str, Any] = {}
    for name, value in data.items():
        if name.startswith("_"):
            checked[name] = value
        elif not (field := procedure.field.get(name)):
            hint = hint_of(name, procedure.field)
            raise Refused(*because("no_field", procedure=procedure.id, field=name, hint=hint))
        else:
            checked[name] = None if value is None else _field_value(field, value)
    missing = [f.id for f in procedure.fields if f.required and _is_empty(current.get(f.id))]
    if missing:
        raise Refused(*because("fields_missing", procedure=procedure.id, fields=", ".join(missing)))
    return checked


def hint_of(name: str, known: Iterable[str]) -> str:
    """Return which known name may have been meant, in brackets, or nothing."""
    near = get_close_matches(name, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _is_empty(value: object) -> bool:
    return value is None or value in ("", []) or (isinstance(value, str) and not value.strip())


def _field_value(field: CaseField, value: Any) -> Any:
    wrong = Refused(*because("field_of_other_type", field=field.id, value=value, type=field.type))
    match field.type:
        case "text":
            if not isinstance(value, str) or len(value) > LONGEST:
                raise wrong
        case "number":
            if (measured := number(value)) is None or not math.isfinite(measured):
                raise wrong
        case "boolean":
            if not isinstance(value, bool):
                raise wrong
        case "choice":
            check_option("field_no_option", {"field": field.id}, value, field.options or {})
        case "list":
            texts = isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value)
            if not texts or len(set(value)) < len(value):
                raise Refused(*because("field_no_list", field=field.id))
        case "datetime":
            return _instant_field(field.id, value)
    return value


def _instant_field(name: str, value: Any) -> str:
    try:
        instant = parse_instant(value)
    except (ValueError, TypeError) as error:
        raise Refused(*because("field_no_instant", field=name, why=str(error))) from error
    if not EARLIEST <= instant < LATEST:
        raise Refused(*because("field_out_of_range", field=name, value=value))
    return format_instant(instant)


def check_option(code: str, of: Mapping[str, str], value: object, options: Mapping[Any, object]) -> None:
    """Raise Refused with a code, `of` among its params, where a value is none of the options."""
    if comparable(value) is None or comparable(value) not in {comparable(o) for o in options}:
        raise Refused(*because(code, **of, value=value, options=", ".join(map(str, options))))
