"""Reports of guests: taken without an account by a page that needs no scripts, with photos that are written anew."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sopwatch.access import Who
from sopwatch.codes import Code
from sopwatch.guest_reports import FullError, Report, Told
from sopwatch.photos import NoPhotoError, cleaned
from tests.serving import House, housed

MEI = Who("person:mei", "Mei", frozenset({"record", "supervise", "read"}), ("receptionist",))
WANG = Who("person:wang", "Wang", frozenset({"record", "read"}), ("receptionist",))
AUDITOR = Who("person:chen", "Chen", frozenset({"audit", "read"}))
TOLD = {"description": "浴室漏水", "name": "陳先生", "phone": "0912-345", "scope": "unit", "urgent": "yes"}
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as held:
        yield held


@pytest.fixture
def code(house: House) -> Code:
    return make(house)


def make(house: House, place: str = "八〇五", *, guests: bool = True) -> Code:
    return house.service.codes.make(MEI, [place], "place", "repair", house.clock.at, guests=guests)[0]


HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(200)


def photo(size: tuple[int, int] = (400, 300), kind: str = "JPEG", **more: Any) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "#2a6").save(file, kind, **more)
    return file.getvalue()


def post(house: House, code: Code, *photos: bytes, headers: Mapping[str, str] | None = None, **texts: Any) -> Any:
    files = [(f"photo{n}", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate(photos, 1)]
    data = {**TOLD, **texts}
    return house.client.post(
        f"/q/{code.id}",
        data=data,
        files=files or None,
        headers=OURS if headers is None else headers,
        follow_redirects=False,
    )


def report(house: House, code: Code, *photos: bytes, **texts: Any) -> tuple[Report, str]:
    """Send a report; return it as it waits, and the address of its page."""
    answer = post(house, code, *photos, **texts)
    assert answer.status_code == 303, answer.text
    return house.service.reports.waiting()[-1], str(answer.headers["location"])


def files_of(house: House) -> set[str]:
    return {path.name for path in (house.service.directory / "reports").iterdir()}


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_asks_in_three_languages_and_needs_no_script(house: House, code: Code) -> None:
    for language, said in (("en", "What is wrong?"), ("zh-Hant", "發生什麼問題？"), ("zh-Hans", "发生什么问题？")):
        page = house.client.get(f"/q/{code.id}", params={"lang": language})

        assert page.status_code == 200
        assert said in page.text
        assert "八〇五" in page.text
        form = re.search(r"<form.*</form>", page.text, re.DOTALL)
        assert form
        assert "<script" not in form[0]


def test_a_code_without_guests_has_no_such_page_and_staff_find_the_way_in(house: House, code: Code) -> None:
    closed = make(house, "機房", guests=False)

    assert house.client.get(f"/q/{closed.id}", follow_redirects=False).headers["location"].startswith("/sign-in")
    assert post(house, closed).headers["location"] == f"/q/{closed.id}"
    assert house.service.reports.waiting() == []
    staff = house.client.get(f"/q/{code.id}?staff=1", follow_redirects=False)
    assert staff.headers["location"] == f"/sign-in?next=%2Fq%2F{code.id}"


def test_a_report_waits_with_its_photos_and_its_page_says_nothing_of_what_was_told(house: House, code: Code) -> None:
    waiting, address = report(house, code, photo(), photo(kind="PNG"))

    assert waiting.number == "Q-0001"
    assert waiting.told == Told("浴室漏水", "陳先生", "0912-345", "unit", urgent=True)
    assert (waiting.place, waiting.at, waiting.photos) == ("八〇五", house.clock.at, 2)
    assert files_of(house) == {"Q-0001.json", "Q-0001.1.jpg", "Q-0001.2.jpg"}
    assert house.service.store.head().seq == 0
    page = house.client.get(address, params={"lang": "zh-Hant"})
    assert "Q-0001" in page.text
    assert "等待櫃檯確認" in page.text
    assert not re.search("漏水|陳先生|0912|八〇五", page.text)
    assert house.client.get("/report/" + "0" * 32).status_code == 404


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_user_of_the_service_may_read_what_waits(house: House, code: Code) -> None:
    report(house, code, photo())

    directory = house.service.directory / "reports"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("texts", "status", "said"),
    [
        ({"description": "  "}, 422, "Please say what is wrong"),
        ({"description": "x" * 1001}, 422, "too long"),
        ({"name": "x" * 81}, 422, "too long"),
        ({"website": "http://spam"}, 422, "leave the last field empty"),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_line_and_what_was_typed_stays(
    house: House, code: Code, texts: dict[str, Any], status: int, said: str
) -> None:
    answer = post(house, code, phone="0912-345", **texts)

    assert answer.status_code == status
    assert said in answer.text
    assert 'value="0912-345"' in answer.text
    assert house.service.reports.waiting() == []


def test_another_site_cannot_send_a_report(house: House, code: Code) -> None:
    for headers in ({"Origin": "http://elsewhere"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        assert post(house, code, headers=headers).status_code == 403

    assert house.service.reports.waiting() == []


def test_rubbish_is_refused_without_a_trace(house: House, code: Code) -> None:
    address, kind = f"/q/{code.id}", {"Content-Type": "multipart/form-data; boundary=x"}

    assert house.client.post(address, content=b"--x\r\nrubbish", headers=OURS | kind).status_code in {400, 422}
    assert house.client.post(address, content=b"\xff\x00{", headers=OURS).status_code == 422
    assert post(house, code, b"GIF89a not a photo").status_code == 422
    assert post(house, code, photo(), photo(), photo()).status_code == 400
    assert post(house, code, bytes(26 << 20)).status_code == 413
    assert post(house, code, scope="everywhere", urgent="perhaps").status_code == 303
    assert house.service.reports.waiting()[0].told == Told("浴室漏水", "陳先生", "0912-345")


def test_sent_twice_it_is_one_report(house: House, code: Code) -> None:
    once = "a" * 32

    first, second = (post(house, code, once=once).headers["location"] for _ in range(2))

    assert first == second
    assert len(house.service.reports.waiting()) == 1


def test_too_many_reports_are_slowed_down_by_code_and_by_address(house: House, code: Code) -> None:
    other = make(house, "八〇六")

    answers = [post(house, code).status_code for _ in range(6)]
    refused = post(house, other)

    assert answers == [303] * 6
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 600
    assert re.search(r"wait (10|9) minutes", refused.text)
    assert house.service.reports.by_code.wait(other.id) == 0


def test_no_more_than_so_many_wait(house: House, code: Code) -> None:
    for n in range(20):
        house.service.reports.take(code, Told(f"{n}"), [], f"secret {n}", house.clock.at)

    with pytest.raises(FullError):
        house.service.reports.take(code, Told("one more"), [], "secret", house.clock.at)
    answer = post(house, code)
    assert answer.status_code == 503
    assert "tell the reception" in answer.text


# --- photos ----------------------------------------------------------------------------------------------------------


def test_a_photo_is_written_anew_small_upright_and_without_where_and_when() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker of the camera", 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (25.0, 2.0, 0.0)

    kept = cleaned(photo((3200, 2400), exif=exif, comment=b"at home"))

    image = Image.open(BytesIO(kept))
    assert image.size == (1200, 1600)
    assert dict(image.getexif()) == {}
    assert not {"exif", "comment"} & set(image.info)
    assert b"Maker" not in kept


def test_what_is_no_photo_or_too_large_in_memory_is_refused() -> None:
    bomb, wide = BytesIO(), BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    Image.new("1", (10_000, 7_000)).save(wide, "PNG")
    assert len(bomb.getvalue()) < 1 << 20

    unread = (b"", b"\xff\xd8\xff rubbish", photo()[:200], photo(kind="GIF"), bomb.getvalue())
    for content, code in (
        *((content, "photo_unreadable") for content in unread),
        (HEIC, "photo_heic"),
        (wide.getvalue(), "photo_too_many_pixels"),
        (bytes(13 << 20), "photo_too_large"),
    ):
        with pytest.raises(NoPhotoError) as error:
            cleaned(content)
        assert error.value.code == code


def test_a_photo_in_a_format_that_phones_make_is_refused_with_what_to_do(house: House, code: Code) -> None:
    answer = post(house, code, HEIC)

    assert answer.status_code == 422
    assert "choose JPEG in the camera’s settings" in answer.text
    assert house.service.reports.waiting() == []
