"""Codes of rooms and devices: who makes them, where they lead, what stands on a label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import sync_playwright

from checklists.errors import NotAllowed, SopwatchError
from sopwatch.access import OPERATOR, Who
from sopwatch.codes import LETTERS, Code, at_place
from sopwatch.throttle import Throttle, network_of
from tests.browser import launch
from tests.serving import REPAIR, House, housed

MEI = Who("person:mei", "Mei", frozenset({"record", "supervise", "read"}), ("receptionist",))
STAFF = Who("person:wang", "Wang", frozenset({"record", "read"}))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as held:
        yield held


def make(house: House, *places: str, guests: bool = False) -> list[Code]:
    return house.service.codes.make(MEI, places, "place", "repair", house.clock.at, guests=guests)


def sign_in(house: House, *access: str) -> None:
    assert house.sign_in(house.person("Mei", *(access or ("staff",)))).status_code == 303


def scan(house: House, code: str) -> str:
    """Scan a code; return where it leads."""
    answer = house.client.get(f"/q/{code}", follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_code_is_random_kept_and_the_same_place_has_it_once(house: House) -> None:
    first = make(house, " 八〇五 ", "八〇六", "八〇五", "")
    again = make(house, "八〇五")
    other = make(house, "八〇五", guests=True)

    assert [code.place for code in first] == ["八〇五", "八〇六"]
    assert again == first[:1]
    assert other[0].id != first[0].id
    assert all(len(code.id) == 10 and set(code.id) <= set(LETTERS) for code in first)
    assert house.service.codes.get(first[0].shown.upper()) == first[0]
    assert {code.id for code in house.service.codes.all()} == {first[0].id, first[1].id, other[0].id}


def test_only_who_supervises_or_administers_makes_and_ends_codes(house: House) -> None:
    (code,) = make(house, "Lobby")
    codes, now = house.service.codes, house.clock.at

    with pytest.raises(NotAllowed, match="supervise or administer"):
        codes.make(STAFF, ["Lobby"], "place", "repair", now, guests=False)
    with pytest.raises(NotAllowed, match="supervise or administer"):
        codes.end(STAFF, code.id, now)
    codes.end(OPERATOR, code.id, now)

    ended = codes.get(code.id)
    assert ended
    assert ended.ended_at == now
    assert make(house, "Lobby")[0].id != code.id


@pytest.mark.parametrize("places", [[], ["  "], ["x" * 41], [str(n) for n in range(201)]])
def test_no_place_too_many_and_too_long_ones_are_refused(house: House, places: list[str]) -> None:
    with pytest.raises(SopwatchError, match="codes:"):
        make(house, *places)

    assert house.service.codes.all() == []


def test_a_scan_leads_to_the_open_case_of_the_place_to_several_or_to_a_new_one(house: House) -> None:
    (code,) = make(house, "八〇五")
    sign_in(house)

    assert scan(house, code.id) == "/new?procedure=repair&place=%E5%85%AB%E3%80%87%E4%BA%94"
    first = house.service.open_case(MEI, "repair", REPAIR | {"location": "八〇五 浴室"})
    house.service.open_case(MEI, "repair", REPAIR | {"location": "一八〇五"})
    assert scan(house, code.id) == f"/run?case={first}"
    second = house.service.open_case(MEI, "repair", REPAIR | {"location": "八〇五"})
    assert scan(house, code.id) == "/find?q=%E5%85%AB%E3%80%87%E4%BA%94&state=open"
    house.service.close(MEI, first)
    assert scan(house, code.id) == f"/run?case={second}"


def test_a_place_is_not_another_with_a_longer_number(house: House) -> None:
    for location in ("Room 805", "Room 8051", "805", "1805", "805A", "room  805 bath"):
        house.service.open_case(MEI, "repair", REPAIR | {"location": location})
    files = house.service.open_cases()

    def places(wanted: str) -> set[str]:
        return {str(file.case.fields["location"]) for file in at_place(files, wanted)}

    assert places("805") == {"Room 805", "805", "room  805 bath"}
    assert places("ＲＯＯＭ 805") == {"Room 805", "room  805 bath"}


def test_who_may_not_record_is_not_led_to_a_new_case(house: House) -> None:
    (code,) = make(house, "Lobby")
    sign_in(house, "auditor")

    assert scan(house, code.id) == "/find?q=Lobby&state=open"


def test_the_signed_out_sign_in_first_and_then_come_back(house: House) -> None:
    (code,) = make(house, "Lobby")

    assert scan(house, code.id) == f"/sign-in?next=%2Fq%2F{code.id}"


def test_unknown_and_ended_codes_say_so_in_the_language_of_the_page_and_guessing_is_slowed_down(house: House) -> None:
    (code,) = make(house, "Lobby")
    house.service.codes.end(MEI, code.id, house.clock.at)

    ended = house.client.get(f"/q/{code.id}", params={"lang": "zh-Hant"})
    assert (ended.status_code, "此 QR 碼已停用" in ended.text) == (410, True)
    for language, told in (("en", "not known here"), ("zh-Hant", "查無此 QR 碼"), ("zh-Hans", "查无此二维码")):
        unknown = house.client.get("/q/nosuchcode", params={"lang": language})
        assert (unknown.status_code, re.findall(r'class="wrong">([^<]+)', unknown.text)[0].count(told)) == (404, 1)
    for _ in range(26):
        house.client.get("/q/nosuchcode")
    refused = house.client.get("/q/nosuchcode")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 600


def test_a_typed_code_comes_to_the_same_place(house: House) -> None:
    (code,) = make(house, "Lobby")

    assert "autocapitalize" in house.client.get("/q").text
    answer = house.client.get("/q", params={"code": f" {code.shown.upper()} "}, follow_redirects=False)
    assert answer.headers["location"] == f"/q/{code.shown.upper()}"
    assert scan(house, code.shown.upper()) == f"/sign-in?next=%2Fq%2F{code.id}"


def test_labels_are_for_those_who_make_codes(house: House) -> None:
    make(house, "<b>Lobby</b>", "Gate", guests=True)
    assert house.client.get("/labels", follow_redirects=False).headers["location"] == "/sign-in?next=/labels"
    sign_in(house)
    assert house.client.get("/labels").status_code == 403
    sign_in(house, "supervisor")

    sheet = house.client.get("/labels")

    assert sheet.status_code == 200
    assert sheet.text.count('<article class="label">') == 2
    assert "&lt;b&gt;Lobby&lt;/b&gt;" in sheet.text
    for said in ("Scan to report a repair", "掃描即可報修", "扫描即可报修"):
        assert sheet.text.count(said) == 2


def test_a_service_at_every_address_prints_the_one_that_was_asked(house: House) -> None:
    make(house, "Lobby")
    sign_in(house, "supervisor")
    house.held.launch = replace(house.held.launch, address="http://127.0.0.1:8501")

    asked = house.client.get("/labels", headers={"Host": "10.0.0.7:8501"}).text
    local = house.client.get("/labels", headers={"Host": "localhost:8501"}).text

    assert "10.0.0.7:8501/q" in asked
    assert "phones do not reach" not in asked
    assert "phones do not reach" in local


def test_a_throttle_lets_so_many_through_in_a_while_each_key_by_itself() -> None:
    at = [0.0]
    throttle = Throttle(2, 60, lambda: at[0])

    for key in ("a", "a", "b"):
        throttle.take(key)
        at[0] += 10
    assert (throttle.wait("a"), throttle.wait("b"), throttle.wait("c")) == (30, 0, 0)
    at[0] = 60
    assert throttle.wait("a") == 0


def test_of_ipv6_the_network_is_counted() -> None:
    assert network_of("2001:db8:1:2::5") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::5")
    assert network_of("::ffff:10.0.0.7") == network_of("10.0.0.7") == "10.0.0.7"
    assert network_of(None) == "?"
    assert network_of("testclient") == "testclient"


@pytest.mark.browser
def test_printed_labels_are_read_back_and_stand_eighteen_to_a_sheet(house: House, tmp_path: Path) -> None:
    codes = make(house, *(f"八〇五 {n} 號" for n in range(18)), "湖" * 40, "Boiler room two, behind the laundry door")
    sign_in(house, "supervisor")
    sheet = tmp_path / "sheet.html"
    html = house.client.get("/labels").text
    sheet.write_text(html, encoding="utf-8")

    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 794, "height": 1123}, device_scale_factor=2)
        page.goto(sheet.as_uri())
        page.emulate_media(media="print")
        picture = page.screenshot(full_page=True)
        pdf = page.pdf(prefer_css_page_size=True)
        cut = page.eval_on_selector_all(".label", "all => all.filter(l => l.scrollHeight > l.clientHeight).length")
        browser.close()

    read = {found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(picture)))}
    assert read == {f"http://testserver/q/{code.id}" for code in codes}
    assert pdf.count(b"/Type /Page\n") == 2
    assert cut == 0


PARTS = """all => all.map(label => {
  const [box, ...parts] = [label, ...label.children].map(element => element.getBoundingClientRect())
  const words = [...label.querySelectorAll("h2, .said, .typed")].every(e => e.scrollWidth <= e.clientWidth + 1)
  const [name, code, said, typed] = parts
  const within = parts.every(p => p.top >= box.top && p.bottom <= box.bottom && p.right <= box.right)
  const below = name.bottom <= Math.min(code.top, said.top)
  return words && within && below && Math.max(code.bottom, said.bottom) <= typed.top
})"""


@pytest.mark.browser
def test_nothing_on_a_label_is_cut_or_covered_whatever_its_place_and_address(house: House, tmp_path: Path) -> None:
    named = ("八〇五", "湖" * 40, "Boiler room two, behind the laundry door", "W" * 40)
    codes = [*make(house, *named), *make(house, *named, guests=True)]
    sign_in(house, "supervisor")
    sheet = tmp_path / "sheet.html"
    html = house.client.get("/labels").text
    sheet.write_text(html.replace("testserver/q", "hotel-lakeside-taipei.example.com:8443/q"), encoding="utf-8")

    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 794, "height": 1123}, device_scale_factor=2)
        page.goto(sheet.as_uri())
        page.emulate_media(media="print")
        whole = page.eval_on_selector_all(".label", PARTS)
        picture = page.screenshot(full_page=True)
        browser.close()

    assert whole == [True] * len(codes)
    assert len(zxingcpp.read_barcodes(Image.open(BytesIO(picture)))) == len(codes)
