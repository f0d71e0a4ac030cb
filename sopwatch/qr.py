"""QR codes for screens, labels and forms: a text as SVG or PNG, the addresses that stand in them, and photos read."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

import segno
from PIL import Image, ImageOps

from sopwatch.photos import seen

_EDGE = 2400  # pixels: a code that is a twelfth of a photo's width can still be read
_QUIET = 4  # modules of white around the code, as ISO/IEC 18004 asks


def case_address(address: str, case_id: str) -> str:
    """Return the address at which a case is opened; `address` is where people reach the service."""
    return f"{address.rstrip('/')}/run?case={quote(case_id, safe='')}"


def code_address(address: str, code: str) -> str:
    """Return the address that the code of a place or device leads to."""
    return f"{address.rstrip('/')}/q/{quote(code, safe='')}"


def qr_svg(text: str) -> str:
    """Return a text as a QR code in SVG, black on white, as large as the box that it stands in."""
    drawn: str = _code(text).svg_inline(border=_QUIET, omitsize=True, dark="#000", light="#fff")
    return drawn


def qr_png(text: str, scale: int = 8) -> bytes:
    """Return a text as a QR code in PNG, black on white, `scale` pixels a module."""
    file = BytesIO()
    _code(text).save(file, kind="png", scale=scale, border=_QUIET, dark="#000", light="#fff")
    return file.getvalue()


def read_codes(photo: bytes) -> list[str]:
    """Return what stands in the QR codes on a photo. Raises NoPhotoError."""
    return seen(photo, _EDGE, _read)


def _read(image: Image.Image) -> list[str]:
    import zxingcpp

    upright = ImageOps.exif_transpose(image).convert("L")
    upright.thumbnail((_EDGE, _EDGE))
    found = zxingcpp.read_barcodes(upright, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    return list(dict.fromkeys(code.text for code in found))


def _code(text: str) -> segno.QRCode:
    """Return the smallest code that still reads with a seventh of it soiled."""
    return segno.make_qr(text, error="m")
