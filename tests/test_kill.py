"""kill -9 in the middle of a stream of ticks, again and again: nothing that was acknowledged is lost or doubled."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.event import Event
from rules.judge import judge
from rules.pack import load_pack
from sopwatch.watch import numbered
from storage.duck import DuckStore
from storage.store import FindingQuery

ROUNDS = 20
CHILD = """
import sys, threading, uuid
from pathlib import Path
from sopwatch.access import Who
from sopwatch.demands import NewEvent
from sopwatch.service import Service
from storage.duck import DuckStore

directory = Path(sys.argv[1])
service = Service(DuckStore(directory), directory)
service.start()
who = Who("person:p", "P", frozenset({"record", "read"}), ("attendant", "worker"))
fields = {"title": "T", "organiser": "O", "room": "R", "attendees": 5, "importance": "important",
          "start_at": "2026-03-02T08:00:00Z", "end_at": "2026-03-02T09:00:00Z",
          **dict.fromkeys(("smoking", "fruit", "banner", "plants", "towels", "projection", "podium"), True)}

def say(line):
    sys.stdout.write(line + chr(10))
    sys.stdout.flush()

def work():
    case_id = service.open_case(who, "meeting", fields)
    while True:
        for step in ("banner_hung", "prepared", "started", "tea_served", "ended", "door_locked"):
            name = uuid.uuid4().hex
            value = photo if step == "prepared" else None
            service.record_one(NewEvent(case_id, step, event_id=name, value=value), who)
            say(name)

photo = "sha256:" + service.store.keep_file(b"x")
say("ready")
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
threading.Event().wait()
"""


def one_round(directory: Path, ticks: int) -> list[str]:
    """Run a service under a stream of ticks, kill it once it has acknowledged so many, and return all that it had."""
    with subprocess.Popen([sys.executable, "-c", CHILD, str(directory)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        lines = [child.stdout.readline() for _ in range(ticks)]
        child.kill()
        lines += child.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


def test_nothing_acknowledged_is_lost_or_doubled(tmp_path: Path) -> None:
    dice = random.Random(7)
    acknowledged: list[str] = []

    for _ in range(ROUNDS):
        acknowledged += one_round(tmp_path, dice.randrange(1, 60))

    store = DuckStore(tmp_path)
    try:
        names = Counter(e.event.event_id for e in store.entries())
        assert len(acknowledged) >= ROUNDS
        assert [name for name in acknowledged if names[name] != 1] == []
        assert store.verify() == []
        assert store.damage is None
    finally:
        store.close()


def test_the_violations_are_as_if_nothing_had_happened(tmp_path: Path) -> None:
    for ticks in (30, 40, 50):
        one_round(tmp_path, ticks)
    once_more = CHILD[: CHILD.index("photo =")] + "service.stop()"
    subprocess.run([sys.executable, "-c", once_more, str(tmp_path)], check=True)

    store = DuckStore(tmp_path)
    try:
        until = store.judged().until
        stored = {f.id: f.violation for f in store.findings(FindingQuery()) if f.state != "rescinded"}
        by_case: dict[str, list[Event]] = {}
        for entry in store.entries():
            by_case.setdefault(entry.event.case_id, []).append(entry.event)
    finally:
        store.close()
    catalogue = load_pack().newest("meeting")[1]
    cases = [fold(events, until) for events in by_case.values() if events[0].procedure == "meeting"]
    expected = {name: v for case in cases if case for (name, _), v in numbered(judge(catalogue, case, ZoneInfo("UTC")))}
    assert stored == expected
    assert len(stored) > 20
