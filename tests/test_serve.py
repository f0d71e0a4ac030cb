"""The commands over a real process: serve, users, verify, explain."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx2
import pytest

from storage.duck import DuckStore
from tests.serving import MANY, REPAIR, cloud

HOUSE = Path(__file__).resolve().parent.parent


def sopwatch(*arguments: object) -> tuple[int, list[str]]:
    """Run a command somewhere else than in the checkout; return its exit code and its lines."""
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    command = [sys.executable, "-m", "sopwatch", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd="/", timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, (done.stdout + done.stderr).splitlines()


@dataclass
class Served:
    """A service in a process of its own."""

    process: subprocess.Popen[str]
    address: str
    data: Path
    link: str

    def ask(self, path: str, token: str = "", body: object = None) -> tuple[int, Any]:
        """Post a body, or get where there is none; return status and JSON."""
        headers = {"Authorization": f"Bearer {token or 'none'}", "Content-Type": MANY}
        content = None if body is None else json.dumps(body)
        method = "GET" if body is None else "POST"
        answer = httpx2.request(method, self.address + path, content=content, headers=headers, timeout=30)
        return answer.status_code, answer.json()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        finally:
            if self.process.stdout:
                self.process.stdout.close()


def serve(data: Path) -> Served:
    """Start a service on a free port, and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sopwatch", "serve", "--data", str(data), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        cwd="/",
    )
    assert process.stdout
    served = Served(process, "", data, "")
    try:
        told = ""
        while "Application startup complete" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        served.address = re.findall(r"sopwatch at (http://\S+)", told)[0]
        served.link = next(iter(re.findall(r"http://\S+/set-up\?token=\S+", told)), "")
        end = time.monotonic() + 60
        while served.ask("/healthz")[0] != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
    except BaseException:
        served.stop()
        raise
    return served


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "new"


@pytest.fixture(scope="module")
def token(data: Path) -> str:
    code, lines = sopwatch("users", "token", "pms", "--role", "admin", "--speaks-for-others", "--data", data)
    assert (code, len(lines)) == (0, 1), "the token alone"
    return lines[0]


@pytest.fixture(scope="module")
def served(data: Path, token: str) -> Iterator[Served]:
    running = serve(data)
    try:
        yield running
    finally:
        running.stop()


def test_a_new_directory_gets_a_set_up_link_and_the_service_is_ready(served: Served, token: str) -> None:
    assert served.link.startswith(served.address)
    assert served.ask("/healthz") == (200, {"status": "ready", "seq": 0})

    status, told = served.ask("/api/v1/events", token, [cloud(1), cloud(2, event="closed")])

    assert (status, len(told["accepted"])) == (200, 2)


def test_the_screens_are_served_with_the_settings_of_the_checkout(served: Served) -> None:
    answer = httpx2.get(served.address + "/", timeout=30)

    assert "<script" in answer.text
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_demo_tells_its_pins_and_stopped_leaves_nothing_behind() -> None:
    command = [sys.executable, "-m", "sopwatch", "demo", "--port", "0", "--speed", "60"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, text=True, cwd=HOUSE, **streams)  # type: ignore[call-overload]
    try:
        told: list[str] = []
        while not told or not told[-1].startswith("Open http"):
            told.append(process.stdout.readline())
            assert told[-1], told
        names = httpx2.get(f"{told[-1].split()[1]}/sign-in", timeout=30).text
    finally:
        process.send_signal(signal.SIGINT)
        last, _ = process.communicate(timeout=60)

    people = re.findall(r"^  \d{6}  (\S+)", "".join(told), re.MULTILINE)
    assert len(people) > 5
    assert all(name in names for name in people)
    assert (process.returncode, "leaked" in last, "Traceback" in last) == (0, False, False)
    assert not Path(re.findall(r" over (\S+)", told[0])[0]).exists()


def test_a_second_process_is_refused_with_a_line_that_names_the_first(served: Served) -> None:
    port = served.address.rpartition(":")[2]

    for free_or_taken in ("0", port):
        code, lines = sopwatch("serve", "--data", served.data, "--port", free_or_taken)

        assert (code, len(lines)) == (2, 1)
        assert f"process {served.process.pid}" in lines[0]
        assert served.address in lines[0]


