"""The chain: an entry as canonical JSON, its hash, and the digests that stand for personal text (docs/chain.md).

`hash` = SHA-256(previous hash ‖ RFC 8785 JSON of the entry). A personal value stands in the entry as
`digest:` + SHA-256(salt of the case ‖ RFC 8785 JSON of the value), so that equal values of one case stay equal.
Numbers are IEEE doubles (RFC 8785, 3.2.2.3): a whole number beyond 2**53 - 1 enters as the double nearest to it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import rfc8785

from checklists.errors import StoreError
from checklists.event import Event
from checklists.instant import format_instant, from_datetime
from storage.store import Draft, Entry, Head

DIGEST = "digest:"
FILE = "sha256:"
_SAFE = 2**53 - 1
_PLAIN = ("case_id", "procedure", "event", "actor", "role", "subject", "value", "data", "event_id")


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with its place in the chain: what is hashed (`payload`), and digest → value of its personal parts."""

    entry: Entry
    payload: bytes
    personal: Mapping[str, Any]


def seal(drafts: Sequence[Draft], head: Head, salts: Mapping[str, bytes]) -> list[Sealed]:
    """Give drafts their places after `head`; `salts` holds one for each case with personal parts.

    Raises StoreError for what JSON or the chain cannot hold (NaN, half a surrogate pair, a number beyond a double).
    """
    sealed: list[Sealed] = []
    for number, draft in enumerate(drafts, 1):
        seq = head.seq + number
        try:
            event, personal = _conceal(replace(draft.event, position=seq), draft.personal, salts)
            payload = canonical(document(event, draft.by, draft.packs))
        except (ValueError, OverflowError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else error
            what = f"event {draft.event.event!r} of case {draft.event.case_id!r}"
            raise StoreError(f"{what} cannot be kept: {reason}") from error
        previous = sealed[-1].entry.hash if sealed else head.hash
        sealed.append(Sealed(entry_of(payload, entry_hash(previous, payload)), payload, personal))
    return sealed


def needs_salt(drafts: Iterable[Draft]) -> list[str]:
    """Return the cases of drafts with personal parts, each once."""
    return list(dict.fromkeys(d.event.case_id for d in drafts if d.personal))


def new_salt() -> bytes:
    """Return a salt for the digests of a case."""
    return secrets.token_bytes(32)


def file_named(value: object) -> str | None:
    """Return the digest of the kept file that a value names (`sha256:HEX`)."""
    return value.removeprefix(FILE) if isinstance(value, str) and value.startswith(FILE) else None


def document(event: Event, by: str, packs: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the entry as the JSON object that is hashed: all fourteen keys, null where there is nothing."""
    return {
        **{key: getattr(event, key) for key in _PLAIN},
        "seq": event.position,
        "occurred_at": format_instant(event.occurred_at),
        "recorded_at": format_instant(event.recorded_at),
        "by": by,
        "packs": packs,
    }


def canonical(value: object) -> bytes:
    """Return RFC 8785 JSON. Raises ValueError, OverflowError or RecursionError for what is no JSON value."""
    try:
        value = _json(value, common=True)
    except _UncommonError:
        return rfc8785.dumps(_json(value, common=False))
    return _COMMON.encode(value).encode()


_COMMON = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))


class _UncommonError(Exception):
    """A value that the standard library does not write as RFC 8785 does: odd doubles, keys beyond ASCII."""


def _json(value: object, *, common: bool) -> Any:
    """Return a JSON value with whole numbers beyond a double's exact range as doubles.

    With `common` it is what the standard library (six times as fast) writes as RFC 8785 does, or _UncommonError.
    """
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, int) and -_SAFE <= value <= _SAFE:
        return int(value)
    if isinstance(value, int | float):
        if common and not (isinstance(value, float) and 1e-4 <= abs(value) < 1e15 and not value.is_integer()):
            raise _UncommonError
        return float(value)
    if isinstance(value, Mapping):
        if common and not all(isinstance(key, str) and key.isascii() for key in value):
            raise _UncommonError
        return {key: _json(inner, common=common) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_json(inner, common=common) for inner in value]
    msg = f"{value!r} is no JSON value"
    raise ValueError(msg)


def parse(payload: bytes | str) -> Any:
    """Read JSON as it is kept: whole numbers beyond 2**53 - 1 are doubles."""
    return _DECODER.decode(payload if isinstance(payload, str) else payload.decode())


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 16 or abs(int(digits)) <= _SAFE else float(digits)


_DECODER = json.JSONDecoder(parse_int=_whole)


def entry_hash(previous: bytes, payload: bytes) -> bytes:
    """Return the hash of an entry that follows the one with the hash `previous` (32 zero bytes before the first)."""
    return hashlib.sha256(previous + payload).digest()


def entry_of(payload: bytes, digest: bytes) -> Entry:
    """Return the entry that a payload holds."""
    found = parse(payload)
    event = Event(
        position=found["seq"],
        occurred_at=from_datetime(datetime.fromisoformat(found["occurred_at"])),
        recorded_at=from_datetime(datetime.fromisoformat(found["recorded_at"])),
        **{key: found[key] for key in _PLAIN},
    )
    return Entry(event, found["by"], found["packs"], digest)


def line(entry: Entry) -> str:
    """Return an entry as a line that outsiders can check: `SEQ:HASH`, a tab, its canonical JSON."""
    payload = canonical(document(entry.event, entry.by, entry.packs))
    return f"{Head(entry.seq, entry.hash)}\t{payload.decode()}"


# --- personal parts --------------------------------------------------------------------------------------------------


def digest(salt: bytes, value: object) -> str:
    """Return what stands for a personal value in the entries of the case that has this salt."""
    return DIGEST + hashlib.sha256(salt + canonical(value)).hexdigest()


def _conceal(event: Event, personal: Iterable[str], salts: Mapping[str, bytes]) -> tuple[Event, dict[str, Any]]:
    """Replace the personal parts that are there by digests; return digest → value beside."""
    found: dict[str, Any] = {}

    def hidden(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [hidden(entry) for entry in value]
        if value is None:
            return None
        key = digest(salts[event.case_id], value)
        found[key] = value
        return key

    for part in sorted(personal):
        name, _, inner = part.partition(".")
        if name == "data" and inner:
            if event.data and inner in event.data:
                event = replace(event, data={**event.data, inner: hidden(event.data[inner])})
        elif part in {"actor", "subject", "value"}:
            event = replace(event, **{part: hidden(getattr(event, part))})
        else:
            msg = f"{part!r} is no part that can be personal (actor, subject, value, data.FIELD)"
            raise ValueError(msg)
    return event, found
