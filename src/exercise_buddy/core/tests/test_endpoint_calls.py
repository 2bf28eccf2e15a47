"""A plan calls an endpoint as FastAPI does."""

import inspect
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import httpx2
import pytest
from fastapi import Body, Cookie, Depends, Header, Path, Query, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from exercise_buddy.core.http.endpoint_calls import plan_endpoint
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import NotFound
from exercise_buddy.core.types import Input
from tests.support import StartApp


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Thing(Input):
    name: str = Field(min_length=2)
    size: int = 0


class Filters(BaseModel):
    colour: str = "red"
    weight: int | None = Field(default=None, ge=1)


events: list[str] = []


async def get_page(limit: Annotated[int, Query(le=10)] = 5, offset: int = 0) -> tuple[int, int]:
    events.append("page")
    return limit, offset


def get_sync(size: Size | None = None) -> str:
    return f"sync {size}"


async def open_resource(request: Request) -> AsyncIterator[str]:
    events.append("open")
    try:
        yield request.method
    except NotFound:
        events.append("failed")
        raise
    finally:
        events.append("close")


async def get_nested(
    page: Annotated[tuple[int, int], Depends(get_page)],
    resource: Annotated[str, Depends(open_resource, scope="function")],
) -> list[Any]:
    return [*page, resource]


async def read_parameters(
    thing_id: Annotated[UUID, Path()],
    ratio: float,
    tags: Annotated[list[str], Query(alias="tag")] = [],  # noqa: B006  (a default that must be copied)
    name: Annotated[str | None, Query(max_length=3)] = None,
    size: Size = Size.SMALL,
    agent: Annotated[str | None, Header(alias="X-Agent", max_length=3)] = None,
    theme: Annotated[int, Cookie()] = 7,
) -> JSONResponse:
    tags.append("end")
    return JSONResponse([str(thing_id), ratio, tags, name, size, agent, theme])


async def read_model(filters: Annotated[Filters, Query()]) -> Response:
    return JSONResponse(filters.model_dump())


async def use_dependencies(
    nested: Annotated[list[Any], Depends(get_nested)],
    page: Annotated[tuple[int, int], Depends(get_page)],
    again: Annotated[tuple[int, int], Depends(get_page, use_cache=False)],
    sync: Annotated[str, Depends(get_sync)],
    fail: bool = False,
) -> JSONResponse:
    events.append("endpoint")
    if fail:
        raise NotFound
    return JSONResponse([nested, page, again, sync])


async def read_body(thing: Thing, limit: int = 3) -> JSONResponse:
    return JSONResponse([thing.model_dump(), limit])


async def read_two(thing: Thing, other: Annotated[int, Body()] = 1) -> JSONResponse:
    return JSONResponse([thing.model_dump(), other])


async def raise_error(code: int) -> Response:
    raise HTTPException(code, headers={"X-Reason": "test"})


