"""Brings the catalogues of interface texts up to date: `python scripts/catalogues.py`; 1 if a text lacks its Chinese.

English ids are read from the code; zh_Hant.po is translated by people; zh_Hans.po is derived from it, but for entries
with the comment "by hand". Compiled by `make setup`.
"""

from __future__ import annotations

import ast
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from checklists.text import simplified

HOUSE = Path(__file__).resolve().parent.parent
BY_HAND = "by hand"


def main() -> int:
    """Write both catalogues; return 1 if a text has no Chinese yet."""
    found = _extracted()
    hant = _read("zh_Hant")
    hant.update(found, no_fuzzy_matching=True)
    hant.obsolete.clear()
    _write("zh_Hant", hant)
    _write("zh_Hans", _simplified(hant, _read("zh_Hans")))
    missing = [message.id for message in hant if message.id and not _is_translated(message)]
    for text in missing:
        sys.stdout.write(f"no Chinese yet: {text}\n")
    return 1 if missing else 0


def _extracted() -> Catalog:
    """Return the texts in the code: `_("…")`, `N_("…")`, `….ngettext("…", "…")`, `….forms("…", "…")`."""
    found = Catalog(fuzzy=False)
    for path in sorted((HOUSE / "sopwatch").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (text := _text_of(node)):
                found.add(text, None, [(path.relative_to(HOUSE).as_posix(), 0)])
    return found


def _text_of(call: ast.Call) -> str | tuple[str, ...] | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in {"ngettext", "forms"}:
        return tuple(texts[:2]) if len(texts) >= 2 else None
    return texts[0] if name in {"_", "N_"} and texts else None


def _simplified(hant: Catalog, before: Catalog) -> Catalog:
    hans = Catalog(locale="zh_Hans", fuzzy=False)
    for message in hant:
        if not message.id:
            continue
        kept = before.get(message.id)
        if kept and BY_HAND in kept.user_comments:
            hans[message.id] = kept
            continue
        said = message.string
        text = simplified(said) if isinstance(said, str) else tuple(map(simplified, said or ()))
        hans.add(message.id, text, message.locations)
    return hans


def _is_translated(message: Message) -> bool:
    said = message.string
    return bool(said) if isinstance(said, str) else all(said or ("",))


def _path(name: str) -> Path:
    return HOUSE / "sopwatch" / "locale" / name / "LC_MESSAGES" / "sopwatch.po"


def _read(name: str) -> Catalog:
    if not _path(name).exists():
        return Catalog(locale=name, fuzzy=False)
    with _path(name).open("rb") as file:
        return read_po(file, locale=name)


def _write(name: str, catalogue: Catalog) -> None:
    """Write a catalogue without dates or names, so that it changes only with its texts."""
    catalogue.fuzzy = False
    catalogue.header_comment = "# Interface texts of sopwatch; see scripts/catalogues.py."
    file = BytesIO()
    write_po(file, catalogue, width=120, no_location=False, omit_header=True, sort_output=True, include_lineno=False)
    header = (
        f'{catalogue.header_comment}\nmsgid ""\nmsgstr ""\n"Language: {name}\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    _path(name).parent.mkdir(parents=True, exist_ok=True)
    _path(name).write_text(header + file.getvalue().decode(), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
