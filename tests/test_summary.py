"""`check --summary`: the figures of each rule as a table or as lines of JSON, with the exit codes of check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sopwatch.cli import run

KEYS = ["rule", "arose", "met", "pending", "violated", "open", "remedied", "lapsed", "short_notice", "waived", "cases",
        "vacuous", "rate"]  # fmt: skip
RULES = """
rules:
  - id: z.done-in-an-hour
    response: {after: begun, do: done, within: 1h}
  - id: a.never
    when: {kind: special}
    absence: {do: oops, after: begun}
"""


def event(case: str, word: str, minute: int, **more: Any) -> dict[str, Any]:
    at = f"2026-03-02T{8 + minute // 60:02}:{minute % 60:02}:00+00:00"
    return {"case_id": case, "procedure": "p", "event": word, "occurred_at": at, **more}


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


@pytest.fixture
def foreign(tmp_path: Path) -> list[str]:
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    log = write(
        tmp_path / "log.jsonl",
        [
            event("1", "begun", 0, kind="special"),
            event("1", "done", 30),
            event("2", "begun", 0),
            event("2", "done", 90),
            event("2", "oops", 91),
            event("3", "begun", 0),
            event("4", "other", 0),
        ],
    )
    mapping = "case_id=case_id,event=event,occurred_at=occurred_at"
    return ["check", log, "--rules", str(tmp_path / "rules.yaml"), "--map", mapping, "--summary"]


def test_lines_of_json_have_a_rule_each(foreign: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run([*foreign, "--as-of", "2026-03-03T00:00:00Z", "--format", "jsonl"])

    never, done = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 1
    assert list(never) == list(done) == KEYS
    assert list(never.values()) == ["a.never", 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 3, 1.0]
    assert list(done.values()) == ["z.done-in-an-hour", 3, 1, 0, 2, 1, 1, 0, 0, 0, 3, 1, 1 / 3]


def test_a_table_shows_the_rate_in_percent(foreign: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run([*foreign, "--as-of", "2026-03-03T00:00:00Z"])

    told = capsys.readouterr()
    head, never, done = [line.split() for line in told.out.splitlines()]
    assert code == 1
    assert " ".join(head) == " ".join(KEYS).replace("_", " ")
    assert never[-2:] == ["100.0", "%"]
    assert done[-2:] == ["33.3", "%"]
    assert "2 violations in 4 cases, 7 events" in told.err


def test_without_violations_it_ends_with_nought(foreign: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code = run([*foreign, "--as-of", "2026-03-02T08:59:00Z", "--format", "jsonl"])

    done = json.loads(capsys.readouterr().out.splitlines()[1])
    assert code == 0
    assert (done["met"], done["pending"], done["violated"], done["rate"]) == (1, 2, 0, 1.0)


def test_an_own_log_has_the_rules_of_its_procedures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [event("R-1", "opened", 0, data={"urgency": "normal"}), event("R-2", "opened", 5)]
    log = write(tmp_path / "log.jsonl", [{**row, "procedure": "repair"} for row in rows])

    code = run(["check", log, "--summary", "--format", "jsonl", "--engine", "all", "--as-of", "2026-04-01T00:00:00Z"])

    told = capsys.readouterr()
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert code == 1
    assert {row["rule"].partition(".")[0] for row in rows} == {"repair"}
    assert [row["rule"] for row in rows] == sorted(row["rule"] for row in rows)
    assert all(row["cases"] + row["vacuous"] == 2 for row in rows)
    assert any(row["open"] for row in rows)
    assert "verdicts agree" in told.err


def test_a_case_that_has_not_begun_is_no_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write(tmp_path / "log.jsonl", [event("R-1", "opened", 0) | {"procedure": "repair"}])

    assert run(["check", log, "--summary", "--format", "jsonl", "--as-of", "2026-01-01T00:00:00Z"]) == 0
    assert capsys.readouterr().out == ""
