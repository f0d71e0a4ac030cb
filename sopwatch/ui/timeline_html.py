"""Draws the day of a case: an axis from top to bottom, now on it, a tap on a mark leads to its row of the sheet."""

from __future__ import annotations

import math
from html import escape

from checklists.instant import HOUR, MINUTE, Instant
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.sheet import Sheet, Tally
from sopwatch.ui.timeline import Mark, Station
from sopwatch.ui.tongue import Tongue

LONG_GAP = 3 * HOUR
NEAREST, FARTHEST = 6, 64  # pixels between two stations


def timeline_html(stations: list[Station], sheet: Sheet, _: Tongue) -> str:
    """Return the counters and the axis as HTML."""
    return f'<div class="timeline">{counters_html(sheet, _)}<ol class="axis">{_axis(stations, sheet.now, _)}</ol></div>'


def _axis(stations: list[Station], now: Instant, _: Tongue) -> str:
    parts = []
    for station in stations:
        if station.gap > LONG_GAP:
            parts.append(f'<li class="gap">{escape(_("{span} later", span=_.span(station.gap)))}</li>')
        parts.append(_station(station, now, _))
    return "".join(parts)


def _station(station: Station, now: Instant, _: Tongue) -> str:
    distance = NEAREST if station.gap > LONG_GAP else _distance(station.gap)
    if station.is_now:
        here = "".join(_mark(m, now, _) for m in station.marks if m.state != "now")
        return (f'<li class="station now" style="--gap:{distance}px"><div class="when"><b>{escape(_("Now"))}</b>'
                f"<span>{escape(_.moment(now, now))}</span></div><div class='marks'>{here}</div></li>")  # fmt: skip
    labels = "".join(f"<span>{escape(label)}</span>" for label in station.labels)
    anchor = " anchor" if any(m.state == "anchor" for m in station.marks) else ""
    past = " past" if station.at < now else ""
    return (f'<li class="station{anchor}{past}" style="--gap:{distance}px"><div class="when">'
            f"<b>{escape(_.moment(station.at, now))}</b>{labels}</div>"
            f'<div class="marks">{"".join(_mark(m, now, _) for m in station.marks)}</div></li>')  # fmt: skip


def _distance(gap: int) -> int:
    """Return how far below the one before a station stands: time on a logarithmic scale."""
    return min(FARTHEST, NEAREST + round(8 * math.log2(1 + gap / (5 * MINUTE))))


def _mark(one: Mark, now: Instant, _: Tongue) -> str:
    if one.state == "anchor":
        return f'<div class="mark-line anchor"><b>{escape(one.title)}</b></div>'
    words = {"done": _("Done"), "late": _("Done late"), "overdue": _("Overdue"), "due": _("Due"),
             "upcoming": _("To come"), "happened": ""}  # fmt: skip
    said = mark(one.state, words[one.state]) if words[one.state] else icon("done")
    detail = " · ".join(escape(text) for text in _details(one, now, _))
    tags = "".join(f'<span class="tag">{escape(text)}</span>' for text in _tags(one, _))
    body = f'{said}<span class="what"><b>{escape(one.title)}</b> <span class="quiet">{detail}</span> {tags}</span>'
    if one.step is None:
        return f'<div class="mark-line is-{one.state}">{body}</div>'
    return f'<button type="button" class="mark-line is-{one.state}" data-go="{escape(one.step)}">{body}</button>'


def _details(one: Mark, now: Instant, _: Tongue) -> list[str]:
    match one.state:
        case "done":
            return [] if one.done_at is None else [_("done {at}", at=_.moment(one.done_at, now))]
        case "late":
            at = "" if one.done_at is None else _.moment(one.done_at, now)
            return [_("done {at}, {span} late", at=at, span=_.span(one.late))]
        case "overdue" | "due" | "upcoming":
            return [_.countdown(one.at, now)]
        case _ if one.times > 1 and one.until is not None:
            return [_("{n} times, last {at}", n=one.times, at=_.moment(one.until, now))]
        case _:
            return []


def _tags(one: Mark, _: Tongue) -> list[str]:
    return [text for said, text in ((one.short_notice, _("short notice")), (one.house, _("house figure"))) if said]


# --- counters --------------------------------------------------------------------------------------------------------


def counters_html(sheet: Sheet, _: Tongue) -> str:
    """Return how often each step that is done for every entry of a list was done for each of them."""
    rows = [row for section in sheet.sections for row in section.rows if row.tallies]
    return "".join(
        f'<button type="button" class="counters" data-go="{escape(row.step.id)}"><b>{escape(row.title)}</b>'
        f'<span class="each">{"".join(_tally(tally) for tally in row.tallies)}</span></button>'
        for row in rows
    )


def _tally(tally: Tally) -> str:
    count = f"{tally.done}/{tally.wanted}" if tally.wanted is not None else f"{tally.done}"
    state = "done" if tally.complete else "todo"
    return f'<span class="tally sop-{state}">{icon(state)}{escape(tally.subject)} <b>{count}</b></span>'
