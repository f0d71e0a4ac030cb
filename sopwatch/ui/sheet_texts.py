"""The words of the sheet: it is drawn on the tablet, and figures and names are filled in there."""

from __future__ import annotations

from typing import Any

from sopwatch.refusal_words import entry_words
from sopwatch.ui.form import form_texts
from sopwatch.ui.path import path_texts
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.waiting import waits_text


def texts(_: Tongue) -> dict[str, Any]:
    """Return every text of the sheet by name; a pair is a text for one and for several."""
    parts = (
        _buttons(_),
        _lines(_),
        _spans(_),
        _panels(_),
        _closing(_),
        path_texts(_),
        _facts(_),
        _pictures(_),
        queue_texts(_),
    )
    return {name: text for part in parts for name, text in part.items()} | {"form": _facts_form(_)}


def state_words(_: Tongue) -> dict[str, str]:
    """Return the word of each state of a row."""
    return {
        "done": _("Done"),
        "overdue": _("Overdue"),
        "flagged": _("Violation"),
        "due": _("Due"),
        "todo": _("To do"),
        "waiting": _("Waits"),
        "not_applicable": _("Not applicable"),
        "cannot_do": _("Cannot be done"),
        "not_needed": _("Not needed"),
    }


def way_words(_: Tongue) -> dict[str, str]:
    """Return what is said of a way: whether it is the one taken."""
    return {"asked": _("This way"), "undecided": _("Not decided yet"), "off": _("Not this way")}


def _buttons(_: Tongue) -> dict[str, Any]:
    words = {
        "tick": _("Done …"),
        "text": _("Write …"),
        "number": _("Enter …"),
        "choice": _("Choose …"),
        "photo": _("Photo …"),
        "signature": _("Sign …"),
    }
    again = {"tick": _("Once more …"), "text": _("Write more …"), "photo": _("One more photo …")}
    return {
        "done": _("✓ Done"),
        "again": _("Once more"),
        "by_name": _("By name …"),
        "undo": _("Undo"),
        "undone": _("undone at once"),
        "more": _("More"),
        "info": _("What the SOP says"),
        "words": words,
        "more_words": {**words, **again},
    }


def _lines(_: Tongue) -> dict[str, Any]:
    return {
        "states": state_words(_),
        "comma": _(", "),
        "progress": _("{done} of {all}"),
        "first": _("First: {steps}"),
        "act": _("{who}, {at}: {reason}"),
        "times": _.translator.forms("{n} time", "{n} times"),
        "twice": _("Done twice: both are in the record"),
        "house": _("house figure"),
        "short": _("short notice"),
        "problem": _("Problem"),
        "unsealed": _("changed since this was signed"),
        "refused": _("Not recorded"),
        "refusals": entry_words(_),
        "discard": _("Remove it"),
        "marks": {"waiting": _("waits on this tablet"), "sent": _("saved"), "owner": _("waits for its owner")},
    }


def _spans(_: Tongue) -> dict[str, Any]:
    return {
        "s": _("{n} s"),
        "min": _("{m} min"),
        "h": _("{h} h"),
        "h_min": _("{h} h {m} min"),
        "days": _.translator.forms("{n} day", "{n} days"),
        "days_h": _("{days} {h} h"),
        "left": _("{span} left"),
        "overdue_by": _("{span} overdue"),
        "nearly": _("less than 1 min left"),
    }


def _panels(_: Tongue) -> dict[str, Any]:
    return {
        "leave": _("Leave it"),
        "record": _("Record"),
        "needed": _("This is needed."),
        "whom": _("Whom or what is it about?"),
        "whom_missing": _("Please say whom or what it is about."),
        "who": _("Who?"),
        "write": _("What to write down"),
        "erase": _("Delete the last digit"),
        "sign_of": _("Plus or minus"),
        "reason": _("Reason ＊"),
        "reason_missing": _("A reason is needed."),
        "problem_there": _("There is a problem"),
        "take_back": _("Take back: {at}"),
        "do_anyway": _("Record it all the same …"),
        "not_yours": _("Only who did it, or a supervisor, can take it back."),
        "take_photo": _("Take or choose a photo"),
        "note": _("Comment"),
        "note_add": _("Add it here"),
        "note_missing": _("Write a comment or take a photo."),
        "note_open": _("Comment or photo …"),
        "show_photo": _("Show the picture in full: {what}"),
        "shut": _("Close"),
        "no_picture": _("This is no picture."),
        "heic": _("This tablet’s photo format (HEIC) cannot be read here: choose JPEG in the camera’s settings."),
        "printed_name": _("Printed name ＊"),
        "role": _("Role"),
        "clear": _("Clear"),
        "signed_for": _("This is what is signed:"),
        "signed_steps": _("Done: {steps}"),
        "name_missing": _("The printed name is needed."),
        "ink_missing": _("Please sign in the box."),
    }


