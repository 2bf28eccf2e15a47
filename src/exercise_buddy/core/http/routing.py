"""The router of every slice. It validates every request before its endpoint runs.

Unknown and repeated parameters and NUL bytes, which PostgreSQL cannot store, are refused in the path and the query;
`core.http.strict_request` reads bodies. Nobody makes the server read a body without the access token that its endpoint
needs.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from traceback import clear_frames
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request
from fastapi._body_limit import wrap_app_with_body_limit
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from fastapi.params import File, Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from exercise_buddy.core import problems
from exercise_buddy.core.http.endpoint_calls import end_generators, plan_endpoint
from exercise_buddy.core.http.idempotency import IDEMPOTENT, IdempotencyKeyReused, StoredResponse, store_response
from exercise_buddy.core.http.json_bodies import NUL_MESSAGE
from exercise_buddy.core.http.problem_handlers import build_error_response
from exercise_buddy.core.http.query_checks import check_query, query_parameters
from exercise_buddy.core.http.strict_request import BodyContract, BodyParser, StrictRequest, check_content_type
from exercise_buddy.core.problems import FieldError, InvalidInput, Problem, documented, merge_responses
from exercise_buddy.core.quotas import QuotaExceeded
from exercise_buddy.core.restore_problem import RestoreRunning
from exercise_buddy.core.security.identity import find_bearer_dependency

BASE_PATH = "/api/v1"
MAX_BODY_BYTES = 1024 * 1024
MAX_SMALL_BODY_BYTES = 16 * 1024
"""For slices whose bodies are a few fields, such as credentials."""

_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})


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


def _form_fields(dependant: Dependant) -> Iterator[ModelField]:
    yield from dependant.body_params
    for dependency in dependant.dependencies:
        yield from _form_fields(dependency)


def _field_names(field: ModelField) -> Iterable[str]:
    """Return the names of the fields that a parameter of a body reads: those of a form's model, or its own."""
    model = field.field_info.annotation
    if isinstance(field.field_info, Form) and isinstance(model, type) and issubclass(model, BaseModel):
        return model.model_fields
    return (field.alias,)


