"""A violation of the record explained, and any explanation as JSON and as text in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import fold
from checklists.event import Event
from checklists.instant import format_duration, format_instant
from checklists.model import Procedure
from rules.explain import explain
from rules.explanation import (
    ByAnother,
    Compliance,
    DoInTime,
    DueArithmetic,
    Explanation,
    GuardRead,
    LeaveOut,
    Measure,
    RecordInTime,
)
from rules.violation import as_json
from sopwatch.casefile import CaseFile, reveal
from sopwatch.i18n import translator
from sopwatch.service import Service
from sopwatch.ui.arithmetic import arithmetic, background
from sopwatch.ui.clause import sentences_of
from sopwatch.ui.deeds import Reader
from sopwatch.ui.told import Told
from sopwatch.ui.tongue import Tongue
from storage.store import Finding


@dataclass(frozen=True)
class Explained:
    """An explanation with what it is told by: the procedure, the zone of its days, and who reads."""

    explanation: Explanation
    procedure: Procedure
    zone: ZoneInfo
    reader: Reader
    currency: str = "TWD"

    def told(self, language: str) -> Told:
        """Return it as it is told in a language."""
        tongue = Tongue(translator(language), self.zone, self.currency)
        return Told(self.explanation, self.procedure, self.reader, tongue)


def explained_of(service: Service, finding_id: str) -> Explained | None:
    """Return a stored violation explained; None where there is none of this id."""
    history = service.store.history(finding_id)
    file = service.case_file(history[-1].violation.case_id) if history else None
    explanation = explanation_of(service, file, history[-1]) if file else None
    if file is None or explanation is None:
        return None
    settings = service.property
    return Explained(explanation, file.procedure, settings.zone_info, reader_of(service), settings.currency)


def reader_of(service: Service) -> Reader:
    """Return somebody who reads outside the screens: the names of all people, the titles of all roles."""
    pack = service.books.pack
    titles = {
        role: known.title for name in sorted(pack.procedures) for role, known in pack.newest(name)[0].roles.items()
    }
    return Reader(None, {p.id: p.name for p in service.access.people()}, titles)


def explanation_of(service: Service, file: CaseFile, finding: Finding) -> Explanation | None:
    """Explain a finding from its case; one that no longer holds, as of when it was last known to."""
    rule = next((r for r in file.catalogue.rules if r.id == finding.violation.rule), None)
    if rule is None:
        return None
    case = file.case
    if finding.state == "rescinded":
        before = [e for e in file.events if finding.by_seq is None or e.position < finding.by_seq]
        standing = [f for f in service.store.history(finding.id) if f.state != "rescinded"]
        finding = standing[-1] if standing else finding
        case = fold(before, finding.noticed_at) or case
    subject = reveal(finding.violation.subject, service.store.reveal(file.case_id))
    violation = replace(finding.violation, subject=subject)
    return explain(rule, case, service.property.zone_info, violation)


# --- as JSON ---------------------------------------------------------------------------------------------------------


def as_object(explained: Explained, language: str) -> dict[str, Any]:
    """Return an explanation as a JSON object; instants in local time with their offset, durations as catalogues do."""
    told, x, zone = explained.told(language), explained.explanation, explained.zone

    return {
        "violation": as_json(x.violation),
        "kind": x.rule.kind.name,
        "title": told._.of(x.rule.title, x.rule.id),
        "language": told._.language,
        "zone": str(zone),
        "as_of": format_instant(x.now, zone),
        "sentences": [*arithmetic(told), *background(told)],
        "clauses": [
            {"id": s.id, "text": s.words, "translation": s.translation or None}
            for s in sentences_of(x.rule.clause, explained.procedure, told._)
        ],
        "trigger": _event(x.trigger, told),
        "guard": _guard(x.guard, zone),
        "fields": [
            {
                "field": h.field,
                "judged_by": h.judged_by,
                "versions": [
                    {"value": v.value, "since": format_instant(v.since, zone), "by": _event(v.by, told)}
                    for v in h.versions
                ],
            }
            for h in x.fields
        ],
        "due": _due(x.due, zone),
        "done": [_event(e, told) for e in x.done],
        "remedy": _event(x.remedy, told),
        "would_have_complied": _complied(x.complied, told),
    }


def _event(event: Event | None, told: Told) -> dict[str, Any] | None:
    if event is None:
        return None
    zone = told._.zone
    return {
        "event": event.event,
        "title": told.did(event.event),
        "occurred_at": format_instant(event.occurred_at, zone),
        "recorded_at": format_instant(event.recorded_at, zone),
        "actor": event.actor,
        "name": told.by(event),
        "role": event.role,
        "subject": event.subject,
        "value": event.value,
        "event_id": event.event_id,
    }


def _guard(guard: GuardRead | None, zone: ZoneInfo) -> dict[str, Any] | None:
    if guard is None:
        return None
    conditions = [{"field": c.field, "wanted": list(c.wanted), "value": c.value} for c in guard.conditions]
    return {"at": format_instant(guard.at, zone), "conditions": conditions}


def _due(due: DueArithmetic | None, zone: ZoneInfo) -> dict[str, Any] | None:
    if due is None:
        return None
    return {
        "base": format_instant(due.base, zone),
        "span": None if due.span is None else format_duration(due.span),
        "day": None if due.day is None else due.day.isoformat(),
        "due": format_instant(due.due, zone),
    }


def _complied(complied: Compliance | None, told: Told) -> dict[str, Any] | None:
    """Return what would have complied: `how` says which of the other keys are set."""
    match complied:
        case None:
            return None
        case DoInTime() as wanted:
            said: dict[str, Any] = {
                "how": "do",
                "step": wanted.step.label,
                "since": format_instant(wanted.since, told._.zone),
                "by": format_instant(wanted.by, told._.zone),
                "before": _event(wanted.before, told),
                "subject": wanted.subject,
                "count": wanted.count,
                "possible": wanted.possible,
            }
        case LeaveOut(events):
            said = {"how": "leave_out", "events": [_event(e, told) for e in events]}
        case Measure() as wanted:
            bounds = {"low": wanted.low, "high": wanted.high, "nearest": wanted.nearest}
            said = {"how": "measure", **bounds, "events": [_event(wanted.event, told)], "possible": wanted.possible}
        case ByAnother(event, roles, not_by, other):
            said = {
                "how": "by_another",
                "events": [_event(event, told)],
                "roles": None if roles is None else list(roles),
                "not_by": not_by.label if not_by else None,
                "other": _event(other, told),
            }
        case RecordInTime(event, by):
            said = {"how": "record", "events": [_event(event, told)], "by": format_instant(by, told._.zone)}
    return said


# --- as text ---------------------------------------------------------------------------------------------------------


def as_lines(told: Mapping[str, Any]) -> list[str]:
    """Return an explanation, as `as_object` has it, as lines of text: the rule, why, what was done, the clause."""
    _ = translator(told["language"])
    broken = told["violation"]
    deeds = [e for e in (told["trigger"], *told["done"]) if e is not None]
    lines = [told["title"], f"{broken['rule']} · {broken['case_id']}", ""]
    lines += [f"- {sentence}" for sentence in told["sentences"]]
    lines += ["", *(f"{e['occurred_at']}  {e['title']}  ({e['name']})" for e in deeds)] if deeds else []
    for clause in told["clauses"]:
        lines += ["", f"{clause['id']}  {clause['text']}", *filter(None, [clause["translation"]])]
    return [*lines, "", _("Times are those of {zone}.", zone=told["zone"])]
