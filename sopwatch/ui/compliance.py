"""The nearest thing that would have complied, in one sentence."""

from __future__ import annotations

from typing import assert_never

from rules.explanation import ByAnother, DoInTime, LeaveOut, Measure, RecordInTime
from rules.kinds import Existence
from sopwatch.ui.told import Told


def compliance(told: Told) -> list[str]:
    """Return the sentence that names the nearest thing that would have complied; none where that is not known."""
    _ = told._
    match told.explanation.complied:
        case None:
            return []
        case DoInTime() as wanted:
            return [_in_time(told, wanted)]
        case LeaveOut(events):
            return [
                _("{n} fewer would have complied.", n=len(events))
                if _counts(told)
                else _("Not done, it would have complied.")
            ]
        case Measure() as wanted if not wanted.possible:
            return [_("The two bounds contradict each other: no value could have complied.")]
        case Measure(nearest=nearest):
            return [_("{value} would have complied.", value=_.number(nearest))]
        case ByAnother() as wanted:
            return [_by_another(told, wanted)]
        case RecordInTime(event, by):
            span = _.span(by - event.occurred_at)
            return [_("Within {span}, so by {due}, would have been in time.", span=span, due=_.moment(by))]
        case other:
            assert_never(other)


def _counts(told: Told) -> bool:
    return isinstance(told.explanation.rule.kind, Existence)


def _in_time(told: Told, wanted: DoInTime) -> str:
    _, due, kind = told._, told.explanation.due, told.explanation.rule.kind
    if not wanted.possible:
        return _("Nothing done in this case could have complied.")
    if isinstance(kind, Existence):
        return _("{n} more by {at} would have complied.", n=wanted.count, at=_.moment(wanted.by))
    if due is not None and due.day is not None and wanted.by < due.due:
        return _("Done at any time of {day} it would have complied.", day=_.translator.day(due.base, _.zone))
    if told.violation.short_notice:
        return _("It was asked for {at}: done by then it would have complied.", at=_.moment(wanted.by))
    if wanted.before is not None and wanted.by == wanted.before.occurred_at:
        before = told.did(wanted.before.event)
        return _("Done before “{before}” ({at}) it would have complied.", before=before, at=_.moment(wanted.by))
    return _("In time would have been {due} at the latest.", due=_.moment(wanted.by))


def _by_another(told: Told, wanted: ByAnother) -> str:
    _ = told._
    roles = _(" or ").join(told.reader.role(r, told.procedure, _) for r in wanted.roles or ())
    other = told.did(wanted.not_by) if wanted.not_by else ""
    if roles and other:
        return _("Done as {roles}, by somebody who does not do “{other}”, it would have complied.",
                 roles=roles, other=other)  # fmt: skip
    if roles:
        return _("Done as {roles} it would have complied.", roles=roles)
    return _("Done by somebody who does not do “{other}” it would have complied.", other=other)
