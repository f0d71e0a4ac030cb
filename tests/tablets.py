"""A service that can be killed and started again, and tablets on it: real browsers with touch."""

from __future__ import annotations

import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

from checklists.instant import HOUR, MINUTE, Instant, format_instant
from checklists.text import LANGUAGES
from sopwatch.access import OPERATOR
from sopwatch.place import Property, write_property
from sopwatch.service import Service
from storage.duck import DuckStore

ROOT = Path(__file__).resolve().parent.parent
READY = "Promise.race([navigator.serviceWorker?.ready, new Promise(r => setTimeout(r, 3000))]).then(() => true)"
# Wait until the tablet keeps the case for a reload without network, or half a second: some keep nothing.
KEPT = """async id => {
  const answer = asked => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result)
    asked.onerror = failed
  })
  const kept = async () => {
    const shelf = await answer(indexedDB.open("sopwatch"))
    return answer(shelf.transaction("snapshots").objectStore("snapshots").get(id)).finally(() => shelf.close())
  }
  const wait = (time, told) => new Promise(done => setTimeout(done, time, told))
  const late = wait(500, true)
  while (!(await Promise.race([kept().catch(() => false), late]))) await wait(20)
}"""
LANDSCAPE: ViewportSize = {"width": 1024, "height": 768}
REPAIR = {
    "location": "八〇五", "scope": "public", "urgency": "normal", "description": "漏水", "channel": "phone",
    "chargeable": False, "requester": "陳先生", "address": "湖路八號", "phone": "0912", "material_by": "company",
    "under_warranty": False,
}  # fmt: skip
MEETING = {
    "title": "年會", "importance": "normal", "room": "明珠廳", "attendees": 40, "organiser": "某公司", "smoking": True,
    "fruit": False, "banner": False, "plants": False, "towels": True, "projection": False, "podium": False,
}  # fmt: skip


