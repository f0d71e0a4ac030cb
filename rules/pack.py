"""The procedures and catalogues in use: the shipped pack with the house's own packs over it, in all their versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Protocol, TypeVar

from checklists.document import Document
from checklists.errors import PackError
from checklists.loader import WHAT as PROCEDURE
from checklists.loader import make_procedure
from checklists.model import Procedure
from checklists.reader import read_file
from rules.kinds import Catalogue
from rules.loader import WHAT as CATALOGUE
from rules.loader import make_catalogue
from rules.references import check_references

ROOT = Path(__file__).parents[1]
BUILT_IN = ROOT / "checklists" / "house"
"""Beside the shipped SOPs in every property; a house's own pack may replace it, and a log is judged without it."""
_NAME = re.compile(r"(?P<id>.+?)(?:@(?P<version>[0-9]+))?\.yaml", re.ASCII)


@dataclass(frozen=True)
class Folder:
    """A pack on disk: its folder, and within it those of procedures and catalogues."""

    path: Path
    procedures: Path
    catalogues: Path

    @classmethod
    def of(cls, path: Path) -> Folder:
        """Return the pack in a folder; of the checkout itself, the shipped one."""
        if path.resolve() == ROOT:
            return SHIPPED
        return cls(path, path / "procedures", path / "catalogue")


SHIPPED = Folder(ROOT, ROOT / "checklists" / "procedures", ROOT / "rules" / "catalogue")


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...
    @property
    def in_force(self) -> date | None: ...


V = TypeVar("V", bound=_Versioned)


@dataclass(frozen=True)
class Pack:
    """Procedures and catalogues by the procedure's id, each in its versions, the lowest first.

    `folders` says where each procedure, `rule_folders` where each catalogue was read (the shipped ones: the checkout);
    `warnings` are lines about what is allowed, but hardly meant.
    """

    procedures: Mapping[str, tuple[Procedure, ...]]
    catalogues: Mapping[str, tuple[Catalogue, ...]]
    folders: Mapping[str, Path] = field(default_factory=dict)
    rule_folders: Mapping[str, Path] = field(default_factory=dict)
    warnings: Sequence[str] = ()

    def newest(self, procedure_id: str) -> tuple[Procedure, Catalogue]:
        """Return the highest version of a procedure and of its catalogue. Raises KeyError."""
        return self.procedures[procedure_id][-1], self.catalogues[procedure_id][-1]

    def in_force(self, procedure_id: str, day: date) -> tuple[Procedure, Catalogue]:
        """Return the procedure and catalogue for a case opened on a local date. Raises KeyError."""
        return _on(self.procedures[procedure_id], day), _on(self.catalogues[procedure_id], day)

    def meetings(self, procedure_id: str) -> Sequence[tuple[Procedure, Catalogue]]:
        """Return the versions of procedure and catalogue that one case can have. Raises KeyError."""
        return _meetings(self.procedures[procedure_id], self.catalogues[procedure_id])


def _on(versions: Sequence[V], day: date) -> V:
    """Return the highest version in force on a day, else the lowest."""
    standing = [v for v in versions if v.in_force is None or v.in_force <= day]
    return standing[-1] if standing else versions[0]


def _meetings(procedures: Sequence[Procedure], catalogues: Sequence[Catalogue]) -> list[tuple[Procedure, Catalogue]]:
    days = {date.min, *(p.in_force for p in procedures if p.in_force), *(c.in_force for c in catalogues if c.in_force)}
    pairs = [(procedures[-1], catalogues[-1]), *((_on(procedures, d), _on(catalogues, d)) for d in sorted(days))]
    return list({(p.version, c.version): (p, c) for p, c in pairs}.values())


def load_pack(directories: Sequence[Path] = ()) -> Pack:
    """Read the shipped pack and the house's packs after it. Raises PackError with all mistakes of all files.

    A procedure of the same id in a later pack replaces the earlier one and its catalogue, all versions of both. A
    catalogue in a later pack without a procedure beside it replaces the catalogue alone.
    """
    reading = _Reading()
    for folder in (SHIPPED, *(Folder.of(d) for d in directories if Folder.of(d) != SHIPPED)):
        reading.add(folder)
    return reading.finish()


