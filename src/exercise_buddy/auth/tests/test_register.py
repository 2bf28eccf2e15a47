import asyncio

import pytest

from tests.factories import read_problem
from tests.support import PASSWORD, Client, Connection, Join, Person, StartApp


async def test_registration_returns_the_profile_and_its_location(client: Client, connection: Connection) -> None:
    content = {
        "email": "Ann.Example@Example.COM",
        "password": PASSWORD,
        "username": "ann",
        "display_name": "  Ann ",
        "time_zone": "Europe/Berlin",
    }

    response = await client.post("/api/v1/auth/register", json=content)

    user = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == "/api/v1/users/me"
    assert response.headers["cache-control"] == "no-store"
    assert user["email"] == "Ann.Example@example.com"
    assert user["display_name"] == "Ann"
    assert "password" not in response.text
    stored = await connection.fetchval("SELECT password_hash FROM password_credential")
    assert stored.startswith("$argon2id$v=19$m=7168,t=1,p=1$")
    assert await connection.fetchval("SELECT email_key FROM user_account") == "ann.example@example.com"


async def test_only_address_and_password_are_required(client: Client) -> None:
    response = await client.post("/api/v1/auth/register", json={"email": "a@example.com", "password": PASSWORD})

    assert response.json()["time_zone"] == "UTC"
    assert response.json()["username"] is None


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"email": "not an address"}, "/email", "value_error"),
        ({"email": "Ann <ann@example.com>"}, "/email", "value_error"),
        ({"email": "ann@localhost"}, "/email", "value_error"),
        ({"email": "a" * 250 + "@example.com"}, "/email", "string_too_long"),
        ({"email": 7}, "/email", "string_type"),
        ({"password": "1234567"}, "/password", "string_too_short"),
        ({"password": "a" * 129}, "/password", "string_too_long"),
        ({"password": "password1"}, "/password", "password_too_common"),
        ({"password": "ann@example.com"}, "/password", "password_contains_context_word"),
        ({"password": "annann_12", "username": "annann"}, "/password", "password_contains_context_word"),
        ({"username": "x"}, "/username", "value_error"),
        ({"username": "ann@home"}, "/username", "value_error"),
        ({"username": "_ann_"}, "/username", "value_error"),
        ({"display_name": "a\u202eb\n"}, "/display_name", "value_error"),
        ({"time_zone": "Berlin"}, "/time_zone", "value_error"),
        ({"is_admin": True}, "/is_admin", "extra_forbidden"),
    ],
)
async def test_invalid_input_is_refused(
    client: Client, connection: Connection, change: dict[str, object], pointer: str, code: str
) -> None:
    content = {"email": "ann@example.com", "password": PASSWORD} | change

    response = await client.post("/api/v1/auth/register", json=content)

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]
    assert str(change.get("password", "nothing")) not in response.text
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 0


async def test_a_taken_address_ignores_case(client: Client, ann: Person) -> None:
    response = await client.post(
        "/api/v1/auth/register", json={"email": ann.email.upper(), "password": PASSWORD, "username": "other"}
    )

    assert read_problem(response) == (409, "/problems/email-taken")


async def test_a_taken_user_name_ignores_case(client: Client, join: Join) -> None:
    await join("ann", username="ann")

    response = await client.post(
        "/api/v1/auth/register", json={"email": "b@example.com", "password": PASSWORD, "username": "ANN"}
    )

    assert read_problem(response) == (409, "/problems/username-taken")


async def test_twenty_parallel_registrations_create_one_account(start_app: StartApp, connection: Connection) -> None:
    app = await start_app(rate_limits={"registrations_email": "100/hour", "registrations_address": "100/hour"})
    content = {"email": "ann@example.com", "password": PASSWORD}

    async with app.client() as client:
        responses = await asyncio.gather(*(client.post("/api/v1/auth/register", json=content) for _ in range(20)))

    assert sorted(response.status_code for response in responses) == [201] + [409] * 19
    assert await connection.fetchval("SELECT count(*) FROM user_account") == 1
    assert await connection.fetchval("SELECT count(*) FROM user_revision") == 1


async def test_five_registrations_per_hour_from_an_ip_address(start_app: StartApp) -> None:
    app = await start_app(rate_limits={})

    async with app.client() as client, app.client("198.51.100.1") as elsewhere:
        responses = [
            await client.post("/api/v1/auth/register", json={"email": f"{n}@example.com", "password": PASSWORD})
            for n in range(6)
        ]
        other = await elsewhere.post("/api/v1/auth/register", json={"email": "x@example.com", "password": PASSWORD})

    assert [response.status_code for response in responses] == [201] * 5 + [429]
    assert int(responses[-1].headers["retry-after"]) > 3000
    assert '"registrations_address";q=5;w=3600' in responses[0].headers["ratelimit-policy"]
    assert other.status_code == 201
