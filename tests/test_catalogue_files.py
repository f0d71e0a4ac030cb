"""Catalogues from YAML, held against their procedure: what is refused, with the line and the key; and what is not."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from checklists.document import Document
from checklists.errors import PackError
from checklists.instant import HOUR
from checklists.loader import read_procedure
from checklists.reader import read_bytes
from rules.kinds import Precedence, Response
from rules.loader import WHAT, load_catalogue, load_foreign, make_catalogue, read_catalogue
from rules.references import check_references
from tests.packs import CATALOGUE, KEY_LOAN, PROCEDURE, line_of, with_change

NAME = "catalogue/key_loan.yaml"

# The key loan with a field and a step of every type, for whatever a rule may name.
MORE = with_change(
    PROCEDURE,
    "phases:\n",
    """\
  - {id: due_at, type: datetime}
  - {id: guests, type: list}
  - {id: most, type: number}
  - {id: locked, type: boolean}
  - {id: room_at, type: datetime, personal: true}
phases:
  - id: more
    steps:
      - {id: counted, evidence: number}
      - {id: named, evidence: text, personal: true}
""",
)
PROCEDURES = read_procedure(MORE.encode(), "procedures/key_loan.yaml")
HEAD = "procedure: key_loan\nrules:\n  - id: first\n    absence: {do: returned, after: closed}\n"


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(PackError) as refusal:
        read_catalogue(text.encode(), NAME, PROCEDURES)
    return refusal.value.mistakes


def noted(rule: str) -> Document:
    """Return the document of a catalogue whose second rule, on line 5, has these keys."""
    document = read_bytes(f"{HEAD}  - {{id: second, {rule}}}\n".encode(), NAME, WHAT)
    make_catalogue(document)
    check_references(document, PROCEDURES)
    return document


def test_the_documented_catalogue_loads_unchanged() -> None:
    path = KEY_LOAN / "catalogue" / "key_loan.yaml"

    catalogue = load_catalogue(path, read_procedure(PROCEDURE.encode(), "key_loan.yaml"))

    signed, back = catalogue.rules
    assert (signed.id, signed.severity, signed.clause) == ("key_loan.signed", "critical", ("K.1",))
    assert isinstance(signed.kind, Precedence)
    assert isinstance(back.kind, Response)
    assert (back.kind.within, back.warn, back.when) == (12 * HOUR, HOUR, {"key_class": ("master",)})
    assert catalogue.digest == sha256(path.read_bytes()).hexdigest()
    assert catalogue.text.encode() == path.read_bytes()


CHANGED = [
    ("procedure: key_loan", "procedure: key_lone", "procedure", "is not 'key_loan'"),
    ("version: 1", "version: one", "version", "'one' is no whole number"),
    ("version: 1", "verison: 1", "verison", "is no key of a catalogue (nearest: version)"),
    ("rules:", "rule:", "rules", "is missing"),
    ("clause: K.2", "clause: K.22", "rules[1].clause", "unknown clause 'K.22' (nearest: K.2)"),
    ("severity: major", "severity: grave", "rules[1].severity", "'grave' is none of minor, major, critical"),
    ("severity: major", "sevrity: major", "rules[1].sevrity", "is no key of a rule (nearest: severity)"),
    ("severity: major", "id: x", "rules[1].id", "is a duplicate key"),
    ("warn: 1h ", "warn: 0h ", "rules[1].warn", "'0h' is no duration of more than zero"),
    (
        "- id: key_loan.master-12h",
        "- id: key_loan.signed",
        "rules[1].id",
        "'key_loan.signed' is a rule already (line 5)",
    ),
    (
        "key_class: master",
        "key_clas: master",
        "rules[1].when.key_clas",
        "unknown field 'key_clas' (nearest: key_class)",
    ),
    ("key_class: master", "key_class: mastre", "rules[1].when.key_class", "unknown option 'mastre' (nearest: master)"),
    ("within: 12h", "within: 12 hours", "rules[1].response.within", "'12 hours' is no duration"),
    ("do: returned", "do: retuned", "rules[1].response.do", "unknown step 'retuned' (nearest: returned)"),
    ("    response: {", "    respnse: {", "rules[1].respnse", "is no key of a rule (nearest: response)"),
    (
        "    response: {",
        "    absence: {do: returned, after: closed}\n    response: {",
        "rules[1].response",
        "second kind",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "reason"), CHANGED)
def test_a_catalogue_is_refused_at_the_line_and_key(old: str, new: str, key: str, reason: str) -> None:
    line = line_of(CATALOGUE, old) + new.count("\n")

    found = [m for m in mistakes(with_change(CATALOGUE, old, new)) if f": {key}: " in m]

    assert len(found) == 1
    assert found[0].startswith(f"{NAME}:{line if key != 'rules' else 1}: {key}: ")
    assert reason in found[0]


RULES = [
    # the keys of a rule, the key that is wrong, what is said
    ("title: {en: x}", "", "names no kind: one of response, lead, recurrence"),
    ("absence: returned", "absence", "'returned' is no mapping of do, after"),
    ("absence: {do: returned}", "absence.after", "is missing"),
    ("absence: {do: returned, after: 7.5.1}", "absence.after", "unknown step '7.5.1'"),
    ("absence: {do: returned, after: {any: []}}", "absence.after", "is no selector"),
    ("absence: {do: retracted, after: closed}", "absence.do", "no rule may name 'retracted'"),
    ("absence: {do: {any: [closed, _waived]}, after: closed}", "absence.do", "no rule may name '_waived'"),
    ("absence: {do: returned, after: {any: [closed, clsed]}}", "absence.after.any[1]", "'clsed' (nearest: closed)"),
    ("absence: {do: {step: condition, value: god}, after: closed}", "absence.do.value", "'god' (nearest: good)"),
    ("absence: {do: {step: condition, value: [good, bad]}, after: closed}", "absence.do.value[1]", "option 'bad'"),
    ("absence: {do: {step: conditn, value: good}, after: closed}", "absence.do.step", "'conditn' (nearest: condition)"),
    ("response: {after: opened, do: returned, within: 1h, same: step}", "response.same", "none of subject"),
    ("response: {after: opened, do: returned, within: 0m}", "response.within", "no duration of more than zero"),
    ("response: {after: opened, do: returned, within: 90}", "response.within", "90 is no duration"),
    ("response: {after: opened, do: returned, within: 1h1d}", "response.within", "'1h1d' is no duration"),
    ("response: {after: opened, do: returned, within: 9999999d}", "response.within", "is over a thousand years"),
    ("response: {after: opened, do: returned, within: 1h, by: 1h}", "response.by", "is no key of response"),
    ("response: {from_: opened, do: returned, within: 1h, after: opened}", "response.from_", "is no key of response"),
    (
        "lead: {do: [returned], before: key_no, by: 1h}",
        "lead.before",
        "'key_no' is no datetime field but text (nearest: ",
    ),
    ("lead: {do: [returned], before: due, by: 1h}", "lead.before", "unknown field 'due' (nearest: due_at)"),
    ("lead: {do: [returned], before: due_at, by: day}", "lead.by", "'day' is no duration"),
    ("lead: {do: [], before: due_at, by: 0m}", "lead.do", "is empty"),
    ("recurrence: {do: returned, every: week, from: opened, until: closed}", "recurrence.every", "no duration"),
    ("recurrence: {do: returned, every: day, form: opened, until: closed}", "recurrence.form", "(nearest: from)"),
    ("recurrence: {do: returned, every: day, form: opened, until: closed}", "recurrence.from", "is missing"),
    ("precedence: {all: returned, before: closed}", "precedence.all", "'returned' is no list"),
    ("precedence: {all: [returned, x], before: closed}", "precedence.all[1]", "unknown step 'x'"),
    ("precedence: {all: [returned], before: closed, by: 0m}", "precedence.by", "no duration of more than zero"),
    ("existence: {of: returned}", "existence", "it needs min or max (or both)"),
    ("existence: {of: returned, min: 3, max: 2}", "existence.min", "min 3 is over max 2"),
    ("existence: {of: returned, min: 1.5}", "existence.min", "1.5 is no whole number"),
    ("existence: {of: returned, min: -1}", "existence.min", "-1 is under 0"),
    ("existence: {of: returned, min: 1, each: key_no}", "existence.each", "'key_no' is no list field but text"),
    ("existence: {of: returned, min: 1, each: guest}", "existence.each", "unknown field 'guest' (nearest: guests)"),
    ("limit: {of: counted}", "limit", "it needs min or max (or both)"),
    ("limit: {of: counted, min: 3, max: 2.5}", "limit.min", "min 3 is over max 2.5"),
    ("limit: {of: counted, max: key_no}", "limit.max", "'key_no' is no number field but text (nearest: most)"),
    ("limit: {of: counted, min: mst}", "limit.min", "unknown field 'mst' (nearest: most)"),
    ("limit: {of: counted, max: true}", "limit.max", "True is no whole number or True is no number"),
    ("authority: {of: returned}", "authority", "needs roles or not_by"),
    ("authority: {of: returned, roles: []}", "authority.roles", "is empty"),
    ("authority: {of: returned, roles: [recepton]}", "authority.roles[0]", "'recepton' (nearest: receptionist)"),
    ("authority: {of: returned, not_by: retuned}", "authority.not_by", "unknown step 'retuned' (nearest: returned)"),
    ("timeliness: {within: 1x}", "timeliness.within", "'1x' is no duration"),
    ("timeliness: {within: 1h, of: [_noted]}", "timeliness.of[0]", "no rule may name '_noted'"),
    ("when: key_class, timeliness: {within: 1h}", "when", "a guard is a mapping"),
    ("when: {key_class: [room, mst]}, timeliness: {within: 1h}", "when.key_class[1]", "unknown option 'mst'"),
    ("clause: [K.1, K.8], timeliness: {within: 1h}", "clause[1]", "unknown clause 'K.8'"),
    ("house: perhaps, timeliness: {within: 1h}", "house", "neither true nor false"),
]


@pytest.mark.parametrize(("rule", "key", "reason"), RULES)
def test_a_rule_is_refused_at_the_line_and_key(rule: str, key: str, reason: str) -> None:
    document = noted(rule)

    place = f"{NAME}:5: rules[1]{'.' if key else ''}{key}: "
    assert any(m.startswith(place) and reason in m for m in document.mistakes), list(document.mistakes)


RIGHT = [
    "timeliness: {within: 15m}",
    "timeliness: {within: 1d12h, of: [opened, closed, amended, cancelled]}",
    "lead: {do: [returned], before: due_at, by: 0m}",
    "lead: {do: [{any: [returned, closed]}], before: due_at, by: day-before}",
    "recurrence: {do: returned, every: day, from: {any: [opened, handed_over]}, until: closed}",
    "existence: {of: returned, min: 3, each: guests, from: handed_over}",
    "existence: {of: returned, max: 0}",
    "limit: {of: counted, min: most, max: 10}",
    "authority: {of: returned, not_by: {any: [handed_over, condition]}}",
    "when: {key_class: [room, master], locked: true, most: 2.0}, absence: {do: returned, after: closed}",
    "title: {fr: x, de: y}, absence: {do: {step: condition, value: [good, damaged]}, after: closed}",
    "clause: [K.1, K.2], department: night, house: true, warn: 5m, reading: {en: x}, timeliness: {within: 1h}",
]


@pytest.mark.parametrize("rule", RIGHT)
def test_what_is_right_is_not_refused(rule: str) -> None:
    document = noted(rule)

    assert not document.mistakes
    assert all(w.endswith("is left out") for w in document.warnings)


WARNED = [
    ("timeliness: {within: 1h}", "title", "is left out"),
    ("timeliness: {within: 1h}", "clause", "is left out"),
    ("timeliness: {within: 1h}", "severity", "is left out"),
    ("when: {most: '2'}, timeliness: {within: 1h}", "when.most", "'2' is no number: the guard never holds"),
    ("when: {locked: yes}, timeliness: {within: 1h}", "when.locked", "'yes' is no boolean: the guard never holds"),
    ("when: {key_no: [a, 5]}, timeliness: {within: 1h}", "when.key_no[1]", "5 is no text: the guard never holds"),
    ("when: {guests: Li}, timeliness: {within: 1h}", "when.guests", "is no list: the guard never holds"),
    ("when: {key_no: []}, timeliness: {within: 1h}", "when.key_no", "has no value"),
    ("when: {borrower: Li}, timeliness: {within: 1h}", "when.borrower", "is personal"),
    ("lead: {do: [returned], before: room_at, by: 1h}", "lead.before", "is personal"),
    ("absence: {do: {step: named, value: Li}, after: closed}", "absence.do.value", "is personal"),
    ("absence: {do: {step: returned, value: 1}, after: closed}", "absence.do.value", "never met"),
    ("absence: {do: {step: counted, value: ten}, after: closed}", "absence.do.value", "never met"),
    ("limit: {of: returned, max: 1}", "limit.of", "carries no number"),
]


@pytest.mark.parametrize(("rule", "key", "reason"), WARNED)
def test_what_is_allowed_but_hardly_meant_is_warned_of(rule: str, key: str, reason: str) -> None:
    document = noted(rule)

    assert not document.mistakes
    assert any(w.startswith(f"{NAME}:5: rules[1].{key}: ") and reason in w for w in document.warnings)


def test_rules_for_another_systems_log_name_any_text(tmp_path: Path) -> None:
    path = tmp_path / "fines.yaml"
    path.write_text(
        "rules:\n"
        "  - {id: paid, clause: §1, response: {after: Create Fine, do: {any: [Payment, 7]}, within: 60d}}\n"
        "  - {id: cheap, when: {article: 157}, limit: {of: Payment, max: amount}}\n"
        "  - {id: who, authority: {of: Create Fine, roles: [536, 541]}}\n",
        "utf-8",
    )

    catalogue = load_foreign(path)

    assert catalogue.foreign
    paid, cheap, who = catalogue.rules
    assert isinstance(paid.kind, Response)
    assert paid.kind.do.words == ("Payment", "7")
    assert cheap.when == {"article": (157,)}
    assert getattr(who.kind, "roles", None) == ("536", "541")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("procedure: x\nrules: []\n", ":1: procedure: rules for another system's log belong to no procedure"),
        (
            "rules:\n- {id: a, response: {after: X, do: Y, within: soon}}\n",
            ":2: rules[0].response.within: 'soon' is no",
        ),
        ("rules:\n- {id: a, absence: {do: retracted, after: Y}}\n", ":2: rules[0].absence.do: no rule may name"),
        ("rules:\n- {id: a, limit: {of: Y}}\n", ":2: rules[0].limit: it needs min or max"),
        ("- a\n", ":1: the file: is no mapping of keys"),
        ("", ":1: the file: is empty"),
    ],
)
def test_the_rest_of_them_is_checked_the_same(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "fines.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(PackError) as refusal:
        load_foreign(path)

    assert f"{path}{reason}" in refusal.value.mistakes[0]
