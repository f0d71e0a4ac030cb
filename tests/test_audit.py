"""Audits: what the page says of a real record, in each language; from its files and from the service that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from checklists.errors import SopwatchError
from checklists.instant import DAY, format_instant, parse_instant
from sopwatch.audit import Audit, audit
from sopwatch.audit_page import page
from sopwatch.cli import run
from sopwatch.period import period_of
from sopwatch.place import Property
from sopwatch.record_figures import Period
from sopwatch.service import Service
from sopwatch.verify import verify
from storage.duck import DuckStore
from storage.head import parse_head
from storage.store import FindingQuery
from tests.browser import launch
from tests.records import T0, make_record
from tests.serving import SteppedClock, housed

TAIPEI = ZoneInfo("Asia/Taipei")
MARCH = ("--from", "2026-03-01", "--to", "2026-04-01")
VOID = {"meta", "input", "link", "br", "img"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    directory = tmp_path_factory.mktemp("record")
    return directory, make_record(directory)


@pytest.fixture
def service(record: tuple[Path, dict[str, str]]) -> Iterator[Service]:
    """Open the service over the record, without a start, at the instant at which it ended."""
    held = Service(DuckStore(record[0]), record[0], SteppedClock(T0))
    held.clock.not_before(held.store.judged().until)
    yield held
    held.store.close()


def march(service: Service) -> Audit:
    return audit(service, period_of("2026-03-01", "2026-04-01", TAIPEI))


class Page(HTMLParser):
    """Reads a page: its text by language, its links and ids; it fails where elements are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.outside: list[str] = []
        self.inside: list[str] = []
        self.rows: list[list[str]] = []
        self._language = ""
        self._quoted = 0
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "main":
            self._language = told["lang"] or ""
        self._quoted += tag in {"code", "blockquote"}
        if "id" in told:
            self.ids.append(str(told["id"]))
        self.outside += [str(told[k]) for k in ("src", "action", "srcset", "data") if k in told]
        if "href" in told:
            link = str(told["href"])
            (self.inside if link.startswith("#") else self.outside).append(link)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._quoted -= tag in {"code", "blockquote"}
        if tag == "main":
            self._language = ""

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open) and "small" not in self.open:
            self.rows[-1][-1] += data
        if self._language and not self._quoted:
            self.said.setdefault(self._language, []).append(data)


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_parts_of_every_line_add_up_to_the_sums(service: Service) -> None:
    text = page(march(service), ["en"])

    rows = [[int(cell.replace(",", "")) for cell in row[1:13]] for row in Page(text).rows if len(row) == 15 and
            row[1].replace(",", "").isdigit()]  # fmt: skip
    *parts, total = rows
    for arose, met, pending, violated, opened, remedied, within, short, waived, lapsed, _cases, _vacuous in rows:
        assert arose == met + pending + violated + lapsed
        assert violated == opened + remedied
        assert max(within, short, waived) <= violated
    assert [sum(column) for column in zip(*parts, strict=True)] == [2 * n for n in total]  # rules, and their sums
    assert total[3] > 0


def test_it_lists_the_violations_that_the_service_stored(service: Service) -> None:
    found = march(service)

    stored = service.store.findings(FindingQuery())
    assert sorted(i.broken.id for i in found.items) == sorted(f.id for f in stored if f.state != "rescinded")
    assert sum(found.figures.in_period.values()) == len(found.items) == found.figures.total.violated
    assert set(re.findall(r'id="en-([0-9a-f]{32})"', page(found, ["en"]))) == {i.broken.id for i in found.items}


def test_a_waived_violation_is_listed_with_its_reason_and_the_rate_is_told_with_and_without(service: Service) -> None:
    found = march(service)
    text = page(found, ["en"])

    total = found.figures.total
    assert (total.waived, sum(i.broken.waiver is not None for i in found.items)) == (1, 1)
    assert total.rate is not None
    assert total.rate_without_waived is not None
    assert total.rate < total.rate_without_waived
    assert "parts on order" in text
    assert f"{total.met} ÷ ({total.met} + {total.violated})" in text
    assert f"{total.met} ÷ ({total.met} + {total.violated - 1})" in text


