"""Violations: those that stand open and those that were, newest first; each with its arithmetic and its sentence."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from checklists.instant import DAY, Instant, day_start, local_date
from rules.kinds import Rule
from sopwatch.casefile import CaseFile, reveal
from sopwatch.demands import NewEvent
from sopwatch.explained import explanation_of
from sopwatch.service import Service
from sopwatch.ui.arithmetic import arithmetic, background
from sopwatch.ui.asked import asked
from sopwatch.ui.behind import background_html
from sopwatch.ui.clause import Background, note_of, sentences_of
from sopwatch.ui.found import STANDING, Filter, Rulebook, acknowledgements, lines, listed, page, pages
from sopwatch.ui.frame import Screen, attempt, heartbeat, html, nonce, note, plain, stamp_of
from sopwatch.ui.icons import icon, mark
from sopwatch.ui.kept import kept
from sopwatch.ui.log import log_html
from sopwatch.ui.offline import offline_html, offline_of
from sopwatch.ui.told import Told
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import place_of, severity_of, words_of
from storage.store import Finding, FindingQuery


def draw(screen: Screen) -> None:
    """Draw one violation if the address names one, else the list."""
    heartbeat(stamp_of(screen.service))
    case_id, wanted = st.query_params.get("case"), st.query_params.get("violation")
    if case_id and wanted:
        _detail(screen, case_id, wanted)
    else:
        _list(screen)


def state_words(_: Tongue) -> dict[str, str]:
    """Return the word of each state of a violation."""
    return {"open": _("Open"), "remedied": _("Remedied late"), "rescinded": _("No longer holds")}


# --- the list --------------------------------------------------------------------------------------------------------


def _list(screen: Screen) -> None:
    _, service = screen.tongue, screen.service
    wanted = asked(screen) or _filter(screen)
    seq, news, minute = stamp_of(service)()
    book = rulebook(service)
    state = None if wanted.state == STANDING else wanted.state
    query = FindingQuery(state=state, procedure=wanted.procedure, rule=wanted.rule)  # type: ignore[arg-type]
    found = kept(
        ("findings", id(service), wanted),
        (seq, news, minute),
        lambda: listed(service.store.findings(query), book, wanted, service.clock.now()),
    )
    html(f'<div class="sop-head"><b>{escape(_("{n} found", n=len(found)))}</b></div>')
    if not found:
        note(_("No violations here."), "done")
    key = f"violations-page-{nonce()}"
    number = min(int(st.session_state.get(key, 0)), pages(len(found)) - 1)
    for finding in page(found, number):
        _card(screen, finding, book)
    if pages(len(found)) > 1:
        _turn(screen, key, number, pages(len(found)))


def rulebook(service: Service) -> Rulebook:
    """Return the rules of every text in use; all sessions share them."""
    pack = service.books.pack
    return kept(
        ("rules", id(service)),
        id(pack),
        lambda: Rulebook(book for name in pack.procedures for book in pack.meetings(name)),
    )


def _turn(screen: Screen, key: str, number: int, count: int) -> None:
    _ = screen.tongue

    def to(target: int) -> None:
        st.session_state[key] = target

    with st.container(horizontal=True, vertical_alignment="center", key="violations-pages"):
        st.button(_("Newer"), key="newer", disabled=number == 0, on_click=to, args=(number - 1,))
        html(f"<p>{escape(_('Page {n} of {all}', n=number + 1, all=count))}</p>")
        st.button(_("Older"), key="older", disabled=number + 1 >= count, on_click=to, args=(number + 1,))


def _filter(screen: Screen) -> Filter:
    _, n = screen.tongue, nonce()
    states = {"open": _("Open"), "remedied": _("Remedied late"), "rescinded": _("No longer holds"), "all": _("All")}
    severities = {"all": _("Any severity"), **{s: severity_of(s, _) for s in ("critical", "major", "minor")}}
    periods = {"all": _("Any time"), "today": _("Today"), "week": _("7 days"), "month": _("31 days")}
    titles = {"all": _("All procedures")}
    for name in sorted(screen.service.books.pack.procedures):
        titles[name] = _.of(screen.service.books.pack.newest(name)[0].title, name)
    html(f'<div class="sop-head"><h2>{escape(_("Violations"))}</h2></div>')
    with st.container(horizontal=True, key="violations-filter"):
        state = _choose(_("State"), states, f"violations-state-{n}")
        procedure = _select(_("Procedure"), titles, f"violations-procedure-{n}")
        severity = _select(_("Severity"), severities, f"violations-severity-{n}")
        period = _select(_("Period"), periods, f"violations-period-{n}")
    return Filter(
        None if state == "all" else state,
        None if procedure == "all" else procedure,
        None if severity == "all" else severity,
        _since(screen, period),
    )


def _choose(label: str, titles: dict[str, str], key: str) -> str:
    chosen = st.segmented_control(
        label, list(titles), format_func=lambda x: plain(titles[x]), key=key, default=next(iter(titles)), required=True,
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    return str(chosen or next(iter(titles)))


def _select(label: str, titles: dict[str, str], key: str) -> str:
    return str(
        st.selectbox(
            label, list(titles), format_func=lambda x: titles[x], key=key, label_visibility="collapsed", width=200,
            placeholder=label, persist_state="session",
        )
    )  # fmt: skip


def _since(screen: Screen, period: str) -> Instant | None:
    now, zone = screen.service.clock.now(), screen.tongue.zone
    days = {"today": 0, "week": 7, "month": 31}.get(period)
    return None if days is None else day_start(local_date(now - days * DAY, zone), zone)


def _card(screen: Screen, finding: Finding, book: Rulebook) -> None:
    with st.container(key=f"card-{finding.state}-{finding.id}"):
        now, _ = screen.service.clock.now(), screen.tongue
        silent = offline_of(screen.service.presence, finding, now, _)
        html(card_html(in_plain_words(finding, screen.service), book, now, _, silent))
        rule = book.rule(finding)
        title = screen.tongue.of(rule.title) if rule else ""
        label = f"{title} {finding.violation.case_id}"
        st.button(plain(label), key=f"see-{finding.id}", on_click=_see, args=(screen, finding))


def _see(screen: Screen, finding: Finding) -> None:
    screen.go("violations", case=finding.violation.case_id, violation=finding.id)


def in_plain_words(finding: Finding, service: Service) -> Finding:
    """Return a violation with a personal subject's text in place of its digest, where it is still kept."""
    v = finding.violation
    if v.subject is None:
        return finding
    return replace(finding, violation=replace(v, subject=reveal(v.subject, service.store.reveal(v.case_id))))


