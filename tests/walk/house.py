"""The properties that are walked through, each a real service in a process of its own."""

from __future__ import annotations

import json
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
OF_NEW = ("sopwatch", "新屋", "新人")
# The cases of sopwatch/demo.yaml by what they are walked for, in the order in which they stand there.
CASES = (
    "urgent", "overdue", "finished", "broken", "withdrawn", "cancelled", "fresh", "complaint", "complaint_done",
    "patrol", "pumps", "vip", "guest", "vip_gone", "meeting", "board",
)  # fmt: skip


@dataclass(frozen=True)
class House:
    """A running service: its address, how to get in, its cases by name, and what in it is no text of ours."""

    address: str
    directory: Path
    set_up: str = ""
    pin: str = ""
    walker: str = ""
    code: str = ""
    report: str = ""
    cases: Mapping[str, str] = field(default_factory=dict)
    data: tuple[str, ...] = ()

    def place(self, path: str) -> str:
        """Return the whole address of a path such as `/run?case={meeting}`."""
        return self.address + path.format(**self.cases, set_up=self.set_up, code=self.code, report=self.report)

    def calls(self) -> list[str]:
        """Return what the process looked up or wanted to reach, but this machine."""
        return (self.directory / "calls.log").read_text(encoding="utf-8").splitlines()


@contextmanager
def running(kind: str, directory: Path, catalogues: Path | None = None) -> Iterator[House]:
    """Run the `full` or the `new` property in a folder; `catalogues` stand in for those of the interface's texts."""
    command = [
        sys.executable,
        "-m",
        "tests.walk.serve",
        kind,
        str(directory),
        *([str(catalogues)] if catalogues else []),
    ]
    log = directory / "serve.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
        ) as process,
    ):
        try:
            yield _known(process, kind, directory)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)


def _known(process: subprocess.Popen[str], kind: str, directory: Path) -> House:
    """Wait until the service is at work, and return what it said of itself."""
    said: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: _pass_on(process, said), daemon=True).start()
    told: dict[str, Any] = {}
    link = ""
    while not (told.get("address") and link and (kind == "new" or "cases" in told)):
        line = said.get(timeout=PATIENCE)
        if line.startswith("{"):
            told |= json.loads(line)
        elif found := re.search(r"token=(\S+)", line):
            link = found[1]
    _wait_for(f"{told['address']}/healthz")
    cases = dict(zip(CASES, told.get("cases", ()), strict=False))
    data = tuple(sorted({text for text in told.get("data", OF_NEW) if len(text) > 1}, key=len, reverse=True))
    named = {name: told.get(name, "") for name in ("pin", "walker", "code", "report")}
    return House(told["address"], directory, link, **named, cases=cases, data=data)


def _pass_on(process: subprocess.Popen[str], said: queue.Queue[str]) -> None:
    for line in process.stdout or ():
        said.put(line)


def _wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), urlopen(address, timeout=5):  # noqa: S310 - our own, on the loopback
            return
        time.sleep(0.1)
    raise TimeoutError(address)
