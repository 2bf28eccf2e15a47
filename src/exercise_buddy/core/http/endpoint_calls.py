"""Calls of endpoints by a plan that is made once, when the route is declared.

FastAPI resolves the tree of an endpoint's dependencies again for each request: it classifies functions, computes cache
keys, copies defaults and builds a response that nobody uses. For `GET /users/me`, that takes longer than
PostgreSQL. None of it depends on the request, so a plan contains the results. What does depend on it, the validation of
parameters and bodies, is FastAPI's own, so errors are the same.

A plan exists for endpoints that return a `Response` and read JSON or nothing. FastAPI calls all others itself.
"""

import inspect
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from copy import deepcopy
from email.message import Message
from functools import lru_cache
from typing import Any

from fastapi import params
from fastapi._compat import ModelField, Undefined, field_annotation_is_sequence
from fastapi.dependencies.models import (
    Dependant,
    _get_cache_key,
    _is_async_gen_callable,
    _is_coroutine_callable,
    _is_gen_callable,
)
from fastapi.dependencies.utils import (
    _get_param_aliases,
    _get_param_model,
    _is_json_field,
    get_typed_return_annotation,
    request_body_to_args,
    request_params_to_args,
)
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_GENERATORS = "exercise_buddy.generators"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def plan_endpoint(route: APIRoute) -> "EndpointCall | None":
    """Return the plan of the calls of an endpoint. None if FastAPI has to call it."""
    returned = get_typed_return_annotation(route.endpoint)
    returns_response = inspect.isclass(returned) and issubclass(returned, Response)
    reads_form = route.body_field is not None and isinstance(route.body_field.field_info, params.Form)
    if not returns_response or reads_form or not _is_coroutine_callable(route.endpoint):
        return None
    return EndpointCall(route) if _can_plan(route.dependant) else None


def _can_plan(dependant: Dependant) -> bool:
    has_other_parameters = (
        dependant.response_param_name
        or dependant.background_tasks_param_name
        or dependant.security_scopes_param_name
        or dependant.websocket_param_name
        or dependant.concurrency
    )
    # Until when another generator must stay open is FastAPI's concern.
    is_open_longer = _is_gen_callable(dependant.call) or (
        _is_async_gen_callable(dependant.call) and dependant.scope != "function"
    )
    return not has_other_parameters and not is_open_longer and all(map(_can_plan, dependant.dependencies))


class EndpointCall:
    """The plan of the calls of one endpoint."""

    def __init__(self, route: APIRoute) -> None:
        self.has_generators = _has_generators(route.dependant)
        self._endpoint = route.dependant.call
        self._arguments = _Arguments(route.dependant, embed_body=route._embed_body_fields)  # noqa: SLF001
        self._has_body = route.body_field is not None

    async def __call__(self, request: Request) -> Response:
        """Validate the request, resolve the dependencies and call the endpoint.

        Generators among the dependencies end when it has returned, and before its response is sent.

        Raises:
            RequestValidationError: the parameters or the body are invalid.
            HTTPException: the body cannot be read.

        """
        body = await _read_body(request) if self._has_body else Undefined
        values, errors = await self._arguments.resolve(request, body, {})
        if errors:
            raise RequestValidationError(errors, body=None if body is Undefined else body)
        assert self._endpoint is not None  # noqa: S101  (FastAPI's class allows it)
        response: Response = await self._endpoint(**values)
        return response


class _Arguments:
    """The arguments of one function: where each comes from."""

    __slots__ = ("_body_fields", "_dependencies", "_embed_body", "_parameters", "is_request_only", "requests")

    def __init__(self, dependant: Dependant, *, embed_body: bool) -> None:
        self._dependencies = [_Dependency(item, embed_body=embed_body) for item in dependant.dependencies]
        self._parameters = [
            _Parameter(source, field)
            for source, fields in (
                ("path_params", dependant.path_params),
                ("query_params", dependant.query_params),
                ("headers", dependant.header_params),
                ("cookies", dependant.cookie_params),
            )
            for field in fields
        ]
        self._body_fields = dependant.body_params
        self._embed_body = embed_body
        self.requests = [name for name in (dependant.http_connection_param_name, dependant.request_param_name) if name]
        self.is_request_only = not (self._dependencies or self._parameters or self._body_fields)

    async def resolve(self, request: Request, body: Any, resolved: dict[Any, Any]) -> tuple[dict[str, Any], list[Any]]:  # noqa: ANN401
        """Return the arguments by their names, and the errors of the input.

        Args:
            request: the request.
            body: its body: parsed JSON, bytes of another type, or `Undefined`.
            resolved: the results of dependencies that were called for this request.

        """
        values: dict[str, Any] = dict.fromkeys(self.requests, request)
        errors: list[Any] = []
        for dependency in self._dependencies:
            if dependency.arguments.is_request_only:
                arguments = dict.fromkeys(dependency.arguments.requests, request)
            else:
                arguments, found = await dependency.arguments.resolve(request, body, resolved)
                if found:
                    errors += found
                    continue
            if dependency.use_cache and dependency.key in resolved:
                result = resolved[dependency.key]
            else:
                result = await dependency.call(request, arguments)
                resolved.setdefault(dependency.key, result)
            if dependency.name is not None:
                values[dependency.name] = result
        for parameter in self._parameters:
            value, found = parameter.read(request)
            if found:
                errors += found
            else:
                values[parameter.name] = value
        if self._body_fields:
            of_body, found = await request_body_to_args(self._body_fields, body, self._embed_body)
            values.update(of_body)
            errors += found
        return values, errors


