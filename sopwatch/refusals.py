"""The one table of what the service refuses: a code that stays, and the English sentence with its named params.

`raise Refused(*because("case_closed", case="R-1"))`: the sentence is made here, the code and the params go beside it to
whoever asked. What people are told in their language is in `refusal_words.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists.errors import Params, SopwatchError, StoreError, because_of
from rules.whatif import REASONS

GROUPS: Mapping[str, Mapping[str, str]] = {
    "The case and its time": {
        "no_case": "there is no case {case!r}",
        "case_exists": "case {case} is there already",
        "case_id_unfit": "case_id: it needs 1 to 200 printable characters",
        "case_closed": "case {case} is closed already",
        "case_cancelled": "case {case} was cancelled at {at}: nothing follows",
        "before_opening": "{event} cannot have occurred before the case was opened at {at}",
        "clock_ahead": "occurred_at {at} is in the future: it is {now} here; set the clock of the sender",
        "occurred_out_of_range": "occurred_at: it is not between the years 1900 and 2200",
        "other_procedure": "case {case} is a {procedure}, not a {wanted}",
        "no_procedure": "unknown procedure {procedure!r} (there are {known})",
        "other_content": "event_id {event_id!r} is in the record with another content (seq {seq})",
        "cannot_be_kept": "this entry cannot be kept: {why}",
    },
    "Facts": {
        "amends_nothing": "amended: it names no field",
        "no_field": "{procedure} has no field {field!r}{hint}",
        "fields_missing": "{procedure} needs {fields}",
        "field_of_other_type": "{field}: {value!r} is no {type}",
        "field_no_option": "{field}: {value!r} is not one of {options}",
        "field_no_list": "{field}: it is a list of texts, each there once",
        "field_no_instant": "{field}: {why}",
        "field_out_of_range": "{field}: {value} is not between the years 1900 and 2200",
    },
    "Steps and their evidence": {
        "no_step": "{procedure} has no step {step!r}{hint}",
        "subject_not_asked": "{step}: it has no subject",
        "subject_needed": "{step}: it needs a subject of at most {most} characters",
        "subject_unknown": "{step}: {subject!r} is none of {field}",
        "tick_with_value": "{step}: a tick carries no value",
        "text_needed": "{step}: it needs a text of at most {most} characters",
        "number_needed": "{step}: it needs a number",
        "step_no_option": "{step}: {value!r} is not one of {options}",
        "file_needed": "{step}: it needs a {evidence}, as sha256:HEX of an attachment",
        "file_not_come": "{step}: its {evidence} has not come: send the attachment first",
    },
    "Signatures": {
        "signature_without_entries": "{step}: content.entries is a list of event ids",
        "signature_changes_unfit": "{step}: content.changes is a list of ids that are in content.entries, too",
        "signature_of_other_role": "{step}: content.role is not the role of who signs",
        "signature_not_canonical": "{step}: its content is no canonical JSON: {why}",
        "signature_of_other_content": "{step}: content.hash is not of what it says was signed",
    },
    "Comments and photos": {
        "note_of_no_step": "_noted: {procedure} has no step {step!r}",
        "note_empty": "_noted: it needs a note or a photo",
        "note_unfit": "_noted: its note is a text of at most {most} characters",
        "note_photo_unnamed": "_noted: its photo is named as sha256:HEX of an attachment",
        "note_photo_not_come": "_noted: its photo has not come: send the attachment first",
    },
    "Taking back": {
        "retracts_nothing": "retracted: no event {event_id!r} in case {case}",
        "not_to_be_retracted": "retracted: {event} cannot be taken back",
        "retraction_without_reason": "retracted: it needs a reason",
        "not_yours_to_retract": "{who} may not take back {event}: only who did it, or a supervisor, may",
    },
    "Who may": {
        "right_needed": "{who} may not do this: it needs the right to {right}",
        "speaks_for_nobody": "{who} may not state actor or role for others (users token … --speaks-for-others)",
        "staff_sign_for_themselves": "{step}: staff sign for themselves: let the signer sign in",
        "in_anothers_name": "{event}: nobody acts in another's name",
        "tick_of_nobody": "this tick is bound to nobody: its token was not made here",
        "owner_needed": "this tick waits until {who} signs in on the tablet",
        "token_unknown": "this token does not hold here",
        "not_signed_in": "say who you are: Authorization: Bearer TOKEN, or sign in",
        "other_site": "a session writes from the pages of this service alone",
    },
    "What is sent": {
        "no_json": "no JSON: {why}",
        "content_type": "Content-Type: {type} is neither {one} nor {many}",
        "no_cloud_event": "not a CloudEvent{place}: {why}",
        "no_batch": "not CloudEvents: a batch is an array",
        "too_many_events": "at most {most:,} events at a time, not {sent:,}",
        "too_large": "too large: at most {most} MiB at a time",
        "multipart": "send the file itself as the body, not a form",
        "empty_file": "there is nothing in it",
        "event_type": "type: {type!r} is not {wanted}",
        "data_no_object": "data: it needs an event, as a JSON object",
        "recorded_at_given": "recorded_at: the service alone sets it",
        "data_unfit": "data: {why}",
        "fields_no_object": "data.data: it is no JSON object",
        "data_too_long": "data: it is longer than {most:,} characters",
        "name_too_long": "source and id: together they have more than {most} characters",
        "member_missing": "{name}: it is missing",
        "member_no_text": "{name}: it is no text",
        "member_too_long": "{name}: it has more than {most} characters",
        "member_no_instant": "{name}: {why}",
        "member_out_of_range": "{name}: {value} is not between the years 1900 and 2200",
    },
    "The record": {
        "cannot_write": "the service cannot write now: {why}",
        "no_answer": "no answer yet: send it again, it is kept once",
        "record_unavailable": "{why}",
        "not_done": "{why}",
    },
    "People and tokens": {
        "pin_wrong": "this PIN is wrong",
        "pin_paused": "too many wrong PINs: try again in {seconds} s",
        "pin_length": "a PIN has {least} to {most} digits",
        "pin_guessable": "this PIN is too easily guessed",
        "person_unnamed": "a person needs a name",
        "access_needed": "a person needs one or more of the access roles {roles}",
        "own_choice": "{who} may not do this: a person chooses their own {what}, one of {offered}",
        "set_up_already": "{who} may not set this property up: it has an administrator, who adds people",
        "token_role": "--role {role}: a token is one of {roles}",
    },
    "What is asked": {
        "no_violation": "there is no violation {violation!r}",
        "no_attachment": "there is no attachment {digest!r}",
        "no_form": "{procedure} has no form {form!r} (there are {known})",
        "no_department": "there is no department {department!r} (there are {known})",
        "no_bound": "{name} {value!r}: is neither a day (2026-03-01) nor an instant with an offset"
        " (2026-03-01T08:00+08:00)",
        "period_backwards": "--to {to}: the period ends before it begins;"
        " --to is the first day that is no longer in it",
        "asked_unfit": "{name}: {why}",
        "head_garbled": "{why}",
        "no_address": "there is nothing at this address of the service",
        "no_method": "this address does not take {method}",
        "signature_unknown": "this signature does not hold here",
        "verify_alone": "this is for the command verify alone",
        "too_many_scans": "too many codes were scanned: wait {seconds} s",
        "unforeseen": "this should not have happened; the log of the service says more",
    },
    "What if": {**REASONS, "not_in_duckdb": "only a record in DuckDB can be asked what if"},
    "Codes and guests' reports": {
        "places_needed": "codes: name 1 to {most} places, one a line",
        "place_too_long": "codes: {place}… is longer than {most} characters",
        "code_of_nothing": "codes: there is no procedure {procedure!r}, or no kind {kind!r}",
        "no_code": "codes: there is no code {code!r}",
        "reports_full": "too many reports wait already",
        "report_decided": "report {number} is decided already",
        "report_confirmed": "report {number} is decided already, as case {case}",
        "report_not_opened": "report {number}: its case could not be opened",
        "decline_reason": "declining needs a reason of at most {most} characters",
        "photo_unreadable": "the file is no photo that can be read",
        "photo_heic": "the file is a photo of the format HEIC, which cannot be read here: send JPEG, PNG or WebP",
        "photo_too_large": "the photo is larger than {most} MiB",
        "photo_too_many_pixels": "the photo has more than {most:,} pixels",
    },
}
ENGLISH: Mapping[str, str] = {code: text for group in GROUPS.values() for code, text in group.items()}


def because(code: str, /, **params: Any) -> tuple[str, str, Params]:
    """Return what an error is made of: the sentence, the code, and the params, each a text or a number."""
    return because_of(ENGLISH, code, **params)


def coded(error: SopwatchError) -> tuple[str, Params]:
    """Return code and params of an error; one that has none, as from the store, is told by what it is."""
    if error.code:
        return error.code, error.params
    return because("record_unavailable" if isinstance(error, StoreError) else "not_done", why=str(error))[1:]
