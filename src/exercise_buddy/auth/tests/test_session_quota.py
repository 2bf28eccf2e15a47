"""Sign-ins beyond the quota of sessions end the sessions that were not used for the longest time."""

import asyncio
import json
from typing import Any

from exercise_buddy.auth.tests.helpers import get_status, log_in_again
from tests.support import Connection, StartApp, sign_up


async def test_the_session_that_was_not_used_for_the_longest_time_ends(
    start_app: StartApp, connection: Connection
) -> None:
    app = await start_app(quota_sessions=2)
    ann = await sign_up(app, "ann")
    form = {"username": ann.email, "password": ann.password, "scope": "offline_access"}
    client = app.client()

    async def sign_in() -> dict[str, Any]:
        response = await client.post("/api/v1/auth/login", data=form)
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.json()
        return tokens

    async def refresh(token: str) -> int:
        response = await client.post("/api/v1/auth/refresh", json={"refresh_token": token})
        return response.status_code

    second = await sign_in()
    # The first session is older, and used later.
    assert await refresh(ann.refresh_token) == 200
    third = await sign_in()

    assert await refresh(second["refresh_token"]) == 401
    assert await refresh(third["refresh_token"]) == 200
    assert (await ann.get("/users/me")).status_code == 200
    (event,) = await connection.fetch(
        "SELECT session_id <> revoked.id AS is_other, details, revoked.id FROM security_event"
        " CROSS JOIN (SELECT id FROM auth_session WHERE revoked_at IS NOT NULL) AS revoked"
        " WHERE kind = 'sessions_ended'"
    )
    assert event["is_other"]
    assert json.loads(event["details"]) == {"sessions": 1, "ended_session_id": str(event["id"]), "reason": "quota"}
    for _ in range(10):
        await sign_in()
    active, stored = await connection.fetchrow(
        "SELECT count(*) FILTER (WHERE revoked_at IS NULL), count(*) FROM auth_session"
    ) or (0, 0)
    # As many ended ones are kept, from which a sign-in knows the devices.
    assert (active, stored) == (2, 4)


async def test_many_sign_ins_from_one_address_do_not_forget_the_others(
    start_app: StartApp, connection: Connection
) -> None:
    app = await start_app(quota_sessions=2)
    ann = await sign_up(app, "ann")
    form = {"username": ann.email, "password": ann.password, "scope": "offline_access"}

    sessions = []
    for address in ["203.0.113.1", "203.0.113.2"] + ["203.0.113.3"] * 9:
        async with app.client(address) as client:
            assert (await client.post("/api/v1/auth/login", data=form)).status_code == 200
        sessions.append(await connection.fetchval("SELECT id FROM auth_session ORDER BY created_at DESC LIMIT 1"))

    ended = await connection.fetch("SELECT id FROM auth_session WHERE revoked_at IS NOT NULL")
    # Of each address the latest: the third last session is from the last address.
    assert {row["id"] for row in ended} == {sessions[1], sessions[-3]}


async def test_parallel_sign_ins_end_the_oldest_and_deadlock_with_no_refresh(start_app: StartApp) -> None:
    app = await start_app(quota_sessions=3)
    ann = await sign_up(app, "ann")
    form = {"username": ann.email, "password": ann.password, "scope": "offline_access"}
    client = app.client()

    async def use() -> list[int]:
        login = await client.post("/api/v1/auth/login", data=form)
        token = login.json()["refresh_token"]
        refreshed = await client.post("/api/v1/auth/refresh", json={"refresh_token": token})
        reused = await client.post("/api/v1/auth/refresh", json={"refresh_token": token})
        return [login.status_code, refreshed.status_code, reused.status_code]

    statuses = [status for used in await asyncio.gather(*(use() for _ in range(8))) for status in used]

    assert set(statuses) <= {200, 401}
    assert statuses.count(200) >= 8 + 3
    last = (await client.post("/api/v1/auth/login", data=form)).json()["access_token"]
    listed = await client.get("/api/v1/auth/sessions", headers={"Authorization": f"Bearer {last}"})
    assert len(listed.json()["items"]) == 3


async def test_a_sign_in_beyond_the_quota_waits_for_no_session_that_is_in_use(
    start_app: StartApp, connection: Connection
) -> None:
    before = await start_app()
    ann = await sign_up(before, "ann")
    for _ in range(2):
        await log_in_again(before, ann)
    await connection.execute("UPDATE auth_session SET revoked_at = now()")
    phone = await log_in_again(before, ann)
    app = await start_app(quota_sessions=1)

    async with connection.transaction():
        # As a refresh does, which may wait for the account that the sign-in has locked.
        await connection.execute("SELECT FROM auth_session FOR UPDATE")
        await log_in_again(app, ann)

    # Neither the active one has ended, nor are the surplus ended ones deleted.
    assert await get_status(phone) == 200
    assert await connection.fetchval("SELECT count(*) FROM auth_session") == 5
    await log_in_again(app, ann)
    assert await get_status(phone) == 401
    assert await connection.fetchval("SELECT count(*) FROM auth_session") == 2
