"""The tables of an audit's page: figures by procedure and rule, and what covers each clause."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from checklists.model import Procedure
from rules.figures import Figures
from rules.kinds import Catalogue
from rules.validate import Coverage, coverage
from sopwatch.audit import Audit
from sopwatch.record_figures import RecordFigures
from sopwatch.ui.clause import sentences_of
from sopwatch.ui.tongue import Tongue


def percent(share: float | None) -> str:
    """Return a share in per cent, cut off and never rounded up: only all of it is 100 %."""
    return "—" if share is None else f"{math.floor(share * 1000 + 1e-9) / 10:.1f} %"


def formula(met: int, violated: int, _: Tongue) -> str:
    """Return how a rate is reckoned, in figures."""
    return f"{_.number(met)} ÷ ({_.number(met)} + {_.number(violated)})"


# --- figures ---------------------------------------------------------------------------------------------------------


def figures_html(audit: Audit, _: Tongue) -> str:
    """Return the figures by procedure and rule as a table, the sums of each procedure and of all below."""
    heads = "".join(
        f'<th scope="col">{escape(title)}</th>'
        for title in (
            _("Rule"),
            _("Arose"),
            _("Met"),
            _("Pending"),
            _("Violated"),
            _("open"),
            _("remedied"),
            _("in the period"),
            _("short notice"),
            _("waived"),
            _("Lapsed"),
            _("Cases"),
            _("Vacuous"),
            _("Rate"),
            _("Rate without waived"),
        )
    )
    bodies = "".join(_procedure(audit.figures, *book, _) for book in books_of(audit))
    total = _line(_("All together"), "", audit.figures.total, sum(audit.figures.in_period.values()), _, "sum")
    return (
        f'<div class="wide"><table class="figures"><thead><tr>{heads}</tr></thead>{bodies}'
        f"<tbody>{total}</tbody></table></div>"
    )


def books_of(audit: Audit) -> Sequence[tuple[Procedure, Catalogue]]:
    """Return the procedures to be shown: those in use, and those that only earlier cases go by."""
    known = {procedure.id for procedure, _ in audit.books}
    earlier = {p.id: (p, c) for p, c in audit.figures.books.values() if p.id not in known}
    return [*audit.books, *earlier.values()]


def _procedure(found: RecordFigures, procedure: Procedure, catalogue: Catalogue, _: Tongue) -> str:
    titles = {
        rule.id: rule.title
        for p, c in [*found.books.values(), (procedure, catalogue)]
        if p.id == procedure.id
        for rule in c.rules
    }
    rows, total, within = [], Figures(), 0
    for rule_id in sorted(titles):
        counted = found.by_rule.get((procedure.id, rule_id), Figures())
        inside = found.in_period.get((procedure.id, rule_id), 0)
        total, within = total + counted, within + inside
        rows.append(_line(_.of(titles[rule_id], rule_id), rule_id, counted, inside, _))
    title = _.of(procedure.title, procedure.id)
    version = _("version {n}", n=catalogue.version)
    last = _line(_("{procedure}: sum", procedure=title), "", total, within, _, "sum")
    return (
        f'<tbody><tr class="group"><th scope="rowgroup" colspan="15">{escape(title)} '
        f"<code>{escape(procedure.id)}</code> · {escape(version)}</th></tr>{''.join(rows)}{last}</tbody>"
    )


def _line(title: str, rule_id: str, f: Figures, within: int, _: Tongue, kind: str = "") -> str:
    counts = (f.arose, f.met, f.pending, f.violated, f.open, f.remedied, within, f.short_notice, f.waived, f.lapsed,
              f.cases, f.vacuous)  # fmt: skip
    cells = "".join(f"<td>{_.number(n)}</td>" for n in counts)
    name = f" <code>{escape(rule_id)}</code>" if rule_id else ""
    bad = " broken" if f.violated else ""
    return (
        f'<tr class="{kind}{bad}"><th scope="row">{escape(title)}{name}</th>{cells}'
        f"{_rate(f.rate, f.met, f.violated, _)}{_rate(f.rate_without_waived, f.met, f.violated - f.waived, _)}</tr>"
    )


def _rate(rate: float | None, met: int, violated: int, _: Tongue) -> str:
    how = "" if rate is None else f"<small>{formula(met, violated, _)}</small>"
    return f"<td><b>{percent(rate)}</b>{how}</td>"


# --- coverage --------------------------------------------------------------------------------------------------------


def coverage_html(audit: Audit, _: Tongue) -> str:
    """Return every clause of the procedures with what covers it."""
    heads = "".join(
        f'<th scope="col">{escape(title)}</th>'
        for title in (_("Clause"), _("What the SOP says"), _("Covered by"), _("By what"))
    )
    bodies = "".join(_clauses(procedure, catalogue, _) for procedure, catalogue in audit.books)
    return f'<div class="wide"><table class="clauses"><thead><tr>{heads}</tr></thead>{bodies}</table></div>'


def covered_by(row: Coverage, _: Tongue) -> tuple[str, str]:
    """Return how a clause is covered: a word for the page's look, and the word that people read."""
    if row.rules:
        return "rule", _("rule")
    if row.steps:
        return "step", _("step only")
    if row.forms:
        return "form", _("form")
    return ("manual", _("by people")) if row.manual else ("none", _("nothing"))


