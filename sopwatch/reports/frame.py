"""What stands on every paper whatever it is about: its language and typeface, its words, who printed it when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checklists.instant import Instant
from sopwatch.access import OPERATOR
from sopwatch.reports.paper_words import words
from sopwatch.reports.typeface import BESIDE, FAMILIES
from sopwatch.ui.tongue import Tongue
from storage.store import Head

_CHINESE = {"en": ("en", "GB"), "zh-Hant": ("zh", "TW"), "zh-Hans": ("zh", "CN")}


@dataclass(frozen=True)
class Paper:
    """A paper as PDF, and the names of its file: in ASCII, and in its own language."""

    content: bytes
    ascii_name: str
    name: str


def common(house: str, head: Head, by: str, now: Instant, _: Tongue) -> dict[str, Any]:
    """Return what each template is filled in with; `house` is the property's name, `by` who prints."""
    name = _("the operator") if by == OPERATOR.name else by
    at = _.translator.when(now, _.zone, named=True)
    return {
        "lang": _CHINESE[_.language][0],
        "region": _CHINESE[_.language][1],
        "fonts": [FAMILIES[_.language], BESIDE],
        "property": house,
        "clauses": "",
        "words": dict(words(_)),
        "foot": {
            "printed": _("Printed by {name}, {at}. Times in {zone}.", name=name, at=at, zone=_.zone.key),
            "head": _("Head of the record: entry {seq}, {hash}", seq=head.seq, hash=head.hash.hex()[:12]),
            "hash": head.hash.hex(),
            "last": "",
        },
    }
