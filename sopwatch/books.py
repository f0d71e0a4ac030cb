"""Which text of a procedure and its catalogue a case goes by: the one in force when it was opened, kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from itertools import chain
from pathlib import Path

from checklists.errors import PackError, StoreError
from checklists.loader import read_procedure
from checklists.model import Procedure
from rules.kinds import Catalogue
from rules.loader import read_catalogue
from rules.pack import BUILT_IN, Pack, load_pack
from storage.store import Store

Book = tuple[Procedure, Catalogue]
_NO_RULES = sha256(b"").hexdigest()


class Books:
    """The packs of a property (shipped, built in, its own), and every text of them that a case was ever opened with.

    A house file that is refused leaves the last good pack in use; `alarms` says what is wrong with it.
    """

    def __init__(self, store: Store, directory: Path) -> None:
        self._store = store
        self._house = directory / "packs"
        self._parsed: dict[tuple[str, str], Book] = {}
        self.alarms: tuple[str, ...] = ()
        self.pack = Pack({}, {})
        self.reload()

    def reload(self) -> None:
        """Read the packs anew; on a mistake the last good ones stay in force, never the shipped in their place."""
        try:
            self.pack = load_pack([BUILT_IN, self._house] if self._house.is_dir() else [BUILT_IN])
        except PackError as error:
            self.alarms = error.mistakes
            good = self._store.register("packs").get("good")
            self.pack = self._of_texts(good) if good else load_pack([BUILT_IN])
            return
        self.alarms = ()
        if self._store.damage is None:
            self._keep()

    def _keep(self) -> None:
        """Keep the texts of the pack in use, so that it can be had again."""
        good = {
            "procedures": {f"{p.id}@{p.version}": p.digest for p in chain(*self.pack.procedures.values())},
            "catalogues": {f"{c.procedure}@{c.version}": c.digest for c in chain(*self.pack.catalogues.values())},
        }
        if self._store.register("packs").get("good") == good:
            return
        for procedure in chain(*self.pack.procedures.values()):
            self._store.keep_text(procedure.text)
        for catalogue in chain(*self.pack.catalogues.values()):
            self._store.keep_text(catalogue.text)
        self._store.enter("packs", "good", good)

    def _of_texts(self, good: Mapping[str, Mapping[str, str]]) -> Pack:
        procedures: dict[str, tuple[Procedure, ...]] = {}
        catalogues: dict[str, tuple[Catalogue, ...]] = {}
        for name, digest in good["procedures"].items():
            procedure = read_procedure(self._text(digest), name)
            procedures[procedure.id] = (*procedures.get(procedure.id, ()), procedure)
        for name, digest in good["catalogues"].items():
            procedure_id = name.rpartition("@")[0]
            catalogue = self._catalogue(digest, procedures[procedure_id][-1])
            catalogues[procedure_id] = (*catalogues.get(procedure_id, ()), catalogue)
        return Pack(procedures, catalogues)

    def _catalogue(self, digest: str, procedure: Procedure) -> Catalogue:
        if digest == _NO_RULES:
            return Catalogue(procedure=procedure.id, rules=(), digest=digest)
        return read_catalogue(self._text(digest), digest, procedure)

    def _text(self, digest: str) -> bytes:
        if (text := self._store.text(digest)) is None:
            msg = f"the record lacks the pack text {digest}: restore it from a backup"
            raise StoreError(msg)
        return text.encode()

    def for_new_case(self, procedure_id: str, day: date) -> Book:
        """Return the procedure and catalogue in force on a local date. Raises KeyError for an unknown procedure."""
        return self.pack.in_force(procedure_id, day)

    def of(self, packs: Mapping[str, str]) -> Book:
        """Return the procedure and catalogue whose digests a case's `opened` recorded."""
        key = (packs["procedure"], packs["catalogue"])
        if key not in self._parsed:
            procedure = read_procedure(self._text(key[0]), key[0])
            self._parsed[key] = (procedure, self._catalogue(key[1], procedure))
        return self._parsed[key]


def role_titles(pack: Pack) -> dict[str, Mapping[str, str]]:
    """Return the titles of the roles of all procedures of a pack, each in its newest version."""
    procedures = [pack.newest(name)[0] for name in sorted(pack.procedures)]
    return {name: role.title for procedure in procedures for name, role in procedure.roles.items()}
