"""Logs are refused for what the format lists, and for nothing else."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from checklists.errors import LogError
from checklists.instant import HOUR, parse_instant
from checklists.model import CaseField, Evidence, Phase, Procedure, Step
from storage.log import Log, LogForm, read_log

PROCEDURES = {
    name: Procedure(
        id=name,
        fields=(CaseField(id="start_at", type="datetime"), CaseField(id="n", type="number")),
        phases=(
            Phase(id="p", steps=(Step(id="tick"), Step(id="count", evidence=Evidence(type="number"), repeats=True))),
        ),
    )
    for name in ("meeting", "repair")
}
OWN = LogForm(PROCEDURES)


def line(event: str, minute: int = 0, **more: Any) -> dict[str, Any]:
    row = {
        "case_id": "c1",
        "procedure": "meeting",
        "event": event,
        "occurred_at": f"2026-03-02T08:{minute:02}:00+08:00",
        **more,
    }
    return {k: v for k, v in row.items() if v is not ...}


OPENED = line("opened")


def write(path: Path, *rows: Any) -> Path:
    path.write_bytes(b"".join((r if isinstance(r, bytes) else json.dumps(r).encode()) + b"\n" for r in rows))
    return path


def read(tmp_path: Path, *rows: Any, form: LogForm = OWN, skip_bad: bool = False) -> Log:
    return read_log(write(tmp_path / "log.jsonl", *rows), form, skip_bad=skip_bad)


BAD = {
    "a list": (b"[1]", "no JSON object but a list"),
    "broken JSON": (b'{"case_id": ', "no JSON object"),
    "no number": (b'{"case_id": NaN}', "NaN is no JSON number"),
    "not UTF-8": (b'{"case_id": "\xff"}', "not UTF-8"),
    "half a pair": (b'{"case_id": "\\ud800"}', "not UTF-8"),
    "too deep": (b"[" * 100_000, "no JSON object"),
    "no case": (line("tick", case_id=...), "no case_id"),
    "empty case": (line("tick", case_id=""), "no case_id"),
    "null case": (line("tick", case_id=None), "no case_id"),
    "no event": (line(""), "no event"),
    "no procedure": (line("tick", procedure=None), "no procedure"),
    "unknown procedure": (line("tick", procedure="party"), "unknown procedure 'party'"),
    "built-in procedure": (line("tick", procedure="handover"), "it is built in: add --pack"),
    "unknown step": (line("dance"), "unknown step 'dance' of meeting"),
    "no instant": (line("tick", occurred_at=...), "no occurred_at"),
    "an instant that is none": (line("tick", occurred_at="2026-02-30T00:00:00Z"), "occurred_at"),
    "a number for an instant": (line("tick", occurred_at=5), "occurred_at"),
    "a date": (line("tick", occurred_at="2026-03-02"), "occurred_at"),
    "no offset": (line("tick", occurred_at="2026-03-02T08:00:00"), "has no offset"),
    "recorded is none": (line("tick", recorded_at="soon"), "recorded_at"),
    "recorded before": (line("tick", recorded_at="2026-03-02T07:59:00+08:00"), "is before occurred_at"),
    "no measurement": (line("count"), "no finite number"),
    "a text for a number": (line("count", value="3"), "no finite number"),
    "true for a number": (line("count", value=True), "no finite number"),
    "infinite": (
        b'{"case_id":"c1","procedure":"meeting","event":"count","occurred_at":"2026-03-02T08:00:00Z","value":1e999}',
        "no finite",
    ),
    "a datetime that is none": (line("amended", data={"start_at": "noon"}), "start_at"),
    "a datetime without offset": (line("amended", data={"start_at": "2026-03-02T08:00:00"}), "start_at"),
    "a second opened": (line("opened", 1), "has a second opened"),
    "two procedures": (line("tick", procedure="repair"), "has two procedures, meeting and repair"),
    "begun earlier": (line("tick", occurred_at="2026-03-01T08:00:00+08:00"), "not begun by opened"),
    "retraction of nothing": (line("retracted", 1, data={"event_id": "x"}), "names no event of its case"),
    "retraction without data": (line("retracted", 1), "names no event of its case"),
}


@pytest.mark.parametrize(("row", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_line_refuses_the_file(tmp_path: Path, row: Any, reason: str) -> None:
    with pytest.raises(LogError) as refused:
        read(tmp_path, OPENED, row)

    (told,) = refused.value.mistakes
    assert reason in told
    assert "log.jsonl:2: " in told or "log.jsonl:1: " in told or "case 'c1'" in told


@pytest.mark.parametrize("word", ["opened", "retracted"])
def test_what_cannot_be_taken_back_is_refused(tmp_path: Path, word: str) -> None:
    named = {**OPENED, "event_id": "o"}
    first = line("retracted", 1, data={"event_id": "t"}, event_id="r")
    again = line("retracted", 2, data={"event_id": "o" if word == "opened" else "r"})

    with pytest.raises(LogError, match=f"a retraction of {word}"):
        read(tmp_path, named, line("tick", 1, event_id="t"), first, again)


def test_an_event_id_is_unique_in_the_log(tmp_path: Path) -> None:
    other = {**OPENED, "case_id": "c2", "event_id": "same"}

    with pytest.raises(LogError, match=r"log\.jsonl:2: duplicate event_id 'same'"):
        read(tmp_path, {**OPENED, "event_id": "same"}, other)


GOOD = {
    "repeated ticks": [line("tick", 1), line("tick", 1)],
    "unknown roles, actors, subjects": [line("tick", 1, role="king", actor="?", subject="moon")],
    "extra keys": [line("tick", 1, colour="red")],
    "an act": [line("_whatever", 1, data={"reason": "so"})],
    "no evidence": [line("tick", 1, value=None)],
    "odd evidence": [line("tick", 1, value={"a": [1]})],
    "null fields": [line("amended", 1, data={"start_at": None, "n": "many"})],
    "data that is none": [line("amended", 1, data=[1]), line("tick", 2, data="x")],
    "events after closing": [line("closed", 1), line("tick", 2), line("closed", 3)],
    "events after cancelling": [line("cancelled", 1), line("tick", 2)],
    "numbers as ids": [line("tick", 1, actor=5, subject=1.5)],
    "an empty line": [b"", line("tick", 1)],
    "recorded null": [line("tick", 1, recorded_at=None)],
    "nine digits": [line("tick", 1, occurred_at="2026-03-02T08:00:01.123456789+08:00")],
    "small letters": [line("tick", 1, occurred_at="2026-03-02t00:00:01z")],
    "a huge whole number": [line("tick", 1, value=10**399)],
}


@pytest.mark.parametrize("rows", GOOD.values(), ids=GOOD.keys())
def test_what_is_not_listed_is_not_refused(tmp_path: Path, rows: list[Any]) -> None:
    log = read(tmp_path, OPENED, *rows)

    assert len(log) == 1 + sum(r != b"" for r in rows)


def test_further_digits_are_cut(tmp_path: Path) -> None:
    log = read(tmp_path, line("opened", occurred_at="2026-03-02T08:00:00.1234569+08:00"))

    assert log.cases["c1"][0].occurred_at == parse_instant("2026-03-02T00:00:00.123456Z")


def test_skip_bad_uses_the_rest_and_counts(tmp_path: Path) -> None:
    other = {**OPENED, "case_id": "c2"}

    log = read(tmp_path, OPENED, b"rubbish", line("tick", 1), line("tick", case_id="c3"), other, skip_bad=True)

    assert sorted(log.cases) == ["c1", "c2"]
    assert [(m.line, len(log)) for m in log.mistakes] == [(2, 3), (4, 3)]


def test_a_case_refused_as_a_whole_is_one_mistake(tmp_path: Path) -> None:
    rows = [line("tick", n, case_id="c2") for n in range(5)]

    log = read(tmp_path, OPENED, *rows, skip_bad=True)

    assert len(log.mistakes) == 1
    assert list(log.cases) == ["c1"]


def test_ten_mistakes_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    with pytest.raises(LogError) as refused:
        read(tmp_path, OPENED, *[b"?"] * 25)

    assert len(refused.value.mistakes) == 11
    assert refused.value.mistakes[-1] == "and 15 more"


def test_a_csv_holds_json_in_value_and_data(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [{**OPENED, "data": json.dumps({"n": 1, "start_at": "2026-03-02T08:00:00Z"})}, line("count", 1, value="3.5")]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*OPENED, "value", "data"])
        writer.writeheader()
        writer.writerows(rows)

    opened, count = read_log(path, OWN).cases["c1"]

    assert opened.data == {"n": 1, "start_at": "2026-03-02T08:00:00+00:00"}
    assert count.value == 3.5
    assert opened.actor is None


def test_a_csv_with_broken_json_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text('case_id,procedure,event,occurred_at,data\nc1,meeting,opened,2026-03-02T08:00:00Z,"{""n"": "\n')

    with pytest.raises(LogError, match=r"log.csv:2: data: .* is no JSON text"):
        read_log(path, OWN)


def test_a_line_of_a_csv_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(
        b"case_id,procedure,event,occurred_at\nc1,meeting,opened,2026-03-02T08:00:00Z\n\xff,meeting,tick,x\n"
    )

    with pytest.raises(LogError, match=r"log\.csv:3: not UTF-8"):
        read_log(path, OWN)


def test_a_log_may_be_packed(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(OPENED).encode()))

    assert len(read_log(path, OWN)) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("log.txt", b"x", "the ending says what a log is"),
        ("none.jsonl", None, "cannot be read"),
        ("log.parquet", b"PAR0", "cannot be read as Parquet"),
        ("log.jsonl.gz", b"no gzip", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(LogError) as refused:
        read_log(tmp_path / name, OWN)

    assert len(refused.value.mistakes) == 1
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    folder = tmp_path / "log.jsonl"
    folder.mkdir()

    with pytest.raises(LogError, match="cannot be read"):
        read_log(folder, OWN)


FOREIGN = LogForm(None, {"case_id": "case:concept:name", "event": "Activity", "occurred_at": "at"}, frozenset({"due"}))


def foreign_csv(tmp_path: Path, due: str = "2026-03-03 08:00:00") -> Path:
    path = tmp_path / "other.csv"
    head = "case:concept:name,Activity,at,due,queue\n"
    path.write_text(f"{head}7,Begun,2026-03-02 08:00:00,{due},a\n7,Done,2026-03-02 09:00:00,{due},b\n")
    return path


def test_another_systems_log_needs_a_zone_for_instants_without_offset(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="has no offset"):
        read_log(foreign_csv(tmp_path), FOREIGN)


def test_another_systems_columns_become_fields_of_the_first_event(tmp_path: Path) -> None:
    form = LogForm(None, FOREIGN.mapping, FOREIGN.anchors, ZoneInfo("Asia/Taipei"))

    first, second = read_log(foreign_csv(tmp_path), form).cases["7"]

    assert first.data == {"due": "2026-03-03T00:00:00+00:00", "queue": "a"}
    assert second.occurred_at - first.occurred_at == HOUR
    assert "due" not in (read_log(foreign_csv(tmp_path, ""), form).cases["7"][0].data or {})


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    duckdb.execute(
        f"COPY (SELECT 7 AS c, 'a' AS e, TIMESTAMPTZ '2026-03-02 08:00:00+08' AS t, 5.5 AS amount, '5' AS text)"
        f" TO '{path}' (FORMAT parquet)"
    )

    (event,) = read_log(path, LogForm(None, {"case_id": "c", "event": "e", "occurred_at": "t"})).cases["7"]

    assert event.data == {"amount": 5.5, "text": "5"}
    assert event.occurred_at == parse_instant("2026-03-02T00:00:00Z")
