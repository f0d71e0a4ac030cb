"""OCEL 2.0 logs, as JSON and as SQLite: whose lives are the cases, what becomes a row, what is refused in one line."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from checklists.errors import LogError
from sopwatch.cli import run
from storage.rows import log_rows

RULES = """
rules:
  - {id: paid, response: {after: place order, do: pay, within: 1d}}
  - {id: much, limit: {of: place order, max: 100}}
"""


def event(name: str, kind: str, time: str, *objects: str, **attributes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": kind,
        "time": f"2026-03-0{time}:00Z",
        "attributes": [{"name": key, "value": value} for key, value in attributes.items()],
        "relationships": [{"objectId": o, "qualifier": "of"} for o in objects],
    }


EVENTS = [
    event("e1", "place order", "2T08:00", "o1", "i1", amount="120", rush="true"),
    event("e2", "place order", "2T09:00", "o2", "i2", amount="50"),
    event("e3", "pay", "2T10:00", "o1", "o2"),
    event("e4", "restock", "2T11:00", "i1"),
    event("e5", "place order", "2T12:00", "o3", amount="7"),
]
TYPES = {"o1": "order", "o2": "order", "o3": "order", "i1": "item", "i2": "item"}


def ocel(events: Sequence[Any] = EVENTS, types: Mapping[str, str] = TYPES) -> dict[str, Any]:
    amount = [{"name": "amount", "type": "integer"}, {"name": "rush", "type": "boolean"}]
    return {
        "objectTypes": [{"name": name, "attributes": []} for name in sorted(set(types.values()))],
        "eventTypes": [{"name": "place order", "attributes": amount}, {"name": "pay", "attributes": []}],
        "objects": [{"id": name, "type": kind} for name, kind in types.items()],
        "events": list(events),
    }


def as_json(directory: Path, content: Any, name: str = "log.jsonocel", indent: int | None = 1) -> Path:
    path = directory / name
    data = json.dumps(content, indent=indent).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def as_sqlite(directory: Path, content: dict[str, Any], name: str = "log.sqlite") -> Path:
    """Write the tables that the standard names, with a type whose name needs quoting."""
    path = directory / name
    kinds = {"place order": 'Place"Order', "pay": "Pay", "restock": "Restock"}
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
        db.execute("CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT)")
        db.execute("CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT)")
        db.execute("CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT)")
        for kind, short in kinds.items():
            quoted = f'"event_{short}"'.replace('e"O', 'e""O')
            more = ", amount INTEGER, rush BOOLEAN" if kind == "place order" else ""
            db.execute(f"CREATE TABLE {quoted} (ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP{more})")
            db.execute("INSERT INTO event_map_type VALUES (?, ?)", (kind, short))
            for e in (e for e in content["events"] if e["type"] == kind):
                told = {a["name"]: a["value"] for a in e["attributes"]}
                cells = [e["id"], e["time"], *([told.get("amount"), told.get("rush")] if more else [])]
                db.execute(f"INSERT INTO {quoted} VALUES ({', '.join('?' * len(cells))})", cells)
        for e in content["events"]:
            db.execute("INSERT INTO event VALUES (?, ?)", (e["id"], e["type"]))
            for r in e["relationships"]:
                db.execute("INSERT INTO event_object VALUES (?, ?, ?)", (e["id"], r["objectId"], r["qualifier"]))
        db.executemany("INSERT INTO object VALUES (?, ?)", [(o["id"], o["type"]) for o in content["objects"]])
    return path


Writer = Callable[[Path, dict[str, Any]], Path]
BOTH = pytest.mark.parametrize("write", [as_json, as_sqlite])


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that checks a log by every engine and returns the code, the violations and what was said."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")

    def asked(path: Path, *options: str, rules: bool = True) -> tuple[int, list[tuple[str, str]], list[str]]:
        given = ["--rules", str(tmp_path / "rules.yaml")] if rules else []
        fixed = ["--as-of", "2026-03-09T00:00:00Z", "--format", "jsonl", "--engine", "all"]
        code = run(["check", str(path), *given, *fixed, *options])
        told = capsys.readouterr()
        found = [json.loads(line) for line in told.out.splitlines()]
        return code, [(v["case_id"], v["rule"]) for v in found], told.err.splitlines()

    return asked


def rows(path: Path, case_type: str | None = "order") -> list[Any]:
    return [row for _, row in log_rows(path, case_type)]


@BOTH
def test_an_event_is_in_the_case_of_each_object_of_the_type(tmp_path: Path, write: Writer) -> None:
    found = list(log_rows(write(tmp_path, ocel()), "order"))

    assert [n for n, _ in found] == [1, 2, 3, 4, 5, 6]
    told = [row if not isinstance(row, dict) else (row["ocel:eid"], row["ocel:oid"]) for _, row in found]
    assert told[:4] == [("e1", "o1"), ("e2", "o2"), ("e3", "o1"), ("e3", "o2")]
    assert not isinstance(told[4], tuple)
    assert found[0][1] == {
        "ocel:eid": "e1",
        "ocel:activity": "place order",
        "ocel:timestamp": "2026-03-02T08:00:00Z",
        "ocel:oid": "o1",
        "amount": 120,
        "rush": True,
    }


@BOTH
def test_every_engine_judges_the_lives_of_the_chosen_objects(tmp_path: Path, write: Writer, ask: Any) -> None:
    code, found, said = ask(write(tmp_path, ocel()), "--map", "case_id=order,value=amount")

    assert code == 1
    assert found == [("o1", "much"), ("o3", "paid")]
    assert said == [
        "1 events are of no case (no object of the cases' type): left out",
        "6 of 6 verdicts agree",
    ]


@BOTH
def test_the_only_type_of_object_needs_no_choice(tmp_path: Path, write: Writer, ask: Any) -> None:
    only = {name: kind for name, kind in TYPES.items() if kind == "order"}

    assert ask(write(tmp_path, ocel(types=only)))[1] == [("o3", "paid")]


@BOTH
def test_several_types_of_object_want_a_choice(tmp_path: Path, write: Writer, ask: Any) -> None:
    path = write(tmp_path, ocel())

    for options, reason in (
        ((), "--map case_id=TYPE, one of: item, order"),
        (("--map", "case_id=x"), "no object type"),
    ):
        code, _, said = ask(path, *options)
        assert code == 2
        assert len(said) == 1
        assert reason in said[0]


@BOTH
def test_ocel_needs_rules(tmp_path: Path, write: Writer, ask: Any) -> None:
    code, _, said = ask(write(tmp_path, ocel()), rules=False)

    assert code == 2
    assert ["needs --rules" in line for line in said] == [True]


@BOTH
def test_an_object_that_an_event_has_twice_counts_once(tmp_path: Path, write: Writer) -> None:
    twice = event("e1", "pay", "2T08:00", "o1", "o1")

    assert len(rows(write(tmp_path, ocel([twice])))) == 1


@BOTH
def test_instants_without_offset_need_their_zone(tmp_path: Path, write: Writer, ask: Any) -> None:
    path = write(tmp_path, ocel([{**EVENTS[0], "time": "2026-03-02 08:00:00"}]))

    assert "has no offset" in ask(path, "--map", "case_id=order")[2][0]
    assert ask(path, "--map", "case_id=order", "--naive", "UTC")[1] == [("o1", "paid")]


def test_an_id_that_two_events_of_a_case_have_is_refused(tmp_path: Path, ask: Any) -> None:
    code, _, said = ask(as_json(tmp_path, ocel([EVENTS[0], EVENTS[0]])), "--map", "case_id=order")

    assert code == 2
    assert "duplicate event_id 'e1' (first in line 1)" in said[0]


def test_a_type_without_a_table_is_told_of(tmp_path: Path, ask: Any) -> None:
    path = as_sqlite(tmp_path, ocel([*EVENTS, event("e6", "lost", "3T08:00", "o1")]))

    code, _, said = ask(path, "--map", "case_id=order")

    assert code == 2
    assert said == [f"{path}:7: no occurred_at"]


def test_sqlite_is_only_read(tmp_path: Path) -> None:
    path = as_sqlite(tmp_path, ocel())
    path.chmod(0o444)
    before = path.read_bytes()

    assert rows(path)

    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["log.sqlite"]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["log.json", "log.json.gz", "log.jsonocel.gz"])
def test_a_json_file_is_ocel_by_what_it_holds(tmp_path: Path, name: str, indent: int | None, ask: Any) -> None:
    path = as_json(tmp_path, ocel(), name, indent)

    for engine in ("all", "bulk"):
        assert ask(path, "--map", "case_id=order", "--engine", engine)[1] == [("o3", "paid")]


@pytest.mark.parametrize("name", ["log.json.gz", "log.jsonocel.gz"])
def test_a_spoilt_file_is_refused_in_one_line(tmp_path: Path, name: str, ask: Any) -> None:
    path = as_json(tmp_path, ocel(), name)
    whole = path.read_bytes()

    for spoilt in (whole[:40], whole[:10] + b"\xff" * 50, b"none"):
        path.write_bytes(spoilt)
        code, _, said = ask(path)
        assert code == 2
        assert len(said) == 1
        assert said[0].startswith(f"{path}: cannot be read: ")


def test_json_lines_stay_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    line = {"case_id": "1", "data": {"events": [], "objects": []}}
    path.write_text(json.dumps(line) + "\n" + json.dumps(line) + "\n")

    assert list(log_rows(path)) == [(1, line), (2, line)]


REFUSED = {
    "a list": (b"[]", "no OCEL 2.0"),
    "no objects": (b'{"events": []}', "no OCEL 2.0"),
    "OCEL 1.0": (b'{"ocel:events": {}, "ocel:objects": {}}', "no OCEL 2.0"),
    "broken": (b'{"events": [', "no JSON"),
    "too deep": (b"[" * 100_000, "no JSON"),
    "no number": (b'{"events": [NaN]}', "NaN is no JSON number"),
    "not UTF-8": (b'{"events": ["\xff"]}', "not UTF-8"),
    "no types": (b'{"events": [], "objects": []}', "one of: none"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_ocel_is_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "log.jsonocel"
    path.write_bytes(content)

    with pytest.raises(LogError) as refused:
        list(log_rows(path))

    (told,) = refused.value.mistakes
    assert str(path) in told
    assert reason in told


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"no database at all" * 100])
def test_a_file_that_is_no_such_database_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(content)

    with pytest.raises(LogError, match=r"cannot be read as OCEL 2\.0 in SQLite"):
        list(log_rows(path))
    with pytest.raises(LogError, match="no such file"):
        list(log_rows(tmp_path / "none.sqlite"))


@pytest.mark.parametrize("odd", [5, {}, {"id": "e"}, {"relationships": "o1"}, {"attributes": [1, {"name": 2}]}])
def test_an_odd_event_is_told_of_or_apart(tmp_path: Path, odd: Any) -> None:
    (row,) = rows(as_json(tmp_path, ocel([odd])))

    assert not isinstance(row, dict)
