"""The DuckDB keeper alone: what it does when processes die and rows are meddled with, and how it opens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from checklists.errors import StoreError
from storage import chain, database
from storage.database import DATABASE, connect
from storage.duck import DuckStore
from storage.store import Draft, Judged
from tests.test_store import draft, finding

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
