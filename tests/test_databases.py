"""Each test has a database as the migrations made it, whatever the test before it has done to its own."""

import asyncpg
import pytest

from tests.databases import Databases


async def used(databases: Databases, *statements: str) -> str:
    async with databases.one() as url:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        # Left open, as a test may do that fails.
        await connection.execute("BEGIN; LOCK TABLE user_account")
    return url


async def test_rows_are_deleted(databases_of_tests: Databases) -> None:
    ended = "INSERT INTO ended_session (session_id, ended_at) VALUES (gen_random_uuid(), now())"

    first = await used(databases_of_tests, ended)
    async with databases_of_tests.one() as url:
        connection = await asyncpg.connect(url)
        left = await connection.fetchval("SELECT count(*) FROM ended_session")
        catalogue = await connection.fetchval("SELECT count(*) FROM catalogue_exercise")
        await connection.close()

    assert (url, left) == (first, 0)
    assert catalogue >= 150


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM catalogue_exercise WHERE slug = (SELECT min(slug) FROM catalogue_exercise)",
        "UPDATE alembic_version SET version_num = version_num",
        "CREATE TRIGGER another BEFORE UPDATE ON auth_session"
        " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE user_account ALTER email DROP NOT NULL",
        "ALTER TABLE login_identifier DROP CONSTRAINT pk_login_identifier",
        "CREATE TABLE another ()",
        "CREATE OR REPLACE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database()); END $$",
        "CREATE INDEX another ON user_account (created_at)",
        # It takes its room also when it is deleted.
        "INSERT INTO ended_session SELECT gen_random_uuid(), now() FROM generate_series(1, 40000)",
    ],
)
async def test_a_database_that_is_not_what_it_was_is_given_to_nobody(
    databases_of_tests: Databases, change: str
) -> None:
    first = await used(databases_of_tests)
    changed = await used(databases_of_tests, change)
    then = await used(databases_of_tests)

    assert changed == first
    assert then != first
