"""A violation in words: which instants were compared, what was late by how much, what would have been in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from checklists.case import Case
from checklists.event import Event, number
from checklists.instant import Instant, parse_instant
from rules.kinds import (
    Absence,
    Authority,
    Existence,
    Lead,
    Limit,
    Precedence,
    Recurrence,
    Response,
    Rule,
    Selector,
    Timeliness,
)
from rules.violation import Violation
from sopwatch.casefile import CaseFile
from sopwatch.ui.deeds import Reader
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import name_of, value_of, word_of, words_of


@dataclass(frozen=True)
class Told:
    """What is needed to tell a violation: the case, the rule that broke, who reads."""

    file: CaseFile
    rule: Rule
    violation: Violation
    reader: Reader
    _: Tongue

    @property
    def case(self) -> Case:
        """The case, folded."""
        return self.file.case

    def cause(self) -> Event | None:
        """Return the event that gave rise to it, where it still counts."""
        return next((e for e in self.case.events if e.position == self.violation.cause), None)

    def did(self, selector: Selector | str) -> str:
        """Return a selector in words, with the values that it asks for."""
        if isinstance(selector, str):
            return words_of(selector, self.file.procedure, self._)
        said = []
        for word, values in selector.written:
            title = word_of(word, self.file.procedure, self._)
            step = self.file.procedure.steps.get(word)
            shown = [self._.choice(step.evidence.options if step else None, v) for v in values or ()]
            said.append(f"{title} ({self._(' or ').join(shown)})" if shown else title)
        return self._(" or ").join(dict.fromkeys(said))


def arithmetic(told: Told) -> list[str]:
    """Return sentences that say why it is a violation, and what would have been in time."""
    sentences = _of_kind(told)
    if told.violation.short_notice:
        sentences.append(
            told._("The deadline had already passed when this was asked for: short notice, marked apart from neglect.")
        )
    return sentences


def _of_kind(told: Told) -> list[str]:
    match told.rule.kind:
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


def _outcome(told: Told, due: Instant) -> list[str]:
    """Return when it was done after all and how late, or for how long it has been overdue; and what was in time."""
    _, v = told._, told.violation
    if v.remedied_at is not None:
        done = _("Done {at}: {span} late.", at=_.moment(v.remedied_at), span=_.span(v.remedied_at - due))
    elif told.case.cancelled_at is not None:
        done = _("Not done; the case was cancelled {at}.", at=_.moment(told.case.cancelled_at))
    else:
        done = _("Not done yet: {span} overdue now.", span=_.span(told.case.now - due))
    return [done, _("In time would have been {due} at the latest.", due=_.moment(due))]


def _response(told: Told, kind: Response) -> list[str]:
    _, v, start = told._, told.violation, told.cause()
    due = v.due_at or v.at
    since = start.occurred_at if start else due - kind.within
    first = _(
        "{after} {at}; “{do}” is due within {span}, so by {due}.",
        after=told.did(kind.after),
        at=_.moment(since),
        do=told.did(kind.do),
        span=_.span(kind.within),
        due=_.moment(due),
    )
    return [first, *_outcome(told, due)]


def _lead(told: Told, kind: Lead) -> list[str]:
    _, due = told._, told.violation.due_at or told.violation.at
    field = told.file.procedure.field.get(kind.before)
    title = _.of(field.title, kind.before) if field else kind.before
    then = told.case.fields.get(kind.before)
    at = _.moment(parse_instant(then)) if isinstance(then, str) else "—"
    does = told.did(told.violation.step)
    if kind.by == "day-before":
        first = _(
            "{field}: {at}; “{do}” is due before that day begins, so by {due}.",
            field=title,
            at=at,
            do=does,
            due=_.moment(due),
        )
    else:
        first = _(
            "{field}: {at}; “{do}” is due {span} before, so by {due}.",
            field=title,
            at=at,
            do=does,
            span=_.span(int(kind.by)),
            due=_.moment(due),
        )
    return [first, *_outcome(told, due)]


def _recurrence(told: Told, kind: Recurrence) -> list[str]:
    _, v = told._, told.violation
    does = told.did(kind.do)
    if kind.every == "day":
        return [_("“{do}” is due on every day; on {day} there was none.", do=does, day=str(v.cause))]
    due = v.due_at or v.at
    first = _(
        "“{do}” is due every {span}; the time before was {last}, so the next was due {due}.",
        do=does,
        span=_.span(int(kind.every)),
        last=_.moment(due - int(kind.every)),
        due=_.moment(due),
    )
    if v.remedied_at is not None:
        return [first, _("It came {at}: {span} late.", at=_.moment(v.remedied_at), span=_.span(v.remedied_at - due))]
    return [first, _("It did not come.")]


def _precedence(told: Told, kind: Precedence) -> list[str]:
    _, v = told._, told.violation
    does, before = told.did(v.step), told.did(kind.before)
    if kind.by:
        first = _(
            "“{do}” must be done at least {span} before “{before}”.", do=does, before=before, span=_.span(kind.by)
        )
    else:
        first = _("“{do}” must be done before “{before}”.", do=does, before=before)
    second = _("“{before}” was recorded {at}; “{do}” had not been done.", before=before, at=_.moment(v.at), do=does)
    if v.remedied_at is None:
        return [first, second, _("It has not been done since.")]
    late = _("It was done {at}: {span} too late.", at=_.moment(v.remedied_at), span=_.span(v.remedied_at - v.at))
    return [first, second, late]


def _existence(told: Told, kind: Existence) -> list[str]:
    _, v = told._, told.violation
    upto = [e for e in told.case.events if kind.of.matches(e) and e.occurred_at <= v.at]
    count = len([e for e in upto if kind.each is None or e.subject == v.subject])
    does = told.did(kind.of)
    if v.subject is not None:
        does = _("{step} ({subject})", step=does, subject=v.subject)
    if (
        v.cause is not None
        or (kind.min is None and kind.max is not None)
        or (kind.max is not None and count > kind.max)
    ):
        return [
            _(
                "“{do}” may be done {max} times at most; {at} was one more.",
                do=does,
                max=kind.max or 0,
                at=_.moment(v.at),
            )
        ]
    return [
        _(
            "“{do}” must be done {min} times at least; by {at} it had been done {n} times.",
            do=does,
            min=kind.min or 0,
            at=_.moment(v.at),
            n=count,
        )
    ]


def _limit(told: Told, kind: Limit) -> list[str]:
    _, event = told._, told.cause()
    value = value_of(event, told.file.procedure, _) if event else "—"
    sentences = [_("“{do}” was {value} at {at}.", do=told.did(kind.of), value=value, at=_.moment(told.violation.at))]
    for bound, text in ((kind.max, _("At most {bound} is allowed.")), (kind.min, _("At least {bound} is needed."))):
        if bound is not None:
            figure = number(told.case.fields.get(bound)) if isinstance(bound, str) else bound
            sentences.append(text.format(bound="—" if figure is None else _.number(figure)))
    if told.violation.remedied_at is not None:
        sentences.append(_("Back within bounds {at}.", at=_.moment(told.violation.remedied_at)))
    return sentences


def _authority(told: Told, kind: Authority) -> list[str]:
    _, event = told._, told.cause()
    procedure = told.file.procedure
    who = name_of(event.actor, told.reader.names, _) if event else "—"
    role = told.reader.role(event.role, procedure, _) if event and event.role else _("no role")
    first = _(
        "“{do}” was done {at} by {who}, acting as {role}.",
        do=told.did(kind.of),
        at=_.moment(event.occurred_at if event else told.violation.at),
        who=who,
        role=role,
    )
    if kind.roles and (event is None or event.role not in kind.roles):
        allowed = _(" or ").join(told.reader.role(r, procedure, _) for r in kind.roles)
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
        ),
        _("Within {span}, so by {due}, would have been in time.", span=_.span(kind.within), due=_.moment(v.at)),
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
