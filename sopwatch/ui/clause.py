"""The SOP's sentence behind a step or a rule: the source's words, their translation, how they are read, the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checklists.model import Procedure
from rules.kinds import Catalogue, Rule
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.words import severity_of


@dataclass(frozen=True)
class Sentence:
    """A clause as people read it; `translation` is empty where the source's own language is read."""

    id: str
    words: str
    translation: str
    reading: str
    manual: str


@dataclass(frozen=True)
class RuleNote:
    """A rule that is held over a step."""

    title: str
    reading: str
    severity: str
    house: bool


@dataclass(frozen=True)
class Background:
    """What stands behind a step: sentences of the SOP in its own language, and the rules on it."""

    document: str
    sentences: Sequence[Sentence]
    rules: Sequence[RuleNote]
    language: str = "zh-Hant"


def sentences_of(clauses: Iterable[str], procedure: Procedure, _: Tongue) -> list[Sentence]:
    """Return clauses: verbatim in the language of the source, with a translation for those who read another."""
    own = str(procedure.source.get("language", "zh-Hant"))
    found = []
    for clause_id in clauses:
        if clause := procedure.clauses.get(clause_id):
            verbatim = clause.text.get(own) or _.of(clause.text)
            translated = clause.text.get(_.language, "") if not _.language.startswith(own[:2]) else ""
            reason = _.of(clause.reason) if clause.coverage == "manual" else ""
            found.append(Sentence(clause_id, verbatim, translated, _.of(clause.reading), reason))
    return found


def rules_on(step: str, catalogue: Catalogue) -> list[Rule]:
    """Return the rules that name a step."""
    return [rule for rule in catalogue.rules if any(step in s.words for s in rule.kind.selectors())]


def note_of(rule: Rule, _: Tongue) -> RuleNote:
    """Return a rule in words."""
    return RuleNote(_.of(rule.title, rule.id), _.of(rule.reading), severity_of(rule.severity, _), rule.house)


def behind_step(step: str, procedure: Procedure, catalogue: Catalogue, _: Tongue) -> Background:
    """Return what stands behind a step."""
    return Background(
        str(procedure.source.get("document", "")),
        sentences_of(procedure.steps[step].clause, procedure, _),
        [note_of(rule, _) for rule in rules_on(step, catalogue)],
        str(procedure.source.get("language", "zh-Hant")),
    )
