"""The rows of an XES log (IEEE 1849): each event's attributes by their keys, its trace's as `case:KEY`.

Read as a stream, a trace at a time. A document type declaration is refused before anything in it is read, so that no
entity is ever declared, let alone expanded or fetched.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from checklists.errors import LogError
from storage.typed import typed

STANDARD: Mapping[str, str] = {
    "case_id": "case:concept:name",
    "event": "concept:name",
    "occurred_at": "time:timestamp",
    "actor": "org:resource",
    "role": "org:role",
}
TRACE = "case:"
_CHUNK = 1 << 16
_DEEPEST = 100
_ATTRIBUTES = {"string", "date", "id", "int", "float", "boolean", "list", "container"}
_Attributes = dict[str, Any]


def xes_rows(path: Path) -> Iterator[_Attributes]:
    """Yield a row for each event, in the file's order. Raises LogError where it is no XES."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        yield from _Reader(path).rows(file)


class _Refused(Exception):  # noqa: N818 - caught here
    """Why the document is refused where the parser stands."""


class _Node:
    """An element that is open: its name, its key, and the attributes found in it so far."""

    __slots__ = ("children", "key", "name", "text")

    def __init__(self, name: str, key: str | None, text: str | None) -> None:
        self.name, self.key, self.text = name, key, text
        self.children: list[tuple[str, Any]] = []


class _Reader:
    """What the parser tells, made into rows; they wait in `ready` until the chunk has been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ready: list[_Attributes] = []
        self.defaults: Mapping[str, _Attributes] = {"event": {}, "trace": {}}
        self.open: list[_Node] = []
        self.events: list[_Attributes] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    def rows(self, file: BinaryIO | gzip.GzipFile) -> Iterator[_Attributes]:
        """Yield the rows, chunk by chunk."""
        last = False
        while not last:
            chunk = file.read(_CHUNK)
            last = not chunk
            try:
                self.parser.Parse(chunk, last)
            except expat.ExpatError as error:
                reason = expat.ErrorString(error.code)
                raise LogError([f"{self.path}:{error.lineno}: no XML: {reason}"]) from error
            except (LookupError, ValueError) as error:
                raise LogError([f"{self.path}:1: no XML that can be read: {error}"]) from error
            except _Refused as refused:
                raise LogError([f"{self.path}:{self.parser.CurrentLineNumber}: {refused}"]) from refused
            yield from self.ready
            self.ready.clear()

    def doctype(self, *_: object) -> None:
        msg = "a document type (<!DOCTYPE, entities) is not read: remove it, XES has none"
        raise _Refused(msg)

    def start(self, tag: str, found: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if not self.open and name != "log":
            msg = f"no XES: it begins with <{tag}>, not with <log>"
            raise _Refused(msg)
        if len(self.open) > _DEEPEST:
            msg = "nested too deeply"
            raise _Refused(msg)
        self.open.append(_Node(name, found.get("key") or found.get("scope"), found.get("value")))

    def end(self, _: str) -> None:
        node = self.open.pop()
        parent = self.open[-1] if self.open else None
        match node.name:
            case "global":
                self.defaults = {**self.defaults, node.key or "event": _no_claims(node)}
            case "event":
                self.events.append({**self.defaults["event"], **dict(node.children)})
                if parent and parent.name != "trace":
                    self.flush({})
            case "trace":
                self.flush({**self.defaults["trace"], **dict(node.children)})
            case "values" if parent:
                parent.children += node.children
            case name if parent and name in _ATTRIBUTES and parent.name != "log" and node.key is not None:
                if (value := _value(node)) is not None:
                    parent.children.append((node.key, value))

    def flush(self, trace: _Attributes) -> None:
        """Let a trace's events go, its attributes (which may stand behind them) with each."""
        told = {TRACE + key: value for key, value in trace.items()}
        self.ready += ({**told, **event} for event in self.events)
        self.events = []


def _no_claims(node: _Node) -> _Attributes:
    """Return a scope's defaults, without those that would say who did what when, which nobody recorded."""
    return {key: value for key, value in node.children if key not in STANDARD.values()}


def _value(node: _Node) -> Any:
    """Return an attribute's value; a number that is none stays the text it is. None: not set."""
    text = node.text
    match node.name:
        case "list":
            return [value for _, value in node.children]
        case "container":
            return dict(node.children)
        case kind if text is not None:
            return typed(kind, text)
        case _:
            return None
