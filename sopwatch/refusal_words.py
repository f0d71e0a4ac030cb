"""What people are told where the service refuses something: words of their language for each code of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from checklists.errors import NotAllowed, SopwatchError, StoreError

Say = Callable[[str], str]
Shown = Callable[[str, str | int | float], object]


def words_of(error: SopwatchError, _: Say, shown: Shown = lambda _name, value: value) -> str:
    """Return in the reader's words why something was refused; `shown` says how a param is written for people."""
    text = all_words(_).get(error.code)
    if text is None:
        return _general(error, _)
    return text.format(**{name: shown(name, value) for name, value in error.params.items()})


def all_words(_: Say) -> dict[str, str]:
    """Return the words of every code, not filled in."""
    return {**entry_words(_), **_desk_words(_), **_asked(_), **_tried(_)}


def entry_words(_: Say) -> dict[str, str]:
    """Return the words of the codes that an entry can be refused with, not filled in: what a tablet is given."""
    return {**_case(_), **_facts(_), **_steps(_), **_notes(_), **_who(_), **_sent(_)}


def _general(error: SopwatchError, _: Say) -> str:
    """Return what is said of an error that has no code: what kind of error it is."""
    match error:
        case NotAllowed():
            return _("You may not do this.")
        case StoreError():
            return _("Nothing was recorded: the service cannot write now. Please try again.")
        case _:
            return _("This was not recorded: it does not fit the case as it stands now.")


def _case(_: Say) -> dict[str, str]:
    clock = _("The clock of this tablet is wrong: have it set.")
    return {
        "no_case": _("There is no case of this number."),
        "case_exists": _("There is a case of this number already."),
        "case_id_unfit": _("The number of the case cannot be used."),
        "case_closed": _("The case is closed already."),
        "case_cancelled": _("The case was cancelled before, at {at}: nothing follows."),
        "before_opening": _("The case was opened at {at}, after this: the clock of this tablet may be wrong."),
        "clock_ahead": _("The clock of this tablet is wrong: it said {at} when it was {now} here. Have it set."),
        "occurred_out_of_range": clock,
        "member_no_instant": clock,
        "member_out_of_range": clock,
        "other_procedure": _("The case of this number belongs to another procedure."),
        "no_procedure": _("There is no such procedure here any more."),
        "other_content": _("It is in the record already, with another content."),
        "no_answer": _("No answer yet. Please try again: it is recorded once."),
    }


def _facts(_: Say) -> dict[str, str]:
    return {
        "amends_nothing": _("No fact was changed."),
        "no_field": _("The procedure of this case has no fact “{field}”."),
        "fields_missing": _("These facts are missing: {fields}."),
        "field_of_other_type": _("“{field}”: this cannot be written there."),
        "field_no_option": _("“{field}”: please choose one of those that are offered."),
        "field_no_list": _("“{field}”: please write each name once."),
        "field_no_instant": _("“{field}”: this is no date and time."),
        "field_out_of_range": _("“{field}”: please give a date between 1900 and 2200."),
    }


def _steps(_: Say) -> dict[str, str]:
    picture = _("The picture of “{step}” has not come: do it once more.")
    seal = _("The seal of this signature does not fit what was signed: sign once more.")
    return {
        "no_step": _("The procedure of this case has no such step."),
        "subject_not_asked": _("“{step}” asks for no name."),
        "subject_needed": _("“{step}”: please say whom or what it is about, in at most {most} characters."),
        "subject_unknown": _("“{subject}” is no longer on the list of the case."),
        "tick_with_value": _("“{step}” is a plain tick: nothing can be written there."),
        "text_needed": _("“{step}”: please write something, at most {most} characters."),
        "number_needed": _("“{step}”: please enter a number."),
        "step_no_option": _("“{step}”: please choose one of those that are offered."),
        "file_needed": picture,
        "file_not_come": picture,
        "signature_without_entries": seal,
        "signature_changes_unfit": seal,
        "signature_of_other_role": seal,
        "signature_not_canonical": seal,
        "signature_of_other_content": seal,
        "staff_sign_for_themselves": _("“{step}”: staff sign for themselves. Let who signs sign in on this tablet."),
    }


def _notes(_: Say) -> dict[str, str]:
    picture = _("Its picture has not come: do it once more.")
    return {
        "note_of_no_step": _("The procedure of this case has no such step."),
        "note_empty": _("Write a comment or take a photo."),
        "note_unfit": _("A comment has at most {most} characters."),
        "note_photo_unnamed": picture,
        "note_photo_not_come": picture,
        "retracts_nothing": _("What should be taken back is not in the record of this case."),
        "not_to_be_retracted": _("“{event}” cannot be taken back."),
        "retraction_without_reason": _("A reason is needed."),
        "not_yours_to_retract": _("Only who did it, or a supervisor, can take it back."),
    }


