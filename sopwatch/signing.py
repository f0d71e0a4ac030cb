"""Texts signed with the secret of a property: sessions, and what commands ask of a running service."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Signer:
    """Signs with the secret in `directory`, which is made once, readable by the owner alone."""

    def __init__(self, directory: Path) -> None:
        path = directory / "secret"
        if not path.exists() or not path.stat().st_size:
            path.touch(mode=0o600)
            path.write_bytes(secrets.token_bytes(32))
        self._secret = path.read_bytes()

    def sign(self, claims: Mapping[str, Any], seconds: float) -> str:
        """Return signed claims that hold for some seconds of real time."""
        body = json.dumps({**claims, "until": time.time() + seconds}, separators=(",", ":")).encode()
        return f"{_b64(body)}.{_b64(self._mac(body))}"

    def claims(self, signed: str | None) -> Mapping[str, Any] | None:
        """Return the claims of a signed text; None when it is forged or has ended."""
        claims = self.signed(signed)
        return claims if claims and claims.get("until", 0) > time.time() else None

    def signed(self, signed: str | None) -> Mapping[str, Any] | None:
        """Return the claims of a signed text, also of one that has ended; None when it is forged."""
        try:
            body, mac = (urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in (signed or "").split("."))
            claims = json.loads(body) if hmac.compare_digest(mac, self._mac(body)) else None
        except ValueError:
            return None
        return claims if isinstance(claims, dict) else None

    def derived(self, purpose: str) -> str:
        """Return a secret for another use, made from the one of this property."""
        return self._mac(f"derived for {purpose}".encode()).hex()

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
