"""What the commands say of rubbish: one line that names what, where and why, and exit code 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sopwatch.cli import run
from storage.database import DATABASE
from storage.duck import DuckStore

MARCH = ["--from", "2026-03-01", "--to", "2026-04-01"]
OPENED = (
    '{"case_id":"R-1","procedure":"repair","event":"opened","occurred_at":"2026-03-02T08:00:00Z",'
    '"data":{"urgency":"emergency"}}\n'
)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that cannot be done; return its one line."""
    code = run([str(argument) for argument in arguments])

    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert (code, captured.out) == (2, "")
    return line


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text(OPENED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a record whose database is rubbish."""
    data = tmp_path_factory.mktemp("damaged")
    DuckStore(data).close()
    (data / DATABASE).write_bytes(b"rubbish" * 1000)
    return data


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", *MARCH, "--out", "march.html"],
        ["form", "R-1", "repair_form"],
        ["shift-list"],
        ["explain", "some-violation"],
        ["what-if", "--set", "repair.emergency-24h.response.within=12h"],
        ["users", "list"],
    ],
)
def test_a_damaged_record_is_not_taken_for_an_empty_one(
    damaged: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)

    line = told(capsys, *arguments, "--data", damaged)

    assert line.startswith(f"sopwatch: {damaged}: the record does not hold: the database cannot be opened")
    assert list(tmp_path.iterdir()) == [], "nothing was written"


@pytest.mark.parametrize(
    ("instant", "why"),
    [
        ("2026-02-30T00:00:00Z", "'2026-02-30T00:00:00Z' is no instant: day is out of range for month"),
        ("9999-12-31T23:59:59-12:00", "is in no year from 1 to 9999"),
        ("yesterday", "is no RFC 3339 instant"),
    ],
)
def test_an_instant_that_is_none_is_told_as_it_was_written(
    log: Path, instant: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = told(capsys, "check", log, "--as-of", instant)

    assert why in line
    assert line.endswith("(see: sopwatch check --help)")


def test_a_judgement_at_the_end_of_the_calendar_is_refused(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = told(capsys, "check", log, "--as-of", "9999-12-31T23:59:59Z", "--tz", "Asia/Taipei")

    assert "no year from 1 to 9999" in line


def test_a_bound_may_leave_out_its_seconds_as_the_refusal_says(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried = ["what-if", str(log), "--set", "repair.emergency-24h.response.within=12h"]

    assert "(2026-03-01T08:00+08:00)" in told(capsys, *tried, "--from", "soon")
    assert run([*tried, "--from", "2026-03-01T08:00+08:00"]) == 0


def test_a_file_in_place_of_a_record_is_said_to_be_one(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "it is a file, and a record is a directory" in told(
        capsys, "users", "token", "x", "--role", "reader", "--data", log
    )


def test_a_command_without_its_second_word_says_where_help_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "users") == "sopwatch: Missing command. (see: sopwatch users --help)"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_behind_the_output_is_one_line(log: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sopwatch", "check", str(log), "--format", "jsonl"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=os.environ | {"LC_ALL": "C"},
        )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr.splitlines() == ["sopwatch: what it prints: cannot be read or written: No space left on device"]
