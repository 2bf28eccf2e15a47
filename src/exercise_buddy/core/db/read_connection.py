"""The connections of the read pool, and how many plans each of them keeps."""

from typing import Any
from uuid import UUID

import asyncpg
from asyncpg.connection import _StatementCache  # asyncpg bounds its cache by a number of statements only

from exercise_buddy.core.db.connections import BoundedConnection

MAX_STATEMENT_BYTES = 28 * 1024
"""The characters of SQL whose plans a connection keeps, of the statements that it executed last.

PostgreSQL keeps 80 to 120 bytes for each character: the parse tree, the rewritten query and the plan.
"""

# The plan of a JSON query does not depend on its parameters, and planning a large query takes longer than executing it:
# the summary of 50 workouts takes 0.3 ms with a cached plan and 2.5 ms without. A generic plan is made for the average
# user. With few users on a server, that is the busiest one: without `enable_seqscan = off` the others would scan all
# rows of that user (12 ms instead of 0.4 ms for the muscle statistics of 50 workouts).
READING = {
    "default_transaction_read_only": "on",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
}


class _BoundedStatements(_StatementCache):  # type: ignore[misc]
    """Prepared statements, bounded by the length of their SQL. The latest one stays, however long it is."""

    def _maybe_cleanup(self) -> None:
        size = sum(len(query) for query, *_ in self._entries)
        while size > self._max_size and len(self._entries) > 1:
            (query, *_), entry = self._entries.popitem(last=False)
            size -= len(query)
            # Closes the statement with the next one that is prepared.
            self._on_remove(entry._statement)  # noqa: SLF001


class ReadConnection(BoundedConnection):
    """A connection of the read pool.

    Attributes:
        shown_revisions: the greatest revision of a user that the connection has shown, on a replica.

    """

    _stmt_cache: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  (asyncpg's own)
        super().__init__(*arguments, **options)
        self._is_in_statement = False
        self.shown_revisions: dict[UUID, int] = {}
        if not self._stmt_cache_enabled:
            return
        close = self._stmt_cache._on_remove  # noqa: SLF001
        self._stmt_cache = _BoundedStatements(
            loop=self._loop, max_size=MAX_STATEMENT_BYTES, on_remove=close, max_lifetime=0
        )

    def end_statement(self) -> None:
        """Make the next reset end a statement that failed or was cancelled.

        asyncpg prepares a statement and ends it with its execution. Until then the server is in a transaction, which
        asyncpg does not know: it holds locks, and the next `BEGIN` that sets an isolation level fails.
        """
        self._is_in_statement = True

    def get_reset_query(self) -> str:
        """Return no statement: queries do not change the session, so it needs no round trip for a reset.

        After `end_statement`, return the shortest one that asyncpg accepts.
        """
        is_in_statement, self._is_in_statement = self._is_in_statement, False
        return "SELECT" if is_in_statement else ""


async def pass_json_through(connection: asyncpg.Connection) -> None:
    """Return values of the type `json` as bytes.

    The binary format of `json` is its text: the bytes that PostgreSQL builds are the bytes that we send.
    """
    await connection.set_type_codec("json", encoder=bytes, decoder=bytes, schema="pg_catalog", format="binary")
