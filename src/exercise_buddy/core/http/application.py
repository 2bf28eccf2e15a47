"""FastAPI with a short way to the routes of our routers.

Around an endpoint, FastAPI has six layers of its own, and most of them wrap each message of a response. A route that
responds by a plan (see `endpoint_calls`) needs none of them, so it is called directly. Everything else takes FastAPI's
way: other routes, WebSockets, unknown paths and methods, and all requests while they are traced with OpenTelemetry.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from exercise_buddy.core.http.route_table import RouteTable
from exercise_buddy.core.http.routing import PlannedRoute
from exercise_buddy.core.problems import MethodNotAllowed, build_response, from_status


class Application(FastAPI):
    """FastAPI with a short way to the routes of our routers. See the module."""

    former_paths: Mapping[str, str] = MappingProxyType({})
    """Beginnings of paths that have moved, and where to: requests to them are those to the new paths."""

    _is_traced: bool | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request. FastAPI reads the environment for each, to learn whether it is traced."""
        if scope["type"] == "http":
            if scope["path"].startswith(tuple(self.former_paths)):
                scope["path"] = self._current_path(scope["path"])
            if self._is_traced is None:
                self._is_traced = self._native_telemetry.enabled()
            if not self._is_traced and self.middleware_stack is not None:
                scope["app"] = self
                await self.middleware_stack(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

    def _current_path(self, path: str) -> str:
        former = next(former for former in self.former_paths if path.startswith(former))
        return self.former_paths[former] + path.removeprefix(former)

    def build_middleware_stack(self) -> ASGIApp:
        """Build the middleware around the routes. The server responds to errors that no middleware handles."""
        usual = ExceptionMiddleware(AsyncExitStackMiddleware(self.router), self.exception_handlers, self.debug)
        app: ASGIApp = _Dispatcher(self, usual)
        for middleware, arguments, options in reversed(self.user_middleware):
            app = middleware(app, *arguments, **options)
        return app


class _Dispatcher:
    def __init__(self, application: Application, usual: ASGIApp) -> None:
        self._application = application
        self._usual = usual
        self._table = RouteTable(())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope.get("root_path"):
            routes = self._application.routes
            if not self._table.is_of(routes):
                self._table = RouteTable(routes)
            found = self._table.find(scope)
            if found is None:
                if methods := self._table.find_methods(scope):
                    await _respond_without_route(scope, methods)(scope, receive, send)
                    return
            elif (
                "fastapi.telemetry" not in scope
                and isinstance(route := found[0], PlannedRoute)
                and route.respond is not None
            ):
                scope.update(found[1])
                await route.respond(scope, receive, send)
                return
        await self._usual(scope, receive, send)


def _respond_without_route(scope: Scope, methods: Sequence[str]) -> Response:
    """Return the response to OPTIONS, or to a method that a resource does not have."""
    headers = {"Allow": ", ".join(methods)}
    if scope["method"] == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    return build_response(from_status(MethodNotAllowed.status, headers=headers), scope)
