"""The router of every slice. It validates every request before its endpoint runs.

Unknown and repeated parameters and NUL bytes, which PostgreSQL cannot store, are refused in the path and the query;
`core.http.strict_request` reads bodies. Nobody makes the server read a body without the access token that its endpoint
needs.
"""

from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from traceback import clear_frames
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, FastAPI, Request
from fastapi._compat import ModelField, field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.params import File, Form
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from exercise_buddy.core import problems
from exercise_buddy.core.http.client_bounds import TooManyRequestsInFlight
from exercise_buddy.core.http.idempotency import IDEMPOTENT, StoredResponse, store_response
from exercise_buddy.core.http.json_bodies import NUL_MESSAGE, refuse_nul
from exercise_buddy.core.http.strict_request import BodyContract, BodyParser, StrictRequest, check_content_type
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError, InvalidInput, documented
from exercise_buddy.core.security.identity import find_bearer_dependency

BASE_PATH = "/api/v1"
MAX_BODY_BYTES = 1024 * 1024
MAX_SMALL_BODY_BYTES = 16 * 1024
"""For slices whose bodies are a few fields, such as credentials."""

_MAX_QUERY_PARAMETERS = 100


def _refuse_parameters(names: Collection[str], code: str, message: str) -> None:
    if names:
        raise InvalidInput(errors=(FieldError(pointer((name,)), code, message, "query") for name in sorted(names)))


def _check_query(request: Request, parameters: Mapping[str, bool] | None) -> None:
    """Refuse a query with too many, unknown or repeated parameters, or with NUL characters.

    Args:
        request: the request.
        parameters: the names, and whether each may be repeated because it is a list. None: any.

    Raises:
        InvalidInput: the query is refused.

    """
    query: bytes = request.scope["query_string"]
    if query.count(b"&") >= _MAX_QUERY_PARAMETERS:
        message = f"A query has at most {_MAX_QUERY_PARAMETERS} parameters"
        raise InvalidInput(errors=[FieldError("", "too_many_parameters", message, "query")])
    if parameters is not None:
        sent = Counter(name for name, _ in request.query_params.multi_items())
        _refuse_parameters(sent.keys() - parameters.keys(), "unknown_parameter", "This parameter does not exist")
        # Which of the values counts is a convention: a proxy in front may have another one.
        repeated = {name for name, count in sent.items() if count > 1 and not parameters[name]}
        _refuse_parameters(repeated, "repeated", "This parameter was sent more than once")
    if b"%00" in query:
        names = (
            (unquote_to_bytes(part.partition(b"=")[0]).decode("utf-8", "replace"),)
            for part in query.split(b"&")
            if b"%00" in part
        )
        refuse_nul(names, "query")