class Hotel:
    """A property with three people and a few cases, its service a process that can be killed."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.pins: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.cases: dict[str, str] = {}
        self._earlier = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._prepare()

    def _prepare(self) -> None:
        write_property(self.directory, Property(id="lake", name="湖畔飯店", zone="Asia/Taipei"))
        service = Service(DuckStore(self.directory), self.directory)
        service.start()
        access = service.access
        for name, may, roles in (
            ("林美玲", ("staff", "supervisor"), ("receptionist", "worker", "attendant", "senior_pr_manager")),
            ("王建國", ("staff",), ("receptionist", "attendant")),
            ("張主管", ("staff",), ("repair_supervisor",)),
        ):
            person, self.pins[name] = access.add(OPERATOR, name, may, roles)
            self.ids[name] = person.id
        mei, now = access.whose(access.sign_in(self.ids["林美玲"], self.pins["林美玲"])), service.clock.now()
        assert mei
        for name, (procedure, fields) in _new_cases(now).items():
            self.cases[name] = service.open_case(mei, procedure, fields, now - 2 * MINUTE)
        self._token = access.make_token(OPERATOR, "tests", "admin", speaks_for_others=True)
        service.stop()

    def begin_anew(self) -> None:
        """Cancel the cases of an earlier test and open new ones of the same names: tests can share a service."""
        if self._process is None:
            self.start()
        for case in self.cases:
            if not {"closed", "cancelled"} & self.words(case).keys():
                self.record(case, "cancelled", data={"reason": "the test is over"})
        self._earlier, self.cases = self._earlier + len(self.cases), {}
        now = time.time_ns() // 1000
        for name, (procedure, fields) in _new_cases(now).items():
            self.cases[name] = f"{name}-{self._earlier}"
            began = {"actor": self.ids["林美玲"], "occurred_at": format_instant(now - 2 * MINUTE)}
            self.record(name, "opened", procedure=procedure, data=fields, **began)

    # --- the service --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        with (self.directory / "serve.log").open("ab") as log:
            streams = {"stdout": log, "stderr": log} | self._streams()
            self._process = subprocess.Popen(self._command(), cwd=ROOT, **streams)  # type: ignore[call-overload]
        until(lambda: self._answers("/healthz") is not None, 60)

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "sopwatch", "serve", "--data", str(self.directory), "--port", str(self.port)]

    def _streams(self) -> dict[str, int]:
        return {}

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGINT)

    def _end(self, how: int) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait()
        self._process = None

    def _answers(self, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/cloudevents+json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.address + path, data, headers)  # noqa: S310 - our own, on the loopback
        with suppress(OSError), urlopen(request, timeout=5) as answer:  # noqa: S310
            return json.loads(answer.read())
        return None

    # --- what the record holds ----------------------------------------------------------------------------------------

    def events(self, case: str) -> list[dict[str, Any]]:
        """Return the events of a case after its opening."""
        found: list[dict[str, Any]] = self._answers(f"/api/v1/cases/{self.cases[case]}")["events"]
        return found[1:]

    def violations(self, case: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._answers(f"/api/v1/violations?case_id={self.cases[case]}")["violations"]
        return found

    def opened(self, case: str) -> dict[str, Any]:
        """Return the opening of a case."""
        found: dict[str, Any] = self._answers(f"/api/v1/cases/{self.cases[case]}")["events"][0]
        return found

    def fields(self, case: str) -> dict[str, Any]:
        """Return the facts of a case."""
        found: dict[str, Any] = self._answers(f"/api/v1/cases/{self.cases[case]}")["fields"]
        return found

    def words(self, case: str) -> Counter[str]:
        return Counter(event["event"] for event in self.events(case))

    def states(self, case: str, rule: str) -> list[str]:
        """Return the states of the violations of a rule in a case, sorted."""
        found = self._answers(f"/api/v1/violations?case_id={self.cases[case]}&rule={rule}")["violations"]
        return sorted(one["state"] for one in found)

    def ago(self, span: int) -> str:
        """Return the instant so long ago, as a log writes it."""
        return format_instant(time.time_ns() // 1000 - span)

    def record(self, case: str, event: str, **more: Any) -> None:
        """Record something as another system does."""
        told = {"case_id": self.cases[case], "event": event} | more
        cloud = {"specversion": "1.0", "id": f"{time.time_ns()}", "source": "test", "type": "org.sopwatch.event.v1"}
        assert self._answers("/api/v1/events", {**cloud, "data": told})["accepted"]

    def begin_meeting(self, room: str, ago: int, **more: Any) -> str:
        """Open a meeting in a room and begin it so long ago; return its number, and keep it as a case of that name."""
        now = time.time_ns() // 1000
        fields = MEETING | {"room": room, "start_at": format_instant(now), "end_at": format_instant(now + 3 * HOUR)}
        self.cases[room] = f"M-{self._earlier + len(self.cases)}"
        began = format_instant(now - ago)
        opened = {"procedure": "meeting", "occurred_at": began, "data": fields | more}
        self.record(room, "opened", **opened)
        self.record(room, "started", occurred_at=began)
        return self.cases[room]


def _new_cases(now: Instant) -> Mapping[str, tuple[str, Mapping[str, Any]]]:
    """Return the procedure and the fields of the cases that each test has."""
    meeting = MEETING | {"start_at": format_instant(now + HOUR), "end_at": format_instant(now + 3 * HOUR)}
    vip = {
        "guest_kind": "vip", "grade": "A", "guests": ["周先生", "史密斯"], "titles": "董事", "overnight": True,
        "arrival_at": format_instant(now + 48 * HOUR), "pickup": False, "send_off_car": False, "photos": False,
    }  # fmt: skip
    return {
        "meeting": ("meeting", meeting), "repair": ("repair", REPAIR), "other": ("repair", REPAIR), "vip": ("vip", vip),
    }  # fmt: skip


def free_port() -> int:
    """Return a free port below those of outgoing connections: one that nobody takes while the service is down."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Tablet:
    """A browser with touch, somebody signed in on it, and the sheet of a case before them."""

    def __init__(self, hotel: Hotel, context: BrowserContext, name: str, case: str) -> None:
        self.hotel, self.context = hotel, context
        self.sign_in(name)
        self.page = self.open(case)

    def sign_in(self, name: str) -> None:
        form: dict[str, str | float | bool] = {"person": self.hotel.ids[name], "pin": self.hotel.pins[name]}
        origin = {"Origin": self.hotel.address}
        answer = self.context.request.post(f"{self.hotel.address}/sign-in", form=form, headers=origin, max_redirects=0)
        assert answer.status == 303

    def sign_out(self) -> None:
        self.context.clear_cookies()

    def open(self, case: str) -> Page:
        """Open the sheet of a case in a tab of its own, and wait until it could be shown without network."""
        page = self.context.new_page()
        page.goto(f"{self.hotel.address}/run?case={self.hotel.cases[case]}")
        page.locator(".chip .note").wait_for(timeout=20_000)
        page.evaluate(READY)
        page.evaluate(KEPT, self.hotel.cases[case])
        return page

    def row(self, step: str) -> Locator:
        return self.page.locator(f"#row-{step}")

    def tap(self, step: str) -> None:
        self.row(step).locator("button.tap").first.tap()

    @property
    def chip(self) -> Locator:
        return self.page.locator(".chip")

    def tap_many(self, times: int, steps: tuple[str, str] = ("tea_served", "towels_changed")) -> Mapping[str, int]:
        """Tap steps that are done again and again, in turn; return how often each."""
        for n in range(times):
            self.tap(steps[n % 2])
            self.page.wait_for_timeout(40)
        return Counter(steps[n % 2] for n in range(times))


def tablet(browser: Browser, hotel: Hotel, name: str, case: str, **more: Any) -> Tablet:
    """Take a tablet, sign in, and open the sheet of a case."""
    options: dict[str, Any] = {"locale": "zh-TW", "viewport": LANDSCAPE, "has_touch": True} | more
    context = browser.new_context(**options)
    return Tablet(hotel, context, name, case)


def speak(page: Page, language: str) -> None:
    """Choose a language on the bar."""
    page.locator(".st-key-language_choice button").nth(LANGUAGES.index(language)).click()


def until(done: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited for {seconds} s"
        time.sleep(0.1)
