"""How fast the tablet is: `python bench/tablet.py` prints it beside native check boxes and bare posts, all in one run.

A service with real cases, a real browser with touch, at the machine's speed and four times slower. `bench/touched.js`
says what "painted" is. `--rounds N` taps less often. What a killed browser loses: `python bench/killed.py`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.finger import Finger, head, long_told, row
from bench.tablet_grown import history, outage
from checklists.instant import MINUTE
from tests.browser import launch
from tests.tablets import LANDSCAPE, ROOT, Hotel, free_port, tablet, until

STEPS = ("tea_served", "ashtrays_changed", "towels_changed", "break_started", "break_cleared", "resumed")
SAVED = ".chip.sop-done"
ROOMS = ("翡翠廳", "琥珀廳", "水晶廳", "珊瑚廳", "瑪瑙廳", "珍珠廳")
COUNTS = 12
IDLE_SECONDS = 10
KEPT_OPEN = 2  # the service closes what is idle for five seconds


class Wire:
    """The API without a tablet, over a connection that stays open while it is used."""

    def __init__(self, hotel: Hotel) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", hotel.port)
        self._token, self._n, self._used = hotel._token, 0, time.monotonic()

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/cloudevents-batch+json"}
        if time.monotonic() - self._used > KEPT_OPEN:
            self._http.close()
        self._used = time.monotonic()
        self._http.request(method, path, None if body is None else json.dumps(body), headers)
        return json.loads(self._http.getresponse().read())

    def seq(self) -> int:
        return int(self._ask("GET", "/api/v1/head")["seq"])

    def post(self, case_id: str, count: int = 1) -> float:
        """Post ticks of a case; return the milliseconds until they were acknowledged."""
        batch = []
        for _ in range(count):
            self._n += 1
            data = {"case_id": case_id, "event": STEPS[self._n % 3]}
            batch.append({"specversion": "1.0", "type": "org.sopwatch.event.v1", "source": "bench",
                          "id": str(self._n), "data": data})  # fmt: skip
        began = time.perf_counter()
        answer = self._ask("POST", "/api/v1/events", batch)
        took = (time.perf_counter() - began) * 1000
        assert len(answer["accepted"]) == count, answer
        return took

    def stored(self, seq: int, began: float) -> float:
        """Wait for the entry after `seq`; return the milliseconds since `began`."""
        while self.seq() <= seq:
            pass
        return (time.perf_counter() - began) * 1000


@contextmanager
def native(browser: Browser) -> Iterator[Page]:
    """Run Streamlit with its own check boxes, and open it."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "bench/native_box.py", "--server.port", str(port),
               "--server.address", "127.0.0.1"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), 60)
        page = browser.new_context(viewport=LANDSCAPE, has_touch=True).new_page()
        page.goto(f"http://127.0.0.1:{port}")
        page.locator("#ticked").wait_for(timeout=30_000)
        yield page
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def taps(hotel: Hotel, wire: Wire, sheet: Finger, boxes: Finger, rounds: int) -> None:
    """Print tap to painted and tap to stored beside check boxes and posts, each in turn."""
    found: dict[str, list[float]] = defaultdict(list)
    other = hotel.cases["翡翠廳"]
    for n in range(rounds):
        step, seq = STEPS[n % len(STEPS)], wire.seq()
        began = time.perf_counter()
        found["sheet"].append(sheet.tap(f"#row-{step} button.tap", f"#row-{step}", answer=SAVED))
        found["own"].append(sheet.from_click)
        began += time.perf_counter() - began - found["sheet"][-1] / 1000
        found["stored"].append(wire.stored(seq, began))
        found["saved"].append(sheet.settled())
        found["bare"].append(sheet.tap("#bare", "#bare"))
        found["bare own"].append(sheet.from_click)
        box = f".st-key-step-{n % 40}"
        found["box"].append(boxes.tap(f"{box} label", f"{box} input", "#ticked", "[data-test-script-state=notRunning]"))
        found["rerun"].append(boxes.settled())
        found["post"].append(wire.post(other))
    row("sheet of 40 rows: tap to painted", found["sheet"], found["bare"], "bare checkbox")
    row("bare checkbox on the same page: to painted", found["bare"])
    row("of it from the click on: the sheet", found["own"], found["bare own"], "bare checkbox")
    row("of it from the click on: bare checkbox", found["bare own"])
    row("st.checkbox of 40: tap to painted", found["box"], found["bare"], "bare checkbox")
    row("st.checkbox of 40: tap to its rerun painted", found["rerun"], found["sheet"], "the sheet's tap to painted")
    row("sheet: tap to stored (polled over the API)", found["stored"], found["post"], "bare post")
    row("sheet: tap to 'all saved' on its chip", found["saved"], found["post"], "bare post")
    row("bare post of one entry", found["post"])
    shown = sheet.presented()
    print(f"Event Timing of {2 * rounds} taps on the sheet's page: {statistics.median(shown):.0f} ms the median of "
          f"{len(shown)} not below 16")  # fmt: skip
    long_told("sheet: long tasks", sheet.long_tasks(), f"{rounds} taps")
    long_told("st.checkbox: long tasks", boxes.long_tasks(), f"{rounds} taps")


