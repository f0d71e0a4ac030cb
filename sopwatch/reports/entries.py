"""What a case's steps and facts look like on paper: words, check boxes, ink, photos, and what is erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from checklists.case import Case
from checklists.event import Event
from checklists.model import CaseField, Options, Step
from sopwatch.casefile import CaseFile
from sopwatch.reports.pictures import ink, photo
from sopwatch.reports.remarks import Remarks, said_of
from sopwatch.ui.covered import changes, covers
from sopwatch.ui.deeds import Exempt, Note, Reader, Tick, exemptions, notes, problems, ticks
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import field_value, role_of, word_of
from storage.chain import DIGEST

MOST_PHOTOS = 6


def legible(file: CaseFile, erased: str) -> CaseFile:
    """Return a case with a word in the place of each personal text that is kept no more."""
    events = [_legible(event, erased) for event in file.events]
    case = Case(file.case_id, [_legible(event, erased) for event in file.case.events], file.case.now)
    return replace(file, events=events, case=case)


def _legible(event: Event, erased: str) -> Event:
    def told(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [told(inner) for inner in value]
        return erased if isinstance(value, str) and value.startswith(DIGEST) else value

    data = None if event.data is None else {name: told(value) for name, value in event.data.items()}
    return replace(event, actor=told(event.actor), subject=told(event.subject), value=told(event.value), data=data)


@dataclass
class Entries:
    """The facts and steps of one case as JSON for a template; `pictures` fills with what they show."""

    file: CaseFile
    reader: Reader
    tongue: Tongue
    read_file: Callable[[str], bytes | None]
    erased: str
    pictures: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _ = self.tongue
        self.shown = shown = legible(self.file, self.erased)
        self._fields = shown.case.fields
        self._events = {e.event_id: e for e in shown.case.events}
        self._signed_by = {e.event_id: e.actor for e in self.file.case.events}
        self._ticks = ticks(shown, self.reader, _)
        self._exempt = exemptions(shown.events, self.reader, _)
        self._problems = problems(shown.events, self.reader, _)

    def fact(self, known: CaseField) -> dict[str, Any]:
        """Return a fact: its title and its value, of a choice every option with whether it is the one."""
        _, value = self.tongue, self._fields.get(known.id)
        told: dict[str, Any] = {
            "title": _.of(known.title, known.id),
            "type": known.type,
            "text": "",
            "options": [],
            "list": [],
            "blank": _blank(known.unit, _) if known.type == "number" else "",
        }
        if known.type == "boolean":
            told["options"] = [[_("Yes"), value is True], [_("No"), value is False]]
        elif known.type == "choice" and value != self.erased:
            told["options"] = _marked(known.options, value, _)
        elif known.type == "list" and isinstance(value, list | tuple):
            told["list"] = [str(entry) for entry in value]
            told["text"] = _(", ").join(told["list"])
        else:
            told["text"] = field_value(known, value, _)
        return told

    def step(self, step: Step) -> dict[str, Any]:
        """Return a step: its title, whose it is, and each time it was done; or why it was not."""
        _, done = self.tongue, self._ticks.get(step.id, [])
        chosen = self._events[done[-1].event_id].value if done else None
        exempt = self._exempt.get(step.id)
        told = [self._done(tick, step) for tick in done]
        if step.evidence.type == "signature" and len(told) > 1:
            told[-1]["notes"].append(_("signed {n} times, the last one here", n=len(told)))
        return {
            "title": _.of(step.title, step.id),
            "role": role_of(step.role[0], self.file.procedure, _) if step.role else "",
            "type": step.evidence.type,
            "blank": _blank(step.unit, _) if step.evidence.type == "number" else "",
            "options": _marked(step.evidence.options, chosen, _),
            "done": told,
            "exempt": self._act(exempt) if exempt and not done else "",
            "problems": [self._act(problem) for problem in self._problems.get(step.id, ())],
        }

    def _done(self, tick: Tick, step: Step) -> dict[str, Any]:
        _, event = self.tongue, self._events[tick.event_id]
        by = _("{name} ({role})", name=tick.by, role=tick.role) if tick.role else tick.by
        told: dict[str, Any] = {
            "when": self.when(tick.at), "by": by, "name": tick.by, "role": tick.role, "text": tick.value,
            "subject": tick.subject or "", "entry": _("entry {seq}", seq=event.position), "notes": [],
            "picture": "", "lost": "",
        }  # fmt: skip
        if tick.entered_late:
            told["notes"].append(_("entered {at}", at=self.when(tick.recorded_at)))
        closed = self.file.case.closed_at
        if closed is not None and event.occurred_at > closed:
            told["notes"].append(_("after closing"))
        if step.evidence.type == "signature":
            self._sign(told, tick, event)
        return told

    def _sign(self, told: dict[str, Any], tick: Tick, event: Event) -> None:
        _ = self.tongue
        if covers(event, self.file) is False:
            what = _(", ").join(changes(event, self.file, _) or [_("the facts changed")])
            told["notes"].append(_("no longer covers what stands here: since it was signed, {what}", what=what))
        if str(self._signed_by.get(tick.event_id) or "").startswith(DIGEST):
            told["lost"] = self.erased
        else:
            told["picture"] = self._picture(tick.file, ink)
            told["lost"] = "" if told["picture"] else _("The signature's picture is not in the record.")

    def photos(self) -> dict[str, Any]:
        """Return the photos of the case, a few of them, each with what it shows; and how many more there are."""
        _ = self.tongue
        shown = []
        for n, (title, pictured) in enumerate(self._pictured()[:MOST_PHOTOS], 1):
            picture = self._picture(pictured.file, photo)
            lost = "" if picture else _("This photo cannot be printed: it is not in the record, or no picture.")
            told = _("Photo {n}: {title}", n=n, title=title)
            shown.append({"picture": picture, "lost": lost, "title": told, "when": self.when(pictured.at),
                          "by": pictured.by})  # fmt: skip
        more = len(self._pictured()) - len(shown)
        text = self.tongue.translator.ngettext("{n} more in the record", "{n} more in the record", more) if more else ""
        return {"shown": shown, "more": text}

    def _pictured(self) -> list[tuple[str, Tick | Note]]:
        """Return what shows a photo, with its title: the steps that ask for one, then the comments that have one."""
        _, steps = self.tongue, self.file.procedure.steps
        asked = [step for step in steps.values() if step.evidence.type == "photo"]
        done = [(_.of(step.title, step.id), tick) for step in asked for tick in self._ticks.get(step.id, ())]
        said = notes(self.shown.events, self.reader, _).items()
        beside = [
            (word_of(step, self.file.procedure, _) if step else _("Whole case"), note)
            for step, of_step in said
            for note in of_step
            if note.file
        ]
        return [*done, *sorted(beside, key=lambda x: x[1].at)]

    def remarks(self) -> Remarks:
        """Return what is to be said beside facts and steps."""
        numbers = {shown.event_id: n for n, (_title, shown) in enumerate(self._pictured()[:MOST_PHOTOS], 1)}
        return Remarks(self.shown, self.reader, self.tongue, self.when, self.erased, numbers)

    def _picture(self, digest: str | None, kind: Callable[[bytes | None], str | None]) -> str:
        """Keep a picture for the template; return its name, nothing where it cannot be shown."""
        svg = kind(self.read_file(digest)) if digest else None
        if svg is None:
            return ""
        name = f"{kind.__name__}-{digest}.svg"
        self.pictures[name] = svg
        return name

    def _act(self, act: Exempt) -> str:
        _ = self.tongue
        return _("{what} ({name}, {at})", what=said_of(act, _), name=act.by, at=self.when(act.at))

    def when(self, instant: int) -> str:
        """Return date and time on paper."""
        return self.tongue.translator.when(instant, self.tongue.zone)


def _blank(unit: Mapping[str, str] | str | None, _: Tongue) -> str:
    """Return what stands beside the room for a number that is to be written in by hand: its unit."""
    return _.amount(unit).replace("{n}", "").strip()


def _marked(options: Options | None, value: object, _: Tongue) -> list[list[Any]]:
    def same(option: object) -> bool:
        return option == value and isinstance(option, bool) == isinstance(value, bool)

    known: Mapping[Any, Any] = options or {}
    return [[_.choice(options, option), same(option)] for option in known]
