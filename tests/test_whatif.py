"""What if: changes and their refusals, flips on hand-made cases, equality with the reference on random logs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from checklists.case import fold
from checklists.event import Event
from checklists.instant import HOUR, Instant, format_instant, parse_instant
from rules.judge import judge
from rules.kinds import Catalogue, Lead
from rules.pack import load_pack
from rules.tryable import tryable
from rules.violation import Violation
from rules.whatif import Book, SettingError, Tried, apart, apply, both
from sopwatch.check import Question
from sopwatch.cli import run
from sopwatch.whatif import Wish, what_if_log
from storage.bulk_events import judge_cases
from storage.log import LogForm, read_log
from tests.serving import REPAIR
from tests.strategies import situation
from tests.test_bulk import drawn, without_cause

EIGHT = "meeting.important-8h"
UTC = ZoneInfo("UTC")


@pytest.fixture(scope="module")
def books() -> dict[str | None, Book]:
    pack = load_pack()
    return {name: Book(*pack.newest(name)) for name in pack.procedures}


# --- the change ------------------------------------------------------------------------------------------------------


def test_a_change_of_a_parameter_changes_that_rule_alone(books: dict[str | None, Book]) -> None:
    found = apply(books, [f"{EIGHT}.lead.by=12h"])

    assert list(found) == ["meeting"]
    (before,), (after,) = found["meeting"].before.rules, found["meeting"].after.rules
    assert isinstance(before.kind, Lead)
    assert isinstance(after.kind, Lead)
    assert (before.kind.by, after.kind.by) == (8 * HOUR, 12 * HOUR)
    assert after == before.model_copy(update={"kind": before.kind.model_copy(update={"by": 12 * HOUR})})


def test_several_changes_of_a_rule_count_together(books: dict[str | None, Book]) -> None:
    found = apply(books, [f"{EIGHT}.lead.by=day-before", f"{EIGHT}.when.importance=[important, normal]"])

    (after,) = found["meeting"].after.rules
    assert isinstance(after.kind, Lead)
    assert after.kind.by == "day-before"
    assert after.when == {"importance": ("important", "normal")}


def test_null_takes_a_condition_out(books: dict[str | None, Book]) -> None:
    (after,) = apply(books, [f"{EIGHT}.when.importance=null"])["meeting"].after.rules

    assert after.when == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("meeting.importnt-8h.lead.by=12h", "names no rule; nearest: meeting.important-8h, "),
        ("x", "names no rule; nearest: "),
        (f"{EIGHT}.lead.bye=12h", "'bye' is no parameter of lead; valid: do, before, by"),
        (f"{EIGHT}.response.within=1h", "'response' is no part of this rule; valid: meeting.important-8h.lead.do, "),
        (f"{EIGHT}.lead.by=12x", "lead.by: '12x' is no duration"),
        (f"{EIGHT}.lead.by=null", "lead.by: is missing"),
        (f"{EIGHT}.lead.by=", "the value is to be on one line"),
        (f"{EIGHT}.lead.by", "write meeting.important-8h.KIND.PARAMETER=VALUE"),
        (f"{EIGHT}.lead.do=[prepard]", "unknown step 'prepard' (nearest: prepared); valid: needs_confirmed, "),
        (f"{EIGHT}.lead.by=[a", "is no YAML"),
        (f"{EIGHT}.when.importance=[vital]", "unknown option 'vital' (nearest: important); valid: important, normal"),
        (f"{EIGHT}.when.wight=1", "unknown field 'wight'"),
    ],
)
def test_a_wrong_change_is_refused_in_one_line_with_what_is_valid(
    books: dict[str | None, Book], text: str, said: str
) -> None:
    with pytest.raises(SettingError) as refused:
        apply(books, [text])

    assert said in str(refused.value)
    assert str(refused.value).startswith(f"--set {text}: ")
    assert "\n" not in str(refused.value)


def test_every_figure_that_may_be_tried_is_one_that_the_rule_has(books: dict[str | None, Book]) -> None:
    several = 0
    for name, book in books.items():
        assert book.procedure is not None
        for rule in book.catalogue.rules:
            for figure in tryable(rule, book.procedure):
                tried = apply({name: book}, [figure.setting(figure.value)])[name]
                assert tried.after == tried.before
                several += 1
    assert several > 100


# --- random logs -----------------------------------------------------------------------------------------------------


def expected(catalogue: Catalogue, events: Sequence[Event], zone: ZoneInfo, now: Instant) -> Counter[Violation]:
    case = fold(events, now)
    return without_cause(judge(catalogue, case, zone) if case else [])


def test_both_verdicts_are_those_of_the_reference_on_random_logs() -> None:
    random = Random(11)
    found = 0
    for _ in range(3):
        several = drawn(random, opened_first=True)
        zone, now = several[0].zone, several[0].stops[-1]
        cases = {one.events[0].case_id: one.events for one in several}
        tried = {}
        for one in several:  # the rules of another random catalogue stand for the changed ones
            other = situation(random).catalogue
            tried[one.events[0].case_id] = Tried(None, one.catalogue, other)

        old, new = apart(judge_cases(cases.values(), lambda e: both(tried[e[0].case_id]), now, zone))  # noqa: B023

        for case_id, events in cases.items():
            for violations_, catalogue in ((old, tried[case_id].before), (new, tried[case_id].after)):
                mine = without_cause([v for v in violations_ if v.case_id == case_id])
                assert mine == expected(catalogue, events, zone, now)
                found += mine.total()
    assert found > 100


# --- a log -----------------------------------------------------------------------------------------------------------

RULES = """
rules:
  - {id: quick, department: hall, response: {after: begun, do: done, within: 1h}}
  - {id: quick.er, response: {after: begun, do: done, within: 10m}}
