"""Every keeper of the record keeps the promises of its port: one contract, run on each."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from checklists.errors import StoreError
from checklists.event import Event
from checklists.instant import parse_instant
from rules.violation import Violation
from storage import chain
from storage.duck import DuckStore
from storage.memory import MemoryStore
from storage.store import GENESIS, Draft, Finding, FindingQuery, Head, Judged, Store

START = parse_instant("2026-03-02T08:00:00+08:00")


def draft(event: str = "handed_over", case_id: str = "c1", minute: int = 0, **more: Any) -> Draft:
    """Return a new entry; `by`, `packs`, `personal` go to the draft, the rest to its event."""
    of_draft = {"by": "person:1", **{key: more.pop(key) for key in ("by", "packs", "personal") if key in more}}
    more.setdefault("occurred_at", START + minute * 60_000_000)
    more.setdefault("recorded_at", more["occurred_at"])
    more.setdefault("procedure", "key_loan")
    return Draft(Event(0, case_id, event=event, **more), **of_draft)


def finding(id_: str = "f1", state: Any = "open", at: int = START, **more: Any) -> Finding:
    of_violation = {
        "case_id": "c1", "rule": "key_loan.signed", "due_at": None, "step": "returned", **more,
    }  # fmt: skip
    return Finding(id_, Violation(at=at, **of_violation), state, at + 5, 3, "ab" * 32)


@pytest.fixture(params=["duckdb", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    kept: Store = DuckStore(tmp_path / "var") if request.param == "duckdb" else MemoryStore()
    yield kept
    assert kept.verify() == []
    kept.close()


# --- the chain -------------------------------------------------------------------------------------------------------


def test_an_empty_record_has_the_head_of_genesis(store: Store) -> None:
    assert store.head() == Head(0, GENESIS)
    assert list(store.entries()) == []
    assert store.append([]) == []
    assert store.cases() == []
    assert store.damage is None


def test_entries_stand_in_a_chain_from_one_on(store: Store) -> None:
    first = store.append([draft("opened", packs={"procedure": "aa", "catalogue": "bb"}), draft(minute=1)])
    second = store.append([draft(minute=2, by="token:pms")])

    assert [e.seq for e in [*first, *second]] == [1, 2, 3]
    assert store.head() == Head(3, second[0].hash)
    previous = GENESIS
    for entry in store.entries():
        told, payload = chain.line(entry).split("\t")
        previous = chain.entry_hash(previous, payload.encode())
        assert told == f"{entry.seq}:{previous.hex()}"


def test_what_is_read_is_what_append_returned(store: Store) -> None:
    appended = store.append(
        [
            draft("opened", data={"room": "101", "guests": ["A", "B"], "vip": True, "note": None}, event_id="pms/1"),
            draft(minute=1, actor="p1", role="receptionist", subject="A", value="good"),
            draft(minute=2, value=3.5, recorded_at=START + 999_999_999),
        ]
    )

    assert list(store.entries()) == appended
    assert appended[0].event.data == {"room": "101", "guests": ["A", "B"], "vip": True, "note": None}
    assert appended[2].event.value == 3.5


def test_entries_of_some_cases_come_in_the_order_of_seq(store: Store) -> None:
    store.append([draft(case_id=f"c{n % 4}", minute=n) for n in range(40)])

    found = [e.seq for e in store.entries(["c3", "c1", "nobody"], after=10)]

    assert found == [n + 1 for n in range(10, 40) if n % 4 in {1, 3}]
    assert list(store.entries([])) == []
    assert [e.seq for e in store.entries(after=38)] == [39, 40]


def test_an_event_id_is_found_again_and_refused_a_second_time(store: Store) -> None:
    store.append([draft("opened", event_id="pms/1"), draft(minute=1, event_id="pms/2")])
    before = store.head()

    with pytest.raises(StoreError, match="pms/2"):
        store.append([draft(minute=2, event_id="pms/3"), draft(minute=3, event_id="pms/2")])
    with pytest.raises(StoreError, match="pms/4"):
        store.append([draft(minute=2, event_id="pms/4"), draft(minute=3, event_id="pms/4")])

    assert store.head() == before
    assert store.named("pms/3") is None
    assert (named := store.named("pms/2")) is not None
    assert named.seq == 2


ODD: list[tuple[Any, Any]] = [
    ("😀 借用 é", "😀 借用 é"),
    ("a\0b", "a\0b"),
    ("\r\n\t\"\\' --", "\r\n\t\"\\' --"),
    ("", ""),
    (1e-7, 1e-7),
    (2**53 - 1, 2**53 - 1),
    (2**63, float(2**63)),
    (-(2**64) - 1, -float(2**64)),
    (1e308, 1e308),
    (-0.0, 0),
    (7.0, 7),
    (True, True),
    (None, None),
    ([], []),
    (["x", 1, None, {"y": [0.5]}], ["x", 1, None, {"y": [0.5]}]),
    ({"deep": {"er": [[["z"]]]}}, {"deep": {"er": [[["z"]]]}}),
]


@pytest.mark.parametrize(("value", "kept"), ODD, ids=repr)
def test_odd_values_are_kept(store: Store, value: Any, kept: Any) -> None:
    appended = store.append([draft("opened", value=value, data={"it": value, "so\0me": [value]}, subject="s\0😀")])

    assert appended[0].event.value == kept
    assert appended[0].event.data == {"it": kept, "so\0me": [kept]}
    assert list(store.entries()) == appended


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 10**400, "\ud800", {"\ud800": 1}, {1: 2}, b"bytes", START.__class__],
    ids=["nan", "inf", "huge", "half", "half key", "number key", "bytes", "type"],
)
def test_what_is_no_json_is_refused_in_one_line(store: Store, value: Any) -> None:
    with pytest.raises(StoreError, match="cannot be kept") as refused:
        store.append([draft("opened"), draft(value=value)])

    assert "\n" not in str(refused.value)
    assert store.head().seq == 0


def test_what_is_nested_too_deeply_is_refused(store: Store) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(StoreError, match="nested too deeply"):
        store.append([draft(value=deep)])


def test_ids_with_odd_characters_name_their_cases(store: Store) -> None:
    for name in ("a'b", 'a"b', "a\0b", "a%b", "借", "c" * 5_000):
        store.append([draft("opened", case_id=name, event_id=name)])

        assert [e.event.case_id for e in store.entries([name])] == [name]
        assert (named := store.named(name)) is not None
        assert named.event.case_id == name


# --- personal parts --------------------------------------------------------------------------------------------------

PERSONAL = frozenset({"data.borrower", "data.guests", "subject", "value", "actor"})


def test_personal_parts_enter_as_digests_and_are_revealed(store: Store) -> None:
    opened = draft("opened", data={"borrower": "Ann", "guests": ["Bob", "Ann"], "key_no": "7"}, personal=PERSONAL)
    first, second = store.append([opened, draft(minute=1, subject="Bob", value=5, personal=PERSONAL)])

    data = first.event.data or {}
    assert data["key_no"] == "7"
    assert data["borrower"] == data["guests"][1] != data["guests"][0] == second.event.subject
    assert "Ann" not in chain.line(first)
    assert {store.reveal("c1")[d] for d in data["guests"]} == {"Ann", "Bob"}
    assert store.reveal("c1")[second.event.value] == 5
    assert second.event.actor is None
    assert store.digests("c1", ["Ann", 5]) == [data["borrower"], second.event.value]


def test_digests_are_salted_for_each_case(store: Store) -> None:
    one, other = store.append(
        [draft("opened", case_id=case_id, data={"borrower": "Ann"}, personal=PERSONAL) for case_id in ("c1", "c2")]
    )

    assert one.event.data != other.event.data
    assert store.digests("c3", ["Ann"]) == store.digests("c3", ["Ann"])


def test_erasing_leaves_the_chain_whole(store: Store) -> None:
    for case_id in ("c1", "c2"):
        store.append([draft("opened", case_id=case_id, data={"borrower": "Ann"}, personal=PERSONAL)])
    entries = list(store.entries())

    assert store.erase("c1") == 1

    assert store.reveal("c1") == {}
    assert list(store.reveal("c2").values()) == ["Ann"]
    assert list(store.entries()) == entries
    assert store.verify() == []
    assert store.erase("c1") == 0


def test_erasing_takes_a_signature_that_nothing_else_names(store: Store) -> None:
    alone, shared, shown = (store.keep_file(content) for content in (b"alone", b"shared", b"shown"))
    for case_id, digest in (("c1", alone), ("c1", shared), ("c2", shared), ("c1", shown)):
        store.append([draft(case_id=case_id, value=f"sha256:{digest}", personal=PERSONAL)])
    store.append([draft("_corrected", data={"photo": f"sha256:{shown}"})])

    store.erase("c1")

    assert store.file(alone) is None
    assert store.file(shared) == b"shared"
    assert store.file(shown) == b"shown"


# --- cases -----------------------------------------------------------------------------------------------------------


def retract(event_id: str, minute: int) -> Draft:
    return draft("retracted", minute=minute, data={"event_id": event_id, "reason": "wrong"})


def test_cases_show_when_they_were_closed_and_cancelled(store: Store) -> None:
    store.append([draft("opened", case_id=f"c{n}", minute=n) for n in range(6)])
    store.append(
        [
            draft("closed", case_id="c1", minute=20),
            draft("cancelled", case_id="c2", minute=21),
            draft("closed", case_id="c3", minute=10, event_id="x"),
            draft("retracted", case_id="c3", minute=11, data={"event_id": "x"}),
            draft("cancelled", case_id="c4", minute=30),
            draft("closed", case_id="c4", minute=31),
            draft("closed", case_id="c5", minute=33),
            draft("closed", case_id="c5", minute=32),
        ]
    )

    rows = {row.case_id: (row.closed_at, row.cancelled_at) for row in store.cases()}

    def at(minute: int) -> int:
        return START + minute * 60_000_000

    assert rows == {
        "c0": (None, None),
        "c1": (at(20), None),
        "c2": (None, at(21)),
        "c3": (None, None),
        "c4": (None, at(30)),
        "c5": (at(32), None),
    }
    assert [row.case_id for row in store.cases()] == ["c5", "c4", "c3", "c2", "c1", "c0"]
    assert [row.case_id for row in store.cases(open_only=True)] == ["c3", "c0"]
    assert (store.cases()[0].opened_at, store.cases()[0].procedure) == (at(5), "key_loan")


def test_a_cancellation_taken_back_lets_what_followed_count(store: Store) -> None:
    store.append(
        [
            draft("opened"),
            draft("cancelled", minute=1, event_id="x"),
            draft("closed", minute=2),
            retract("x", 3),
            retract("x", 4),
        ]
    )

    assert [(r.closed_at is None, r.cancelled_at) for r in store.cases()] == [(False, None)]


# --- findings, texts, files, registers --------------------------------------------------------------------------------


def test_findings_are_given_in_their_latest_state(store: Store) -> None:
    store.note([finding("f1"), finding("f2", at=START + 1)], {"c1": True, "c2": True}, Judged(4, START))
    store.note([finding("f1", "remedied", remedied_at=START + 9)], {"c2": False}, Judged(5, START + 10))

    assert [(f.id, f.state) for f in store.findings(FindingQuery())] == [("f1", "remedied"), ("f2", "open")]
    assert [f.id for f in store.findings(FindingQuery(state="open"))] == ["f2"]
    assert [f.state for f in store.history("f1")] == ["open", "remedied"]
    assert store.history("f1")[1] == finding("f1", "remedied", remedied_at=START + 9)
    assert store.watched() == ["c1"]
    assert store.judged() == Judged(5, START + 10)


def test_findings_are_chosen_by_each_part_of_a_query(store: Store) -> None:
    store.append([draft("opened", case_id="c1"), draft("opened", case_id="c2", procedure="meeting")])
    kept = [
        finding("a", case_id="c1", cause=3),
        finding("b", case_id="c2", cause="2026-03-02", rule="meeting.r", due_at=START + 50),
        finding("c", case_id="c2", at=START - 100, subject="S", short_notice=True),
    ]
    store.note(kept, {}, Judged(2, START))

    def ids(**query: Any) -> list[str]:
        return [f.id for f in store.findings(FindingQuery(**query))]

    assert store.findings(FindingQuery()) == [kept[0], kept[2], kept[1]]
    assert ids(procedure="meeting") == ["c", "b"]
    assert ids(rule="meeting.r") == ["b"]
    assert ids(case_ids=["c1", "c9"]) == ["a"]
    assert ids(case_ids=[]) == []
    assert ids(since=START) == ["a", "b"]
    assert ids(before=START + 50) == ["a", "c"]
    assert ids(limit=2) == ["a", "b"]
    assert ids(limit=2, after="b") == ["c"]


def test_texts_and_files_are_kept_once_by_their_digest(store: Store) -> None:
    assert store.keep_text("id: 借\n") == store.keep_text("id: 借\n")
    assert store.text(store.keep_text("id: 借\n")) == "id: 借\n"
    assert store.text("00") is None
    assert store.keep_file(b"\x89PNG\0") == store.keep_file(b"\x89PNG\0")
    assert store.file(store.keep_file(b"\x89PNG\0")) == b"\x89PNG\0"
    assert store.file("../head") is None


def test_a_register_gives_the_newest_document_of_each_key(store: Store) -> None:
    documents: list[tuple[str, str, Mapping[str, Any] | None]] = [
        ("people", "p1", {"name": "Ann", "roles": ["a"]}),
        ("people", "p2", {"name": "Bob"}),
        ("tokens", "p1", {"hash": "x"}),
        ("people", "p1", {"name": "Änn", "n": 10**20}),
        ("people", "p2", None),
    ]
    for entered in documents:
        store.enter(*entered)

    assert store.register("people") == {"p1": {"name": "Änn", "n": 10**20}}
    assert store.register("tokens") == {"p1": {"hash": "x"}}
    assert store.register("none") == {}


def test_ten_threads_read_while_one_appends(store: Store) -> None:
    wrong: list[object] = []
    done = threading.Event()

    def read(number: int) -> None:
        try:
            while not done.is_set():
                before = store.head().seq
                found = [e.seq for e in store.entries(["c1"] if number % 2 else None)]
                if found != list(range(1, len(found) + 1)) or len(found) < before:
                    wrong.append(found)
                store.cases()
                store.named("e/1")
                store.findings(FindingQuery(state="open"))
        except Exception as error:  # noqa: BLE001 - a thread's error must reach the test
            wrong.append(error)

    readers = [threading.Thread(target=read, args=(n,)) for n in range(10)]
    for thread in readers:
        thread.start()
    for n in range(40):
        store.append([draft(event_id=f"e/{n}/{m}") for m in range(3)])
        store.note([finding(f"f{n}")], {"c1": True}, Judged(n, START))
    done.set()
    for thread in readers:
        thread.join()

    assert wrong == []
    assert store.head().seq == 120


def test_the_document_of_an_entry_is_the_same_in_every_keeper(tmp_path: Path) -> None:
    duck, memory = DuckStore(tmp_path), MemoryStore()
    drafts = [draft("opened", data={"b": 1.50, "a": [1e21, "é"]}), draft(value=2**60)]

    assert duck.append(drafts) == memory.append(drafts)
    assert json.loads(chain.line(next(duck.entries())).split("\t")[1])["data"] == {"a": [1e21, "é"], "b": 1.5}
    duck.close()
