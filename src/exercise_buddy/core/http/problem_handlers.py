"""Exception handlers that respond to FastAPI's and Starlette's exceptions with problem documents."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from exercise_buddy.core.http.validation import from_validation
from exercise_buddy.core.problems import MethodNotAllowed, Problem, build_response, from_status


def _methods_at(request: Request) -> set[str]:
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    matching = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in matching for method in route.methods or ()}


def build_error_response(request: Request, error: Exception) -> Response | None:
    """Return the response to an exception that FastAPI handles. None if it is another one."""
    if isinstance(error, Problem):
        return build_response(error, request.scope)
    if isinstance(error, RequestValidationError):
        return build_response(from_validation(error), request.scope)
    if not isinstance(error, HTTPException):
        return None
    headers = error.headers
    if error.status_code == MethodNotAllowed.status:
        # Starlette lists the methods of the first route with this path only.
        headers = {"Allow": ", ".join(sorted(_methods_at(request)))}
    return build_response(from_status(error.status_code, error.detail, headers), request.scope)


def install(app: FastAPI) -> None:
    """Register a handler that responds with a problem document to every exception that FastAPI handles."""

    async def respond(request: Request, error: Exception) -> Response:
        response = build_error_response(request, error)
        assert response is not None  # noqa: S101  (Starlette calls it for these exceptions only)
        return response

    for handled in (Problem, RequestValidationError, HTTPException):
        app.add_exception_handler(handled, respond)
