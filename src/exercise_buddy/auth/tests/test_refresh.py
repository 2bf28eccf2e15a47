import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import jwt
import pytest
from fastapi import Response

from exercise_buddy.auth.device import SERVER
from exercise_buddy.auth.errors import InvalidRefreshToken, RefreshTokenReused
from exercise_buddy.auth.sessions.service import SessionGrant, rotate_refresh_token
from exercise_buddy.auth.tables import PASSWORD as PASSWORD_METHOD
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.auth.token_response import build_token_response
from exercise_buddy.auth.tokens import RefreshToken
from exercise_buddy.core.db.database import Database
from tests.factories import read_problem
from tests.support import PASSWORD, Client, Connection, Person, RunningApp, StartApp


async def refresh(app: RunningApp, token: str | None, **headers: str) -> httpx2.Response:
    async with app.client(**headers) as client:
        return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def passes(connection: Connection, seconds: float) -> None:
    """Move all times of the sessions into the past."""
    await connection.execute(
        "UPDATE auth_session SET rotated_at = rotated_at - $1::interval, created_at = created_at - $1::interval,"
        " idle_expires_at = idle_expires_at - $1::interval, expires_at = expires_at - $1::interval",
        timedelta(seconds=seconds),
    )


async def rotate(app: RunningApp, person: Person, now: datetime) -> str:
    """Exchange the first refresh token of a person at a given time; return its successor."""
    token = RefreshToken.parse(person.refresh_token)
    assert token is not None
    database: Database = app.state["database"]
    async with database.transaction() as session:
        grant = await rotate_refresh_token(session, app.state["settings"], token, SERVER, now)
    return str(grant.refresh_token)