@dataclass
class _Shelf:
    """What one folder holds: by id and version."""

    procedures: dict[str, dict[int, Procedure]] = field(default_factory=dict)
    catalogues: dict[str, dict[int, tuple[Catalogue, Document]]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


@dataclass
class _Reading:
    procedures: dict[str, tuple[Procedure, ...]] = field(default_factory=dict)
    catalogues: dict[str, tuple[Catalogue, ...]] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    rule_folders: dict[str, Path] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def add(self, folder: Folder) -> None:
        """Read a folder, and put what it holds over what there is."""
        if not folder.procedures.is_dir() and not folder.catalogues.is_dir():
            why = "holds neither procedures/ nor catalogue/" if folder.path.is_dir() else "is no folder"
            self.mistakes.append(f"{folder.path}: {why}: a pack is a folder with procedures/, catalogue/ or both")
            return
        shelf = _Shelf()
        self.read_procedures(folder, shelf)
        self.read_catalogues(folder, shelf)
        for name, procedures in shelf.procedures.items():
            self.procedures[name] = _ascending(procedures)
            self.catalogues[name] = (_no_rules(name),)
            self.folders[name] = self.rule_folders[name] = folder.path
        for name, read in shelf.catalogues.items():
            if name in self.procedures and name not in shelf.refused:
                self.catalogues[name] = _ascending({version: catalogue for version, (catalogue, _) in read.items()})
                self.rule_folders[name] = folder.path
                self.check(name, [document for _, document in read.values()])
            elif name not in shelf.refused:
                for _, document in read.values():
                    document.mistake(("procedure",), f"unknown procedure {name!r}", name, self.procedures)

    def read_procedures(self, folder: Folder, shelf: _Shelf) -> None:
        for path, document in self.files(folder.procedures, PROCEDURE):
            procedure = make_procedure(document)
            if procedure is None:
                shelf.refused |= {str(document.at("id")), path.stem.split("@")[0]}
            else:
                self.place(path, document, procedure.id, procedure, shelf.procedures, lambda p: p)

    def read_catalogues(self, folder: Folder, shelf: _Shelf) -> None:
        for path, document in self.files(folder.catalogues, CATALOGUE):
            catalogue = make_catalogue(document)
            if catalogue is not None and catalogue.procedure is not None:
                pair = (catalogue, document)
                self.place(path, document, catalogue.procedure, pair, shelf.catalogues, lambda c: c[0])
            elif catalogue is not None:
                document.mistake(("procedure",), "is missing")

    def files(self, folder: Path, what: str) -> Iterator[tuple[Path, Document]]:
        """Yield the YAML files of a folder as documents."""
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix in {".yaml", ".yml"}:
                document = read_file(path, what)
                self.documents.append(document)
                if path.suffix == ".yaml":
                    yield path, document
                else:
                    document.mistakes.clear()
                    document.warn((), "is not read: a file of a pack ends with .yaml")

    def place(
        self, path: Path, document: Document, name: str, item: T, shelf: dict[str, dict[int, T]], of: Callable[[T], V]
    ) -> None:
        """Put a version on its shelf, under the version that the file and its name agree on."""
        version = of(item).version
        if not (m := _NAME.fullmatch(path.name)) or m["id"] != name:
            document.warn(("id",), f"is {name!r}, but the file is named {path.name}")
        elif m["version"] and int(m["version"]) != version:
            document.mistake(("version",), f"is {version}, but the file is named {path.name}")
        versions = shelf.setdefault(name, {})
        if version in versions:
            document.mistake(("version",), f"is {version}, as in another file of {name!r} in {path.parent}")
        versions.setdefault(version, item)

    def check(self, name: str, documents: Sequence[Document]) -> None:
        """Hold each version of a catalogue against the versions of the procedure that it can meet."""
        by_digest = {document.digest: document for document in documents}
        newest = self.procedures[name][-1]
        for procedure, catalogue in _meetings(self.procedures[name], self.catalogues[name]):
            note = "" if procedure is newest else f" in version {procedure.version} of the procedure"
            check_references(by_digest[catalogue.digest], procedure, note)

    def finish(self) -> Pack:
        for document in self.documents:
            self.mistakes += document.in_order(document.mistakes)
        if self.mistakes:
            raise PackError(self.mistakes)
        warnings = [line for document in self.documents for line in document.in_order(document.warnings)]
        return Pack(self.procedures, self.catalogues, self.folders, self.rule_folders, warnings)


T = TypeVar("T")


def _ascending(versions: Mapping[int, V]) -> tuple[V, ...]:
    return tuple(versions[version] for version in sorted(versions))


def _no_rules(name: str) -> Catalogue:
    return Catalogue(procedure=name, rules=(), digest=sha256(b"").hexdigest())


def where_built_in(procedure_id: str) -> str:
    """Return what to add to a command whose log holds a procedure of the built-in pack; of any other nothing."""
    if not procedure_id.isidentifier() or not (BUILT_IN / "procedures" / f"{procedure_id}.yaml").is_file():
        return ""
    here = BUILT_IN.relative_to(Path.cwd()) if BUILT_IN.is_relative_to(Path.cwd()) else BUILT_IN
    return f"; it is built in: add --pack {here}"
