"""Draws the path of a case from top to bottom: the branch that is taken is strong, a tap on a step leads to its row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape

from checklists.event import Event
from sopwatch.casefile import CaseFile
from sopwatch.ui.flow import Fact, Flow, Fork, Node, Stage, Way
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.loops import Loop
from sopwatch.ui.sheet import Row
from sopwatch.ui.sheet_texts import state_words, way_words
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import value_of, word_of

LAST_TICKS = 2


def flow_html(flow: Flow, file: CaseFile, _: Tongue) -> str:
    """Return the path of a case as HTML."""
    facts = "".join(_fact(fact, _) for fact in flow.facts)
    head = f'<div class="facts"><h3>{escape(_("What decides"))}</h3>{facts}</div>' if facts else ""
    return f'<div class="flow">{head}{"".join(_stage(stage, file, _) for stage in flow.stages)}</div>'


def _fact(fact: Fact, _: Tongue) -> str:
    options = "".join(
        f'<span class="option{" is-taken" if one.taken else ""}">{icon("done") if one.taken else ""}{escape(one.word)}'
        "</span>"
        for one in fact.options
    )
    unknown = "" if fact.known else mark("todo", _("Not decided yet"))
    return f'<div class="fact" data-fact="{escape(fact.id)}"><b>{escape(fact.title)}</b>{options}{unknown}</div>'


def _stage(stage: Stage, file: CaseFile, _: Tongue) -> str:
    parts = []
    for part in stage.parts:
        match part:
            case Node():
                parts.append(f"<li>{_node(part, file, _)}</li>")
            case Fork():
                parts.append(_fork(part, file, _))
            case Loop():
                parts.append(_loop(part, file, _))
    return f"<section><h3>{escape(stage.title)}</h3><ol>{''.join(parts)}</ol></section>"


def _fork(fork: Fork, file: CaseFile, _: Tongue) -> str:
    ways = "".join(_way(way, file, _) for way in fork.ways)
    return f'<li class="fork"><p>{icon("branch")}<b>{escape(fork.title)}</b></p><div class="ways">{ways}</div></li>'


def _way(way: Way, file: CaseFile, _: Tongue) -> str:
    said = mark({"asked": "done", "undecided": "todo", "off": "not_needed"}[way.state], way_words(_)[way.state])
    hinge = escape(json.dumps(asdict(way.hinge)))
    nodes = "".join(f"<li>{_node(node, file, _)}</li>" for node in way.nodes)
    head = f"<p>{said}<span>{escape(way.condition)}</span></p>"
    return f'<div class="way is-{way.state}" data-way="{hinge}">{head}<ol>{nodes}</ol></div>'


def _node(node: Node, file: CaseFile, _: Tongue) -> str:
    row = node.row
    words = {**state_words(_), "late": _("Done late")}
    details = "".join(f"<span>{line}</span>" for line in _lines(node, file, _))
    role = f' <span class="quiet">· {escape(row.role)}</span>' if row.role else ""
    return (
        f'<button type="button" class="mark-line is-{escape(node.state)}" data-go="{escape(row.step.id)}">'
        f'{mark(node.state, words[node.state])}<span class="what"><b>{escape(row.title)}</b>{role}{details}</span>'
        "</button>"
    )


def _lines(node: Node, file: CaseFile, _: Tongue) -> list[str]:
    """Return what is said below a step's title, escaped: who and when, what is due, what is broken, why it is there."""
    row, now = node.row, file.case.now
    lines = _done(row, now, _)
    if node.late:
        lines.append(escape(_("{span} late", span=_.span(node.late))))
    for due in row.deadlines:
        house = f' <i class="tag">{escape(_("house figure"))}</i>' if due.house else ""
        left = f"<b>{escape(_.countdown(due.due_at, now))}</b> ({escape(_.moment(due.due_at, now))})"
        lines.append(f'<span class="sop-due">{icon("due")}{left}{house}</span>')
    for title, due_at in dict.fromkeys((flag.title, flag.due_at) for flag in row.flags):
        left = f"<b>{escape(_.countdown(due_at, now))}</b> · " if due_at is not None else ""
        lines.append(f'<span class="sop-flagged">{icon("flagged")}{left}{escape(title)}</span>')
    if row.exempt:
        at = _.moment(row.exempt.at, now)
        lines.append(escape(_("{who}, {at}: {reason}", who=row.exempt.by, at=at, reason=row.exempt.reason)))
    if node.why:
        lines.append(f'<span class="quiet why">{icon("branch")}{escape(node.why)}</span>')
    elif row.waits_for and node.state == "waiting":
        first = _("First: {steps}", steps=_(", ").join(row.waits_for))
        lines.append(f'<span class="quiet why">{icon("waiting")}{escape(first)}</span>')
    return lines


def _done(row: Row, now: int, _: Tongue) -> list[str]:
    if row.tallies:
        return [
            " · ".join(
                f"{escape(t.subject)} <b>{t.done}{'' if t.wanted is None else f'/{t.wanted}'}</b>" for t in row.tallies
            )
        ]
    lines = [
        escape(" · ".join(text for text in (tick.value, tick.by, _.moment(tick.at, now)) if text))
        for tick in row.ticks[-LAST_TICKS:]
    ]
    if len(row.ticks) > 1:
        lines.insert(0, f"<b>{escape(_.translator.ngettext('{n} time', '{n} times', len(row.ticks)))}</b>")
    return lines


def _loop(loop: Loop, file: CaseFile, _: Tongue) -> str:
    n = len(loop.rounds)
    count = f"<b>{escape(_.translator.ngettext('{n} round so far', '{n} rounds so far', n))}</b>" if n else ""
    told = "".join(f"<li>{_round(events, file, _)}</li>" for events in loop.rounds) if n > 1 else ""
    back = escape(_("If need be, again from “{step}”", step=loop.title))
    return (
        f'<li class="loop"><button type="button" class="mark-line" data-go="{escape(loop.back_to)}">{icon("loop")}'
        f'<span class="what">{back} {count}{f"<ol>{told}</ol>" if told else ""}</span></button></li>'
    )


def _round(events: Sequence[Event], file: CaseFile, _: Tongue) -> str:
    return " · ".join(escape(_deed(event, file, _)) for event in events)


def _deed(event: Event, file: CaseFile, _: Tongue) -> str:
    what, value = word_of(event.event, file.procedure, _), value_of(event, file.procedure, _)
    titled = f"{what} ({value})" if value and file.procedure.steps[event.event].evidence.type == "choice" else what
    return f"{titled} {_.moment(event.occurred_at, file.case.now)}"
