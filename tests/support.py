"""Helpers of all tests: a running app, its users, and a check of every response."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from starlette.types import Message, Receive, Scope, Send
from typer.testing import Result

from exercise_buddy.core.http.openapi_problems import build_problem_schema, find_problems
from exercise_buddy.core.problems import DOCUMENTED
from tests import confidential

Client: TypeAlias = httpx2.AsyncClient
Connection: TypeAlias = asyncpg.Connection
SHARED = Path(__file__).parents[2] / "shared"
PASSWORD = "correct horse battery staple"
STEP_UP = {"current_password": PASSWORD}
"""The body of a request that needs a step-up and nothing else."""
SECRET = "a-test-only-key-of-48-letters-0123456789-abcdefgh"


def shared_file(name: str) -> Path:
    """Return a file of real data that is not part of the project. Without it, the test is skipped."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path


async def wait_until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = 60) -> float:
    """Wait until a condition holds; return the seconds that it took."""
    started = time.monotonic()
    while True:
        outcome = holds()
        if outcome if isinstance(outcome, bool) else await outcome:
            return time.monotonic() - started
        assert time.monotonic() - started < seconds, "the condition never held"
        await asyncio.sleep(0.01)


# Below the ports that Linux and macOS assign to connections and to servers that do not choose one.
_CHOSEN_PORTS = range(20_000, 32_768)


