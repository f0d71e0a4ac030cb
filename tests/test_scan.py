"""Scanning a code inside the app: what is read from a photo, and that it leads to pages of this property alone."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sopwatch.access import Who
from sopwatch.api.scanning import LARGEST
from sopwatch.codes import Code
from sopwatch.photos import NoPhotoError
from sopwatch.qr import case_address, code_address, qr_png, read_codes
from sopwatch.throttle import Throttle
from tests.serving import House, cloud, housed

MEI = Who("person:mei", "Mei", frozenset({"record", "supervise", "read"}), ("receptionist",))
OURS = "http://testserver"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with housed(tmp_path) as held:
        yield held


def make(house: House, *places: str) -> list[Code]:
    return house.service.codes.make(MEI, places, "place", "repair", house.clock.at, guests=False)


def scan(house: House, photo: bytes, kind: str = "image/png") -> Any:
    return house.client.post("/api/v1/scan", content=photo, headers=house.bearer("reader") | {"Content-Type": kind})


def told(house: House, *texts: str) -> Any:
    """Tell what a tablet has read; return where it leads, else why it leads nowhere."""
    answer = scan(house, json.dumps({"texts": texts}).encode(), "application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()["to"] or answer.json()["why"]


def taken(text: str, kind: str = "JPEG", turned: int = 8) -> bytes:
    """Return a photo of a code on a desk: small in the picture, turned, under uneven light."""
    code = Image.open(io.BytesIO(qr_png(text, 5))).convert("L")
    desk = Image.linear_gradient("L").resize((2400, 1800)).point(lambda x: 90 + x // 4)
    desk.paste(code.rotate(turned, expand=True, fillcolor=150), (1300, 700))
    file = io.BytesIO()
    desk.convert("RGB").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_code_on_a_photo_leads_to_its_page(house: House, kind: str) -> None:
    (code,) = make(house, "八〇五")

    answer = scan(house, taken(code_address(OURS, code.id), kind))

    assert answer.status_code == 200
    assert answer.json() == {"to": f"/q/{code.id}", "why": None}


def test_a_case_on_a_printed_form_leads_to_its_sheet(house: House) -> None:
    house.send(cloud(1, case_id="pms/7 ä"))

    assert told(house, case_address(OURS, "pms/7 ä")) == "/run?case=pms%2F7+%C3%A4"
    assert told(house, "pms/7 ä") == "/run?case=pms%2F7+%C3%A4"
    assert told(house, case_address(OURS, "R-9")) == "no_case"


def test_a_label_outlives_the_address_that_it_was_printed_with(house: House) -> None:
    (code,) = make(house, "Lobby")

    assert told(house, f"http://10.0.0.7:8501/q/{code.id}") == f"/q/{code.id}"
    assert told(house, f"HTTP://TESTSERVER/q/{code.shown.upper()}") == f"/q/{code.id}"


@pytest.mark.parametrize(
    "text",
    ["https://evil.example/q/k7m2q9x4wd", "https://evil.example/run?case=R-1", "//evil.example/q/x",
     "javascript:alert(1)",
     "WIFI:T:WPA;S:lobby;P:secret;;", "http://[::1", "http://testserver@evil.example/run?case=R-1", "x" * 2000, " ",
     "http://testserver/sign-out", "http://testserver/q/a/b"],
)  # fmt: skip
def test_what_is_not_of_this_property_is_not_followed(house: House, text: str) -> None:
    house.send(cloud(1))

    assert told(house, text) == "foreign"


def test_an_unknown_an_ended_and_two_codes_say_so(house: House) -> None:
    first, second = make(house, "Lobby", "Gate")
    both = [code_address(OURS, first.id), code_address(OURS, second.id)]

    assert told(house, *both) == "several"
    house.service.codes.end(MEI, first.id, house.clock.at)
    assert told(house, both[0]) == "ended"
    assert told(house, *both, "WIFI:x") == f"/q/{second.id}"
    assert told(house, code_address(OURS, "nosuchcode")) == "unknown"
    assert told(house) == "none"


def test_a_photo_without_a_code_says_so_and_what_is_no_photo_is_refused(house: House) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(blank, "PNG")

    assert scan(house, blank.getvalue()).json() == {"to": None, "why": "none"}
    for rubbish in (b"", b"no picture", blank.getvalue()[:60], b"<svg/>"):
        assert scan(house, rubbish).status_code == 422
    assert scan(house, b"{", "application/json").status_code == 400
    assert scan(house, json.dumps({"texts": ["x" * 2001]}).encode(), "application/json").status_code == 400
    assert scan(house, json.dumps({"texts": [], "to": "/"}).encode(), "application/json").status_code == 400


def test_too_large_a_file_and_a_bomb_of_pixels_are_refused(house: House) -> None:
    assert scan(house, bytes(LARGEST + 1)).status_code == 413

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = part(b"IHDR", struct.pack(">IIBBBBB", 9_000, 8_000, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(30_000))) + part(b"IEND", b"")
    with pytest.raises(NoPhotoError, match="pixels"):
        read_codes(bomb)
    assert scan(house, bomb).status_code == 422


def test_who_is_signed_in_scans_and_nobody_else_and_not_from_another_site(house: House) -> None:
    (code,) = make(house, "Lobby")
    photo = taken(code_address(OURS, code.id))
    assert house.client.post("/api/v1/scan", content=photo).status_code == 401
    house.sign_in(house.person("Mei", "auditor"))

    own = house.client.post("/api/v1/scan", content=photo, headers={"Origin": OURS})
    other = house.client.post("/api/v1/scan", content=photo, headers={"Origin": "http://evil.example"})

    assert own.json()["to"] == f"/q/{code.id}"
    assert other.status_code == 403


def test_scanning_without_end_is_slowed_down_and_nothing_is_recorded(house: House) -> None:
    before = house.service.store.head()
    house.service.codes.scans = Throttle(2, 60)

    answers = [scan(house, b'{"texts": []}', "application/json").status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert house.service.store.head() == before
