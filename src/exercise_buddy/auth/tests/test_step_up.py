"""The one rule of what a client must prove before it changes who may enter an account."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import jwt
import pytest

from exercise_buddy.auth.oauth.tests.support import wait_for_lock
from exercise_buddy.auth.tests.helpers import (
    NEW_PASSWORD,
    Outbox,
    age_sign_ins,
    get_event_kinds,
    get_session_id,
    get_status,
    log_in,
    log_in_again,
)
from tests.factories import read_problem
from tests.providers.github import GitHub
from tests.providers.openid import OpenIDProvider
from tests.providers.provider import run_provider
from tests.support import PASSWORD, STEP_UP, Connection, Person, RunningApp, StartApp

REQUIRED = (401, "/problems/insufficient-user-authentication")
Request = Callable[[Person, dict[str, str]], Awaitable[httpx2.Response]]


async def change_email(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.put("/auth/email", json={"email": "thief@example.net"} | proof)


async def change_password(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.put("/auth/password", json={"new_password": NEW_PASSWORD} | proof)


async def link_identity(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.post("/auth/identities/github", json=proof)


async def unlink_identity(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.delete("/auth/identities/discord", json=proof)


async def revoke_session(person: Person, proof: dict[str, str]) -> httpx2.Response:
    items = (await person.get("/auth/sessions")).json()["items"]
    other = next(item["id"] for item in items if not item["current"])
    return await person.delete(f"/auth/sessions/{other}", json=proof)


async def revoke_all_sessions(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.delete("/auth/sessions", json=proof)


async def revoke_other_sessions(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.delete("/auth/sessions", params={"except": "current"}, json=proof)


async def delete_account(person: Person, proof: dict[str, str]) -> httpx2.Response:
    return await person.delete("/users/me", json=proof)


CHANGES = [
    change_email,
    change_password,
    link_identity,
    unlink_identity,
    revoke_session,
    revoke_all_sessions,
    revoke_other_sessions,
    delete_account,
]
every_change = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)


@pytest.fixture
async def person(start_app: StartApp, ann: Person, connection: Connection) -> Person:
    """Ann, with two sessions and two identities, at a service with providers."""
    with run_provider(GitHub, "github") as github, run_provider(OpenIDProvider, "google") as google:
        app = await start_app(**github.settings(), **google.settings())
        for provider in ("google", "discord"):
            await connection.execute(
                "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1::text::uuid, $2, '7')",
                ann.id,
                provider,
            )
        return await log_in_again(app, ann)


async def remove_password(connection: Connection, method: str) -> None:
    """Change the account to one whose users sign in with a provider only."""
    await connection.execute("DELETE FROM password_credential")
    await connection.execute("UPDATE auth_session SET method = $1", method)


@every_change
async def test_an_account_with_a_password_needs_it_right_after_a_sign_in(person: Person, change: Request) -> None:
    missing, wrong = await change(person, {}), await change(person, {"current_password": "wrong"})
    right = await change(person, STEP_UP)

    assert read_problem(missing) == REQUIRED
    assert missing.json()["methods"] == [{"method": "password"}]
    assert missing.json()["errors"][0]["pointer"] == "/current_password"
    challenge = missing.headers["www-authenticate"]
    assert challenge.startswith('Bearer error="insufficient_user_authentication"')
    assert "max_age" not in challenge
    assert read_problem(wrong) == (403, "/problems/wrong-password")
    assert right.status_code < 300, right.text


@every_change
async def test_an_account_without_a_password_needs_a_recent_sign_in(
    person: Person, connection: Connection, change: Request
) -> None:
    await remove_password(connection, "google")
    await age_sign_ins(connection)
    old = await change(person, {})
    await connection.execute("UPDATE auth_session SET created_at = now()")
    fresh = await change(person, {})

    assert read_problem(old) == REQUIRED
    assert old.json()["max_age"] == 600
    # Discord is linked, and this service has no Discord.
    (google,) = old.json()["methods"]
    assert google["method"] == "google"
    assert google["login_url"].endswith("/api/v1/auth/providers/google/login")
    assert 'max_age="600"' in old.headers["www-authenticate"]
    assert fresh.status_code < 300, fresh.text


@every_change
@pytest.mark.parametrize("method", ["password", "github"])
async def test_the_sign_in_must_be_with_a_linked_provider(
    person: Person, connection: Connection, change: Request, method: str
) -> None:
    await remove_password(connection, method)

    assert read_problem(await change(person, {})) == REQUIRED


@pytest.mark.parametrize("change", [change for change in CHANGES if change is not link_identity])
async def test_a_session_that_ends_meanwhile_changes_nothing(
    person: Person, outbox: Outbox, connection: Connection, change: Request
) -> None:
    # The sender of mails locks the account, too.
    await outbox.wait_until_empty(connection)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SELECT FROM user_account FOR UPDATE")
    changing = asyncio.ensure_future(change(person, STEP_UP))
    await wait_for_lock(connection)
    await connection.execute("UPDATE auth_session SET revoked_at = now()")
    await transaction.commit()
    response = await changing

    assert read_problem(response) == (401, "/problems/unauthenticated")
    assert await connection.fetchval("SELECT count(*) FROM provider_identity") == 2
    assert await connection.fetchval("SELECT count(*) FROM user_account WHERE deletes_at IS NULL") == 1


async def test_of_parallel_deletions_one_succeeds(person: Person) -> None:
    statuses = await asyncio.gather(*(delete_account(person, STEP_UP) for _ in range(4)))

    assert sorted(response.status_code for response in statuses) == [200, 401, 401, 401]


async def test_a_refresh_does_not_renew_the_sign_in(person: Person, connection: Connection) -> None:
    await remove_password(connection, "google")
    await age_sign_ins(connection)
    refreshed = await person.post("/auth/refresh", json={"refresh_token": person.refresh_token})
    token = refreshed.json()["access_token"]
    person.client.headers["Authorization"] = f"Bearer {token}"

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["amr"] == ["fed"]
    assert claims["iat"] - claims["auth_time"] in {660, 661}
    assert read_problem(await change_password(person, {})) == REQUIRED


async def test_the_current_session_is_revoked_without_a_password(person: Person) -> None:
    assert (await person.delete(f"/auth/sessions/{await get_session_id(person)}")).status_code == 204
    assert await get_status(person) == 401


async def test_a_thief_of_a_session_cannot_guess_for_ever_and_does_not_lock_the_owner(
    app: RunningApp, ann: Person
) -> None:
    thief = await log_in_again(app, ann)
    attempts = [change_email, revoke_other_sessions] * 4
    guesses = [(await change(thief, {"current_password": "wrong"})).status_code for change in attempts]
    right = await change_email(thief, STEP_UP)

    assert guesses == [403] * 5 + [429] * 3
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0
    assert (await get_event_kinds(ann)).count("step_up_failed") == 5
    assert (await revoke_other_sessions(ann, STEP_UP)).status_code == 204
    assert await get_status(thief) == 401


async def test_failed_logins_from_its_address_do_not_affect_a_signed_in_user(app: RunningApp, ann: Person) -> None:
    for number in range(50):
        await log_in(app, f"nobody-{number}@example.com", "wrong")

    assert (await log_in(app, ann.email)).status_code == 429
    assert (await change_password(ann, STEP_UP)).status_code == 204
    assert (await log_in(app, ann.email, PASSWORD, address="198.51.100.1")).status_code == 401
