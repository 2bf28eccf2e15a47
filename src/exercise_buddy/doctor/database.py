"""Checks of the database: version, encoding, migrations, connections, and its clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.errors import message_of, problem_for
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.core.security.key_files import LEEWAY_SECONDS
from exercise_buddy.database_requirements import DatabaseRequirementError, require_suitable
from exercise_buddy.doctor.findings import Check, Finding
from exercise_buddy.migration import find_newest_revision
from exercise_buddy.settings import Settings

# Of a process: it listens on one, and each of at most two imports has its own.
_OTHER_CONNECTIONS = 3
_MAX_CLOCK_DIFFERENCE = timedelta(seconds=30)
_CONNECTIONS = """
SELECT
    current_setting('max_connections')::integer
    - current_setting('superuser_reserved_connections')::integer
    - current_setting('reserved_connections')::integer AS available,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used
"""


@asynccontextmanager
async def open_connection(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Yield a connection with the limits of the service."""
    connection = await connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def check_database(settings: Settings, url: str) -> list[Finding]:
    """Return what is wrong with the database, or that nothing is."""
    check = Check("database")
    try:
        async with open_connection(url) as connection:
            try:
                await require_suitable(connection, to_migrate=False)
            except DatabaseRequirementError as error:
                return [check.error(str(error), "")]
            # Debian appends its own: 18.6 (Debian 18.6-1).
            version = (await connection.fetchval("SHOW server_version")).split()[0]
            found = [check.ok(f"PostgreSQL {version}, UTF8.")]
            found.append(await _check_migrations(connection))
            found.append(await _check_connections(connection, settings))
            found.append(await _check_clock(connection))
    except Exception as error:
        if not isinstance(problem_for(error), Unavailable):
            raise
        return [check.error(f"It cannot be reached: {message_of(error)}.", "Check DATABASE_URL, and whether it runs.")]
    return found


async def _check_migrations(connection: Any) -> Finding:  # noqa: ANN401  (asyncpg's)
    check, newest = Check("migrations"), find_newest_revision()
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        found = None
    if found is None:
        return check.error("The database has no tables.", "Run: exercise-buddy migrate")
    if found < newest:
        return check.error(f"The schema is {found}, and this release needs {newest}.", "Run: exercise-buddy migrate")
    if found > newest:
        return check.warning(
            f"The schema is {found}, of a later release than this one ({newest}).",
            "Go on with the later release, or do not skip one when you go back.",
        )
    return check.ok(f"The schema is {found}, the newest of this release.")


async def _check_connections(connection: Any, settings: Settings) -> Finding:  # noqa: ANN401
    check = Check("connections")
    row = await connection.fetchrow(_CONNECTIONS)
    free = row["available"] - row["used"]
    process = _OTHER_CONNECTIONS
    if settings.database_pooler_url is None:
        process += 2 * settings.database_pool_size
    message = f"{row['used']} of {row['available']} are open; a process needs up to {process}."
    if free < process:
        return check.warning(message, "Raise max_connections, lower DATABASE_POOL_SIZE, or run fewer processes.")
    return check.ok(message)


async def _check_clock(connection: Any) -> Finding:  # noqa: ANN401
    began = datetime.now(UTC)
    there = await connection.fetchval("SELECT clock_timestamp()")
    return compare_clocks("the database", there, began, datetime.now(UTC))


def compare_clocks(name: str, there: datetime, began: datetime, ended: datetime) -> Finding:
    """Return how far a clock is away from that of this machine.

    Args:
        name: whose clock it is.
        there: its time.
        began: the time here before it was asked.
        ended: the time here when it had answered: it may have been asked at any moment in between.

    """
    check = Check("clock")
    difference = max(there - ended, began - there, timedelta(0))
    message = f"That of {name} differs by {difference.total_seconds():.0f} s."
    advice = "Synchronize both clocks (NTP): tokens would expire at wrong times."
    if difference > _MAX_CLOCK_DIFFERENCE:
        return check.error(message, advice)
    if difference > timedelta(seconds=LEEWAY_SECONDS):
        return check.warning(message, advice)
    return check.ok(message)
