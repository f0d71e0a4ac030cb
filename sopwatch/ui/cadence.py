"""Cadence: what is to be done again and again in the rooms now, each with a ring that runs down on the tablet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checklists.instant import DAY, Instant
from checklists.model import Procedure, Step
from rules.cadence import Cadence, cadences
from rules.kinds import Selector
from sopwatch.casefile import CaseFile
from sopwatch.ui.frame import Screen, heartbeat, stamp_of
from sopwatch.ui.my_shift import open_files
from sopwatch.ui.parts import cadence as draw_cadence
from sopwatch.ui.refused import names_of
from sopwatch.ui.sheet_texts import texts
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import name_of, place_of

MILLISECOND = 1000
KEPT_DEEDS = 12
IN_PLACE = frozenset({"tick", "number", "choice", "text", "photo"})
Rhythm = tuple[CaseFile, list[Cadence]]


def draw(screen: Screen) -> None:
    """Draw a card for each room where something recurs now; it runs on the tablet by itself."""
    stamp = stamp_of(screen.service)
    heartbeat(stamp)
    seen = stamp()
    draw_cadence("cadence", told(screen, rhythms(open_files(screen, seen)), seen[0]))


def rhythms(files: Iterable[CaseFile]) -> list[Rhythm]:
    """Return the cases with something that recurs now: what recurs within a day first, then by place."""
    found = [(file, running) for file in files if (running := cadences(file.case, file.catalogue))]
    return sorted(found, key=_order)


def _order(rhythm: Rhythm) -> tuple[bool, str, str]:
    file, running = rhythm
    return min(c.every for c in running) > DAY, place_of(file.procedure, file.case.fields), file.case_id


def told(screen: Screen, found: Iterable[Rhythm], seq: int) -> dict[str, Any]:
    """Return what a tablet is given; instants and spans are milliseconds."""
    service, who, _, found = screen.service, screen.who, screen.tongue, list(found)
    return {
        "seq": seq,
        "zone": str(_.zone.key),
        "clock": {"now": _ms(service.clock.now()), "speed": service.clock.speed},
        "may": {"record": screen.may("record")},
        "owner": {"id": who.id, "name": who.name, "token": service.access.tap_token(who)},
        "rooms": [_room(file, running, screen) for file, running in found],
        "texts": {**texts(_), **cadence_texts(_)},
        "names": {file.procedure.id: names_of(file.procedure, _) for file, _running in found},
    }


def _room(file: CaseFile, running: Iterable[Cadence], screen: Screen) -> dict[str, Any]:
    _, names = screen.tongue, screen.reader.names
    return {
        "case_id": file.case_id,
        "seq": file.last_seq,
        "place": place_of(file.procedure, file.case.fields),
        "title": _.of(file.procedure.title, file.procedure.id),
        "procedure": file.procedure.id,
        "rules": [
            {
                "id": one.rule.id,
                "title": _.of(one.rule.title, one.rule.id),
                "every": one.every // MILLISECOND,
                "warn": (one.rule.warn or 0) // MILLISECOND,
                "since": _ms(one.since),
                "from": _selector(one.kind.from_),
                "until": _selector(one.kind.until),
                "do": _selector(one.kind.do),
                "deeds": [
                    {"id": e.event_id, "at": _ms(e.occurred_at), "by": name_of(e.actor, names, _)}
                    for e in one.deeds[-KEPT_DEEDS:]
                ],
                "steps": [_step(word, file.procedure, _) for word in dict.fromkeys(one.kind.do.words)],
            }
            for one in running
        ],
    }


def _selector(selector: Selector) -> list[list[Any]]:
    return [[word, None if values is None else list(values)] for word, values in selector.written]


def _step(word: str, procedure: Procedure, _: Tongue) -> dict[str, Any]:
    """Return a step as the sheet's panels take it; `here` is whether it can be recorded without the sheet."""
    step = procedure.steps.get(word) or Step(id=word)
    options = step.evidence.options or ()
    return {
        "id": word,
        "title": _.of(step.title, word),
        "evidence": {"type": step.evidence.type, "options": [[o, _.choice(step.evidence.options, o)] for o in options]},
        "unit": _.unit(step.unit),
        "subject": None,
        "here": word in procedure.steps and step.subject is None and step.evidence.type in IN_PLACE,
    }


def _ms(instant: Instant) -> int:
    return instant // MILLISECOND


def cadence_texts(_: Tongue) -> dict[str, Any]:
    """Return the texts that the sheet has not."""
    return {
        "heading": _("Cadence"),
        "none": _("Nothing runs now: a room appears here as soon as something is to be done in it again and again."),
        "to_sheet": _("Checklist"),
        "in_time": _("In time"),
        "soon": _("Due soon"),
        "last": _("Last {at}"),
        "began": _("Began {at}"),
        "next": _("Due {at}"),
        "sound_on": _("Sound on"),
        "sound_off": _("Sound off"),
        "sound_asks": _("Tap to allow sound"),
    }