def test_a_port_that_is_taken_by_another_is_one_line(served: Served, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, lines = sopwatch("serve", "--data", tmp_path, "--port", other.getsockname()[1])

    assert (code, len(lines)) == (2, 1)
    assert "in use" in lines[0]


def test_users_of_a_running_service_are_made_on_its_screen(served: Served) -> None:
    code, lines = sopwatch("users", "add", "Lin", "--access", "staff", "--data", served.data)

    assert (code, len(lines)) == (2, 1)
    assert served.address in lines[0]


def test_verify_asks_the_service_that_runs(served: Served, token: str) -> None:
    served.ask("/api/v1/events", token, [cloud(1), cloud(2, event="closed")])
    head = served.ask("/api/v1/head", token)[1]

    holds = sopwatch("verify", "--data", served.data, "--head", f"{head['seq']}:{head['hash']}")
    not_it = sopwatch("verify", "--data", served.data, "--head", f"1:{head['hash']}")
    beyond = sopwatch("verify", "--data", served.data, "--head", f"99:{head['hash']}")

    assert holds[0] == 0
    assert "the record holds" in holds[1]
    assert (not_it[0], beyond[0]) == (1, 1)
    assert "another hash" in not_it[1][0]
    assert "beyond" in beyond[1][0]
    assert served.ask("/api/v1/verification", token, {})[0] == 401, "it is for the command alone"


def test_what_the_service_refuses_a_command_is_told_in_its_own_line(served: Served) -> None:
    code, lines = sopwatch("explain", "nosuch", "--data", served.data)

    assert (code, len(lines)) == (2, 1)
    assert lines[0].endswith("refuses: there is no violation 'nosuch'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--store", "postgres://x"], "later version"),
        (["serve", "--tls-cert", "x.pem"], "go together"),
        (["serve", "--tls-cert", "x.pem", "--tls-key", "y.pem"], "--tls-cert x.pem: cannot be read"),
        (["serve", "--host", "192.0.2.1", "--port", "0"], "cannot listen"),
        (["serve", "--port", "99999"], "port"),
        (["verify"], "no record"),
        (["verify", "--head", "seven"], "no record"),
        (["users", "token", "x", "--role", "king"], "recorder, reader, auditor, admin"),
        (["users", "list"], "no record"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    code, lines = sopwatch(*arguments, "--data", tmp_path)

    assert (code, len(lines)) == (2, 1)
    assert words in lines[0]


def test_people_are_added_listed_changed_and_ended(tmp_path: Path) -> None:
    def users(*arguments: str) -> tuple[int, list[str]]:
        return sopwatch("users", *arguments, "--data", tmp_path)

    added = users("add", "王小明", "--access", "staff", "--role", "worker")
    twice = users("add", "王小明", "--access", "staff")
    reset = users("reset-pin", "王小明")
    nobody = users("deactivate", "王小")
    ended = users("deactivate", "王小明")
    users("token", "pms", "--role", "recorder")
    listed = users("list")
    users("deactivate", "pms")

    assert added[0] == reset[0] == ended[0] == 0
    assert re.fullmatch(r"\d{6}", added[1][0])
    assert re.fullmatch(r"\d{6}", reset[1][0])
    assert (twice[0], nobody[0]) == (2, 2)
    assert "did you mean 王小明?" in nobody[1][0]
    assert listed[1] == ["person  王小明: staff (worker), deactivated", "token   pms: recorder"]
    assert users("list")[1] == listed[1][:1]


# --- stopped, and what was done to it meanwhile -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a record with a violation, whose service has stopped in peace."""
    data = tmp_path_factory.mktemp("stopped") / "record"
    token = sopwatch("users", "token", "pms", "--role", "admin", "--data", data)[1][0]
    service = serve(data)
    old = {"occurred_at": "2026-03-02T08:00:00+08:00"}
    status, told = service.ask("/api/v1/events", token, [cloud(1, **old), cloud(2, event="closed")])
    assert (status, told["refused"]) == (200, [])
    assert service.ask("/api/v1/violations", token)[1]["violations"]
    assert service.stop() == 0
    return data


@pytest.fixture
def stopped(record: Path, tmp_path: Path) -> Path:
    """Return a copy of that record, to be done with as one likes."""
    return Path(shutil.copytree(record, tmp_path / "record"))


def tamper(data: Path, statement: str) -> None:
    (database,) = data.glob("*.duckdb")
    with duckdb.connect(database) as connection:
        assert connection.execute(statement).fetchall() != [(0,)]


def test_a_service_that_was_asked_to_stop_leaves_a_record_that_holds(stopped: Path) -> None:
    code, lines = sopwatch("verify", "--data", stopped)

    assert (code, lines[-1]) == (0, "the record holds")
    assert (stopped / "lock").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE entries SET actor = 'somebody else' WHERE seq = 1", "the column actor"),
        ("UPDATE entries SET payload = replace(payload::VARCHAR, 'Lobby', 'Attic')::BLOB", "hash"),
        ("DELETE FROM entries WHERE seq = 1", "missing"),
        ("UPDATE entries SET payload = 'x'::BLOB WHERE seq = 1", "cannot be read"),
        ("DELETE FROM findings", "the judge finds"),
        ("UPDATE findings SET due_at = due_at + 1", "the judge does not find it so"),
        ("UPDATE findings SET state = 'rescinded'", "the record does not have it so"),
    ],
)
def test_a_record_that_was_changed_meanwhile_does_not_hold(stopped: Path, statement: str, words: str) -> None:
    tamper(stopped, statement)

    code, lines = sopwatch("verify", "--data", stopped)

    assert code == 1
    assert any(words in line for line in lines)
    assert "does not hold" in lines[-1]