"""


def rows() -> Iterator[dict[str, Any]]:
    for case, day, minutes in (("1", "02-28", 30), ("2", "02-28", 90), ("3", "03-01", 150), ("4", "03-01", None)):
        at = f"2026-{day}T20:00:00+00:00"
        yield {"case_id": case, "event": "begun", "occurred_at": at}
        if minutes:
            done = f"2026-{day}T{20 + minutes // 60}:{minutes % 60:02}:00+00:00"
            yield {"case_id": case, "event": "done", "occurred_at": done}


@pytest.fixture(params=["jsonl", "csv"])
def asked(tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that asks what if of the log and returns the exit code and what was printed."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    log = tmp_path / f"log.{request.param}"
    if request.param == "csv":
        lines = ["case_id,event,occurred_at", *(",".join(row.values()) for row in rows())]
    else:
        lines = [json.dumps(row) for row in rows()]
    log.write_text("\n".join(lines) + "\n", "utf-8")
    command = ["what-if", str(log), "--rules", str(tmp_path / "rules.yaml"), "--as-of", "2026-03-05T00:00:00Z"]
    command += ["--map", "case_id=case_id,event=event,occurred_at=occurred_at"]

    def ask(*options: str) -> tuple[int, str]:
        code = run([*command, *options])
        told = capsys.readouterr()
        return code, told.out if code == 0 else told.err

    return ask


def lines(printed: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for line in printed.splitlines():
        row = json.loads(line)
        found.setdefault(row.pop("line"), []).append(row)
    return found


def test_counts_before_and_after_and_the_case_that_flips(asked: Any) -> None:
    code, printed = asked("--set", "quick.response.within=2h", "--format", "jsonl", "--tz", "Asia/Taipei")

    told = lines(printed)
    assert code == 0
    assert told["total"][0]["before"] == 3
    assert told["rule"] == [{"rule": "quick", "before": 3, "after": 2}]
    assert told["department"] == [{"department": "hall", "before": 3, "after": 2}]
    assert told["month"] == [{"month": "2026-03", "before": 3, "after": 2}]  # 21:00 in London is March in Taipei
    (flip,) = told["flip"]
    assert (flip["case_id"], flip["rule"]) == ("2", "quick")
    assert (flip["before"]["verdict"], flip["after"]["verdict"]) == ("violated", "not violated")
    assert flip["after"]["violations"] == []
    (broken,) = flip["before"]["violations"]
    assert broken["flips"]
    assert broken["due_at"] == "2026-02-28T21:00:00+00:00"
    assert any("30 min late" in sentence for sentence in broken["sentences"])


def test_an_id_that_begins_like_another_is_told_apart(asked: Any) -> None:
    _, printed = asked("--set", "quick.er.response.within=40m", "--format", "jsonl")

    told = lines(printed)
    assert told["rule"] == [{"rule": "quick.er", "before": 4, "after": 3}]
    assert [flip["case_id"] for flip in told["flip"]] == ["1"]


def test_a_period_takes_in_its_first_day_and_not_its_last(asked: Any) -> None:
    changed = ["--set", "quick.response.within=2h", "--format", "jsonl"]

    february = lines(asked(*changed, "--from", "2026-02-28", "--to", "2026-03-01")[1])
    march = lines(asked(*changed, "--from", "2026-03-01")[1])

    assert (february["total"][0]["before"], february["total"][0]["after"]) == (1, 0)
    assert [flip["case_id"] for flip in february["flip"]] == ["2"]
    assert (march["total"][0]["before"], march["total"][0]["after"]) == (2, 2)
    assert "flip" not in march


def test_a_table_tells_both_verdicts_with_the_arithmetic(asked: Any) -> None:
    code, printed = asked("--set", "quick.response.within=2h")

    assert code == 0
    assert "in force: violated" in printed
    assert "changed: not violated" in printed
    assert "30 min late" in printed
    assert printed.splitlines()[-1] == "1 flips"


def test_a_refused_change_ends_with_two_and_one_line(asked: Any) -> None:
    code, said = asked("--set", "quick.response.within=soon")

    assert code == 2
    assert len(said.splitlines()) == 1
    assert "response.within: 'soon' is no duration" in said
    assert asked()[0] == 2


def test_a_log_of_our_own_is_judged_as_the_reference_judges_it_by_each_catalogue(
    tmp_path: Path, books: dict[str | None, Book]
) -> None:
    start = parse_instant("2026-03-02T20:00:00Z")
    rows_: list[dict[str, Any]] = []
    for n in range(24):
        case: dict[str, Any] = {"case_id": f"M-{n}", "procedure": "meeting"}
        data = {"importance": ["important", "normal"][n % 2], "start_at": format_instant(start + n % 3 * HOUR)}
        rows_ += [case | {"event": "opened", "occurred_at": "2026-03-01T00:00:00+00:00", "data": data}]
        rows_ += [case | {"event": "prepared", "occurred_at": format_instant(start - n * HOUR)}]
    other: dict[str, Any] = {"case_id": "R", "procedure": "repair", "event": "opened"}
    rows_ += [other | {"occurred_at": "2026-03-01T00:00:00+00:00", "data": REPAIR}]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in rows_), "utf-8")
    now = start + 24 * HOUR
    texts = [f"{EIGHT}.lead.by=12h", "repair.emergency-24h.response.within=100h"]

    found = what_if_log(Question(log, now, UTC), Wish(texts))

    cases: dict[str, list[Event]] = {}
    form = LogForm({name or "": book.procedure for name, book in books.items() if book.procedure})
    for case_id, events in read_log(log, form).cases.items():
        cases[case_id] = list(events)
    for side in ("before", "after"):
        wanted: Counter[Violation] = Counter()
        for events in cases.values():
            wanted += expected(getattr(apply(books, texts)[events[0].procedure], side), events, UTC, now)
        assert without_cause(getattr(found, side)) == wanted
    moved = Counter(v.case_id for v in found.before)
    moved.subtract(v.case_id for v in found.after)
    assert {flip.case_id for flip in found.flips} == {case_id for case_id, n in moved.items() if n}
    assert len(found.flips) > 2
    assert list(found.by_rule()) == [EIGHT, "repair.emergency-24h"]
