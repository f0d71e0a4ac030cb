"""Reads YAML 1.2 into a document: values, their lines, and what is wrong with the file as YAML.

The values are built from libyaml's events (PyYAML's C parser, thirty times as fast as one in Python), never by PyYAML's
constructors, which read YAML 1.1: `no` and `14:00` stay what they are. Every key has a line, every duplicate
is named, names stay as written (a clause 1.10 is not the number 1.1), and no file can tie up the reader.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from checklists.document import Document, Value, Where, spell

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_NODES = 200_000
MAX_NUMBER = 2**63 - 1

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)

# Names, not numbers, whatever they look like; elsewhere (guards, values, options, examples) types count.
_NAMES = frozenset(
    "id clause role roles department needs subject procedure field each step any all after before do of given "  # noqa: SIM905
    "from until not_by".split()
)
_TYPED = frozenset({"when", "examples", "value"})
_OPTIONS = frozenset({"options", "choice"})


def read_file(path: Path, what: str) -> Document:
    """Read a YAML file that is to hold a mapping; `what` it should be is told if it does not."""
    document = Document(str(path))
    if path.exists() and not path.is_file():  # a pipe would keep the reader waiting
        document.mistake((), "is no file")
        return document
    try:
        with path.open("rb") as file:
            return read_bytes(file.read(MAX_BYTES + 1), str(path), what)
    except OSError as error:
        document.mistake((), f"cannot be read ({error.strerror or error})")
        return document


def read_bytes(raw: bytes, name: str, what: str) -> Document:
    """Read the bytes of a YAML file (see `read_file`)."""
    document = Document(name, digest=hashlib.sha256(raw).hexdigest())
    if len(raw) > MAX_BYTES:
        document.mistake((), f"is over {MAX_BYTES >> 10} KiB: too long for {what}")
        return document
    try:
        document.text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        document.lines[()] = raw.count(b"\n", 0, error.start) + 1
        document.mistake((), f"is not UTF-8 (byte 0x{raw[error.start]:02x}): save it as UTF-8")
        return document
    try:
        data = _Builder(document).build()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.lines[()] = mark.line + 1 if mark else 1
        document.mistake((), f"is no YAML: {error.problem or error.context}")
    except (YAMLError, ValueError, RecursionError) as error:
        document.mistake((), f"is no YAML: {error}")
    except _Stop:
        pass
    else:
        if isinstance(data, dict):
            document.data = data
        else:
            document.mistake((), f"{'is empty' if data is None else 'is no mapping of keys'}: no {what}")
    return document


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Stop(Exception):  # noqa: N818 - what is wrong has been noted; reading on makes no sense
    pass


class _Builder:
    """Values from events. Aliases share the value they name; what they would expand to is counted."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.events: Iterator[Value] = iter(yaml.parse(document.text, Loader=yaml.CSafeLoader))
        self.anchors: dict[str, tuple[Value, int, int]] = {}
        self.count = 0

    def build(self) -> Value:
        """Return the value of the only document; None of an empty stream."""
        value: Value = None
        for event in self.events:
            if isinstance(event, NodeEvent):
                if self.count:
                    self.stop(event, (), "holds a second document after ---")
                value, _ = self.node(event, (), 1)
        return value

    def stop(self, event: Event, where: Where, reason: str) -> NoReturn:
        self.document.lines[where] = _line(event)
        self.document.mistake(where, reason)
        raise _Stop

    def node(self, event: NodeEvent, where: Where, depth: int) -> tuple[Value, int]:
        """Return the value that begins with an event, and how deep it is."""
        self.document.lines.setdefault(where, _line(event))
        before = self.count
        self.count += 1
        if isinstance(event, AliasEvent):
            value, height, size = self.anchors.get(event.anchor or "", (None, 0, 0))
            if not size:
                self.stop(event, where, f"*{event.anchor} names no anchor that stands before it")
            self.count += size
        elif isinstance(event, ScalarEvent):
            value, height = self.scalar(event, where), 1
        elif depth >= MAX_DEPTH:
            self.stop(event, where[:4], f"is nested more than {MAX_DEPTH} deep")
        elif isinstance(event, SequenceStartEvent):
            value, height = self.sequence(where, depth)
        else:
            value, height = self.mapping(where, depth)
        if depth + height > MAX_DEPTH + 1:
            self.stop(event, where[:4], f"is nested more than {MAX_DEPTH} deep")
        if self.count > MAX_NODES:
            self.stop(event, where[:4], f"is one of more than {MAX_NODES} values: too many")
        if event.anchor and not isinstance(event, AliasEvent):
            self.anchors[event.anchor] = (value, height, self.count - before)
        return value, height

    def sequence(self, where: Where, depth: int) -> tuple[list[Value], int]:
        found: list[Value] = []
        height = 0
        while not isinstance(event := next(self.events), SequenceEndEvent):
            value, below = self.node(event, (*where, len(found)), depth + 1)
            found.append(value)
            height = max(height, below)
        return found, height + 1

    def mapping(self, where: Where, depth: int) -> tuple[dict[Value, Value], int]:
        found: dict[Value, Value] = {}
        height = 0
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self.stop(event, where, "has a key that is no text")
            key = self.scalar(event, (*where, "")) if where and where[-1] in _OPTIONS else event.value
            place = (*where, key)
            if key in found:
                line = _line(event)
                self.document.mistakes[f"{self.document.name}:{line}: {spell(place)}: is a duplicate key"] = line
                self.node(next(self.events), (*place, "(again)"), depth + 1)
                continue
            self.document.lines[place] = _line(event)
            found[key], below = self.node(next(self.events), place, depth + 1)
            height = max(height, below)
        return found, height + 1

    def scalar(self, event: ScalarEvent, where: Where) -> Value:
        """Return a scalar by YAML 1.2's core schema; names stay as written."""
        text: str = event.value
        if event.tag not in {None, "!", "tag:yaml.org,2002:str"}:
            self.document.mistake(where, f"bears the tag {event.tag}: tags are not read")
        if not event.implicit[0]:
            return text
        if text in _NULL:
            return None
        if _is_name(where) or text[0] not in "+-.0123456789tTfF":
            return text
        return self.number(text, where)

    def number(self, text: str, where: Where) -> Value:
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if not _INTEGER.fullmatch(text) and not _FLOAT.fullmatch(text):
            return text
        if _INTEGER.fullmatch(text) and len(text) < 40:
            value: int | float = int(text, 10 if text[1:2] not in {"o", "x"} else 0)
        else:
            value = float(text) if _FLOAT.fullmatch(text) else math.inf
        if abs(value) > MAX_NUMBER:
            self.document.mistake(where, "is too large a number")
            return 0
        return value


def _is_name(where: Where) -> bool:
    if not _TYPED.isdisjoint(where):
        return False
    key = where[-2] if len(where) > 1 and isinstance(where[-1], int) else where[-1] if where else None
    return key in _NAMES
