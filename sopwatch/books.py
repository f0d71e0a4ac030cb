"""Which text of a procedure and its catalogue a case goes by: the one in force when it was opened, kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from rules.loader import parse_catalogue
from rules.pack import Pack, load_pack

from checklists.errors import PackError, StoreError
from checklists.loader import parse_procedure
from checklists.model import Procedure
from rules.kinds import Catalogue
from storage.store import Store

Book = tuple[Procedure, Catalogue]


class Books:
    """The packs of a property, and every text of them that a case was ever opened with.

    A house file that is refused leaves the last good pack in use; `alarms` says what is wrong with it.
    """

    def __init__(self, store: Store, directory: Path) -> None:
        self._store = store
        self._house = directory / "packs"
        self._parsed: dict[tuple[str, str], Book] = {}
        self.alarms: tuple[str, ...] = ()
        self.pack: Pack = load_pack(())
        self.reload()

    def reload(self) -> None:
        """Read the packs anew; on a mistake the last good ones stay in force."""
        try:
            self.pack = load_pack([self._house] if self._house.is_dir() else [])
            self.alarms = ()
        except PackError as error:
            self.alarms = error.mistakes
            self._last_good()
            return
        texts = {
            f"{kind}/{part.id if isinstance(part, Procedure) else part.procedure}@{part.version}": part.digest
            for procedure, catalogue in self.pack.all_versions()
            for kind, part in (("procedures", procedure), ("catalogue", catalogue))
        }
        self._store.enter("packs", "good", texts)
        for procedure, catalogue in self.pack.all_versions():
            self._store.keep_text(procedure.text)
            self._store.keep_text(catalogue.text)

    def _last_good(self) -> None:
        """Take the texts that were last in use, not the shipped ones in their place."""
        good = self._store.register("packs").get("good")
        if good:
            self.pack = Pack.of_texts({name: self._text(digest) for name, digest in good.items()})

    def _text(self, digest: str) -> str:
        if (text := self._store.text(digest)) is None:
            msg = f"the record lacks the pack text {digest}"
            raise StoreError(msg)
        return text

    def for_new_case(self, procedure_id: str, day: date) -> Book:
        """Return the procedure and catalogue in force on a local date. Raises KeyError for an unknown procedure."""
        return self.pack.in_force(procedure_id, day)

    def of(self, packs: Mapping[str, str]) -> Book:
        """Return the procedure and catalogue whose digests a case's `opened` recorded."""
        key = (packs["procedure"], packs["catalogue"])
        if key not in self._parsed:
            procedure = parse_procedure(self._text(key[0]), key[0])
            self._parsed[key] = (procedure, parse_catalogue(self._text(key[1]), key[1], procedure))
        return self._parsed[key]
