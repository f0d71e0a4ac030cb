"""The values of options that several commands have: a zone, an instant, the names of a foreign log's columns."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, available_timezones

import typer

from checklists.instant import Instant, parse_written
from storage.log import MAPPED

MAP = (
    "case_id=COL,event=COL,occurred_at=COL,… of another system's log; XES and OCEL map by themselves"
    " (of OCEL, case_id=TYPE of object)."
)


def zone_of(name: str, option: str) -> ZoneInfo:
    """Return the zone that an option names. Raises BadParameter with the nearest name."""
    if name in available_timezones():
        return ZoneInfo(name)
    near = difflib.get_close_matches(name, sorted(available_timezones()), 1)
    hint = f"; did you mean {near[0]}?" if near else " (such as Asia/Taipei)"
    raise typer.BadParameter(f"{name!r} is no IANA zone{hint}", param_hint=option)


def instant_of(text: str, option: str) -> Instant:
    """Return the instant that an option gives, its seconds left out if they are none. Raises BadParameter."""
    try:
        return parse_written(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def mapping_of(options: Sequence[str]) -> Mapping[str, str]:
    """Return `--map` as our column → theirs; theirs may hold commas, colons, spaces. Raises BadParameter."""
    found: dict[str, str] = {}
    for part in re.split(rf",(?=(?:{'|'.join(MAPPED)})=)", ",".join(options)):
        ours, equals, theirs = part.partition("=")
        if ours not in MAPPED or not equals or not theirs:
            known = ", ".join(MAPPED)
            raise typer.BadParameter(f"{part!r} is not NAME=COLUMN with a NAME of {known}", param_hint="--map")
        found[ours] = theirs
    return found
