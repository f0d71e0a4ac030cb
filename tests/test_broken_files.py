"""Whatever is changed in a file of a pack, it is read or refused: lines for a person, never a traceback."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.errors import PackError
from checklists.loader import read_procedure
from checklists.reader import read_bytes
from rules.examples import examples_of, run_example
from rules.loader import read_catalogue
from tests.packs import CATALOGUE, PROCEDURE

KEY_LOAN = read_procedure(PROCEDURE.encode(), "key_loan.yaml")
PARTS = read_bytes(PROCEDURE.encode(), "key_loan.yaml", "procedure").data
RULES = read_bytes(CATALOGUE.encode(), "key_loan.yaml", "catalogue").data
RULES["rules"][0]["examples"] = {
    "complies": [{"opened": {"key_class": "room"}, "1h": ["handed_over @ x", {"amended": {}}]}]
}
JUNK: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", "1h", "retracted", "_x", "é" * 400, 10**30, [], [None], [[]], ["a", "a"], {}),
    *(
        {"a": None},
        {"any": []},
        {"any": [{"any": ["opened"]}]},
        {"step": 1, "value": {}},
        {"choice": None},
        {"choice": {}},
    ),
    *({"choice": [[]]}, {"choice": [{}]}, {"choice": [None]}, {"1": {"2": 3}}),
]
KEYS = ["x", "id", "any", "step", "options", "type", "examples", "when", "all", "from", "text", "version"]


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every value within a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield (*place, key)
        yield from places(part, (*place, key))


def changed(value: Any, random: Random) -> Any:
    """Return a copy in which up to three things are replaced, left out or renamed."""
    value = copy.deepcopy(value)
    for _ in range(random.randint(1, 3)):
        *way, key = random.choice(list(places(value)) or [("id",)])
        parent = value
        for step in way:
            parent = parent[step]
        deed = random.randint(0, 3)
        if deed <= 1:
            parent[key] = copy.deepcopy(random.choice(JUNK))
        elif deed == 2 or isinstance(parent, list):
            del parent[key]
        else:
            parent[random.choice(KEYS)] = parent.pop(key)
    return value


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_changed_file_is_read_or_refused(random: Random) -> None:
    with contextlib.suppress(PackError):
        read_procedure(json.dumps(changed(PARTS, random)).encode(), "key_loan.yaml")

    lines: list[str] = []
    try:
        catalogue = read_catalogue(json.dumps(changed(RULES, random)).encode(), "key_loan.yaml", KEY_LOAN)
        lines = [run_example(KEY_LOAN, example) or "" for example in examples_of(catalogue)]
    except PackError as refusal:
        lines = list(refusal.mistakes)

    assert not any("\n" in line for line in lines)
