"""The examples of the shipped rules are their tests; and an example that is wrong is told."""

from __future__ import annotations

from typing import Any

import pytest

from checklists.loader import read_procedure
from checklists.model import Procedure
from rules.examples import VERDICTS, Example, examples_of, run_example
from rules.kinds import Rule
from rules.loader import read_catalogue
from rules.pack import load_pack
from tests.packs import CATALOGUE, PROCEDURE, with_change

SHIPPED = load_pack()
EXAMPLES = [
    (procedure, example)
    for name in SHIPPED.procedures
    for procedure, catalogue in SHIPPED.meetings(name)
    for example in examples_of(catalogue)
]


@pytest.mark.parametrize(("procedure", "example"), EXAMPLES, ids=[example.name for _, example in EXAMPLES])
def test_a_shipped_rule_says_what_its_example_says(procedure: Procedure, example: Example) -> None:
    assert run_example(procedure, example) is None


def test_every_shipped_rule_has_an_example_of_each_verdict() -> None:
    shown = {(example.rule.id, example.verdict) for _, example in EXAMPLES}

    rules = [rule for name in SHIPPED.procedures for rule in SHIPPED.newest(name)[1].rules]

    assert rules
    assert [(r.id, verdict) for r in rules for verdict in VERDICTS if (r.id, verdict) not in shown] == []


KEY_LOAN = read_procedure(
    with_change(PROCEDURE, "phases:\n", "  - {id: due_at, type: datetime}\nphases:\n").encode(), "key_loan.yaml"
)


def rule(text: str) -> Rule:
    """Return the only rule of a catalogue of the key loan."""
    catalogue = read_catalogue(f"procedure: key_loan\nrules:\n- {{id: r, {text}}}\n".encode(), "c.yaml", KEY_LOAN)
    return catalogue.rules[0]


MASTER = rule("when: {key_class: master}, response: {after: handed_over, do: returned, within: 12h}")
LEAD = rule("lead: {do: [returned], before: due_at, by: 1h}")
ROLE = rule("authority: {of: returned, roles: [receptionist], not_by: handed_over}")
PROMPT = rule("timeliness: {within: 15m, of: [opened, returned]}")
DAMAGE = rule("absence: {do: closed, after: {step: condition, value: damaged}}")
SAME = rule("response: {after: handed_over, do: returned, within: 1h, same: subject}")
M: dict[str, Any] = {"opened": {"key_class": "master"}}


@pytest.mark.parametrize(
    ("of", "verdict", "written"),
    [
        (MASTER, "complies", {**M, "0m": "handed_over", "12h": "returned"}),
        (MASTER, "violates", {**M, "0m": "handed_over", "12h1s": "returned", "breaks": "12h"}),
        (MASTER, "violates", {**M, "1h": ["handed_over", "handed_over"], "now": "14h", "breaks": ["13h", "13h"]}),
        (MASTER, "violates", {"0m": [{"amended": {"key_class": "master"}}, "handed_over"], "now": "13h"}),
        (LEAD, "complies", {"opened": {"due_at": "10h"}, "9h": "returned"}),
        (LEAD, "violates", {"opened": {"due_at": "10h"}, "9h1m": "returned", "breaks": "9h"}),
        (LEAD, "violates", {"opened": {"due_at": "-1h"}, "0m": "closed", "1h": "returned", "breaks": "0m"}),
        (
            LEAD,
            "violates",
            {"1h": {"amended": {"due_at": "2026-03-02T10:00:00+08:00"}}, "2h": "closed", "breaks": "1h"},
        ),
        (ROLE, "complies", {"1h": "returned by Wang as receptionist"}),
        (ROLE, "violates", {"1h": "returned", "breaks": "1h"}),
        (ROLE, "violates", {"1h": ['handed_over by "Mei Li"', 'returned as receptionist by "Mei Li"'], "breaks": "1h"}),
        (PROMPT, "complies", {"1h": "returned late 15m"}),
        (PROMPT, "violates", {"1h": "returned late 15m1s", "breaks": "1h15m"}),
        (PROMPT, "violates", {"0m": "opened late 20m", "breaks": "15m"}),
        (PROMPT, "complies", {"1h": "returned late 1h", "now": "2h59s"} | {"now": "1h59m"}),
        (DAMAGE, "violates", {"1h": "condition = damaged", "2h": "closed", "breaks": "2h"}),
        (DAMAGE, "complies", {"1h": "condition = good", "2h": "closed"}),
        (SAME, "complies", {"1h": 'handed_over @ "key 7"', "2h": 'returned @ "key 7"'}),
        (SAME, "violates", {"1h": "handed_over @ 7", "2h": "returned @ 8", "3h": "closed", "breaks": "2h"}),
    ],
)
def test_an_example_becomes_a_case(of: Rule, verdict: str, written: dict[str, Any]) -> None:
    assert run_example(KEY_LOAN, Example(of, verdict, 1, written)) is None


