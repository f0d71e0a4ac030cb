"""How a form is asked for: over the API with its rights and refusals, by the command, from the screen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from sopwatch.cli import run
from sopwatch.i18n import translator
from sopwatch.signing import Signer
from sopwatch.ui.printing import forms_html
from sopwatch.ui.tongue import Tongue
from tests.records import make_record
from tests.serving import House, cloud, housed


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as made:
        made.send(cloud(1))
        yield made


def words(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def test_a_reader_gets_a_form_with_two_good_names_that_is_kept_nowhere(house: House) -> None:
    answer = house.get("cases/R-1/forms/repair_form.pdf", lang="zh-Hant")

    named = answer.headers["content-disposition"]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert named.startswith('inline; filename="R-1-repair-form.pdf"')
    assert unquote(named.partition("UTF-8''")[2]) == "R-1-報修單.pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "列印人：reader-True" in words(answer.content)


def test_without_a_language_it_is_the_first_of_the_property(house: House) -> None:
    answer = house.get("cases/R-1/forms/repair_form.pdf")

    assert house.service.property.languages[0] == "en"
    assert "RepairForm" in words(answer.content)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("cases/R-9/forms/repair_form.pdf", "there is no case 'R-9'"),
        ("cases/R-1/forms/x.pdf", "repair has no form 'x' (there are repair_form, dispatch_order)"),
        ("cases/R-1/forms/..%2Fform.pdf", "repair has no form"),
    ],
)
def test_what_there_is_not_is_said_in_one_line(house: House, path: str, why: str) -> None:
    answer = house.get(path)

    assert answer.status_code == 404
    assert why in answer.json()["error"] or "there is no case" in answer.json()["error"]


def test_who_may_not_read_gets_no_form(house: House) -> None:
    path = "/api/v1/cases/R-1/forms/repair_form.pdf"

    assert house.client.get(path).status_code == 401
    assert house.client.get(path, headers=house.bearer("recorder")).status_code == 403
    assert house.client.get(path, headers={"Authorization": "Signed x.y"}).status_code == 401
    assert house.get("cases/R-1/forms/repair_form.pdf", lang="fr").status_code == 400


def test_a_person_prints_by_their_session_and_nothing_is_recorded(house: House) -> None:
    before = house.service.store.head()
    house.sign_in(house.person("Mei", "staff"))

    answer = house.client.get("/api/v1/cases/R-1/forms/dispatch_order.pdf?lang=en")

    assert "PrintedbyMei," in words(answer.content)
    assert house.service.store.head() == before


def test_a_case_with_odd_characters_in_its_number_prints_with_a_plain_name(house: House) -> None:
    house.send(cloud(2, case_id='pms/7 "ä"'))

    answer = house.get("cases/pms%2F7%20%22%C3%A4%22/forms/repair_form.pdf")

    assert answer.status_code == 200
    assert 'filename="pms_7____-repair-form.pdf"' in answer.headers["content-disposition"]


def test_the_document_of_the_api_tells_of_forms(house: House) -> None:
    told = house.client.get("/api/openapi.json").json()["paths"]["/v1/cases/{case_id}/forms/{form_id}.pdf"]["get"]

    assert set(told["responses"]) >= {"200", "401", "403", "404"}


def test_the_command_writes_a_form_of_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.pdf"
    case_id = make_record(tmp_path)["late"]

    code = run(["form", case_id, "repair_form", "--data", str(tmp_path), "-o", str(out), "--lang", "zh-Hans"])

    said = words(out.read_bytes())
    assert (code, capsys.readouterr().err) == (0, "")
    assert "报修单" in said
    assert "打印人：" in said


def test_a_running_service_prints_for_who_can_read_its_directory(house: House) -> None:
    signed = Signer(house.service.directory).sign({"for": "form", "address": ""}, 60)
    other = Signer(house.service.directory).sign({"for": "audit"}, 60)
    path = "/api/v1/cases/R-1/forms/repair_form.pdf?lang=en"

    answer = house.client.get(path, headers={"Authorization": f"Signed {signed}"})

    assert "Printedbytheoperator," in words(answer.content)
    assert house.client.get(path, headers={"Authorization": f"Signed {other}"}).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["R-9", "repair_form"], "there is no case 'R-9'"),
        (["{late}", "nothing"], "has no form 'nothing'"),
        (["{late}", "repair_form", "--lang", "fr"], "is not one of en"),
        (["{late}", "repair_form", "-o", "/nowhere/x.pdf"], "there is no directory"),
    ],
)
def test_the_command_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    data = tmp_path
    cases = make_record(data)

    code = run(["form", *(part.format(**cases) for part in arguments), "--data", str(data)])

    said = capsys.readouterr().err
    assert code == 2
    assert why in said
    assert said.count("\n") == 1


def test_the_screen_links_to_each_form_in_its_language(house: House) -> None:
    file = house.service.case_file("R-1")
    assert file

    drawn = forms_html(file, Tongue(translator("zh-Hant"), house.service.property.zone_info))

    assert "/api/v1/cases/R-1/forms/repair_form.pdf?lang=zh-Hant" in drawn
    assert "列印：派工單" in drawn
    assert drawn.count('target="_blank"') == 2
