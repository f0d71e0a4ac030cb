"""Cases are found by number, words, people, dates and state: one contract for every keeper, and what people type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checklists.event import Event
from checklists.instant import DAY, parse_instant
from sopwatch.access import OPERATOR, Who
from sopwatch.place import Property, write_property
from sopwatch.search import Asked, address_of, asked_of, forms_of, words_of
from sopwatch.service import Service
from storage.duck import DuckStore
from storage.memory import MemoryStore
from storage.store import CaseQuery, Draft, Store, Word
from tests.serving import REPAIR, SteppedClock

START = parse_instant("2026-03-02T08:00:00+08:00")
FIELDS = ("room", "holder", "guests", "reason", "note")


@pytest.fixture(params=["duckdb", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    kept: Store = DuckStore(tmp_path / "var") if request.param == "duckdb" else MemoryStore()
    yield kept
    kept.close()


def put(store: Store, case_id: str, event: str, minute: int = 0, *personal: str, **more: Any) -> None:
    at = START + minute * 60_000_000
    told = Event(0, case_id, more.pop("procedure", "key_loan"), event, at, at, **more)
    store.append([Draft(told, "person:1", personal=frozenset(personal))])


def found(store: Store, *words: str, **more: Any) -> list[str]:
    query = CaseQuery([Word([word]) for word in words], FIELDS, ("remark",), **more)
    answer = store.search(query)
    assert answer.total >= len(answer.rows)
    return [row.case_id for row in answer.rows]


# --- the contract ----------------------------------------------------------------------------------------------------


def test_a_word_is_found_in_every_kind_of_text(store: Store) -> None:
    data = {"room": "Suite 805", "holder": "陳美玲", "guests": ["Smith", "周先生"]}
    put(store, "K-2026-0001", "opened", 0, "data.holder", "data.guests", data=data)
    put(store, "K-2026-0001", "remark", 1, value="門鎖故障")
    put(store, "K-2026-0001", "checked", 2, subject="North gate")
    put(store, "K-2026-0001", "_problem", 3, data={"note": "Key bent"})
    put(store, "K-2026-0002", "opened", 4, data={"room": "大廳"})

    for word in ("suite", "陳美", "smith", "周", "門鎖", "north", "bent", "0001", "k-2026-0001"):
        assert found(store, word) == ["K-2026-0001"], word
    assert found(store, "k-2026") == ["K-2026-0002", "K-2026-0001"]
    assert found(store) == ["K-2026-0002", "K-2026-0001"]


def test_all_words_must_be_there_each_in_any_text(store: Store) -> None:
    put(store, "c1", "opened", 0, "data.holder", data={"room": "805", "holder": "陳先生"})
    put(store, "c2", "opened", 1, "data.holder", data={"room": "806", "holder": "陳太太"})

    assert found(store, "陳") == ["c2", "c1"]
    assert found(store, "805", "陳") == ["c1"]
    assert found(store, "陳", "805") == ["c1"]
    assert found(store, "805", "太太") == []


def test_digests_other_data_and_other_values_are_no_texts(store: Store) -> None:
    put(store, "c1", "opened", 0, "data.holder", data={"holder": "Lin", "class": "master", "room": None})
    put(store, "c1", "condition", 1, value="damaged")
    (entry, *_) = store.entries(["c1"])
    assert entry.event.data

    assert found(store, str(entry.event.data["holder"])[7:15]) == []
    assert found(store, "digest") == []
    assert found(store, "master") == []
    assert found(store, "damaged") == []


def test_erased_texts_are_not_found_and_new_ones_at_once(store: Store) -> None:
    for n in (1, 2):
        put(store, f"c{n}", "opened", n, "data.holder", data={"holder": f"Lin {n}", "room": "805"})
    assert found(store, "lin") == ["c2", "c1"]

    store.erase("c1")
    put(store, "c3", "opened", 3, "data.holder", data={"holder": "LIN 3"})

    assert found(store, "lin") == ["c3", "c2"]
    assert found(store, "lin", "1") == []
    assert found(store, "805") == ["c2", "c1"]


def test_people_and_procedures_that_a_word_means_count_as_well(store: Store) -> None:
    put(store, "c1", "opened", 0, actor="p1")
    put(store, "c2", "opened", 1, actor="p2", procedure="repair")
    put(store, "c3", "opened", 2, actor="p2", data={"note": "mei"})

    def of(word: Word) -> list[str]:
        return [row.case_id for row in store.search(CaseQuery([word], FIELDS)).rows]

    assert of(Word(["mei"], people=["p1"])) == ["c3", "c1"]
    assert of(Word(["mei"], procedures=["repair"])) == ["c3", "c2"]


def test_cases_are_narrowed_by_state_procedure_and_opening(store: Store) -> None:
    for n, end in enumerate(("", "closed", "cancelled"), 1):
        put(store, f"c{n}", "opened", n * 1440)
        if end:
            put(store, f"c{n}", end, n * 1440 + 1, event_id=f"end/{n}")
    put(store, "c4", "opened", 9000, procedure="repair")

    assert found(store, state="open") == ["c4", "c1"]
    assert found(store, state="closed") == ["c2"]
    assert found(store, state="cancelled") == ["c3"]
    assert found(store, procedure="repair") == ["c4"]
    assert found(store, since=START + 2 * DAY, before=START + 3 * DAY) == ["c2"]
    put(store, "c3", "retracted", 9001, data={"event_id": "end/3", "reason": "wrong"})
    assert found(store, state="open") == ["c4", "c3", "c1"]


def test_the_number_asked_for_comes_first_then_the_newest_a_page_at_a_time(store: Store) -> None:
    for n in (42, 142, 420, 7):
        put(store, f"R-2026-{n:04}", "opened", n)

    assert found(store, "42", number=42) == ["R-2026-0042", "R-2026-0420", "R-2026-0142"]
    query = CaseQuery(offset=1, limit=2)
    page = store.search(query)
    assert (page.total, [row.case_id for row in page.rows]) == (4, ["R-2026-0142", "R-2026-0042"])
    beyond = store.search(CaseQuery(offset=9, limit=2))
    assert (beyond.total, list(beyond.rows)) == (4, [])


def test_the_marks_of_a_query_language_are_letters_like_others(store: Store) -> None:
    put(store, "c1", "opened", 0, data={"room": "50% off_season'"})
    put(store, "c2", "opened", 1, data={"room": "500 offXseason"})

    assert found(store, "50%") == ["c1"]
    assert found(store, "off_season") == ["c1"]
    assert found(store, "'") == ["c1"]


# --- what people type ------------------------------------------------------------------------------------------------


def test_words_are_read_as_people_type_them() -> None:
    assert words_of("  漏水，八〇五、陳 ") == ["漏水", "八〇五", "陳"]
    assert words_of("Ｒ－２０２６－００４２　LEAK leak") == ["r-2026-0042", "leak"]
    assert words_of("# ，") == []
    assert len(words_of(" ".join(map(str, range(99))))) == 8
    assert forms_of("报修") == ["报修", "報修"]
    assert forms_of("報修") == ["報修", "报修"]
    assert forms_of("r-2026-42") == ["r-2026-42", "r-2026-0042"]


def test_an_address_says_what_is_asked_and_rubbish_in_it_is_left_out() -> None:
    asked = Asked("漏水 805", "closed", "repair", date(2026, 3, 1), date(2026, 3, 2), 2)

    assert asked_of(address_of(asked)) == asked
    assert address_of(Asked()) == {}
    rubbish = {"q": " ", "state": "lost", "from": "2026-13-40", "to": "tomorrow", "page": "-3"}
    assert asked_of(rubbish) == Asked()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    write_property(tmp_path, Property(zone="Asia/Taipei"))
    held = Service(MemoryStore(), tmp_path, SteppedClock(START))
    held.start()
    yield held
    held.stop()


def test_the_service_finds_cases_by_number_person_place_and_day(service: Service) -> None:
    person, _pin = service.access.add(OPERATOR, "林美玲", ("staff",), ("receptionist",))
    mei = Who(f"person:{person.id}", person.name, person.rights, person.roles)
    first = service.open_case(mei, "repair", REPAIR | {"location": "八〇五", "requester": "陳先生"})
    assert isinstance(service.clock, SteppedClock)
    service.clock.at += DAY
    other = Who("person:x", "Wang", frozenset({"record", "read"}))
    second = service.open_case(other, "repair", REPAIR | {"location": "大廳", "description": "燈不亮"})
    service.cancel(other, second, "業主撤銷")

    def ids(text: str = "", **more: Any) -> list[str]:
        total, files = service.search(Asked(text, **more))
        assert total == len(files)
        return [file.case_id for file in files]

    assert first == "R-2026-0001"
    assert ids("1")[0] == ids("#1")[0] == first
    assert ids("R-2026-1") == [first]
    assert ids("陈先生 八〇五") == [first]
    assert ids("美玲") == [first]
    assert ids("撤銷") == [second]
    assert ids("報修") == ids("repair") == [second, first]
    assert ids(since=date(2026, 3, 3)) == [second]
    assert ids(until=date(2026, 3, 2)) == [first]
    assert ids(until=date.max) == ids(since=date.min) == [second, first]
    assert ids("八〇五", state="cancelled") == []
    assert service.search(Asked(page=7)) == (2, [])
