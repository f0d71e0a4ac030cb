"""QR codes hold what was put into them: each is read back from a picture."""

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from sopwatch.qr import case_address, code_address, qr_png, qr_svg

ADDRESS = "https://hotel.example:8443"


def read_back(png: bytes) -> list[str]:
    """Return the texts of the codes in a picture."""
    return [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("L"))]


@pytest.mark.parametrize(
    "text",
    [case_address(ADDRESS, "R-2026-0042"), code_address(ADDRESS + "/", "k7m2q9x4wd"), "湖畔飯店 八〇五"],
)
@pytest.mark.parametrize("scale", [2, 8])
def test_a_code_is_read_back_from_a_picture(text: str, scale: int) -> None:
    assert read_back(qr_png(text, scale)) == [text]


def test_an_address_names_case_and_code_so_that_no_character_of_them_is_lost() -> None:
    assert case_address(ADDRESS, "R-2026-0042") == "https://hotel.example:8443/run?case=R-2026-0042"
    assert case_address(ADDRESS, "pms/7 & 8") == "https://hotel.example:8443/run?case=pms%2F7%20%26%208"
    assert code_address(ADDRESS + "/", "k7m2") == "https://hotel.example:8443/q/k7m2"


def test_the_svg_fills_its_box_and_fetches_nothing() -> None:
    drawn = qr_svg(code_address(ADDRESS, "k7m2q9x4wd"))

    assert drawn.startswith("<svg")
    assert "viewBox" in drawn
    assert " width=" not in drawn.split(">")[0]
    assert "href" not in drawn
    assert "style" not in drawn
