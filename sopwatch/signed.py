"""The one hash over all that a signature covers: what it is of, and whether it is of what it says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import rfc8785

from checklists.errors import Refused
from checklists.event import Event
from sopwatch.refusals import because

SALT = "salt"


def says(event: Event) -> dict[str, Any]:
    """Return an entry as a signature covers it: its id and what it says."""
    return {"id": event.event_id, "event": event.event, "subject": event.subject, "value": event.value}


def hash_of(signature: Event, covered: Sequence[Event]) -> str:
    """Return the hash of a signature over these entries (by id), as the tablet makes it. Raises ValueError."""
    data = signature.data or {}
    content: Mapping[str, Any] = data["content"]
    signed: dict[str, Any] = {
        "case": signature.case_id,
        "step": signature.event,
        "signer": signature.actor,
        "role": content.get("role"),
        "meaning": data.get("meaning"),
        "language": content.get("language"),
        "instant": content.get("instant"),
        "facts": content.get("facts"),
        "entries": [says(event) for event in covered],
        SALT: data.get(SALT),
    }
    if changes := content.get("changes"):
        known = {event.event_id: event for event in covered}
        signed["changes"] = [{"id": name, "facts": _facts(known[name])} for name in changes]
    return hashlib.sha256(rfc8785.dumps(signed)).hexdigest()


def _facts(event: Event) -> dict[str, Any]:
    """Return the facts that an entry changes, without what it says of itself."""
    return {name: value for name, value in (event.data or {}).items() if not name.startswith("_")}


def check_signed(signature: Event, events: Sequence[Event]) -> None:
    """Check the hash of a signature, where it has one and every entry that it names is in the record.

    Raises Refused where the hash is not of what it says it is of.
    """
    content = (signature.data or {}).get("content")
    if not isinstance(content, Mapping) or "hash" not in content:
        return
    known, names = {e.event_id: e for e in events if e.event_id}, content.get("entries")
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise Refused(*because("signature_without_entries", step=signature.event))
    changes = content.get("changes", [])
    if not isinstance(changes, list | tuple) or not all(name in names for name in changes):
        raise Refused(*because("signature_changes_unfit", step=signature.event))
    outside = "taken_by" in (signature.data or {})
    if outside and content.get("role") != signature.role:
        raise Refused(*because("signature_of_other_role", step=signature.event))
    if not all(name in known for name in names):
        return
    try:
        found = hash_of(signature, [known[name] for name in names])
    except ValueError as error:
        raise Refused(*because("signature_not_canonical", step=signature.event, why=str(error))) from error
    if found != content["hash"]:
        raise Refused(*because("signature_of_other_content", step=signature.event))
