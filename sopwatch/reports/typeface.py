"""The typeface of the papers, which is shipped: which characters it has, and what stands in the place of the others.

typst leaves out what no font has, without an error: here every text goes through `printable` before it is set.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from checklists.errors import SopwatchError

FONTS = Path(__file__).parent / "fonts"
FILE = FONTS / "NotoSansCJK-Regular.ttc"
FAMILIES = {"en": "Noto Sans CJK TC", "zh-Hant": "Noto Sans CJK TC", "zh-Hans": "Noto Sans CJK SC"}
BESIDE = "Libertinus Serif"
"""A font inside typst, for European letters that the other one lacks."""
OPENS, CLOSES = "\ue000", "\ue001"
"""Around the code point of a character that cannot be printed: frame.typ draws a box around it."""

Ranges = tuple[tuple[int, int], ...]
_EUROPEAN: Ranges = (
    (0xA1, 0x17F),
    (0x192, 0x192),
    (0x1CD, 0x1DC),
    (0x218, 0x21B),
    (0x386, 0x3CE),
    (0x401, 0x45F),
    (0x1E02, 0x1E1E),
    (0x1E80, 0x1E85),
    (0x1E9E, 0x1E9E),
    (0x1EA0, 0x1EF9),
)
_UNSEEN = ((0x200B, 0x200D), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0xAD, 0xAD), (0x2060, 0x2060), (0xFEFF, 0xFEFF))
_TURNING = ((0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x2069))  # they would set what follows in another order


def printable(text: str) -> str:
    """Return a text as it can be set: what has no glyph is there as its code point, marked; nothing vanishes."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    return "".join(char if _has(ord(char)) else _instead(ord(char)) for char in text)


def all_printable(value: Any) -> Any:
    """Return JSON with each of its texts as it can be set."""
    match value:
        case str():
            return printable(value)
        case dict():
            return {key: all_printable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [all_printable(inner) for inner in value]
        case _:
            return value


def _has(code: int) -> bool:
    return code == 0x0A or (code in characters() and not _within(code, _TURNING)) or _within(code, _EUROPEAN)


def _instead(code: int) -> str:
    return "" if _within(code, _UNSEEN) else f"{OPENS}U+{code:04X}{CLOSES}"


def _within(code: int, ranges: Ranges) -> bool:
    return any(first <= code <= last for first, last in ranges)


@cache
def characters() -> frozenset[int]:
    """Return the code points that the typeface has. Raises SopwatchError where its file is missing or damaged."""
    try:
        return frozenset(_mapped(FILE.read_bytes())) - frozenset(range(0x20)) - frozenset(range(0x7F, 0xA0))
    except (OSError, struct.error, StopIteration) as error:
        msg = f"{FILE}: the typeface of the papers cannot be read ({error}): get it again with the program"
        raise SopwatchError(msg) from error


def _mapped(content: bytes) -> set[int]:
    """Read the character map (format 12) of the first font of a collection (ISO/IEC 14496-22)."""
    (font,) = struct.unpack_from(">I", content, 12)
    (tables,) = struct.unpack_from(">H", content, font + 4)
    records = (struct.unpack_from(">4sIII", content, font + 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (maps,) = struct.unpack_from(">H", content, cmap + 2)
    offsets = (cmap + struct.unpack_from(">HHI", content, cmap + 4 + 8 * n)[2] for n in range(maps))
    table = next(offset for offset in offsets if struct.unpack_from(">H", content, offset)[0] == 12)
    (groups,) = struct.unpack_from(">I", content, table + 12)
    spans = (struct.unpack_from(">II", content, table + 16 + 12 * n) for n in range(groups))
    return {code for first, last in spans for code in range(first, last + 1)}
