"""Honest figures: how many obligations of each rule arose, and what became of them (docs/figures.md defines them).

Open overdue ones are counted as violated; a case in which nothing was asked for is in no denominator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from checklists.case import Case
from rules.judge import judge_rule
from rules.kinds import Catalogue, Rule
from rules.obligations import outcomes
from rules.violation import Violation


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the obligations of a rule; those of several cases are added.

    `open` and `remedied` are violated, `short_notice` and `waived` are how many of the violated. `cases` are those with
    an obligation, `vacuous` those without any.
    """

    met: int = 0
    pending: int = 0
    open: int = 0
    remedied: int = 0
    lapsed: int = 0
    short_notice: int = 0
    waived: int = 0
    cases: int = 0
    vacuous: int = 0

    @property
    def violated(self) -> int:
        """How many were broken, whether or not what was missing was done after all."""
        return self.open + self.remedied

    @property
    def arose(self) -> int:
        """How many obligations there were."""
        return self.met + self.pending + self.violated + self.lapsed

    @property
    def rate(self) -> float | None:
        """The share met of those that are decided; None where none is."""
        return _share(self.met, self.violated)

    @property
    def rate_without_waived(self) -> float | None:
        """The same with the waived violations left out."""
        return _share(self.met, self.violated - self.waived)

    def __add__(self, other: Figures) -> Figures:
        """Return both together."""
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Figures)))


def _share(met: int, violated: int) -> float | None:
    return met / (met + violated) if met + violated else None


def figures(
    catalogue: Catalogue, case: Case, zone: ZoneInfo, waived: Collection[Hashable] = frozenset()
) -> Mapping[str, Figures]:
    """Return the figures of each rule in a case, as of its `now`; `waived` holds the identities of violations."""
    foreign = catalogue.foreign
    return {
        rule.id: of_rule(rule, case, zone, list(judge_rule(rule, case, zone, foreign=foreign)), waived, foreign=foreign)
        for rule in catalogue.rules
    }


def of_rule(
    rule: Rule,
    case: Case,
    zone: ZoneInfo,
    violations: Collection[Violation],
    waived: Collection[Hashable] = frozenset(),
    *,
    foreign: bool = False,
) -> Figures:
    """Return the figures of one rule in a case; `violations` are what the judge found of it there."""
    became = Counter(outcomes(rule, case, zone, violations, foreign=foreign))
    remedied = sum(v.remedied_at is not None for v in violations)
    return Figures(
        met=became["met"],
        pending=became["pending"],
        open=len(violations) - remedied,
        remedied=remedied,
        lapsed=became["lapsed"],
        short_notice=sum(v.short_notice for v in violations),
        waived=sum(v.identity in waived for v in violations),
        cases=int(became.total() > 0),
        vacuous=int(became.total() == 0),
    )


def as_row(rule_id: str, counted: Figures) -> dict[str, Any]:
    """Return the figures of a rule as a JSON object; the rate is a share from 0 to 1, null where nothing is decided."""
    return {
        "rule": rule_id,
        "arose": counted.arose,
        "met": counted.met,
        "pending": counted.pending,
        "violated": counted.violated,
        "open": counted.open,
        "remedied": counted.remedied,
        "lapsed": counted.lapsed,
        "short_notice": counted.short_notice,
        "waived": counted.waived,
        "cases": counted.cases,
        "vacuous": counted.vacuous,
        "rate": counted.rate,
    }
