"""The form of a case as the tablet draws it: fields as JSON, with words, what each choice entails, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from checklists.instant import HOUR, MINUTE, Instant, to_datetime
from checklists.model import CaseField, Procedure, Step
from rules.kinds import Catalogue, Lead
from sopwatch.ui.entailed import Entailed, at_intake, entailed
from sopwatch.ui.opening import checked, falls_due, folded, guards_of_deadlines, in_order, options_in, read_wall
from sopwatch.ui.tongue import Tongue

OPENING, OPENED_AT, DONE = "_opening", "_opened_at", "_done:"
"""Names beside those of fields: whether it was now or earlier, when it was, and (with a step's id) what is done."""
CHOSEN_BY_RULES = ("choice", "boolean")
MOST_DUES, MOST_LINES = 8, 3


@dataclass(frozen=True)
class Asked:
    """What a form is drawn from: the texts of the case, what stands in it, and the instants that count."""

    procedure: Procedure
    catalogue: Catalogue
    values: Mapping[str, Any]
    opened_at: Instant
    now: Instant
    wrong: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Sequence[str]] = field(default_factory=dict)


def fields_of_new(asked: Asked, _: Tongue) -> list[dict[str, Any]]:
    """Return the fields of a new case, in their order, then what is done already and when it was reported."""
    known, _wrong = checked(asked.procedure, asked.values, _.zone, _)
    away = folded(asked.procedure, asked.catalogue)
    deciding = guards_of_deadlines(asked.catalogue)
    found = []
    for one in in_order(asked.procedure, asked.catalogue):
        told = field_told(one, asked, _)
        if one.type == "datetime":
            told |= _times(one.id, asked, _)
        if one.id in deciding and one.type in CHOSEN_BY_RULES:
            lines = entailed(asked.procedure, asked.catalogue, known, one, asked.opened_at, _.zone)
            told["options"] = [[*option, _filled(lines_of(entails, asked.opened_at, _), asked.now, _)]
                               for option, entails in zip(told["options"], lines, strict=True)]  # fmt: skip
        found.append(told | {"folded": one.id in away})
    now = {step.id for step in at_intake(asked.procedure, asked.catalogue, known)}
    steps = at_intake(asked.procedure, asked.catalogue, {})
    heading = next((step.id for step in steps if step.id in now), "")
    done = [_done(step, asked, _) | {"off": step.id not in now, "heads": step.id == heading} for step in steps]
    return [*found, *done, *_reported(asked, _)]


def form_told(asked: Asked, fields: Sequence[Mapping[str, Any]], _: Tongue) -> dict[str, Any]:
    """Return what every form is drawn with; a form with a `name` keeps what is typed under it until it is sent."""
    return {
        "name": "",
        "spent": [],
        "fields": list(fields),
        "dues": [],
        "dues_after": "",
        "texts": form_texts(_),
        "today": to_datetime(asked.now, _.zone).date().isoformat(),
        "problem": "",
    }


def field_told(one: CaseField, asked: Asked, _: Tongue) -> dict[str, Any]:
    """Return a field for the tablet."""
    titles = {True: _("Yes"), False: _("No")}
    sign, _n, unit = _.amount(one.unit).partition("{n}")
    return {
        "id": one.id,
        "type": one.type,
        "title": _.of(one.title, one.id),
        "required": one.required,
        "sign": sign,
        "unit": unit.strip(),
        "options": [
            [option, titles[option] if one.type == "boolean" else _.choice(one.options, option)]
            for option in options_in(one)
        ],
        "known": list(asked.places.get(one.id, ())),
        "wrong": asked.wrong.get(one.id, ""),
    }


@dataclass(frozen=True)
class Line:
    """What an option entails: a deadline (`by` says it, `{at}` left open) with what it is for, or what is asked for."""

    by: str
    what: str
    at: Instant | None


def lines_of(entails: Entailed, opened_at: Instant, _: Tongue) -> list[Line]:
    """Return what an option entails as lines, each once."""
    said = []
    for due in entails.dues:
        span = _.span(due.due_at - opened_at)
        by = _("by {at}") if isinstance(due.rule.kind, Lead) else _("by {at} ({span})", at="{at}", span=span)
        said.append(Line(by, _.of(due.rule.title, due.rule.id), due.due_at))
    said += [Line("", _.of(rule.title, rule.id), None) for rule in entails.rules]
    return list(dict.fromkeys(said))[:MOST_LINES]


def _filled(lines: Sequence[Line], now: Instant, _: Tongue) -> list[list[str]]:
    return [[line.by if line.at is None else line.by.replace("{at}", _.moment(line.at, now)), line.what]
            for line in lines]  # fmt: skip


def dues_of_new(asked: Asked, _: Tongue) -> list[tuple[str, str, bool]]:
    """Return what falls due in the case as it stands: when, what, a house figure or not; not what its choices say."""
    known, _wrong = checked(asked.procedure, asked.values, _.zone, _)
    choices = {f.id for f in asked.procedure.fields if f.type in CHOSEN_BY_RULES and f.id in known}
    dues = falls_due(asked.procedure, asked.catalogue, known, asked.opened_at, _.zone)
    said = [
        (_.moment(due.due_at, asked.now), _.of(due.rule.title, due.rule.id), due.rule.house)
        for due in dues
        if isinstance(due.rule.kind, Lead) or not choices & set(due.rule.when)
    ]
    return list(dict.fromkeys(said))[:MOST_DUES]


