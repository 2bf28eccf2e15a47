"""Revoked sessions: their access tokens fail at once in every process, without a query per request."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from fastapi import Response

from exercise_buddy.auth import admin
from exercise_buddy.auth.active_sessions import ActiveSessions
from exercise_buddy.auth.tests.helpers import (
    NEW_PASSWORD,
    Outbox,
    call,
    delete_account,
    get_session_id,
    get_status,
    log_in_again,
    put,
)
from exercise_buddy.auth.tokens import issue_access_token
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.security.identity import CurrentUser, Identity
from tests.support import STEP_UP, Connection, Person, RunningApp, StartApp, wait_until

End = Callable[[RunningApp, Person, Outbox], Awaitable[object]]

whoami = Router(prefix="/test-whoami", tag="test")


@whoami.get("")
async def who_am_i(user: CurrentUser) -> Response:
    """Return the caller, without a query."""
    return Response(str(user.user_id))


async def logs_out(_app: RunningApp, person: Person, _outbox: Outbox) -> None:
    await person.post("/auth/logout", json={"refresh_token": person.refresh_token})


async def is_revoked(app: RunningApp, person: Person, _outbox: Outbox) -> None:
    other = await log_in_again(app, person)
    await other.delete(f"/auth/sessions/{await get_session_id(person)}", json=STEP_UP)


async def revokes_all(_app: RunningApp, person: Person, _outbox: Outbox) -> None:
    await person.delete("/auth/sessions", json=STEP_UP)


async def is_replayed(_app: RunningApp, person: Person, _outbox: Outbox) -> None:
    token = person.refresh_token
    for _ in range(2):
        token = (await person.post("/auth/refresh", json={"refresh_token": token})).json()["refresh_token"]
    replayed = await person.post("/auth/refresh", json={"refresh_token": person.refresh_token})
    assert replayed.json()["type"] == "/problems/refresh-token-reused"


async def resets_the_password(app: RunningApp, person: Person, outbox: Outbox) -> None:
    await call(app, "/auth/password/forgot", email=person.email)
    mail = await outbox.wait_for(person.email, "Choose a new password")
    reset = await call(app, "/auth/password/reset", token=mail.token, password=NEW_PASSWORD)
    assert reset.status_code == 204, reset.text


async def changes_the_password_elsewhere(app: RunningApp, person: Person, _outbox: Outbox) -> None:
    other = await log_in_again(app, person)
    changed = await put(other, "/auth/password", current_password=person.password, new_password=NEW_PASSWORD)
    assert changed.status_code == 204, changed.text


async def is_disabled(app: RunningApp, person: Person, _outbox: Outbox) -> None:
    database: Database = app.state["database"]
    async with database.transaction() as session:
        assert await admin.disable(session, person.email) == 1


async def is_deleted(_app: RunningApp, person: Person, _outbox: Outbox) -> None:
    assert (await delete_account(person, current_password=person.password)).status_code == 200


ENDS = [
    logs_out,
    is_revoked,
    revokes_all,
    is_replayed,
    resets_the_password,
    changes_the_password_elsewhere,
    is_disabled,
    is_deleted,
]


@pytest.fixture
async def second(start_app: StartApp) -> RunningApp:
    """A second application on the same database, which behaves like another process."""
    app = await start_app(whoami)
    await wait_until(lambda: listener(app).connected)
    return app


def listener(app: RunningApp) -> Listener:
    ended: ActiveSessions = app.state["sessions"]
    return ended._listener


async def status_at(app: RunningApp, person: Person) -> int:
    async with app.client(Authorization=person.client.headers["Authorization"]) as client:
        return (await client.get("/api/v1/test-whoami")).status_code


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
async def test_tokens_of_a_revoked_session_fail_in_every_process(
    app: RunningApp, second: RunningApp, ann: Person, bob: Person, outbox: Outbox, end: End
) -> None:
    await wait_until(lambda: listener(app).connected)
    assert (await get_status(ann), await status_at(second, ann)) == (200, 200)

    await end(app, ann, outbox)

    async def dead_here() -> bool:
        return await get_status(ann) == 401

    async def dead_there() -> bool:
        return await status_at(second, ann) == 401

    await wait_until(dead_here)
    await wait_until(dead_there)
    assert (await get_status(bob), await status_at(second, bob)) == (200, 200)


async def test_only_the_first_request_of_a_session_queries_the_database(second: RunningApp, ann: Person) -> None:
    database: Database = second.state["database"]
    await status_at(second, ann)

    async def dead() -> bool:
        return await status_at(second, ann) == 401

    async with AsyncExitStack() as stack:
        for _ in range(database.reads.get_max_size()):
            await stack.enter_async_context(database.reading())
        # A request that needs a connection of the pool would get 503.
        assert await status_at(second, ann) == 200
        await ann.delete("/auth/sessions", json=STEP_UP)
        await wait_until(dead)


@pytest.mark.parametrize("stranger", ["user", "session"])
async def test_a_token_without_a_user_or_a_session_is_refused(app: RunningApp, ann: Person, stranger: str) -> None:
    claims = jwt.decode(
        ann.client.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False}
    )
    user_id, session_id = (uuid4(), UUID(claims["sid"])) if stranger == "user" else (UUID(claims["sub"]), uuid4())
    now = datetime.now(UTC)
    token = issue_access_token(
        app.state["keys"], user_id, session_id, now, lifetime=60, authenticated_at=now, method="password"
    )

    async with app.client(Authorization=f"Bearer {token}") as client:
        reads = [
            (await client.get(f"/api/v1{path}")).status_code
            for path in ("/users/me", "/workouts", "/statistics/goal/history")
        ]
        write = await client.post("/api/v1/exercises", json={"name": "Plank", "tracking": "duration"})

    assert {*reads, write.status_code} == {401}


async def test_a_session_that_a_restored_database_does_not_have_is_refused(
    second: RunningApp, ann: Person, connection: Connection
) -> None:
    await status_at(second, ann)
    session_id = UUID(await get_session_id(ann))
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("DELETE FROM auth_session WHERE id = $1", session_id)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid", await listening(connection)
        )

    async def dead() -> bool:
        return await status_at(second, ann) == 401

    await wait_until(dead)


async def listening(connection: Connection) -> list[int]:
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND (query = 'SELECT 1' OR query LIKE 'LISTEN%' OR query LIKE '%ended_session%')"
        " AND application_name = 'exercise-buddy'"
    )
    return [row["pid"] for row in rows]


async def test_revocations_during_a_lost_connection_are_caught_up(
    second: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    ended: ActiveSessions = second.state["sessions"]
    identity = Identity(UUID(ann.id), UUID(await get_session_id(ann)))
    await wait_until(lambda: listener(second).connected)

    async with connection.transaction():
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid", await listening(connection)
        )
        await wait_until(lambda: not listener(second).connected)
        await connection.execute("UPDATE auth_session SET revoked_at = now() WHERE id = $1", identity.session_id)
        await connection.execute("INSERT INTO ended_session VALUES ($1, clock_timestamp())", identity.session_id)

    async def dead() -> bool:
        return await status_at(second, ann) == 401

    # While it is disconnected it queries the database: no revocation is missed.
    await wait_until(dead)
    assert await status_at(second, bob) == 200
    await wait_until(lambda: listener(second).connected)
    assert identity.session_id in ended._revoked
    assert await status_at(second, ann) == 401


async def test_a_disconnected_process_queries_the_database(
    app: RunningApp,
    ann: Person,
    bob: Person,
) -> None:
    never = Listener("postgresql://nobody@127.0.0.1:1/nothing")
    ended = ActiveSessions(app.state["database"], never, timedelta(minutes=16))
    of_ann = Identity(UUID(ann.id), UUID(await get_session_id(ann)))
    of_bob = Identity(UUID(bob.id), UUID(await get_session_id(bob)))
    before = await ended.is_active(of_ann)

    await ann.delete("/auth/sessions", json=STEP_UP)

    assert (before, await ended.is_active(of_ann), await ended.is_active(of_bob)) == (True, False, True)
