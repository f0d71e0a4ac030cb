"""The DuckDB keeper alone: what it does when processes die, files are damaged, and rows are meddled with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from checklists.errors import StoreError
from storage import chain, database
from storage.database import DATABASE, connect
from storage.duck import DuckStore
from storage.store import Draft, Judged
from tests.test_store import PERSONAL, draft, finding

HOUSE = Path(__file__).resolve().parent.parent
CHILD = """
import sys
from pathlib import Path
from storage.duck import DuckStore
from tests.test_store import draft
store = DuckStore(Path(sys.argv[1]))
first = store.head().seq
for n in range(int(sys.argv[2])):
    drafts = [draft("opened" if m == 0 else "handed_over", f"c{first + n}", data={"k": n}, event_id=f"{first}/{n}/{m}")
              for m in range(n % 3 + 1)]
    for entry in store.append(drafts):
        print(entry.seq, entry.event.event_id, entry.hash.hex(), flush=True)
print("done", flush=True)
sys.stdin.read()
"""


def run_and_kill(directory: Path, appends: int, lines: int) -> list[list[str]]:
    """Let a child append until it has acknowledged so many entries, kill it, and return what it acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(directory), str(appends)],
        cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        told = []
        for line in child.stdout:
            if line == "done\n":
                break
            told.append(line.split())
            if len(told) == lines:
                break
        child.send_signal(signal.SIGKILL)
        told += [line.split() for line in child.stdout if line.endswith("\n") and line != "done\n"]
    return told


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """Give a directory whose process was killed with 20 appends in the write-ahead log."""
    directory = tmp_path / "var"
    run_and_kill(directory, 20, 10_000)
    assert (directory / f"{DATABASE}.wal").stat().st_size > 0
    return directory


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Give a directory that was closed in order, with 30 entries."""
    store = DuckStore(tmp_path / "var")
    store.append([draft("opened", f"c{n}", n, event_id=f"e{n}", data={"room": n}, value="x") for n in range(30)])
    store.close()
    return tmp_path / "var"


def test_every_acknowledged_entry_survives_a_kill(tmp_path: Path) -> None:
    acknowledged: list[list[str]] = []
    for lines in (1, 7, 30, 61, 90):
        acknowledged += run_and_kill(tmp_path, 10_000, lines)

        store = DuckStore(tmp_path)
        assert store.damage is None
        assert store.verify() == []
        kept = [[str(e.seq), str(e.event.event_id), e.hash.hex()] for e in store.entries()]
        assert [row for row in acknowledged if kept.count(row) != 1] == []
        assert len({row[1] for row in kept}) == len(kept)
        assert all(store.named(row[1]) for row in acknowledged)
        store.close()


def test_a_database_beyond_its_head_is_sound_and_the_head_follows(sound: Path) -> None:
    store = DuckStore(sound)
    early = store.head()
    store.append([draft(), draft()])
    late = store.head()
    store.close()
    (sound / "head").write_text(f"{early}\n")

    store = DuckStore(sound)

    assert store.damage is None
    assert store.head() == late
    assert (sound / "head").read_text() == f"{late}\n"
    store.close()


def test_a_tail_that_does_not_continue_the_chain_is_damage(sound: Path) -> None:
    with DuckStoreOpen(sound) as store:
        early = store.head()
        store.append([draft(), draft()])
    (sound / "head").write_text(f"{early}\n")
    meddle(sound, "UPDATE entries SET hash = '\\x00'::BLOB WHERE seq = 31")

    with DuckStoreOpen(sound) as store:
        assert store.damage is not None
        assert "entry 31" in store.damage.reason


class DuckStoreOpen:
    """A DuckStore that a `with` closes."""

    def __init__(self, directory: Path) -> None:
        self.store = DuckStore(directory)

    def __enter__(self) -> DuckStore:
        return self.store

    def __exit__(self, *_: object) -> None:
        self.store.close()


def meddle(directory: Path, statement: str) -> None:
    with connect(directory / DATABASE) as connection:
        connection.execute(statement)


# --- damage ----------------------------------------------------------------------------------------------------------


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


# --- opening ---------------------------------------------------------------------------------------------------------


def test_a_second_opener_is_refused_with_a_line_that_names_the_first(tmp_path: Path) -> None:
    store = DuckStore(tmp_path, address="http://127.0.0.1:8501")

    with pytest.raises(StoreError, match=f"process {os.getpid()} since 20.*at http://127.0.0.1:8501") as refused:
        DuckStore(tmp_path)
    assert "\n" not in str(refused.value)

    store.close()
    DuckStore(tmp_path).close()


def test_a_process_in_another_place_is_refused_too(tmp_path: Path) -> None:
    with DuckStoreOpen(tmp_path):
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(tmp_path), "1"],
            cwd=HOUSE, input="", capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert f"in use by process {os.getpid()}" in child.stderr


def test_migrations_are_applied_in_order_and_once(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = database.migrations(), tmp_path / "002_more.sql"
    new.write_text("CREATE TABLE more (x BIGINT); INSERT INTO more VALUES (1);")
    monkeypatch.setattr(database, "migrations", lambda: [*old, (2, new)])

    for directory in (sound, tmp_path / "empty", sound):
        with DuckStoreOpen(directory) as store, store.reading() as cursor:
            versions = cursor.execute("SELECT version FROM migrations ORDER BY version").fetchall()
            more = cursor.execute("SELECT x FROM more").fetchall()
            assert (versions, more) == ([(1,), (2,)], [(1,)])


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = database.migrations(), tmp_path / "002_bad.sql"
    new.write_text("CREATE TABLE more (x BIGINT); SELECT nonsense;")

    with monkeypatch.context() as patch:
        patch.setattr(database, "migrations", lambda: [*old, (2, new)])
        with pytest.raises(StoreError, match="cannot be opened"):
            DuckStore(sound)

    with DuckStoreOpen(sound) as store, store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'more'").fetchall() == [(0,)]


def test_a_database_newer_than_the_program_is_refused_in_one_line(sound: Path) -> None:
    meddle(sound, "INSERT INTO migrations VALUES (999, '999_later')")

    with pytest.raises(StoreError, match="newer version") as refused:
        DuckStore(sound)

    assert "\n" not in str(refused.value)


def test_ids_of_before_are_known_after_opening_anew(sound: Path) -> None:
    with DuckStoreOpen(sound) as store:
        for number in (0, 29):
            assert (entry := store.named(f"e{number}")) is not None
            assert entry.seq == number + 1
        assert store.named("e30") is None
        with pytest.raises(StoreError, match="e29"):
            store.append([draft(event_id="e29")])


def test_ids_that_share_a_key_are_told_apart(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meddle(sound, "UPDATE entries SET event_key = 7")
    monkeypatch.setattr("storage.event_ids.event_key", lambda _: 7)

    with DuckStoreOpen(sound) as store:
        store.append([draft(event_id="new")])

        assert [e and e.seq for e in map(store.named, ("e0", "e17", "new", "none"))] == [1, 18, 31, None]


def test_a_head_that_cannot_be_written_is_made_up_for_by_the_next_append(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with DuckStoreOpen(sound) as store:
        with monkeypatch.context() as patch:
            patch.setattr("storage.head.HeadFile.write", full)
            with pytest.raises(StoreError, match="No space left"):
                store.append([draft(event_id="kept")])

        store.append([draft(event_id="next")])

        assert (kept := store.named("kept")) is not None
        assert kept.seq == 31
        assert store.verify() == []
        assert (sound / "head").read_text() == f"{store.head()}\n"


def test_what_goes_wrong_inside_a_commit_leaves_nothing(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with DuckStoreOpen(sound) as store:
        before = store.head()
        with monkeypatch.context() as patch:
            patch.setattr("storage.duck.field_rows", lambda _: iter([("not", "a", "row")]))
            with pytest.raises(StoreError, match="cannot be written"):
                store.append([draft(event_id="gone")])

        assert store.head() == before
        assert store.named("gone") is None
        store.append([draft(event_id="gone")])
        assert store.verify() == []


def test_threads_that_append_at_once_are_put_in_line(tmp_path: Path) -> None:
    with DuckStoreOpen(tmp_path) as store:

        def append(thread: int) -> None:
            for n in range(10):
                store.append([Draft(draft(event_id=f"{thread}/{n}").event, "token:x")])

        threads = [threading.Thread(target=append, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert store.head().seq == 60
        assert store.verify() == []


def test_a_copy_of_a_closed_directory_is_a_record(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / "copy")

    with DuckStoreOpen(tmp_path / "copy") as store:
        assert store.head().seq == 30
        assert store.verify() == []


def test_nothing_is_read_or_written_after_closing(sound: Path) -> None:
    store = DuckStore(sound)
    store.note([finding()], {}, Judged(1, 1))
    store.close()
    store.close()

    with pytest.raises(StoreError):
        store.watched()
    with pytest.raises(StoreError):
        store.append([draft()])
    assert chain.DIGEST == "digest:"
    with pytest.raises(duckdb.Error):
        connect(sound / "none" / "x")
