"""How a command asks the service that runs over its directory: signed with the secret that both can read."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checklists.errors import SopwatchError
from sopwatch.signing import Signer

PATIENCE_SECONDS = 3600
MOST_BYTES = 100_000


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
