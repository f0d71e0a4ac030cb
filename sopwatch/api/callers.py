"""Who calls the API, and how much they may send: a machine's token, or a person's session from our own pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from checklists.errors import NotAllowed
from sopwatch.access import Right, Who
from sopwatch.api.errors import ApiError
from sopwatch.refusals import because
from sopwatch.running import SESSION_COOKIE, service
from sopwatch.web import is_same_origin

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DRAINED = 64 << 20
BEARER = HTTPBearer(auto_error=False, description="A token made by `sopwatch users token`.")


def allow(*rights: Right) -> Callable[..., Who]:
    """Return a dependency that gives who calls; it raises unless one of these rights is theirs."""

    def caller(request: Request, _token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Who:
        who = caller_of(request)
        if not who.rights & set(rights):
            raise NotAllowed(*because("right_needed", who=who.name, right=" or ".join(rights)))
        return who

    return caller


def allow_command(command: str, *rights: Right) -> Callable[..., Who | None]:
    """Return a dependency as `allow`'s that lets a command through too (then None): who can read the secret may all."""
    allowed = allow(*rights)

    def caller(request: Request, token: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Who | None:
        return allowed(request, token) if signed_by(request, command) is None else None

    return caller


def signed_by(request: Request, command: str) -> Mapping[str, Any] | None:
    """Return what a command signed with the secret of the directory; None where nothing is signed. Raises ApiError."""
    scheme, _, signed = request.headers.get("authorization", "").partition(" ")
    if scheme != "Signed":
        return None
    claims = service().access.claims(signed)
    if claims is None or claims.get("for") != command:
        raise ApiError(401, *because("signature_unknown"))
    return claims


def caller_of(request: Request) -> Who:
    """Return who calls. Raises ApiError (401) or NotAllowed for a write that another site asked the browser for."""
    access = service().access
    if header := request.headers.get("authorization"):
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not (machine := access.machine(token.strip())):
            raise ApiError(401, *because("token_unknown"))
        return machine
    who = access.whose(request.cookies.get(SESSION_COOKIE))
    if who is None:
        raise ApiError(401, *because("not_signed_in"))
    if request.method not in _SAFE and not is_same_origin(request.headers):
        raise NotAllowed(*because("other_site"))
    return who


async def body_of(request: Request, limit: int) -> bytes:
    """Return the body. Raises ApiError (413) when it is longer, whatever its header said; nothing more is kept."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit + _DRAINED:
        raise _too_large(limit)
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            kept += chunk
        elif size > limit + _DRAINED:
            break
        else:
            kept.clear()  # read on, so that the sender hears the answer
    if size > limit:
        raise _too_large(limit)
    return bytes(kept)


def _too_large(limit: int) -> ApiError:
    return ApiError(413, *because("too_large", most=limit >> 20))
