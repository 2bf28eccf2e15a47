import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from structlog.testing import capture_logs

from exercise_buddy.auth.sessions.service import delete_sessions, revoke_sessions
from exercise_buddy.auth.tests.helpers import get_session_id, get_status, log_in, log_in_again
from exercise_buddy.core.db.database import Database
from tests.support import STEP_UP, Connection, Person, RunningApp


async def test_active_sessions_are_listed(app: RunningApp, ann: Person) -> None:
    phone = await log_in_again(app, ann, "A phone")

    items = (await phone.get("/auth/sessions")).json()["items"]

    assert items[0]["user_agent"] == "A phone"
    assert [item["current"] for item in items] == [True, False]
    assert {item["address"] for item in items} == {"203.0.113.7"}
    for item in items:
        created = datetime.fromisoformat(item["created_at"])
        assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)
        assert datetime.fromisoformat(item["last_used_at"]) >= created - timedelta(seconds=1)
        assert timedelta(days=6) < datetime.fromisoformat(item["expires_at"]) - created < timedelta(days=7, minutes=1)


async def test_a_refresh_updates_the_last_use(ann: Person, connection: Connection) -> None:
    await connection.execute("UPDATE auth_session SET rotated_at = rotated_at - interval '1 hour'")
    before = (await ann.get("/auth/sessions")).json()["items"][0]
    await ann.post("/auth/refresh", json={"refresh_token": ann.refresh_token})
    after = (await ann.get("/auth/sessions")).json()["items"][0]

    assert after["last_used_at"] > before["last_used_at"]
    assert after["created_at"] == before["created_at"]
    assert after["id"] == before["id"]


async def test_sessions_are_paginated(app: RunningApp, ann: Person) -> None:
    for number in range(3):
        await log_in_again(app, ann, f"Device {number}")

    seen = [item["user_agent"] for item in await ann.list_all("/auth/sessions", limit=2)]

    assert seen[:3] == ["Device 2", "Device 1", "Device 0"]
    assert len(seen) == 4


async def test_ended_and_expired_sessions_are_not_listed(app: RunningApp, ann: Person, connection: Connection) -> None:
    gone, old = await log_in_again(app, ann), await log_in_again(app, ann)
    await ann.delete(f"/auth/sessions/{await get_session_id(gone)}", json=STEP_UP)
    await connection.execute(
        "UPDATE auth_session SET idle_expires_at = now() - interval '1 second' WHERE id = $1::text::uuid",
        await get_session_id(old),
    )

    assert len((await ann.get("/auth/sessions")).json()["items"]) == 1


@pytest.mark.parametrize("column", ["expires_at", "idle_expires_at"])
async def test_an_expired_session_is_not_revoked(
    app: RunningApp, ann: Person, connection: Connection, column: str
) -> None:
    end = datetime.now(UTC) + timedelta(days=1)
    await connection.execute("UPDATE auth_session SET expires_at = $1, idle_expires_at = $1", end + timedelta(days=1))
    await connection.execute(f"UPDATE auth_session SET {column} = $1", end)  # noqa: S608  (one of two constants)
    database: Database = app.state["database"]

    async with database.transaction() as session:
        at_its_end = await revoke_sessions(session, UUID(ann.id), end)
        before = await revoke_sessions(session, UUID(ann.id), end - timedelta(microseconds=1))

    assert at_its_end == []
    assert [str(session_id) for session_id in before] == [
        str(await connection.fetchval("SELECT id FROM auth_session WHERE revoked_at IS NOT NULL"))
    ]


