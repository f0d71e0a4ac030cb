"""Judges the words of a screen: what stands there in another language than the reader's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from opencc import OpenCC

from tests.walk.walker import Sight

# What is said alike in every language: abbreviations that hotels use, and how languages name themselves.
ALIKE = {"PIN", "QR", "HTTPS", "VIP", "SOP", "PDF", "EN", "UTC", "GMT"}
NAMES = ("English", "繁體中文", "简体中文", "繁", "简")
_FIGURES = re.compile(
    r"\b[A-Z]{1,3}-\d{4}-\d{3,}\b"  # the number of a case
    r"|\b[A-Z](\.\d+)+(\.[a-z])?(?![a-z])"  # the number of a clause
    r"|\b(\d+[dhms])+\b"  # a duration as it is typed
    r"|\b[A-Z]{2}\$"  # the sign of money, as everybody writes it there
    r"|\b[0-9a-f]{8,64}\b"  # a digest
)
_LATIN = re.compile(r"[A-Za-z]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def foreign(sight: Sight, data: Sequence[str]) -> Iterator[str]:
    """Yield what on a screen is not in its language: the kind of text, its words, where it stands."""
    if sight.lang != sight.language:
        yield f"the page says that it is in {sight.lang!r}"
    for word in sight.words:
        if word["lang"] and word["lang"] != sight.language:
            continue  # marked as another language: the source's own sentence, the name of a language
        text = bare(word["text"], data)
        if wrong := _wrong(text, sight.language):
            yield f"{word['kind']} “{word['text'][:90]}” ({wrong}) at {word['where']}"


def bare(text: str, data: Sequence[str]) -> str:
    """Return a text without what people wrote, names of languages, numbers of cases and clauses."""
    text = " ".join(text.split())
    for known in data:
        text = text.replace(known, " ")
    if text.strip() in NAMES:
        return ""
    return _FIGURES.sub(" ", text)


def _wrong(text: str, language: str) -> str:
    if language == "en":
        return " ".join(_HAN.findall(text))
    latin = [word for word in _LATIN.findall(text) if word not in ALIKE]
    other = only_traditional(text) if language == "zh-Hans" else only_simplified(text)
    return " ".join([*latin, *other])


def only_traditional(text: str) -> list[str]:
    """Return the characters that simplified Chinese writes in another way."""
    return [c for c in _HAN.findall(text) for c in c if _converter("t2s").convert(c) != c]


def only_simplified(text: str) -> list[str]:
    """Return the characters that traditional Chinese writes in another way, and that Taiwan's own code has not."""
    return [c for c in _HAN.findall(text) for c in c if _converter("s2t").convert(c) != c and not _in_big5(c)]


def _in_big5(character: str) -> bool:
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)
