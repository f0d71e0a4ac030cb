"""Dashboard: what is overdue and due soon, the rate with its formula, violations by rule, department and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import streamlit as st

from checklists.instant import DAY, format_instant, local_date
from rules.figures import Figures
from sopwatch.audit_tables import formula, percent
from sopwatch.counting import Counting
from sopwatch.record_figures import Period, RecordFigures
from sopwatch.ui.asked import NONE
from sopwatch.ui.board import Bar, Coming, by_day, by_department, by_rule, coming, overdue, own_period, period_of
from sopwatch.ui.frame import Screen, heartbeat, html, nonce, note, plain, stamp_of
from sopwatch.ui.icons import icon
from sopwatch.ui.kept import kept
from sopwatch.ui.my_shift import open_files
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.violations import rulebook
from storage.store import Finding, FindingQuery

SHOWN = 12


@dataclass(frozen=True)
class _View:
    """What is drawn: the violations of a period, and its figures once they are counted."""

    period: Period
    findings: Sequence[Finding]
    figures: RecordFigures | None

    @property
    def waived(self) -> set[str] | None:
        return None if self.figures is None else {b.id for b in self.figures.broken if b.waiver}


def draw(screen: Screen) -> None:
    """Draw the dashboard, anew when something is new or the figures are counted."""
    service = screen.service
    counting = kept(("counting", id(service)), 0, lambda: Counting(service))
    stamp = stamp_of(service)
    heartbeat(lambda: (stamp(), counting.count_of))
    html(f'<div class="sop-head"><h2>{escape(screen._("Dashboard"))}</h2></div>')
    period = _period(screen)
    _now(screen, stamp())
    if period is None:
        note(screen._("Please give two days such as 2026-03-01, the first not after the last."), "overdue")
        return
    view = _View(period, _found(screen, period, stamp()), counting.latest(period))
    html(_rate_html(view, screen) + _tables_html(view, screen) + _night_html(screen))


def _night_html(screen: Screen) -> str:
    """Return how far the engines agreed on the day before."""
    night, _ = screen.service.nightly.latest(), screen.tongue
    if night is None:
        return ""
    told = _(
        "Judged again last night by independent engines: {agreed} of {verdicts} verdicts of {day} agree.",
        agreed=f"{night.agreeing:,}", verdicts=f"{night.verdicts:,}", day=night.day,
    )  # fmt: skip
    return f'<p class="sop-quiet">{escape(told)}</p>'


def _found(screen: Screen, period: Period, stamp: tuple[int, int, int]) -> list[Finding]:
    """Return the violations of a period that still hold; all sessions share one reading."""
    query = FindingQuery(since=period.since, before=period.before)
    return kept(
        ("dashboard", id(screen.service), period),
        stamp,
        lambda: [f for f in screen.service.store.findings(query) if f.state != "rescinded"],
    )


# --- the period ------------------------------------------------------------------------------------------------------


def _period(screen: Screen) -> Period | None:
    _, n = screen.tongue, nonce()
    now = screen.service.clock.now()
    titles = {"today": _("Today"), "week": _("7 days"), "month": _("30 days"), "own": _("Own dates")}
    with st.container(horizontal=True, vertical_alignment="bottom", key="dashboard-period"):
        chosen = st.segmented_control(
            _("Period"), list(titles), format_func=lambda x: plain(titles[x]), key=f"dashboard-period-{n}",
            default="week", required=True, label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        if chosen != "own":
            return period_of(str(chosen or "week"), now, _.zone)
        first = local_date(now - 30 * DAY, _.zone).isoformat()
        today = local_date(now, _.zone).isoformat()
        since = st.text_input(_("From the day"), first, key=f"dashboard-since-{n}", persist_state="session")
        through = st.text_input(_("through the day"), today, key=f"dashboard-through-{n}", persist_state="session")
    return own_period(since or "", through or "", _.zone)


# --- now -------------------------------------------------------------------------------------------------------------


def _now(screen: Screen, stamp: tuple[int, int, int]) -> None:
    _, service, now = screen.tongue, screen.service, screen.service.clock.now()
    late = kept(
        ("overdue", id(service)), stamp, lambda: overdue(service.store.findings(FindingQuery(state="open")), now)
    )
    soon = coming(open_files(screen, stamp), now, _)
    tiles = (
        _tile(len(late), _("overdue now"), "overdue" if late else "done",
              link("violations", screen, state="open", overdue="1"))
        + _tile(len(soon), _("due within 2 h"), "due" if soon else "done", "#due-soon" if soon else "")
    )  # fmt: skip
    html(f'<div class="sop-tiles">{tiles}</div>{_coming_html(soon, screen)}')


def _tile(count: int, title: str, state: str, target: str) -> str:
    body = f"{icon(state)}<b>{count:,}</b><span>{escape(title)}</span>"
    if not target or not count:
        return f'<div class="sop-tile sop-{state}">{body}</div>'
    return f'<a class="sop-tile sop-{state}" href="{escape(target)}" target="_self">{body}</a>'


def _coming_html(soon: Sequence[Coming], screen: Screen) -> str:
    if not soon:
        return ""
    _, now = screen.tongue, screen.service.clock.now()
    rows = "".join(
        f"<tr><td>{escape(_.countdown(c.due_at, now))}</td><td>{escape(_.moment(c.due_at, now))}</td>"
        f"<td>{escape(c.step)}</td><td>{escape(c.place)}</td>"
        f'<td><a href="{escape(link("run", screen, case=c.case_id))}" target="_self">{escape(c.case_id)}</a></td></tr>'
        for c in soon[:SHOWN]
    )
    more = f"<p>{escape(_('and {n} more', n=len(soon) - SHOWN))}</p>" if len(soon) > SHOWN else ""
    heads = _heads(_("Left"), _("Due"), _("Step"), _("Place"), _("Case"))
    title = f'<h3 id="due-soon">{escape(_("Due within 2 hours"))}</h3>'
    return f'{title}<table class="sop-table sop-soon">{heads}{rows}</table>{more}'


def _heads(*titles: str) -> str:
    cells = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    return f"<tr>{cells}</tr>"


def link(page: str, screen: Screen, **asked: str) -> str:
    """Return the address of a screen with what it is to show, in the reader's language."""
    return f"/{page}?{urlencode(asked | {'lang': screen.tongue.language})}"