def _who(_: Say) -> dict[str, str]:
    may_not = _("You may not do this.")
    signed_out = _("You are signed out: please sign in.")
    return {
        "right_needed": may_not,
        "speaks_for_nobody": may_not,
        "in_anothers_name": may_not,
        "other_site": may_not,
        "tick_of_nobody": _("This tablet cannot prove who tapped it: sign in and do it once more."),
        "owner_needed": _("It waits until {who} signs in on this tablet."),
        "token_unknown": signed_out,
        "not_signed_in": signed_out,
    }


_MISUNDERSTOOD = (
    "no_json", "content_type", "no_cloud_event", "no_batch", "too_many_events", "multipart", "event_type",
    "data_no_object", "recorded_at_given", "data_unfit", "fields_no_object", "name_too_long", "member_missing",
    "member_no_text", "member_too_long", "cannot_be_kept",
)  # fmt: skip


def _sent(_: Say) -> dict[str, str]:
    return {
        **dict.fromkeys(
            _MISUNDERSTOOD, _("The service cannot keep this entry as it was sent: tell the administrator.")
        ),
        "too_large": _("The picture is too large: at most {most} MB."),
        "empty_file": _("The picture is empty: do it once more."),
        "data_too_long": _("This is too long: please say it in fewer words."),
        **_record(("cannot_write", "record_unavailable"), _),
        "not_done": _("This was not recorded: it does not fit the case as it stands now."),
    }


def _record(codes: Iterable[str], _: Say) -> Mapping[str, str]:
    return dict.fromkeys(codes, _("Nothing was recorded: the service cannot write now. Please try again."))


def _desk_words(_: Say) -> dict[str, str]:
    """Return the words of what is refused at a desk: people, tokens, codes, reports of guests."""
    return {
        "pin_wrong": _("This PIN is wrong."),
        "pin_paused": _("Too many wrong PINs: try again in {seconds} s."),
        "pin_length": _("A PIN has {least} to {most} digits."),
        "pin_guessable": _("This PIN is too easily guessed."),
        "person_unnamed": _("Please give the person’s name."),
        "access_needed": _("Please choose what the person may do."),
        "own_choice": _("Each person chooses this for themselves, among what is offered."),
        "set_up_already": _("This property has an administrator already, who adds people."),
        "token_role": _("Please choose what the machine may do."),
        "places_needed": _("Name 1 to {most} places, one a line."),
        "place_too_long": _("“{place}…” is too long: at most {most} characters."),
        "code_of_nothing": _("There is no such procedure here any more."),
        "no_code": _("There is no such QR code here."),
        "reports_full": _("So many reports wait already that none can be taken now. Please tell the reception."),
        "report_decided": _("Report {number} was decided meanwhile, by somebody else."),
        "report_confirmed": _("Report {number} was confirmed meanwhile: case {case}."),
        "report_not_opened": _("The case of report {number} could not be opened. Please try again."),
        "decline_reason": _("Declining needs a reason of at most {most} characters."),
        "photo_unreadable": _("This file is no photo that can be read here: please send JPEG, PNG or WebP."),
        "photo_heic": _("This phone’s photo format (HEIC) cannot be read here: choose JPEG in the camera’s settings."),
        "photo_too_large": _("The photo is too large: at most {most} MB."),
        "photo_too_many_pixels": _("The photo has too many pixels: take it smaller in the camera’s settings."),
    }


def _asked(_: Say) -> dict[str, str]:
    """Return the words of what is asked in vain: of what is not there, or of a time that is none."""
    return {
        "no_violation": _("There is no such violation in the record."),
        "no_attachment": _("There is no such picture in the record."),
        "no_form": _("This procedure has no such form."),
        "no_department": _("There is no such department here."),
        "no_bound": _("“{value}” is neither a day nor a time with its zone."),
        "period_backwards": _("The period ends before it begins."),
        **dict.fromkeys(
            ("asked_unfit", "head_garbled", "no_method"), _("The service cannot answer this as it was asked.")
        ),
        "no_address": _("There is nothing at this address."),
        **dict.fromkeys(("signature_unknown", "verify_alone"), _("You may not do this.")),
        "too_many_scans": _("Too many codes were scanned: wait {seconds} s."),
        "unforeseen": _("Something went wrong here: tell the administrator."),
    }


def _tried(_: Say) -> dict[str, str]:
    """Return the words of what cannot be tried in What if."""
    no_rule = _("There is no such rule here any more.")
    no_figure = _("The rule has no such figure.")
    return {
        "setting_missing": _("Choose another value than the one in force."),
        "setting_no_rule": no_rule,
        "setting_of_no_rules": no_rule,
        "setting_unwritten": no_figure,
        "setting_no_part": no_figure,
        "setting_no_parameter": no_figure,
        "setting_without_value": _("Please give a value."),
        "setting_no_duration": _("This is no duration that fits here: write 30m, 12h or 1d12h, for example."),
        "setting_no_number": _("This number does not fit the rule: at least may not be more than at most."),
        "setting_unfit": _("This value does not fit the rule."),
        "not_in_duckdb": _("This record cannot be judged anew here."),
    }