def _without_plan(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return an endpoint that FastAPI calls itself, because what it returns is unknown."""

    async def call(**values: Any) -> Any:
        return await endpoint(**values)

    signature = inspect.signature(endpoint, eval_str=True)
    call.__signature__ = signature.replace(return_annotation=Any)  # type: ignore[attr-defined]
    return call


ENDPOINTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "/parameters/{thing_id}": ("GET", read_parameters),
    "/model": ("GET", read_model),
    "/dependencies": ("GET", use_dependencies),
    "/body": ("POST", read_body),
    "/two": ("POST", read_two),
    "/error": ("GET", raise_error),
}
router = Router(prefix="/calls", tag="calls")
for path, (method, endpoint) in ENDPOINTS.items():
    router.add_api_route("/plan" + path, endpoint, methods=[method])
    router.add_api_route("/fastapi" + path, _without_plan(endpoint), methods=[method], response_model=None)

ID = "01a21b07-773c-7489-a21d-fbe198019344"
JSON = {"Content-Type": "application/json"}
REQUESTS: list[tuple[str, dict[str, Any]]] = [
    (f"/parameters/{ID}?ratio=1.5", {}),
    (f"/parameters/{ID}?ratio=1&tag=a&tag=b&name=abc&size=large", {"headers": {"X-Agent": "x", "Cookie": "theme=9"}}),
    (f"/parameters/{ID}", {}),
    (f"/parameters/{ID}?ratio=&name=&size=&tag=", {}),
    ("/parameters/nonsense?ratio=x&name=abcd&size=huge", {"headers": {"X-Agent": "long", "Cookie": "theme=x"}}),
    (f"/parameters/{ID}?ratio=1&ratio=2", {}),
    (f"/parameters/{ID}?ratio=1&other=2", {}),
    ("/model", {}),
    ("/model?colour=blue&weight=3", {}),
    ("/model?weight=0", {}),
    ("/dependencies", {}),
    ("/dependencies?limit=3&offset=2&size=large", {}),
    ("/dependencies?limit=11&size=huge", {}),
    ("/dependencies?fail=true", {}),
    ("/body", {"json": {"name": "ab"}}),
    ("/body?limit=x", {"json": {"name": "a", "size": "x"}}),
    ("/body", {"json": []}),
    ("/body", {"content": b"{", "headers": JSON}),
    ("/body", {"content": b"null", "headers": JSON}),
    ("/body", {"content": b"", "headers": JSON}),
    ("/body", {}),
    ("/body", {"content": b'{"name": "ab"}'}),
    (
        "/body",
        {"content": b'{"name": "ab"}', "headers": {"Content-Type": "application/merge-patch+json; charset=utf-8"}},
    ),
    ("/body", {"content": b'{"name": "ab"}', "headers": {"Content-Type": "application/x/y+json"}}),
    ("/body", {"content": b'{"name": "ab"}', "headers": {"Content-Type": "text/plain"}}),
    ("/body", {"content": b'{"name": "ab' + bytes(1024 * 1024), "headers": JSON}),
    ("/body", {"json": {"name": "ab", "size": 2**70}}),
    ("/two", {"json": {"thing": {"name": "ab"}, "other": 2}}),
    ("/two", {"json": {"thing": {"name": "a"}, "other": "x"}}),
    ("/two", {"json": {}}),
    ("/error?code=404", {}),
    ("/error?code=503", {}),
]


@pytest.fixture
async def client(start_app: StartApp) -> httpx2.AsyncClient:
    app = await start_app(router)
    return app.client()


@pytest.mark.parametrize(("path", "options"), REQUESTS)
async def test_a_plan_responds_as_fastapi_does(client: httpx2.AsyncClient, path: str, options: dict[str, Any]) -> None:
    method = next(method for begin, (method, _) in ENDPOINTS.items() if path.startswith(begin.partition("{")[0]))
    responses, order = [], []
    for way in ("plan", "fastapi"):
        events.clear()
        responses.append(await client.request(method, f"/api/v1/calls/{way}{path}", **options))
        order.append(events.copy())
    planned, usual = responses

    def comparable(response: httpx2.Response) -> tuple[object, ...]:
        content = response.json()
        if response.status_code >= 400:
            del content["request_id"], content["instance"]
        own = {"x-request-id", "content-length", "ratelimit"}
        return response.status_code, content, {k: v for k, v in response.headers.items() if k not in own}

    assert comparable(planned) == comparable(usual)
    assert order[0] == order[1]


async def test_a_default_is_not_shared_between_requests(client: httpx2.AsyncClient) -> None:
    for _ in range(2):
        assert (await client.get(f"/api/v1/calls/plan/parameters/{ID}?ratio=1")).json()[2] == ["end"]


def test_only_the_endpoints_that_name_their_response_have_a_plan() -> None:
    planned = {route.path for route in router.routes if isinstance(route, APIRoute) and plan_endpoint(route)}

    assert planned == {f"/api/v1/calls/plan{path}" for path in ENDPOINTS}


async def test_generators_end_before_the_response_is_sent(client: httpx2.AsyncClient) -> None:
    events.clear()
    await client.get("/api/v1/calls/plan/dependencies")

    assert events == ["page", "open", "page", "endpoint", "close"]


async def test_generators_see_the_error_of_the_endpoint(client: httpx2.AsyncClient) -> None:
    events.clear()
    await client.get("/api/v1/calls/plan/dependencies?fail=true")

    assert events[-2:] == ["failed", "close"]