async def test_refresh_returns_new_tokens_and_rotates_the_old_one(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    first = await refresh(app, ann.refresh_token)
    second = await refresh(app, first.json()["refresh_token"])

    assert first.status_code == second.status_code == 200
    tokens = {ann.refresh_token, first.json()["refresh_token"], second.json()["refresh_token"]}
    assert len(tokens) == 3
    async with app.client(Authorization=f"Bearer {second.json()['access_token']}") as client:
        assert (await client.get("/api/v1/users/me")).status_code == 200
    assert await connection.fetchval("SELECT generation FROM auth_session") == 2


async def test_refresh_with_the_cookie(client: Client, ann: Person) -> None:
    client.base_url = httpx2.URL("https://testserver")
    await client.post("/api/v1/auth/login", data={"username": ann.email, "password": PASSWORD})
    before = client.cookies["__Secure-exercise_buddy_refresh"]
    response = await client.post("/api/v1/auth/refresh", headers={"Origin": "http://localhost:5173"})
    after = client.cookies["__Secure-exercise_buddy_refresh"]
    foreign = await client.post("/api/v1/auth/refresh", headers={"Origin": "http://evil.example"})

    assert response.status_code == 200
    assert response.json()["refresh_token"] is None
    assert before != after
    assert foreign.status_code == 403


async def test_within_the_grace_period_the_parent_gets_the_same_successor(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    first = await refresh(app, ann.refresh_token)
    await passes(connection, 9)
    again = await refresh(app, ann.refresh_token)

    assert again.status_code == 200
    assert again.json()["refresh_token"] == first.json()["refresh_token"]


async def test_after_the_grace_period_the_parent_revokes_the_session(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    first = await refresh(app, ann.refresh_token)
    await passes(connection, 11)

    reused = await refresh(app, ann.refresh_token)
    current = await refresh(app, first.json()["refresh_token"])

    assert read_problem(reused) == (401, "/problems/refresh-token-reused")
    assert current.status_code == 401
    revoked = await connection.fetch("SELECT user_id, id FROM auth_session WHERE revoked_at IS NOT NULL")
    assert [str(row["user_id"]) for row in revoked] == [ann.id]
    kind = "refresh_token_reused"
    noted = await connection.fetch("SELECT user_id, session_id AS id FROM security_event WHERE kind = $1", kind)
    assert noted == revoked


async def test_the_grace_period_ends_after_ten_seconds(app: RunningApp, ann: Person, connection: Connection) -> None:
    successor = (await refresh(app, ann.refresh_token)).json()["refresh_token"]
    rotated_at = await connection.fetchval("SELECT rotated_at FROM auth_session")

    assert await rotate(app, ann, rotated_at + timedelta(seconds=10)) == successor
    with pytest.raises(RefreshTokenReused):
        await rotate(app, ann, rotated_at + timedelta(seconds=10, microseconds=1))


async def test_an_older_ancestor_revokes_the_session_at_once(app: RunningApp, ann: Person) -> None:
    token = ann.refresh_token
    for _ in range(4):
        token = (await refresh(app, token)).json()["refresh_token"]

    reused = await refresh(app, ann.refresh_token)
    current = await refresh(app, token)

    assert reused.json()["type"] == "/problems/refresh-token-reused"
    assert current.status_code == 401


async def test_token_reuse_leaves_other_sessions_active(
    app: RunningApp, client: Client, ann: Person, connection: Connection
) -> None:
    form = {"username": ann.email, "password": PASSWORD, "scope": "offline_access"}
    other = (await client.post("/api/v1/auth/login", data=form)).json()["refresh_token"]
    await refresh(app, ann.refresh_token)
    await passes(connection, 11)
    await refresh(app, ann.refresh_token)

    assert (await refresh(app, other)).status_code == 200


async def test_a_forged_token_revokes_nothing(app: RunningApp, ann: Person) -> None:
    real = RefreshToken.parse(ann.refresh_token)
    assert real is not None
    forged = RefreshToken(real.user_id, real.session_id, b"x" * 32)

    assert (await refresh(app, str(forged))).status_code == 401
    assert (await refresh(app, ann.refresh_token)).status_code == 200


async def test_another_secret_key_ends_every_session(
    app: RunningApp, start_app: StartApp, ann: Person, connection: Connection
) -> None:
    current = (await refresh(app, ann.refresh_token)).json()["refresh_token"]
    restarted = await start_app(secret_key="of-another-key-there-are-forty-two-letters")

    for token in (current, ann.refresh_token):
        assert read_problem(await refresh(restarted, token)) == (401, "/problems/invalid-refresh-token")
    assert await connection.fetchval("SELECT revoked_at IS NULL AND generation = 1 FROM auth_session")
    assert (await refresh(app, current)).status_code == 200


@pytest.mark.parametrize("token", [None, "", "nonsense", "A" * 86, "ä" * 20, "A" * 200])
async def test_a_malformed_token_is_refused(app: RunningApp, token: str | None) -> None:
    response = await refresh(app, token)

    assert response.status_code in {401, 422}
    assert "set-cookie" not in response.headers


async def test_refresh_without_a_token_is_refused(client: Client) -> None:
    nothing = await client.post("/api/v1/auth/refresh")
    garbage = await client.post("/api/v1/auth/refresh", headers={"Cookie": "__Secure-exercise_buddy_refresh=x"})

    assert (nothing.status_code, garbage.status_code) == (401, 401)


async def test_twenty_parallel_refreshes_leave_one_successor(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    responses = await asyncio.gather(*(refresh(app, ann.refresh_token) for _ in range(20)))

    assert {response.status_code for response in responses} == {200}
    assert len({response.json()["refresh_token"] for response in responses}) == 1
    assert await connection.fetchval("SELECT generation FROM auth_session") == 1


async def test_an_idle_session_expires(app: RunningApp, ann: Person, connection: Connection) -> None:
    day = 24 * 3600
    await passes(connection, 6.9 * day)
    alive = await refresh(app, ann.refresh_token)
    await passes(connection, 7.1 * day)
    dead = await refresh(app, alive.json()["refresh_token"])

    assert (alive.status_code, dead.status_code) == (200, 401)
    assert dead.json()["type"] == "/problems/invalid-refresh-token"


@pytest.mark.parametrize("column", ["expires_at", "idle_expires_at"])
async def test_a_session_is_expired_from_its_expiry_on(
    app: RunningApp, ann: Person, connection: Connection, column: str
) -> None:
    end = datetime.now(UTC) + timedelta(days=1)
    await connection.execute("UPDATE auth_session SET expires_at = $1, idle_expires_at = $1", end + timedelta(days=1))
    await connection.execute(f"UPDATE auth_session SET {column} = $1", end)  # noqa: S608  (one of two constants)

    with pytest.raises(InvalidRefreshToken):
        await rotate(app, ann, end)
    assert await rotate(app, ann, end - timedelta(microseconds=1))


async def test_rotation_never_extends_a_session_beyond_thirty_days(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    token, alive_for = ann.refresh_token, 0
    while True:
        await passes(connection, 5 * 24 * 3600)
        response = await refresh(app, token)
        if response.status_code != 200:
            break
        token, alive_for = response.json()["refresh_token"], alive_for + 5
        row = await connection.fetchrow("SELECT idle_expires_at, expires_at, created_at FROM auth_session")
        assert row["idle_expires_at"] <= row["expires_at"]
        lifetime: timedelta = row["expires_at"] - row["created_at"]
        assert abs(lifetime - timedelta(days=30)) < timedelta(minutes=1)

    assert alive_for == 25


@pytest.mark.parametrize(("remaining", "lifetime"), [(86_400, 900), (900, 900), (899, 899), (300, 300), (0.01, 1)])
async def test_no_access_token_outlives_its_session(app: RunningApp, remaining: float, lifetime: int) -> None:
    now = datetime.now(UTC)
    token = RefreshToken.generate(uuid4(), uuid4())
    grant = SessionGrant(
        token.user_id,
        token.session_id,
        token,
        Delivery.BODY,
        now + timedelta(seconds=remaining),
        authenticated_at=now,
        method=PASSWORD_METHOD,
        deletion_cancelled=False,
    )

    tokens = build_token_response(Response(), app.state["settings"], app.state["keys"], grant, now)

    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
    assert (claims["iat"], claims["exp"] - claims["iat"]) == (int(now.timestamp()), lifetime)
    assert tokens.expires_in == lifetime


async def test_a_disabled_account_cannot_refresh(app: RunningApp, ann: Person, connection: Connection) -> None:
    await connection.execute("UPDATE user_account SET disabled_at = now()")

    assert (await refresh(app, ann.refresh_token)).status_code == 401


async def test_sixty_refreshes_in_five_minutes(start_app: StartApp, ann: Person) -> None:
    app = await start_app(rate_limits={"refreshes_session": "3/5 minutes"})
    token, statuses = ann.refresh_token, []
    for _ in range(4):
        response = await refresh(app, token)
        statuses.append(response.status_code)
        token = response.json().get("refresh_token", token)

    assert statuses == [200, 200, 200, 429]


def test_a_token_does_not_show_its_secret() -> None:
    token = RefreshToken.parse("A" * 86)

    assert token is not None
    assert str(token) == "A" * 86
    assert "AAAA" not in repr(token)
