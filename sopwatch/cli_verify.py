"""`verify`: whether a record holds, asked of its files or of the service that runs over them."""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from checklists.errors import SopwatchError
from sopwatch.place import needs_record
from storage.head import GarbledHeadError, parse_head
from storage.lock import InUse
from storage.store import Head

if TYPE_CHECKING:
    from sopwatch.verify import Verdict

PATIENCE_SECONDS = 3600


def verify_record(
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    head: Annotated[str | None, typer.Option(help="SEQ:HASH of a receipt or report that it must contain.")] = None,
) -> int:
    """Verify a record: its chain, its head, its violations against the judge's; 0 if it holds, 1 if not."""
    needs_record(data)
    try:
        held = parse_head(head) if head else None
    except GarbledHeadError as error:
        msg = f"--head: {error}"
        raise SopwatchError(msg) from error
    try:
        verdict = _of_files(data, held)
    except InUse as in_use:
        verdict = _of_service(data, in_use.address, head)
    for line in verdict.lines():
        typer.echo(line)
    return 1 if verdict.wrong else 0


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
    from sopwatch.signing import Signer
    from sopwatch.verify import Verdict

    if not address.startswith(("http://", "https://")):
        msg = f"{data} is in use by a process that does not answer: stop it, then verify"
        raise SopwatchError(msg)
    signed = Signer(data).sign(CLAIM, 60)
    question = urllib.request.Request(  # noqa: S310 - http or https, see above
        f"{address}/api/v1/verification?head={quote(head or '')}",
        method="POST",
        headers={"Authorization": f"Signed {signed}"},
    )
    trusting = ssl.create_default_context()
    trusting.check_hostname = False  # it is this machine's own service, whose certificate bears its public name
    trusting.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(question, timeout=PATIENCE_SECONDS, context=trusting) as answer:  # noqa: S310
            told: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        msg = f"the service at {address} refuses: {error.read(500).decode('utf-8', 'replace')}"
        raise SopwatchError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"the service at {address} does not answer: {error}"
        raise SopwatchError(msg) from error
    return Verdict(**told)
