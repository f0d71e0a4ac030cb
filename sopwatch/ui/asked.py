"""What the address asks of the list of violations, as the dashboard's numbers do, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

import streamlit as st

from checklists.instant import Instant, parse_instant
from sopwatch.departments import NO_DEPARTMENT, department_title
from sopwatch.ui.found import STANDING, Filter
from sopwatch.ui.frame import Screen, html, note

STATES = ("open", "remedied", "rescinded", STANDING)
KEYS = ("state", "procedure", "rule", "department", "from", "to", "overdue")
NONE = "-"
"""The department of what has none, as an address writes it."""


def asked(screen: Screen) -> Filter | None:
    """Return the filter that the address names, drawn as words with a way out; None where it names none."""
    given = {key: value for key in KEYS if (value := st.query_params.get(key))}
    if not given:
        return None
    wanted, _ = filter_of(given), screen.tongue
    html(f'<div class="sop-head"><h2>{escape(_("Violations"))}</h2></div>')
    note(" · ".join(said(wanted, screen)), "info")
    with st.container(horizontal=True, key="violations-asked"):
        st.button(_("All violations"), key="all-violations", on_click=screen.go, args=("violations",))
        if screen.may("supervise") or screen.may("audit") or screen.may("administer"):
            st.button(_("Dashboard"), key="to-dashboard", on_click=screen.go, args=("dashboard",))
    return wanted


def filter_of(given: Mapping[str, str]) -> Filter:
    """Return the filter that the parameters of an address name; what cannot be read is left out."""
    state, department = given.get("state"), given.get("department")
    return Filter(
        state if state in STATES else STANDING,
        given.get("procedure"),
        None,
        _instant(given.get("from")),
        _instant(given.get("to")),
        given.get("rule"),
        NO_DEPARTMENT if department == NONE else department,
        bool(given.get("overdue")),
    )


def _instant(text: str | None) -> Instant | None:
    try:
        return parse_instant(text) if text else None
    except ValueError:
        return None


def said(wanted: Filter, screen: Screen) -> Iterator[str]:
    """Yield a filter in words."""
    _, pack = screen.tongue, screen.service.books.pack
    if wanted.overdue:
        yield _("overdue now")
    else:
        states = {"open": _("Open"), "remedied": _("Remedied late"), "rescinded": _("No longer holds")}
        yield states.get(wanted.state or "", _("Open or remedied late"))
    if wanted.procedure:
        known = pack.procedures.get(wanted.procedure)
        yield _.of(known[-1].title, wanted.procedure) if known else wanted.procedure
    if wanted.rule:
        rules = {rule.id: rule.title for name in pack.procedures for rule in pack.newest(name)[1].rules}
        yield _.of(rules.get(wanted.rule), wanted.rule)
    if wanted.department is not None:
        yield department_title(wanted.department, screen.service.property.departments, _.translator)
    if wanted.since is not None:
        yield _("from {at}", at=_.moment(wanted.since))
    if wanted.before is not None:
        yield _("until just before {at}", at=_.moment(wanted.before))