def test_a_violation_belongs_to_the_period_of_its_deadline_and_the_end_is_not_in_it(service: Service) -> None:
    due = T0 + DAY  # an emergency is due after 24 hours

    until = audit(service, Period(T0, due)).items
    since = audit(service, Period(due, due + 1)).items

    rule = "repair.emergency-24h"
    assert [i for i in until if i.broken.violation.rule == rule] == []
    assert len([i for i in since if i.broken.violation.rule == rule]) == 3


def test_periods_side_by_side_hold_every_violation_once(service: Service) -> None:
    days = [audit(service, Period(T0 + n * DAY, T0 + (n + 1) * DAY)).items for n in range(-1, 5)]

    ids = [i.broken.id for items in days for i in items]
    assert sorted(ids) == sorted(i.broken.id for i in march(service).items)


def test_the_cases_of_a_period_are_those_at_work_in_it(service: Service, record: tuple[Path, dict[str, str]]) -> None:
    before = audit(service, Period(T0 - 2 * DAY, T0)).figures
    first = audit(service, Period(T0, T0 + DAY)).figures
    cases = record[1]

    assert before.case_ids == []
    assert sorted(first.case_ids) == sorted(cases[name] for name in ("late", "open", "waived", "meeting"))


def test_only_the_procedures_named_are_audited(service: Service) -> None:
    period = period_of("2026-03-01", "2026-04-01", TAIPEI)

    assert audit(service, period, ["complaint"]).items == []
    assert {p.id for p, _ in audit(service, period, ["meeting"]).books} == {"meeting"}
    assert {i.broken.violation.rule.split(".")[0] for i in audit(service, period, ["meeting"]).items} == {"meeting"}
    with pytest.raises(SopwatchError, match=r"unknown procedure 'repare' \(there are .*repair"):
        audit(service, period, ["repare"])


def test_the_engines_agree_and_what_differs_is_told(service: Service) -> None:
    found = march(service)
    assert (found.agreement.agreed, found.agreement.verdicts) == (found.figures.verdicts, found.figures.verdicts)
    assert f"{found.figures.verdicts:,} of {found.figures.verdicts:,} verdicts agree" in page(found, ["en"])

    broken = found.items[0].broken
    held = service.store.history(broken.id)[-1]
    judged = service.store.judged()
    service.store.note([replace(held, state="rescinded")], {}, judged)
    try:
        odd = march(service)
        assert odd.agreement.bulk == []
        assert any(broken.violation.rule in line for line in odd.agreement.stored)
        assert "not those that the reference finds" in page(odd, ["en"])
    finally:
        service.store.note([held], {}, judged)


def test_every_clause_stands_in_the_coverage(service: Service) -> None:
    found = march(service)
    said = " ".join(cell for row in Page(page(found, ["en"])).rows for cell in row)

    clauses = [(p, name, c) for p, _ in found.books for name, c in p.clauses.items()]
    assert len(clauses) >= 78
    for procedure, name, clause in clauses:
        assert name in said
        assert clause.text[procedure.source["language"]] in said


def test_the_head_that_it_names_holds_in_the_record(service: Service) -> None:
    found = march(service)
    head = re.findall(r"--head (\d+:[0-9a-f]{64})", page(found, ["en"]))[0]

    assert verify(service.store, service.books, TAIPEI, service.clock.now(), parse_head(head)).wrong == []


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_stands_alone_and_holds_each_language_once(service: Service) -> None:
    text = page(march(service), ["en", "zh-Hant", "zh-Hans"])
    read = Page(text)

    assert list(read.said) == ["en", "zh-Hant", "zh-Hans"]
    assert read.outside == []
    assert "url(" not in text
    assert "@import" not in text
    assert "<script" not in text
    assert len(read.ids) == len(set(read.ids))
    assert {link[1:] for link in read.inside} <= set(read.ids)


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_no_english_word_stands_in_the_chinese_of_the_page(service: Service, language: str) -> None:
    said = " ".join(Page(page(march(service), [language])).said[language])

    names = {"Lakeside", "Hotel", "Lobby", "Asia", "Taipei", "mei", "parts", "order", "VIP"}
    assert set(re.findall(r"[A-Za-z]{3,}", said)) - names == set()