async def test_only_active_sessions_are_counted_as_revoked(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    old, _phone = await log_in_again(app, ann), await log_in_again(app, ann)
    old_id = await get_session_id(old)
    await connection.execute("UPDATE auth_session SET idle_expires_at = now() WHERE id = $1::text::uuid", old_id)

    one = await ann.delete(f"/auth/sessions/{old_id}", json=STEP_UP)
    await ann.delete("/auth/sessions", params={"except": "current"}, json=STEP_UP)

    assert one.status_code == 404
    counted = "SELECT (details->>'sessions')::integer FROM security_event WHERE kind = 'sessions_ended'"
    assert [row[0] for row in await connection.fetch(counted)] == [1]


@pytest.mark.usefixtures("ann")
async def test_sessions_of_other_users_are_invisible(bob: Person) -> None:
    items = (await bob.get("/auth/sessions")).json()["items"]

    assert [item["current"] for item in items] == [True]


async def test_a_revoked_session_fails_at_once(app: RunningApp, ann: Person) -> None:
    phone = await log_in_again(app, ann)

    response = await ann.delete(f"/auth/sessions/{await get_session_id(phone)}", json=STEP_UP)

    assert response.status_code == 204
    assert (await get_status(phone), await get_status(ann)) == (401, 200)
    refreshed = await ann.post("/auth/refresh", json={"refresh_token": phone.refresh_token})
    assert refreshed.status_code == 401


async def test_revocations_are_logged(app: RunningApp, ann: Person) -> None:
    devices = [await log_in_again(app, ann) for _ in range(3)]
    ids = [await get_session_id(device) for device in (*devices, ann)]

    with capture_logs() as logs:
        await ann.delete(f"/auth/sessions/{ids[0]}", json=STEP_UP)
        await ann.delete(f"/auth/sessions/{ids[0]}", json=STEP_UP)
        await devices[1].post("/auth/logout", json={"refresh_token": devices[1].refresh_token})
        await ann.delete("/auth/sessions", json=STEP_UP)

    ended = [line["session_id"] for line in logs if line["event"] == "session_ended"]
    assert (ended[:2], sorted(ended[2:])) == (ids[:2], sorted(ids[2:]))
    noted = [line for line in logs if line["event"] == "sessions_ended"]
    assert [(line["session_id"], line.get("ended_session_id")) for line in noted] == [(ids[3], ids[0]), (ids[3], None)]


async def test_the_access_tokens_of_deleted_sessions_end(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    people = [ann, bob, await log_in_again(app, ann), await log_in_again(app, ann)]
    current, bobs, revoked, phone = [UUID(await get_session_id(person)) for person in people]
    await ann.delete(f"/auth/sessions/{revoked}", json=STEP_UP)
    await connection.execute("DELETE FROM ended_session")
    database: Database = app.state["database"]

    async def delete(*ids: UUID) -> list[set[UUID]]:
        async with database.transaction() as session:
            await delete_sessions(session, UUID(ann.id), ids or None)
        queries = ("SELECT id FROM auth_session", "SELECT session_id FROM ended_session")
        return [{row[0] for row in await connection.fetch(query)} for query in queries]

    assert await delete(phone, bobs) == [{current, bobs, revoked}, {phone}]
    # Whoever revoked the other one has ended its tokens.
    assert await delete() == [{bobs}, {phone, current}]
    assert [await get_status(person) for person in people] == [401, 200, 401, 401]


async def test_another_users_session_looks_like_a_missing_one(ann: Person, bob: Person) -> None:
    foreign = await ann.delete(f"/auth/sessions/{await get_session_id(bob)}", json=STEP_UP)
    none = await ann.delete(f"/auth/sessions/{uuid4()}", json=STEP_UP)

    assert foreign.status_code == none.status_code == 404
    kept = {"instance", "request_id"}
    assert {k: v for k, v in foreign.json().items() if k not in kept} == {
        k: v for k, v in none.json().items() if k not in kept
    }
    assert await get_status(bob) == 200


async def test_a_session_is_revoked_once(app: RunningApp, ann: Person) -> None:
    phone = await get_session_id(await log_in_again(app, ann))

    statuses = await asyncio.gather(*(ann.delete(f"/auth/sessions/{phone}", json=STEP_UP) for _ in range(10)))

    assert sorted(response.status_code for response in statuses) == [204] + [404] * 9


async def test_all_sessions_except_the_current_one_are_revoked(app: RunningApp, ann: Person, bob: Person) -> None:
    others = [await log_in_again(app, ann) for _ in range(3)]

    response = await ann.delete("/auth/sessions", params={"except": "current"}, json=STEP_UP)

    assert response.status_code == 204
    assert [await get_status(other) for other in others] == [401] * 3
    assert (await get_status(ann), await get_status(bob)) == (200, 200)


async def test_all_sessions_are_revoked(app: RunningApp, ann: Person, bob: Person) -> None:
    phone = await log_in_again(app, ann)

    response = await ann.delete("/auth/sessions", json=STEP_UP)

    assert response.status_code == 204
    assert (await get_status(phone), await get_status(ann), await get_status(bob)) == (401, 401, 200)
    assert (await log_in(app, ann.email)).status_code == 200


async def test_except_accepts_only_current(ann: Person) -> None:
    response = await ann.delete("/auth/sessions", params={"except": "all"})

    assert response.status_code == 422
    assert await get_status(ann) == 200


@pytest.mark.parametrize("twice", [False, True])
async def test_a_token_of_a_revoked_session_is_refused_everywhere(ann: Person, *, twice: bool) -> None:
    await ann.delete("/auth/sessions", json=STEP_UP)

    response = await ann.delete("/auth/sessions", json=STEP_UP) if twice else await ann.get("/auth/sessions")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def sign_in_browser(app: RunningApp, person: Person, cookie: str | None, scope: str = "") -> httpx2.Response:
    """Log in as a browser that has a refresh token in its cookie."""
    headers = {} if cookie is None else {"Cookie": f"__Secure-exercise_buddy_refresh={cookie}"}
    async with app.client(**headers) as client:
        form = {"username": person.email, "password": person.password, "scope": scope}
        response = await client.post("/api/v1/auth/login", data=form)
    assert response.status_code == 200, response.text
    return response


async def test_a_sign_in_ends_the_session_of_the_cookie_that_it_replaces(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    first = (await sign_in_browser(app, ann, None)).cookies["__Secure-exercise_buddy_refresh"]
    second = (await sign_in_browser(app, ann, first)).cookies["__Secure-exercise_buddy_refresh"]

    async with app.client() as client:
        ended = await client.post("/api/v1/auth/refresh", json={"refresh_token": first})
        assert ended.status_code == 401
        # Of another user, on a shared machine.
        await sign_in_browser(app, bob, second)
        assert (await client.post("/api/v1/auth/refresh", json={"refresh_token": second})).status_code == 401
    replaced = await connection.fetch(
        "SELECT user_id::text, session_id::text = details->>'ended_session_id' AS own, details->>'sessions' AS number"
        " FROM security_event WHERE kind = 'sessions_ended' AND details->>'reason' = 'replaced'"
    )
    assert [tuple(row) for row in replaced] == [(ann.id, True, "1"), (ann.id, True, "1")]
    assert (await get_status(ann), await get_status(bob)) == (200, 200)


async def test_a_sign_in_does_not_wait_for_a_refresh_of_the_session_that_it_replaces(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    cookie = (await sign_in_browser(app, ann, None)).cookies["__Secure-exercise_buddy_refresh"]

    async with connection.transaction():
        # As a refresh does, which may wait for the account that the sign-in has locked.
        await connection.execute("SELECT FROM auth_session FOR UPDATE")
        await sign_in_browser(app, ann, cookie)

    assert await connection.fetchval("SELECT count(*) FROM auth_session WHERE revoked_at IS NOT NULL") == 0


@pytest.mark.parametrize("case", ["garbage", "forged", "rotated", "in the body"])
async def test_a_sign_in_ends_no_session_without_its_current_cookie(
    app: RunningApp, ann: Person, bob: Person, connection: Connection, case: str
) -> None:
    cookie, scope = ann.refresh_token, ""
    if case == "garbage":
        cookie = "garbage"
    elif case == "forged":
        cookie = cookie[:-6] + "AAAAAA"
    elif case == "rotated":
        await ann.post("/auth/refresh", json={"refresh_token": cookie})
    else:
        scope = "offline_access"

    await sign_in_browser(app, bob, cookie, scope)

    assert await connection.fetchval("SELECT count(*) FROM auth_session WHERE revoked_at IS NOT NULL") == 0