class _Dependency:
    """A dependency: its arguments, and how it is called."""

    __slots__ = ("arguments", "call", "key", "name", "use_cache")

    def __init__(self, dependant: Dependant, *, embed_body: bool) -> None:
        self.arguments = _Arguments(dependant, embed_body=embed_body)
        self.call = _plan_call(dependant.call)
        self.key = _get_cache_key(dependant=dependant)
        self.name = dependant.name
        self.use_cache = dependant.use_cache


def _plan_call(function: Callable[..., Any] | None) -> Callable[[Request, dict[str, Any]], Awaitable[Any]]:
    assert function is not None  # noqa: S101  (FastAPI's class allows it)
    if _is_async_gen_callable(function):
        open_generator = asynccontextmanager(function)

        async def enter(request: Request, arguments: dict[str, Any]) -> Any:  # noqa: ANN401
            stack: AsyncExitStack = request.scope[_GENERATORS]
            return await stack.enter_async_context(open_generator(**arguments))

        return enter
    if _is_coroutine_callable(function):
        return lambda _, arguments: function(**arguments)
    return lambda _, arguments: run_in_threadpool(function, **arguments)


class _Parameter:
    """A parameter in the path, the query, the headers or the cookies."""

    __slots__ = ("_alias", "_default", "_field", "_has_constant_default", "_is_plain", "_location", "_source", "name")

    def __init__(self, source: str, field: ModelField) -> None:
        self.name = field.name
        self._source = source
        self._field = field
        info = field.field_info
        assert isinstance(info, params.Param)  # noqa: S101  (FastAPI checks it for each request)
        aliases = _get_param_aliases(field)
        self._alias = aliases[0][1]
        self._location = (info.in_.value, self._alias)
        is_single = len(aliases) == 1 and _get_param_model(field) is None
        self._is_plain = is_single and not (field_annotation_is_sequence(info.annotation) or _is_json_field(field))
        self._default = None if info.is_required() else field.default
        # What copies to itself cannot be changed by an endpoint.
        self._has_constant_default = (
            is_single
            and not info.is_required()
            and not info.validate_default
            and not info.default_factory
            and deepcopy(self._default) is self._default
        )

    def read(self, request: Request) -> tuple[Any, list[Any]]:
        """Return the validated value, and the errors in it."""
        if self._has_constant_default and self._source == "query_params" and not request.scope["query_string"]:
            return self._default, []
        values: Mapping[str, Any] = getattr(request, self._source)
        if self._has_constant_default and self._alias not in values:
            return self._default, []
        if self._is_plain and self._alias in values:
            return self._field.validate(values[self._alias], loc=self._location)
        found, errors = request_params_to_args([self._field], values)
        return found.get(self.name), errors


async def _read_body(request: Request) -> Any:  # noqa: ANN401
    """Return the parsed JSON of a body, its bytes if they are of another type, or `Undefined` without a body."""
    try:
        content = await request.body()
        if not content:
            return Undefined
        return await request.json() if _is_json(request.headers.get("content-type")) else content
    except HTTPException:
        raise
    except json.JSONDecodeError as error:
        found = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([found | {"ctx": {"error": error.msg}}], body=error.doc) from error
    except Exception as error:
        raise HTTPException(400, "There was an error parsing the body") from error


@lru_cache(maxsize=64)
def _is_json(content_type: str | None) -> bool:
    if not content_type:
        return False
    message = Message()
    message["content-type"] = content_type
    subtype = message.get_content_subtype()
    return message.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))


def end_generators(handle: Handler) -> Handler:
    """Return a handler that ends the generators of the dependencies when `handle` returns or raises."""

    async def handle_with_generators(request: Request) -> Response:
        async with AsyncExitStack() as stack:
            request.scope[_GENERATORS] = stack
            return await handle(request)

    return handle_with_generators


def _has_generators(dependant: Dependant) -> bool:
    """Return whether a dependency of an endpoint is a generator."""
    return _is_async_gen_callable(dependant.call) or any(map(_has_generators, dependant.dependencies))