class PlannedRoute(APIRoute):
    """A route with the validation of this module, which responds by a plan (see `endpoint_calls`) if there is one.

    `respond` is the application that does so, or None.
    """

    respond: ASGIApp | None = None

    def __init__(self, path: str, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  (FastAPI's own)
        super().__init__(path, *arguments, **options)
        # The first line of a docstring is the summary of the operation; FastAPI would derive one from the name.
        summary, _, self.description = self.description.partition("\n")
        self.summary = self.summary or summary.removesuffix(".")
        self.description = self.description.strip()
        self._begins_with = path.partition("{")[0]
        self.responses = merge_responses(documented(*self._find_general_problems()), self.responses)
        if self._plan is not None:
            self.app = self.respond = _limit_body(self._respond, self.max_body_size)

    def _find_general_problems(self) -> Iterator[type[Problem]]:
        """Yield the problems that a request may end in before the endpoint is called."""
        # Any request may have two credentials or an unknown parameter.
        yield from (problems.MalformedRequest, problems.InvalidInput)
        yield from (problems.TooManyRequests, problems.TooManyRequestsInFlight, problems.Unavailable)
        if find_bearer_dependency(self.dependant) is not None:
            yield problems.Unauthenticated
            if self.methods != {"GET"}:
                # Any write may find that the account is being restored.
                yield RestoreRunning
        if self.body_field:
            yield from (problems.ContentTooLarge, problems.UnsupportedMediaType)
        if any(dependency.call is IDEMPOTENT.dependency for dependency in self.dependant.dependencies):
            # A retry may come after the resource was deleted.
            yield from (IdempotencyKeyReused, QuotaExceeded, problems.NotFound)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether a request matches this route. Comparing the prefix first is cheap."""
        if not scope["path"].startswith(self._begins_with) and not scope.get("root_path"):
            return Match.NONE, {}
        return super().matches(scope)

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request by the plan of the endpoint, with what FastAPI does around it."""
        request = StrictRequest(scope, receive, send)
        try:
            response = await self._handle(request)
        except Exception as error:
            handled = build_error_response(request, error)
            if handled is None:
                raise
            response = handled
            # Some errors exist once, and would keep a traceback of each request.
            error.__traceback__ = None
        await response(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the function that validates a request and calls the endpoint."""
        self._plan = plan_endpoint(self)
        handle = _handle_admitted(self._plan or super().get_route_handler(), _ADMISSIONS.get(self.endpoint))
        contract = self._body_contract()
        reads_body = contract.is_json or contract.form_fields or contract.parse is not None
        require_user = find_bearer_dependency(self.dependant)
        parameters = None if self.endpoint in _ANY_QUERY else dict(query_parameters(self.dependant))

        async def handle_strictly(given: Request) -> Response:
            scope = given.scope
            request = given if isinstance(given, StrictRequest) else StrictRequest(scope, given.receive, given._send)  # noqa: SLF001
            if require_user is not None and scope["state"]["identity"] is None:
                # FastAPI would read and parse the body first.
                await require_user(given)
            request.contract = contract
            if scope["query_string"]:
                check_query(request, parameters)
            if b"%00" in scope.get("raw_path", b""):
                raise InvalidInput(errors=[FieldError("", "nul_character", NUL_MESSAGE, "path")])
            if reads_body:
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

        has_generators = self._plan is not None and self._plan.has_generators
        self._handle = end_generators(handle_strictly) if has_generators else handle_strictly
        return handle_strictly

    def _body_contract(self) -> BodyContract:
        fields = list(_form_fields(self.dependant))
        files = [field.field_info for field in fields if isinstance(field.field_info, File)]
        # FastAPI accepts a validated body as it is. It wraps several parameters into one field.
        is_whole_body = len(self.dependant.body_params) == 1 and self.body_field is self.dependant.body_params[0]
        return BodyContract(
            form_fields=frozenset(name for field in fields for name in _field_names(field)),
            is_json=self.body_field is not None and not isinstance(self.body_field.field_info, Form),
            max_files=len(files),
            # A file is read row by row, and each of its workouts is compared with those that exist.
            work_factor=2 if files else 1,
            needs_file=any(file.is_required() for file in files),
            model=self.body_field if is_whole_body else None,
            parse=_BODY_PARSERS.get(self.endpoint),
        )


def _limit_body(app: ASGIApp, max_body_size: int | None) -> ASGIApp:
    """Return an application that refuses larger bodies. A request without a body has no cost from it."""
    limited = wrap_app_with_body_limit(app, max_body_size)

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        has_body = not _BODY_HEADERS.isdisjoint(dict(scope["headers"]))
        await (limited if has_body else app)(scope, receive, send)

    return respond


def _clear_variables(error: BaseException) -> None:
    """Clear the variables of the functions that an error has ended, and those of its causes."""
    # The causes of an error may form a circle, for example after `raise error from error`.
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
        about: what the endpoints of the tag are for, as a sentence. One router of each tag says it.
        max_body_size: the most bytes of a request body. A route may have a `max_body_size` of its own.

    """

    def __init__(
        self, *, prefix: str = "", tag: str, about: str | None = None, max_body_size: int = MAX_BODY_BYTES
    ) -> None:
        self.tags_about = {tag: about} if about else {}
        super().__init__(
            prefix=BASE_PATH + prefix,
            tags=[tag],
            max_body_size=max_body_size,
            route_class=PlannedRoute,
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
        if isinstance(into, FastAPI):
            tags = [{"name": tag, "description": about} for tag, about in router.tags_about.items()]
            into.openapi_tags = [*(into.openapi_tags or []), *tags]
        elif isinstance(into, Router):
            into.tags_about |= router.tags_about
