"""The views of a case: its checklist, and whichever others its rules give; the address names the one that is shown.

All are faces of the sheet, which the tablet turns by itself: without network, and with what waits on it laid over them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from sopwatch.casefile import CaseFile
from sopwatch.ui.flow import flow_of, has_path
from sopwatch.ui.flow_html import flow_html
from sopwatch.ui.frame import Screen, nonce
from sopwatch.ui.parts import chooser
from sopwatch.ui.parts import sheet as draw_sheet
from sopwatch.ui.sheet import Sheet
from sopwatch.ui.snapshot import snapshot
from sopwatch.ui.timeline import has_timeline, timeline_of
from sopwatch.ui.timeline_html import timeline_html
from sopwatch.ui.tongue import Tongue

Draw = Callable[[CaseFile, Sheet, Tongue], str]
FIRST = "checklist"


@dataclass(frozen=True)
class View:
    """A view of a case: its title, whether its rules give it, and what draws it; the sheet itself draws the rest."""

    title: str
    offered: Callable[[CaseFile], bool]
    draw: Draw | None = None


def _views(_: Tongue) -> Mapping[str, View]:
    """Return the views by the word in the address, in the order of the chooser."""
    return {
        FIRST: View(_("Checklist"), lambda _file: True),
        "path": View(_("Path"), has_path, _path),
        "timeline": View(_("Timeline"), has_timeline, _timeline),
        "close": View(_("Close the case"), lambda file: file.state != "cancelled"),
    }


def draw_view(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    """Draw the chooser, where there is something to choose, and the sheet, which shows the view of the address."""
    _ = screen.tongue
    shown = str(st.query_params.get("view", FIRST))
    told = views_of(file, sheet, shown, _)
    if told["chooser"]:
        chooser(f"views-{nonce()}", told["chooser"], _.language)
    case = snapshot(screen.service, screen.who, file, sheet, screen.reader, _)
    draw_sheet("sheet", {**case, **told, "row": str(st.query_params.get("row", ""))}, _turned)


def views_of(file: CaseFile, sheet: Sheet, shown: str, _: Tongue) -> dict[str, Any]:
    """Return what a tablet is told of the views of a case: those drawn here as HTML by name, and the chooser."""
    offered = {name: view for name, view in _views(_).items() if view.offered(file)}
    titles = {name: view.title for name, view in offered.items()}
    return {
        "pictures": {name: view.draw(file, sheet, _) for name, view in offered.items() if view.draw},
        "chooser": chooser_html(titles, shown if shown in titles else FIRST, _("View")) if len(titles) > 1 else "",
    }


def chooser_html(titles: Mapping[str, str], shown: str, label: str) -> str:
    """Return a button for each view as HTML; the one that is shown says so."""
    buttons = []
    for name, title in titles.items():
        current = " aria-current=page" if name == shown else ""
        buttons.append(f'<button type="button" data-face="{escape(name)}"{current}>{escape(title)}</button>')
    return f'<nav class="views" aria-label="{escape(label)}">{"".join(buttons)}</nav>'


def _turned(view: str, row: str) -> None:
    """Let the address, and with it the chooser, follow the sheet."""
    st.query_params["view"] = view
    if row:
        st.query_params["row"] = row
    else:
        st.query_params.pop("row", None)


def _path(file: CaseFile, sheet: Sheet, _: Tongue) -> str:
    return flow_html(flow_of(file, sheet, _), file, _)


def _timeline(file: CaseFile, sheet: Sheet, _: Tongue) -> str:
    return timeline_html(timeline_of(file, _), sheet, _)
