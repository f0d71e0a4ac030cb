"""What finding a case costs in a large record, beside a bare scan of the same texts.

Run it as `.venv/bin/python bench/find.py [CASES]` (100,000 unless told); its directory is removed afterwards.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.timed import median_seconds, seconds_told
from checklists.event import Event
from storage.duck import DuckStore
from storage.store import CaseQuery, Draft, Word

START, MINUTE = 1_772_409_600_000_000, 60_000_000
PLACES = ("八〇五", "大廳", "Lobby", "三樓機房", "游泳池", "Boiler room", "停車場 B2", "明珠廳")
FAULTS = ("漏水", "燈不亮", "Leak under the basin", "冷氣不冷", "門鎖故障", "馬桶堵塞", "Wi-Fi slow", "水壓不足")
FAMILIES, GIVEN = "陳林黃張李王吳劉蔡楊", "美玲建國志明淑芬俊傑雅婷怡君家豪"
PERSONAL = frozenset({"data.requester", "data.address", "data.phone"})
FIELDS = ("location", "description", "requester", "address", "phone", "note", "reason")
SCAN = "SELECT count(*) FROM fields WHERE contains(text, ?)"


def case_of(n: int, draw: random.Random) -> list[Draft]:
    """Return the entries of the n-th case: opened, three ticks, and closed but for one in 25."""
    case_id, at = f"R-2026-{n + 1:04}", START + n * MINUTE
    data = {
        "location": f"{draw.choice(PLACES)} {draw.randrange(100, 999)}",
        "description": f"{draw.choice(FAULTS)} {draw.choice(FAULTS)}",
        "requester": draw.choice(FAMILIES) + draw.choice(GIVEN) + draw.choice(GIVEN),
        "address": f"湖路 {draw.randrange(1, 400)} 號",
        "phone": f"09{draw.randrange(10**8):08}",
        "urgency": "normal", "scope": "unit", "channel": "phone", "chargeable": False,
    }  # fmt: skip
    words = ["opened", "form_completed", "dispatched", "completed", *(["closed"] if n % 25 else [])]
    drafts = []
    for k, word in enumerate(words):
        told = Event(0, case_id, "repair", word, at + k, at + k, f"p{n % 40}", "worker", None, None,
                     data if k == 0 else None, f"bench/{n}/{k}")  # fmt: skip
        drafts.append(Draft(told, "person:p1", None, PERSONAL if k == 0 else frozenset()))
    return drafts


def fill(store: DuckStore, cases: int) -> None:
    """Append so many cases, some thousands at a time."""
    draw, step = random.Random(7), 4_000
    for low in range(0, cases, step):
        store.append([d for n in range(low, min(low + step, cases)) for d in case_of(n, draw)])


def scanned(store: DuckStore, directory: Path, word: str) -> int:
    """Look a word up barely: every text of the database, every byte of the personal texts."""
    with store.reading() as cursor:
        (row,) = cursor.execute(SCAN, [word]).fetchall()
    found = sum(path.read_bytes().count(word.encode()) for path in (directory / "personal").iterdir())
    return int(row[0]) + found


def main() -> None:
    """Fill a record, then time what people ask."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(dir=".") as name:
        directory = Path(name) / "var"
        store = DuckStore(directory)
        fill(store, cases)
        print(f"{cases:,} cases, {store.head().seq:,} entries")
        start = time.perf_counter()
        store.search(CaseQuery([Word(["陳"])], FIELDS, limit=20))
        print(f"the first search, which reads the personal texts: {seconds_told(time.perf_counter() - start)}")
        asked = {
            "no words": CaseQuery(limit=20),
            "open ones": CaseQuery(state="open", limit=20),
            "a number": CaseQuery([Word(["4242"])], FIELDS, number=4242, limit=20),
            "a name": CaseQuery([Word(["陳美玲"])], FIELDS, limit=20),
            "a name and a fault": CaseQuery([Word(["漏水"]), Word(["陳"])], FIELDS, limit=20),
            "a common fault": CaseQuery([Word(["漏水"])], FIELDS, limit=20),
            "what a person did": CaseQuery([Word(["zzz"], ["p7"])], FIELDS, limit=20),
            "a letter that all have": CaseQuery([Word(["0"])], FIELDS, limit=20),
        }
        bare = median_seconds(lambda: scanned(store, directory, "漏水"))
        print(f"{'bare scan of the same texts':28} {seconds_told(bare)}")
        for what, query in asked.items():
            seconds, total = median_seconds(lambda q=query: store.search(q)), store.search(query).total  # type: ignore[misc]
            print(f"{what:28} {seconds_told(seconds)} {seconds / bare:6.1f} x the bare scan   {total:,} found")
        store.close()


if __name__ == "__main__":
    main()
