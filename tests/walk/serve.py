"""Runs the program for a walk: `python -m tests.walk.serve full|new DIR [CATALOGUES]`; tells in JSON how to get in.

`full` is the demo's property with a few more people and acts, its clock all but standing; `new` has not been set up.
Whatever the process would send elsewhere is written to DIR/calls.log.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from sopwatch import i18n, running
from sopwatch.access import OPERATOR, Person, Who
from sopwatch.cli_serve import LOOPBACK, _bound, _serve
from sopwatch.demands import NewEvent
from sopwatch.demo import Demo
from sopwatch.guest_reports import Told
from sopwatch.service import Service
from storage.store import FindingQuery

WALKER, PIN = "walker", "482913"
EVERYTHING = ("staff", "supervisor", "auditor", "administrator")
ROLES = ("receptionist", "worker", "support_supervisor", "attendant", "senior_pr_manager")
MORE = {"liu": "劉家豪", "tsao": "曹美鳳", "pan": "潘志偉"}
GONE = "石大維"
ACTS = (
    (0, "_problem", "items_confirmed", "牆內管線鏽蝕"),
    (0, "_not_applicable", "material_checked", "材料由公司供應"),
    (0, "_cannot_do", "signed_owner", "業主出差"),
    (14, "_not_applicable", "podium_assigned", "主持人自備"),
)
PLACES = ("大堂洗手間", "8樓 806")
TOLD = Told("洗手臺水龍頭關不緊，地面積水", "何太太", "0933-222-111", "public", urgent=True)
REPORT = "the-link-of-the-walk"
SILENT = frozenset({"", "localhost", LOOPBACK, "::1", "0.0.0.0"})  # noqa: S104 - told apart, not bound


class Full(Demo):
    """The demo's property, with somebody who may do everything, and acts of every kind in the record."""

    def begin(self, service: Service) -> None:
        super().begin(service)
        person = Person(WALKER, "周全", EVERYTHING, ROLES, "zh-Hant")
        service.access.save(OPERATOR, person, PIN)
        for key, name in MORE.items():
            service.access.save(OPERATOR, Person(key, name, ("staff",), ("attendant",), "zh-Hant"), PIN)
        service.access.save(OPERATOR, Person("gone", GONE, ("staff",), (), "zh-Hant", active=False), PIN)
        service.access.make_token(OPERATOR, "PMS", "recorder", speaks_for_others=True)
        who = Who(f"person:{WALKER}", person.name, person.rights, person.roles)
        for case, word, step, reason in ACTS:
            service.record_one(NewEvent(self._numbers[case], word, data={"step": step, "reason": reason}), who)
        finding = service.store.findings(FindingQuery(state="open"))[0]
        seen = {"violation": finding.id, "note": "已通知主管"}
        service.record_one(NewEvent(finding.violation.case_id, "_acknowledged", data=seen), who)
        cases = [self._numbers.get(n, "") for n in range(len(self._cases))]
        code = self._reported(service)
        known = {"walker": WALKER, "pin": PIN, "code": code, "report": REPORT, "cases": cases}
        tell(known | {"data": sorted(self._data(service))})

    def _reported(self, service: Service) -> str:
        """Let a guest report something with a photo, by the first of two codes; return that code."""
        now = service.clock.now()
        first, _second = service.codes.make(OPERATOR, PLACES, "place", "repair", now, guests=True)
        photo = BytesIO()
        Image.new("RGB", (640, 480), (70, 110, 130)).save(photo, "JPEG")
        service.reports.take(first, TOLD, [photo.getvalue()], REPORT, now)
        return first.id

    def _data(self, service: Service) -> Iterator[str]:
        """Yield what people wrote and what things are called here: it is said as written in every language."""
        yield from (person.name for person in service.access.people())
        yield from (service.property.name, service.property.zone, service.property.currency, "PMS", "已通知主管")
        yield from (reason for *_, reason in ACTS)
        yield from (*PLACES, TOLD.description, TOLD.name)
        yield from (code.shown for code in service.codes.all())
        for name in service.books.pack.procedures:
            for clause in service.books.pack.newest(name)[0].clauses.values():
                yield (clause.reading or {}).get("en", "")  # an English reading quotes the words that it reads
        for case in self._cases:
            procedure = service.books.pack.newest(case["procedure"])[0]
            for name, value in case["fields"].items():
                if procedure.field[name].type in {"text", "list"}:
                    yield from value if isinstance(value, list) else [str(value)]
            for texts in case["events"].values():
                for text in texts if isinstance(texts, list) else [texts]:
                    yield from _written(text, procedure.steps)


def _written(text: str, steps: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words of a deed that its doer wrote: `hsu message_taken = 請回電辦公室 @ 楊小姐`."""
    _who, _, deed = text.partition(" ")
    step = steps.get(deed.split(" ")[0])
    left, _, subject = deed.partition(" @ ")
    left, _, _role = left.partition(" as ")
    left, _, actor = left.partition(" by ")
    _word, _, value = left.partition(" = ")
    yield from (part.strip(' "') for part in (subject, actor) if part)
    if value and (step is None or step.evidence.type == "text"):
        yield value.strip(' "')


def tell(known: Mapping[str, Any]) -> None:
    """Say how to get in, in one line."""
    print(json.dumps(known, ensure_ascii=False), flush=True)


def watch(calls: Path) -> None:
    """Write down every name that this process looks up and every place that it would reach, but this machine."""

    def heard(event: str, args: tuple[Any, ...]) -> None:
        if event not in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
            return
        where = args[0] if event in {"socket.getaddrinfo", "socket.gethostbyname"} else args[1]
        host = where[0] if isinstance(where, tuple) else where
        if isinstance(where, tuple) or event.startswith("socket.get"):
            name = host.decode() if isinstance(host, bytes) else str(host or "")
            if name not in SILENT:
                with calls.open("a", encoding="utf-8") as file:
                    file.write(f"{event} {name}\n")

    calls.touch()
    sys.addaudithook(heard)


def main() -> None:
    """Serve until interrupted."""
    kind, directory = sys.argv[1], Path(sys.argv[2])
    if len(sys.argv) > 3:
        i18n._CATALOGUES = Path(sys.argv[3])
    watch(directory / "calls.log")
    with closing(_bound(directory, LOOPBACK, 0)) as listener:
        address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        tell({"address": address})
        full = Full(directory, 0.1, lambda _banner: None) if kind == "full" else None
        launch = running.Launch(directory, address, full.clock if full else None, full.begin if full else None)
        _serve(launch, listener, (None, None))


if __name__ == "__main__":
    main()
