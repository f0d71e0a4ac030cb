"""The REST API under `/api`: machines with tokens and signed-in people record and read (format.md)."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

import sopwatch
from checklists.errors import NotAllowed, NotThereError, Refused, SopwatchError, StoreError
from sopwatch.api import attachments, auditing, events, explaining, forms, reading, scanning, trying, verification
from sopwatch.api.errors import ERRORS, ApiError, problem_of
from sopwatch.refusals import because


def make_api() -> FastAPI:
    """Return the API, to be mounted under `/api`."""
    api = FastAPI(
        title="sopwatch",
        version=sopwatch.__version__,
        description="Records events of hotel procedures, and tells which rules were broken.",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=ERRORS,
    )
    for part in (events, forms, reading, explaining, auditing, trying, attachments, scanning, verification):
        api.include_router(part.router, prefix="/v1")
    api.add_exception_handler(SopwatchError, _told)
    api.add_exception_handler(HTTPException, _told)
    api.add_exception_handler(RequestValidationError, _told)
    api.add_exception_handler(Exception, _told)
    return api


def _told(request: Request, error: Exception) -> Response:
    """Answer with the error as JSON: one line, its code and params."""
    headers = {"Cache-Control": "no-store"}
    match error:
        case SopwatchError():
            status, told = _status(error), problem_of(error)
        case HTTPException():
            status, told = error.status_code, problem_of(_of_address(error, request.method))
            headers |= error.headers or {}
        case RequestValidationError():
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"][1:]))
            status, told = 400, problem_of(SopwatchError(*because("asked_unfit", name=name, why=first["msg"])))
        case _:
            status, told = 500, problem_of(SopwatchError(*because("unforeseen")))
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="sopwatch"'
    return JSONResponse(told, status, headers)


def _of_address(error: HTTPException, method: str) -> SopwatchError:
    match error.status_code:
        case 404:
            return SopwatchError(*because("no_address"))
        case 405:
            return SopwatchError(*because("no_method", method=method))
        case _:
            return SopwatchError(str(error.detail))


def _status(error: SopwatchError) -> int:
    match error:
        case ApiError():
            return error.status
        case NotAllowed():
            return 403
        case NotThereError():
            return 404
        case StoreError():
            return 503
        case Refused():
            return 422
        case _:
            return 400
