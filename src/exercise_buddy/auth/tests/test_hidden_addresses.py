"""With REVEAL_TAKEN_EMAIL=false, nothing that a stranger can do tells whether an address has an account."""

from typing import Any

import httpx2
import pytest

from exercise_buddy.auth.tests.helpers import NEW_PASSWORD, Outbox, call, log_in, put
from tests.factories import read_problem
from tests.support import PASSWORD, Connection, Join, Person, RunningApp, StartApp

REGISTER = "/auth/register"
STRANGER = "198.51.100.7"
VARYING_HEADERS = {"x-request-id", "content-length", "ratelimit"}
VARYING_FIELDS = {"id", "created_at", "updated_at", "email", "username", "request_id", "instance"}


@pytest.fixture
async def hiding_app(start_app: StartApp, join: Join, connection: Connection) -> RunningApp:
    """An app that hides addresses, with one verified account: ann@example.com."""
    await join("ann", username="ann")
    await connection.execute("UPDATE user_account SET email_verified_at = now()")
    return await start_app(reveal_taken_email=False)


def describe(response: httpx2.Response) -> tuple[int, dict[str, str], dict[str, Any] | None]:
    """Return everything of a response that could tell a taken address from a free one."""
    headers = {name: value for name, value in response.headers.items() if name not in VARYING_HEADERS}
    fields = {k: v for k, v in response.json().items() if k not in VARYING_FIELDS} if response.content else None
    return response.status_code, headers, fields


def count_left(response: httpx2.Response) -> str:
    """Return what is left of the account's limit, but not the seconds until it is full again."""
    return response.headers["ratelimit"].split('failed_logins_account";')[1].split(";")[0]


async def register_and_log_in(app: RunningApp, email: str, username: str) -> list[Any]:
    """Return what a stranger sees who registers an address and everything that could confirm it."""
    failed_before = await log_in(app, email, "wrong password")
    registered = await call(app, REGISTER, email=email, password=NEW_PASSWORD, username=username)
    by_email = await log_in(app, email, NEW_PASSWORD)
    by_username = await log_in(app, username, NEW_PASSWORD)
    same_name = await call(app, REGISTER, email=f"other.{username}@example.com", password=PASSWORD, username=username)
    again = await call(app, REGISTER, email=email, password=NEW_PASSWORD)
    forgot = await call(app, "/auth/password/forgot", email=email)
    responses = [failed_before, registered, by_email, by_username, same_name, again, forgot]
    return [describe(response) for response in responses] + [count_left(by_email)]


async def test_registering_and_logging_in_tells_nothing(hiding_app: RunningApp) -> None:
    taken = await register_and_log_in(hiding_app, "ann@example.com", "storm")
    free = await register_and_log_in(hiding_app, "free@example.com", "cloud")

    assert taken == free
    assert [seen[0] for seen in taken[:-1]] == [401, 201, 401, 401, 201, 201, 202]


async def test_failures_by_user_name_tell_nothing_about_an_address(hiding_app: RunningApp) -> None:
    for _ in range(5):
        assert (await log_in(hiding_app, "ann", "wrong", STRANGER)).status_code == 401
    by_name = await log_in(hiding_app, "ann", "wrong", STRANGER)

    taken = [await log_in(hiding_app, "ann@example.com", "wrong", STRANGER) for _ in range(6)]
    free = [await log_in(hiding_app, "free@example.com", "wrong", STRANGER) for _ in range(6)]

    assert by_name.status_code == 429
    assert [response.status_code for response in taken] == [401] * 5 + [429]
    assert [response.status_code for response in free] == [401] * 5 + [429]
    assert [count_left(response) for response in taken] == [count_left(response) for response in free]


