"""An explanation in words: which instants were compared, what was late by how much, why the rule applied."""

from __future__ import annotations

from typing import assert_never

from rules.explanation import FieldHistory, LeaveOut, Measure
from rules.kinds import (
    Absence,
    Authority,
    Existence,
    Lead,
    Limit,
    Precedence,
    Recurrence,
    Response,
    Timeliness,
)
from sopwatch.ui.compliance import compliance
from sopwatch.ui.told import Told
from sopwatch.ui.words import value_of


def arithmetic(told: Told) -> list[str]:
    """Return sentences that say why it is a violation, and what would have complied."""
    sentences = _of_kind(told)
    if told.violation.short_notice:
        sentences.append(
            told._("The deadline had already passed when this was asked for: short notice, marked apart from neglect.")
        )
    return sentences + compliance(told)


def _of_kind(told: Told) -> list[str]:
    match told.explanation.rule.kind:
        case Response() as kind:
            return _response(told, kind)
        case Lead() as kind:
            return _lead(told, kind)
        case Recurrence() as kind:
            return _recurrence(told, kind)
        case Precedence() as kind:
            return _precedence(told, kind)
        case Existence() as kind:
            return _existence(told, kind)
        case Limit() as kind:
            return _limit(told, kind)
        case Authority() as kind:
            return _authority(told, kind)
        case Timeliness() as kind:
            return _timeliness(told, kind)
        case Absence() as kind:
            return _absence(told, kind)
        case other:
            assert_never(other)


# --- why it applied --------------------------------------------------------------------------------------------------


def background(told: Told) -> list[str]:
    """Return sentences on what the rule read: its guard as it stood, and the fields that changed, by whose change."""
    _, guard = told._, told.explanation.guard
    sentences = []
    for c in guard.conditions if guard else ():
        wanted = _(" or ").join(told.value(c.field, v) for v in c.wanted)
        sentences.append(_("The rule applies where {field} is {wanted}; it was {value} ({at}).",
                           field=told.field(c.field), wanted=wanted, value=told.value(c.field, c.value),
                           at=_.moment(guard.at if guard else told.violation.at)))  # fmt: skip
    for history in told.explanation.fields:
        sentences += _changes(told, history)
    return sentences


def _changes(told: Told, history: FieldHistory) -> list[str]:
    """Return a sentence for each value that a field has had; none where it never changed."""
    _ = told._
    if len(history.versions) < 2:
        return []
    return [
        _("{field}: {value} from {at}, by {who}.", field=told.field(history.field),
          value=told.value(history.field, v.value), at=_.moment(v.since), who=told.by(v.by))
        for v in history.versions
    ]  # fmt: skip


# --- the nine kinds --------------------------------------------------------------------------------------------------


def _outcome(told: Told) -> str:
    """Return when it was done after all and how late, or for how long it has been overdue."""
    _, v, case = told._, told.violation, told.explanation
    if v.remedied_at is not None:
        return _("Done {at}: {span} late.", at=_.moment(v.remedied_at), span=_.span(v.remedied_at - told.due))
    if case.cancelled_at is not None:
        return _("Not done; the case was cancelled {at}.", at=_.moment(case.cancelled_at))
    return _("Not done yet: {span} overdue now.", span=_.span(case.now - told.due))


def _response(told: Told, kind: Response) -> list[str]:
    _ = told._
    first = _(
        "{after} {at}; “{do}” is due within {span}, so by {due}.",
        after=told.did(kind.after),
        at=_.moment(told.due - kind.within),
        do=told.did(kind.do),
        span=_.span(kind.within),
        due=_.moment(told.due),
    )
    return [first, _outcome(told)]


def _lead(told: Told, kind: Lead) -> list[str]:
    _, due = told._, told.explanation.due
    title, at = told.field(kind.before), _.moment(due.base) if due else "—"
    if kind.by == "day-before":
        first = _(
            "{field}: {at}; “{do}” is due before that day begins, so by {due}.",
            field=title,
            at=at,
            do=told.missing(),
            due=_.moment(told.due),
        )
    else:
        first = _(
            "{field}: {at}; “{do}” is due {span} before, so by {due}.",
            field=title,
            at=at,
            do=told.missing(),
            span=_.span(int(kind.by)),
            due=_.moment(told.due),
        )
    return [first, _outcome(told)]


def _recurrence(told: Told, kind: Recurrence) -> list[str]:
    _, v = told._, told.violation
    does = told.did(kind.do)
    if kind.every == "day":
        return [_("“{do}” is due on every day; on {day} there was none.", do=does, day=str(v.cause))]
    first = _(
        "“{do}” is due every {span}; the time before was {last}, so the next was due {due}.",
        do=does,
        span=_.span(int(kind.every)),
        last=_.moment(told.due - int(kind.every)),
        due=_.moment(told.due),
    )
    if v.remedied_at is not None:
        return [
            first,
            _("It came {at}: {span} late.", at=_.moment(v.remedied_at), span=_.span(v.remedied_at - told.due)),
        ]
    return [first, _("It did not come.")]


