"""What a database must have before the program migrates or uses it. Without a check, requests would fail one by one."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from exercise_buddy.core.db import errors
from exercise_buddy.core.db.connections import POOLED_SESSION, RESPONSE_SECONDS, SESSION, WRITING, connect
from exercise_buddy.core.problems import Unavailable

Found = TypeVar("Found")

MIN_VERSION = 18
"""The oldest major version of PostgreSQL: `uuidv7()` creates the ids of rows."""
EXTENSION = "pg_trgm"
COLLATION = "pg_c_utf8"

# The operators of the extension must be in a schema that the search path has. A collation belongs to an encoding.
_FACTS = f"""
SELECT
    current_setting('server_version_num')::integer / 10000 AS version,
    current_setting('server_version') AS version_text,
    pg_encoding_to_char(d.encoding) AS encoding,
    pg_is_in_recovery() AS is_standby,
    current_setting('search_path') AS search_path,
    has_database_privilege(d.oid, 'CREATE') AS may_create_extension,
    coalesce(has_schema_privilege(current_schema(), 'CREATE'), FALSE) AS may_create_tables,
    (SELECT n.nspname FROM pg_extension AS e INNER JOIN pg_namespace AS n ON n.oid = e.extnamespace
     WHERE e.extname = '{EXTENSION}') AS extension_schema,
    to_regprocedure('similarity(text, text)') IS NOT NULL AS is_extension_found,
    EXISTS (SELECT FROM pg_available_extensions WHERE name = '{EXTENSION}') AS is_extension_available,
    EXISTS (
        SELECT FROM pg_collation WHERE collname = '{COLLATION}' AND collencoding IN (-1, d.encoding)
    ) AS has_collation
FROM pg_database AS d
WHERE d.datname = current_database()
"""  # noqa: S608  (constants)
_IDENTITY = """
SELECT concat(system_identifier, '/', oid) FROM pg_control_system(), pg_database WHERE datname = current_database()
"""


class DatabaseRequirementError(ValueError):
    """The database cannot be used. The text is one line and says what to do."""


async def require_suitable(connection: Any, *, to_migrate: bool, min_version: int = MIN_VERSION) -> None:  # noqa: ANN401
    """Check that a database has what the program needs.

    Args:
        connection: one of asyncpg, to the database.
        to_migrate: whether tables are to be created, which needs more rights.
        min_version: the oldest major version that suffices.

    Raises:
        DatabaseRequirementError: it has not. The text names the first thing that is missing.

    """
    facts = await connection.fetchrow(_FACTS)
    reason = _find_reason(facts, min_version) or (_find_missing_right(facts) if to_migrate else None)
    if reason is not None:
        raise DatabaseRequirementError(f"The database cannot be used: {reason}")


def _find_reason(facts: Any, min_version: int) -> str | None:  # noqa: ANN401
    if facts["version"] < min_version:
        return f"the server is PostgreSQL {facts['version_text']}. PostgreSQL {min_version} or newer is needed."
    if facts["encoding"] != "UTF8":
        return (
            f"its encoding is {facts['encoding']}. UTF8 is needed: create another one with CREATE DATABASE … "
            "ENCODING 'UTF8' TEMPLATE template0."
        )
    if not facts["has_collation"]:
        return f"it has no collation {COLLATION}, which PostgreSQL itself provides. Restore it from a new database."
    if facts["extension_schema"] is None and not facts["is_extension_available"]:
        return (
            f"the server has no extension {EXTENSION}. Install the package of the extensions that come with PostgreSQL "
            "(postgresql-contrib)."
        )
    if facts["extension_schema"] is not None and not facts["is_extension_found"]:
        return (
            f"its extension {EXTENSION} is in the schema {facts['extension_schema']}, which search_path "
            f"({facts['search_path']}) does not have. Run ALTER EXTENSION {EXTENSION} SET SCHEMA public."
        )
    return None


def _find_missing_right(facts: Any) -> str | None:  # noqa: ANN401
    if facts["is_standby"]:
        return "the server is a standby, which cannot be written to. Migrate the primary."
    if facts["extension_schema"] is None and not facts["may_create_extension"]:
        return (
            f"the extension {EXTENSION} is not installed, and the role of DATABASE_URL may not create it. "
            f"Run CREATE EXTENSION {EXTENSION} as the owner of the database."
        )
    if not facts["may_create_tables"]:
        return "the role of DATABASE_URL may not create tables. Make it the owner of the database."
    return None


async def identify_database(connection: Any) -> str:  # noqa: ANN401  (asyncpg's own)
    """Return what distinguishes the database of a connection from all others, on this server and elsewhere."""
    identity: str = await connection.fetchval(_IDENTITY)
    return identity


async def require_pooler(connection: Any, identity: str | None) -> None:  # noqa: ANN401  (asyncpg's own)
    """Check that a pooler leads to the database, and sets what connections to PostgreSQL set themselves.

    Args:
        connection: one of asyncpg, through the pooler.
        identity: that of the database of `DATABASE_URL`. None if it cannot be reached.

    Raises:
        DatabaseRequirementError: it does not. The text says what to do.

    """
    if identity is not None and await identify_database(connection) != identity:
        raise DatabaseRequirementError(
            "DATABASE_POOLER_URL leads to another database than DATABASE_URL. Both must name the same one."
        )
    wanted = (SESSION | WRITING).items() - POOLED_SESSION.items()
    found = await connection.fetch(
        "SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name", [name for name, _ in wanted]
    )
    if {(row["name"], row["value"]) for row in found} != set(wanted):
        raise DatabaseRequirementError(
            "The pooler of DATABASE_POOLER_URL does not set what limits statements. In the line of the database in "
            f"pgbouncer.ini, write {build_connect_query()}, and restart PgBouncer."
        )


def build_connect_query() -> str:
    """Return the setting of PgBouncer that prepares its connections to PostgreSQL."""
    wanted = {name: value for name, value in (SESSION | WRITING).items() if name not in POOLED_SESSION}
    statements = "; ".join(f"SET {name} = ''{value}''" for name, value in wanted.items())
    return f"connect_query='{statements}'"


def check_database(url: str, pooler_url: str | None = None) -> None:
    """Check that the database of a server that starts is suitable. A database that cannot be reached is not checked.

    It may become reachable later: until then, requests get a 503. Also works while an event loop runs.

    Args:
        url: in the form of `settings.database_url`.
        pooler_url: of the pooler in front of it, if there is one.

    Raises:
        DatabaseRequirementError: it is not suitable, or the pooler is not.

    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, ask_database(url, partial(require_suitable, to_migrate=False))).result()
        if pooler_url is not None:
            identity = thread.submit(asyncio.run, ask_database(url, identify_database)).result()
            require = partial(require_pooler, identity=identity)
            thread.submit(asyncio.run, ask_database(pooler_url, require, is_pooled=True)).result()


async def ask_database(url: str, ask: Callable[[Any], Awaitable[Found]], *, is_pooled: bool = False) -> Found | None:
    """Return what a function finds out with a connection of its own, or None if the database cannot be reached.

    Args:
        url: in the form of `settings.database_url`.
        ask: gets a connection of asyncpg, which is closed afterwards.
        is_pooled: whether the URL leads to a pooler in transaction mode.

    """
    try:
        connection = await connect(url, is_pooled=is_pooled, command_timeout=RESPONSE_SECONDS)
    except Exception as error:
        if isinstance(errors.problem_for(error), Unavailable):
            return None
        raise
    try:
        return await ask(connection)
    except TimeoutError:
        # It has gone silent.
        return None
    finally:
        connection.terminate()
