"""The cost of request bodies, counted in errors, bytes and calls."""

import asyncio
import gc
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import httpx2
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError

from exercise_buddy.core.http import routing, strict_request
from exercise_buddy.core.http.body_memory import LARGE_BODY_BYTES, MAX_DISK, MAX_MEMORY, BodyMemory
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES
from exercise_buddy.core.http.strict_request import StrictRequest
from exercise_buddy.core.ops.rate_limits import BODY_BYTES_PER_UNIT
from exercise_buddy.core.problem_schemas import MAX_ERRORS
from exercise_buddy.core.security.identity import find_bearer_dependency
from exercise_buddy.main import SLICES
from exercise_buddy.workouts.schemas import WorkoutInput
from tests.factories import BENCH, error_pointers, read_problem
from tests.support import Person, RunningApp, StartApp, sign_up, wait_until

ROUTES = [route for router in SLICES for route in router.routes if isinstance(route, APIRoute)]


def test_nested_lists_do_not_multiply_their_errors() -> None:
    reps = [0] * 2_000
    evidence = {"counter": {"name": "a", "version": "1"}, "detected_reps": 1, "reps": reps}
    exercise = {"exercise_id": "x", "sets": [{"reps": 1, "evidence": evidence}] * 5}

    with pytest.raises(ValidationError) as raised:
        WorkoutInput.model_validate({"started_at": "2026-05-01T10:00:00Z", "exercises": [exercise] * 100})

    assert MAX_ERRORS < raised.value.error_count() <= 3 * MAX_ERRORS


def test_too_many_sets_are_not_looked_at() -> None:
    exercises = [{"exercise_id": "x", "sets": [{"nonsense": 1}] * 50}] * 30

    with pytest.raises(ValidationError) as raised:
        WorkoutInput.model_validate({"started_at": "2026-05-01T10:00:00Z", "exercises": exercises})

    (error,) = raised.value.errors()
    assert (error["loc"], error["msg"]) == (("exercises",), "Value error, A workout has at most 500 sets")


def _walk(schema: dict[str, Any], definitions: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in path.split("/"):
            yield from _walk(definitions[name], definitions, f"{path}/{name}")
    for name, field in schema.get("properties", {}).items():
        yield from _walk(field, definitions, f"{path}/{name}")
    for member in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *filter(None, [schema.get("items")])):
        yield from _walk(member, definitions, path)


def test_no_body_has_an_unbounded_list_or_object() -> None:
    unbounded = []
    for route in ROUTES:
        if route.body_field is None:
            continue
        model: Any = route.body_field.field_info.annotation
        schema = TypeAdapter(model).json_schema()
        for path, part in _walk(schema, schema.get("$defs", {}), route.path):
            if part.get("type") == "array" and "maxItems" not in part:
                unbounded.append(path)
            if part.get("type") == "object" and part.get("additionalProperties", True) is not False:
                unbounded.append(path)

    # FastAPI makes the model of a form with a file, whose fields `core.http.strict_request` checks.
    assert set(unbounded) == {"/api/v1/imports"}


def test_bodies_of_credentials_and_of_the_profile_are_small() -> None:
    limits = {route.path: route.max_body_size for route in ROUTES if route.body_field is not None}

    small = {path for path, limit in limits.items() if limit is not None and limit <= MAX_SMALL_BODY_BYTES}

    assert {path for path in limits if path.startswith("/api/v1/auth/")} <= small
    assert "/api/v1/users/me" in small
    assert None not in limits.values()


class Source:
    """A body in parts that counts how many of them were read."""

    def __init__(self) -> None:
        self.read = 0

    async def parts(self) -> AsyncIterator[bytes]:
        for _ in range(16):
            self.read += 1
            yield b" " * 64 * 1024


