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


def install(app: FastAPI) -> None:
    """Register handlers that respond with a problem document to every exception that FastAPI handles."""

    async def on_problem(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, Problem)  # noqa: S101  (Starlette's signature is less specific)
        return build_response(exc, request.scope)

    async def on_validation(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)  # noqa: S101
        return build_response(from_validation(exc), request.scope)

    async def on_http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)  # noqa: S101
        headers = exc.headers
        if exc.status_code == MethodNotAllowed.status:
            # Starlette lists the methods of the first route with this path only.
            headers = {"Allow": ", ".join(sorted(_methods_at(request)))}
        return build_response(from_status(exc.status_code, exc.detail, headers), request.scope)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
