"""A database that lacks something is refused with one line, before anything is migrated or served."""

import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from anyio import to_thread

from exercise_buddy import database_requirements
from exercise_buddy.database_requirements import DatabaseRequirementError, check_database, require_suitable
from exercise_buddy.migration import migrate
from tests.command.processes import COMMAND, run
from tests.databases import with_database
from tests.support import SECRET, Connection, find_free_port

UVICORN = [sys.executable, "-m", "uvicorn", "exercise_buddy.main:app"]


@asynccontextmanager
async def database(server_url: str, options: str) -> AsyncIterator[str]:
    """Yield the URL of a new database."""
    name = f"other_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    try:
        yield with_database(server_url, name)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def refusal(action: Callable[[], Any]) -> str:
    with pytest.raises(DatabaseRequirementError) as raised:
        await action()
    text = str(raised.value)
    assert text.startswith("The database cannot be used: ")
    assert len(text.splitlines()) == 1
    return text.removeprefix("The database cannot be used: ")


ENCODING = (
    "its encoding is {}. UTF8 is needed: create another one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
)


async def test_every_way_to_start_says_one_line(server_url: str, tmp_path: Path) -> None:
    port = str(find_free_port())
    async with database(server_url, "ENCODING 'LATIN1' LOCALE 'C'") as url:
        for way in ([*COMMAND, "migrate"], [*COMMAND, "serve", "--port", port], [*UVICORN, "--port", port]):
            start = partial(run, tmp_path, command=way, DATABASE_URL=url, SECRET_KEY=SECRET)
            result = await to_thread.run_sync(start)
            assert result.returncode == 1, result
            assert result.stderr == f"The database cannot be used: {ENCODING.format('LATIN1')}\n"
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.close()


async def test_no_encoding(server_url: str) -> None:
    async with database(server_url, "ENCODING 'SQL_ASCII' LOCALE 'C'") as url:
        assert await refusal(lambda: migrate(url)) == ENCODING.format("SQL_ASCII")


async def test_an_old_server(connection: Connection) -> None:
    current = connection.get_server_version().major
    future = current + 1

    text = await refusal(lambda: require_suitable(connection, to_migrate=False, min_version=future))

    assert text.startswith(f"the server is PostgreSQL {current}.")
    assert text.endswith(f". PostgreSQL {future} or newer is needed.")


async def test_an_extension_that_statements_do_not_find(empty_database_url: str) -> None:
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute("CREATE SCHEMA elsewhere; CREATE EXTENSION pg_trgm SCHEMA elsewhere")
    await connection.close()

    text = await refusal(lambda: migrate(empty_database_url))

    assert text.startswith("its extension pg_trgm is in the schema elsewhere, which search_path (")
    with pytest.raises(DatabaseRequirementError):
        check_database(empty_database_url)


async def test_missing_rights(empty_database_url: str) -> None:
    """They are needed for a migration, but not to serve."""
    connection = await asyncpg.connect(empty_database_url)
    role = await connection.fetchval("SELECT current_user")
    if await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        pytest.skip("a superuser has all rights")
    name = await connection.fetchval("SELECT current_database()")

    await connection.execute("REVOKE CREATE ON SCHEMA public FROM public, pg_database_owner")
    no_tables = await refusal(lambda: migrate(empty_database_url))
    await connection.execute(f"REVOKE CREATE ON DATABASE {name} FROM {role}")
    no_extension = await refusal(lambda: migrate(empty_database_url))

    assert no_tables == "the role of DATABASE_URL may not create tables. Make it the owner of the database."
    assert no_extension.endswith("Run CREATE EXTENSION pg_trgm as the owner of the database.")
    check_database(empty_database_url)
    await connection.close()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"has_collation": False}, "it has no collation pg_c_utf8"),
        ({"extension_schema": None, "is_extension_available": False}, "the server has no extension pg_trgm"),
    ],
)
async def test_what_a_server_may_lack(connection: Connection, changed: dict[str, Any], expected: str) -> None:
    """No server at hand lacks these, so the facts of a real one are changed."""
    facts = dict(await connection.fetchrow(database_requirements._FACTS))

    assert database_requirements._find_reason(facts, 18) is None
    found = database_requirements._find_reason(facts | changed, 18)

    assert found is not None
    assert found.startswith(expected)


async def test_a_migrated_database_and_one_that_is_down_are_not_refused(database_url: str) -> None:
    check_database(database_url)
    check_database(f"postgresql://ann:secret@127.0.0.1:{find_free_port()}/nothing")