async def test_a_large_body_is_refused_by_its_length_before_it_is_read(client: httpx2.AsyncClient) -> None:
    source = Source()
    headers = {"Content-Type": "application/json", "Content-Length": str(16 * 64 * 1024)}

    response = await client.post("/api/v1/auth/register", content=source.parts(), headers=headers)

    assert read_problem(response) == (413, "/problems/content-too-large")
    assert source.read == 0


async def test_nobody_has_a_body_parsed_without_a_token(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    monkeypatch.setattr(strict_request, "parse_json", parsed.append)
    private = [route for route in ROUTES if route.body_field and find_bearer_dependency(route.dependant)]
    refused = set()

    for route in private:
        headers = {"Content-Type": "application/json"}
        path = route.path.replace("{", "").replace("}", "")
        for method in route.methods or ():
            response = await client.request(method, path, content=b"[" + b"0," * 4_000, headers=headers)
            refused.add((response.status_code, response.json()["type"]))

    assert len(private) > 20
    assert refused == {(401, "/problems/unauthenticated")}
    assert parsed == []


def build_workout(reps: int) -> dict[str, Any]:
    rep = {"offset_ms": 1000, "duration_ms": 2000, "eccentric_ms": 900, "concentric_ms": 1100, "flags": ["shallow"]}
    evidence = {"counter": {"name": "a", "version": "1"}, "detected_reps": 20, "reps": [rep] * reps}
    sets = [{"reps": 20, "evidence": evidence}]
    return {"started_at": "2026-05-01T10:00:00Z", "exercises": [{"exercise_id": BENCH, "sets": sets}]}


@pytest.fixture
def validated_in(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads that parsed large bodies."""
    threads: list[str] = []
    parse = strict_request._parse_large_body

    def watch(*arguments: Any) -> Any:
        threads.append(threading.current_thread().name)
        return parse(*arguments)

    monkeypatch.setattr(strict_request, "_parse_large_body", watch)
    return threads


async def test_a_large_body_is_validated_beside_the_event_loop(ann: Person, validated_in: list[str]) -> None:
    workout = build_workout(2_000)
    assert len(json.dumps(workout)) > LARGE_BODY_BYTES

    small = await ann.post("/workouts", json=build_workout(1))
    large = await ann.post("/workouts", json=workout)
    workout["exercises"][0]["sets"][0]["evidence"]["reps"][5] = {}
    invalid = await ann.post("/workouts", json=workout)

    assert (small.status_code, large.status_code, invalid.status_code) == (201, 201, 422)
    assert len(large.json()["exercises"][0]["sets"][0]["evidence"]["reps"]) == 2_000
    assert error_pointers(invalid) == ["/exercises/0/sets/0/evidence/reps/5/offset_ms"]
    assert len(validated_in) == 2
    assert threading.current_thread().name not in validated_in


async def test_a_large_batch_is_validated_beside_the_event_loop(ann: Person, validated_in: list[str]) -> None:
    contents = [build_workout(2_000), build_workout(1) | {"title": 5}, {"a": 1}]
    batch = {"operations": [{"operation": "create_workout", "id": str(uuid4()), "data": data} for data in contents]}

    response = await ann.post("/sync/batch", json=batch)

    assert [item["outcome"] for item in response.json()["items"]] == ["created", "invalid", "invalid"]
    assert len(validated_in) == 1


async def test_an_answer_says_that_there_are_more_errors(ann: Person) -> None:
    response = await ann.post("/workouts", json={f"key{number}": 0 for number in range(30_000)})

    assert response.json()["detail"].startswith("The input has more than 20 errors; the first ")
    assert len(response.content) <= 4096


async def test_a_small_body_has_one_window(ann: Person) -> None:
    response = await ann.post("/workouts", json=build_workout(1))

    assert "work" not in response.headers["ratelimit-policy"]


async def test_large_bodies_cost_work_before_they_are_read(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"work": "200/minute"})
    ann, bob = await sign_up(app, "ann"), await sign_up(app, "bob")
    length = 128 * BODY_BYTES_PER_UNIT
    headers = {"Content-Type": "application/json", "Content-Length": str(length)}
    paid, unpaid = Source(), Source()

    first = await ann.post("/workouts", content=paid.parts(), headers=headers)
    second = await ann.post("/workouts", content=unpaid.parts(), headers=headers)
    small = await ann.post("/workouts", json=build_workout(1))
    other = await bob.post("/workouts", content=Source().parts(), headers=headers)

    assert [response.status_code for response in (first, second, small, other)] == [422, 429, 201, 422]
    assert '"work";r=72;' in first.headers["ratelimit"]
    assert paid.read == 16
    assert unpaid.read == 0
    await ann.client.aclose()
    await bob.client.aclose()


async def test_a_body_that_is_refused_by_its_length_costs_nothing(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"work": "100/minute"})
    ann, source = await sign_up(app, "ann"), Source()
    headers = {"Content-Type": "application/json", "Content-Length": str(10**18)}

    refused = await ann.post("/workouts", content=source.parts(), headers=headers)
    large = await ann.post("/workouts", json=build_workout(2_000))

    assert read_problem(refused) == (413, "/problems/content-too-large")
    assert "work" not in refused.headers["ratelimit-policy"]
    assert large.status_code == 201
    assert source.read == 0
    await ann.client.aclose()


@pytest.fixture
def kept_requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[WeakSet[StrictRequest]]:
    """The requests that are in memory, while the garbage collector does not run."""
    kept: WeakSet[StrictRequest] = WeakSet()

    class Watched(StrictRequest):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            kept.add(self)

    monkeypatch.setattr(routing, "StrictRequest", Watched)
    gc.collect()
    gc.disable()
    try:
        yield kept
    finally:
        gc.enable()


@pytest.mark.parametrize("path", ["workouts", "sync/batch", "counting/counts"])
async def test_a_body_that_is_cut_is_freed_at_once(
    app: RunningApp, ann: Person, kept_requests: WeakSet[StrictRequest], path: str
) -> None:
    messages = [{"type": "http.request", "body": b" " * 65536, "more_body": True}] * 4

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(_: object) -> None:
        return

    token = ann.client.headers["Authorization"].encode()
    headers = [(b"host", b"a"), (b"authorization", token), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/api/v1/{path}",
        "headers": headers,
        "query_string": b"",
        "http_version": "1.1",
    }
    common = {
        "http_version": "1.1",
        "client": ("203.0.113.7", 50_000),
        "scheme": "http",
        "server": ("testserver", 80),
        "root_path": "",
    }
    await app.app({**scope, **common, "state": dict(app.state)}, receive, send)

    assert messages == []
    await asyncio.sleep(0.05)
    assert len(kept_requests) == 0


@pytest.mark.parametrize("body", [b" " * 100_000 + b"[", b"[" + b"0," * 50_000 + b"0]", b"{}"])
@pytest.mark.parametrize("path", ["workouts", "sync/batch", "counting/counts"])
async def test_a_body_that_is_refused_is_freed_at_once(
    ann: Person, kept_requests: WeakSet[StrictRequest], path: str, body: bytes
) -> None:
    response = await ann.post(f"/{path}", content=body, headers={"Content-Type": "application/json"})

    # The event loop keeps the result of a thread until its next turn.
    await asyncio.sleep(0.05)

    assert response.status_code == 422
    assert len(kept_requests) == 0


@pytest.mark.parametrize("has_length", [True, False])
async def test_large_bodies_wait_on_disk_for_their_turn(app: RunningApp, ann: Person, *, has_length: bool) -> None:
    memory: BodyMemory = app.state["body_memory"]
    body = json.dumps(build_workout(2_000)).encode()
    headers = {"Content-Type": "application/json"} | ({"Content-Length": str(len(body))} if has_length else {})
    first = await memory.acquire(MAX_MEMORY)
    free_disk = memory.free_disk

    async def parts() -> AsyncIterator[bytes]:
        yield body[:50_000]
        yield body[50_000:]

    large = asyncio.create_task(ann.post("/workouts", content=parts(), headers=headers))
    await wait_until(lambda: memory.waiting == 1)
    on_disk = free_disk - memory.free_disk
    small = await ann.post("/workouts", json=build_workout(1))
    memory.release(first)

    assert small.status_code == 201
    assert on_disk == len(body)
    assert (await large).status_code == 201
    assert (memory.free, memory.free_disk) == (MAX_MEMORY, free_disk)


async def test_an_import_passes_after_other_work_of_the_same_minute(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"work": "100/minute"})
    ann = await sign_up(app, "ann")

    large = await ann.post("/workouts", json=build_workout(2_000))
    upload = await ann.post("/imports", files={"file": ("a.csv", b"x" * 1_000_000)})

    assert large.status_code == 201
    assert read_problem(upload) == (422, "/problems/unreadable-file")
    await ann.client.aclose()


async def test_the_uploads_of_all_users_are_bounded_by_their_bytes(app: RunningApp, ann: Person) -> None:
    memory: BodyMemory = app.state["body_memory"]
    # The rest is for other bodies.
    memory.free_disk = MAX_DISK + 100_000

    large = await ann.post("/imports", files={"file": ("a.csv", b"x" * 200_000)})
    small = await ann.post("/imports", files={"file": ("a.csv", b"x" * 50_000)})

    assert read_problem(large) == (503, "/problems/unavailable")
    assert large.headers["retry-after"] == "5"
    assert read_problem(small) == (422, "/problems/unreadable-file")
    assert memory.free_disk == MAX_DISK + 100_000


async def test_all_bodies_give_their_memory_back(app: RunningApp, ann: Person) -> None:
    memory: BodyMemory = app.state["body_memory"]
    headers = {"Content-Type": "application/json"}
    free_disk = memory.free_disk
    bodies = [b" " * 100_000 + b"[", b"[" + b"0," * 50_000 + b"0]", b" " * 17 * 1024 * 1024]

    statuses = [
        (await ann.post(path, content=body, headers=headers)).status_code
        for path in ("/workouts", "/sync/batch", "/counting/counts")
        for body in bodies
    ]

    assert statuses == [422, 422, 413] * 3
    assert (memory.free, memory.free_disk) == (MAX_MEMORY, free_disk)


async def test_a_body_without_a_length_costs_the_same(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"work": "200/minute"})
    ann = await sign_up(app, "ann")

    response = await ann.post("/workouts", content=Source().parts(), headers={"Content-Type": "application/json"})

    assert '"work";r=72;' in response.headers["ratelimit"]
    await ann.client.aclose()


async def test_a_cost_above_the_window_takes_all_of_it(start_app: StartApp) -> None:
    app = await start_app(rate_limits={"work": "10/minute"})
    ann = await sign_up(app, "ann")

    statuses = [(await ann.post("/workouts", json=build_workout(2_000))).status_code for _ in range(2)]

    assert statuses == [201, 429]
    await ann.client.aclose()


async def test_a_form_with_many_fields_is_left(client: httpx2.AsyncClient) -> None:
    response = await client.post("/api/v1/auth/login", data={f"f{number}": "" for number in range(1_000)})

    assert read_problem(response) == (400, "/problems/malformed-request")


async def test_a_form_without_a_file_is_not_read(ann: Person) -> None:
    source = Source()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    response = await ann.post("/imports", content=source.parts(), headers=headers)

    assert error_pointers(response) == ["/file"]
    assert source.read == 0


async def test_a_query_has_few_parameters(ann: Person) -> None:
    response = await ann.get("/workouts?" + "&".join(f"a{number}" for number in range(101)))

    assert [error["code"] for error in response.json()["errors"]] == ["too_many_parameters"]