def test_violations_due_after_the_last_judgement_are_counted_and_no_mismatch(tmp_path: Path) -> None:
    data = tmp_path / "record"
    token = sopwatch("users", "token", "pms", "--role", "admin", "--data", data)[1][0]
    service = serve(data)
    soon = time.time() - 24 * 3600 + 6
    old = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(soon))
    service.ask("/api/v1/events", token, [cloud(1, data=REPAIR | {"urgency": "emergency"}, occurred_at=old)])
    service.stop()
    time.sleep(max(0.0, soon + 24 * 3600 + 1 - time.time()))

    code, lines = sopwatch("verify", "--data", data)

    assert code == 0
    assert any("fell due since" in line for line in lines)


def test_explain_says_the_same_of_files_and_of_the_service_that_runs_over_them(stopped: Path) -> None:
    (wanted, case_id, rule), *_ = _findings(stopped)
    explain = ("explain", wanted, "--data", stopped, "--lang", "zh-Hant")
    of_files, unknown = sopwatch(*explain), sopwatch("explain", "f" * 32, "--data", stopped)

    service = serve(stopped)
    try:
        of_service, as_json = sopwatch(*explain), sopwatch(*explain, "--format", "json")
        unknown_there = sopwatch("explain", "f" * 32, "--data", stopped)
        forged = httpx2.get(
            f"{service.address}/api/v1/violations/{wanted}/explanation", headers={"Authorization": "Signed e30.xx"}
        )
    finally:
        service.stop()

    assert of_files[0] == of_service[0] == 0
    assert f"{rule} · {case_id}" in of_files[1]
    assert [line for line in of_files[1] if "逾期" not in line] == [
        line for line in of_service[1] if "逾期" not in line
    ]
    assert json.loads(as_json[1][0])["violation"]["rule"] == rule
    for code, lines in (unknown, unknown_there):
        assert (code, len(lines)) == (2, 1)
        assert "there is no violation" in lines[0]
    assert forged.status_code == 401


def _findings(data: Path) -> list[tuple[str, str, str]]:
    with duckdb.connect(data / "record.duckdb", read_only=True) as connection:
        return connection.execute("SELECT id, case_id, rule FROM findings ORDER BY id").fetchall()


def test_a_person_decides_to_go_on_with_what_is_left_of_a_damaged_record(stopped: Path) -> None:
    seq, digest = (stopped / "head").read_text().strip().split(":")
    (stopped / "head").write_text(f"{int(seq) + 3}:{digest[::-1]}\n")

    code, told = sopwatch("verify", "--data", stopped, "--accept-damage", " ")
    assert (code, len(told)) == (2, 1)
    code, told = sopwatch("verify", "--data", stopped, "--accept-damage", "the disk was full")

    assert (code, told[0].split(";")[1].strip()) == (0, "lost: 3 entries")
    assert Path(told[0].rpartition(" in ")[2]).is_dir()
    assert sopwatch("verify", "--data", stopped)[0] == 0
    assert sopwatch("verify", "--data", stopped, "--accept-damage", "once more")[0] == 2
    with closing(DuckStore(stopped)) as store:
        assert [told["reason"] for told in store.register("damage").values()] == ["the disk was full"]
