import asyncio
import json
import unicodedata
from typing import Literal

import httpx2
import jwt
import pytest
from structlog.testing import capture_logs

from exercise_buddy.auth.tests.helpers import call
from tests.support import PASSWORD, Client, Connection, Join, Person, RunningApp, StartApp

# 120 characters as NFC, 139 as NFD.
MANY_UMLAUTS = (
    "zwölf müde Möwen flögen über grüne Häuser, höhere Türme, kühle Dünen, späte Züge, öde Wälder, schöne Gärten, "
    "böse Träume"
)


async def log_in(
    app: RunningApp,
    username: str,
    password: str = PASSWORD,
    scope: str = "",
    address: str = "203.0.113.7",
    **headers: str,
) -> httpx2.Response:
    async with app.client(address, **headers) as client:
        form = {"username": username, "password": password, "scope": scope}
        return await client.post("/api/v1/auth/login", data=form)


@pytest.mark.parametrize("identifier", ["ann@example.com", "ANN@Example.com", "ann_b", "Ann_B", " ann_b "])
async def test_login_with_address_or_user_name(app: RunningApp, join: Join, identifier: str) -> None:
    await join("ann", username="Ann_B")

    response = await log_in(app, identifier)

    assert response.status_code == 200
    assert response.json()["token_type"] == "bearer"
    assert response.json()["expires_in"] == 900


async def test_the_access_token_has_the_documented_claims(app: RunningApp, ann: Person) -> None:
    token = ann.client.headers["Authorization"].removeprefix("Bearer ")
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})

    assert header["typ"] == "at+jwt"
    assert header["alg"] == "HS256"
    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp", "jti", "auth_time", "amr"}
    assert (claims["auth_time"], claims["amr"]) == (claims["iat"], ["pwd"])
    assert claims["sub"] == ann.id
    assert claims["exp"] - claims["iat"] == 900
    assert app.app.version not in token


async def test_a_browser_gets_the_refresh_token_as_a_cookie(app: RunningApp, ann: Person) -> None:
    response = await log_in(app, ann.email, origin="http://localhost:5173")

    cookie = response.headers["set-cookie"]
    assert response.json()["refresh_token"] is None
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/api/v1/auth", "Max-Age=604800"):
        assert part in cookie
    assert response.headers["cache-control"] == "no-store"


async def test_the_cookie_is_secure_except_in_debug_mode(start_app: StartApp, ann: Person) -> None:
    debug = await start_app(debug=True)

    response = await log_in(debug, ann.email)

    assert "Secure" not in response.headers["set-cookie"]


async def test_offline_access_gets_the_refresh_token_in_the_body(app: RunningApp, ann: Person) -> None:
    response = await log_in(app, ann.email, scope="profile offline_access")

    assert len(response.json()["refresh_token"]) == 86
    assert "set-cookie" not in response.headers


async def test_all_failures_have_the_same_response(app: RunningApp, join: Join, connection: Connection) -> None:
    await join("ann")
    disabled, without = await join("disabled"), await join("without")
    await connection.execute("UPDATE user_account SET disabled_at = now() WHERE id = $1", disabled.id)
    await connection.execute("DELETE FROM password_credential WHERE user_id = $1", without.id)

    answers = [
        await log_in(app, "ann@example.com", "wrong password"),
        await log_in(app, "nobody@example.com"),
        await log_in(app, "nobody"),
        await log_in(app, "disabled@example.com"),
        await log_in(app, "without@example.com"),
        await log_in(app, "ann@example.com", PASSWORD + " " * 200),
        await log_in(app, "ann@example.com", "x" * 10_000),
    ]

    bodies = [answer.json() | {"request_id": ""} for answer in answers]
    assert {answer.status_code for answer in answers} == {401}
    assert all(body == bodies[0] for body in bodies)
    assert all("set-cookie" not in answer.headers for answer in answers)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_the_length_of_a_password_does_not_depend_on_its_spelling(
    app: RunningApp, form: Literal["NFC", "NFD"]
) -> None:
    password = unicodedata.normalize(form, MANY_UMLAUTS)
    registered = await call(app, "/auth/register", email="ann@example.com", password=password)

    assert registered.status_code == 201, registered.text
    for spelling in ("NFC", "NFD"):
        assert (await log_in(app, "ann@example.com", unicodedata.normalize(spelling, password))).status_code == 200