def _closing(_: Tongue) -> dict[str, Any]:
    return {
        "to_close": _("Close the case …"),
        "to_list": _("‹ Back to the checklist"),
        "before_closing": _("Before closing"),
        "signatures": _("Signatures"),
        "still_due": _("Still due after closing"),
        "late_too": _("Closing does not end these."),
        "nothing_asked": _("The SOP asks for nothing before this case is closed."),
        "nothing_missing": _("Nothing is missing: closing breaks no rule."),
        "missing_n": _.translator.forms("{n} thing is missing before closing", "{n} things are missing before closing"),
        "due_n": _.translator.forms(
            "Closing breaks no rule, but {n} step is still due", "Closing breaks no rule, but {n} steps are still due"
        ),
        "one_is_enough": _("One of these is enough: {steps}"),
        "asked_later": _("Once “{first}” is done, also: {steps}"),
        "closing_breaks": _("Closing now breaks:"),
        "broken_by": _("{rule}: {steps} missing"),
        "close_case": _("Close the case"),
        "cancel_case": _("Cancel the case …"),
        "cancel_means": _("Nothing falls due in a cancelled case any more. What was broken before stays."),
        "cancel_now": _("Cancel this case"),
        "close_anyway": _("Close it all the same"),
        "late_taken": _("Late entries are still taken after closing, and marked."),
        "who_when": _("{who}, {at}"),
        "ends": {"closed": _("Closed"), "cancelled": _("Cancelled")},
        "absent": _("{role} cannot sign …"),
        "signs_in": _("{role} signs as themselves, signed in on this tablet."),
        "let_sign_in": _("Let {role} sign in here"),
        "no_signature": _("Nobody signs in another’s place. The reason is kept, and the signature stays missing."),
        "record_absent": _("Record the reason"),
    }


def _facts(_: Tongue) -> dict[str, Any]:
    return {
        "change_facts": _("Change facts"),
        "changed_to": _("{field}: {before} → {after}"),
        "semicolon": _("; "),
        "field_changed": _("{field} changed"),
        "facts_changed": _("the facts changed"),
        "overtaken": _("a later change stands"),
        "deadlines_follow": _("The deadlines follow once this change has been sent."),
    }


def _pictures(_: Tongue) -> dict[str, Any]:
    return {
        "ways": way_words(_),
        "drawn_at": _("No connection: drawn at {at}"),
        "not_drawn": _.translator.forms(
            "{n} entry on this tablet is not in this picture yet. It is marked; deadlines follow once it is saved.",
            "{n} entries on this tablet are not in this picture yet. They are marked; deadlines follow once they "
            "are saved.",
        ),
        "not_recorded_case": _.translator.forms(
            "{n} entry of this case was not recorded: the checklist says why",
            "{n} entries of this case were not recorded: the checklist says why",
        ),
        "case_waits": waits_text(_),
        "taken_back": _("Entry taken back"),
        "facts_moved": _("Facts changed"),
    }


def _facts_form(_: Tongue) -> dict[str, Any]:
    """Return the words of the form in which facts are changed: what is wrong is said on the tablet."""
    return {
        **{name: text for name, text in form_texts(_).items() if name != "language"},
        "submit": _("Record the changes"),
        "unchanged": _("Nothing was changed."),
        "needed": _("This is needed."),
        "no_number": _("This is no number."),
        "choose_one": _("Please choose one of these."),
        "too_long": _("This is too long: at most {n} characters."),
        "no_time": _("This is no date and time."),
        "jumped": _("The clock jumps over this time; the next time there is: {time}."),
        "far_time": _("The year must lie between 1900 and 2199."),
        "which_time": [_("the first time"), _("the second time")],
        "now": _("Now"),
        "in_an_hour": _("In 1 h"),
        "today_at": _("Today {time}"),
        "tomorrow_at": _("Tomorrow {time}"),
    }


def queue_texts(_: Tongue) -> dict[str, Any]:
    """Return the texts that say what waits on the tablet."""
    return {
        "language": _.language,
        "clocks": [_("{time} summer time"), _("{time} standard time")],
        "all_saved": _("All saved"),
        "saving": _.translator.forms("Saving {n} entry …", "Saving {n} entries …"),
        "wait": _.translator.forms(
            "{n} entry waits on this tablet: go on working", "{n} entries wait on this tablet: go on working"
        ),
        "wait_unkept": _.translator.forms(
            "{n} entry waits on this tablet: do not close this page",
            "{n} entries wait on this tablet: do not close this page",
        ),
        "wait_owner": _.translator.forms(
            "{n} entry waits until its owner signs in", "{n} entries wait until their owner signs in"
        ),
        "not_recorded": _.translator.forms(
            "{n} entry was not recorded: see above", "{n} entries were not recorded: see above"
        ),
        "troubles": {
            "offline": _("No connection since {at}"),
            "slow": _("The service is slow to answer"),
            "signed_out": _("You are signed out"),
            "server": _("The service cannot write now"),
        },
        "sign_in": _("Sign in"),
        "plain_http": _("Over plain http this tablet cannot keep entries through a reload: do not close or reload this "
                        "page while entries wait. The administrator can serve HTTPS."),
        "no_shelf": _("This tablet cannot keep entries now: do not close or reload this page while entries wait. "
                      "They are sent from here."),
        "offline_title": _("Offline"),
        "offline": _("The service cannot be reached. This is what the tablet kept: go on working."),
        "nobody": _("Nobody is signed in on this tablet. Sign in when the connection is back."),
    }  # fmt: skip