def find_free_port() -> int:
    """Return a TCP port that is free, and that only another call of this function could take before the caller does."""
    # Processes of pytest have the same seed.
    random_ports = SystemRandom()
    while True:
        port = random_ports.choice(_CHOSEN_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class CheckedApp:
    """Passes requests to the app, and checks every response against the OpenAPI document.

    A success with JSON has exactly the fields of the endpoint's response model; an error is a problem document.
    """

    def __init__(self, app: FastAPI, state: Mapping[str, Any]) -> None:
        self._app = app
        self._state = state
        self._adapters: dict[Any, TypeAdapter[Any]] = {}
        self.checked: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = dict(self._state)
        messages: list[Message] = []
        received = bytearray()

        async def take() -> Message:
            message = await receive()
            received.extend(message.get("body", b""))
            return message

        async def keep(message: Message) -> None:
            messages.append(message)
            await send(message)

        try:
            await self._app(scope, take, keep)
        finally:
            if scope["type"] == "http":
                confidential.learn(scope, bytes(received), messages)
        if scope["type"] == "http" and messages:
            self._check(scope, messages)

    def _check(self, scope: Scope, messages: list[Message]) -> None:
        status = messages[0]["status"]
        headers = {name.decode().lower(): value.decode() for name, value in messages[0]["headers"]}
        sent = b"".join(message.get("body", b"") for message in messages[1:])
        # Decompressed, if the response is compressed.
        body = httpx2.Response(status, headers=messages[0]["headers"], content=sent).content
        what = f"{scope['method']} {scope['path']} → {status}"
        # Some caches read only the first one.
        assert [name.lower() for name, _ in messages[0]["headers"]].count(b"vary") <= 1, what
        route = scope.get("route")
        if status != 304:
            assert "frame-ancestors 'none'" in headers["content-security-policy"], what
        # Everything is personal data, a token or an error, except these.
        documents = ("/openapi.json", "/api/v1/openapi.json", "/api/v1/asyncapi.json")
        public = ("/.well-known", "/docs/", "/redoc/", "/favicon.", "/api/v1/statistics/chart.svg", *documents)
        # The files of the web client, which are nobody's. A check that fails here ends the connection of the browser.
        is_file = route is None and scope["path"][:5] != "/api/" and headers["cache-control"].startswith("public, ")
        if status >= 400 or not (is_file or scope["path"].startswith(public)):
            assert headers["cache-control"] == "no-store", what
        if status >= 400:
            assert headers["content-type"] == "application/problem+json", what
            assert len(body) <= 4096, what
            problem = TypeAdapter(dict[str, Any]).validate_json(body)
            assert problem["status"] == status, what
            assert problem["request_id"] == headers["x-request-id"], what
            # Routes of tests are in no document, and respond as they like.
            if isinstance(route, APIRoute) and "tests" in route.endpoint.__module__.split("."):
                return
            assert (status in {429, 503}) <= ("retry-after" in headers), what
            if isinstance(route, APIRoute) and scope["method"] in (route.methods or ()):
                check_documented(route, problem, what)
            return
        drawn = headers.get("content-type") == "image/svg+xml"
        if isinstance(route, APIRoute) and route.response_model and status in {200, 201} and not drawn:
            adapter = self._adapters.setdefault(route.response_model, TypeAdapter(route.response_model))
            adapter.validate_json(body)
            self.checked.add(f"{scope['method']} {route.path}")


@cache
def problem_validator(slug: str) -> Draft202012Validator:
    """Return a validator of problem documents by their schema in OpenAPI, without further members."""
    schema = build_problem_schema(find_problems()[slug])
    refers = {"components": {"schemas": schema.get("$defs", {})}}
    return Draft202012Validator(schema | refers | {"additionalProperties": False})


def check_documented(route: APIRoute, problem: Mapping[str, Any], what: str) -> None:
    """Check that the OpenAPI document lists a problem at the operation of a route, and describes its members."""
    slug = problem["type"].removeprefix("/problems/")
    # No operation documents our own errors, or what happens to a body that it does not have.
    is_unexpected = problem["status"] == 500 or (problem["status"] == 413 and route.body_field is None)
    if route.include_in_schema and not is_unexpected:
        assert slug in route.responses.get(problem["status"], {}).get(DOCUMENTED, ()), f"{what}: undocumented {slug}"
        assert list(problem_validator(slug).iter_errors(problem)) == [], what


@dataclass(frozen=True, slots=True)
class RunningApp:
    """An app whose lifespan has started."""

    app: FastAPI
    asgi: CheckedApp
    state: Mapping[str, Any]

    def client(self, address: str = "203.0.113.7", **headers: str) -> httpx2.AsyncClient:
        """Return a client that sends requests from an address."""
        transport = httpx2.ASGITransport(self.asgi, client=(address, 50_000))
        return httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[RunningApp]:
    """Run the lifespan of an app."""
    # Background tasks belong to no request, as in a process that has not served one yet.
    structlog.contextvars.clear_contextvars()
    async with app.router.lifespan_context(app) as state:
        yield RunningApp(app, CheckedApp(app, state or {}), state or {})


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in user."""

    id: str
    email: str
    password: str
    refresh_token: str
    client: httpx2.AsyncClient

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.client.get(f"/api/v1{path}", **options)

    async def post(self, path: str, **options: Any) -> httpx2.Response:
        return await self.client.post(f"/api/v1{path}", **options)

    async def put(self, path: str, **options: Any) -> httpx2.Response:
        return await self.client.put(f"/api/v1{path}", **options)

    async def patch(self, path: str, **options: Any) -> httpx2.Response:
        return await self.client.patch(f"/api/v1{path}", **options)

    async def delete(self, path: str, **options: Any) -> httpx2.Response:
        # Unlike `delete` of the client, it may have a body.
        return await self.client.request("DELETE", f"/api/v1{path}", **options)

    async def list_all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Return the items of all pages of a list."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            response = await self.get(path, params=query | cursor)
            assert response.status_code == 200, response.text
            page = response.json()
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            # Only the last page may be shorter than the limit.
            assert len(page["items"]) == query.get("limit", len(page["items"]))
            cursor = {"cursor": page["next_cursor"]}

    async def list_page(self, path: str, member: str = "id", **query: Any) -> list[str]:
        """Return one member of each item of one page of a list."""
        response = await self.get(path, params=query)
        assert response.status_code == 200, response.text
        return [item[member] for item in response.json()["items"]]

    async def log(self, **workout: Any) -> dict[str, Any]:
        """Log a workout and return it."""
        response = await self.post("/workouts", json=workout)
        assert response.status_code == 201, response.text
        logged: dict[str, Any] = response.json()
        return logged

    async def log_all(self, workouts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Log workouts in a batch, those without an id with a new one; return the outcome of each."""
        operations = [
            {"operation": "create_workout", "id": content.get("id", str(uuid4())), "data": content}
            for content in workouts
        ]
        response = await self.post("/sync/batch", json={"operations": operations})
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    async def weigh(self, measured_on: str, mass_kg: float) -> str:
        """Record a body mass; return the id of the measurement."""
        content = {"measured_on": measured_on, "mass_kg": mass_kg}
        response = await self.post("/users/me/body-measurements", json=content)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    async def exercise_id(self, name: str) -> str:
        """Find an exercise by its exact name."""
        response = await self.get("/exercises", params={"search": name, "limit": 100})
        return str(next(item["id"] for item in response.json()["items"] if item["name"] == name))


# What the fixtures `join`, `run_command` and `start_app` return.
Join: TypeAlias = Callable[..., Awaitable[Person]]
RunCommand: TypeAlias = Callable[..., Awaitable[Result]]
StartApp: TypeAlias = Callable[..., Awaitable[RunningApp]]


async def sign_up(running_app: RunningApp, name: str, **registration: Any) -> Person:
    """Register a user and sign in."""
    client = running_app.client()
    content = {"email": f"{name}@example.com", "password": PASSWORD, "time_zone": "Europe/Berlin"} | registration
    registered = await client.post("/api/v1/auth/register", json=content)
    assert registered.status_code == 201, registered.text
    form = {"username": content["email"], "password": PASSWORD, "scope": "offline_access"}
    signed_in = await client.post("/api/v1/auth/login", data=form)
    assert signed_in.status_code == 200, signed_in.text
    tokens = signed_in.json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return Person(registered.json()["id"], content["email"], PASSWORD, tokens["refresh_token"], client)


async def read_revision(connection: Connection, person: Person) -> int:
    """Return the number of writes that a user's revision has counted."""
    revision: int = await connection.fetchval("SELECT revision FROM user_revision WHERE user_id = $1", UUID(person.id))
    return revision


async def count_writes(connection: Connection, person: Person) -> int:
    """Return how many writes of resources other than workouts a user's revision has counted.

    Each takes two revisions: its own, and that of the trigger that stores it for the feed of changes.
    """
    writes, rest = divmod(await read_revision(connection, person), 2)
    assert rest == 0
    return writes
