"""A service whose clock a test turns on: `python -m tests.turned DIR PORT INSTANT SILENCE` is `serve`, told its time.

Each line on standard input is an instant in microseconds: the service's time goes on from there, and what fell due
until then is judged before the line comes back. A tablet is offline after SILENCE real seconds. Nothing else differs
from the real thing.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from checklists.instant import Instant, from_datetime, to_datetime
from sopwatch.access import OPERATOR
from sopwatch.clock import Clock
from sopwatch.place import Property, write_property
from sopwatch.presence import SILENCE
from sopwatch.service import Service
from storage.duck import DuckStore
from tests.tablets import Hotel

Hand = tuple[str, tuple[str, ...]]


class TurnedHotel(Hotel):
    """A property with these people (name, SOP roles), whose clock stands where the test has turned it."""

    def __init__(self, directory: Path, begin: datetime, people: Sequence[Hand], silence: float = SILENCE) -> None:
        assert isinstance(begin.tzinfo, ZoneInfo)
        self.zone: ZoneInfo = begin.tzinfo
        self._people, self._silence = people, silence
        self._turned = Clock(start=from_datetime(begin))
        super().__init__(directory)

    def _prepare(self) -> None:
        # time that is turned on is to a tablet as if it had slept: it would lock itself
        write_property(self.directory, Property(id="lake", name="湖畔飯店", zone=str(self.zone), lock_minutes=0))
        service = Service(DuckStore(self.directory), self.directory, self._turned)
        service.start()
        for name, roles in self._people:
            person, self.pins[name] = service.access.add(OPERATOR, name, ("staff", "supervisor"), roles)
            self.ids[name] = person.id
        self._token = service.access.make_token(OPERATOR, "tests", "admin", speaks_for_others=True)
        service.stop()

    def _command(self) -> list[str]:
        told = str(self.directory), str(self.port), str(self.now), str(self._silence)
        return [sys.executable, "-m", "tests.turned", *told]

    @property
    def now(self) -> Instant:
        """The service's time."""
        return self._turned.now()

    def turn_to(self, instant: Instant) -> None:
        """Let the service's time go on from an instant."""
        assert instant >= self.now, "time does not go back"
        process = self._process
        assert process
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{instant}\n".encode())
        process.stdin.flush()
        while (line := process.stdout.readline()) != f"{instant}\n".encode():
            assert line, "the service has ended"
        self._turned.begin_at(instant)

    def next(self, wall: str) -> Instant:
        """Return the next instant at which the property's clock shows HH:MM."""
        then = self.local(wall)
        return then if then > self.now else self.local(wall, 1)

    def local(self, wall: str, days: int = 0) -> Instant:
        """Return when the property's clock shows HH:MM today, or so many days from now."""
        hour, minute = map(int, wall.split(":"))
        here = to_datetime(self.now, self.zone) + timedelta(days=days)
        return from_datetime(here.replace(hour=hour, minute=minute, second=0, microsecond=0))

    def day(self, days: int = 0) -> str:
        """Return the property's date today, or so many days from now."""
        return (to_datetime(self.now, self.zone).date() + timedelta(days=days)).isoformat()

    def _end(self, how: int) -> None:
        pipes = (self._process.stdin, self._process.stdout) if self._process else ()
        super()._end(how)
        for pipe in pipes:
            if pipe:
                pipe.close()

    def _streams(self) -> dict[str, int]:
        return {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}


def _listen(service: Service, clock: Clock, silence: float) -> None:
    service.presence.silence = silence

    def work() -> None:
        for line in sys.stdin:
            clock.begin_at(int(line))
            service.let_time_pass()
            print(line, end="", flush=True)

    threading.Thread(target=work, name="turned", daemon=True).start()


def main(directory: str, port: str, begin: str, silence: str) -> None:
    """Serve a directory as `serve` does, by a clock that begins at an instant and can be turned on."""
    from sopwatch.cli_serve import LOOPBACK, _bound, _serve
    from sopwatch.running import Launch

    clock = Clock(start=int(begin))

    def begun(service: Service) -> None:
        _listen(service, clock, float(silence))

    launch = Launch(Path(directory), f"http://{LOOPBACK}:{port}", clock, begun)
    _serve(launch, _bound(Path(directory), LOOPBACK, int(port)), (None, None))


if __name__ == "__main__":
    main(*sys.argv[1:])
