"""Sends each request example of the OpenAPI document to the application, as "Try it out" of `/docs` does."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest
from jsonschema import Draft202012Validator

from exercise_buddy.counting import examples as counting_examples
from tests.providers.github import GitHub
from tests.providers.provider import run_provider
from tests.support import Connection, Person, RunningApp, StartApp, sign_up
from tests.test_openapi_examples import Document, operations

Operation = dict[str, Any]
Prepare = Callable[[Person, Connection, Operation], Awaitable[None]]


@pytest.fixture
async def app(start_app: StartApp) -> AsyncIterator[RunningApp]:
    """The app with a provider to sign in with."""
    with run_provider(GitHub, "github") as provider:
        yield await start_app(**provider.settings())


def example_of(media: dict[str, Any]) -> Any:
    return media["example"] if "example" in media else next(iter(media["examples"].values()))["value"]


def request_body(operation: Operation) -> Any:
    """Return the JSON of the request example."""
    return example_of(operation["requestBody"]["content"]["application/json"])


def path_parameter(operation: Operation, name: str) -> str:
    return str(next(example_of(given) for given in operation["parameters"] if given["name"] == name))


async def send(client: httpx2.AsyncClient, name: str, operation: Operation, media_type: str | None) -> httpx2.Response:
    """Send the request example of an operation."""
    method, _, path = name.partition(" ")
    required = [given for given in operation.get("parameters", ()) if given.get("required")]
    in_path = {given["name"]: example_of(given) for given in required if given["in"] == "path"}
    query = {given["name"]: example_of(given) for given in required if given["in"] == "query"}
    options: dict[str, Any] = {}
    if media_type is not None:
        body = example_of(operation["requestBody"]["content"][media_type])
        options = {"json": body} if media_type == "application/json" else {"data": body}
        if media_type == "multipart/form-data":
            files = {key: value for key, value in body.items() if key == "file"}
            options = {"data": {key: value for key, value in body.items() if key != "file"}, "files": files}
    if "text/event-stream" in operation["responses"].get("200", {}).get("content", {}):
        # The body of a GET would not end.
        method = "HEAD"
    return await client.request(method, path.format(**in_path), params=query, **options)


async def sign_in_with_a_cookie(person: Person, _connection: Connection, _operation: Operation) -> None:
    person.client.base_url = httpx2.URL("https://testserver")
    credentials = {"username": person.email, "password": person.password}
    signed_in = await person.post("/auth/login", data=credentials)
    assert signed_in.json()["refresh_token"] is None


async def calibrate(person: Person, _connection: Connection, operation: Operation) -> None:
    exercise_id = path_parameter(operation, "exercise_id")
    content = {"trace": counting_examples.TRACE}
    calibrated = await person.put(f"/counting/profiles/{exercise_id}/calibration", json=content)
    assert calibrated.status_code == 200, calibrated.text


async def add_session(person: Person, connection: Connection, operation: Operation) -> None:
    await sign_in_with_a_cookie(person, connection, operation)
    session_id = UUID(path_parameter(operation, "session_id"))
    await connection.execute(
        "UPDATE auth_session SET id = $1 WHERE user_id = $2 AND delivery = 'cookie'", session_id, UUID(person.id)
    )


def add_token(purpose: str, member: str) -> Prepare:
    async def add(person: Person, connection: Connection, operation: Operation) -> None:
        body = request_body(operation)
        challenge = hashlib.sha256(body["code_verifier"].encode()).digest() if "code_verifier" in body else b""
        await connection.execute(
            "INSERT INTO one_time_token (user_id, id, token_hash, purpose, email, challenge, details, created_at,"
            " expires_at) VALUES ($1, uuidv7(), $2, $3, $4, $5, $6, now(), now() + interval '1 minute')",
            UUID(person.id),
            hashlib.sha256(body[member].encode()).digest(),
            purpose,
            person.email,
            urlsafe_b64encode(challenge).decode().rstrip("="),
            '{"provider": "github"}',
        )
        await add_identity(person, connection, operation)

    return add


async def add_identity(person: Person, connection: Connection, _operation: Operation) -> None:
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject, created_at) VALUES ($1, 'github', $2, now())",
        UUID(person.id),
        person.id,
    )


async def start_workout(person: Person, _connection: Connection, _operation: Operation) -> None:
    started = await person.post("/workouts", json={"started_at": datetime.now(UTC).isoformat()})
    assert started.status_code == 201, started.text


async def reopen_workout(person: Person, _connection: Connection, operation: Operation) -> None:
    workout_id = path_parameter(operation, "workout_id")
    reopened = await person.patch(f"/workouts/{workout_id}", json={"ended_at": None})
    assert reopened.status_code == 200, reopened.text


async def set_goal(person: Person, _connection: Connection, _operation: Operation) -> None:
    goal = await person.put("/statistics/goal", json={"metric": "workouts", "target": 3})
    assert goal.status_code == 200, goal.text


async def create_link(person: Person, _connection: Connection, operation: Operation) -> None:
    """Replace the token of the example: a link ends with the session that has created it."""
    created = await person.post("/statistics/links", json={"calendar": {}})
    assert created.status_code == 200, created.text
    (parameter,) = operation["parameters"]
    parameter["example"] = created.json()["url"].partition("link=")[2]


async def add_import(person: Person, connection: Connection, operation: Operation) -> None:
    await connection.execute(
        "INSERT INTO workout_import (user_id, id, source, file_name, workouts, sets, created_at, updated_at)"
        " VALUES ($1, $2, 'strong', 'strong.csv', 0, 0, now(), now())",
        UUID(person.id),
        UUID(path_parameter(operation, "import_id")),
    )


async def add_running_import(person: Person, connection: Connection, operation: Operation) -> None:
    await add_import(person, connection, operation)
    running = "UPDATE workout_import SET state = 'running', options = '{}' WHERE user_id = $1"
    await connection.execute(running, UUID(person.id))


PREPARATIONS: dict[str, Prepare] = {
    "auth-refresh": sign_in_with_a_cookie,
    "auth-revoke-session": add_session,
    "auth-verify-email": add_token("verify_email", "token"),
    "auth-reset-password": add_token("reset_password", "token"),
    "auth-exchange-code": add_token("exchange", "code"),
    "auth-unlink-identity": add_identity,
    "counting-delete-calibration": calibrate,
    "statistics-delete-goal": set_goal,
    "statistics-get-goal": set_goal,
    "statistics-get-linked-chart": create_link,
    "transfers-cancel-import": add_running_import,
    "transfers-delete-import": add_import,
    "transfers-get-import": add_import,
    "workouts-get-current-workout": start_workout,
    "workouts-watch-workout": reopen_workout,
}
"""What an account needs beside what the examples of creates have created, by operation id."""


async def send_creates(person: Person, document: Document) -> None:
    """Send the examples of all creates with an id that the client chooses: other examples refer to it."""
    for name, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if name.startswith("POST ") and "id" in example_of(content.get("application/json", {"example": {}})):
            created = await send(person.client, name, operation, "application/json")
            assert created.status_code == 201, f"{name}: {created.text}"


def check(document: Document, operation: Operation, response: httpx2.Response) -> str | None:
    """Return what is wrong with a response, or None."""
    documented = operation["responses"].get(str(response.status_code))
    if documented is None or response.status_code >= 400:
        return f"{response.status_code} {response.text}"
    if not response.content or response.headers["content-type"] != "application/json":
        return None
    media = documented.get("content", {}).get("application/json")
    if media is None:
        return f"This response is not documented: {response.text}"
    if not media.keys() & {"example", "examples"}:
        return f"There is no example of the response. It may be: {json.dumps(response.json())}"
    schema = {**media["schema"], "components": document["components"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return "; ".join(f"{error.json_path}: {error.message}" for error in validator.iter_errors(response.json())) or None


async def test_every_request_example_is_accepted(app: RunningApp, connection: Connection) -> None:
    document: Document = orjson.loads(orjson.dumps(app.app.openapi()))
    faults: dict[str, str] = {}
    sent = 0
    # Requests that change nothing can share an account.
    reader = await sign_up(app, "reader")
    await send_creates(reader, document)
    # In the order of the document: an account is registered before it signs in.
    for name, operation in operations(document):
        media_types = operation.get("requestBody", {}).get("content", {}).keys() or [None]
        for media_type in media_types:
            sent += 1
            prepare = PREPARATIONS.get(operation["operationId"])
            person = reader
            if prepare or not name.startswith("GET "):
                person = await sign_up(app, f"person-{sent}")
                await send_creates(person, document)
            if prepare:
                await prepare(person, connection, operation)
            response = await send(person.client, name, operation, media_type)
            if fault := check(document, operation, response):
                faults[f"{name} {media_type or ''}"] = fault
            if person is not reader:
                await person.client.aclose()
    await reader.client.aclose()

    assert "\n".join(f"{name}: {fault}" for name, fault in faults.items()) == ""
    assert sent >= len(list(operations(document))) > 20
