"""The check of the pooler: whether it leads to the database, and limits statements."""

from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.errors import message_of, problem_for
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.database_requirements import (
    DatabaseRequirementError,
    ask_database,
    identify_database,
    require_pooler,
)
from exercise_buddy.doctor.findings import Check, Finding
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url, get_pooler_url


async def check_pooler(settings: Settings) -> list[Finding]:
    """Return whether requests can go through the pooler. Without a pooler, the list is empty."""
    url = get_pooler_url(settings)
    if url is None:
        return []
    check, identity = Check("pooler"), None
    try:
        identity = await ask_database(get_database_url(settings), identify_database)
        connection = await connect(url, is_pooled=True)
        try:
            await require_pooler(connection, identity)
        finally:
            connection.terminate()
    except DatabaseRequirementError as error:
        return [check.error(str(error), "")]
    except Exception as error:
        if not isinstance(problem_for(error), Unavailable):
            raise
        if identity is None:
            return [check.without_database()]
        return [check.error(f"It cannot be reached: {message_of(error)}.", "Check DATABASE_POOLER_URL, and its log.")]
    return [check.ok("It leads to the database and limits statements.")]