def test_what_people_wrote_is_text_and_never_markup(service: Service) -> None:
    text = page(march(service), ["en"])

    assert "&lt;b&gt;Lobby&lt;/b&gt;" in text
    assert "<b>Lobby</b>" not in text
    assert "Lakeside &amp; Co &lt;Hotel&gt;" in text


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_the_page_and_says_whether_anything_was_violated(
    record: tuple[Path, dict[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, data = tmp_path / "audit.html", str(record[0])

    assert run(["audit", "--data", data, *MARCH, "--out", str(out)]) == 1
    assert list(Page(out.read_text("utf-8")).said) == ["en", "zh-Hant", "zh-Hans"]
    assert re.search(r"\d+ violations in the period; head \d+:[0-9a-f]{64}", capsys.readouterr().out)
    quiet = ["--from", "2026-01-01", "--to", "2026-02-01", "--lang", "zh-Hans"]
    assert run(["audit", "--data", data, *quiet, "--out", str(out)]) == 0
    assert list(Page(out.read_text("utf-8")).said) == ["zh-Hans"]
    assert [path.name for path in tmp_path.iterdir()] == ["audit.html"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--from", "2026-04-01", "--to", "2026-03-01"], "ends before it begins"),
        (["--from", "March", "--to", "2026-03-01"], "--from 'March'"),
        ([*MARCH, "--procedure", "repare"], "unknown procedure 'repare' (there are "),
        ([*MARCH, "--lang", "fr"], "'fr' is not one of"),
        ([*MARCH, "--out", "{tmp}/nowhere/a.html"], "there is no directory"),
        ([*MARCH, "--out", "{tmp}"], "is a directory"),
        ([*MARCH, "--out", "/dev/null"], "is no ordinary file"),
        ([*MARCH, "--out", "{data}/property.yaml"], "is a file of the record"),
        ([*MARCH, "--data", "{tmp}"], "there is no record"),
    ],
)
def test_what_cannot_be_audited_is_one_line_and_the_file_stays_as_it_was(
    record: tuple[Path, dict[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    why: str,
) -> None:
    out = tmp_path / "audit.html"
    out.write_text("before")
    given = [a.replace("{tmp}", str(tmp_path)).replace("{data}", str(record[0])) for a in arguments]

    code = run(["audit", "--data", str(record[0]), "--out", str(out), *given])

    said = capsys.readouterr().err.strip()
    assert code == 2
    assert why in said
    assert "\n" not in said
    assert out.read_text() == "before"


def test_a_running_service_is_asked_and_says_the_same(record: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    at = DuckStore(record[0])
    clock = SteppedClock(at.judged().until)
    at.close()

    with housed(record[0], clock) as house:
        asked = {"from": "2026-03-01", "to": "2026-04-01", "lang": "en"}
        told = house.get("audit", "auditor", **asked).json()
        refused = {role: house.get("audit", role, **asked).status_code for role in ("reader", "recorder", "admin")}
        here = page(audit(house.service, period_of("2026-03-01", "2026-04-01", TAIPEI)), ["en"])
        wrong = house.get("audit", "auditor", **asked | {"to": "2026-02-01"})

    assert told["page"] == here
    assert told["violations"] > 0
    assert refused == {"reader": 403, "recorder": 403, "admin": 200}
    assert (wrong.status_code, "ends before" in wrong.text) == (400, True)


def test_days_are_those_of_the_property() -> None:
    zone = Property(zone="Asia/Taipei").zone_info

    period = period_of("2026-03-01", "2026-03-02T00:00:00+09:00", zone)

    assert period.since == parse_instant("2026-02-28T16:00:00Z")
    assert format_instant(period.before or 0, zone) == "2026-03-01T23:00:00+08:00"


@pytest.mark.browser
@pytest.mark.parametrize("media", ["screen", "print"])
def test_a_page_handed_over_is_light_on_a_device_that_is_dark(
    service: Service, tmp_path: Path, media: Literal["screen", "print"]
) -> None:
    file = tmp_path / "audit.html"
    file.write_text(page(march(service), ["zh-Hant"]), encoding="utf-8")

    with sync_playwright() as playwright:
        browser = launch(playwright)
        tab = browser.new_page(color_scheme="dark")
        tab.emulate_media(media=media, color_scheme="dark")
        tab.goto(file.as_uri())
        ground = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        scheme = tab.evaluate("getComputedStyle(document.documentElement).colorScheme")
        sheet = PdfReader(BytesIO(tab.pdf(prefer_css_page_size=True))).pages[-1]
        browser.close()

    assert (ground, scheme) == ("rgb(255, 255, 255)", "light")
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]
    assert re.search(r"(\d+) / \1\b", sheet.extract_text())
