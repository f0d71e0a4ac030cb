"""What the service demands of a new entry, made here once for screens, API and commands alike.

Rules of the SOP are not demands: what breaks them is recorded and flagged. Demands are what a record cannot do
without: a known step, the evidence it asks for, an instant that can be true.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from checklists.case import Case, fold
from checklists.errors import NotAllowed, Refused
from checklists.event import Event, number
from checklists.instant import MINUTE, Instant, format_instant
from checklists.model import Procedure, Step
from rules.kinds import Authority, Catalogue
from sopwatch.access import Who
from sopwatch.facts import EARLIEST, LATEST, LONGEST, check_option, checked_facts, hint_of
from sopwatch.notes import NOTED, check_note
from sopwatch.refusals import because
from sopwatch.signed import SALT, check_signed

AHEAD = 2 * MINUTE
LONGEST_SUBJECT = 200
ACTS_OF_SUPERVISORS = frozenset({"_acknowledged", "_corrected", "_waived", "_disputed"})
_FILE = re.compile(r"sha256:[0-9a-f]{64}")
_CASE_ID = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,198}[^\s\x00-\x1f])?")


@dataclass(frozen=True)
class NewEvent:
    """An entry as somebody hands it in; what is left out, the service finds."""

    case_id: str
    event: str
    procedure: str | None = None
    occurred_at: Instant | None = None
    actor: str | None = None
    role: str | None = None
    subject: str | None = None
    value: Any = None
    data: Mapping[str, Any] | None = None
    event_id: str | None = None


@dataclass(frozen=True)
class Standing:
    """What a new entry of a case is held against: its events in plain text (none for a new case) and its texts.

    `has_file` says whether an attachment has come, `handed_in_by` who handed in the event of this id.
    """

    procedure: Procedure
    catalogue: Catalogue
    events: Sequence[Event]
    has_file: Callable[[str], bool]
    handed_in_by: Callable[[str], str | None]


def demand(new: NewEvent, who: Who, standing: Standing, now: Instant) -> Event:
    """Return the event to be recorded. Raises Refused or NotAllowed with one line that says why."""
    _may(new, who)
    if not _CASE_ID.fullmatch(new.case_id):
        raise Refused(*because("case_id_unfit"))
    case = fold(standing.events, now)
    new, occurred = _occurred(new, now)
    _in_time(new, occurred, case)
    new = _with_content(new, standing, case)
    if new.event == "retracted":
        _may_take_back(new, who, standing)
    step = standing.procedure.steps.get(new.event)
    actor, role, data = _who_did_it(new, who, step, standing)
    event = Event(
        position=0,
        case_id=new.case_id,
        procedure=standing.procedure.id,
        event=new.event,
        occurred_at=occurred,
        recorded_at=now,
        actor=actor,
        role=role,
        subject=new.subject,
        value=new.value,
        data=data or None,
        event_id=new.event_id,
    )
    if step and step.evidence.type == "signature":
        check_signed(event, standing.events)
    return event


def personal_parts(event: Event, procedure: Procedure) -> frozenset[str]:
    """Return which parts of an event enter the chain as digests."""
    parts = set()
    if event.event in {"opened", "amended"}:
        parts = {f"data.{f.id}" for f in procedure.fields if f.personal and (event.data or {}).get(f.id) is not None}
    if event.event == NOTED and (event.data or {}).get("note") is not None:
        parts.add("data.note")
    if step := procedure.steps.get(event.event):
        if step.personal and step.evidence.type not in {"photo", "signature", "tick"} and event.value is not None:
            parts.add("value")
        source = procedure.field.get(step.subject or "")
        if event.subject is not None and (step.personal or (source and source.personal)):
            parts.add("subject")
        if step.evidence.type == "signature" and event.actor and _is_outsider(event.role, procedure):
            parts.add("actor")
        if step.evidence.type == "signature" and (event.data or {}).get(SALT) is not None:
            parts.add(f"data.{SALT}")
    return frozenset(parts)


def _is_outsider(role: str | None, procedure: Procedure) -> bool:
    known = procedure.roles.get(role or "")
    return known is not None and known.department is None


# --- who may, and when -----------------------------------------------------------------------------------------------


def _may(new: NewEvent, who: Who) -> None:
    who.needs("record")
    if new.event in ACTS_OF_SUPERVISORS:
        who.needs("supervise")


def _may_take_back(new: NewEvent, who: Who, standing: Standing) -> None:
    """Raise NotAllowed where somebody takes back what another did; supervisors and administrators may."""
    if who.rights & {"supervise", "administer"}:
        return
    event_id = (new.data or {}).get("event_id")
    named = next(e for e in standing.events if e.event_id == event_id)
    did_it = who.is_person and named.actor == who.id.removeprefix("person:")
    if not did_it and standing.handed_in_by(str(event_id)) != who.id:
        raise NotAllowed(*because("not_yours_to_retract", who=who.name, event=named.event))


def _occurred(new: NewEvent, now: Instant) -> tuple[NewEvent, Instant]:
    """Return when it occurred: a clock that is a little ahead is set to the receipt, one far ahead is refused."""
    if new.occurred_at is None:
        return new, now
    if EARLIEST <= new.occurred_at <= now:
        return new, new.occurred_at
    if not EARLIEST <= new.occurred_at < LATEST:
        raise Refused(*because("occurred_out_of_range"))
    tablet = format_instant(new.occurred_at)
    if new.occurred_at > now + AHEAD:
        raise Refused(*because("clock_ahead", at=tablet, now=format_instant(now)))
    return replace(new, data={**(new.data or {}), "_tablet_time": tablet}), now


def _in_time(new: NewEvent, occurred: Instant, case: Case | None) -> None:
    if new.event == "opened":
        if case is not None:
            raise Refused(*because("case_exists", case=new.case_id))
        return
    if case is None:
        raise Refused(*because("no_case", case=new.case_id))
    if occurred < (opened := case.events[0].occurred_at):
        raise Refused(*because("before_opening", event=new.event, at=format_instant(opened)))
    if new.event == "retracted" or new.event.startswith("_"):
        return
    if case.cancelled_at is not None and occurred >= case.cancelled_at:
        raise Refused(*because("case_cancelled", case=new.case_id, at=format_instant(case.cancelled_at)))
    if new.event == "closed" and case.closed_at is not None:
        raise Refused(*because("case_closed", case=new.case_id))


# --- its content -----------------------------------------------------------------------------------------------------


def _with_content(new: NewEvent, standing: Standing, case: Case | None) -> NewEvent:
    procedure = standing.procedure
    match new.event:
        case "opened":
            return replace(new, data=checked_facts(new.data or {}, procedure, new.data or {}), value=None, subject=None)
        case "amended":
            if not any(not k.startswith("_") for k in new.data or {}):
                raise Refused(*because("amends_nothing"))
            current = {**(case.fields if case else {}), **(new.data or {})}
            return replace(new, data=checked_facts(new.data or {}, procedure, current), value=None, subject=None)
        case "retracted":
            _check_retraction(new, standing.events)
            return new
        case "closed" | "cancelled":
            return new
        case act if act.startswith("_"):
            if act == NOTED:
                check_note(new.data or {}, procedure, standing.has_file)
            return new
        case _:
            return _with_evidence(new, standing, case)


def _with_evidence(new: NewEvent, standing: Standing, case: Case | None) -> NewEvent:
    procedure = standing.procedure
    if not (step := procedure.steps.get(new.event)):
        hint = hint_of(new.event, procedure.steps)
        raise Refused(*because("no_step", procedure=procedure.id, step=new.event, hint=hint))
    _check_subject(new, step, case)
    return replace(new, value=_evidence(new, step, standing))


def _check_subject(new: NewEvent, step: Step, case: Case | None) -> None:
    if step.subject is None:
        if new.subject is not None:
            raise Refused(*because("subject_not_asked", step=step.id))
        return
    if not new.subject or not new.subject.strip() or len(new.subject) > LONGEST_SUBJECT:
        raise Refused(*because("subject_needed", step=step.id, most=LONGEST_SUBJECT))
    if step.subject != "free":
        entries = (case.fields if case else {}).get(step.subject) or []
        if new.subject not in entries:
            raise Refused(*because("subject_unknown", step=step.id, subject=new.subject, field=step.subject))


def _evidence(new: NewEvent, step: Step, standing: Standing) -> Any:
    value = new.value
    match step.evidence.type:
        case "tick":
            if value not in (None, True):
                raise Refused(*because("tick_with_value", step=step.id))
            return None
        case "text":
            if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
                raise Refused(*because("text_needed", step=step.id, most=LONGEST))
        case "number":
            if (measured := number(value)) is None or not math.isfinite(measured):
                raise Refused(*because("number_needed", step=step.id))
        case "choice":
            check_option("step_no_option", {"step": step.id}, value, step.evidence.options or {})
        case "photo" | "signature":
            if not isinstance(value, str) or not _FILE.fullmatch(value):
                raise Refused(*because("file_needed", step=step.id, evidence=step.evidence.type))
            if not standing.has_file(value.removeprefix("sha256:")):
                raise Refused(*because("file_not_come", step=step.id, evidence=step.evidence.type))
    return value


def _check_retraction(new: NewEvent, events: Sequence[Event]) -> None:
    data = new.data or {}
    named = next((e for e in events if e.event_id and e.event_id == data.get("event_id")), None)
    if named is None:
        raise Refused(*because("retracts_nothing", event_id=data.get("event_id"), case=new.case_id))
    if named.event in {"opened", "retracted"}:
        raise Refused(*because("not_to_be_retracted", event=named.event))
    reason = data.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise Refused(*because("retraction_without_reason"))


# --- actor and role --------------------------------------------------------------------------------------------------


def _who_did_it(
    new: NewEvent, who: Who, step: Step | None, standing: Standing
) -> tuple[str | None, str | None, dict[str, Any]]:
    """Return actor, role and data: a signature is the signer's, all else is done by who hands it in."""
    data = dict(new.data or {})
    if who.id == "service":
        return None, None, data
    if not who.is_person:
        if (new.actor or new.role) and not who.speaks_for_others:
            raise NotAllowed(*because("speaks_for_nobody", who=who.name))
        return (new.actor if who.speaks_for_others else who.name), new.role, data
    own = who.id.removeprefix("person:")
    if step and step.evidence.type == "signature" and new.actor and new.actor != own:
        role = new.role or (step.role[0] if step.role else None)
        if not _is_outsider(role, standing.procedure):
            raise NotAllowed(*because("staff_sign_for_themselves", step=step.id))
        return new.actor, role, {**data, "taken_by": own}
    if new.actor and new.actor != own:
        raise NotAllowed(*because("in_anothers_name", event=new.event))
    return own, acting_role(new.event, who, step, standing.catalogue), data


def acting_role(word: str, who: Who, step: Step | None, catalogue: Catalogue) -> str | None:
    """Return the SOP role in which a person does something (`format.md`, SOP roles)."""
    for role in step.role if step else ():
        if role in who.roles:
            return role
    allowing = [
        frozenset(rule.kind.roles)
        for rule in catalogue.rules
        if isinstance(rule.kind, Authority) and rule.kind.roles and word in rule.kind.of.words
    ]
    if allowing:
        for role in who.roles:
            if all(role in roles for roles in allowing):
                return role
    return who.chosen or (who.roles[0] if who.roles else None)
