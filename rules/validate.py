"""Whether a pack is sound: what its files get wrong, what its clauses are covered by, what its examples say."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checklists.document import one_line
from checklists.errors import PackError
from checklists.model import Procedure
from checklists.text import say
from rules.examples import VERDICTS, examples_of, run_example
from rules.kinds import Catalogue
from rules.pack import ROOT, Pack, load_pack

SHIPPED_SOURCE = ROOT / "docs" / "sop" / "source.zh-Hant.txt"


@dataclass(frozen=True)
class Coverage:
    """What covers a clause: the rules that judge it, the steps that do it, the forms it asks for, or a person."""

    procedure: str
    clause: str
    rules: Sequence[str]
    steps: Sequence[str]
    forms: Sequence[str]
    manual: bool
    reason: str

    @property
    def covered(self) -> bool:
        """Whether anything covers it."""
        return bool(self.rules or self.steps or self.forms or self.manual)


@dataclass(frozen=True)
class Report:
    """What `validate` found; `title` says of each procedure what it holds."""

    mistakes: Sequence[str] = ()
    failing: Sequence[str] = ()
    not_verbatim: Sequence[str] = ()
    warnings: Sequence[str] = ()
    coverage: Sequence[Coverage] = ()
    titles: Mapping[str, str] | None = None
    examples: int = 0

    @property
    def uncovered(self) -> Sequence[Coverage]:
        """The clauses that nothing covers."""
        return [row for row in self.coverage if not row.covered]

    @property
    def code(self) -> int:
        """The exit code: 2 for a refused file, a failing example, an uncovered clause, a text not verbatim; else 0."""
        return 2 if self.mistakes or self.failing or self.uncovered or self.not_verbatim else 0


def validate(directories: Sequence[Path] = ()) -> Report:
    """Check packs (without any the shipped one): the procedures and catalogues that they hold."""
    try:
        pack = load_pack(directories)
    except PackError as error:
        return Report(mistakes=error.mistakes)
    names = [name for name in pack.procedures if not directories or _is_of(pack, name, directories)]
    examples, failing = _run(pack, names)
    not_verbatim: list[str] = []
    warnings = [*pack.warnings, *_without_examples(pack, names), *_shared_ids(pack)]
    for name in names:
        documents, notes = _documents(pack, name)
        not_verbatim += [line for p in pack.procedures[name] for line in _unproven(p, documents)]
        warnings += notes
    return Report(
        failing=failing,
        not_verbatim=not_verbatim,
        warnings=warnings,
        coverage=[row for name in names for row in coverage(*pack.newest(name))],
        titles={name: _title(*pack.newest(name)) for name in names},
        examples=examples,
    )


def _is_of(pack: Pack, name: str, directories: Sequence[Path]) -> bool:
    return not {pack.folders[name].resolve(), pack.rule_folders[name].resolve()}.isdisjoint(
        directory.resolve() for directory in directories
    )


def _title(procedure: Procedure, catalogue: Catalogue) -> str:
    counts = f"{len(procedure.clauses)} clauses, {len(procedure.steps)} steps, {len(catalogue.rules)} rules"
    return f"{procedure.id} — {say(procedure.title, 'en') or procedure.id}, version {procedure.version}: {counts}"


def coverage(procedure: Procedure, catalogue: Catalogue) -> list[Coverage]:
    """Return what covers each clause of a procedure, in their order."""
    return [
        Coverage(
            procedure.id,
            name,
            [rule.id for rule in catalogue.rules if name in rule.clause],
            [step.id for step in procedure.steps.values() if name in step.clause],
            [form.id for form in procedure.forms if name in form.clause],
            clause.coverage == "manual",
            say(clause.reason or "", "en"),
        )
        for name, clause in procedure.clauses.items()
    ]


def _run(pack: Pack, names: Sequence[str]) -> tuple[int, list[str]]:
    """Run every example of every version of the rules; return their number and what fails."""
    count, failing = 0, []
    for name in names:
        met = {catalogue.version: (procedure, catalogue) for procedure, catalogue in reversed(pack.meetings(name))}
        for procedure, catalogue in met.values():
            results = [run_example(procedure, example) for example in examples_of(catalogue)]
            count += len(results)
            failing += [line for line in results if line]
    return count, failing


def _without_examples(pack: Pack, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        catalogue = pack.newest(name)[1]
        there = {(example.rule.id, example.verdict) for example in examples_of(catalogue)}
        for verdict in VERDICTS:
            if without := [rule.id for rule in catalogue.rules if (rule.id, verdict) not in there]:
                listed = ", ".join(without)
                yield f"{name}: {len(without)} of {len(catalogue.rules)} rules have no example that {verdict}: {listed}"


def _shared_ids(pack: Pack) -> Iterator[str]:
    owners: dict[str, list[str]] = defaultdict(list)
    for name, catalogues in pack.catalogues.items():
        for rule in catalogues[-1].rules:
            owners[rule.id].append(name)
    for rule_id, names in owners.items():
        if len(names) > 1:
            yield f"the rule id {rule_id} is borne by rules of {', '.join(names)}: give each its own"


def _documents(pack: Pack, name: str) -> tuple[list[Path], list[str]]:
    """Return the source documents of a procedure, and a warning if there is none."""
    folder = pack.folders[name]
    named = pack.newest(name)[0].source.get("file")
    if folder == ROOT:
        found = [SHIPPED_SOURCE] if SHIPPED_SOURCE.is_file() else []
    elif named:
        found = [folder / str(named)]
    else:
        found = sorted(folder.glob("source*.txt"))
    return found, [] if found else [f"{name}: no source document is given: whether its clauses are verbatim is unknown"]


def _unproven(procedure: Procedure, documents: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each clause whose text in the source's language is no line of the documents."""
    if missing := [path for path in documents if not path.is_file()]:
        yield f"{procedure.id}: source.file: there is no {missing[0]}"
    if not documents or missing:
        return
    try:
        lines = {line.strip() for path in documents for line in path.read_text("utf-8-sig").splitlines()}
    except (OSError, UnicodeDecodeError) as error:
        yield one_line(f"{procedure.id}: source.file: cannot be read: {error}")
        return
    language = procedure.source.get("language")
    for name, clause in procedure.clauses.items():
        texts = [clause.text.get(language, "")] if language else list(clause.text.values())
        if not any(text.strip() in lines for text in texts if text.strip()):
            where = " or ".join(path.name for path in documents)
            what = repr(texts[0]) if texts[0] else f"it has no text in {language}, which"
            yield one_line(f"{procedure.id}: clauses.{name}: is not verbatim: {what} is no line of {where}")


