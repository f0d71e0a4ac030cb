"""The list of a shift on paper: what is open at an instant, overdue on top, with codes, and boxes to tick by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checklists.errors import SopwatchError
from checklists.instant import Instant
from sopwatch.casefile import CaseFile
from sopwatch.departments import NO_DEPARTMENT, department_title
from sopwatch.i18n import translator
from sopwatch.qr import case_address, qr_svg
from sopwatch.refusals import because
from sopwatch.reports.entries import legible
from sopwatch.reports.frame import Paper, common
from sopwatch.reports.setting import set_pdf
from sopwatch.service import Service
from sopwatch.ui.shift import Card, card_of, cards, chosen
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import words_of

MOST_CASES, MOST_DUE = 200, 4
"""So many cases are printed, and of each so much of what is due; the paper says how much more there is."""
TEMPLATE = "shift_list"


@dataclass(frozen=True)
class Wanted:
    """Which open cases are wanted (as My shift narrows them), in which language, for whom, reached at which address."""

    language: str
    by: str
    address: str = ""
    departments: Sequence[str] = ()
    procedures: Sequence[str] = ()
    place: str = ""


def printed_list(service: Service, wanted: Wanted) -> Paper:
    """Return the list as PDF. Raises SopwatchError where it cannot be set."""
    data, pictures = laid_out(service, wanted)
    title = "-".join(data["title"].split())
    return Paper(set_pdf(TEMPLATE, data, pictures), "shift-list.pdf", f"{title}.pdf")


def laid_out(service: Service, wanted: Wanted) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what the template is filled in with, and the codes of the cases. Raises SopwatchError: see `_known`."""
    settings, now, head = service.property, service.clock.now(), service.store.head()
    _ = Tongue(translator(wanted.language), settings.zone_info, settings.currency)
    files = {file.case_id: file for file in service.open_cases()}
    all_cards = cards(files.values(), now, _)
    _known(service, wanted, all_cards)
    found = chosen(all_cards, wanted.procedures, wanted.place, wanted.departments)
    shown = [legible(files[card.case_id], _("[erased]")) for card in found[:MOST_CASES]]
    codes = {f"qr-{n}.svg": _code(wanted.address, file.case_id) for n, file in enumerate(shown)}
    as_of, of = _("as of {at}", at=_.translator.when(now, _.zone)), _narrowed(service, wanted, _)
    data = common(settings.name, head, wanted.by, now, _) | {
        "title": _("Open cases of the shift"),
        "number": f"{of} · {as_of}",
        "of": of,
        "as_of": as_of,
        "counted": _counted(found, _),
        "left_out": _left_out(len(found), _),
        "none": "" if found else _("No open cases here."),
        "rows": [_row(file, name, now, _) for file, name in zip(shown, codes, strict=True)],
    }
    return data, codes


def _known(service: Service, wanted: Wanted, all_cards: Sequence[Card]) -> None:
    """Refuse names that nothing bears: an empty list would say that nothing is open there. Raises SopwatchError."""
    pack = service.books.pack
    newest = [pack.newest(name)[0] for name in pack.procedures]
    departments = {card.department for card in all_cards} | set(service.property.departments)
    departments |= {role.department or NO_DEPARTMENT for procedure in newest for role in procedure.roles.values()}
    departments |= {procedure.department or NO_DEPARTMENT for procedure in newest}
    procedures = {card.procedure for card in all_cards} | set(pack.procedures)
    if strange := [name for name in wanted.departments if name not in departments]:
        there = ", ".join(sorted(departments - {NO_DEPARTMENT}))
        raise SopwatchError(*because("no_department", department=strange[0], known=there))
    if strange := [name for name in wanted.procedures if name not in procedures]:
        raise SopwatchError(*because("no_procedure", procedure=strange[0], known=", ".join(sorted(procedures))))


def _code(address: str, case_id: str) -> str:
    return qr_svg(case_address(address, case_id) if address else case_id)


def _narrowed(service: Service, wanted: Wanted, _: Tongue) -> str:
    """Return of what the list is: of the whole house, or of which departments, procedures, places."""
    own, pack = service.property.departments, service.books.pack
    departments = [department_title(name, own, _.translator) for name in wanted.departments]
    procedures = [_.of(pack.newest(p)[0].title, p) if p in pack.procedures else p for p in wanted.procedures]
    named = {
        _("Department"): _(", ").join(departments),
        _("Procedure"): _(", ").join(procedures),
        _("Place or number"): wanted.place,
    }
    said = [_("{what}: {value}", what=what, value=value) for what, value in named.items() if value]
    return " · ".join(said) or _("Whole house")


def _counted(found: Sequence[Card], _: Tongue) -> str:
    late = sum(card.state == "overdue" for card in found)
    said = [_("{n} open", n=_.number(len(found))), _("{n} overdue", n=_.number(late)) if late else ""]
    return " · ".join(text for text in said if text)


def _left_out(count: int, _: Tongue) -> str:
    if count <= MOST_CASES:
        return ""
    return _(
        "Only the {most} most urgent of {all} cases are on this paper. For the others, choose a department or a place.",
        most=MOST_CASES,
        all=_.number(count),
    )


def _row(file: CaseFile, code: str, now: Instant, _: Tongue) -> dict[str, Any]:
    card, due = card_of(file, now, _), list(_due(file, _))
    broken = card.open_violations
    more = len(due) - MOST_DUE
    return {
        "code": code,
        "number": card.case_id,
        "place": card.place or card.title,
        "title": card.title if card.place else "",
        "opened": _("opened {at}", at=_.translator.when(card.opened_at, _.zone)),
        "broken": _.translator.ngettext("{n} violation", "{n} violations", broken) if broken else "",
        "due": due[:MOST_DUE] or [{"what": _("No deadline"), "by": "", "late": False}],
        "more": _.translator.ngettext("{n} more on the tablet", "{n} more on the tablet", more) if more > 0 else "",
    }


def _due(file: CaseFile, _: Tongue) -> Iterator[Mapping[str, Any]]:
    """Yield what is to be done in a case, each thing once: what is overdue, then what falls due, the earliest first."""
    overdue = [
        (f.violation.due_at, f.violation.step, f.violation.subject)
        for f in file.findings
        if f.state == "open" and f.violation.due_at is not None
    ]
    pending = [(due.due_at, due.selector.label, due.subject) for due in file.due]
    seen = set()
    for late, found in ((True, overdue), (False, pending)):
        for due_at, step, subject in sorted(found, key=lambda x: x[0]):
            if (step, subject) in seen:
                continue
            seen.add((step, subject))
            at = _.translator.when(due_at, _.zone)
            what = words_of(step, file.procedure, _)
            yield {
                "what": _("{what}: {value}", what=what, value=subject) if subject else what,
                "by": _("{at} (overdue)", at=at) if late else at,
                "late": late,
            }
