"""The examples of a rule (docs/packs.md): short descriptions of cases, and whether the rule then says what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.document import nearest_of, one_line
from checklists.event import Event, comparable
from checklists.instant import Instant, format_duration, format_instant, parse_duration, parse_instant
from checklists.model import Options, Procedure
from rules.judge import judge_rule
from rules.kinds import Catalogue, Rule

ZONE = ZoneInfo("Asia/Taipei")
OPENED = parse_instant("2026-03-02T08:00:00+08:00")
VERDICTS = ("complies", "violates")

_KEYS = ("opened", "now", "breaks")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[=@]|[^\s=@"]+')
_MARKS = {"=": "value", "@": "subject", "by": "actor", "as": "role", "late": "late"}


class ExampleError(ValueError):
    """An example that says nothing: it is not written as docs/packs.md asks."""


@dataclass(frozen=True)
class Example:
    """One example of a rule: the verdict it stands under, its number there (from 1), and what is written."""

    rule: Rule
    verdict: str
    number: int
    written: Any

    @property
    def name(self) -> str:
        """Its name: rule, verdict, number."""
        return f"{self.rule.id} {self.verdict} {self.number}"


def examples_of(catalogue: Catalogue) -> Iterator[Example]:
    """Yield the examples of each rule in the order written; one that is only `…` is still to be written."""
    for rule in catalogue.rules:
        groups = rule.examples if isinstance(rule.examples, Mapping) else {"examples": rule.examples}
        for verdict, several in groups.items():
            for number, written in enumerate(several if isinstance(several, list) else [several], 1):
                if written not in (None, "…", "..."):
                    yield Example(rule, verdict, number, written)


def run_example(procedure: Procedure, example: Example) -> str | None:
    """Return one line on what is wrong with an example: what was expected, what came; None if nothing is."""
    try:
        expected = _expected(example)
        events, now = _case(procedure, example.written)
    except ExampleError as error:
        return one_line(f"{example.name}: {error}")
    case = fold(events, now)
    came = sorted(v.at - OPENED for v in judge_rule(example.rule, case, ZONE)) if case else []
    if bool(came) if expected is None else came == expected:
        return None
    return one_line(f"{example.name}: expected {_say(expected)}, came {_say(came)}: {example.written}")


def _say(offsets: list[Instant] | None) -> str:
    if offsets is None:
        return "a violation"
    return f"violations at {', '.join(map(format_duration, offsets))}" if offsets else "no violation"


def _fail(reason: str, word: object = None, valid: object = ()) -> NoReturn:
    near = nearest_of(word, valid) if word is not None and isinstance(valid, Mapping | tuple) else None
    raise ExampleError(reason + (f" (nearest: {near})" if near else ""))


def _expected(example: Example) -> list[Instant] | None:
    """Return the offsets at which the rule breaks; None if any will do."""
    if example.verdict not in VERDICTS:
        _fail("examples stand in lists under complies and violates", example.verdict, VERDICTS)
    if not isinstance(example.written, Mapping):
        _fail(f"{example.written!r} is no mapping of offsets to events")
    breaks = example.written.get("breaks")
    if example.verdict == "complies":
        return [] if breaks is None else _fail("what complies breaks nothing")
    if breaks is None:
        return None
    if breaks == []:
        _fail("breaks names no offset")
    return sorted(_offset(one) for one in (breaks if isinstance(breaks, list) else [breaks]))


def _offset(raw: object) -> Instant:
    try:
        return parse_duration(raw)
    except ValueError as error:
        raise ExampleError(str(error)) from error


def _case(procedure: Procedure, written: Mapping[str, Any]) -> tuple[list[Event], Instant]:
    """Return the events that an example describes, in the order of the log, and the instant of judgement."""
    data = _fields(procedure, written.get("opened") or {})
    events = [Event(0, "example", procedure.id, "opened", OPENED, OPENED, data=data)]
    last = 0
    for key, raw in written.items():
        if key in _KEYS:
            continue
        if (offset := _offset(key)) < last:
            _fail(f"{key} stands after a later offset")
        last = offset
        for one in raw if isinstance(raw, list) else [raw]:
            event = _event(procedure, one, len(events), OPENED + offset)
            if event.event != "opened":
                events.append(event)
            elif len(events) == 1 and not offset:  # says who opened the case, or how late that was recorded
                events = [replace(event, position=0, data=data)]
            else:
                _fail("a case is opened once, and first")
    now = written.get("now")
    return events, max(e.recorded_at for e in events) if now is None else OPENED + _offset(now)


def _fields(procedure: Procedure, data: object) -> Mapping[str, Any]:
    """Return the fields of a case: datetimes, written as offsets from the opening, as instants."""
    if not isinstance(data, Mapping):
        _fail(f"{data!r} is no mapping of fields")
    return {name: _field(procedure, name, value) for name, value in data.items()}


def _field(procedure: Procedure, name: str, value: object) -> object:
    field = procedure.field.get(name)
    if field is None:
        _fail(f"unknown field {name!r}", name, procedure.field)
    if field.type == "choice":
        _known_option(value, field.options or {})
    if field.type != "datetime" or value is None:
        return value
    try:
        parse_instant(str(value))
    except ValueError:
        sign, text = (-1, value[1:]) if isinstance(value, str) and value.startswith("-") else (1, value)
        return format_instant(OPENED + sign * _offset(text), ZONE)
    return value


def _known_option(value: object, options: Options) -> None:
    if value is not None and comparable(value) not in {comparable(option) for option in options}:
        _fail(f"unknown option {value!r}", value, options)


def _event(procedure: Procedure, raw: object, position: int, at: Instant) -> Event:
    if isinstance(raw, Mapping) and set(raw) == {"amended"}:
        data = _fields(procedure, raw["amended"])
        return Event(position, "example", procedure.id, "amended", at, at, data=data)
    if not isinstance(raw, str):
        _fail(f"{raw!r} is neither an event nor {{amended: {{field: value}}}}")
    word, parts = parse_event(raw)
    words = dict.fromkeys(procedure.words())
    if word not in words:
        _fail(f"unknown step {word!r}", word, words)
    late = _offset(parts.pop("late", "0m"))
    step = procedure.steps.get(word)
    if step and step.evidence.type == "choice":
        _known_option(parts.get("value"), step.evidence.options or {})
    return Event(position, "example", procedure.id, word, at, at + late, **parts)


def parse_event(text: str) -> tuple[str, dict[str, Any]]:
    """Read `WORD [= VALUE] [@ SUBJECT] [by ACTOR] [as ROLE] [late DURATION]`."""
    tokens = _TOKEN.findall(text)
    if len(tokens) % 2 == 0 or _TOKEN.sub("", text).strip():
        _fail(f"{text!r} is no event: WORD [= VALUE] [@ SUBJECT] [by ACTOR] [as ROLE] [late DURATION]")
    parts: dict[str, Any] = {}
    for mark, token in zip(tokens[1::2], tokens[2::2], strict=False):
        if _MARKS.get(mark) in {None, *parts}:
            _fail(f"{text!r}: {mark!r} does not stand here: quote words with spaces")
        parts[_MARKS[mark]] = _value(token) if mark == "=" or token.startswith('"') else token
    return tokens[0], parts


def _value(token: str) -> Any:
    try:
        return json.loads(token, parse_constant=str)
    except ValueError:
        return token
