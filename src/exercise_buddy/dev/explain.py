"""The plan that PostgreSQL makes of a statement, with example parameters: `exercise-buddy dev explain`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.sql_files import LOADED, SqlFile
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.dev.built_sql import built_statement_objects
from exercise_buddy.users import public as users

_EXAMPLES = {
    "limit": 20,
    "metric": "volume_kg",
    "bucket": "week",
    "formula": "epley",
    "muscle": "chest",
}
# The parameters of one user: any, or the one with this e-mail address.
_USER = """
SELECT
    a.id AS user_id,
    (SELECT id FROM workout WHERE user_id = a.id ORDER BY started_at DESC LIMIT 1) AS workout_id,
    (SELECT exercise_id FROM workout_exercise WHERE user_id = a.id ORDER BY started_at DESC LIMIT 1) AS exercise_id
FROM user_account AS a
WHERE a.email_key = $1 OR $1 IS NULL
ORDER BY exercise_id
LIMIT 1
"""


class ExplainError(Exception):
    """Nothing can be explained; the message says why."""


def statements() -> dict[str, Statement]:
    """Return every statement by its name: those of files, and those that SQLAlchemy builds."""
    return {**LOADED, **built_statement_objects()}


async def explain(database: Database, name: str, email: str | None, *, analyze: bool) -> str:
    """Return the plan of a statement for a user, made as the read pool makes it.

    A parameter without an example is null.

    Args:
        database: the database.
        name: what `statements` calls the statement.
        email: the user's e-mail address; None: any user.
        analyze: whether to execute the statement and show what each step took.

    Raises:
        ExplainError: no statement has this name, no user this address, or the statement cannot be executed.

    """
    statement = statements().get(name)
    if statement is None:
        raise ExplainError(f"The statement {name} does not exist. Without a name, the command lists all.")
    async with database.reading() as connection:
        user = await connection.fetchrow(_USER, email and users.email_key(email))
        if user is None:
            raise ExplainError(f"The account {email} does not exist." if email else "No account exists.")
        values = {**_EXAMPLES, "now": datetime.now(UTC), **dict(user)}
        if isinstance(statement, SqlFile):
            values = {parameter: values.get(parameter) for parameter in statement.parameters}
        try:
            return await _plan(connection, statement.sql, statement.arguments(values), analyze=analyze)
        except asyncpg.PostgresError as error:
            raise ExplainError(str(error)) from None


async def _plan(connection: "PoolConnectionProxy[Any]", sql: str, arguments: list[Any], *, analyze: bool) -> str:
    # EXPLAIN of the statement itself would plan for these values. The read pool plans prepared statements for any.
    await connection.execute(f"PREPARE explained AS {sql}")
    try:
        literals = ", ".join(_literal(argument) for argument in arguments)
        options = "ANALYZE, BUFFERS" if analyze else "VERBOSE"
        execute = f"EXECUTE explained ({literals})" if arguments else "EXECUTE explained"
        rows = await connection.fetch(f"EXPLAIN ({options}) {execute}")
    finally:
        await connection.execute("DEALLOCATE explained")
    return "\n".join(row[0] for row in rows)


def _literal(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bytes():
            return f"'\\x{value.hex()}'"
        case list() | tuple():
            return f"ARRAY[{', '.join(_literal(element) for element in value)}]"
        case UUID() | datetime() | str() | int() | float() | bool():
            return "'" + str(value).replace("'", "''") + "'"
        case _:
            raise ExplainError(f"There is no example for a {type(value).__name__}.")