@pytest.mark.parametrize("username", [" " + "a" * 32, "e\u0301" * 32])
async def test_the_length_of_a_user_name_does_not_depend_on_its_spelling(app: RunningApp, username: str) -> None:
    registered = await call(app, "/auth/register", email="ann@example.com", password=PASSWORD, username=username)

    assert registered.status_code == 201, registered.text
    assert len(registered.json()["username"]) == 32
    assert (await log_in(app, username)).status_code == 200


async def test_passwords_are_normalized(app: RunningApp, client: Client, join: Join) -> None:
    await join("ann")
    composed = unicodedata.normalize("NFC", "übermäßig langes Wort")
    decomposed = unicodedata.normalize("NFD", composed)
    registered = await client.post("/api/v1/auth/register", json={"email": "zoe@example.com", "password": decomposed})

    assert composed != decomposed
    assert registered.status_code == 201
    assert (await log_in(app, "zoe@example.com", composed)).status_code == 200


async def test_outdated_hashes_are_replaced(start_app: StartApp, ann: Person, connection: Connection) -> None:
    stronger = await start_app(password_hash_iterations=2)

    assert (await log_in(stronger, ann.email)).status_code == 200

    assert ",t=2," in await connection.fetchval("SELECT password_hash FROM password_credential")
    assert (await log_in(stronger, ann.email)).status_code == 200


async def test_five_failures_lock_the_account_for_a_while(app: RunningApp, join: Join) -> None:
    await join("ann", username="ann")
    await join("bob")

    stranger = "198.51.100.2"
    statuses = [(await log_in(app, "ann@example.com", "wrong", address=stranger)).status_code for _ in range(6)]
    right = await log_in(app, "ANN@example.com", address="198.51.100.1")
    bob = await log_in(app, "bob@example.com")

    assert statuses == [401] * 5 + [429]
    assert right.status_code == 429
    assert 0 < int(right.headers["retry-after"]) <= 900
    assert bob.status_code == 200


async def test_a_success_resets_the_account(app: RunningApp, ann: Person) -> None:
    for _ in range(3):
        statuses = [(await log_in(app, ann.email, "wrong")).status_code for _ in range(4)]
        assert statuses == [401] * 4
        assert (await log_in(app, ann.email)).status_code == 200


async def test_failures_count_for_unknown_accounts_too(app: RunningApp) -> None:
    statuses = [(await log_in(app, "nobody@example.com", "wrong")).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [429]


async def test_fifty_failures_lock_the_address(start_app: StartApp, join: Join) -> None:
    await join("ann")
    app = await start_app(rate_limits={"failed_logins_address": "7/15 minutes"})

    statuses = [(await log_in(app, f"{n}@example.com", "wrong")).status_code for n in range(8)]
    elsewhere = await log_in(app, "ann@example.com", address="198.51.100.1")

    assert statuses == [401] * 7 + [429]
    assert elsewhere.status_code == 200


async def test_parallel_guesses_share_the_five_attempts(app: RunningApp, ann: Person) -> None:
    responses = await asyncio.gather(*(log_in(app, ann.email, f"guess {n}") for n in range(20)))

    assert sorted(response.status_code for response in responses) == [401] * 5 + [429] * 15


async def test_twenty_parallel_logins_succeed(app: RunningApp, ann: Person) -> None:
    responses = await asyncio.gather(*(log_in(app, ann.email) for _ in range(20)))

    assert {response.status_code for response in responses} == {200}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://localhost:5173"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({}, 200),
    ],
)
async def test_pages_of_other_sites_cannot_log_in(
    app: RunningApp, ann: Person, headers: dict[str, str], status: int
) -> None:
    response = await log_in(app, ann.email, **headers)

    assert response.status_code == status
    if status == 403:
        assert response.json()["type"] == "/problems/foreign-origin"


async def test_the_session_stores_the_device(app: RunningApp, ann: Person, connection: Connection) -> None:
    await log_in(app, ann.email, **{"user-agent": "Firefox\t" + "x" * 300})

    row = await connection.fetchrow("SELECT user_agent, address FROM auth_session ORDER BY created_at DESC LIMIT 1")
    assert row["user_agent"].startswith("Firefoxx")
    assert len(row["user_agent"]) == 255
    assert row["address"] == "203.0.113.7"


