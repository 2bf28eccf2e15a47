"""What FastAPI and Starlette raise, answered with problem documents."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match, Route

from exercise_buddy.core.http.validation import from_validation
from exercise_buddy.core.problems import MethodNotAllowed, Problem, from_status, response


def _methods_at(request: Request) -> set[str]:
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    there = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in there for method in route.methods or ()}


def install(app: FastAPI) -> None:
    """Answer every exception that reaches FastAPI's handlers with a problem document."""

    async def on_problem(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, Problem)  # noqa: S101  (what Starlette's signature cannot say)
        return response(exc, request.scope)

    async def on_validation(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)  # noqa: S101
        return response(from_validation(exc), request.scope)

    async def on_http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)  # noqa: S101
        headers = exc.headers
        if exc.status_code == MethodNotAllowed.status:
            # Starlette names the methods of the first route that has the path; there may be more of them.
            headers = {"Allow": ", ".join(sorted(_methods_at(request)))}
        return response(from_status(exc.status_code, exc.detail, headers), request.scope)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
