"""The router of every slice. It validates every request before its endpoint runs.

orjson parses JSON: it is strict (no NaN, no Infinity, no number beyond 64 bits, no lone surrogate, bounded depth) and
several times faster than the standard library. NUL bytes, which PostgreSQL cannot store, are refused in the path, the
query, forms and JSON.
"""

import json
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from exercise_buddy.core import problems
from exercise_buddy.core.http.client_bounds import TooManyRequestsInFlight
from exercise_buddy.core.http.idempotency import StoredResponse, store_response
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput, Problem, UnsupportedMediaType, documented

BASE_PATH = "/api/v1"
MAX_BODY_BYTES = 1024 * 1024

_NUL_MESSAGE = "The character U+0000 is not allowed"
_INFINITE_MESSAGE = "JSON has neither NaN nor Infinity, and numbers beyond 64 bits are not accepted"
_ESCAPED_NUL = b"\\u0000"


def _nul_paths(value: Any, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:  # noqa: ANN401
    match value:
        case str() if "\0" in value:
            yield path
        case dict():
            for key, item in value.items():
                if "\0" in key:
                    yield (*path, key.replace("\0", "\\0"))
                yield from _nul_paths(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _nul_paths(item, (*path, index))


def _infinite_paths(value: Any, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:  # noqa: ANN401
    match value:
        case float() if not math.isfinite(value):
            yield path
        case dict():
            for key, item in value.items():
                yield from _infinite_paths(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _infinite_paths(item, (*path, index))


def _refuse_nul(paths: Iterator[tuple[object, ...]], location: str) -> None:
    errors = [FieldError(pointer(path), "nul_character", _NUL_MESSAGE, location) for path in paths]
    if errors:
        raise InvalidInput(errors=errors)


def _refuse_infinite(body: bytes) -> None:
    """Raise errors for NaN, Infinity and large numbers if the body is valid JSON otherwise."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    errors = [FieldError(pointer(path), "json_invalid", _INFINITE_MESSAGE) for path in _infinite_paths(value)]
    if errors:
        raise InvalidInput(errors=errors)


def parse_json(body: bytes) -> Any:  # noqa: ANN401  (any JSON value)
    """Parse JSON strictly.

    Raises:
        InvalidInput: it contains NaN, Infinity, a number beyond 64 bits, or a NUL character.
        JSONDecodeError: it is not JSON.

    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        _refuse_infinite(body)
        raise
    if _ESCAPED_NUL in body:
        _refuse_nul(_nul_paths(value), "body")
    return value


def _refuse_unknown(names: set[str]) -> None:
    errors = [
        FieldError(pointer((name,)), "unknown_parameter", "This parameter does not exist", "query")
        for name in sorted(names)
    ]
    if errors:
        raise InvalidInput(errors=errors)


class _Request(Request):
    """A request whose body is parsed strictly.

    FastAPI converts every error while parsing into a 400 without details, so the problem is kept in `refused`.
    """

    refused: Problem | None = None
    form_fields: frozenset[str] = frozenset()
    parse_body: "BodyParser | None" = None

    def _refuse_nul(self, paths: Iterator[tuple[object, ...]]) -> None:
        try:
            _refuse_nul(paths, "body")
        except InvalidInput as problem:
            self.refused = problem
            raise

    def _refuse_other_fields(self, sent: Counter[str]) -> None:
        errors = [
            FieldError(pointer((name,)), "extra_forbidden", "This field does not exist")
            for name in sorted(sent.keys() - self.form_fields)
        ] or [
            FieldError(pointer((name,)), "repeated", "This field was sent more than once")
            for name, count in sorted(sent.items())
            if count > 1
        ]
        if errors:
            self.refused = InvalidInput(errors=errors)
            raise self.refused

    async def json(self) -> Any:  # noqa: ANN401  (any JSON value)
        body = await self.body()
        try:
            return parse_json(body) if self.parse_body is None else await self.parse_body(self, body)
        except Problem as problem:
            self.refused = problem
            raise

    async def _get_form(self, **limits: Any) -> FormData:  # noqa: ANN401  (Starlette's own)
        form = await super()._get_form(**limits)
        texts = [
            (name, value if isinstance(value, str) else value.filename or "") for name, value in form.multi_items()
        ]
        try:
            self._refuse_nul((name,) for name, text in texts if "\0" in name + text)
            self._refuse_other_fields(Counter(name for name, _ in texts))
        except InvalidInput:
            await form.close()
            raise
        return form


_ANY_QUERY: set[Callable[..., Any]] = set()
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def any_query(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that accepts unknown query parameters, for callers that add their own.

    Apply it below the decorator of the route.
    """
    _ANY_QUERY.add(endpoint)
    return endpoint


BodyParser = Callable[[Request, bytes], Awaitable[Any]]
_BODY_PARSERS: dict[Callable[..., Any], BodyParser] = {}


def parse_body_with(parser: BodyParser) -> Callable[[Endpoint], Endpoint]:
    """Parse the JSON bodies of an endpoint with a function of its own, for bodies that are large or compressed.

    It runs before the dependencies of the endpoint: before it is known whether somebody is signed in. Apply it below
    the decorator of the route.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        _BODY_PARSERS[endpoint] = parser
        return endpoint

    return mark


Admission = Callable[[Request], AbstractAsyncContextManager[None]]
_ADMISSIONS: dict[Callable[..., Any], Admission] = {}


def admit_with(admission: Admission) -> Callable[[Endpoint], Endpoint]:
    """Admit the requests of an endpoint with a context manager, which is entered before their body is received.

    FastAPI receives the whole body before any dependency runs. Apply it below the decorator of the route.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        _ADMISSIONS[endpoint] = admission
        return endpoint

    return mark


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _query_parameters(dependency)


def _form_fields(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.body_params)
    for dependency in dependant.dependencies:
        yield from _form_fields(dependency)


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


class _Route(APIRoute):
    """A route with the validation of this module."""

    def __init__(self, path: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  (FastAPI's own)
        super().__init__(path, *arguments, **options)
        # The first line of a docstring is the summary of the operation; FastAPI would derive one from the name.
        summary, _, self.description = self.description.partition("\n")
        self.summary = self.summary or summary.removesuffix(".")
        self.description = self.description.strip()
        self._begins_with = path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request matches this route. Comparing the prefix first is cheap."""
        if not scope["path"].startswith(self._begins_with) and not scope.get("root_path"):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = _handle_admitted(super().get_route_handler(), _ADMISSIONS.get(self.endpoint))
        wants_json = self.body_field is not None and not isinstance(self.body_field.field_info, Form)
        form_fields = frozenset(_form_fields(self.dependant))
        parse_body = _BODY_PARSERS.get(self.endpoint)
        parameters = None if self.endpoint in _ANY_QUERY else set(_query_parameters(self.dependant))

        async def handle_strictly(given: Request) -> Response:
            scope = given.scope
            request = _Request(scope, given.receive, given._send)  # noqa: SLF001
            request.form_fields = form_fields
            request.parse_body = parse_body
            if scope["query_string"] and parameters is not None:
                _refuse_unknown(request.query_params.keys() - parameters)
            if b"%00" in scope["query_string"] or b"%00" in scope.get("raw_path", b""):
                names = (
                    (unquote_to_bytes(part.partition(b"=")[0]).decode("utf-8", "replace"),)
                    for part in scope["query_string"].split(b"&")
                    if b"%00" in part
                )
                _refuse_nul(names, "query")
                raise InvalidInput(errors=[FieldError("", "nul_character", _NUL_MESSAGE, "path")])
            if wants_json:
                content_type = request.headers.get("content-type")
                if content_type is not None and not _is_json(content_type):
                    raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
            try:
                response = await handle(request)
            except StoredResponse as replay:
                return replay.response
            except HTTPException:
                if request.refused is not None:
                    raise request.refused from None
                raise
            # The endpoint has finished and the transaction of the request is still open.
            await store_response(request, response)
            return response

        return handle_strictly


def _handle_admitted(
    handle: Callable[[Request], Coroutine[Any, Any, Response]], admission: Admission | None
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    if admission is None:
        return handle

    async def handle_admitted(request: Request) -> Response:
        async with admission(request):
            return await handle(request)

    return handle_admitted


def operation_id(route: APIRoute) -> str:
    """Return the operation id of a route: its tag and the name of its function, such as `workouts-log-workout`."""
    return f"{route.tags[0]}-{route.name.replace('_', '-')}"


class Router(APIRouter):
    """An `APIRouter` whose endpoints validate strictly and document their problems in OpenAPI.

    Args:
        prefix: the path below `/api/v1`.
        tag: the group of the endpoints in OpenAPI, and the first part of their operation ids.

    """

    def __init__(self, *, prefix: str = "", tag: str) -> None:
        super().__init__(
            prefix=BASE_PATH + prefix,
            tags=[tag],
            max_body_size=MAX_BODY_BYTES,
            route_class=_Route,
            responses=documented(
                problems.InvalidInput, problems.TooManyRequests, TooManyRequestsInFlight, problems.Unavailable
            ),
            generate_unique_id_function=operation_id,
        )


def mount(into: FastAPI | APIRouter, *routers: Router) -> None:
    """Add the endpoints of routers to an application or to another router.

    FastAPI's `include_router` searches each level of inclusion twice per request: three levels took 0.25 ms, a third of
    the request. Our routers contain full paths, so all routes can be in one flat list.
    """
    routes = into.router.routes if isinstance(into, FastAPI) else into.routes
    for router in routers:
        routes.extend(router.routes)
