"""The views of a case: its checklist, and whichever others its rules give; the address names the one that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st

from sopwatch.casefile import CaseFile
from sopwatch.ui.flow import flow_of, has_path
from sopwatch.ui.flow_html import flow_html
from sopwatch.ui.frame import Screen, html, nonce
from sopwatch.ui.parts import drawn
from sopwatch.ui.parts import sheet as draw_sheet
from sopwatch.ui.sheet import Sheet
from sopwatch.ui.snapshot import snapshot
from sopwatch.ui.timeline import has_timeline, timeline_of
from sopwatch.ui.timeline_html import facts_html, timeline_html
from sopwatch.ui.tongue import Tongue

Draw = Callable[[Screen, CaseFile, Sheet], None]
FIRST = "checklist"
FACES = {FIRST: "list", "close": "close"}  # the views that are faces of the sheet


@dataclass(frozen=True)
class View:
    """A view of a case: its title, whether the rules of a case give it, what draws it below the head of the case."""

    title: str
    offered: Callable[[CaseFile], bool]
    draw: Draw


def _views(_: Tongue) -> Mapping[str, View]:
    """Return the views by the word in the address, in the order of the chooser."""
    return {
        FIRST: View(_("Checklist"), lambda _file: True, _checklist),
        "path": View(_("Path"), has_path, _path),
        "timeline": View(_("Timeline"), has_timeline, _timeline),
        "close": View(_("Close the case"), lambda file: file.state != "cancelled", _checklist),
    }


def draw_view(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    """Draw the chooser, where there is something to choose, and the view that the address names."""
    offered = {name: view for name, view in _views(screen.tongue).items() if view.offered(file)}
    shown = str(st.query_params.get("view", FIRST))
    shown = shown if shown in offered else FIRST
    if len(offered) > 1:
        _chooser(screen, {name: view.title for name, view in offered.items()}, shown)
    offered[shown].draw(screen, file, sheet)


def _chooser(screen: Screen, titles: Mapping[str, str], shown: str) -> None:
    """Draw the chooser; it keeps nothing: a choice is heard once, and a late answer of the page is none."""
    chosen = drawn(f"views-{nonce()}", chooser_html(titles, shown, screen._("View")), screen.tongue.language)
    if chosen in titles and chosen != shown:
        st.query_params["view"] = chosen
        st.query_params.pop("row", None)
        st.rerun()


def chooser_html(titles: Mapping[str, str], shown: str, label: str) -> str:
    """Return a button for each view as HTML; the one that is shown says so. The tablet turns the sheet by itself."""
    buttons = []
    for name, title in titles.items():
        current = " aria-current=page" if name == shown else ""
        face = f' data-face="{FACES[name]}"' if name in FACES else ""
        buttons.append(f'<button type="button" data-go="{escape(name)}"{face}{current}>{escape(title)}</button>')
    return f'<nav class="views" aria-label="{escape(label)}">{"".join(buttons)}</nav>'


def _checklist(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    """Draw the sheet: it shows its closing face by itself where the address asks for that, without network too."""
    told = snapshot(screen.service, screen.who, file, sheet, screen.reader, screen.tongue)
    draw_sheet("sheet", {**told, "row": str(st.query_params.get("row", ""))}, _turned)


def _turned(face: str) -> None:
    """Let the address, and with it the chooser, follow the sheet."""
    st.query_params["view"] = "close" if face == "close" else FIRST


def _path(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    _ = screen.tongue
    html(facts_html(sheet))
    drawing = flow_html(flow_of(file, sheet, _), file, _)
    to_row(screen, file, drawn(f"path-{file.case_id}", drawing, _.language))


def _timeline(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    _ = screen.tongue
    html(facts_html(sheet))
    to_row(screen, file, drawn(f"timeline-{file.case_id}", timeline_html(timeline_of(file, _), sheet, _), _.language))


def to_row(screen: Screen, file: CaseFile, step: str) -> None:
    """Leave for the row of a step on the sheet, if one was tapped."""
    if step in file.procedure.steps:
        screen.go("run", case=file.case_id, row=step)
