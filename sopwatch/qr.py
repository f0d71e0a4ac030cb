"""QR codes for screens, labels and forms: a text as SVG or PNG, and the addresses that stand in them."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

import segno

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


def _code(text: str) -> segno.QRCode:
    """Return the smallest code that still reads with a seventh of it soiled."""
    return segno.make_qr(text, error="m")
