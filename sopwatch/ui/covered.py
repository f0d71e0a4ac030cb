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
    return _digest(_facts(file, len(file.entries)))


def covers(event: Event, file: CaseFile) -> bool | None:
    """Whether what was signed still stands: the same facts, no entry taken back; None where it does not say."""
    content = (event.data or {}).get("content")
    if not isinstance(content, Mapping):
        return None
    standing = {e.event_id for e in file.case.events}
    return content.get("facts") == facts_digest(file) and all(e in standing for e in content.get("entries") or ())


def changes(event: Event, file: CaseFile, _: Tongue) -> list[str]:
    """Return what changed since something was signed, in words; nothing while it stands."""
    content = (event.data or {}).get("content")
    if not isinstance(content, Mapping) or covers(event, file):
        return []
    told = [] if content.get("facts") == facts_digest(file) else _facts_changed(str(content.get("facts")), file, _)
    standing = {e.event_id for e in file.case.events}
    known = {e.event_id: e for e in file.events}
    for name in content.get("entries") or ():
        if name in known and name not in standing:
            told.append(_("{step} was taken back", step=word_of(known[name].event, file.procedure, _)))
        elif name not in standing:
            told.append(_("an entry is not in the record"))
    return list(dict.fromkeys(told))


def _facts_changed(digest: str, file: CaseFile, _: Tongue) -> list[str]:
    now = _facts(file, len(file.entries))
    moved = [n + 1 for n, entry in enumerate(file.entries) if entry.event.event in _MOVE_FACTS]
    then = next((facts for n in reversed(moved) if _digest(facts := _facts(file, n)) == digest), None)
    if then is None:
        return [_("the facts changed")]
    changed = [f for f in file.procedure.fields if then.get(f.id) != now.get(f.id)]
    return [_("{field} changed", field=_.of(f.title, f.id)) for f in changed]


def _facts(file: CaseFile, count: int) -> Mapping[str, Any]:
    """Return the facts that were in force after so many entries."""
    case = fold([entry.event for entry in file.entries[:count]], file.case.now)
    return case.fields if case else {}


def _digest(fields: Mapping[str, Any]) -> str:
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
    return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()
