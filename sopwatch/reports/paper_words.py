"""What stands printed on the forms beside a procedure's own titles: headings of parts, columns, lines at the foot."""

from __future__ import annotations

from collections.abc import Mapping

from sopwatch.ui.tongue import Tongue


def words(_: Tongue) -> Mapping[str, str]:
    """Return the words of the templates; `{…}` in them is filled in by the template."""
    return {**_of_any(_), **_of_repairs(_), **_of_visits(_), **_of_shifts(_)}


def _of_any(_: Tongue) -> Mapping[str, str]:
    return {
        "number": _("Number"),
        "opened": _("Opened"),
        "reported_at": _("Reported at"),
        "complained_at": _("Time of the complaint"),
        "page": _("Page {page} of {pages}"),
        "step": _("Step"),
        "done": _("Done"),
        "who": _("Who"),
        "when": _("When"),
        "note": _("What was done"),
        "aside": _("({note})"),
        "colon": _(": "),
        "facts": _("Facts"),
        "more_facts": _("Further facts"),
        "photos": _("Photos"),
        "remarks": _("Remarks"),
        "earlier": _("{n} earlier ones stand in the record."),
        "scan": _("Scan to open the case"),
        "signatures": _("Signatures"),
        "printed_name": _("Printed name: {name}"),
        "role": _("In the role of: {role}"),
        "signed_at": _("Signed at: {at} ({entry})"),
        "by_hand": _("Name, date:"),
        "by_hand_too": _("Added by hand"),
        "unprintable": _("A boxed code stands for a character that this print's typeface lacks."),
    }


def _of_repairs(_: Tongue) -> Mapping[str, str]:
    """Return those of repairs and complaints."""
    return {
        "resident": _("Reported by the resident"),
        "charge": _("Charge and material"),
        "intake": _("Intake and dispatch"),
        "work": _("Work done"),
        "confirmed": _("Confirmed by signature"),
        "closing": _("Closing and follow-up"),
        "exceptions": _("Withdrawal and warranty"),
        "work_to_do": _("What to do"),
        "where_who": _("Where, and whom to call"),
        "due": _("To be done by"),
        "on_site": _("Filled in on site"),
        "arrived": _("Arrived at"),
        "finished": _("Finished at"),
        "complaint": _("The complaint"),
        "investigation": _("Investigation and handling"),
        "verification": _("Follow-up"),
    }


def _of_visits(_: Tongue) -> Mapping[str, str]:
    return {
        "guests": _("Guests"),
        "name": _("Name"),
        "stay": _("Visit"),
        "arrangements": _("Arrangements wanted"),
        "applicant": _("Applied for by"),
        "approval": _("Approval"),
        "agreed": _("Agreed"),
        "not_agreed": _("Not agreed"),
        "opinion": _("Opinion"),
        "preparation": _("To be prepared"),
        "reception": _("Arrival and departure"),
        "assignment": _("Reception staff"),
        "received": _("Received by the departments"),
        "department": _("Department"),
        "signature": _("Signature"),
    }


def _of_shifts(_: Tongue) -> Mapping[str, str]:
    return {
        "case": _("Case"),
        "to_do": _("To be done"),
        "when_who": _("Done at, by whom"),
        "new_by_hand": _("New while no tablet is at hand"),
        "time": _("Time"),
        "where": _("Place"),
        "what": _("What it is"),
    }