def _violations(screen: Screen, period: Period, **asked: str) -> str:
    """Return the address of the violations of a period that still hold."""
    zone = screen.tongue.zone
    bounds = {"from": period.since, "to": period.before}
    given = {k: format_instant(v, zone) for k, v in bounds.items() if v is not None}
    return link("violations", screen, **{"state": "standing"} | given | asked)


# --- the rate --------------------------------------------------------------------------------------------------------


def _rate_html(view: _View, screen: Screen) -> str:
    _ = screen.tongue
    if view.figures is None:
        return (
            f'<div class="sop-note sop-due" role="status">{icon("due")}{escape(_("The rate is being counted."))}</div>'
        )
    total = view.figures.total
    how = _("met ÷ (met + violated); open overdue ones count as violated")
    parts = (
        _("{n} cases of the period", n=_.number(len(view.figures.case_ids))),
        _("{n} pending", n=_.number(total.pending)),
        _("{n} waived", n=_.number(total.waived)),
        _("as of {at} ({zone})", at=_.moment(view.figures.as_of), zone=str(_.zone)),
    )
    return (
        f'<div class="sop-rate"><div><b>{percent(total.rate)}</b><span>{escape(_("Rate"))}</span>'
        f"<span>{formula(total.met, total.violated, _)}</span></div>"
        f"<div><b>{percent(total.rate_without_waived)}</b><span>{escape(_('Rate without waived'))}</span>"
        f"<span>{formula(total.met, total.violated - total.waived, _)}</span></div></div>"
        f'<p class="sop-quiet">{escape(how)} · {escape(" · ".join(parts))}</p>'
    )