def coverage_of(audit: Audit) -> list[Coverage]:
    """Return what covers each clause of the procedures audited."""
    return [row for procedure, catalogue in audit.books for row in coverage(procedure, catalogue)]


def _clauses(procedure: Procedure, catalogue: Catalogue, _: Tongue) -> str:
    rows = "".join(_clause(row, procedure, catalogue, _) for row in coverage(procedure, catalogue))
    title = escape(_.of(procedure.title, procedure.id))
    return f'<tbody><tr class="group"><th scope="rowgroup" colspan="4">{title}</th></tr>{rows}</tbody>'


def _clause(row: Coverage, procedure: Procedure, catalogue: Catalogue, _: Tongue) -> str:
    word, said = covered_by(row, _)
    by = "".join(f"<li>{part}</li>" for part in _covering(row, procedure, catalogue, _))
    return (
        f'<tr class="{word}"><th scope="row">{escape(row.clause)}</th>'
        f"<td>{clause_html([row.clause], procedure, _)}</td>"
        f"<td>{escape(said)}</td><td><ul>{by}</ul></td></tr>"
    )


def _covering(row: Coverage, procedure: Procedure, catalogue: Catalogue, _: Tongue) -> Iterator[str]:
    rules = {rule.id: rule.title for rule in catalogue.rules}
    forms = {form.id: form.title for form in procedure.forms}
    for rule in row.rules:
        yield f"{escape(_('Rule: {title}', title=_.of(rules[rule], rule)))} <code>{escape(rule)}</code>"
    for step in row.steps:
        yield escape(_("Step: {title}", title=_.of(procedure.steps[step].title, step)))
    for form in row.forms:
        yield escape(_("Form: {title}", title=_.of(forms[form], form)))
    if row.manual:
        reason = _.of(procedure.clauses[row.clause].reason) or "—"
        yield escape(_("By people: {reason}", reason=reason))


def clause_html(clauses: Sequence[str], procedure: Procedure, _: Tongue, *, named: bool = False) -> str:
    """Return clauses verbatim in the language of the source, each with its translation for readers of another."""
    own = str(procedure.source.get("language", "zh-Hant"))
    said = []
    for s in sentences_of(clauses, procedure, _):
        number = f"<b>{escape(s.id)}</b> " if named else ""
        translation = f'<p class="quiet">{escape(s.translation)}</p>' if s.translation else ""
        said.append(f'<blockquote lang="{escape(own)}">{number}{escape(s.words)}</blockquote>{translation}')
    return "".join(said)
