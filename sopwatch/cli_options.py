"""Options that several commands have, and their values: of a log and how it is read, a language, a format."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer

from checklists.instant import Instant, format_instant, parse_written
from storage.log import MAPPED

if TYPE_CHECKING:
    from sopwatch.check import Question

MAP = (
    "case_id=COL,event=COL,occurred_at=COL,… of another system's log; XES and OCEL map by themselves"
    " (of OCEL, case_id=TYPE of object)."
)
Packs = Annotated[list[Path] | None, typer.Option(help="A house's own pack; may be repeated.")]
Rules = Annotated[Path | None, typer.Option(help="A catalogue about another system's log.")]
Mapped = Annotated[list[str] | None, typer.Option("--map", help=MAP)]
Naive = Annotated[str | None, typer.Option(help="The zone of instants without an offset.")]
AsOf = Annotated[str | None, typer.Option(help="Of a log: judge as of this instant (default: now).")]
Tz = Annotated[str, typer.Option(help="Of a log: the property's zone (IANA name).")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad lines out; check and what-if list them.")]


def question_of(
    log: Path,
    *,
    pack: Sequence[Path] | None,
    rules: Path | None,
    map_: Sequence[str] | None,
    naive: str | None,
    as_of: str | None,
    tz: str,
    skip_bad: bool,
    summary: bool = False,
) -> Question:
    """Return what is to be judged, as the options say it. Raises BadParameter."""
    from sopwatch.check import Question

    return Question(
        log,
        instant_of(as_of, "--as-of") if as_of else time.time_ns() // 1000,
        zone_of(tz, "--tz"),
        pack or (),
        rules,
        mapping_of(map_) if map_ else None,
        zone_of(naive, "--naive") if naive else None,
        skip_bad,
        summary,
    )


def one_of(given: str, known: Collection[str], option: str) -> str:
    """Return what was given if it is one of those known. Raises BadParameter."""
    if given not in known:
        raise typer.BadParameter(f"{given!r} is not one of {', '.join(known)}", param_hint=option)
    return given


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
        instant = parse_written(text)
        format_instant(instant)
    except OverflowError as error:
        raise typer.BadParameter(f"{text!r} is in no year from 1 to 9999", param_hint=option) from error
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from error
    return instant


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