async def test_a_verified_account_has_its_user_name_and_can_log_in(hiding_app: RunningApp, outbox: Outbox) -> None:
    await call(hiding_app, REGISTER, email="zoe@example.com", password=PASSWORD, username="Zoë")
    refused = await log_in(hiding_app, "zoe@example.com")
    token = (await outbox.wait_for("zoe@example.com", "Confirm")).token

    verified = await call(hiding_app, "/auth/email/verify", token=token)

    assert (refused.status_code, verified.status_code) == (401, 204)
    assert (await log_in(hiding_app, "zoe@example.com")).status_code == 200
    assert (await log_in(hiding_app, "ZOË")).status_code == 200


async def test_a_reset_verifies_the_address_too(hiding_app: RunningApp, outbox: Outbox) -> None:
    await call(hiding_app, REGISTER, email="zoe@example.com", password=PASSWORD)
    await call(hiding_app, "/auth/password/forgot", email="zoe@example.com")
    token = (await outbox.wait_for("zoe@example.com", "Choose")).token

    reset = await call(hiding_app, "/auth/password/reset", token=token, password=NEW_PASSWORD)

    assert reset.status_code == 204
    assert (await log_in(hiding_app, "zoe@example.com", NEW_PASSWORD)).status_code == 200


async def test_of_two_accounts_with_one_user_name_the_first_verified_one_gets_it(
    hiding_app: RunningApp, outbox: Outbox, connection: Connection
) -> None:
    for name in ("first", "second"):
        await call(hiding_app, REGISTER, email=f"{name}@example.com", password=PASSWORD, username="storm")

    for name in ("second", "first"):
        token = (await outbox.wait_for(f"{name}@example.com", "Confirm")).token
        assert (await call(hiding_app, "/auth/email/verify", token=token)).status_code == 204

    rows = await connection.fetch(
        "SELECT email, username, username_key FROM user_account WHERE email <> $1", "ann@example.com"
    )
    assert {tuple(row) for row in rows} == {
        ("second@example.com", "storm", "storm"),
        ("first@example.com", None, None),
    }
    late = await call(hiding_app, REGISTER, email="third@example.com", password=PASSWORD, username="STORM")
    assert read_problem(late) == (409, "/problems/username-taken")


async def test_the_right_password_requests_another_link_once_the_last_has_expired(
    hiding_app: RunningApp, outbox: Outbox, connection: Connection
) -> None:
    await call(hiding_app, REGISTER, email="zoe@example.com", password=PASSWORD)
    await outbox.wait_for("zoe@example.com", "Confirm")
    await outbox.wait_until_empty(connection)

    await log_in(hiding_app, "zoe@example.com")
    await outbox.wait_until_empty(connection)
    early = len(outbox.all("zoe@example.com"))
    await connection.execute("UPDATE one_time_token SET expires_at = now()")
    await log_in(hiding_app, "zoe@example.com", "wrong password")
    await log_in(hiding_app, "zoe@example.com")

    second = await outbox.wait_for("zoe@example.com", "Confirm", 2)
    assert early == 1
    assert (await call(hiding_app, "/auth/email/verify", token=second.token)).status_code == 204


async def test_where_addresses_are_not_hidden_nobody_must_verify_first(ann: Person, app: RunningApp) -> None:
    assert (await log_in(app, ann.email)).status_code == 200


async def test_a_change_to_a_taken_address_tells_nothing(
    hiding_app: RunningApp, join: Join, connection: Connection
) -> None:
    await join("bob")
    await connection.execute("UPDATE user_account SET email_verified_at = now()")
    tokens = (await log_in(hiding_app, "bob@example.com")).json()
    async with hiding_app.client(Authorization=f"Bearer {tokens['access_token']}") as client:
        bob = Person("", "bob@example.com", PASSWORD, "", client)
        taken = await put(bob, "/auth/email", email="ann@example.com", current_password=PASSWORD)
        free = await put(bob, "/auth/email", email="free@example.com", current_password=PASSWORD)

    assert describe(taken) == describe(free)
    assert taken.status_code == 202
