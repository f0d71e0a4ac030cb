"""A made-up property in motion: its past is replayed through the service, its staff go on working as the clock runs."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from checklists.errors import SopwatchError
from checklists.instant import DAY, Instant, format_instant, parse_duration
from checklists.model import Procedure
from checklists.reader import read_file
from rules.examples import parse_event
from sopwatch.access import OPERATOR, Person, Who
from sopwatch.clock import Clock
from sopwatch.demands import NewEvent
from sopwatch.pins import new_pin
from sopwatch.place import Property, write_property
from sopwatch.service import Service

SCRIPT = Path(__file__).with_name("demo.yaml")
_log = logging.getLogger("sopwatch")


class ReplayClock(Clock):
    """A clock that is set by hand until `run` lets it go on at its speed from where it stands."""

    def __init__(self, speed: float, start: Instant) -> None:
        super().__init__(speed, start)
        self._held: Instant | None = start

    def now(self) -> Instant:
        """Return the instant at which it was set, or the running time."""
        return super().now() if self._held is None else self._held

    def set(self, instant: Instant) -> None:
        """Set it."""
        self._held = instant

    def run(self) -> None:
        """Let it run from where it stands."""
        if self._held is not None:
            self.begin_at(self._held)
        self._held = None

    def seconds_until(self, instant: Instant) -> float:
        """Return the real seconds until an instant; while it is set by hand, none ever passes by itself."""
        return super().seconds_until(instant) if self._held is None else DAY / 1e6


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a made-up person does in a case, so long after the demo begins (before it: negative)."""

    offset: int
    case: int
    who: str
    text: str


class Demo:
    """The property of `demo.yaml`, for a new record in a directory; `say` hears the banner once it is at work."""

    def __init__(self, directory: Path, speed: float, say: Callable[[str], None]) -> None:
        raw: Mapping[str, Any] = read_file(SCRIPT, "script").data
        self._cases: list[Mapping[str, Any]] = raw["cases"]
        self._hands: Mapping[str, Mapping[str, Any]] = raw["people"]
        self._deeds = sorted(_deeds(self._cases), key=lambda d: d.offset)
        self._begin = Clock().now()
        self.clock = ReplayClock(speed, self._begin + self._deeds[0].offset)
        self._numbers: dict[int, str] = {}
        self._people: dict[str, Who] = {}
        self._say = say
        self._over = threading.Event()
        write_property(directory, Property.model_validate(raw["property"]))

    def begin(self, service: Service) -> None:
        """Hire its people, live through its past deadline by deadline, and let clock and staff go on from there."""
        banner = "\n".join(self._hire(service, key, person) for key, person in self._hands.items())
        while self._deeds and self._deeds[0].offset <= 0:
            deed = self._deeds.pop(0)
            self._pass(service, self._begin + deed.offset)
            self._do(service, deed)
        self._pass(service, self._begin)
        self.clock.run()
        service.let_time_pass()
        threading.Thread(target=self._work, args=(service,), name="staff", daemon=True).start()
        self._say(f"Sign in with one of these PINs, made for this run alone:\n{banner}")

    def end(self) -> None:
        """Send the staff home; what they would have done later is left out."""
        self._over.set()

    def _hire(self, service: Service, key: str, raw: Mapping[str, Any]) -> str:
        pin = new_pin()
        person = Person(key, raw["name"], tuple(raw["access"]), tuple(raw["roles"]), raw.get("language", "zh-Hant"))
        service.access.save(OPERATOR, person, pin)
        self._people[key] = Who(f"person:{key}", person.name, person.rights, person.roles)
        return f"  {pin}  {person.name}  {', '.join(person.access)}"

    def _pass(self, service: Service, until: Instant) -> None:
        while (due := service.next_due()) is not None and due < until:
            self.clock.set(due)
            service.let_time_pass()
        self.clock.set(until)
        service.let_time_pass()

    def _work(self, service: Service) -> None:
        for deed in self._deeds:
            if self._over.wait(max(0, self.clock.seconds_until(self._begin + deed.offset))):
                return
            try:
                self._do(service, deed)
            except SopwatchError as refusal:
                _log.info("demo: %s: %s", deed.text, refusal)

    def _do(self, service: Service, deed: Deed) -> None:
        case, who = self._cases[deed.case], self._people[deed.who]
        procedure = service.books.pack.newest(case["procedure"])[0]
        word, parts = parse_event(deed.text)
        new = NewEvent(self._numbers.get(deed.case, ""), word, procedure.id, **parts)
        if word == "opened":
            new = replace(new, data=self._fields(procedure, case["fields"]))
        elif word == "cancelled":
            new = replace(new, value=None, data={"reason": new.value})
        elif (kind := _picture_kind(procedure, word)) and new.value is None:
            content = _picture(kind, new.actor or who.name)
            new = replace(new, value=f"sha256:{service.store.keep_file(content)}")
        self._numbers[deed.case] = service.record_one(new, who).case_id

    def _fields(self, procedure: Procedure, written: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            name: format_instant(self._begin + _offset(value)) if procedure.field[name].type == "datetime" else value
            for name, value in written.items()
        }


def _deeds(cases: list[Mapping[str, Any]]) -> Iterator[Deed]:
    for index, case in enumerate(cases):
        for offset, texts in case["events"].items():
            for text in texts if isinstance(texts, list) else [texts]:
                who, _, deed = text.partition(" ")
                yield Deed(_offset(offset), index, who, deed)


def _offset(text: str) -> int:
    return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)


def _picture_kind(procedure: Procedure, word: str) -> str | None:
    step = procedure.steps.get(word)
    return step.evidence.type if step and step.evidence.type in {"photo", "signature"} else None


def _picture(kind: str, name: str) -> bytes:
    """Return a picture that nobody takes for a real one: a scribble for a signature, a grey card for a photo."""
    image = Image.new(
        "RGB", (480, 180) if kind == "signature" else (640, 480), "white" if kind == "signature" else "#8a939c"
    )
    draw = ImageDraw.Draw(image)
    points = [(20 + 14 * n, 90 + (37 * (n + 1) * (len(name) + n) % 70) - 35) for n in range(30)]
    draw.line(points if kind == "signature" else [(0, 0), (640, 480), (640, 0), (0, 480)], fill="#1d2b50", width=4)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
