"""How the API refuses: a status, one line, and beside it the code of that line with its params."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from checklists.errors import Params, SopwatchError
from sopwatch.refusals import coded


class ApiError(SopwatchError):
    """A request that is refused with this status."""

    def __init__(self, status: int, why: str, code: str, params: Params) -> None:
        self.status = status
        super().__init__(why, code, params)


class Problem(BaseModel):
    """Why a request was refused, in one line; the code and the params of that line."""

    error: str
    code: str
    params: dict[str, str | int | float]


def problem_of(error: SopwatchError) -> dict[str, Any]:
    """Return an error as it is answered: one line, its code, and its params."""
    code, params = coded(error)
    return {"error": " ".join(str(error).split()), "code": code, "params": params}


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is not what it should be"},
    401: {"model": Problem, "description": "No token or session, or one that does not hold"},
    403: {"model": Problem, "description": "The access role does not permit this"},
    503: {"model": Problem, "description": "The record cannot be read or written now"},
}
