"""The places that earlier cases were at, most often named first: to be tapped instead of typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from checklists.instant import MINUTE
from checklists.model import Procedure
from sopwatch.service import Service
from sopwatch.ui.kept import kept

LOOKED_AT = 300
OFFERED = 40
ANEW = 10 * MINUTE


def known_places(service: Service, procedure: Procedure) -> Mapping[str, list[str]]:
    """Return, by field, the places of earlier cases of a procedure; read anew every ten minutes."""
    fields = [f.id for f in procedure.fields if f.place and f.type == "text" and not f.personal]
    if not fields:
        return {}

    def read() -> dict[str, list[str]]:
        counts: dict[str, Counter[str]] = {name: Counter() for name in fields}
        for facts in service.facts_lately(procedure.id, LOOKED_AT):
            for name in fields:
                if place := str(facts.get(name) or "").strip():
                    counts[name][place] += 1
        return {name: [place for place, _times in counts[name].most_common(OFFERED)] for name in fields}

    return kept(("places", id(service), procedure.id), service.clock.now() // ANEW, read)
