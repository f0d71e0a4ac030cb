"""The REST API under `/api`: machines with tokens and signed-in people record and read (format.md)."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

import sopwatch
from checklists.errors import NotAllowed, Refused, SopwatchError, StoreError
from sopwatch.api import attachments, auditing, events, explaining, forms, reading, scanning, trying, verification
from sopwatch.api.errors import ERRORS, ApiError, problem_of


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


def _told(_request: Request, error: Exception) -> Response:
    """Answer with the error as one line of JSON."""
    headers = {"Cache-Control": "no-store"}
    match error:
        case SopwatchError():
            status, told = _status(error), problem_of(error)
        case HTTPException():
            status, told = error.status_code, problem_of(SopwatchError(str(error.detail)))
            headers |= error.headers or {}
        case RequestValidationError():
            first = error.errors()[0]
            why = f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}"
            status, told = 400, problem_of(SopwatchError(why))
        case _:
            status, told = 500, {"error": "this should not have happened; the log of the service says more"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="sopwatch"'
    return JSONResponse(told, status, headers)


def _status(error: SopwatchError) -> int:
    match error:
        case ApiError():
            return error.status
        case NotAllowed():
            return 403
        case StoreError():
            return 503
        case Refused():
            return 422
        case _:
            return 400
