"""What errors of PostgreSQL mean to clients and operators."""

import asyncpg
import pytest

from exercise_buddy.core.db.errors import message_of, problem_for
from exercise_buddy.core.problems import Unavailable


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (asyncpg.DiskFullError, "The database has run out of disk space, memory or connections."),
        (asyncpg.TooManyConnectionsError, "The database has run out of disk space, memory or connections."),
        (asyncpg.CannotConnectNowError, "The database cannot be reached."),
        (asyncpg.InvalidCatalogNameError, "The database cannot be reached."),
    ],
)
def test_a_database_that_cannot_work_is_unavailable(error: type[asyncpg.PostgresError], detail: str) -> None:
    problem = problem_for(error("could not extend file"))

    assert isinstance(problem, Unavailable)
    assert problem.detail == detail


def test_a_message_is_one_line() -> None:
    error = asyncpg.DiskFullError("could not extend file")
    error.hint = "Check free\ndisk space."

    assert message_of(error) == "could not extend file HINT: Check free disk space."
