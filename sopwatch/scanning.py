"""Where a scanned code leads: to a page of this property alone, whatever address stands in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlencode, urlsplit

from sopwatch.service import Service

Why = Literal["none", "several", "foreign", "unknown", "ended", "no_case"]
"""Why nothing was followed: no code was seen, or codes of several places; it is not of this property; this property
knows no such code, or has ended it; there is no such case."""
LONGEST = 2000


@dataclass(frozen=True)
class Scanned:
    """Where it leads (a path of this service, else empty), and why it leads nowhere."""

    to: str = ""
    why: Why | None = None


def leads_to(service: Service, texts: Iterable[str], own: Collection[str]) -> Scanned:
    """Return where codes lead that were seen together; `own` is by which hosts (and ports) this service is reached.

    The path is put together here: nothing of the scanned address is passed on but the name of a code or case.
    """
    found = {_leads_to(service, text.strip(), {host.lower() for host in own}) for text in texts}
    ways = [scanned for scanned in found if scanned.to]
    if len(ways) == 1:
        return ways[0]
    if ways:
        return Scanned(why="several")
    order: tuple[Why, ...] = ("ended", "unknown", "no_case", "foreign")
    return Scanned(why=next((why for why in order if Scanned(why=why) in found), "none"))


def _leads_to(service: Service, text: str, own: Collection[str]) -> Scanned:
    if not text or len(text) > LONGEST:
        return Scanned(why="foreign")
    try:
        address = urlsplit(text)
    except ValueError:
        return Scanned(why="foreign")
    if not address.scheme and not address.netloc:  # a paper printed by a command without an address: a bare number
        return _of_case(service, text, "foreign")
    if address.scheme not in {"http", "https"}:
        return Scanned(why="foreign")
    return _of_address(service, address, ours=address.netloc.lower() in own)


def _of_address(service: Service, address: SplitResult, *, ours: bool) -> Scanned:
    head, _, name = address.path.rpartition("/")
    if head == "/q":  # its random name is ours or nobody's: labels outlive the address that they were printed with
        code = service.codes.get(unquote(name))
        if code is None:
            return Scanned(why="unknown" if ours else "foreign")
        return Scanned(why="ended") if code.ended_at is not None else Scanned(f"/q/{quote(code.id, safe='')}")
    if ours and address.path == "/run":
        case_id = parse_qs(address.query).get("case", [""])[0]
        return _of_case(service, case_id, "no_case")
    return Scanned(why="foreign")


def _of_case(service: Service, case_id: str, why: Why) -> Scanned:
    known = bool(case_id) and service.last_seq(case_id) > 0
    return Scanned(f"/run?{urlencode({'case': case_id})}") if known else Scanned(why=why)
