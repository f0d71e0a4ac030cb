"""The SOP's forms as PDF: what is on them in each language, and what no text, loss or length can do to them."""

from __future__ import annotations

import io
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typst
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from checklists.instant import DAY, HOUR, format_instant
from sopwatch.access import OPERATOR, Who
from sopwatch.demands import NewEvent
from sopwatch.place import Property, write_property
from sopwatch.reports import typeface
from sopwatch.reports.form import Wanted, form_named, laid_out
from sopwatch.reports.setting import set_png
from sopwatch.ui.covered import facts_digest
from tests.packs import KEY_LOAN
from tests.serving import REPAIR, T0, House, housed

FORMS = {
    "repair_form": (595, 842), "dispatch_order": (420, 595), "complaint_form": (595, 842),
    "vip_application": (595, 842), "vip_notice": (595, 842),
}  # fmt: skip
TITLES = {
    "repair_form": ("Repair Form", "報修單", "报修单"),
    "dispatch_order": ("Dispatch Order", "派工單", "派工单"),
    "complaint_form": ("Complaint Form", "投訴處理表", "投诉处理表"),
    "vip_application": ("VIP/PR Reception Application", "重點賓客/公關接待申報單", "重点宾客/公关接待申报单"),
    "vip_notice": ("VIP Reception Notice", "重點賓客接待通知單", "重点宾客接待通知单"),
}
COMPLAINT = {
    "grade": "important", "channel": "visit", "complainant": "曾太太", "phone": "0920", "address": "1501室",
    "content": "電梯受困",
}  # fmt: skip
VIP = {
    "guest_kind": "vip", "grade": "A", "guests": ["周先生", "史密斯"], "titles": "董事", "overnight": True,
    "arrival_at": format_instant(T0 + 2 * DAY), "pickup": False, "send_off_car": False, "photos": False,
}  # fmt: skip


