"""How the API refuses: a status and one line."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from checklists.errors import SopwatchError


class ApiError(SopwatchError):
    """A request that is refused with this status."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)


class Problem(BaseModel):
    """Why a request was refused, in one line."""

    error: str


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is not what it should be"},
    401: {"model": Problem, "description": "No token or session, or one that does not hold"},
    403: {"model": Problem, "description": "The access role does not permit this"},
    503: {"model": Problem, "description": "The record cannot be read or written now"},
}
