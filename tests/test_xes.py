"""XES logs: what of them becomes a row, how they map by themselves, and what is refused in one line."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from checklists.errors import LogError
from sopwatch.cli import run
from storage.rows import log_rows

EVENT = '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="{}"/>{}</event>'
RULES = """
rules:
  - {id: quick, response: {after: ask, do: answer, within: 1h}, when: {"case:class": urgent}}
  - {id: eyes, authority: {of: answer, not_by: ask}}
"""


def event(word: str, time: str = "08:00", more: str = "") -> str:
    return EVENT.format(word, f"2026-03-02T{time}:00+08:00", more)


def trace(name: str, *inside: str) -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{"".join(inside)}</trace>'


def text(key: str, value: str) -> str:
    return f'<string key="{key}" value="{value}"/>'


def write(tmp_path: Path, *inside: str, name: str = "log.xes", around: str = "<log>{}</log>") -> Path:
    path = tmp_path / name
    content = ('<?xml version="1.0" encoding="UTF-8"?>\n' + around.format("\n".join(inside))).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def rows(path: Path) -> list[Any]:
    return [row for _, row in log_rows(path)]


def refusal(path: Path) -> str:
    with pytest.raises(LogError) as refused:
        list(log_rows(path))
    (line,) = refused.value.mistakes
    return line


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "LOG.XES"])
def test_an_event_has_its_attributes_and_those_of_its_trace(tmp_path: Path, name: str) -> None:
    path = write(
        tmp_path, trace("c1", text("class", "urgent"), event("ask", more=text("org:resource", "mei"))), name=name
    )

    assert list(log_rows(path)) == [
        (
            1,
            {
                "case:concept:name": "c1",
                "case:class": "urgent",
                "concept:name": "ask",
                "time:timestamp": "2026-03-02T08:00:00+08:00",
                "org:resource": "mei",
            },
        )
    ]


ATTRIBUTES = {
    '<int key="k" value="3"/>': 3,
    '<int key="k" value="+3"/>': 3,
    '<int key="k" value="many"/>': "many",
    '<int key="k" value=""/>': ...,
    '<float key="k" value="1.5E1"/>': 15.0,
    '<float key="k" value="NaN"/>': "NaN",
    '<float key="k" value="INF"/>': "INF",
    '<boolean key="k" value="true"/>': True,
    '<boolean key="k" value="0"/>': False,
    '<boolean key="k" value="maybe"/>': "maybe",
    '<id key="k" value="f81d"/>': "f81d",
    '<string key="k" value=""/>': "",
    '<string key="k"/>': ...,
    '<string value="no key"/>': ...,
    '<colour key="k" value="red"/>': ...,
    '<string key="k" value="outer"><int key="k" value="1"/></string>': "outer",
    '<list key="k"><values><int key="a" value="1"/><string key="b" value="x"/></values></list>': [1, "x"],
    '<container key="k"><int key="a" value="1"/><list key="b"><values/></list></container>': {"a": 1, "b": []},
    '<string key="k" value="&lt;&#20108;&gt;"/>': "<二>",
}


@pytest.mark.parametrize(("written", "value"), ATTRIBUTES.items())
def test_attributes_keep_their_type(tmp_path: Path, written: str, value: object) -> None:
    (row,) = rows(write(tmp_path, trace("c1", event("ask", more=written))))

    assert row.get("k", ...) == value
    assert type(row.get("k", ...)) is type(value)


def test_a_namespace_makes_no_difference(tmp_path: Path) -> None:
    inside = trace("c1", event("ask"))
    prefixed = inside.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    plain = rows(write(tmp_path, inside))

    assert rows(write(tmp_path, inside, around='<log xmlns="http://www.xes-standard.org/">{}</log>')) == plain
    assert rows(write(tmp_path, prefixed, around='<x:log xmlns:x="http://www.xes-standard.org/">{}</x:log>')) == plain


def test_defaults_fill_what_is_missing_but_never_who_did_what_when(tmp_path: Path) -> None:
    said = text("concept:name", "DEFAULT") + text("org:resource", "DEFAULT") + text("colour", "red")
    stamp = '<date key="time:timestamp" value="1970-01-01T00:00:00Z"/>'
    path = write(
        tmp_path,
        f'<global scope="trace">{text("concept:name", "DEFAULT")}{text("class", "usual")}</global>',
        f'<global scope="event">{said}{stamp}</global>',
        f"<trace>{text('class', 'urgent')}<event>{text('colour', 'blue')}</event></trace><trace><event/></trace>",
    )

    assert rows(path) == [{"case:class": "urgent", "colour": "blue"}, {"case:class": "usual", "colour": "red"}]


def test_what_is_about_the_log_is_in_no_row(tmp_path: Path) -> None:
    about = '<extension name="Concept" prefix="concept" uri="x"/><classifier name="a" keys="b"/>' + text("by", "us")

    (row,) = rows(write(tmp_path, about, trace("c1", event("ask"))))

    assert set(row) == {"case:concept:name", "concept:name", "time:timestamp"}


def test_attributes_of_a_trace_may_stand_behind_its_events(tmp_path: Path) -> None:
    (row,) = rows(write(tmp_path, f"<trace>{event('ask')}{text('concept:name', 'c1')}</trace>"))

    assert row["case:concept:name"] == "c1"


LAUGHS = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>\n<log>{}</log>'
HOSTILE = {
    "billion laughs": (LAUGHS, "&c;", "document type"),
    "external entity": (
        '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]><log>{}</log>',
        "&a;",
        "document type",
    ),
    "external DTD": ('<!DOCTYPE log SYSTEM "http://127.0.0.1:9/x.dtd"><log>{}</log>', "", "document type"),
    "an entity that is none": ("<log>{}</log>", "&a;", "log.xes:2: no XML: undefined entity"),
    "cut off": ("<log>{}", "<trace>\n<event>", "log.xes:3: no XML"),
    "crossed": ("<log>{}</log>", "<trace>\n</event>", "log.xes:3: no XML: mismatched tag"),
    "something else": ("<html>{}</html>", "", "log.xes:2: no XES: it begins with <html>"),
    "too deep": ("<log>{}</log>", '<list key="a">' * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize(("around", "inside", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_plain_xes_is_refused_in_one_line(tmp_path: Path, around: str, inside: str, reason: str) -> None:
    assert reason in refusal(write(tmp_path, inside, around=around))


@pytest.mark.parametrize("encoding", ["UTF-7", "klingon", "big5"])
def test_an_encoding_that_cannot_be_read_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log.xes"
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?>\n<log/>')

    assert f"{path}:1: no XML" in refusal(path)


def test_a_file_that_is_none_cut_off_or_spoilt_is_refused(tmp_path: Path) -> None:
    whole = write(tmp_path, *(trace(f"c{n}", event("ask")) for n in range(2_000)), name="a.xes.gz").read_bytes()
    cut, spoilt = tmp_path / "cut.xes.gz", tmp_path / "spoilt.xes.gz"
    cut.write_bytes(whole[:-200])
    spoilt.write_bytes(whole[:10] + b"\xff" * 100)

    for path in (cut, spoilt, tmp_path / "none.xes"):
        assert f"{path}: cannot be read: " in refusal(path)


def test_a_long_log_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.xes"
    with path.open("w") as file:
        file.write("<log>")
        for n in range(20_000):
            file.write(trace(f"c{n}", event("ask", more=text("note", "x" * 500))))
        file.write("</log>")
    size = path.stat().st_size

    tracemalloc.start()
    count = sum(1 for _ in log_rows(path))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 20_000
    assert size > 10_000_000
    assert most < size / 8


# --- check -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that checks a log and returns the code, the violations and what was said."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")

    def asked(path: Path, *options: str, rules: bool = True) -> tuple[int, list[dict[str, Any]], str]:
        given = ["--rules", str(tmp_path / "rules.yaml")] if rules else []
        fixed = ["--as-of", "2026-03-09T00:00:00Z", "--format", "jsonl"]
        code = run(["check", str(path), *given, *fixed, *options])
        told = capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return asked


def two_cases(tmp_path: Path) -> Path:
    by = text("org:resource", "mei") + text("my actor", "a:b")
    return write(
        tmp_path,
        trace("c1", text("class", "urgent"), event("ask", "08:00", by), event("answer", "10:00", by)),
        trace("c2", event("ask", "08:00", by), event("answer", "10:00", text("org:resource", "lin"))),
    )


def test_check_maps_by_the_standards_keys(tmp_path: Path, ask: Any) -> None:
    code, found, said = ask(two_cases(tmp_path), "--engine", "all")

    assert code == 1
    assert [(v["case_id"], v["rule"]) for v in found] == [("c1", "quick"), ("c1", "eyes")]
    assert said == "4 of 4 verdicts agree\n"


def test_map_overrides_and_adds(tmp_path: Path, ask: Any) -> None:
    _, found, _ = ask(two_cases(tmp_path), "--map", "case_id=my actor,actor=concept:name", "--skip-bad")

    assert {v["case_id"] for v in found} <= {"a:b"}
    assert "eyes" not in {v["rule"] for v in found}


def test_an_event_of_no_named_trace_is_refused_by_its_number(tmp_path: Path, ask: Any) -> None:
    path = write(tmp_path, trace("c1", event("ask")), f"<trace>{event('ask')}</trace>", event("ask"))

    code, found, said = ask(path)

    assert (code, found) == (2, [])
    assert said.splitlines() == [f"{path}:2: no case_id", f"{path}:3: no case_id"]


def test_an_instant_without_offset_needs_its_zone(tmp_path: Path, ask: Any) -> None:
    path = write(tmp_path, trace("c1", event("ask").replace("+08:00", "")))

    assert "has no offset" in ask(path)[2]
    assert ask(path, "--naive", "Asia/Taipei")[0] == 0


def test_xes_needs_rules(tmp_path: Path, ask: Any) -> None:
    code, _, said = ask(two_cases(tmp_path), rules=False)

    assert code == 2
    assert "needs --rules" in said
    assert said.count("\n") == 1
