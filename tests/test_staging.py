"""What DuckDB reads of a log by itself is what storage/log.py reads; what it cannot vouch for, it leaves."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.errors import LogError
from checklists.event import Event
from storage.bulk_events import scratch
from storage.log import COLUMNS, LogForm, read_log
from storage.staging import stage
from tests.test_log import BAD, OPENED, OWN, line, write

NAMES = ("case_id", "procedure", "event", "occurred_at", "recorded_at", "actor", "role", "subject", "value", "data")
FOREIGN = LogForm(
    None,
    {"case_id": "case:id", "event": "what it's", "occurred_at": "time:stamp", "actor": "who", "value": "worth"},
    frozenset({"due"}),
    ZoneInfo("UTC"),
)
FIELDS = frozenset({"due", "kind", "n"})
Row = Mapping[str, Any]


def staged(path: Path, form: LogForm) -> list[tuple[Any, ...]] | None:
    """Return the rows of `log`, or None where the file is left to `read_log`."""
    with scratch(threads=1) as (db, folder):
        if stage(db, path, form, FIELDS if form.mapping else frozenset(), folder) is None:
            return None
        columns = ", ".join(("position", *COLUMNS))
        return db.execute(f"SELECT {columns} FROM log ORDER BY position").fetchall()


def in_order(path: Path, form: LogForm) -> list[Event]:
    """Return the events of a log in the order of its lines."""
    return sorted((e for events in read_log(path, form).cases.values() for e in events), key=lambda e: e.position)


def agree(rows: Sequence[tuple[Any, ...]], events: Sequence[Event], form: LogForm) -> None:
    assert len(rows) == len(events)
    for row, event in zip(rows, events, strict=True):
        told = dict(zip(("position", *COLUMNS), row, strict=True))
        for name in ("case_id", "event", "occurred_at", "recorded_at", "actor", "role", "subject", "event_id"):
            assert told[name] == getattr(event, name), name
        assert (None if told["value"] is None else json.loads(told["value"])) == event.value
        data = {} if told["data"] is None else json.loads(told["data"])
        if form.mapping:
            wanted = {k: v for k, v in (event.data or {}).items() if k in FIELDS}
            assert {k: v for k, v in data.items() if v is not None} == {
                k: v for k, v in wanted.items() if v is not None
            }
        else:
            assert {k: v for k, v in data.items() if k != "start_at"} == {
                k: v for k, v in (event.data or {}).items() if k != "start_at"
            }


def check(path: Path, form: LogForm) -> bool:
    """Hold what DuckDB reads against `read_log`; return whether DuckDB vouched for the file."""
    if (rows := staged(path, form)) is None:
        return False
    agree(rows, in_order(path, form), form)
    return True


# --- files -----------------------------------------------------------------------------------------------------------


def as_csv(path: Path, rows: Sequence[Row], *, json_cells: bool) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            as_json = {"value", "data"} if json_cells else set()
            cells = {k: json.dumps(v) if k in as_json else v for k, v in row.items() if v is not None}
            writer.writerow(cells)
    return path


def as_parquet(path: Path, rows: Sequence[Row], *, typed: bool) -> Path:
    """Write rows with texts for columns; `typed`: instants as instants."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    as_json = {"value", "data"} & set(names) if not typed or "case_id" in names else set()
    cells = [[json.dumps(r.get(n)) if n in as_json and r.get(n) is not None else r.get(n) for r in rows] for n in names]
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        columns = [f"unnest(${i}::VARCHAR[])" for i in range(1, len(names) + 1)]
        if typed:
            instants = {"occurred_at", "recorded_at", "time:stamp", "due"}
            columns = [
                f"unnest(${i}::VARCHAR[])::TIMESTAMPTZ" if n in instants else c
                for i, (n, c) in enumerate(zip(names, columns, strict=True), 1)
            ]
        select = ", ".join(f'{c} AS "{n}"' for c, n in zip(columns, names, strict=True))
        db.execute(f"COPY (SELECT {select}) TO '{path}' (FORMAT parquet)", cells)
    return path


# --- tests -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BAD)
def test_a_log_with_a_bad_line_is_left_to_the_reader_that_says_why(tmp_path: Path, name: str) -> None:
    row, _ = BAD[name]

    path = write(tmp_path / "log.jsonl", OPENED, row)

    assert staged(path, OWN) is None
    with pytest.raises(LogError):
        read_log(path, OWN)


GOOD: Sequence[Row] = (
    line("opened", data={"start_at": "2026-03-02T12:00:00+08:00", "n": 3, "名": "會議"}),
    line("count", 1, value=4.5, actor="a", role="r", subject="s", event_id="e1"),
    line("count", 2, value=5, recorded_at="2026-03-02T09:00:00.123456+08:00", event_id="e2"),
    line("amended", 3, data={"start_at": None, "n": None}),
    line("_waived", 4, data={"why": 'it\'s "fine", really'}),
    line("retracted", 5, data={"event_id": "e1", "reason": "slip"}),
    line("closed", 6),
)
THEIRS: Sequence[Row] = (
    {
        "case:id": "1",
        "what it's": "sent",
        "time:stamp": "2026-03-02 08:00:00",
        "who": "w",
        "worth": "3",
        "due": "2026-03-03T00:00:00Z",
        "kind": "k",
    },
    {"case:id": "1", "what it's": "amended", "time:stamp": "2026-03-02T09:00:00+08:00", "who": None, "n": "7"},
    {"case:id": "2", "what it's": "sent", "time:stamp": "2026-03-02T08:00:00.5Z", "kind": 'it\'s, "odd"\nindeed'},
)


