"""Packs for tests: the key loan of the documentation, whole or with one thing changed."""

from __future__ import annotations

import shutil
from pathlib import Path

KEY_LOAN = Path(__file__).parent / "data" / "key_loan"
PROCEDURE = (KEY_LOAN / "procedures" / "key_loan.yaml").read_text("utf-8")
CATALOGUE = (KEY_LOAN / "catalogue" / "key_loan.yaml").read_text("utf-8")


def with_change(text: str, old: str, new: str) -> str:
    """Return a text with the one occurrence of `old` replaced."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    """Return the line on which a part first stands, from 1."""
    return text[: text.index(part)].count("\n") + 1


def write_pack(folder: Path, **files: str) -> Path:
    """Write a pack: names such as `procedures__key_loan` become paths; return its folder."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/').replace('_at_', '@')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def copy_pack(folder: Path) -> Path:
    """Copy the key loan pack to a folder; return it."""
    return Path(shutil.copytree(KEY_LOAN, folder / "pack"))
