"""The table of refusals: every code has its words in every language, and every place that refuses uses the table."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import scripts.refusals
from checklists.errors import NotAllowed, Refused, SopwatchError, StoreError
from checklists.text import LANGUAGES
from rules.pack import load_pack
from rules.whatif import Book, SettingError, apply
from sopwatch.i18n import translator
from sopwatch.refusal_words import all_words, words_of
from sopwatch.refusals import ENGLISH, GROUPS, because, coded
from sopwatch.ui.refused import told
from sopwatch.ui.tongue import Tongue

CODE = Path("sopwatch")
MADE_OF_THE_TABLE = {"Refused", "NotAllowed", "FullError", "NoPhotoError"}
ALL_OF_THE_TABLE = {"access.py", "codes.py", "demands.py", "guest_reports.py", "notes.py", "photos.py", "signed.py"}
CHINESE = [language for language in LANGUAGES if language != "en"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(CODE.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def filled(code: str) -> dict[str, Any]:
    """Return a value for each param of a code, its own name; figures and instants are what they are."""
    figures = {"most", "least", "seq", "sent", "seconds"}
    instants = dict.fromkeys(("at", "now"), "2026-03-02T16:05:00Z")
    names = placeholders(ENGLISH[code])
    return {name: 7 if name in figures else instants.get(name, f"the {name}") for name in names}


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ENGLISH)
def test_every_code_has_words_in_every_language_with_the_same_params(code: str) -> None:
    said = {language: all_words(translator(language))[code] for language in LANGUAGES}

    assert re.fullmatch("[a-z][a-z0-9_]*", code)
    assert all(placeholders(text) == placeholders(said["en"]) for text in said.values())
    assert placeholders(said["en"]) <= placeholders(ENGLISH[code]), "people read what the service tells"
    assert all(re.search("[\u4e00-\u9fff]", said[language]) for language in CHINESE)
    for language in CHINESE:
        bare = re.sub(r"{\w+}|(\d+[dhm])+|PIN|QR|JPEG|PNG|WebP|HEIC|MB", "", said[language])
        assert not re.search("[A-Za-z]", bare)


def test_no_words_are_left_of_a_code_that_there_is_not() -> None:
    assert set(all_words(str)) == set(ENGLISH)
    assert sum(len(group) for group in GROUPS.values()) == len(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ENGLISH)
def test_the_words_of_every_code_are_filled_in(code: str, language: str) -> None:
    error = SopwatchError(*because(code, **filled(code)))

    said = words_of(error, translator(language))

    assert "{" not in said
    assert all(f"{filled(code)[name]}" in said for name in placeholders(all_words(str)[code]))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotAllowed("no"), "您沒有這項權限。"),
        (StoreError("the disk is full"), "沒有記錄成功：系統目前無法寫入，請再試一次。"),
        (SopwatchError("odd"), "沒有記錄：與案件目前的狀況不符。"),
    ],
)
def test_an_error_without_a_code_is_told_by_what_it_is(error: SopwatchError, words: str) -> None:
    assert words_of(error, translator("zh-Hant")) == words


def test_steps_facts_and_instants_are_told_as_people_know_them() -> None:
    _ = Tongue(translator("zh-Hant"), ZoneInfo("Asia/Taipei"))
    repair = load_pack([]).newest("repair")[0]

    def said(code: str, **params: Any) -> str:
        return told(Refused(*because(code, **params)), _, repair)

    assert (
        said("number_needed", step="fee_explained") == f"「{_.of(repair.steps['fee_explained'].title)}」：請輸入數字。"
    )
    assert said("not_to_be_retracted", event="opened") == "「開案」不能撤回。"
    titles = "、".join(_.of(repair.field[name].title) for name in ("requester", "urgency"))
    assert said("fields_missing", procedure="repair", fields="requester, urgency") == f"尚缺資料：{titles}。"
    assert "2026年3月3日 週二 00:05" in said("case_cancelled", case="R-1", at="2026-03-02T16:05:00Z")
    assert said("number_needed", step="unknown_here") == "「unknown_here」：請輸入數字。"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("within=soon", "這不是可用的時間長度，請寫成如 30m、12h 或 1d12h。"),
        ("within=0m", "這不是可用的時間長度，請寫成如 30m、12h 或 1d12h。"),
        ("do=nosuch", "這個數值不適用於此規則。"),
        ("often=1h", "這條規則沒有這項數值。"),
    ],
)
def test_what_cannot_be_tried_is_told_in_the_reader_s_language(value: str, words: str) -> None:
    book = Book(*load_pack([]).newest("repair"))

    with pytest.raises(SettingError) as refused:
        apply({"repair": book}, [f"repair.emergency-24h.response.{value}"])

    assert told(refused.value, Tongue(translator("zh-Hant"), ZoneInfo("Asia/Taipei"))) == words


# --- the table and who uses it ----------------------------------------------------------------------------------------


def test_whoever_refuses_says_it_by_the_table() -> None:
    found, elsewhere = 0, []
    for path, tree in trees():
        for node in ast.walk(tree):
            made = MADE_OF_THE_TABLE | ({"SopwatchError"} if path.name in ALL_OF_THE_TABLE else set())
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in made:
                found += 1
                if not ast.unparse(node).startswith(f"{node.func.id}(*because("):
                    elsewhere.append(f"{path}:{node.lineno}")

    assert found > 60
    assert elsewhere == []


def test_every_code_of_the_table_is_used_somewhere() -> None:
    own = {"refusals.py", "refusal_words.py"}
    sources = [path.read_text(encoding="utf-8") for path, _ in trees() if path.name not in own]
    sources.append(Path("rules/whatif.py").read_text(encoding="utf-8").partition("class SettingError")[2])
    own_code = (CODE / "refusals.py").read_text(encoding="utf-8").partition("ENGLISH: ")[2]

    unused = [code for code in ENGLISH if not any(f'"{code}"' in text for text in (*sources, own_code))]

    assert unused == []


@pytest.mark.parametrize("code", ENGLISH)
def test_the_sentence_is_the_template_filled_in(code: str) -> None:
    params = filled(code)

    sentence, own, sent = because(code, **params)

    assert sentence == ENGLISH[code].format(**params)
    assert own == code
    assert sent == params


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (3, 3), (2.5, 2.5), ("三", "三"), (True, "true"), (None, "null"), (["a", 1], '["a", 1]'),
        (float("inf"), "Infinity"),
        ("half \ud800", "half ?"), ("x" * 4000, "x" * 200 + "…"), ({"a": {1}}, '{"a": "{1}"}'),
    ],
)  # fmt: skip
def test_whatever_was_sent_the_params_are_flat_and_short(value: Any, sent: Any) -> None:
    sentence, _, params = because("field_of_other_type", field="phone", value=value, type="text")

    assert sentence == f"phone: {value!r} is no text"
    assert params["value"] == sent
    json.dumps(dict(params), allow_nan=False, ensure_ascii=False).encode()


def test_an_error_of_the_store_has_a_code_too() -> None:
    assert coded(StoreError("the disk is full")) == ("record_unavailable", {"why": "the disk is full"})
    assert coded(Refused(*because("case_closed", case="R-1"))) == ("case_closed", {"case": "R-1"})


def test_the_page_of_codes_is_that_of_the_table() -> None:
    assert scripts.refusals.PAGE.read_text(encoding="utf-8") == scripts.refusals.page(), "run make texts"
