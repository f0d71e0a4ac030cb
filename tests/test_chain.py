"""The chain is what docs/chain.md says: the page's example is recomputed from the page itself."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from checklists.event import comparable
from storage import chain
from storage.store import GENESIS, Draft, Head

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "chain.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """Return the page's code block of a language."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def check(text: str, *ends: str) -> subprocess.CompletedProcess[str]:
    """Run the page's program on an export."""
    command = [sys.executable, "-I", "-c", block("python"), *ends]
    return subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_example_follows_from_its_own_text() -> None:
    previous = GENESIS

    for number, line in enumerate(block("text").splitlines(), 1):
        told, payload = line.split("\t")
        previous = hashlib.sha256(previous + payload.encode()).digest()
        entry = chain.entry_of(payload.encode(), previous)

        assert told == f"{number}:{previous.hex()}"
        assert chain.line(entry) == line


def test_the_examples_digest_follows_from_its_salt() -> None:
    [salt] = re.findall(r"`([0-9a-f]{64})` \(hex\)", PAGE)
    [name] = re.findall(r"The borrower `(.*?)` is personal", PAGE)

    stands = chain.digest(bytes.fromhex(salt), name)

    assert f'"borrower":"{stands}"' in block("text")
    assert stands == "digest:" + hashlib.sha256(bytes.fromhex(salt) + f'"{name}"'.encode()).hexdigest()
    assert len(f'"{name}"'.encode()) == 11


def test_sealing_the_examples_entries_again_gives_the_same_lines() -> None:
    lines = block("text").splitlines()
    entries = [chain.entry_of(line.split("\t")[1].encode(), GENESIS) for line in lines]

    sealed = chain.seal([Draft(e.event, e.by, e.packs) for e in entries], Head(0, GENESIS), {})

    assert [chain.line(s.entry) for s in sealed] == lines


def test_the_pages_program_accepts_the_example_and_finds_what_was_changed() -> None:
    text = block("text")
    ends = re.findall(r"^\d:[0-9a-f]{64}", text, re.MULTILINE)

    assert "whole: 2 entries" in check(text, *ends).stdout
    assert "line 1 does not" in check(text.replace('"M-1"', '"M-2"')).stderr
    assert "line 2 does not" in check(text.replace('"seq":2', '"seq":3')).stderr
    assert "line 1 does not" in check(text.splitlines()[1] + "\n").stderr
    assert "is not in this chain" in check(text, "2:" + "00" * 32).stderr


def test_the_pages_program_is_short() -> None:
    assert len([line for line in block("python").splitlines() if line]) <= 15


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_canonical_json_read_and_written_again_is_the_same(value: object) -> None:
    try:
        text = chain.canonical(value)
    except OverflowError:  # a whole number beyond any double
        return

    assert chain.canonical(chain.parse(text)) == text
    assert rfc8785.dumps(chain.parse(text)) == text


@given(st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_the_double_that_rules_compare(value: float) -> None:
    assert comparable(chain.parse(chain.canonical(value))) == comparable(value)


@pytest.mark.parametrize("part", ["case_id", "data", "data.", "role", ""])
def test_only_known_parts_can_be_personal(part: str) -> None:
    entry = chain.entry_of(block("text").splitlines()[0].split("\t")[1].encode(), GENESIS)
    draft = Draft(entry.event, "service", personal=frozenset({part}))

    with pytest.raises(Exception, match="no part that can be personal"):
        chain.seal([draft], Head(0, GENESIS), {"loan-1": bytes(32)})


@given(st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1e6, 1e6) | st.text()))
def test_the_quick_way_writes_what_rfc_8785_says(value: dict[str, Any]) -> None:
    assert chain.canonical(value) == rfc8785.dumps(value)
