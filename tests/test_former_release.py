"""Processes of the former release serve until all are replaced: what they write after the migration is not lost.

The next release drops the triggers of this, and this file.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command

from exercise_buddy.core.db.database import Database
from exercise_buddy.startup import migrate
from exercise_buddy.users import public as users
from tests.support import Connection
from tests.test_migrations import alembic, run


@pytest.fixture
async def former(empty_database_url: str) -> AsyncIterator[Connection]:
    """A connection to a migrated database with the triggers for the former release."""
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


async def insert_account(connection: Connection, email: str, username: str | None = None) -> UUID:
    user_id = uuid4()
    await connection.execute(
        "INSERT INTO user_account (id, email, email_key, username, username_key, time_zone, canonical_time_zone,"
        " week_starts_on, unit_system, locale) VALUES ($1, $2, $2, $3, $3, 'UTC', 'UTC', 'monday', 'metric', 'en')",
        user_id,
        email,
        username,
    )
    return user_id


async def insert_identity(connection: Connection, user_id: UUID, subject: str) -> None:
    await connection.execute(
        "INSERT INTO provider_identity (user_id, provider, subject) VALUES ($1, 'github', $2)", user_id, subject
    )


async def names(connection: Connection) -> set[tuple[Any, ...]]:
    rows = await connection.fetch("SELECT kind, key, user_id FROM login_identifier")
    return {tuple(row) for row in rows}


async def test_its_accounts_are_found(former: Connection, empty_database_url: str) -> None:
    ann = await insert_account(former, "ann@example.com", "ann")
    await insert_account(former, "bob@example.com")

    async with Database.open(empty_database_url) as database, database.sessions() as session:
        by_email = await users.find_account(session, "Ann@example.com")
        by_name = await users.find_account(session, "ANN")

    assert by_email is not None
    assert by_email.id == ann
    assert by_name == by_email


async def test_its_names_stay_unique(former: Connection) -> None:
    ann = await insert_account(former, "ann@example.com", "ann")
    bob = await insert_account(former, "bob@example.com")
    await insert_identity(former, ann, "4711")

    for statement, rule in (
        (insert_account(former, "ann@example.com"), "uq_user_account_email_key"),
        (insert_account(former, "eve@example.com", "ann"), "uq_user_account_username_key"),
        (insert_identity(former, bob, "4711"), "uq_provider_identity_provider_subject"),
        (
            former.execute("UPDATE user_account SET username_key = 'ann' WHERE id = $1", bob),
            "uq_user_account_username_key",
        ),
    ):
        with pytest.raises(asyncpg.UniqueViolationError) as raised:
            await statement
        assert raised.value.constraint_name == rule


async def test_what_it_changes_and_deletes_is_free_again(former: Connection) -> None:
    ann = await insert_account(former, "ann@example.com", "ann")
    bob = await insert_account(former, "bob@example.com", "bob")
    await insert_identity(former, ann, "4711")
    await former.execute(
        "INSERT INTO outgoing_mail (id, user_id, kind, recipient, details, attempts)"
        " VALUES (gen_random_uuid(), $1, 'new_device', 'bob@example.com', '{}', 0)",
        bob,
    )

    await former.execute(
        "UPDATE user_account SET email_key = 'ann@example.org', username_key = NULL WHERE id = $1", ann
    )
    changed = await names(former)
    await former.execute("DELETE FROM provider_identity")
    await former.execute("DELETE FROM user_account WHERE id = $1", bob)

    expected = {("email", "ann@example.org", ann)}
    assert changed == expected | {("github", "4711", ann), ("email", "bob@example.com", bob), ("username", "bob", bob)}
    assert await names(former) == expected
    assert await former.fetchval("SELECT count(*) FROM outgoing_mail") == 0


@pytest.mark.parametrize("end", ["UPDATE auth_session SET revoked_at = now()", "DELETE FROM user_account"])
async def test_its_revoked_sessions_end_everywhere(former: Connection, end: str) -> None:
    user_id = await insert_account(former, "ann@example.com")
    session_id = uuid4()
    await former.execute(
        "INSERT INTO auth_session (user_id, id, token_hash, generation, delivery, rotated_at, idle_expires_at,"
        " expires_at) VALUES ($1, $2, '', 0, 'body', now(), now(), now())",
        user_id,
        session_id,
    )

    await former.execute(end)

    assert await former.fetchval("SELECT session_id FROM ended_session") == session_id


async def test_it_still_records_the_failed_logins_of_strangers(former: Connection) -> None:
    await former.execute(
        "INSERT INTO security_event (id, user_id, kind, details)"
        " VALUES (gen_random_uuid(), NULL, 'sign_in_failed', '{}')"
    )


async def test_what_is_stored_survives_the_migration_and_its_reversal(
    former: Connection, empty_database_url: str
) -> None:
    await run(empty_database_url, alembic(command.downgrade, "0030"))
    ann = await insert_account(former, "ann@example.com", "ann")
    bob = await insert_account(former, "bob@example.com")
    await insert_identity(former, ann, "4711")
    for user_id in (ann, None):
        await former.execute(
            "INSERT INTO security_event (id, user_id, kind, address, details)"
            " VALUES (gen_random_uuid(), $1, 'sign_in_failed', '203.0.113.7', '{}')",
            user_id,
        )

    await migrate(empty_database_url)

    assert await names(former) == {
        ("email", "ann@example.com", ann),
        ("username", "ann", ann),
        ("github", "4711", ann),
        ("email", "bob@example.com", bob),
    }
    assert await former.fetchval("SELECT array_agg(user_id) FROM security_event") == [ann]
    assert await former.fetchval("SELECT array_agg(address) FROM stranger_event") == ["203.0.113.7"]
    # A mail of an account that was deleted at the same time has no account.
    await former.execute(
        "INSERT INTO outgoing_mail (id, user_id, kind, recipient, details, attempts) VALUES"
        " (gen_random_uuid(), gen_random_uuid(), 'new_device', 'x@example.com', '{}', 0),"
        " (gen_random_uuid(), NULL, 'account_deleted', 'x@example.com', '{}', 0)"
    )
    await run(empty_database_url, alembic(command.downgrade, "0030"))
    assert await former.fetchval("SELECT count(*) FROM security_event WHERE user_id IS NULL") == 1
    assert await former.fetchval("SELECT array_agg(kind) FROM outgoing_mail") == ["account_deleted"]
    with pytest.raises(asyncpg.UniqueViolationError):
        await insert_account(former, "ann@example.com")
