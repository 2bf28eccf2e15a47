"""Transactions that lock an account, its user and its sessions lock them in one order.

Each test stops a request between two of its locks, at a table that the test has locked, and starts another one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from exercise_buddy.auth.oauth.tests.support import wait_for_lock
from exercise_buddy.auth.tasks import delete_due_accounts
from exercise_buddy.auth.tests.helpers import Outbox, call, delete_account, log_in_again, put
from tests.support import PASSWORD, Connection, Person, RunningApp, StartApp


@asynccontextmanager
async def locked_table(connection: Connection, table: str) -> AsyncIterator[None]:
    """Lock a table: nobody else reads or writes it."""
    async with connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.fixture
async def due(ann: Person, outbox: Outbox, connection: Connection) -> Person:
    """A person whose account must be deleted by now, and who is signed in."""
    await outbox.wait_until_empty(connection)
    await connection.execute("UPDATE user_account SET deletes_at = now() WHERE id = $1::text::uuid", ann.id)
    return ann


async def list_accounts(connection: Connection) -> list[str]:
    """Return the ids of the accounts that exist."""
    return [row["id"] for row in await connection.fetch("SELECT id::text FROM user_account")]


async def test_a_change_of_the_user_name_and_the_deletion_of_the_account(
    app: RunningApp, due: Person, connection: Connection
) -> None:
    async with locked_table(connection, "login_identifier"):
        changing = asyncio.ensure_future(due.patch("/users/me", json={"username": "ann_b"}))
        await wait_for_lock(connection)
        deleting = asyncio.create_task(delete_due_accounts(app.state["database"]))
        await wait_for_lock(connection, 2)

    assert (await changing).status_code == 200
    await deleting
    assert await list_accounts(connection) == []
    assert await connection.fetchval("SELECT count(*) FROM login_identifier WHERE kind = 'username'") == 0


async def test_a_write_and_the_deletion_of_the_account(app: RunningApp, due: Person, connection: Connection) -> None:
    workout = {"title": "Push", "started_at": "2026-01-05T10:00:00Z", "exercises": []}
    async with locked_table(connection, "deleted_workout"):
        writing = asyncio.ensure_future(due.post("/workouts", json=workout))
        await wait_for_lock(connection)
        deleting = asyncio.create_task(delete_due_accounts(app.state["database"]))
        await wait_for_lock(connection, 2)

    assert (await writing).status_code == 201
    await deleting
    assert await list_accounts(connection) == []


async def test_a_write_and_the_deletion_of_the_account_at_once(
    start_app: StartApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    app = await start_app(account_deletion_grace_days=0)
    ann = await log_in_again(app, ann)
    await outbox.wait_until_empty(connection)
    workout = {"title": "Push", "started_at": "2026-01-05T10:00:00Z", "exercises": []}
    async with locked_table(connection, "deleted_workout"):
        writing = asyncio.ensure_future(ann.post("/workouts", json=workout))
        await wait_for_lock(connection)
        deleting = asyncio.ensure_future(delete_account(ann, current_password=PASSWORD))
        await wait_for_lock(connection, 2)

    assert ((await writing).status_code, (await deleting).status_code) == (201, 200)
    assert await list_accounts(connection) == []


async def test_the_verification_of_the_address_and_a_change_of_the_user_name(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    token = (await outbox.wait_for(ann.email, "Confirm")).token
    await outbox.wait_until_empty(connection)
    # As after a registration for an address that must be verified first.
    await connection.execute("DELETE FROM login_identifier WHERE kind = 'username'")
    await connection.execute("UPDATE user_account SET username = 'ann_b', username_key = NULL")
    async with locked_table(connection, "login_identifier"):
        verifying = asyncio.create_task(call(app, "/auth/email/verify", token=token))
        await wait_for_lock(connection)
        changing = asyncio.ensure_future(ann.patch("/users/me", json={"username": "ann_b"}))
        await wait_for_lock(connection, 2)

    assert ((await verifying).status_code, (await changing).status_code) == (204, 200)
    assert await connection.fetchval("SELECT count(*) FROM login_identifier WHERE kind = 'username'") == 1


async def test_a_logout_and_a_change_of_the_password(
    app: RunningApp, ann: Person, outbox: Outbox, connection: Connection
) -> None:
    phone = await log_in_again(app, ann)
    await outbox.wait_until_empty(connection)
    async with locked_table(connection, "ended_session"):
        ending = asyncio.create_task(call(app, "/auth/logout", refresh_token=phone.refresh_token))
        await wait_for_lock(connection)
        changing = asyncio.ensure_future(
            put(ann, "/auth/password", current_password=PASSWORD, new_password="another long password")
        )
        await wait_for_lock(connection, 2)

    assert ((await ending).status_code, (await changing).status_code) == (204, 204)
