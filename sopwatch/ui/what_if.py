"""What if: one figure of a rule changed for a look at history; before and after, and the cases that flip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from checklists.errors import SopwatchError
from checklists.model import Procedure
from rules.kinds import Catalogue, Rule
from rules.tryable import Figure, tryable
from sopwatch.departments import department_title
from sopwatch.ui import refused
from sopwatch.ui.frame import Screen, html, nonce, note
from sopwatch.ui.icons import mark
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import role_of
from sopwatch.whatif import Wish
from sopwatch.whatif_told import told_of

SHOWN = 30


def draw(screen: Screen) -> None:
    """Draw the choice of a figure, and what it would change once that was asked for."""
    _ = screen.tongue
    html(f'<div class="sop-head"><h2>{escape(_("What if"))}</h2></div>')
    note(_("History is judged again with another figure, beside the rule in force. Nothing is changed or recorded."))
    setting = _choice(screen)
    if setting is None:
        return
    asked = (setting, _.language)
    if st.button(_("Compare"), key="what-if-go", type="primary"):
        st.session_state["what-if"] = (asked, _compare(screen, setting))
    held = st.session_state.get("what-if")
    if held and held[0] == asked and held[1] is not None:
        html(_told_html(held[1], screen))


def _compare(screen: Screen, setting: str) -> dict[str, Any] | None:
    try:
        return told_of(screen.service, Wish((setting,), limit=SHOWN), screen.tongue.language)
    except SopwatchError as error:
        note(refused.told(error, screen.tongue), "overdue")
        return None


# --- the choice ------------------------------------------------------------------------------------------------------


def _choice(screen: Screen) -> str | None:
    """Draw the choice; return the change as `--set` takes it, None where nothing is changed."""
    _, n = screen.tongue, nonce()
    pack = screen.service.books.pack
    newest = {name: pack.newest(name) for name in sorted(pack.procedures)}
    books = {name: book for name, book in newest.items() if _rules(*book)}
    titles = {name: _.of(procedure.title, name) for name, (procedure, _c) in books.items()}
    if not titles:
        note(_("No rule has a figure that may be changed."))
        return None
    name = _select(_("Procedure"), titles, f"what-if-procedure-{n}")
    procedure, catalogue = books[name]
    rules = _rules(procedure, catalogue)
    named = {rule.id: _.of(rule.title, rule.id) for rule in rules.values()}
    rule = rules[_select(_("Rule"), named, f"what-if-rule-{name}-{n}")]
    figures = {f"{f.part}.{f.name}": f for f in tryable(rule, procedure)}
    labels = {key: _label(f, procedure, _) for key, f in figures.items()}
    left, right = st.columns(2)
    with left:
        figure = figures[_select(_("Figure"), labels, f"what-if-figure-{rule.id}-{n}")]
    with right:
        value = _value(figure, procedure, _, f"what-if-value-{rule.id}-{figure.part}-{figure.name}-{n}")
    if value in (None, "", []) or value == figure.value:
        note(_("Choose another value than the one in force."))
        return None
    return figure.setting(value)


def _rules(procedure: Procedure, catalogue: Catalogue) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in catalogue.rules if tryable(rule, procedure)}


def _select(label: str, titles: Mapping[str, str], key: str) -> str:
    return str(st.selectbox(label, list(titles), format_func=lambda x: titles[x], key=key, placeholder=label))


def _label(figure: Figure, procedure: Procedure, _: Tongue) -> str:
    if figure.part == "when":
        return _("Applies where: {field}", field=_.of(procedure.field[figure.name].title, figure.name))
    return {
        "within": _("Within (duration)"),
        "by": _("This long before"),
        "every": _("Every (duration)"),
        "min": _("At least"),
        "max": _("At most"),
        "roles": _("Roles that may"),
    }[figure.name]


def _value(figure: Figure, procedure: Procedure, _: Tongue, key: str) -> Any:
    if figure.sort == "duration":
        value = st.text_input(_("Value"), figure.value, key=key, max_chars=20).strip()
        such = _("Such as 30m, 12h or 1d12h; in force: {value}", value=figure.value)
        html(f"<p class='sop-quiet'>{escape(such)}</p>")
        return value
    if figure.sort == "number":
        return st.number_input(_("Value"), value=figure.value, key=key)
    titles = {choice: _option(figure, choice, procedure, _) for choice in figure.choices}
    chosen: Sequence[Any] = st.multiselect(
        _("Value"), figure.choices, figure.value, format_func=lambda x: titles[x], key=key, placeholder=_("Value")
    )
    return list(chosen)


def _option(figure: Figure, choice: Any, procedure: Procedure, _: Tongue) -> str:
    if figure.sort == "roles":
        return role_of(choice, procedure, _)
    if isinstance(choice, bool):
        return _("yes") if choice else _("no")
    options = procedure.field[figure.name].options or {}
    return _.of(options.get(choice), str(choice))


# --- what it would change --------------------------------------------------------------------------------------------


def _told_html(told: Mapping[str, Any], screen: Screen) -> str:
    _ = screen.tongue
    departments = screen.service.property.departments
    named = {row["department"]: department_title(row["department"] or "", departments, _.translator)
             for row in told["by_department"]}  # fmt: skip
    said = _("Violations before: {before}, after: {after}.", before=told["before"], after=told["after"])
    parts = [f'<div class="sop-head"><b>{escape(said)}</b></div>']
    parts += [_counts(_("Department"), [(named[r["department"]], r) for r in told["by_department"]], _)]
    parts += [_counts(_("Month"), [(r["month"], r) for r in told["by_month"]], _)]
    parts += [f"<h3>{escape(_('Cases that flip: {n}', n=told['flips']))}</h3>"]
    parts += [_flip(flip, _) for flip in told["flipping"]]
    if more := told["flips"] - len(told["flipping"]):
        parts += [f'<p class="sop-quiet">{escape(_("{n} more are not shown.", n=more))}</p>']
    return "".join(parts)


def _counts(name: str, rows: Sequence[tuple[str, Mapping[str, Any]]], _: Tongue) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(text)}</th>" for text in (name, _("In force"), _("Changed"), _("Difference")))
    body = "".join(
        f"<tr><td>{escape(title)}</td><td>{row['before']:,}</td><td>{row['after']:,}</td>"
        f"<td>{row['after'] - row['before']:+,}</td></tr>"
        for title, row in rows
    )
    return f'<table class="sop-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _flip(flip: Mapping[str, Any], _: Tongue) -> str:
    sides = "".join(
        f"<p>{escape(name)} {_verdict(flip[side], _)}</p>{_sentences(flip[side])}"
        for side, name in (("before", _("In force")), ("after", _("Changed")))
    )
    return f'<div class="sop-note"><div><b>{escape(flip["case_id"])}</b>{sides}</div></div>'


def _verdict(side: Mapping[str, Any], _: Tongue) -> str:
    return mark("open", _("Violated")) if side["violations"] else mark("done", _("Not violated"))


def _sentences(side: Mapping[str, Any]) -> str:
    sentences = [text for violation in side["violations"] for text in violation["sentences"]]
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in sentences)}</ul>" if sentences else ""
