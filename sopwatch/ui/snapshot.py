"""What a tablet is given of a case as JSON: its sheet in words, what may be done, whose taps they are, both clocks."""

from __future__ import annotations

from typing import Any

from checklists.instant import Instant
from sopwatch.access import Who
from sopwatch.casefile import CaseFile
from sopwatch.demands import acting_role
from sopwatch.service import Service
from sopwatch.signed import says
from sopwatch.ui.behind import background_html
from sopwatch.ui.brief import about
from sopwatch.ui.clause import behind_step
from sopwatch.ui.closing import closing_of
from sopwatch.ui.covered import changes, covers, facts_digest
from sopwatch.ui.deeds import Exempt, Note, Reader, Tick, notes, problems
from sopwatch.ui.facts import facts_of
from sopwatch.ui.kept import kept
from sopwatch.ui.offline import offline_text
from sopwatch.ui.path import path_told
from sopwatch.ui.refused import names_of
from sopwatch.ui.sheet import Deadline, Flag, Row, Sheet, wanted_of
from sopwatch.ui.sheet_texts import texts
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import name_of, role_of

MILLISECOND = 1000


def snapshot(service: Service, who: Who, file: CaseFile, sheet: Sheet, reader: Reader, _: Tongue) -> dict[str, Any]:
    """Return a case for a tablet; instants are milliseconds since 1970."""
    silent = offline_text(service.presence, file.case_id, file.case.now, _)
    digest = facts_digest(file)
    told = _Teller(who, file, sheet, reader, silent, _)
    return {
        "case_id": file.case_id,
        "seq": file.last_seq,
        "state": sheet.state,
        "title": sheet.title,
        "place": sheet.place,
        "about": about(file, personal="record" in who.rights, _=_),
        "zone": str(_.zone.key),
        "clock": {"now": file.case.now // MILLISECOND, "speed": service.clock.speed},
        "may": {"record": "record" in who.rights, "supervise": "supervise" in who.rights},
        "owner": {
            "id": who.id,
            "name": who.name,
            "token": service.access.tap_token(who) if "record" in who.rights else "",
        },
        "facts": facts_of(file, digest, _),
        "facts_digest": digest,
        "says": [says(e) for e in file.case.events if e.event_id and not e.event.startswith("_")],
        "phases": [
            {"id": section.id, "title": section.title, "rows": [told.row(row) for row in section.rows]}
            for section in sheet.sections
        ],
        "path": path_told(file, _),
        "notes": told.notes(),
        "ended": told.ended(),
        "closing": closing_of(file, who, _),
        "texts": texts(_),
        "names": names_of(file.procedure, _),
    }


def _ms(instant: Instant) -> int:
    return instant // MILLISECOND


class _Teller:
    """Tells the rows of one sheet."""

    def __init__(self, who: Who, file: CaseFile, sheet: Sheet, reader: Reader, silent: str, _: Tongue) -> None:
        self._silent = silent
        self._who, self._file, self._sheet, self._reader, self._tongue = who, file, sheet, reader, _
        self._problems = problems(file.events, reader, _)
        self._notes = notes(file.events, reader, _)
        self._signatures = {e.event_id: e for e in file.case.events if (e.data or {}).get("content")}

    def row(self, row: Row) -> dict[str, Any]:
        _, step = self._tongue, row.step
        return {
            "id": step.id,
            "title": row.title,
            "role": row.role,
            "state": row.state,
            "evidence": {
                "type": step.evidence.type,
                "options": [
                    [option, _.choice(step.evidence.options, option)] for option in step.evidence.options or ()
                ],
            },
            "unit": _.unit(step.unit),
            "repeats": step.repeats,
            "subject": step.subject if step.subject in (None, "free") else "list",
            "list": None if step.subject in (None, "free") else step.subject,
            "wanted": None if step.subject in (None, "free") else wanted_of(step, self._file),
            "names": [{"name": t.subject, "done": t.done, "wanted": t.wanted} for t in row.tallies],
            "needs": [{"id": need, "title": _.of(self._file.procedure.steps[need].title, need)} for need in step.needs],
            "ticks": [self._tick(tick) for tick in row.ticks],
            "exempt": self._act(row.exempt) if row.exempt else None,
            "problems": [self._act(problem) for problem in self._problems.get(step.id, ())],
            "notes": self.notes(step.id),
            "due": [self._due(deadline) for deadline in row.deadlines],
            "flags": [_flag(flag, self._silent) for flag in row.flags],
            "signer": self._signer(row) if step.evidence.type == "signature" else None,
            "behind": self._behind(step.id),
        }

    def ended(self) -> dict[str, Any]:
        """Tell by which entry the case was closed, and by which it was cancelled."""
        found: dict[str, Any] = {"closed": None, "cancelled": None}
        for e in reversed(self._file.case.events):
            if e.event in found:
                reason, by = str((e.data or {}).get("reason") or ""), name_of(e.actor, self._reader.names, self._tongue)
                own = self._reader.own is not None and e.actor == self._reader.own
                found[e.event] = self._act(Exempt(e.event_id or "", e.event, e.occurred_at, by, reason, own))
        return found

    def notes(self, step: str | None = None) -> list[dict[str, Any]]:
        """Tell the comments and photos at a step, or of the whole case."""
        return [self._note(note) for note in self._notes.get(step, ())]

    def _note(self, note: Note) -> dict[str, Any]:
        when = self._tongue.moment(note.at, self._sheet.now)
        return {
            "id": note.event_id, "at": _ms(note.at), "when": when, "by": note.by, "text": note.text,
            "file": note.file, "own": note.own,
        }  # fmt: skip

    def _tick(self, tick: Tick) -> dict[str, Any]:
        _, now = self._tongue, self._sheet.now
        signed = self._signatures.get(tick.event_id)
        late = _("entered {at}", at=_.moment(tick.recorded_at, now)) if tick.entered_late else None
        return {
            "id": tick.event_id,
            "at": _ms(tick.at),
            "when": _.moment(tick.at, now),
            "late": late,
            "by": tick.by + (f" ({tick.role})" if tick.role else ""),
            "text": tick.value,
            "value": tick.raw,
            "subject": tick.subject,
            "file": tick.file,
            "own": tick.own,
            "sealed": covers(signed, self._file) if signed else None,
            "changed": changes(signed, self._file, _) if signed else [],
        }

    def _act(self, act: Exempt) -> dict[str, Any]:
        when = self._tongue.moment(act.at, self._sheet.now)
        return {
            "id": act.event_id, "word": act.word, "at": _ms(act.at), "when": when, "by": act.by,
            "reason": act.reason, "own": act.own,
        }  # fmt: skip

    def _due(self, deadline: Deadline) -> dict[str, Any]:
        when = self._tongue.moment(deadline.due_at, self._sheet.now)
        return {
            "at": _ms(deadline.due_at), "when": when, "title": deadline.title, "subject": deadline.subject,
            "house": deadline.house,
        }  # fmt: skip

    def _signer(self, row: Row) -> dict[str, Any]:
        """Tell who signs for what: staff for themselves, others with printed name and role."""
        _, procedure, usual = self._tongue, self._file.procedure, row.step.role
        roles = outsiders(self._file, row, _)
        if roles:
            meaning = _("The signer signs for “{step}”.", step=row.title)
            return {"roles": roles, "mine": True, "role": row.role, "as": None, "meaning": meaning}
        acting = acting_role(row.step.id, self._who, row.step, self._file.catalogue)
        role = role_of(acting, procedure, _)
        meaning = _("You sign for “{step}” as {name} ({role}).", step=row.title, name=self._who.name,
                    role=role or _("no role"))  # fmt: skip
        mine = not usual or any(one in self._who.roles for one in usual)
        return {"roles": [], "mine": mine, "role": row.role, "as": acting, "meaning": meaning}

    def _behind(self, step: str) -> str:
        _, procedure, catalogue = self._tongue, self._file.procedure, self._file.catalogue

        def told() -> str:
            return background_html(behind_step(step, procedure, catalogue, _), _, _("Rules on this step"))

        return kept(("behind", procedure.digest, catalogue.digest, step, _.language), 0, told)


def _flag(flag: Flag, silent: str) -> dict[str, Any]:
    at = None if flag.due_at is None else _ms(flag.due_at)
    return {
        "id": flag.id, "at": at, "title": flag.title, "subject": flag.subject, "short": flag.short_notice,
        "offline": "" if at is None else silent,
    }  # fmt: skip


def outsiders(file: CaseFile, row: Row, _: Tongue) -> list[tuple[str, str]]:
    """Return the roles of signers who are no staff, the step's usual one first; none where staff sign."""
    known = file.procedure.roles
    usual = row.step.role[0] if row.step.role else ""
    if usual not in known or known[usual].department is not None:
        return []
    names = [usual, *(name for name, role in known.items() if role.department is None and name != usual)]
    return [(name, role_of(name, file.procedure, _)) for name in names]
