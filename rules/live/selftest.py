"""Shows, in a process of its own, that durable-rules judges rightly as it was built here.

A bad build of the library does not raise: it answers wrongly, or takes its process down. One case, in which each of
the generic rules matters, is judged before anything depends on it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from checklists.event import Event
from checklists.instant import MINUTE
from rules.kinds import KINDS, Catalogue, Rule
from rules.live.engine import EngineError
from rules.live.live_judge import LiveJudge

_RULES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "in time": ("response", {"after": "asked", "do": "answered", "within": "10m"}),
    "too late": ("response", {"after": "asked", "do": "done", "within": "10m"}),
    "never": ("response", {"after": "asked", "do": "paid", "within": "10m"}),
    "ahead": ("lead", {"do": ["ready"], "before": "start", "by": "1m"}),
    "patrol": ("recurrence", {"do": "walked", "every": "5m", "from": "asked", "until": "done"}),
    "once": ("existence", {"of": "walked", "max": 1}),
    "guests": ("existence", {"of": "greeted", "min": 1, "each": "guests"}),
    "signed": ("precedence", {"all": ["answered", "signed"], "before": "done", "given": "asked"}),
    "given": ("precedence", {"all": ["signed"], "before": "walked", "given": "paid"}),
    "barred": ("absence", {"do": "walked", "after": "done"}),
    "warm": ("limit", {"of": "measured", "max": 8, "min": 2.5}),
    "clerk": ("authority", {"of": "signed", "roles": ["owner"]}),
    "owner": ("authority", {"of": "answered", "roles": ["owner"]}),
    "eyes": ("authority", {"of": "done", "not_by": "asked"}),
    "other eyes": ("authority", {"of": "asked", "not_by": "done"}),
    "soon": ("timeliness", {"within": "2m", "of": ["signed", "greeted"]}),
}
_LOG: tuple[tuple[int, str, Mapping[str, Any]], ...] = (
    # minute, event, further columns
    (0, "opened", {"data": {"start": "1970-01-01T00:03:00Z", "guests": ["A", "B"]}}),
    (1, "asked", {"actor": "p"}),
    (3, "walked", {}),
    (4, "answered", {"role": "owner"}),
    (5, "ready", {}),
    (11, "walked", {}),
    (12, "measured", {"value": 9}),
    (13, "measured", {"value": 4}),
    (14, "measured", {"value": 1e-7}),
    (15, "done", {"actor": "p"}),
    (16, "greeted", {"subject": "A", "recorded": 18}),
    (17, "signed", {"role": "clerk", "recorded": 20}),
    (30, "walked", {}),
    (31, "closed", {}),
)
_EXPECTED = {
    # rule, minute, minute of the remedy, subject
    ("too late", 11, 15, None),
    ("never", 11, None, None),
    ("ahead", 2, 5, None),
    ("patrol", 8, 11, None),
    ("once", 11, None, None),
    ("guests", 31, None, "B"),
    ("signed", 15, 17, None),
    ("barred", 30, None, None),
    ("warm", 12, 13, None),
    ("warm", 14, None, None),
    ("clerk", 17, None, None),
    ("eyes", 15, None, None),
    ("other eyes", 15, None, None),
    ("soon", 19, 20, None),
}
_HOUR = 60 * MINUTE


def self_test(seconds: float = 60) -> None:
    """Judge a known case in a child process; raise EngineError if that goes wrong in any way."""
    command = [sys.executable, "-m", "rules.live"]
    root = Path(__file__).resolve().parents[2]
    try:
        child = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise EngineError(_message(f"gave no answer in {seconds} s")) from error
    if child.returncode:
        said = (child.stderr or child.stdout).strip().splitlines()
        raise EngineError(_message(f"ended with {child.returncode}: {said[-1] if said else 'without a word'}"))


def _message(what: str) -> str:
    return (
        f"the self-test of durable-rules {what}. The library was built badly or does not fit this Python: "
        'build it again (CC="gcc -O2" pip install --force-reinstall --no-binary :all: durable-rules==2.0.28)'
    )


def check() -> None:
    """Judge the known case in this process; raise EngineError if anything differs from what is right."""
    live = LiveJudge(ZoneInfo("UTC"))
    rules = tuple(
        Rule(id=name, kind=KINDS[kind].model_validate(parameters)) for name, (kind, parameters) in _RULES.items()
    )
    live.advance(0)
    catalogue = Catalogue(procedure="self-test", rules=rules)
    for event in _events():
        live.advance(event.recorded_at)
        live.feed([event], catalogue)
    live.advance(_HOUR)
    found = [(v.rule, v.at // MINUTE, v.remedied_at and v.remedied_at // MINUTE, v.subject) for v in live.violations()]
    if len(found) != len(_EXPECTED) or set(found) != _EXPECTED:
        missing, extra = sorted(_EXPECTED - set(found), key=str), sorted(set(found) - _EXPECTED, key=str)
        raise EngineError(f"durable-rules answers wrongly: missing {missing}, not expected {extra}, of {len(found)}")


def _events() -> Iterator[Event]:
    for position, (minute, word, columns) in enumerate(_LOG):
        recorded = columns.get("recorded", minute)
        others = {name: value for name, value in columns.items() if name != "recorded"}
        yield Event(position, "case", "self-test", word, minute * MINUTE, recorded * MINUTE, **others)