def dues_after(asked: Asked) -> str:
    """Return the field below which the deadlines stand: the last of those on which they depend."""
    anchors = {rule.kind.before for rule in asked.catalogue.rules if isinstance(rule.kind, Lead)}
    ordered = [f.id for f in in_order(asked.procedure, asked.catalogue)]
    needed = [name for name in ordered if name in anchors and asked.procedure.field[name].required]
    return needed[-1] if needed else next(iter(ordered), "")


def _done(step: Step, asked: Asked, _: Tongue) -> dict[str, Any]:
    name = DONE + step.id
    return _choice(name, _.of(step.title, step.id), [[True, _("Done")], [False, _("Not yet")]], asked, needed=False)


def _reported(asked: Asked, _: Tongue) -> list[dict[str, Any]]:
    when = _choice(OPENING, _("When was it reported?"), [["now", _("Now")], ["earlier", _("Earlier")]], asked)
    at = {
        "id": OPENED_AT, "type": "datetime", "title": _("The call was at"), "required": True,
        "options": [], "known": [], "unit": "", "wrong": asked.wrong.get(OPENED_AT, ""),
        "shown_if": [OPENING, "earlier"],
        **_times(OPENED_AT, asked, _, past=True),
    }  # fmt: skip
    return [when, at]


def _choice(name: str, title: str, options: list[list[Any]], asked: Asked, *, needed: bool = True) -> dict[str, Any]:
    return {
        "id": name, "type": "choice", "title": title, "required": needed, "unit": "", "options": options, "known": [],
        "wrong": asked.wrong.get(name, ""),
    }  # fmt: skip


# --- times -----------------------------------------------------------------------------------------------------------


def _times(name: str, asked: Asked, _: Tongue, *, past: bool = False) -> dict[str, Any]:
    """Return the times to pick, and, where the clock shows the chosen one twice, the two that it may be."""
    return {"picks": picks(asked.now, _, past=past), "twice": _twice(asked.values.get(name), _)}


def picks(now: Instant, _: Tongue, *, past: bool = False) -> list[list[str]]:
    """Return times that are often meant, as (words, wall clock's time): to come or past."""
    today = to_datetime(now, _.zone).replace(hour=0, minute=0)
    tomorrow = today + timedelta(days=1)
    if past:
        said = [(_("{n} min ago", n=n), wall_of(now - n * MINUTE, _.zone)) for n in (10, 30)]
        return [[words, text] for words, text in [*said, (_("1 h ago"), wall_of(now - HOUR, _.zone))]]
    said = [(_("Now"), wall_of(now, _.zone)), (_("In 1 h"), wall_of(now + HOUR, _.zone))]
    hour = to_datetime(now, _.zone).hour
    said += [(_("Today {time}", time=f"{h}:00"), f"{today:%Y-%m-%d}T{h}:00") for h in (14, 18) if h > hour]
    said += [(_("Tomorrow {time}", time=f"{h:02}:00"), f"{tomorrow:%Y-%m-%d}T{h:02}:00") for h in (9, 14)]
    return [[words, text] for words, text in said]


def wall_of(instant: Instant, zone: ZoneInfo) -> str:
    """Return an instant as a wall clock's time, with `|0` or `|1` where the clock shows that time twice."""
    local = to_datetime(instant, zone)
    text = local.strftime("%Y-%m-%dT%H:%M")
    return f"{text}|{local.fold}" if len(read_wall(text, zone).instants) > 1 else text


def _twice(value: Any, _: Tongue) -> list[str]:
    text, _sep, _which = str(value or "").partition("|")
    try:
        instants = read_wall(text, _.zone).instants
    except ValueError:
        return []
    if len(instants) < 2:
        return []
    said = (_("the first time"), _("the second time"))
    offsets = [to_datetime(instant, _.zone).strftime("%z") for instant in instants]
    return [f"{words} (UTC{o[:3]}:{o[3:5]})" for words, o in zip(said, offsets, strict=True)]


# --- words -----------------------------------------------------------------------------------------------------------


def form_texts(_: Tongue) -> dict[str, Any]:
    """Return the words of the form by name; figures and names are filled in on the tablet."""
    return {
        "language": _.language,
        "due": _("Then it is due:"),
        "house": _("house figure"),
        "needed": _("＊ is needed"),
        "done_already": _("What is done already?"),
        "missing": _.translator.forms("{n} entry is missing or wrong:", "{n} entries are missing or wrong:"),
        "more": _("More (not needed)"),
        "add": _("Add"),
        "add_one": _("Add a name"),
        "remove": _("Remove {name}"),
        "clear": _("Clear"),
        "twice": _("The clock shows this time twice: choose which."),
        "earlier": _("−15 min"),
        "later": _("+15 min"),
        "parts": [_("Year"), _("Month"), _("Day"), _("Hour"), _("Minute")],
        "waiting": _("One moment …"),
        "no_answer": _("No answer from the service. What you entered is kept here: please try again."),
        "kept": _("What you had entered is here again."),
        "afresh": _("Begin afresh"),
    }