def _precedence(told: Told, kind: Precedence) -> list[str]:
    _, v = told._, told.violation
    does, before = told.missing(), told.did(kind.before)
    if kind.by:
        first = _(
            "“{do}” must be done at least {span} before “{before}”.", do=does, before=before, span=_.span(kind.by)
        )
    else:
        first = _("“{do}” must be done before “{before}”.", do=does, before=before)
    second = _("“{before}” was recorded {at}; “{do}” had not been done.", before=before, at=_.moment(v.at), do=does)
    early = [e for e in told.explanation.done if e.order < (v.at, _position(told))]
    if early:
        second = _("“{before}” was recorded {at}; “{do}” was done {then}: {span} too late.", before=before,
                   at=_.moment(v.at), do=does, then=_.moment(early[0].occurred_at),
                   span=_.span(early[0].occurred_at - v.at + (kind.by or 0)))  # fmt: skip
        return [first, second]
    if v.remedied_at is None:
        return [first, second, _("It has not been done since.")]
    late = _("It was done {at}: {span} too late.", at=_.moment(v.remedied_at),
             span=_.span(v.remedied_at - v.at + (kind.by or 0)))  # fmt: skip
    return [first, second, late]


def _position(told: Told) -> int:
    return told.violation.cause if isinstance(told.violation.cause, int) else 0


def _existence(told: Told, kind: Existence) -> list[str]:
    _, v = told._, told.violation
    does = told.did(kind.of)
    if v.subject is not None:
        does = _("{step} ({subject})", step=does, subject=v.subject)
    if isinstance(told.explanation.complied, LeaveOut):
        at = _.moment(v.at)
        return [_("“{do}” may be done {max} times at most; {at} was one more.", do=does, max=kind.max or 0, at=at)]
    return [
        _(
            "“{do}” must be done {min} times at least; by {at} it had been done {n} times.",
            do=does,
            min=kind.min or 0,
            at=_.moment(v.at),
            n=len([e for e in told.explanation.done if kind.of.matches(e)]),
        )
    ]


def _limit(told: Told, kind: Limit) -> list[str]:
    _, x = told._, told.explanation
    value = (value_of(x.trigger, told.procedure, _) or _.number(x.trigger.value)) if x.trigger else "—"
    sentences = [_("“{do}” was {value} at {at}.", do=told.did(kind.of), value=value, at=_.moment(told.violation.at))]
    if isinstance(x.complied, Measure):
        if x.complied.high is not None:
            sentences.append(_("At most {bound} is allowed.", bound=_.number(x.complied.high)))
        if x.complied.low is not None:
            sentences.append(_("At least {bound} is needed.", bound=_.number(x.complied.low)))
    if told.violation.remedied_at is not None:
        sentences.append(_("Back within bounds {at}.", at=_.moment(told.violation.remedied_at)))
    return sentences


def _authority(told: Told, kind: Authority) -> list[str]:
    _, event = told._, told.explanation.trigger
    role = told.reader.role(event.role, told.procedure, _) if event and event.role else _("no role")
    first = _(
        "“{do}” was done {at} by {who}, acting as {role}.",
        do=told.did(kind.of),
        at=_.moment(event.occurred_at if event else told.violation.at),
        who=told.by(event) if event else "—",
        role=role,
    )
    if kind.roles and (event is None or event.role not in kind.roles):
        allowed = _(" or ").join(told.reader.role(r, told.procedure, _) for r in kind.roles)
        return [first, _("It is for: {roles}.", roles=allowed)]
    other = told.did(kind.not_by) if kind.not_by else ""
    return [first, _("The same person also did “{other}”: two people are asked for (four eyes).", other=other)]


def _timeliness(told: Told, kind: Timeliness) -> list[str]:
    _, v = told._, told.violation
    recorded = v.remedied_at or v.at
    happened = v.at - kind.within
    return [
        _(
            "“{do}” happened {at} and was recorded {recorded}: {span} later.",
            do=told.did(v.step),
            at=_.moment(happened),
            recorded=_.moment(recorded),
            span=_.span(recorded - happened),
        )
    ]


def _absence(told: Told, kind: Absence) -> list[str]:
    _, v = told._, told.violation
    return [
        _(
            "“{do}” was done {at}; after “{after}” it may not be done any more.",
            do=told.did(kind.do),
            at=_.moment(v.at),
            after=told.did(kind.after),
        )
    ]
