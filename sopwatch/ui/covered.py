"""What a signature covers: whether it still stands, and in words what changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from checklists.case import fold
from checklists.event import Event
from sopwatch.casefile import CaseFile
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import word_of

_MOVE_FACTS = {"opened", "amended", "retracted"}


def facts_digest(file: CaseFile) -> str:
    """Return the digest of the facts in force, as the chain holds them: it outlives the erasure of a name."""
    return _digest(_plain(_facts(file, len(file.entries))))


def covers(event: Event, file: CaseFile) -> bool | None:
    """Whether what was signed still stands: the same facts, no entry taken back; None where it does not say."""
    content = (event.data or {}).get("content")
    if not isinstance(content, Mapping):
        return None
    standing = {e.event_id for e in file.case.events}
    then = _signed(content, file)
    same = then is not None and _digest(then) == facts_digest(file)
    return same and all(e in standing for e in content.get("entries") or ())


def changes(event: Event, file: CaseFile, _: Tongue) -> list[str]:
    """Return what changed since something was signed, in words; nothing while it stands."""
    content = (event.data or {}).get("content")
    if not isinstance(content, Mapping) or covers(event, file):
        return []
    told = _facts_changed(_signed(content, file), file, _)
    standing = {e.event_id for e in file.case.events}
    known = {e.event_id: e for e in file.events}
    for name in content.get("entries") or ():
        if name in known and name not in standing:
            told.append(_("{step} was taken back", step=word_of(known[name].event, file.procedure, _)))
        elif name not in standing:
            told.append(_("an entry is not in the record"))
    return list(dict.fromkeys(told))


def _facts_changed(then: Mapping[str, Any] | None, file: CaseFile, _: Tongue) -> list[str]:
    if then is None:
        return [_("the facts changed")]
    now = _facts(file, len(file.entries))
    changed = [f for f in file.procedure.fields if then.get(f.id) != now.get(f.id)]
    return [_("{field} changed", field=_.of(f.title, f.id)) for f in changed]


def _signed(content: Mapping[str, Any], file: CaseFile) -> Mapping[str, Any] | None:
    """Return the facts that were signed, as the chain holds them; None where the record never had them.

    Those of which the signature has the digest, and over them the changes that it names: they waited on its tablet.
    """
    moved = [n for n, entry in enumerate(file.entries, 1) if entry.event.event in _MOVE_FACTS]
    known = (_facts(file, n) for n in reversed(moved))
    then = next((facts for facts in known if content.get("facts") in (_digest(_plain(facts)), _digest(facts))), None)
    if then is None:
        return None
    changes = [e.event for e in file.entries if e.event.event_id in (content.get("changes") or ())]
    for change in sorted(changes, key=lambda event: event.order):
        then = {**then, **(change.data or {})}
    return _plain({name: value for name, value in then.items() if value is not None})


def _facts(file: CaseFile, count: int) -> Mapping[str, Any]:
    """Return the facts that were in force after so many entries."""
    case = fold([entry.event for entry in file.entries[:count]], file.case.now)
    return case.fields if case else {}


def _plain(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return facts without what their entries say of themselves, such as the tablet's own clock."""
    return {name: value for name, value in facts.items() if not name.startswith("_")}


def _digest(fields: Mapping[str, Any]) -> str:
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
    return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