def ashtrays(hotel: Hotel, sheet: Finger) -> None:
    """Print what counts typed on the pad cost: opened, each figure, recorded."""
    spot = "#row-ashtray_counted"
    found, bare = defaultdict(list), list[float]()
    before = hotel.words("meeting")["ashtray_counted"]
    for n in range(COUNTS):
        found["open"].append(sheet.tap(f"{spot} button.tap", spot))
        found["figure"].append(sheet.tap(f"{spot} .keys button:nth-child({n % 9 + 1})", f"{spot} output"))
        found["record"].append(sheet.tap(f"{spot} .record", spot, answer=SAVED))
        sheet.settled()
        bare.append(sheet.tap("#bare", "#bare"))
    until(lambda: hotel.words("meeting")["ashtray_counted"] == before + COUNTS)
    row("ashtray counts: the pad is open", found["open"], bare, "bare checkbox")
    row("ashtray counts: the figure is painted", found["figure"], bare, "bare checkbox")
    row("ashtray counts: recorded and painted", found["record"], bare, "bare checkbox")
    long_told("ashtray counts: long tasks", sheet.long_tasks(), f"{COUNTS} counts, 36 taps")


def cadence(hotel: Hotel, page: Page, seconds: int, slower: float) -> None:
    """Print how six rooms run: idle, then with a tap every two seconds, round and round."""
    page.goto(f"{hotel.address}/cadence")
    page.locator(".room").nth(len(ROOMS) - 1).wait_for(timeout=30_000)
    page.wait_for_timeout(2_000)
    rooms = Finger(page, slower)
    page.evaluate("touched.putBare('.room')")
    began = rooms.busy_seconds()
    page.wait_for_timeout(IDLE_SECONDS * 1000)
    idle = (rooms.busy_seconds() - began) / IDLE_SECONDS
    rooms.long_tasks()
    page.evaluate("touched.watchFrames()")
    start, found, bare = time.monotonic(), list[float](), list[float]()
    for n in range(seconds // 2):
        tile = f"[data-case='{hotel.cases[ROOMS[n % len(ROOMS)]]}'] [data-rule='meeting.tea-15min']"
        found.append(rooms.tap(f"{tile} button.huge", f"{tile} .foot"))
        bare.append(rooms.tap("#bare", "#bare"))
        page.wait_for_timeout(max(0, (start + 2 * (n + 1) - time.monotonic()) * 1000))
    frames, gaps = page.evaluate("[touched.frames, touched.gaps]")
    passed = time.monotonic() - start
    row("Cadence, 6 rooms: tap to painted", found, bare, "bare checkbox")
    lost = f", the longest {max(gaps):.0f} ms" if gaps else ""
    print(
        f"{'Cadence: frames':<44}{frames / passed:>7.1f} a second; {len(gaps)} gaps over 50 ms in {passed:.0f} s{lost}"
    )
    long_told("Cadence: long tasks", rooms.long_tasks(), f"{passed:.0f} s and {len(found)} taps")
    print(f"{'Cadence: the page while nobody taps':<44}{idle * 100:>6.1f} % of a processor")
    rooms.leave()


def measured(hotel: Hotel, wire: Wire, browser: Browser, boxes: Page, slower: float, rounds: int) -> None:
    """Print all at one speed."""
    speed = "at the machine's speed" if slower == 1 else f"{slower:.0f} times slower"
    print(f"\n--- {speed} ---")
    head()
    one = tablet(browser, hotel, "林美玲", "meeting")
    sheet, others = Finger(one.page, slower), Finger(boxes, slower)
    one.page.evaluate("touched.putBare('#row-tea_served')")
    taps(hotel, wire, sheet, others, rounds)
    ashtrays(hotel, sheet)
    sheet.leave()
    others.leave()
    cadence(hotel, one.page, 60 if slower == 1 else 30, slower)
    one.context.close()


def main() -> None:
    """Measure all on a service of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=100)
    rounds = asked.parse_args().rounds
    hotel, began = Hotel(Path(tempfile.mkdtemp())), time.monotonic()
    hotel.start()
    try:
        for n, room in enumerate(ROOMS):
            hotel.begin_meeting(room, (n + 1) * MINUTE, smoking=True, towels=True)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            wire = Wire(hotel)
            with native(browser) as boxes:
                for slower in (1, 4):
                    measured(hotel, wire, browser, boxes, slower, rounds)
            outage(hotel, wire, browser)
            history(hotel, wire, browser)
            browser.close()
    finally:
        hotel.stop()
        shutil.rmtree(hotel.directory)
    print(f"\nall in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