def card_html(finding: Finding, book: Rulebook, now: Instant, _: Tongue, silent: str = "") -> str:
    """Return a violation of the list as HTML; `silent` says whose tablet is offline."""
    v, rule, procedure = finding.violation, book.rule(finding), book.procedure(finding)
    step = words_of(v.step, procedure, _) if procedure else v.step
    title = _.of(rule.title, v.rule) if rule else v.rule
    tags = _tags(finding, rule, _)
    subject = f" · {escape(v.subject)}" if v.subject else ""
    return (
        '<div class="sop-card">'
        f'<span class="sop-big">{escape(title)}</span>'
        f'<span class="sop-right">{mark(finding.state, state_words(_)[finding.state])}</span>'
        f"<span>{escape(step)}{subject}</span>"
        f'<span class="sop-right">{icon("due")}{escape(_.moment(v.at, now))}</span>'
        f'<span class="sop-quiet">{escape(v.case_id)} '
        f"{escape('· ' + _.of(procedure.title, procedure.id)) if procedure else ''}</span>"
        f'<span class="sop-right">{tags}</span>{offline_html(silent)}</div>'
    )


def _tags(finding: Finding, rule: Rule | None, _: Tongue) -> str:
    said = [severity_of(rule.severity, _)] if rule else []
    said += [_("short notice")] if finding.violation.short_notice else []
    said += [_("house figure")] if rule and rule.house else []
    return "".join(f'<span class="sop-tag">{escape(text)}</span>' for text in said)


# --- one violation ---------------------------------------------------------------------------------------------------


