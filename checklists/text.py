"""Domain text in three languages: what a pack writes, and simplified Chinese derived where it is not given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from opencc import OpenCC

_QR = re.compile(" ?QR 码 ?")
"""What Taiwan writes with Latin letters and spaces, the mainland writes with its own word."""
_OWN = {"程序": "程序", "資料": "资料", "紀錄": "记录"}
"""What the phrases of computing would take for a running process (进程) or for data (数据), or leave as it is."""
_OWN_WORD = re.compile("(程序|資料(?!庫)|紀錄)")
LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def say(text: Mapping[str, str] | str, language: str) -> str:
    """Return a text in a language: as written, simplified from traditional Chinese, else in the language there is."""
    if isinstance(text, str):
        return text
    if language in text:
        return text[language]
    if language == "zh-Hans" and "zh-Hant" in text:
        return simplified(text["zh-Hant"])
    for other in ("en", "zh-Hant", "zh-Hans"):
        if other in text:
            return text[other]
    return next(iter(text.values()), "")


@cache
def simplified(traditional: str) -> str:
    """Return traditional Chinese in simplified characters, with the mainland's phrases for Taiwan's."""
    parts = _OWN_WORD.split(traditional)
    text = "".join(_OWN.get(part) or str(_converter().convert(part)) for part in parts)
    return _QR.sub("二维码", text)


def in_both_scripts(word: str) -> list[str]:
    """Return a word as it is, in traditional and in simplified characters; each once."""
    return list(dict.fromkeys([word, *(str(_converter(way).convert(word)) for way in ("s2t", "t2s"))]))


@cache
def _converter(way: str = "tw2sp") -> OpenCC:
    return OpenCC(way)