def render(report: Report) -> str:
    """Write a report as plain text: the coverage as a table, then what is wrong, then what is hardly meant."""
    lines: list[str] = []
    for name, title in (report.titles or {}).items():
        rows = [row for row in report.coverage if row.procedure == name]
        width = max((len(row.clause) for row in rows), default=0) + 4
        lines += [title, *(_row(row, width) for row in rows), ""]
    for heading, found in (
        ("refused", report.mistakes),
        ("failing examples", report.failing),
        ("uncovered clauses", [f"{row.procedure}: {row.clause}" for row in report.uncovered]),
        ("not verbatim", report.not_verbatim),
        ("warnings", report.warnings),
    ):
        lines += [f"{heading}:", *(f"  {line}" for line in found), ""] if found else []
    if not report.mistakes:
        covered = len(report.coverage) - len(report.uncovered)
        lines.append(f"{covered} of {len(report.coverage)} clauses covered; {report.examples} examples run")
    lines.append("not sound" if report.code else "sound")
    return "\n".join(lines)


def _row(row: Coverage, width: int) -> str:
    label = f"  {row.clause}".ljust(width)
    return textwrap.fill(
        _covered_by(row), 118, initial_indent=label, subsequent_indent=" " * width, break_on_hyphens=False
    )


def _covered_by(row: Coverage) -> str:
    parts = [
        f"{what}{'s' if len(names) > 1 else ''} {', '.join(names)}"
        for what, names in (("rule", row.rules), ("step", row.steps), ("form", row.forms))
        if names
    ]
    if row.manual:
        parts.append(f"manual: {row.reason}" if row.reason else "manual")
    return "; ".join(parts) or "UNCOVERED"