def _detail(screen: Screen, case_id: str, finding_id: str) -> None:
    _ = screen.tongue
    file = screen.service.case_file(case_id)
    finding = next((f for f in file.findings if f.id == finding_id), None) if file else None
    explanation = explanation_of(screen.service, file, finding) if file and finding else None
    with st.container(horizontal=True, key="violation-acts"):
        st.button(_("All violations"), key="back-to-list", on_click=screen.go, args=("violations",))
        if file:
            st.button(_("To the case"), key="to-case", type="primary", on_click=_to_case, args=(screen, case_id))
    if file is None or finding is None or explanation is None:
        note(_("There is no such violation."), "overdue")
        return
    rule = explanation.rule
    html(_detail_html(Told(explanation, file.procedure, screen.reader, _), file, finding))
    if silent := offline_of(screen.service.presence, finding, file.case.now, _):
        why = _("What was done on it in time still counts once it is back.")
        note(silent, "offline", body=f"<p>{escape(why)}</p>")
    behind = Background(str(file.procedure.source.get("document", "")), sentences_of(rule.clause, file.procedure, _),
                        [note_of(rule, _)], str(file.procedure.source.get("language", "zh-Hant")))  # fmt: skip
    html(f"<h3>{escape(_('What the SOP says'))}</h3>{background_html(behind, _, _('The rule'))}")
    _acknowledge(screen, file, finding)
    html(f"<h3>{escape(_('Record of the case'))}</h3>{log_html(lines(file, screen.reader, _), _)}")


def _to_case(screen: Screen, case_id: str) -> None:
    screen.go("run", case=case_id)


def _detail_html(told: Told, file: CaseFile, finding: Finding) -> str:
    _, rule = told._, told.explanation.rule
    state = "done" if finding.state != "open" else "overdue"
    zone = _("Times are those of {zone}.", zone=str(_.zone))
    read = background(told)
    of_case = (place_of(file.procedure, file.case.fields), _.of(file.procedure.title), file.case_id)
    applied = f"<h3>{escape(_('Why the rule applied'))}</h3>{_list_html(read)}" if read else ""
    return (
        f'<div class="sop-head"><h2>{escape(_.of(rule.title, rule.id))}</h2>'
        f"{mark(finding.state, state_words(_)[finding.state])}{_tags(finding, rule, _)}</div>"
        f"<p>{escape(' · '.join(filter(None, of_case)))}</p>"
        f'<div class="sop-note sop-{state}">{_list_html(arithmetic(told))}</div><p class="sop-quiet">{escape(zone)}</p>'
        f"{applied}"
    )


def _list_html(sentences: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in sentences)}</ul>"


def _acknowledge(screen: Screen, file: CaseFile, finding: Finding) -> None:
    """Draw who has seen it, and for supervisors the way to say so."""
    _ = screen.tongue
    seen = acknowledgements(file, finding.id, screen.reader, _)
    for entry in seen:
        said = _("Acknowledged by {who}, {at}", who=entry.by, at=_.moment(entry.at, file.case.now))
        note(f"{said} · {entry.note}" if entry.note else said, "done")
    if not screen.may("supervise"):
        return
    token = str(st.session_state.setdefault(f"acknowledge-{finding.id}", secrets.token_hex(6)))
    key = f"note-{token}"
    with st.container(horizontal=True, vertical_alignment="bottom", key="acknowledge"):
        st.text_input(_("Note"), key=key, on_change="ignore")
        st.button(_("Acknowledge"), key=f"acknowledge-{token}", on_click=_acknowledged,
                  args=(screen, file, finding, token, key))  # fmt: skip


def _acknowledged(screen: Screen, file: CaseFile, finding: Finding, token: str, key: str) -> None:
    data = {"violation": finding.id, "note": str(st.session_state.get(key) or "").strip()}
    new = NewEvent(finding.violation.case_id, "_acknowledged", data=data, event_id=f"ui/{token}")
    if attempt(screen, lambda: screen.service.record_one(new, screen.who), file.procedure):
        st.session_state.pop(f"acknowledge-{finding.id}", None)
