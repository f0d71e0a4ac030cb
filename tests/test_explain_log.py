"""`explain LOG`: what each kind tells of a log, how a violation is chosen, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sopwatch.cli import run

RULES = """
rules:
  - {id: response, response: {after: begun, do: done, within: 1h}}
  - {id: lead, lead: {do: [ready], before: start, by: 8h}}
  - {id: eve, lead: {do: [ready], before: start, by: day-before}}
  - {id: tea, recurrence: {do: tea, every: 15m, from: begun, until: ended}}
  - {id: daily, recurrence: {do: plan, every: day, from: begun, until: ended}}
  - {id: before, precedence: {all: [signed], before: ended}}
  - {id: well-before, precedence: {all: [signed], before: ended, by: 2h}}
  - {id: thrice, existence: {of: greeted, min: 3, until: ended, each: guests}}
  - {id: once, existence: {of: begun, max: 1}}
  - {id: seats, limit: {of: seats, min: attendees, max: 20}}
  - {id: boss, authority: {of: approved, roles: [boss, chief]}}
  - {id: eyes, authority: {of: approved, not_by: applied}}
  - {id: recorded, timeliness: {within: 15m, of: [form]}}
  - {id: never, absence: {do: oops, after: begun}}
"""


def event(word: str, time: str, **more: Any) -> dict[str, Any]:
    at = time if "T" in time else f"2026-03-02T{time}:00+08:00"
    return {"case_id": "1", "procedure": "p", "event": word, "occurred_at": at, **more}


LOG = [
    event("opened", "08:00", data={"start": "2026-03-03T14:00:00+08:00", "guests": ["A", "B"], "attendees": 10}),
    event("begun", "09:00"),
    event("done", "11:30", actor="lin"),
    event("tea", "09:15"),
    event("greeted", "09:20", subject="A"),
    event("applied", "10:00", actor="mei"),
    event("approved", "10:05", actor="mei", role="clerk"),
    event("seats", "10:10", value=8),
    event("amended", "10:15", actor="mei", data={"attendees": 12, "start": "2026-03-02T18:00:00+08:00"}),
    event("form", "11:00", recorded_at="2026-03-02T12:00:00+08:00"),
    event("begun", "11:05"),
    event("oops", "11:10"),
    event("signed", "2026-03-04T09:00:00+08:00"),
    event("ended", "2026-03-04T10:00:00+08:00"),
    event("closed", "2026-03-04T10:30:00+08:00"),
]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that explains a rule of the log and returns the lines."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(e) + "\n" for e in LOG), "utf-8")
    command = ["explain", str(tmp_path / "log.jsonl"), "--rules", str(tmp_path / "rules.yaml"), "--case", "1"]
    command += ["--tz", "Asia/Taipei", "--as-of", "2026-03-05T00:00:00+08:00", "--rule"]

    def asked(*options: str) -> tuple[int, list[str]]:
        code = run([*command, *options])
        told = capsys.readouterr()
        assert not (code == 0 and told.err)
        return code, (told.out or told.err).splitlines()

    return asked


@pytest.mark.parametrize(
    ("options", "due", "complied", "said"),
    [
        (
            ["response", "--at", "2026-03-02T10:00:00+08:00"],
            {"base": "2026-03-02T09:00:00+08:00", "span": "1h", "day": None, "due": "2026-03-02T10:00:00+08:00"},
            {"how": "do", "by": "2026-03-02T10:00:00+08:00"},
            "In time would have been Mon 2 Mar 2026 10:00 at the latest.",
        ),
        (
            ["lead"],
            {"base": "2026-03-02T18:00:00+08:00", "span": "-8h", "day": None, "due": "2026-03-02T10:00:00+08:00"},
            {"how": "do", "step": "ready", "by": "2026-03-02T10:15:00+08:00"},
            "It was asked for Mon 2 Mar 2026 10:15: done by then it would have complied.",
        ),
        (
            ["eve"],
            {
                "base": "2026-03-02T18:00:00+08:00",
                "span": None,
                "day": "2026-03-02",
                "due": "2026-03-02T00:00:00+08:00",
            },
            {"how": "do", "by": "2026-03-02T10:15:00+08:00"},
            "It was asked for Mon 2 Mar 2026 10:15: done by then it would have complied.",
        ),
        (
            ["tea"],
            {"base": "2026-03-02T09:15:00+08:00", "span": "15m", "day": None, "due": "2026-03-02T09:30:00+08:00"},
            {"how": "do", "by": "2026-03-02T09:30:00+08:00"},
            "In time would have been Mon 2 Mar 2026 09:30 at the latest.",
        ),
        (
            ["daily", "--at", "2026-03-03T00:00:00+08:00"],
            {
                "base": "2026-03-02T00:00:00+08:00",
                "span": None,
                "day": "2026-03-02",
                "due": "2026-03-03T00:00:00+08:00",
            },
            {"how": "do", "since": "2026-03-02T09:00:00+08:00", "by": "2026-03-02T23:59:59.999999+08:00"},
            "Done at any time of Mon 2 Mar 2026 it would have complied.",
        ),
        (
            ["well-before"],
            {"base": "2026-03-04T10:00:00+08:00", "span": "-2h", "day": None, "due": "2026-03-04T08:00:00+08:00"},
            {"how": "do", "by": "2026-03-04T08:00:00+08:00"},
            "“ended” was recorded Wed 4 Mar 2026 10:00; “signed” was done Wed 4 Mar 2026 09:00: 1 h too late.",
        ),
        (
            ["thrice", "--subject", "A"],
            None,
            {"how": "do", "count": 2, "subject": "A", "by": "2026-03-04T10:00:00+08:00"},
            "2 more by Wed 4 Mar 2026 10:00 would have complied.",
        ),
        (["once"], None, {"how": "leave_out"}, "1 fewer would have complied."),
        (["seats"], None, {"how": "measure", "low": 10, "high": 20, "nearest": 10}, "10 would have complied."),
        (
            ["boss"],
            None,
            {"how": "by_another", "roles": ["boss", "chief"], "not_by": None, "other": None},
            "Done as boss or chief it would have complied.",
        ),
        (
            ["eyes"],
            None,
            {"how": "by_another", "roles": None, "not_by": "applied"},
            "Done by somebody who does not do “applied” it would have complied.",
        ),
        (
            ["recorded"],
            {"base": "2026-03-02T11:00:00+08:00", "span": "15m", "day": None, "due": "2026-03-02T11:15:00+08:00"},
            {"how": "record", "by": "2026-03-02T11:15:00+08:00"},
            "Within 15 min, so by Mon 2 Mar 2026 11:15, would have been in time.",
        ),
        (["never"], None, {"how": "leave_out"}, "Not done, it would have complied."),
    ],
)
def test_each_kind_tells_its_arithmetic_and_what_would_have_complied(
    ask: Any, options: list[str], due: dict[str, Any] | None, complied: dict[str, Any], said: str
) -> None:
    code, (line,) = ask(*options, "--format", "json")

    told = json.loads(line)
    assert code == 0
    assert told["due"] == due
    assert {key: told["would_have_complied"][key] for key in complied} == complied
    assert said in told["sentences"]


def test_a_changed_field_is_told_with_whose_change_it_was(ask: Any) -> None:
    _, (line,) = ask("lead", "--format", "json")

    (history,) = json.loads(line)["fields"]
    assert history["judged_by"] == "2026-03-02T10:00:00+00:00"
    assert "start: Mon 2 Mar 2026 18:00 from Mon 2 Mar 2026 10:15, by mei." in json.loads(line)["sentences"]
    assert [(v["since"], v["by"]["event"], v["by"]["actor"]) for v in history["versions"]] == [
        ("2026-03-02T08:00:00+08:00", "opened", None),
        ("2026-03-02T10:15:00+08:00", "amended", "mei"),
    ]


def test_the_bounds_of_a_measurement_are_those_then_in_force(ask: Any) -> None:
    _, (line,) = ask("seats", "--format", "json")

    assert json.loads(line)["fields"][0]["judged_by"] == 10
    assert "At least 10 is needed." in json.loads(line)["sentences"]


def test_text_has_the_rule_why_and_what_was_done(ask: Any) -> None:
    code, lines = ask("response", "--at", "2026-03-02T10:00:00+08:00")

    assert code == 0
    assert lines[1] == "response · 1"
    assert "- Done Mon 2 Mar 2026 11:30: 1 h 30 min late." in lines
    assert "2026-03-02T11:30:00+08:00  done  (lin)" in lines
    assert "2026-03-02T09:00:00+08:00  begun  (nobody named)" in lines
    assert lines[-1] == "Times are those of Asia/Taipei."


def test_it_speaks_three_languages(ask: Any) -> None:
    assert "- 不做此項便合規。" in ask("never", "--lang", "zh-Hant")[1]
    assert "- 不做此项便合规。" in ask("never", "--lang", "zh-Hans")[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["daily"], "has 2 violations: name one of --at 2026-03-03T00:00:00+08:00; --at"),
        (["thrice"], "--at 2026-03-04T10:00:00+08:00 --subject A; --at 2026-03-04T10:00:00+08:00 --subject B"),
        (["thrice", "--subject", "C"], "has no such violation"),
        (["before"], "is not violated as of 2026-03-05"),
        (["sets"], "did you mean seats?"),
        (["seats", "--case", "2"], "there is no '2' here"),
        (["seats", "--as-of", "2026-01-01T00:00:00Z"], "has not begun"),
        (["seats", "--lang", "fr"], "not one of en, zh-Hant, zh-Hans"),
        (["seats", "--format", "xml"], "not one of text, json"),
        (["seats", "--at", "noon"], "no RFC 3339 instant"),
        (["seats", "--data", "var"], "is for a log"),
    ],
)
def test_what_cannot_be_explained_is_one_line(ask: Any, options: list[str], words: str) -> None:
    code, lines = ask(*options)

    assert (code, len(lines)) == (2, 1)
    assert words in lines[0]


def test_a_log_needs_a_rule_and_a_case(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["explain", "log.jsonl"]) == 2
    assert "--rule and --case" in capsys.readouterr().err
    assert run(["explain", "0" * 32, "--data", str(tmp_path)]) == 2
    assert "no record" in capsys.readouterr().err