@pytest.mark.parametrize(
    ("verdict", "written", "said"),
    [
        ("complies", {**M, "0m": "handed_over", "12h1s": "returned"}, "expected no violation, came violations at 12h"),
        ("violates", {**M, "0m": "handed_over", "12h": "returned"}, "expected a violation, came no violation"),
        (
            "violates",
            {**M, "0m": "handed_over", "now": "13h", "breaks": "13h"},
            "expected violations at 13h, came violations at 12h",
        ),
        ("violates", {**M, "0m": "handed_over", "now": "13h", "breaks": []}, "breaks names no offset"),
        ("complies", {"0m": "handed_over", "breaks": "1h"}, "what complies breaks nothing"),
        ("complys", {}, "under complies and violates (nearest: complies)"),
        ("complies", "handed_over", "is no mapping of offsets to events"),
        ("complies", {"opened": {"key_clas": "room"}}, "unknown field 'key_clas' (nearest: key_class)"),
        ("complies", {"opened": {"key_class": "rom"}}, "unknown option 'rom' (nearest: room)"),
        ("complies", {"opened": {"due_at": "noon"}}, "'noon' is no duration"),
        ("complies", {"opened": "master"}, "'master' is no mapping of fields"),
        ("complies", {"1h": "handed_ovr"}, "unknown step 'handed_ovr' (nearest: handed_over)"),
        ("complies", {"1h": "condition = god"}, "unknown option 'god' (nearest: good)"),
        ("complies", {"1h": "handed_over by Mei Li"}, "is no event: WORD [= VALUE]"),
        ("complies", {"1h": "handed_over by Mei at noon"}, "'at' does not stand here: quote words with spaces"),
        ("complies", {"1h": "handed_over by A by B"}, "'by' does not stand here"),
        ("complies", {"1h": 'handed_over by "A'}, "is no event"),
        ("complies", {"1h": ""}, "is no event"),
        ("complies", {"1h": 5}, "5 is neither an event nor"),
        ("complies", {"1h": {"returned": {}}}, "is neither an event nor"),
        ("complies", {"1h": "handed_over late soon"}, "'soon' is no duration"),
        ("complies", {"2h": "handed_over", "1h": "returned"}, "1h stands after a later offset"),
        ("complies", {"noon": "handed_over"}, "'noon' is no duration"),
        ("complies", {"1h": "opened"}, "a case is opened once, and first"),
    ],
)
def test_a_wrong_example_is_one_line_with_rule_and_number(verdict: str, written: object, said: str) -> None:
    line = run_example(KEY_LOAN, Example(MASTER, verdict, 3, written))

    assert line is not None
    assert line.startswith(f"r {verdict} 3: ")
    assert said in line
    assert "\n" not in line


def test_examples_that_are_still_to_be_written_are_none() -> None:
    assert list(examples_of(read_catalogue(CATALOGUE.encode(), "c.yaml", KEY_LOAN))) == []