_ANY_QUERY: set[Callable[..., Any]] = set()
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def any_query(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that accepts unknown query parameters, for callers that add their own.

    Apply it below the decorator of the route.
    """
    _ANY_QUERY.add(endpoint)
    return endpoint


_BODY_PARSERS: dict[Callable[..., Any], BodyParser] = {}


def parse_body_with(parser: BodyParser) -> Callable[[Endpoint], Endpoint]:
    """Parse the JSON bodies of an endpoint with a function of its own, for bodies that are large or compressed.

    It runs before the dependencies of the endpoint, except that the user of an endpoint with `CurrentUser` is known.
    Apply it below the decorator of the route.
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


def _query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Yield the name of each query parameter, and whether it is a list."""
    for parameter in dependant.query_params:
        yield parameter.alias, field_annotation_is_sequence(parameter.field_info.annotation)
    for dependency in dependant.dependencies:
        yield from _query_parameters(dependency)


def _form_fields(dependant: Dependant) -> Iterator[ModelField]:
    yield from dependant.body_params
    for dependency in dependant.dependencies:
        yield from _form_fields(dependency)


class _Route(APIRoute):
    """A route with the validation of this module."""

    def __init__(self, path: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  (FastAPI's own)
        if IDEMPOTENT in (options.get("dependencies") or ()):
            # A retry after the resource was deleted.
            responses = options["responses"] = dict(options.get("responses") or {})
            responses.setdefault(problems.NotFound.status, documented(problems.NotFound)[problems.NotFound.status])
        super().__init__(path, *arguments, **options)
        # The first line of a docstring is the summary of the operation; FastAPI would derive one from the name.
        summary, _, self.description = self.description.partition("\n")
        self.summary = self.summary or summary.removesuffix(".")
        self.description = self.description.strip()
        self._begins_with = path.partition("{")[0]
        # Any request may have two credentials; any body may be too large, or not what the endpoint reads.
        of_body = (problems.ContentTooLarge, problems.UnsupportedMediaType) if self.body_field else ()
        self.responses = {**documented(problems.MalformedRequest, *of_body), **self.responses}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request matches this route. Comparing the prefix first is cheap."""
        if not scope["path"].startswith(self._begins_with) and not scope.get("root_path"):
            return Match.NONE, {}
        return super().matches(scope)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = _handle_admitted(super().get_route_handler(), _ADMISSIONS.get(self.endpoint))
        contract = self._body_contract()
        require_user = find_bearer_dependency(self.dependant)
        parameters = None if self.endpoint in _ANY_QUERY else dict(_query_parameters(self.dependant))

        async def handle_strictly(given: Request) -> Response:
            scope = given.scope
            if require_user is not None and scope["state"]["identity"] is None:
                # FastAPI would read and parse the body first.
                await require_user(given)
            request = StrictRequest(scope, given.receive, given._send)  # noqa: SLF001
            request.contract = contract
            if scope["query_string"]:
                _check_query(request, parameters)
            if b"%00" in scope.get("raw_path", b""):
                raise InvalidInput(errors=[FieldError("", "nul_character", NUL_MESSAGE, "path")])
            check_content_type(request)
            try:
                response = await handle(request)
            except StoredResponse as replay:
                return replay.response
            except Exception as error:
                # A traceback keeps the variables of its functions, and they keep the traceback: a body would stay in
                # memory until the garbage collector runs, which counts objects and not their bytes.
                _clear_variables(error)
                if not isinstance(error, HTTPException):
                    raise
                error.__cause__ = error.__context__ = None
                raise request.take_refusal() or error from None
            finally:
                request.release()
            # The endpoint has finished and the transaction of the request is still open.
            await store_response(request, response)
            return response

        return handle_strictly

    def _body_contract(self) -> BodyContract:
        fields = list(_form_fields(self.dependant))
        files = [field.field_info for field in fields if isinstance(field.field_info, File)]
        # FastAPI accepts a validated body as it is. It wraps several parameters into one field.
        is_whole_body = len(self.dependant.body_params) == 1 and self.body_field is self.dependant.body_params[0]
        return BodyContract(
            form_fields=frozenset(field.alias for field in fields),
            is_json=self.body_field is not None and not isinstance(self.body_field.field_info, Form),
            max_files=len(files),
            # A file is read row by row, and each of its workouts is compared with those that exist.
            work_factor=2 if files else 1,
            needs_file=any(file.is_required() for file in files),
            model=self.body_field if is_whole_body else None,
            parse=_BODY_PARSERS.get(self.endpoint),
        )


def _clear_variables(error: BaseException) -> None:
    """Clear the variables of the functions that an error has ended, and those of its causes."""
    # The causes of an error may form a circle: whoever catches and raises the same error again can close one.
    found: list[BaseException] = [error]
    for one in found:
        clear_frames(one.__traceback__)
        found += [cause for cause in (one.__cause__, one.__context__) if cause is not None and cause not in found]


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
        max_body_size: the most bytes of a request body. A route may have a `max_body_size` of its own.

    """

    def __init__(self, *, prefix: str = "", tag: str, max_body_size: int = MAX_BODY_BYTES) -> None:
        super().__init__(
            prefix=BASE_PATH + prefix,
            tags=[tag],
            max_body_size=max_body_size,
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
