"""A form of a case: what the SOP wants printed, filled in from the record as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checklists.errors import NotThereError
from checklists.model import Form, Procedure
from sopwatch.books import role_titles
from sopwatch.casefile import CaseFile
from sopwatch.departments import department_title
from sopwatch.i18n import translator
from sopwatch.qr import case_address, qr_svg
from sopwatch.refusals import because
from sopwatch.reports.entries import Entries
from sopwatch.reports.frame import Paper, common
from sopwatch.reports.handed_over import handed_over
from sopwatch.reports.setting import set_pdf
from sopwatch.service import Service
from sopwatch.ui.deeds import Reader
from sopwatch.ui.tongue import Tongue
from storage.store import Head

_DRAWN = {
    ("repair", "repair_form"), ("repair", "dispatch_order"), ("complaint", "complaint_form"),
    ("vip", "vip_application"), ("vip", "vip_notice"), ("handover", "handover_protocol"),
}  # fmt: skip
"""The forms that have a template of their own, by procedure; every other is set by `form.typ`."""


@dataclass(frozen=True)
class Wanted:
    """Which form of which case in which language, for whom; `address` is where people reach the service, if any."""

    case_id: str
    form_id: str
    language: str
    by: str
    address: str = ""


def printed_form(service: Service, wanted: Wanted) -> Paper:
    """Return a form as PDF. Raises NotThereError where there is none, SopwatchError where it cannot be set."""
    head = service.store.head()
    file = service.case_file(wanted.case_id)
    if file is None:
        raise NotThereError(*because("no_case", case=wanted.case_id))
    form = form_named(file.procedure, wanted.form_id)
    if form is None:
        known = ", ".join(f.id for f in file.procedure.forms) or "none"
        raise NotThereError(*because("no_form", procedure=file.procedure.id, form=wanted.form_id, known=known))
    template, data, pictures = laid_out(service, file, form, head, wanted)
    title = "-".join(data["title"].replace("/", " ").split())
    number = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in file.case_id)
    return Paper(
        set_pdf(template, data, pictures),
        f"{number}-{form.id.replace('_', '-')}.pdf",
        f"{'-'.join(file.case_id.replace('/', ' ').split())}-{title}.pdf",
    )


def form_named(procedure: Procedure, form_id: str) -> Form | None:
    """Return a form of a procedure."""
    return next((form for form in procedure.forms if form.id == form_id), None)


def laid_out(
    service: Service, file: CaseFile, form: Form, head: Head, wanted: Wanted
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return the template of a form, what it is filled in with, and its pictures."""
    settings, now = service.property, service.clock.now()
    _ = Tongue(translator(wanted.language), settings.zone_info, settings.currency)
    people = {p.id: p.name for p in service.access.people()}
    entries = Entries(file, Reader(None, people, role_titles(service.books.pack)), _, service.store.file, _("[erased]"))
    procedure = file.procedure
    code = case_address(wanted.address, file.case_id) if wanted.address else file.case_id
    data: dict[str, Any] = {
        **common(settings.name, head, wanted.by, now, _),
        "title": _.of(form.title, form.id),
        "procedure": _.of(procedure.title, procedure.id),
        "clauses": "  ".join(form.clause),
        "number": file.case_id,
        "opened": entries.when(file.case.events[0].occurred_at),
        "facts": {f.id: entries.fact(f) for f in procedure.fields},
        "steps": {s.id: entries.step(s) for s in procedure.steps.values()},
        "phases": [
            {"title": _.of(phase.title, phase.id), "steps": [s.id for s in phase.steps]} for phase in procedure.phases
        ],
        "scope": file.case.fields.get("scope"),
        "warranty": file.case.fields.get("under_warranty") is True,
        "due": _due(file, entries),
        "departments": _departments(procedure, settings.departments, _),
        "photos": entries.photos(),
        "remarks": entries.remarks().rows(),
        "state": entries.remarks().state(now),
        "notice": entries.remarks().notice(),
    }
    data["foot"] |= {"last": _("Last entry of the case: {seq}", seq=file.last_seq)}
    if (procedure.id, form.id) == ("handover", "handover_protocol"):
        data["items"] = handed_over(service, file, data["facts"].get("open_items", {}).get("list", []), now, _)
    template = form.id if (procedure.id, form.id) in _DRAWN else "form"
    return template, data, {**entries.pictures, "qr.svg": qr_svg(code)}


def _due(file: CaseFile, entries: Entries) -> dict[str, str]:
    """Return the next deadline of each step that is still to be done, and the one that has passed."""
    _ = entries.tongue
    found: dict[str, str] = {}
    for finding in file.findings:
        due_at = finding.violation.due_at
        if finding.state == "open" and due_at is not None:
            for word in finding.violation.step.split("|"):
                found.setdefault(word, _("{at} (overdue)", at=entries.when(due_at)))
    for due in file.due:
        for word in due.selector.words:
            found.setdefault(word, entries.when(due.due_at))
    return found


def _departments(procedure: Procedure, own: Mapping[str, Mapping[str, str]], _: Tongue) -> list[str]:
    known = dict.fromkeys(role.department for role in procedure.roles.values() if role.department)
    return [department_title(name, own, _.translator) for name in known if name]