async def test_no_secret_is_stored_or_logged(app: RunningApp, ann: Person, connection: Connection) -> None:
    with capture_logs() as logs:
        response = await log_in(app, ann.email, scope="offline_access")
        await log_in(app, ann.email, "a wrong password that must not be logged")

    token = response.json()["refresh_token"]
    stored = str(await connection.fetch("SELECT * FROM auth_session")) + str(
        await connection.fetch("SELECT * FROM password_credential")
    )
    written = json.dumps(logs, default=str)
    for secret in (PASSWORD, token, token[-40:], response.json()["access_token"], "must not be logged"):
        assert secret not in stored
        assert secret not in written


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://a]", "//", "http://"])
async def test_an_invalid_origin_is_refused(app: RunningApp, origin: str) -> None:
    async with app.client(origin=origin) as client:
        response = await client.post("/api/v1/auth/logout")

    assert response.status_code == 403


@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8", "application/scim+json"])
async def test_login_with_json(app: RunningApp, ann: Person, media_type: str) -> None:
    content = json.dumps({"username": ann.email, "password": PASSWORD, "scope": "offline_access"})
    async with app.client() as client:
        response = await client.post("/api/v1/auth/login", content=content, headers={"Content-Type": media_type})

    assert response.status_code == 200, response.text
    assert len(response.json()["refresh_token"]) == 86


async def test_optional_credentials_may_be_null(client: Client, ann: Person) -> None:
    credentials = {"username": ann.email, "password": PASSWORD}
    others = dict.fromkeys(("scope", "grant_type", "client_id", "client_secret"))

    response = await client.post("/api/v1/auth/login", json=credentials | others)

    assert response.status_code == 200, response.text
    assert response.json()["refresh_token"] is None


async def test_json_and_forms_have_the_same_rules(client: Client, ann: Person) -> None:
    faulty: list[dict[str, str]] = [
        {},
        {"username": "", "password": PASSWORD},
        {"username": ann.email},
        {"username": ann.email, "password": PASSWORD, "grant_type": "client_credentials"},
        {"username": ann.email, "password": PASSWORD, "remember": "yes", "client_id": "x"},
        {"username": ann.email, "password": "wrong"},
        {"username": ann.email, "password": "\0"},
        {"username": ann.email, "password": "x" * 20_000},
    ]
    for fields in faulty:
        answers = [
            await client.post("/api/v1/auth/login", **{kind: fields})  # type: ignore[arg-type]
            for kind in ("json", "data")
        ]
        problems = [answer.json() for answer in answers]
        for problem in problems:
            del problem["request_id"]
        assert problems[0] == problems[1], fields
        assert problems[0]["status"] in {401, 413, 422}


@pytest.mark.parametrize(
    ("content", "pointer", "code"),
    [
        ('{"username": 5, "password": "x"}', "/username", "string_type"),
        ('{"username": ["x"], "password": {"a": 1}}', "/username", "string_type"),
        ('{"username": null, "password": "x"}', "/username", "missing"),
        ('{"username": "x", "password": "x", "scope": 1}', "/scope", "string_type"),
        ('["username", "password"]', "", "object_type"),
        ("{", "", "json_invalid"),
        ("", "/username", "missing"),
    ],
)
async def test_json_credentials_are_texts(client: Client, content: str, pointer: str, code: str) -> None:
    response = await client.post("/api/v1/auth/login", content=content, headers={"Content-Type": "application/json"})

    assert response.status_code == 422, response.text
    error = response.json()["errors"][0]
    assert (error["pointer"], error["code"], error["location"]) == (pointer, code, "body")


async def test_other_media_types_are_refused(client: Client) -> None:
    response = await client.post("/api/v1/auth/login", content="x", headers={"Content-Type": "text/plain"})

    assert response.status_code == 415
    assert response.json()["detail"] == "Send JSON, with Content-Type: application/json, or a form."


async def test_failures_with_json_count_as_those_with_a_form(start_app: StartApp, ann: Person) -> None:
    app = await start_app(rate_limits={"failed_logins_account": "3/15 minutes"})
    wrong = {"username": ann.email, "password": "wrong"}
    async with app.client() as client:
        bodies = [{"json": wrong}, {"data": wrong}, {"json": wrong}, {"json": wrong}, {"data": wrong}]
        statuses = [(await client.post("/api/v1/auth/login", **body)).status_code for body in bodies]  # type: ignore[arg-type]

    assert statuses == [401, 401, 401, 429, 429]