class Desk:
    """A property with a receptionist, and what is printed of its cases."""

    def __init__(self, house: House) -> None:
        self.house, self.service = house, house.service
        person = house.service.access.save(
            OPERATOR, house.person("林美玲", "staff", "supervisor", roles=("receptionist",))
        )
        self.mei = Who(f"person:{person.id}", "林美玲", person.rights, person.roles)

    def opened(self, procedure: str, fields: Mapping[str, Any]) -> str:
        return self.service.open_case(self.mei, procedure, fields)

    def done(self, case_id: str, step: str, value: Any = None, **said: Any) -> str:
        self.house.clock.at += HOUR
        new = NewEvent(case_id, step, value=value, **said)
        return self.service.record_one(new, self.mei).event_id

    def picture(self, kind: str = "PNG", width: int = 600) -> str:
        image = Image.new("RGB", (width, 200), "white")
        ImageDraw.Draw(image).line([(50, 150), (200, 40), (400, 160)], fill="black", width=6)
        file = io.BytesIO()
        image.save(file, kind)
        return f"sha256:{self.service.store.keep_file(file.getvalue())}"

    def pdf(self, case_id: str, form: str, lang: str = "zh-Hant") -> PdfReader:
        answer = self.house.get(f"cases/{case_id}/forms/{form}.pdf", lang=lang)
        assert answer.status_code == 200, answer.text
        return PdfReader(io.BytesIO(answer.content))

    def text(self, case_id: str, form: str, lang: str = "zh-Hant") -> str:
        """Return the words of all pages, line ends and blanks left out."""
        return "".join("".join(page.extract_text().split()) for page in self.pdf(case_id, form, lang).pages)

    def seen(self, case_id: str, form: str, lang: str = "zh-Hant") -> list[Image.Image]:
        file = self.service.case_file(case_id)
        assert file
        named = form_named(file.procedure, form)
        assert named
        wanted = Wanted(case_id, form, lang, "林美玲", "http://hotel.example:8443")
        laid = laid_out(self.service, file, named, self.service.store.head(), wanted)
        return [Image.open(io.BytesIO(page)) for page in set_png(*laid)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    write_property(tmp_path, Property(name="湖濱酒店", zone="Asia/Taipei", languages=("zh-Hant", "en")))
    shutil.copytree(KEY_LOAN, tmp_path / "packs")
    with housed(tmp_path) as house:
        yield Desk(house)


def case_of(desk: Desk, form: str) -> str:
    """Open a case that has this form, with nothing done in it."""
    procedure = {"repair_form": "repair", "dispatch_order": "repair", "complaint_form": "complaint"}.get(form, "vip")
    facts: dict[str, dict[str, Any]] = {"repair": REPAIR, "complaint": COMPLAINT, "vip": VIP}
    return desk.opened(procedure, facts[procedure])


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_a_case_with_nothing_done_is_set_in_each_language_on_its_paper(desk: Desk, form: str) -> None:
    case_id = case_of(desk, form)

    for lang, title in zip(("en", "zh-Hant", "zh-Hans"), TITLES[form], strict=True):
        paper = desk.pdf(case_id, form, lang)
        said = "".join(paper.pages[0].extract_text().split())
        head = desk.service.store.head()
        assert len(paper.pages) == 1
        assert title.replace(" ", "") in said
        assert case_id in said
        assert head.hash.hex() in said
        assert tuple(round(float(x)) for x in paper.pages[0].mediabox[2:]) == FORMS[form]


def test_chinese_is_set_without_a_font_of_the_machine() -> None:
    own = typst.Fonts(include_system_fonts=False, font_paths=[typeface.FONTS])
    none = typst.Fonts(include_system_fonts=False)

    assert set(typeface.FAMILIES.values()) <= set(own.families())
    assert not set(typeface.FAMILIES.values()) & set(none.families())
    assert all(ord(char) in typeface.characters() for char in "報修單报修单維修维𠮷한글カ客房")


def test_the_letters_left_to_the_other_font_are_drawn() -> None:
    codes = [code for first, last in typeface._EUROPEAN for code in range(first, last + 1)]
    letters = [chr(code) for code in codes if unicodedata.category(chr(code))[0] == "L"]
    families = f'"{typeface.FAMILIES["en"]}", "{typeface.BESIDE}"'
    lines = [f"#set page(width: 24pt, height: 24pt, margin: 4pt)\n#set text(font: ({families}), fallback: false)"]

    compile_pages: Callable[..., Any] = typst.compile
    pages = compile_pages(
        {"main.typ": "\n#pagebreak()\n".join([*lines, "\U0001f600", *letters]).encode()},
        format="png", font_paths=[typeface.FONTS], ignore_system_fonts=True,
    )  # fmt: skip

    assert isinstance(pages, list)
    lacking = [letter for letter, page in zip(letters, pages[-len(letters) :], strict=True) if page == pages[1]]
    assert len(letters) > 500
    assert not lacking


def test_a_whole_repair_shows_fields_steps_ink_and_photo(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR | {"requester": "吳家豪", "location": "一二〇三廚房"})
    desk.done(case_id, "assigned", "王志明")
    desk.done(case_id, "completed", desk.picture("JPEG"))
    before = len(desk.pdf(case_id, "repair_form").pages[0].images)
    desk.done(case_id, "signed_owner", desk.picture(), actor="吳家豪", role="owner")
    paper = desk.pdf(case_id, "repair_form")

    said = desk.text(case_id, "repair_form")

    assert len(paper.pages[0].images) == before + 1
    assert sum(len(page.images) for page in paper.pages) == 2
    for word in ("吳家豪", "一二〇三廚房", "王志明", "姓名：吳家豪", "身分：業主", "林美玲（接待員）"):
        assert word in said
    assert "截至" in said


def test_of_several_signatures_at_one_step_the_last_is_shown_and_their_number_said(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    for name in ("周怡君", "吳家豪"):
        desk.done(case_id, "signed_owner", desk.picture(), actor=name, role="owner")

    said = desk.text(case_id, "repair_form")

    assert "姓名：吳家豪" in said
    assert "姓名：周怡君" not in said
    assert "共簽名2次，此為最後一次" in said


def test_what_was_taken_back_is_not_shown_as_done(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    event_id = desk.done(case_id, "assigned", "不該出現")
    assert "不該出現" in desk.text(case_id, "repair_form")

    desk.service.retract(desk.mei, case_id, event_id, "wrong")

    said = desk.text(case_id, "repair_form")
    assert "不該出現" not in said
    assert "林美玲於2026年3月2日09:00的紀錄。原因：wrong" in said


def test_a_signature_says_when_it_no_longer_covers_what_was_signed(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    file = desk.service.case_file(case_id)
    assert file
    content = {"facts": facts_digest(file), "entries": []}
    desk.done(case_id, "signed_owner", desk.picture(), actor="Lin", role="owner", data={"content": content})
    warning = "此簽名不再涵蓋本表所載內容"
    assert warning not in desk.text(case_id, "repair_form")

    desk.service.amend(desk.mei, case_id, {"description": "another"})

    assert f"{warning}。簽名後的變動：「報修內容」已變更" in desk.text(case_id, "repair_form")


def test_comments_of_a_step_and_of_the_case_stand_on_the_form_with_their_photos(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    desk.done(case_id, "completed", desk.picture("JPEG", 500))
    desk.service.act(desk.mei, case_id, "_noted", {"step": "arrived", "note": "住戶的狗在家"})
    desk.service.act(desk.mei, case_id, "_noted", {"note": "請走後門", "photo": desk.picture("JPEG", 400)})
    taken_back = desk.service.act(desk.mei, case_id, "_noted", {"note": "不該出現"})
    desk.service.retract(desk.mei, case_id, taken_back.event_id, "別戶的")

    said = desk.text(case_id, "repair_form")

    assert "到達現場住戶的狗在家林美玲" in said
    assert "整件案件請走後門（照片2）林美玲" in said
    assert "照片2：整件案件" in said
    assert sum(len(page.images) for page in desk.pdf(case_id, "repair_form").pages) == 2
    assert "不該出現" not in said
    assert "已撤回林美玲於2026年3月2日09:00的「備註或相片」。原因：別戶的" in said


@pytest.mark.parametrize("form", ["repair_form", "dispatch_order"])
def test_money_has_its_currency_and_where_it_is_to_be_written_in_its_sign_alone(desk: Desk, form: str) -> None:
    assert "告知金額NT$1,200" in desk.text(desk.opened("repair", REPAIR | {"fee_quoted": 1200}), form)

    said = desk.text(desk.opened("repair", REPAIR), form)

    assert "告知金額NT$" in said
    assert "告知金額NT$1" not in said


def test_a_department_is_called_on_paper_what_the_sop_calls_it(desk: Desk) -> None:
    said = desk.text(desk.opened("vip", VIP), "vip_notice")

    assert "各部門簽收" in said
    received = said[said.index("各部門簽收") :]
    for name in ("管家部", "前廳部", "公關部"):
        assert name in received


@pytest.mark.parametrize("form", ["repair_form", "dispatch_order"])
def test_a_comment_stands_on_each_paper_of_its_case(desk: Desk, form: str) -> None:
    case_id = desk.opened("repair", REPAIR)
    desk.service.act(desk.mei, case_id, "_noted", {"note": "請走後門", "photo": desk.picture("JPEG", 400)})

    assert "整件案件請走後門（照片" in desk.text(case_id, form)


def test_a_paper_on_some_steps_has_no_comments_of_others(desk: Desk) -> None:
    case_id = desk.opened("vip", VIP)
    desk.service.act(desk.mei, case_id, "_noted", {"step": "room_set", "note": "加嬰兒床"})
    desk.service.act(desk.mei, case_id, "_noted", {"step": "approved", "note": "總經理親自迎接"})

    application, notice = (desk.text(case_id, form) for form in ("vip_application", "vip_notice"))

    assert ("加嬰兒床" in application, "加嬰兒床" in notice) == (False, True)
    assert ("總經理親自迎接" in application, "總經理親自迎接" in notice) == (True, False)


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_cancelled_case_says_so_at_its_head_and_why(desk: Desk, form: str) -> None:
    case_id = case_of(desk, form)
    desk.service.cancel(desk.mei, case_id, "業主自行處理")

    said = desk.text(case_id, form)

    told = "已取消2026年3月2日08:00，林美玲原因：業主自行處理"
    assert told in said
    first = {"repair": "業主聯" if form == "repair_form" else "派工內容", "complaint": "投訴內容", "vip": "到訪資料"}
    file = desk.service.case_file(case_id)
    assert file
    assert said.index(told) < said.index(first[file.procedure.id])


def test_the_form_of_a_case_open_again_says_who_opened_it_and_why(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    closed = desk.service.close(desk.mei, case_id)
    assert "已結案：2026年3月2日08:00，林美玲" in desk.text(case_id, "repair_form")
    desk.house.clock.at += HOUR
    desk.service.retract(desk.mei, case_id, closed.event_id, "仍漏水")

    said = desk.text(case_id, "repair_form")

    assert "重新開啟2026年3月2日09:00，林美玲原因：仍漏水" in said
    desk.service.close(desk.mei, case_id)
    again = desk.text(case_id, "repair_form")
    assert "重新開啟" not in again
    assert "的「結案」。原因：仍漏水" in again


def test_a_problem_at_a_signature_and_a_reason_that_was_overtaken_are_said(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    desk.service.act(desk.mei, case_id, "_problem", {"step": "signed_owner", "reason": "業主不在"})
    desk.service.act(desk.mei, case_id, "_cannot_do", {"step": "arrived", "reason": "門鎖住"})
    assert desk.text(case_id, "repair_form").count("無法辦理：門鎖住") == 1

    desk.done(case_id, "arrived")

    said = desk.text(case_id, "repair_form")
    assert said.count("無法辦理：門鎖住") == 1
    assert said.count("問題：業主不在") == 1


def test_what_was_done_in_a_public_repair_as_in_a_unit_is_on_its_form(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR | {"scope": "public"})
    assert "業主簽名" not in desk.text(case_id, "repair_form")

    desk.done(case_id, "signed_owner", desk.picture(), actor="吳家豪", role="owner")

    said = desk.text(case_id, "repair_form")
    assert "業主簽名" in said
    assert "姓名：吳家豪" in said


@pytest.mark.parametrize("form", FORMS)
def test_the_code_leads_to_the_case(desk: Desk, form: str) -> None:
    case_id = case_of(desk, form)

    read = zxingcpp.read_barcodes(desk.seen(case_id, form)[0].convert("L"))

    assert [code.text for code in read] == [f"http://hotel.example:8443/run?case={case_id}"]


@pytest.mark.parametrize(
    "text", ['#panic("x")', "]#[", "$x^2$ *b* _i_ `c` \\ @ref <label>", '"} // #import "/x"', "{{x}}"]
)
def test_a_text_is_printed_as_it_is_whatever_stands_in_it(desk: Desk, text: str) -> None:
    case_id = desk.opened("repair", REPAIR | {"requester": text, "description": text})

    said = desk.text(case_id, "repair_form")

    assert said.count("".join(text.split())) == 2


def test_what_the_typeface_lacks_stands_there_as_its_code(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR | {"requester": "𠮷野😀กא\u202ex한", "description": "a\x07b"})

    said = desk.text(case_id, "repair_form")

    assert "𠮷野U+1F600U+0E01U+05D0U+202Ex한" in said
    assert "aU+0007b" in said
    assert "加框的代碼" in said
    assert "加框的代碼" not in desk.text(desk.opened("repair", REPAIR), "repair_form")


@pytest.mark.parametrize("form", ["repair_form", "dispatch_order", "complaint_form"])
def test_a_text_of_four_thousand_characters_goes_on_over_pages_whole(desk: Desk, form: str) -> None:
    long = " ".join(f"w{n:04}句" for n in range(570))
    of_complaint = desk.opened("complaint", COMPLAINT | {"content": long})
    case_id = of_complaint if form == "complaint_form" else desk.opened("repair", REPAIR | {"description": long})

    said = desk.text(case_id, form)

    assert all(f"w{n:04}" in said for n in range(570))
    assert len(desk.pdf(case_id, form).pages) > 1


def test_thirty_guests_are_all_there(desk: Desk) -> None:
    guests = [f"賓客{n:02}號" for n in range(30)]
    case_id = desk.opened("vip", VIP | {"guests": guests})

    for form in ("vip_application", "vip_notice"):
        said = desk.text(case_id, form)
        assert all(guest in said for guest in guests)


def test_a_lost_or_broken_picture_is_said(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    desk.done(case_id, "completed", f"sha256:{desk.service.store.keep_file(b'no picture')}")
    kept = desk.picture()
    desk.done(case_id, "signed_worker", kept)
    for path in desk.house.held.launch.directory.rglob(f"*{kept.removeprefix('sha256:')}*"):
        path.unlink()

    said = desk.text(case_id, "repair_form")

    assert "此照片無法列印" in said
    assert "紀錄中沒有此簽名的圖像" in said


def test_more_photos_than_a_few_are_counted(desk: Desk) -> None:
    case_id = desk.opened("repair", REPAIR)
    for width in range(300, 1000, 100):
        desk.done(case_id, "completed", desk.picture("JPEG", width))

    paper = desk.pdf(case_id, "repair_form")

    assert sum(len(page.images) for page in paper.pages) == 6
    assert "另有1張見紀錄" in desk.text(case_id, "repair_form")


def test_what_is_erased_prints_as_erased_with_its_ink(tmp_path: Path) -> None:
    write_property(tmp_path, Property(name="湖濱酒店", zone="Asia/Taipei", languages=("zh-Hant",)))
    with housed(tmp_path) as house:
        desk = Desk(house)
        case_id = desk.opened("repair", REPAIR | {"requester": "吳家豪"})
        desk.done(case_id, "signed_owner", desk.picture(), actor="吳家豪", role="owner")
        house.service.store.erase(case_id)

    with housed(tmp_path) as house:
        house.clock.at += DAY
        desk = Desk(house)
        said = desk.text(case_id, "repair_form")
        assert "吳家豪" not in said
        assert "digest" not in said
        assert "姓名：［已抹除］" in said
        assert not [image for page in desk.pdf(case_id, "repair_form").pages for image in page.images]


def test_a_pack_of_the_house_prints_its_forms_too(desk: Desk) -> None:
    case_id = desk.opened("key_loan", {"key_no": "M-1", "borrower": "周怡君"})

    said = desk.text(case_id, "key_slip")

    for word in ("鑰匙單", "周怡君", "M-1", "交付鑰匙"):
        assert word in said


def test_of_a_choice_made_again_and_again_each_line_says_which_and_of_what_step(desk: Desk) -> None:
    case_id = desk.opened("key_loan", {"key_no": "M-1", "borrower": "周怡君"})
    for n in range(41):
        desk.done(case_id, "condition", "damaged" if n % 2 else "good")

    said = desk.text(case_id, "key_slip")

    assert len(desk.pdf(case_id, "key_slip").pages) > 1
    assert (said.count("good"), said.count("damaged"), said.count("狀況")) == (21, 20, 41)
