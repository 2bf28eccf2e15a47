"""Mapping of database errors to problems for the client.

It is central because any endpoint can meet them: a NUL byte, 2^63 or the year 0001 pass validation and fail in asyncpg;
a server restarts, a pool is exhausted, a deadlock occurs, a statement times out.
"""

import asyncpg
import sqlalchemy.exc

from exercise_buddy.core.db.breaker import DatabaseSilentError
from exercise_buddy.core.db.read_pool import PoolTimeoutError
from exercise_buddy.core.problems import Conflict, InvalidInput, Problem, Unavailable

# SQLSTATE: https://www.postgresql.org/docs/18/errcodes-appendix.html
_INVALID_CLASSES = ("22",)  # data exception
_INVALID = {"23502", "23514"}  # not null, check
_CONFLICT = {"23503", "23505", "23P01"}  # foreign key, unique, exclusion
_TRY_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_OUT_OF_TIME = {"57014", "25P03", "25P04"}  # statement, idle transaction, transaction timeout
_FULL_CLASS = "53"  # insufficient resources
_DOWN_CLASSES = ("08", "57", "58")  # connection, operator intervention, system
_NOT_MIGRATED = {"42P01", "42703", "3F000"}  # undefined table, column, schema
_WRONG_DATABASE = {"3D000", "28000", "28P01"}  # no such database, no such user, wrong password

_RETRY_BUSY = 1
_RETRY_DOWN = 5


def original(error: BaseException) -> BaseException:
    """Return the driver's error that SQLAlchemy has wrapped."""
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def message_of(error: BaseException) -> str:
    """Return the message of the driver in one line, with PostgreSQL's details and hints, for an operator."""
    return " ".join(str(original(error)).split())


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE of an error, or None if it has no SQLSTATE."""
    found = getattr(original(error), "sqlstate", None)
    return found if isinstance(found, str) else None


def is_busy(error: BaseException) -> bool:
    """Return whether another transaction was in the way: the same one may succeed when it is repeated."""
    return sqlstate(error) in _TRY_AGAIN


def constraint(error: BaseException) -> str | None:
    """Return the name of the violated constraint, or None."""
    found = getattr(original(error), "constraint_name", None)
    return found if isinstance(found, str) else None


def name_of(error: BaseException) -> str:
    """Return the text of an error for the log, without its message: only a wrong statement (class 42) is quoted.

    Messages of other classes may contain user data.
    """
    inner = original(error)
    state = sqlstate(error) or ""
    message = f": {inner}" if state.startswith("42") else ""
    return f"{type(inner).__name__} {state}".strip() + message


def problem_for(error: Exception) -> Problem | None:
    """Return the problem that a database error means to the client, or None for an error of another origin."""
    inner = original(error)
    if isinstance(inner, sqlalchemy.exc.TimeoutError | PoolTimeoutError):
        return Unavailable("All connections to the database are busy.", retry_after=_RETRY_BUSY)
    if isinstance(inner, TimeoutError | DatabaseSilentError):
        return Unavailable("The database does not respond.", retry_after=_RETRY_DOWN)
    if isinstance(inner, asyncpg.PostgresError):
        return _problem_for_sqlstate(inner.sqlstate or "")
    if isinstance(inner, asyncpg.DataError | UnicodeEncodeError) or _is_data_error(error):
        # asyncpg could not encode a value for its column.
        return InvalidInput("A value is outside the range that can be stored.")
    if isinstance(inner, asyncpg.InterfaceError | asyncpg.InternalClientError | ConnectionError | OSError):
        return Unavailable("The database cannot be reached.", retry_after=_RETRY_DOWN)
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return Unavailable("The connection to the database was lost.", retry_after=_RETRY_BUSY)
    return None


def _is_data_error(error: Exception) -> bool:
    return isinstance(error, sqlalchemy.exc.DataError | sqlalchemy.exc.StatementError) and isinstance(
        error.orig, ValueError | OverflowError
    )


def _problem_for_sqlstate(state: str) -> Problem | None:
    if state in _TRY_AGAIN:
        return Unavailable("Another request is writing the same resource.", retry_after=_RETRY_BUSY)
    if state in _OUT_OF_TIME:
        return Unavailable("The database took too long.", retry_after=_RETRY_DOWN)
    if state in _CONFLICT:
        return Conflict()
    if state in _INVALID or state.startswith(_INVALID_CLASSES):
        return InvalidInput("A value is outside the range that can be stored.")
    if state in _NOT_MIGRATED:
        return Unavailable("The database is not migrated to this version.", retry_after=_RETRY_DOWN)
    if state.startswith(_FULL_CLASS):
        return Unavailable("The database has run out of disk space, memory or connections.", retry_after=_RETRY_DOWN)
    if state in _WRONG_DATABASE or state.startswith(_DOWN_CLASSES):
        return Unavailable("The database cannot be reached.", retry_after=_RETRY_DOWN)
    return None