def test_ordinary_logs_of_every_form_pass_without_python(tmp_path: Path) -> None:
    ours, theirs = list(GOOD), list(THEIRS)

    vouched = [
        check(write(tmp_path / "a.jsonl", *ours), OWN),
        check(as_csv(tmp_path / "a.csv", ours, json_cells=True), OWN),
        check(as_parquet(tmp_path / "a.parquet", ours, typed=False), OWN),
        check(as_parquet(tmp_path / "b.parquet", ours, typed=True), OWN),
        check(write(tmp_path / "b.jsonl", *theirs), FOREIGN),
        check(as_csv(tmp_path / "b.csv", theirs, json_cells=False), FOREIGN),
        check(as_parquet(tmp_path / "c.parquet", theirs, typed=True), FOREIGN),
    ]

    assert all(vouched)


def test_blank_lines_leave_the_order_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\n\n".join(json.dumps(r).encode() for r in GOOD) + b"\r\n")

    rows = staged(path, OWN)

    assert rows is not None
    assert [r[3] for r in rows] == [r["event"] for r in GOOD]


ODD: Mapping[str, Sequence[Any]] = {
    "case_id": ("c1", "c1", "c2", "", None, 5, 1.5, True, "名"),
    "procedure": ("meeting", "meeting", "repair", "party", None),
    "event": ("tick", "count", "opened", "amended", "cancelled", "closed", "retracted", "_waived", "dance", "", None),
    "occurred_at": (
        "2026-03-02T08:00:00+08:00",
        "2026-03-02t08:00:00z",
        "2026-03-02 08:00:00Z",
        "2026-03-02T08:00:00.1234567Z",
        "2026-03-02T08:00:60Z",
        "2026-03-02T24:00:00Z",
        "2026-02-30T08:00:00Z",
        "2026-03-02T08:00:00+24:00",
        "2026-03-02T08:00:00-00:30",
        "0000-01-01T00:00:00Z",
        "2026-03-02T08:00",
        "2026-03-02T08:00:00",
        5,
        None,
    ),
    "recorded_at": (None, None, None, "2026-03-02T08:00:00+08:00", "2027-01-01T00:00:00Z", "soon", ""),
    "actor": (None, "a", "", 7, False, ["x"]),
    "role": (None, "r"),
    "subject": (None, "s", "0012", 12),
    "value": (None, 1, 2.5, "3", "x", True, [1], {"a": 1}, "NaN", "", "1,]", 10**30, -0.0),
    "data": (None, {"n": 1}, {"start_at": "2026-03-02T12:00:00Z"}, {"start_at": "noon"}, {"start_at": None}, [1], "x",
             {"event_id": "e1"}, {"event_id": 1}),
    "event_id": (None, None, "", "e1", "e2", 1),
}  # fmt: skip


def rows_of(random: Random) -> Sequence[Row]:
    """Return rows of which most are plain, so that the odd ones are seen one at a time."""
    found = []
    for n in range(random.randint(1, 6)):
        row = dict(GOOD[0] if n == 0 else random.choice(GOOD))
        row["case_id"] = random.choice(("c1", "c1", "c2"))
        if random.random() < 0.4:
            name = random.choice(list(ODD))
            row[name] = random.choice(ODD[name])
        found.append({k: v for k, v in row.items() if v is not None or random.random() < 0.5})
    return found


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_whatever_is_vouched_for_is_read_alike(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random, folder = Random(seed), tmp_path_factory.mktemp("logs")
    rows = rows_of(random)

    check(write(folder / "log.jsonl", *rows), OWN)
    check(as_csv(folder / "log.csv", rows, json_cells=random.random() < 0.9), OWN)
    if all(isinstance(r.get(n), str | None) for r in rows for n in NAMES if n not in {"value", "data"}):
        check(as_parquet(folder / "log.parquet", rows, typed=False), OWN)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_another_systems_log_is_read_alike(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random, folder = Random(seed), tmp_path_factory.mktemp("logs")
    rows = []
    for _ in range(random.randint(1, 5)):
        row = dict(random.choice(THEIRS))
        if random.random() < 0.4:
            name, values = random.choice(
                (
                    ("case:id", ODD["case_id"]),
                    ("what it's", ODD["event"]),
                    ("time:stamp", ODD["occurred_at"]),
                    ("worth", ODD["value"]),
                    ("due", ODD["occurred_at"]),
                    ("kind", ODD["value"]),
                    ("who", ODD["actor"]),
                )
            )
            row[name] = random.choice(values)
        rows.append(row)

    check(write(folder / "log.jsonl", *rows), FOREIGN)
    check(as_csv(folder / "log.csv", rows, json_cells=False), FOREIGN)
