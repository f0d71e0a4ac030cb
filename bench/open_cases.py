"""How long My shift takes to read with thousands of open cases: first, again, and after a tick.

Run: python bench/open_cases.py 10000
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter

from checklists.instant import MINUTE
from sopwatch.access import Who
from sopwatch.demands import NewEvent
from sopwatch.place import Property, write_property
from sopwatch.service import Service
from storage.duck import DuckStore

MEI = Who("person:mei", "Mei", frozenset({"record", "read"}), ("receptionist",))
REPAIR = {
    "scope": "public", "urgency": "normal", "description": "Leak", "channel": "patrol", "chargeable": False,
    "requester": "Lin", "address": "Lake Road", "phone": "0912", "material_by": "company", "under_warranty": False,
}  # fmt: skip
BATCH = 500
SPREAD = 4000


def main(count: int) -> None:
    """Open so many cases in a record of its own, and print what each reading took."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_property(directory, Property(zone="Asia/Taipei"))
        service = Service(DuckStore(directory), directory)
        service.start()
        now = service.clock.now()
        for first in range(0, count, BATCH):
            service.record([_opening(n, now) for n in range(first, min(count, first + BATCH))], MEI)
        service.let_time_pass()
        _print("first", service)
        _print("again", service)
        service.tick(MEI, service.open_cases()[0].case_id, "form_completed")
        _print("after a tick", service)
        service.stop()


def _opening(n: int, now: int) -> NewEvent:
    return NewEvent("", "opened", "repair", now - n % SPREAD * MINUTE, data={**REPAIR, "location": f"Room {n}"})


def _print(what: str, service: Service) -> None:
    began = perf_counter()
    files = service.open_cases()
    print(f"{what}: {len(files)} open cases in {perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]))
