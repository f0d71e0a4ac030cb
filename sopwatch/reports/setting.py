"""Sets a paper: a template of this folder, data as JSON and pictures as SVG in, a PDF out.

Texts never become part of a template's source, and nothing is written to the disk.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from checklists.errors import SopwatchError
from sopwatch.reports.typeface import FILE, FONTS, OPENS, all_printable, characters

TEMPLATES = Path(__file__).parent
_one_at_a_time = threading.Lock()
_compile: Callable[..., Any] = typst.compile_with_warnings  # its stub knows no sources held in memory


def set_pdf(template: str, data: Mapping[str, Any], pictures: Mapping[str, str] | None = None) -> bytes:
    """Return a paper as PDF. Raises SopwatchError where it cannot be set."""
    return _set(template, data, pictures or {}, "pdf")[0]


def set_png(template: str, data: Mapping[str, Any], pictures: Mapping[str, str] | None = None) -> list[bytes]:
    """Return a paper as PNG, 144 dots an inch, a picture a page. Raises SopwatchError where it cannot be set."""
    return _set(template, data, pictures or {}, "png")


def _set(
    template: str, data: Mapping[str, Any], pictures: Mapping[str, str], kind: Literal["pdf", "png"]
) -> list[bytes]:
    if template not in _templates():
        msg = f"there is no template {template!r} of papers"
        raise SopwatchError(msg)
    characters()
    told = json.dumps(all_printable(dict(data)), ensure_ascii=False)
    said = json.dumps(json.loads(told) | {"unprintable": OPENS in told}, ensure_ascii=False).encode()
    main = f'#import "{template}.typ": paper\n#paper(json("data.json"))'.encode()
    files = {f"{name}.typ": text for name, text in _templates().items()}
    files |= {name: svg.encode() for name, svg in pictures.items()} | {"data.json": said, "main.typ": main}
    try:
        with _one_at_a_time:  # some 0.1 s each, without the interpreter's lock; the other cores are the staff's
            made, warnings = _compile(files, format=kind, ppi=144, font_paths=[FONTS], ignore_system_fonts=True)
    except (typst.TypstError, RuntimeError) as error:
        msg = f"the paper cannot be set: {' '.join(str(error).split())}"
        raise SopwatchError(msg) from error
    if missing := [w.message for w in warnings if "unknown font" in w.message]:
        msg = f"the paper cannot be set: {missing[0]} (from {FILE})"
        raise SopwatchError(msg)
    return made if isinstance(made, list) else [made]


@cache
def _templates() -> Mapping[str, bytes]:
    return {path.stem: path.read_bytes() for path in TEMPLATES.glob("*.typ")}
