"""The page of an audit: one file of HTML that needs nothing else, in each language that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from checklists.instant import Instant
from rules.kinds import Rule
from sopwatch.audit import Audit, Item
from sopwatch.audit_tables import clause_html, coverage_html, coverage_of, covered_by, figures_html, formula, percent
from sopwatch.departments import department_of, department_title
from sopwatch.i18n import NAMES, translator
from sopwatch.record_figures import grouped
from sopwatch.ui.arithmetic import arithmetic, background
from sopwatch.ui.told import Told
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import name_of, place_of, severity_of


def page(audit: Audit, languages: Sequence[str]) -> str:
    """Return the page; the first language is the one that is shown until another is chosen."""
    tongues = [Tongue(translator(name), audit.settings.zone_info, audit.settings.currency) for name in languages]
    first = tongues[0]
    choices = "".join(
        f'<input type="radio" name="language" id="choose-{_.language}"{" checked" if _ is first else ""}>'
        f'<label for="choose-{_.language}" lang="{_.language}">{NAMES[_.language]}</label>'
        for _ in tongues
    )
    sections = "".join(
        f'<main id="{_.language}" lang="{_.language}" class="language">{_section(audit, _)}</main>' for _ in tongues
    )
    return (
        f'<!doctype html>\n<html lang="{first.language}"><head><meta charset="utf-8">'
        f"<title>{escape(_title(audit, first))}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_look()}</style></head><body>{choices}{sections}</body></html>\n"
    )


@cache
def _look() -> str:
    return Path(__file__).with_name("audit.css").read_text(encoding="utf-8")


def _title(audit: Audit, _: Tongue) -> str:
    return _("Audit of {name}", name=audit.settings.name)


def _section(audit: Audit, _: Tongue) -> str:
    parts = (
        ("summary", _("Summary"), _summary(audit, _)),
        ("figures", _("Figures by procedure and rule"), _definitions(_) + figures_html(audit, _)),
        ("violations", _("Violations of the period"), _violations(audit, _)),
        ("clauses", _("Coverage of the clauses"), _coverage(audit, _)),
        ("agreement", _("Agreement of the engines"), _agreement(audit, _)),
        ("chain", _("Head of the chain"), _chain(audit, _)),
    )
    links = "".join(f'<a href="#{_.language}-{name}">{escape(title)}</a>' for name, title, _body in parts)
    bodies = "".join(
        f'<section id="{_.language}-{name}"><h2>{escape(title)}</h2>{body}</section>' for name, title, body in parts
    )
    return f"<h1>{escape(_title(audit, _))}</h1>{_facts(_head_facts(audit, _))}<nav>{links}</nav>{bodies}"


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>' for k, v in facts)}</dl>"


def _head_facts(audit: Audit, _: Tongue) -> list[tuple[str, str]]:
    period = audit.figures.period
    named = _(", ").join(_.of(procedure.title, procedure.id) for procedure, _catalogue in audit.books)
    return [
        (_("Period"), _("from {since} until just before {before}", since=_moment(period.since, _),
                        before=_moment(period.before, _))),
        (_("Procedures"), _("all: {names}", names=named) if audit.whole else named),
        (_("Judged as of"), _.exact(audit.as_of)),
        (_("Zone of all times"), str(_.zone)),
        (_("Record up to entry"), _.number(audit.head.seq)),
    ]  # fmt: skip


def _moment(instant: Instant | None, _: Tongue) -> str:
    return "—" if instant is None else _.exact(instant)


# --- summary ---------------------------------------------------------------------------------------------------------


def _summary(audit: Audit, _: Tongue) -> str:
    items, total = audit.items, audit.figures.total
    counts = (
        (_("Violations of the period"), len(items)),
        (_("of these open"), sum(i.broken.violation.remedied_at is None for i in items)),
        (_("of these remedied late"), sum(i.broken.violation.remedied_at is not None for i in items)),
        (_("of these at short notice"), sum(i.broken.violation.short_notice for i in items)),
        (_("of these waived"), sum(i.broken.waiver is not None for i in items)),
        (_("not waived"), sum(i.broken.waiver is None for i in items)),
        (_("Cases of the period"), len(audit.figures.case_ids)),
    )
    without = total.violated - total.waived
    rates = [
        (_("Rate: met ÷ (met + violated)"), _reckoned(total.rate, total.met, total.violated, _)),
        (_("Rate without waived: met ÷ (met + violated − waived)"),
         _reckoned(total.rate_without_waived, total.met, without, _)),
    ]  # fmt: skip
    return _facts([(title, _.number(n)) for title, n in counts] + rates)


def _reckoned(rate: float | None, met: int, violated: int, _: Tongue) -> str:
    if rate is None:
        return _("none: nothing is decided")
    return f"{formula(met, violated, _)} = {percent(rate)}"


def _definitions(_: Tongue) -> str:
    said = (
        _("The cases of a period are those at work in it (opened before its end, not closed or cancelled before"
          " its start) and any other with a violation in it. Their obligations are counted whole, as of the instant"
          " above."),
        _("A violation belongs to a period by its deadline; where it has none, by the instant at which it broke."
          " “In the period” counts these; they are the violations listed below."),
        _("Arose = met + pending + violated + lapsed. Violated = open + remedied: what is overdue and not done counts"
          " as violated. Short notice and waived are parts of the violated."),
        _("Rate = met ÷ (met + violated). Pending, lapsed and vacuous (cases in which the rule asked for nothing) are"
          " in no denominator; where nothing is decided there is no rate."),
    )  # fmt: skip
    return f'<ul class="quiet">{"".join(f"<li>{escape(text)}</li>" for text in said)}</ul>'


# --- violations ------------------------------------------------------------------------------------------------------


def _violations(audit: Audit, _: Tongue) -> str:
    if not audit.items:
        return f"<p>{escape(_('None.'))}</p>"
    by_rule = grouped(audit.items, lambda i: f"{i.procedure.id}\n{i.broken.violation.rule}")
    return "".join(_of_rule(audit, by_rule[key], _) for key in sorted(by_rule))


def _of_rule(audit: Audit, items: Sequence[Item], _: Tongue) -> str:
    rule, procedure = items[-1].explanation.rule, items[-1].procedure
    department = department_title(department_of(rule, procedure), audit.settings.departments, _.translator)
    tags = [_.of(procedure.title, procedure.id), department, severity_of(rule.severity, _), _count(len(items), _)]
    return (
        f'<article class="rule"><h3>{escape(_.of(rule.title, rule.id))} <code>{escape(rule.id)}</code></h3>'
        f'<p class="quiet">{escape(" · ".join(tags))}</p>{_clause_of(rule, items[-1], _)}'
        f"<ol>{''.join(_item(audit, item, _) for item in items)}</ol></article>"
    )


def _count(count: int, _: Tongue) -> str:
    return _.translator.ngettext("{n} violation", "{n} violations", count)


def _clause_of(rule: Rule, item: Item, _: Tongue) -> str:
    document = str(item.procedure.source.get("document", ""))
    source = f'<p class="quiet">{escape(document)}</p>' if document else ""
    return clause_html(rule.clause, item.procedure, _, named=True) + source


def _item(audit: Audit, item: Item, _: Tongue) -> str:
    told = Told(item.explanation, item.procedure, audit.reader, _)
    sentences = [*arithmetic(told), *background(told), *_waiver(audit, item, _)]
    v = item.broken.violation
    state = _("Open") if v.remedied_at is None else _("Remedied late")
    place = place_of(item.procedure, item.fields)
    heading = " · ".join(filter(None, [place, item.explanation.violation.subject or "", state]))
    return (
        f'<li id="{_.language}-{escape(item.broken.id)}">'
        f"<p><code>{escape(v.case_id)}</code> <b>{escape(heading)}</b></p>"
        f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in sentences)}</ul></li>"
    )


def _waiver(audit: Audit, item: Item, _: Tongue) -> list[str]:
    waiver = item.broken.waiver
    if waiver is None:
        return []
    who = name_of(waiver.by, audit.reader.names, _)
    if waiver.until is None:
        return [_("Waived by {who}: {reason}", who=who, reason=waiver.reason or "—")]
    return [_("Waived by {who} until {until}: {reason}", who=who, until=_.moment(waiver.until),
              reason=waiver.reason or "—")]  # fmt: skip


# --- what stands behind it -------------------------------------------------------------------------------------------


def _coverage(audit: Audit, _: Tongue) -> str:
    rows = coverage_of(audit)
    counts: dict[str, int] = {}
    for row in rows:
        said = covered_by(row, _)[1]
        counts[said] = counts.get(said, 0) + 1
    parts = _(", ").join(f"{said} {_.number(n)}" for said, n in counts.items())
    covered = sum(row.covered for row in rows)
    head = _("{covered} of {all} clauses covered: {parts}", covered=covered, all=len(rows), parts=parts)
    return f"<p>{escape(head)}</p>{coverage_html(audit, _)}"


def _agreement(audit: Audit, _: Tongue) -> str:
    found = audit.agreement
    said = [
        _("{agreed} of {all} verdicts agree between the reference and the bulk judge (a verdict: a rule in a case).",
          agreed=_.number(found.agreed), all=_.number(found.verdicts)),
        _("The stored violations of {n} cases are those that the reference finds, as far as the service has judged.",
          n=_.number(len(audit.figures.case_ids)))
        if not found.stored
        else _("The stored violations are not those that the reference finds:"),
    ]  # fmt: skip
    lines = "".join(f'<li lang="en"><code>{escape(line)}</code></li>' for line in [*found.bulk, *found.stored])
    return "".join(f"<p>{escape(text)}</p>" for text in said) + (f"<ul>{lines}</ul>" if lines else "")


def _chain(audit: Audit, _: Tongue) -> str:
    how = _("Whoever holds this page can check later that the record still contains what was audited:")
    command = f"python -m sopwatch verify --data DIR --head {audit.head}"
    return f'<p><code class="hash">{audit.head}</code></p><p>{escape(how)}</p><p><code>{escape(command)}</code></p>'
