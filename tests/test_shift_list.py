"""The list of a shift on paper: what is on it and in which order, its codes, its limit, who gets it and how."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from checklists.instant import DAY, HOUR, format_instant
from sopwatch.cli import run
from sopwatch.i18n import translator
from sopwatch.place import Property, write_property
from sopwatch.reports.setting import set_png
from sopwatch.reports.shift_list import MOST_CASES, TEMPLATE, Wanted, laid_out
from sopwatch.signing import Signer
from sopwatch.ui.printing import shift_list_html
from sopwatch.ui.tongue import Tongue
from tests.packs import CATALOGUE, PROCEDURE, with_change, write_pack
from tests.records import MEETING, make_record
from tests.serving import REPAIR, T0, House, cloud, housed

VIP = {
    "guest_kind": "vip", "grade": "A", "guests": ["周先生", "史密斯"], "titles": "董事", "overnight": True,
    "arrival_at": format_instant(T0 + 2 * DAY), "pickup": True, "send_off_car": True, "photos": True,
}  # fmt: skip
SETTINGS = Property(name="湖濱酒店", zone="Asia/Taipei", languages=("zh-Hant", "en", "zh-Hans"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    write_property(tmp_path, SETTINGS)
    with housed(tmp_path) as made:
        yield made


def opened(house: House, *facts: dict[str, Any], procedure: str = "repair") -> None:
    """Open cases R-1, R-2 … with these facts."""
    events = [
        cloud(
            f"{procedure}-{n}",
            case_id=f"{procedure[0].upper()}-{n}",
            procedure=procedure,
            data=(REPAIR if procedure == "repair" else MEETING) | more,
        )
        for n, more in enumerate(facts, 1)
    ]
    assert house.send(*events).status_code == 200


def words(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def listed(house: House, **asked: Any) -> str:
    """Return the words of the list, blanks and line ends left out."""
    answer = house.get("shift-list.pdf", **asked)
    assert answer.status_code == 200, answer.text
    return words(answer.content)


@pytest.mark.parametrize(
    ("lang", "title", "late", "open_"),
    [("en", "Opencasesoftheshift", "(overdue)", "3open·1overdue"),
     ("zh-Hant", "當班未結案件清單", "（已逾期）", "3件進行中·1件逾期"),
     ("zh-Hans", "当班未结案件清单", "（已逾期）", "3件进行中·1件逾期")],
)  # fmt: skip
def test_what_is_overdue_stands_first_then_the_next_deadline(
    house: House, lang: str, title: str, late: str, open_: str
) -> None:
    opened(house, {"location": "甲", "urgency": "normal"}, {"location": "乙", "urgency": "emergency"},
           {"location": "丙", "urgency": "normal"})  # fmt: skip
    house.clock.at += DAY + HOUR
    house.service.let_time_pass()

    said = listed(house, lang=lang)

    assert title in said
    assert open_ in said.replace("・", "·")
    assert said.count(late) == 1
    assert said.index("乙") < said.index(late) < said.index("甲") < said.index("丙")
    assert house.service.store.head().hash.hex() in said


def test_each_thing_to_do_stands_there_once_and_what_is_too_much_is_counted(house: House) -> None:
    sent = house.send(cloud(1, case_id="V-1", procedure="vip", data=VIP))
    assert sent.status_code == 200
    house.service.let_time_pass()

    data, _codes = laid_out(house.service, Wanted("en", "Mei"))

    (row,) = data["rows"]
    said = [due["what"] for due in row["due"]]
    assert len(said) == len(set(said)) == 4
    assert row["more"].endswith("more on the tablet")
    assert row["number"] == "V-1"


def test_the_code_of_each_case_leads_to_it(house: House) -> None:
    opened(house, *({"location": f"{n}號"} for n in range(5)))

    pages = set_png(TEMPLATE, *laid_out(house.service, Wanted("en", "Mei", "http://hotel.example:8443")))

    read = [c.text for page in pages for c in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))]
    assert sorted(read) == [f"http://hotel.example:8443/run?case=R-{n}" for n in range(1, 6)]


def test_a_list_is_narrowed_as_my_shift_is_and_says_so(house: House) -> None:
    opened(house, {"location": "大廳 甲"}, {"location": "大廳 乙"})
    opened(house, {"room": "明珠廳"}, procedure="meeting")

    of_place = listed(house, place="大廳 乙")
    of_procedure = listed(house, procedure=["meeting"])
    of_department = listed(house, department=["meeting_service", "security"])

    assert "R-2" in of_place
    assert "地點或編號：大廳乙" in of_place
    assert "R-1" not in of_place
    assert "M-1" in of_procedure
    assert "R-1" not in of_procedure
    assert "程序：會議" in of_procedure
    assert "M-1" in of_department
    assert "R-1" not in of_department


def test_nothing_open_is_said_and_there_is_room_to_write(house: House) -> None:
    said = listed(house)

    assert "這裡沒有進行中的案件。" in said
    assert "平板無法使用時的新事項" in said


def test_of_very_many_the_most_urgent_are_printed_and_the_others_counted(house: House) -> None:
    opened(house, *({"location": f"{n}號", "urgency": "normal"} for n in range(MOST_CASES + 4)))
    late = cloud("late", case_id="Z-9", data=REPAIR | {"location": "最急"})
    assert house.send(late).status_code == 200

    said = listed(house)

    assert "進行中共205件，本表只列出最緊急的200件" in said
    assert said.index("最急") < said.index("0號")
    assert said.count("號") == MOST_CASES - 1


def test_very_long_names_and_odd_characters_lose_nothing(house: House) -> None:
    long = "".join(f"第{n:03}室" for n in range(60))
    opened(house, {"location": long}, {"location": '#panic("x") $x$ 😀'})

    said = listed(house)

    assert all(f"第{n:03}室" in said for n in range(60))
    assert '#panic("x")$x$U+1F600' in said


def test_an_erased_place_prints_as_erased(tmp_path: Path) -> None:
    at_place = with_change(
        PROCEDURE, "personal: true, title: {en: Borrower,", "personal: true, place: true, title: {en: Borrower,"
    )
    write_pack(tmp_path / "packs", procedures__key_loan=at_place, catalogue__key_loan=CATALOGUE)
    write_property(tmp_path, SETTINGS)
    with housed(tmp_path) as house:
        data = {"key_no": "M-1", "borrower": "周怡君"}
        assert house.send(cloud(1, case_id="K-1", procedure="key_loan", data=data)).status_code == 200
        assert "周怡君" in listed(house)
        house.service.store.erase("K-1")

    with housed(tmp_path) as house:
        said = listed(house)
        assert "周怡君" not in said
        assert "［已抹除］" in said
        assert "digest" not in said


def test_who_may_not_read_gets_no_list_and_rubbish_is_refused(house: House) -> None:
    path = "/api/v1/shift-list.pdf"

    assert house.client.get(path).status_code == 401
    assert house.client.get(path, headers=house.bearer("recorder")).status_code == 403
    assert house.client.get(path, headers={"Authorization": "Signed x.y"}).status_code == 401
    assert house.get("shift-list.pdf", lang="fr").status_code == 400
    for asked in ({"department": "enginering"}, {"procedure": "repairs"}):
        refused = house.get("shift-list.pdf", **asked)
        assert refused.status_code == 400
        assert "(there are " in refused.json()["error"]
    assert house.get("shift-list.pdf", place="x" * 101).status_code == 400


def test_a_running_service_prints_the_list_for_who_can_read_its_directory(house: House) -> None:
    opened(house, {"location": "大廳"})
    signed = Signer(house.service.directory).sign({"for": "form", "address": "http://hotel.example"}, 60)

    answer = house.client.get("/api/v1/shift-list.pdf?lang=en", headers={"Authorization": f"Signed {signed}"})

    assert "Printedbytheoperator," in words(answer.content)
    assert answer.headers["content-disposition"].startswith('inline; filename="shift-list.pdf"')


def test_the_command_writes_the_list_of_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.pdf"
    make_record(tmp_path)

    code = run(["shift-list", "--data", str(tmp_path), "-o", str(out), "--lang", "zh-Hant", "--procedure", "meeting"])

    said = words(out.read_bytes())
    assert (code, capsys.readouterr().err) == (0, "")
    assert "明珠廳" in said
    assert "R-2026" not in said


def test_the_screen_links_to_the_list_as_it_is_narrowed(house: House) -> None:
    _ = Tongue(translator("zh-Hant"), house.service.property.zone_info)

    drawn = shift_list_html({"department": ["engineering", "security"], "procedure": [], "place": ["大廳&甲"]}, _)

    assert "lang=zh-Hant&amp;department=engineering&amp;department=security&amp;place=%E5%A4%A7" in drawn
    assert "列印此清單" in drawn
