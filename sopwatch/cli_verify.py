"""`verify`: whether a record holds, asked of its files or of the service that runs over them."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from checklists.errors import SopwatchError
from sopwatch.cli_asking import ask
from sopwatch.place import needs_record
from storage.head import GarbledHeadError, parse_head
from storage.lock import InUse
from storage.store import Head

if TYPE_CHECKING:
    from sopwatch.verify import Verdict


def verify_record(
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    head: Annotated[str | None, typer.Option(help="SEQ:HASH of a receipt or report that it must contain.")] = None,
    accept_damage: Annotated[
        str | None, typer.Option(help="Go on with what is left of a damaged record; the reason is entered into it.")
    ] = None,
) -> int:
    """Verify a record: its chain, its head, its violations against the judge's; 0 if it holds, 1 if not."""
    needs_record(data)
    try:
        held = parse_head(head) if head else None
    except GarbledHeadError as error:
        msg = f"--head: {error}"
        raise SopwatchError(msg) from error
    if accept_damage is not None:
        _accept(data, accept_damage)
    try:
        verdict = _of_files(data, held)
    except InUse as in_use:
        verdict = _of_service(data, in_use.address, head)
    for line in verdict.lines():
        typer.echo(line)
    return 1 if verdict.wrong else 0


def _accept(data: Path, reason: str) -> None:
    from storage.duck import DuckStore

    if not reason.strip():
        msg = "--accept-damage: write the reason, which stays in the record"
        raise SopwatchError(msg)
    with closing(DuckStore(data)) as store:
        damage = store.damage
        store.accept_damage(reason.strip())
        if damage:
            typer.echo(f"accepted: {damage.reason}; lost: {len(damage.missing)} entries; copies in {damage.copied_to}")


def _of_files(data: Path, held: Head | None) -> Verdict:
    from sopwatch.books import Books
    from sopwatch.place import read_property
    from sopwatch.verify import verify
    from storage.duck import DuckStore

    store = DuckStore(data)
    try:
        books = Books(store, data)
        now = max(time.time_ns() // 1000, store.judged().until)
        return verify(store, books, read_property(data).zone_info, now, held)
    finally:
        store.close()


def _of_service(data: Path, address: str, head: str | None) -> Verdict:
    from sopwatch.api.verification import CLAIM
    from sopwatch.verify import Verdict

    return Verdict(**ask(data, address, f"verification?head={quote(head or '')}", CLAIM, "POST"))
