"""A running service for the tests of its routes: a real record in a folder, all routes, no screens."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from checklists.instant import parse_instant
from sopwatch import running
from sopwatch.access import OPERATOR, Person
from sopwatch.clock import Clock
from sopwatch.service import Service
from sopwatch.web import Guard, routes

T0 = parse_instant("2026-03-02T00:00:00Z")
ONE = "application/cloudevents+json"
MANY = "application/cloudevents-batch+json"
PIN = "482913"
REPAIR = {
    "requester": "Lin Mei",
    "address": "8 Lake Road",
    "phone": "0912",
    "location": "Lobby",
    "description": "Leak",
    "channel": "phone",
    "scope": "unit",
    "urgency": "emergency",
    "chargeable": False,
    "material_by": "company",
    "under_warranty": False,
}


class SteppedClock(Clock):
    """A clock that stands until it is told to go on."""

    def __init__(self, start: int = T0) -> None:
        super().__init__()
        self.at = start

    def now(self) -> int:
        return self.at

    def not_before(self, instant: int) -> None:
        self.at = max(self.at, instant)

    def seconds_until(self, instant: int) -> float:
        return 0.0 if instant <= self.at else 0.01


class House:
    """A property at work: its service, a client, and its clock."""

    def __init__(self, held: running.Running, client: TestClient, clock: SteppedClock) -> None:
        self.held, self.client, self.clock = held, client, clock
        self.tokens: dict[str, str] = {}

    @property
    def service(self) -> Service:
        return self.held.service

    def bearer(self, role: str = "admin", *, speaks: bool = True) -> dict[str, str]:
        """Return the header of a token of this role."""
        name = f"{role}-{speaks}"
        if name not in self.tokens:
            self.tokens[name] = self.service.access.make_token(OPERATOR, name, role, speaks_for_others=speaks)
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def send(self, *events: Mapping[str, Any], role: str = "admin", speaks: bool = True) -> Any:
        """Post events as a batch."""
        headers = self.bearer(role, speaks=speaks) | {"Content-Type": MANY}
        return self.client.post("/api/v1/events", content=json.dumps(events), headers=headers)

    def get(self, path: str, role: str = "reader", **params: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", params=params, headers=self.bearer(role))

    def person(self, name: str, *access: str, roles: tuple[str, ...] = ()) -> Person:
        person = Person(f"id-{name}", name, access, roles, "en")
        return self.service.access.save(OPERATOR, person, PIN)

    def sign_in(self, person: Person) -> Any:
        form = {"person": person.id, "pin": PIN}
        return self.client.post("/sign-in", data=form, headers={"Origin": "http://testserver"}, follow_redirects=False)

    def settled(self, done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + 10
        while not done():
            assert time.monotonic() < end, "waited for 10 s"
            time.sleep(0.01)


def cloud(number: object, **event: Any) -> dict[str, Any]:
    """Return a CloudEvent of case R-1: that it is opened, unless told otherwise."""
    told = {"case_id": "R-1", "event": "opened", "procedure": "repair"} | event
    if told["event"] == "opened" and "data" not in event:
        told["data"] = REPAIR
    return {
        "specversion": "1.0",
        "id": str(number),
        "source": "pms",
        "type": "org.sopwatch.event.v1",
        "data": told,
    }


@contextmanager
def housed(directory: Path, clock: SteppedClock | None = None) -> Iterator[House]:
    """Run a service over a directory."""
    clock = clock or SteppedClock()
    held = running.begin(running.Launch(directory, "http://testserver", clock))
    try:
        held.start()
        app = Starlette(routes=routes(), middleware=[Middleware(Guard)])
        house = House(held, TestClient(app, raise_server_exceptions=False), clock)
        house.settled(lambda: held.trouble is None)
        yield house
    finally:
        running.end()
