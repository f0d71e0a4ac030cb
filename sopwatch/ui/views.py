"""The views of a case: its checklist, and whichever others its rules give; the address names the one that is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from sopwatch.casefile import CaseFile
from sopwatch.ui.frame import Screen, nonce, plain
from sopwatch.ui.parts import sheet as draw_sheet
from sopwatch.ui.sheet import Sheet
from sopwatch.ui.snapshot import snapshot
from sopwatch.ui.tongue import Tongue

Draw = Callable[[Screen, CaseFile, Sheet], None]
FIRST = "checklist"


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
    key = f"views-{nonce()}"
    st.session_state[key] = shown
    with st.container(key="views"):
        st.segmented_control(
            screen._("View"), list(titles), format_func=lambda name: plain(titles.get(name, str(name))), key=key,
            label_visibility="collapsed", required=True, on_change=_choose, args=(key,),
        )  # fmt: skip


def _choose(key: str) -> None:
    st.query_params["view"] = str(st.session_state[key])
    st.query_params.pop("row", None)


def _checklist(screen: Screen, file: CaseFile, sheet: Sheet) -> None:
    draw_sheet("sheet", snapshot(screen.service, screen.who, file, sheet, screen.reader, screen.tongue))
