"""A damaged record: the DuckDB keeper says so, copies it aside, and writes nothing until a person decides."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from checklists.errors import StoreError
from storage.database import DATABASE
from storage.duck import DuckStore
from storage.store import Judged
from tests.test_duck import DuckStoreOpen, killed, meddle, sound
from tests.test_store import PERSONAL, draft, finding

__all__ = ["killed", "sound"]


def wal(directory: Path) -> Path:
    return directory / f"{DATABASE}.wal"


def remove(*paths: Path) -> None:
    for path in paths:
        path.unlink()


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


HARM: dict[str, tuple[Callable[[Path], object], str]] = {
    "log truncated": (lambda d: halve(wal(d)), "acknowledged entries are gone"),
    "log deleted": (lambda d: wal(d).unlink(), "acknowledged entries are gone"),
    "log emptied": (lambda d: wal(d).write_bytes(b""), "acknowledged entries are gone"),
    "log garbled": (lambda d: flip(wal(d)), "cannot be opened"),
    "head ahead": (lambda d: (d / "head").write_text(f"99:{'ab' * 32}\n"), "the head is entry 99"),
    "head of another": (lambda d: (d / "head").write_text(f"5:{'ab' * 32}\n"), "not the one that the head names"),
    "head garbled": (lambda d: (d / "head").write_text("12:abc\n"), "cannot be read"),
    "head emptied": (lambda d: (d / "head").write_bytes(b""), "cannot be read"),
    "head missing": (lambda d: (d / "head").unlink(), "is missing"),
    "database missing": (lambda d: (d / DATABASE).unlink(), "database is missing"),
    "database emptied": (lambda d: (d / DATABASE).write_bytes(b""), "database is missing"),
    "database garbled": (lambda d: (d / DATABASE).write_bytes(b"x" * 9000), "cannot be opened"),
    "all but the head": (lambda d: remove(d / DATABASE, wal(d)), "database is missing"),
}


@pytest.mark.parametrize("name", HARM)
def test_damage_is_said_copied_aside_and_nothing_is_written_until_a_person_decides(killed: Path, name: str) -> None:
    harm, reason = HARM[name]
    harm(killed)
    before = {p.name: p.read_bytes() for p in killed.iterdir() if p.name in {DATABASE, wal(killed).name, "head"}}

    store = DuckStore(killed)

    assert store.damage is not None
    assert reason in store.damage.reason
    aside = Path(store.damage.copied_to)
    assert {p.name: p.read_bytes() for p in aside.iterdir()} == before
    writes: list[Callable[[], object]] = [
        lambda: store.append([draft("opened", "new")]),
        lambda: store.append([]),
        lambda: store.note([], {}, Judged(0, 0)),
        lambda: store.enter("people", "p", {}),
        lambda: store.keep_text("t"),
        lambda: store.keep_file(b"f"),
        lambda: store.erase("c1"),
        lambda: store.digests("c1", ["x"]),
    ]
    for write in writes:
        with pytest.raises(StoreError, match="until a person decides"):
            write()
    assert len(list(store.entries())) == store.head().seq
    store.close()
    assert {n: (killed / n).read_bytes() for n in before} == before


@pytest.mark.parametrize("name", HARM)
def test_a_person_can_decide_to_go_on(killed: Path, name: str) -> None:
    HARM[name][0](killed)
    store = DuckStore(killed)
    damage = store.damage
    assert damage is not None

    store.accept_damage("the disk was full; the paper sheets were entered again")

    assert store.damage is None
    assert (killed / "head").read_text() == f"{store.head()}\n"
    store.append([draft("opened", "new")])
    assert store.verify() == []
    [(key, told)] = store.register("damage").items()
    assert Path(damage.copied_to).name == key
    assert told["reason"].startswith("the disk was full")
    store.close()
    with DuckStoreOpen(killed) as store:
        assert store.damage is None
        assert Path(damage.copied_to).is_dir()


def test_what_a_damaged_record_still_has_can_be_read(sound: Path) -> None:
    with DuckStoreOpen(sound) as store:
        store.enter("people", "p1", {"name": "Ann"})
        store.note([finding()], {"c1": True}, Judged(30, 5))
    (sound / "head").write_text(f"31:{'ab' * 32}\n")

    with DuckStoreOpen(sound) as store:
        assert store.damage is not None
        assert store.register("people") == {"p1": {"name": "Ann"}}
        assert store.judged() == Judged(30, 5)
        assert len(store.cases()) == 30
        assert store.verify() == [f"the head 31:{'ab' * 32} is not in the chain"]


def test_the_missing_entries_are_listed_and_copied_once(killed: Path) -> None:
    wal(killed).unlink()

    for _ in range(3):
        with DuckStoreOpen(killed) as store:
            assert store.damage is not None
            assert list(store.damage.missing) == list(range(1, store.damage.expected.seq + 1))

    assert len(list(killed.glob("aside-*"))) == 1


def test_there_is_nothing_to_accept_in_a_sound_record(sound: Path) -> None:
    with DuckStoreOpen(sound) as store, pytest.raises(StoreError, match="no damage"):
        store.accept_damage("why not")


AGAIN = "SELECT 99, case_id, field, type, number, text, boolean, list FROM fields WHERE seq = 15"
MEDDLING = {
    "UPDATE entries SET payload = replace(decode(payload), '\"x\"', '\"y\"')::BLOB WHERE seq = 7": "entry 7: its hash",
    "UPDATE entries SET value_text = 'good' WHERE seq = 8": "entry 8: the column value_text is 'good'",
    "UPDATE entries SET occurred_at = occurred_at + 1 WHERE seq = 9": "entry 9: the column occurred_at",
    "UPDATE entries SET actor = 'eve' WHERE seq = 10": "entry 10: the column actor is 'eve', its content says None",
    "UPDATE entries SET hash = ''::BLOB WHERE seq = 30": "entry 30: its hash",
    "UPDATE entries SET payload = '[]'::BLOB WHERE seq = 16": "entry 16: its content cannot be read",
    "DELETE FROM entries WHERE seq = 11": "entry 11 is missing",
    "DELETE FROM entries WHERE seq = 1": "entry 1 is missing",
    "DELETE FROM entries WHERE seq = 30": "the head 30:",
    "INSERT INTO entries SELECT * FROM entries WHERE seq = 12": "entry 12 is there twice",
    "UPDATE fields SET number = 0 WHERE seq = 13": "entry 13: its fields differ",
    "DELETE FROM fields WHERE seq = 14": "entry 14: its fields differ",
    f"INSERT INTO fields {AGAIN}": "fields of entry 99, which is not there",
    "UPDATE texts SET text = 'other'": "is not what it was",
}


@pytest.mark.parametrize("statement", MEDDLING)
def test_verify_names_what_was_meddled_with(sound: Path, statement: str) -> None:
    with DuckStoreOpen(sound) as store:
        store.keep_text("the pack")
        head = store.head()
        assert store.verify() == []
    meddle(sound, statement)

    with DuckStoreOpen(sound) as store:
        found = store.verify()

    assert MEDDLING[statement] in "\n".join(found)
    assert len(found) <= 3
    assert head.seq == 30


def test_verify_names_a_personal_text_that_was_changed(sound: Path) -> None:
    with DuckStoreOpen(sound) as store:
        store.append([draft(data={"borrower": "Ann"}, personal=PERSONAL)])
        for path in (sound / "personal").iterdir():
            path.write_bytes(path.read_bytes().replace(b"Ann", b"Eve"))

        assert [line for line in store.verify() if "personal text" in line]


def test_erased_texts_and_salts_are_no_longer_in_any_file(sound: Path) -> None:
    with DuckStoreOpen(sound) as store:
        signature = store.keep_file(b"SIGNATURE")
        for case_id in ("c1", "c2", "c3"):
            data = {"borrower": f"Name-of-{case_id}"}
            store.append([draft("_lent", case_id, data=data, value=f"sha256:{signature}", personal=PERSONAL)])
        assert store.erase("c2") == 2

    content = b"".join(p.read_bytes() for p in sound.rglob("*") if p.is_file())
    assert b"Name-of-c1" in content
    assert b"Name-of-c2" not in content


def test_a_line_of_personal_text_that_a_crash_cut_off_is_dropped(sound: Path) -> None:
    with DuckStoreOpen(sound) as store:
        store.append([draft(data={"borrower": "Ann"}, personal=PERSONAL)])
        [path] = (sound / "personal").iterdir()
        with path.open("ab") as file:
            file.write(b'["c1","digest:00')

        assert list(store.reveal("c1").values()) == ["Ann"]
        store.append([draft(data={"borrower": "Bob"}, personal=PERSONAL)])
        assert list(store.reveal("c1").values()) == ["Ann", "Bob"]
        assert store.verify() == []
