"""How a command asks a record: its files, or the service that runs over them (signed with its secret)."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checklists.errors import SopwatchError, StoreError
from sopwatch.place import needs_record
from sopwatch.signing import Signer

if TYPE_CHECKING:
    from sopwatch.service import Service
    from storage.duck import DuckStore

PATIENCE_SECONDS = 3600
MOST_BYTES = 100_000


@contextmanager
def service_of(data: Path) -> Iterator[Service]:
    """Open the record of a service that is stopped, as of the last instant it judged. Raises InUse where it runs.

    Raises StoreError where the record is damaged.
    """
    from sopwatch.service import Service
    from storage.duck import DuckStore

    needs_record(data)
    store = DuckStore(data)
    try:
        refuse_damaged(store, data)
        service = Service(store, data)
        service.clock.not_before(store.judged().until)
        yield service
    finally:
        store.close()


def refuse_damaged(store: DuckStore, data: Path) -> None:
    """Raise StoreError where a record is damaged: what can still be read of it may be a part."""
    if store.damage:
        msg = f"{data}: the record does not hold: {store.damage.reason} (copies in {store.damage.copied_to})"
        raise StoreError(msg)


def ask(data: Path, address: str, path: str, claim: Mapping[str, str], method: str = "GET") -> dict[str, Any]:
    """Return what the service answers. Raises SopwatchError where it refuses or does not answer."""
    try:
        told: dict[str, Any] = json.loads(ask_bytes(data, address, path, claim, method))
    except ValueError as error:
        msg = f"the service at {address} does not answer: {error}"
        raise SopwatchError(msg) from error
    return told


def ask_bytes(data: Path, address: str, path: str, claim: Mapping[str, str], method: str = "GET") -> bytes:
    """Return what the service answers, as it comes. Raises SopwatchError where it refuses or does not answer."""
    if not address.startswith(("http://", "https://")):
        msg = f"{data} is in use by a process that does not answer: stop it, then ask again"
        raise SopwatchError(msg)
    question = urllib.request.Request(  # noqa: S310 - http or https, see above
        f"{address}/api/v1/{path}",
        method=method,
        headers={"Authorization": f"Signed {Signer(data).sign(dict(claim), 60)}"},
    )
    trusting = ssl.create_default_context()
    trusting.check_hostname = False  # it is this machine's own service, whose certificate bears its public name
    trusting.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(question, timeout=PATIENCE_SECONDS, context=trusting) as answer:  # noqa: S310
            told: bytes = answer.read()
    except urllib.error.HTTPError as error:
        msg = f"the service at {address} refuses: {_line_of(error)}"
        raise SopwatchError(msg) from error
    except OSError as error:
        msg = f"the service at {address} does not answer: {error}"
        raise SopwatchError(msg) from error
    return told


def _line_of(error: urllib.error.HTTPError) -> str:
    """Return the line in which the service says why; of an answer that is none of its own the status."""
    try:
        return str(json.loads(error.read(MOST_BYTES))["error"])
    except (OSError, ValueError, LookupError, TypeError):
        return f"{error.code} {error.reason}"
