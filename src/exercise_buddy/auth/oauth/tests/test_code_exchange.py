"""The exchange of the callback page's code for tokens."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import pytest

from exercise_buddy.auth.oauth.tests.support import Browser, bearer
from exercise_buddy.auth.tests.helpers import NEW_PASSWORD, put
from tests.providers.provider import build_challenge
from tests.support import STEP_UP, Connection, Person


async def test_one_of_twenty_concurrent_exchanges_succeeds(browser: Browser, connection: Connection) -> None:
    code, verifier = await browser.get_code()

    responses = await asyncio.gather(*(browser.exchange_code(code, verifier) for _ in range(20)))

    assert sorted(response.status_code for response in responses) == [200] + [400] * 19
    assert await connection.fetchval("SELECT count(*) FROM auth_session") == 1


async def test_a_code_is_exchanged_once(browser: Browser) -> None:
    code, verifier = await browser.get_code()
    assert (await browser.exchange_code(code, verifier)).status_code == 200

    again = await browser.exchange_code(code, verifier)

    assert again.status_code == 400
    assert again.json()["type"].endswith("invalid-code")


@pytest.mark.parametrize("is_valid", [True, False])
async def test_a_repeated_exchange_ends_the_session_of_the_first(
    browser: Browser, connection: Connection, is_valid: bool
) -> None:
    code, verifier = await browser.get_code()
    tokens = (await browser.exchange_code(code, verifier, scope="offline_access")).json()

    # Only the client that began the sign-in has the verifier: without it, nobody can end the session.
    statuses = [(await browser.exchange_code(code, verifier if is_valid else "w" * 43)).status_code for _ in range(2)]

    me = await browser.http.get("/api/v1/users/me", headers=bearer(tokens["access_token"]))
    assert (statuses, me.status_code) == ([400, 400], 401 if is_valid else 200)
    reasons = "SELECT array_agg(details->>'reason') FROM security_event WHERE kind = 'sessions_ended'"
    assert await connection.fetchval(reasons) == (["code_reused"] if is_valid else None)


async def test_a_wrong_verifier_uses_the_code_up(browser: Browser) -> None:
    code, verifier = await browser.get_code()

    wrong = await browser.exchange_code(code, "w" * 43)

    assert wrong.status_code == 400
    assert (await browser.exchange_code(code, verifier)).status_code == 400


async def test_the_challenge_is_not_accepted_as_verifier(browser: Browser) -> None:
    code, verifier = await browser.get_code()

    assert (await browser.exchange_code(code, build_challenge(verifier))).status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(1, 200), (-1, 400)])
async def test_a_code_expires_after_a_minute(
    browser: Browser, connection: Connection, seconds: int, status: int
) -> None:
    code, verifier = await browser.get_code()
    left = await connection.fetchval("SELECT expires_at - now() FROM one_time_token")
    await connection.execute("UPDATE one_time_token SET expires_at = now() + $1 * interval '1 second'", seconds * 5)

    assert 50 < left.total_seconds() <= 60
    assert (await browser.exchange_code(code, verifier)).status_code == status


@pytest.mark.parametrize("kind", ["an account", "a link of a mail"])
async def test_an_invalid_code_is_refused(browser: Browser, kind: str) -> None:
    response = await browser.exchange_code(kind, "v" * 43)

    assert response.status_code == 400


async def test_an_exchange_ends_the_session_of_the_cookie_that_it_replaces(
    browser: Browser, connection: Connection
) -> None:
    for _ in range(2):
        assert (await browser.exchange_code(*await browser.get_code())).status_code == 200

    revoked = await connection.fetch("SELECT revoked_at IS NOT NULL AS revoked FROM auth_session ORDER BY id")
    assert [row["revoked"] for row in revoked] == [True, False]


async def test_another_origin_cannot_exchange_a_code(browser: Browser) -> None:
    code, verifier = await browser.get_code()
    body = {"code": code, "code_verifier": verifier}

    foreign = await browser.http.post("/api/v1/auth/exchange", json=body, headers={"Origin": "https://evil.example"})
    own = await browser.exchange_code(code, verifier)

    assert (foreign.status_code, own.status_code) == (403, 200)


async def test_a_disabled_or_deleted_account_gets_no_tokens(browser: Browser, connection: Connection) -> None:
    statuses = []
    for change in ("UPDATE user_account SET disabled_at = now()", "DELETE FROM user_account"):
        await connection.execute("UPDATE user_account SET disabled_at = NULL")
        code, verifier = await browser.get_code()
        await connection.execute(change)
        statuses.append((await browser.exchange_code(code, verifier)).status_code)

    assert statuses == [400, 400]


async def change_password(person: Person, **options: bool) -> httpx2.Response:
    return await put(person, "/auth/password", new_password=NEW_PASSWORD, **options, **STEP_UP)


LOCK_OUTS = {
    "password": change_password,
    "password and identities": lambda person: change_password(person, unlink_identities=True),
    "identity": lambda person: person.delete("/auth/identities/google", json=STEP_UP),
    "sessions": lambda person: person.delete("/auth/sessions", json=STEP_UP),
    "other sessions": lambda person: person.delete("/auth/sessions", params={"except": "current"}, json=STEP_UP),
}


@pytest.mark.parametrize("lock_out", LOCK_OUTS.values(), ids=LOCK_OUTS.keys())
async def test_a_code_ends_when_its_owner_locks_others_out(
    browser: Browser, ann: Person, lock_out: Callable[[Person], Awaitable[httpx2.Response]]
) -> None:
    await browser.link_identity("google", ann.client.headers["Authorization"].removeprefix("Bearer "))
    code, verifier = await browser.get_code()

    locked_out = await lock_out(ann)
    response = await browser.exchange_code(code, verifier)

    assert (locked_out.status_code, response.status_code) == (204, 400)


async def test_a_code_of_an_identity_that_is_no_longer_linked_is_refused(
    browser: Browser, connection: Connection
) -> None:
    code, verifier = await browser.get_code()
    await connection.execute("DELETE FROM provider_identity")

    assert (await browser.exchange_code(code, verifier)).status_code == 400