# --- the bars --------------------------------------------------------------------------------------------------------


def _tables_html(view: _View, screen: Screen) -> str:
    _, period = screen.tongue, view.period
    book, waived = rulebook(screen.service), view.waived
    own = screen.service.property.departments
    departments = by_department(view.findings, book, own, waived, _)
    days = by_day(view.findings, period, waived, _)
    rules = by_rule(view.findings, book, waived, _)
    return (
        _count_html(view, screen)
        + _table(_("By department"), departments,
                 {b.key: _violations(screen, period, department=b.key or NONE) for b in departments}, _)
        + _table(_("By day"), days, {b.key: _of_day(screen, b.key, period) for b in days}, _)
        + _table(_("By rule"), rules, {b.key: _violations(screen, period, rule=b.key) for b in rules}, _,
                 _rates(view.figures))
    )  # fmt: skip


def _count_html(view: _View, screen: Screen) -> str:
    """Return how many violations the period has, with and without the waived ones."""
    _, count = screen.tongue, len(view.findings)
    number = f'<a href="{escape(_violations(screen, view.period))}" target="_self">{count:,}</a>' if count else "0"
    without = ""
    if view.waived is not None:
        waived = sum(f.id in view.waived for f in view.findings)
        without = f"<span>{escape(_('{n} waived, {rest} without', n=waived, rest=count - waived))}</span>"
    title = escape(_("Violations of the period"))
    return f'<div class="sop-head sop-count"><h3 id="violations">{title}</h3>{number}{without}</div>'


def _of_day(screen: Screen, key: str, period: Period) -> str:
    """Return the address of the violations of a day or a month, as far as it lies in the period."""
    zone = screen.tongue.zone
    months = len(key) == len("2026-03")
    year, month = map(int, key.split("-")[:2])
    last = f"{year + month // 12}-{month % 12 + 1:02}-01" if months else key
    whole = own_period(f"{key}-01" if months else key, last, zone)
    if whole is None or whole.since is None or whole.before is None:
        return _violations(screen, period)
    before = whole.before - (DAY if months else 0)
    since = max(whole.since, period.since or whole.since)
    return _violations(screen, Period(since, min(before, period.before or before)))


def _rates(figures: RecordFigures | None) -> Mapping[str, Figures] | None:
    return None if figures is None else {rule: counted for (_procedure, rule), counted in figures.by_rule.items()}


def _table(
    title: str, bars: Sequence[Bar], links: Mapping[str, str], _: Tongue, rates: Mapping[str, Figures] | None = None
) -> str:
    if not bars:
        return ""
    heads = [title, _("Violations"), _("open"), _("remedied"), _("waived"), *([_("Rate")] if rates else [])]
    most = max(b.count for b in bars) or 1
    rows = "".join(_row(b, most, links[b.key], _, rates) for b in bars)
    return f'<table class="sop-table sop-bars">{_heads(*heads)}{rows}</table>'


def _row(b: Bar, most: int, target: str, _: Tongue, rates: Mapping[str, Figures] | None) -> str:
    number = f'<a href="{escape(target)}" target="_self">{b.count:,}</a>' if b.count else "0"
    bar = f'<span class="sop-bar" style="width:{round(60 * b.count / most)}%"></span>' if b.count else ""
    waived = "…" if b.waived is None else f"{b.waived:,}"
    f = rates.get(b.key) if rates else None
    rate = f"<td>{percent(f.rate)} <small>{formula(f.met, f.violated, _)}</small></td>" if f else ""
    rate = rate or ("<td>—</td>" if rates else "")
    return (
        f'<tr><th scope="row">{escape(b.title)}</th><td class="sop-barred">{bar}{number}</td>'
        f"<td>{b.open:,}</td><td>{b.remedied:,}</td><td>{waived}</td>{rate}</tr>"
    )
