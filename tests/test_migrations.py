"""The migrations make the tables that the code describes, and go down again."""

import asyncio
import time
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.ext.asyncio import create_async_engine

from exercise_buddy.core.db.connections import connect
from exercise_buddy.migration import MigrationError, alembic_config, migrate
from exercise_buddy.schema import metadata
from tests.factories import BENCH, evidence, exercise, workout
from tests.support import Person, RunCommand, RunningApp

COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default,
       generation_expression, udt_name
FROM information_schema.columns NATURAL JOIN information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


async def described(connection: asyncpg.Connection) -> set[tuple[Any, ...]]:
    return {
        (what, *row)
        for what, query in (("column", COLUMNS), ("constraint", CONSTRAINTS), ("index", INDEXES))
        for row in await connection.fetch(query)
    }


async def run(url: str, action: Any) -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: connect(url))
    async with engine.connect() as connection:
        await connection.run_sync(action)
        await connection.commit()
    await engine.dispose()


def alembic(action: Any, *arguments: Any) -> Any:
    def act(connection: Connection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        action(config, *arguments)

    return act


async def test_a_database_of_a_later_release_stays_as_it_is(empty_database_url: str) -> None:
    await migrate(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.execute("UPDATE catalogue_exercise SET name = 'Renamed later' WHERE slug = 'pushups'")

    await migrate(empty_database_url)

    assert await connection.fetchval("SELECT version_num FROM alembic_version") == "9999"
    assert await connection.fetchval("SELECT name FROM catalogue_exercise WHERE slug = 'pushups'") == "Renamed later"
    await connection.close()


async def test_match_the_tables_to_the_last_constraint(connection: asyncpg.Connection, empty_database_url: str) -> None:
    created = await asyncpg.connect(empty_database_url)
    await created.execute("CREATE EXTENSION pg_trgm")
    await run(empty_database_url, metadata.create_all)

    migrated = await described(connection)
    expected = await described(created)
    await created.close()

    assert migrated ^ expected == set()
    assert len(migrated) > 100


async def test_alembic_sees_nothing_left_to_do(database_url: str) -> None:
    await run(database_url, alembic(command.check))


def revisions() -> list[str]:
    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]


async def test_go_down_again_one_by_one_and_up(database_url: str, connection: asyncpg.Connection) -> None:
    before = await described(connection)

    for _ in revisions():
        await run(database_url, alembic(command.downgrade, "-1"))
    left = {row[0] for row in await connection.fetch(TABLES)}
    await migrate(database_url)

    assert left == {"alembic_version"}
    assert await described(connection) == before


async def test_stored_exercises_and_sets_get_ids(
    app: RunningApp, database_url: str, connection: asyncpg.Connection, ann: Person
) -> None:
    sets = [{"reps": 5, "weight_kg": weight} for weight in (60, 70)]
    logged = [await ann.log(**workout(exercise(BENCH, *sets), exercise(BENCH, *sets[:1]))) for _ in range(2)]
    await run(database_url, alembic(command.downgrade, "0014"))
    # A server of the release before knows no ids.
    await connection.execute(
        "INSERT INTO workout_set (user_id, workout_id, exercise_position, position, kind, reps)"
        " SELECT user_id, workout_id, position, 9, 'drop', 1 FROM workout_exercise"
    )

    await migrate(database_url)
    # Connections know the types of parameters, which the downgrade has dropped.
    await app.state["database"].engine.dispose()

    ids: list[UUID] = []
    for before in logged:
        found = (await ann.get(f"/workouts/{before['id']}")).json()
        ids += [UUID(part["id"]) for entry in found["exercises"] for part in (entry, *entry["sets"])]
        for entry, stored in zip(found["exercises"], before["exercises"], strict=True):
            *kept, added = [workout_set | {"id": None} for workout_set in entry["sets"]]
            assert kept == [workout_set | {"id": None} for workout_set in stored["sets"]]
            assert (added["kind"], added["reps"]) == ("drop", 1)
            # The set was added without totals, which the upgrade computes.
            assert (entry["totals"]["sets"], stored["totals"]["sets"]) == (len(kept) + 1, len(kept))
    assert len(set(ids)) == len(ids) == 2 * 7
    assert {part_id.version for part_id in ids} == {7}
    edited = await ann.patch(f"/workouts/{logged[0]['id']}/sets/{ids[1]}", json={"reps": 6})
    assert edited.json()["exercises"][0]["sets"][0]["reps"] == 6


async def test_stored_names_get_keys_of_any_spelling(
    database_url: str, connection: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await run(database_url, alembic(command.downgrade, "0021"))
    names = ["Straße", "STRASSE", "ann", "ＡＮＮ", "ﬀ" * 20, None]  # noqa: RUF001
    emails = [
        "E\u0301@example.com",
        "é@example.com",
        "ann@example.com",
        "d@example.com",
        "e@example.com",
        "f@example.com",
    ]
    for number, (name, email) in enumerate(zip(names, emails, strict=True)):
        await connection.execute(
            "INSERT INTO user_account (id, email, email_key, username, username_key, time_zone, canonical_time_zone,"
            " week_starts_on, unit_system, locale) VALUES ($1, $2, $4, $3, $5, 'UTC', 'UTC', 'monday',"
            " 'metric', 'en')",
            UUID(int=(0x019A0000_0000_7000_8000 << 48) + number),
            email,
            name,
            email.lower(),
            name.lower() if name else None,
        )

    with caplog.at_level("WARNING", "alembic.runtime.migration"):
        await migrate(database_url)

    rows = await connection.fetch("SELECT username, username_key, email_key FROM user_account ORDER BY id")
    assert [tuple(row)[:2] for row in rows] == [
        ("Straße-2", "strasse-2"),
        ("STRASSE", "strasse"),
        ("ann", "ann"),
        ("ＡＮＮ-2", "ann-2"),  # noqa: RUF001
        ("ﬀ" * 15 + "-2", "f" * 30 + "-2"),
        (None, None),
    ]
    assert [row["email_key"] for row in rows[:2]] == ["e\u0301@example.com", "é@example.com"]
    warned = [record.getMessage() for record in caplog.records]
    assert len([text for text in warned if text.startswith("The user name")]) == 3
    assert len([text for text in warned if text.startswith("The address")]) == 1


async def test_what_is_stored_is_counted(
    database_url: str, connection: asyncpg.Connection, ann: Person, run_command: RunCommand
) -> None:
    reps: list[dict[str, Any]] = [{"offset_ms": 1000, "flags": ["fast"]}, {"offset_ms": 2000}]
    counted = exercise(BENCH, {"reps": 2, "evidence": evidence(*reps, detected=2)}, notes="good")
    await ann.log(**workout(counted, exercise(BENCH), notes="fine"))
    await ann.weigh("2026-05-01", 80)
    counters = "SELECT user_id, revision, workouts, body_measurements, stored_bytes FROM user_revision"
    before = await connection.fetchrow(counters)
    await run(database_url, alembic(command.downgrade, "0022"))

    await migrate(database_url)

    assert await connection.fetchrow(counters) == before
    assert before is not None
    assert before["stored_bytes"] > 2000
    verified = await run_command("statistics", "verify")
    assert verified.exit_code == 0, verified.stdout


async def test_the_former_release_can_insert_rows_after_the_migration(
    empty_database_url: str, connection: asyncpg.Connection
) -> None:
    """It serves until the new release is rolled out, and knows no column that a later migration adds.

    Older migrations are not checked: their former releases are gone.
    """
    before = await asyncpg.connect(empty_database_url)
    await run(empty_database_url, alembic(command.upgrade, "0019"))
    known = await before.fetch("SELECT table_name, column_name FROM information_schema.columns")
    await before.close()
    tables, columns = {row[0] for row in known}, {tuple(row) for row in known}

    added = [row for row in await connection.fetch(COLUMNS) if row[0] in tables and (row[0], row[1]) not in columns]

    needed = [f"{row['table_name']}.{row['column_name']}" for row in added if row["is_nullable"] == "NO"]
    assert len(needed) >= 5
    assert [row[:2] for row in added if row["is_nullable"] == "NO" and row["column_default"] is None] == []


async def test_migrating_twice_changes_nothing(database_url: str, connection: asyncpg.Connection) -> None:
    count = await connection.fetchval("SELECT count(*) FROM catalogue_exercise")

    await migrate(database_url)

    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise") == count


async def test_a_migration_waits_for_a_lock_a_while_and_no_longer(
    database_url: str, connection: asyncpg.Connection
) -> None:
    await run(database_url, alembic(command.downgrade, "0003"))
    async with connection.transaction():
        await connection.execute("LOCK TABLE user_account")
        with pytest.raises(MigrationError) as raised:
            await migrate(database_url, patience_seconds=1)

    assert str(raised.value) == (
        "Migration 0004 (The tables of statistics) cannot begin, because another transaction is in its way (canceling "
        "statement due to lock timeout). What was migrated before is kept. Wait until long transactions have ended, or "
        "end them, and migrate again."
    )
    await migrate(database_url)


async def test_a_migration_begins_when_the_lock_of_somebody_else_ends(
    database_url: str, connection: asyncpg.Connection
) -> None:
    await run(database_url, alembic(command.downgrade, "0003"))
    reader = await asyncpg.connect(database_url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE user_account IN ACCESS SHARE MODE")
        migration = asyncio.create_task(migrate(database_url))
        waited = 0.0
        # Meanwhile, a statement of a request waits behind the migration, but less than its limit of 4 s.
        for _ in range(20):
            before = time.monotonic()
            await reader.execute("SELECT FROM user_account")
            waited = max(waited, time.monotonic() - before)
            await asyncio.sleep(0.25)
        is_waiting = not migration.done()

    await migration

    assert is_waiting
    assert 0.5 < waited < 3.5
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == revisions()[0]
    await reader.close()


def test_form_one_line() -> None:
    script = ScriptDirectory.from_config(alembic_config())

    assert len(script.get_heads()) == 1
    assert revisions() == sorted(revisions(), reverse=True)


def references() -> set[tuple[str, tuple[str, ...], str]]:
    """What foreign keys refer to: the tables, the columns of each, and the constraint that keeps those unique."""
    return {
        (key.referred_table.name, columns, str(constraint.name))
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        for columns in [tuple(element.column.name for element in key.elements)]
        for constraint in key.referred_table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint) and tuple(constraint.c.keys()) == columns
    }


@pytest.mark.new_database
@pytest.mark.parametrize(("table", "columns", "constraint"), sorted(references()))
async def test_what_foreign_keys_refer_to_is_found_by_its_key_in_an_empty_table_too(
    database_url: str, table: str, columns: tuple[str, ...], constraint: str
) -> None:
    """An index added later would be taken instead of the key: see migration 0010, and make the key anew after it."""
    options = {"enable_seqscan": "off", "application_name": "tests"}
    connection = await connect(database_url, server_settings=options)
    condition = " AND ".join(
        f"{name} = " + ("1" if name == "position" else "'019a0000-0000-7000-8000-000000000000'") for name in columns
    )
    if table != "catalogue_exercise":
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608

    check = f"SELECT 1 FROM ONLY {table} x WHERE {condition} FOR KEY SHARE OF x"  # noqa: S608  (names of our own)
    plan = await connection.fetch(f"EXPLAIN {check}")
    await connection.close()

    assert f"{constraint} " in str(plan)
