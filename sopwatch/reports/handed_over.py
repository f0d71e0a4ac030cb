"""The open items of a hand-over as its paper shows them: each as it stood when the two people signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from checklists.case import fold
from checklists.instant import Instant
from rules.due import pending
from rules.judge import judge
from sopwatch.casefile import CaseFile
from sopwatch.reports.entries import legible
from sopwatch.service import Service
from sopwatch.ui.handing import INCOMING, OUTGOING
from sopwatch.ui.shift import card_of
from sopwatch.ui.tongue import Tongue
from storage.store import Finding


def handed_over(service: Service, file: CaseFile, items: Sequence[str], now: Instant, _: Tongue) -> dict[str, Any]:
    """Return the items of a hand-over with their state, and as of when; while nobody has signed, as of now."""
    signed = [event.occurred_at for event in file.case.events if event.event in {OUTGOING, INCOMING}]
    at = max(signed, default=now)
    return {
        "as_of": _("Open items, as of {at}", at=_.translator.when(at, _.zone)),
        "rows": [_row(service, name, at, _) for name in items],
        "none": "" if items else _("Nothing was open."),
    }


def _row(service: Service, name: str, at: Instant, _: Tongue) -> dict[str, Any]:
    told: dict[str, Any] = {"number": name, "what": "", "next": "", "by": "", "late": False}
    file = service.case_file(name)
    if file is None or (then := as_known(file, at, _)) is None:
        return told
    shown = legible(then, _("[erased]"))
    card = card_of(shown, at, _)
    told["what"] = " · ".join(text for text in (card.title, card.place) if text)
    if shown.state != "open":
        return told | {"next": _state(shown, _)}
    by = "" if card.due_at is None else _.translator.when(card.due_at, _.zone)
    late = card.state == "overdue"
    return told | {"next": card.next_step, "by": _("{at} (overdue)", at=by) if late else by, "late": late}


def as_known(file: CaseFile, at: Instant, _: Tongue) -> CaseFile | None:
    """Return a case as it was known at an instant: its entries, violations and deadlines; None where it was not yet."""
    case = fold(file.events, at)
    if case is None:
        return None
    found = [
        Finding(str(n), violation, "open" if violation.remedied_at is None else "remedied", at, None, "")
        for n, violation in enumerate(judge(file.catalogue, case, _.zone))
    ]
    return replace(file, case=case, findings=found, due=pending(case, file.catalogue, _.zone))


def _state(file: CaseFile, _: Tongue) -> str:
    return _("Cancelled") if file.state == "cancelled" else _("Closed")
