"""The reads of a user: on the replica if it has replayed what the user has written, else on the primary."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from asyncpg.pool import PoolConnectionProxy
from fastapi import Depends, Request

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.reads import Reads, Result
from exercise_buddy.core.db.replica import Replica
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.security.identity import Identity


class UserReads:
    """The reads of one request, which the replica answers if it can.

    Once the primary has answered one, it answers the others: what the replica shows may be older, and a request must
    not miss what its last query has found.
    """

    __slots__ = ("_is_on_primary", "_primary", "_replica", "_revision", "_user_id")

    def __init__(self, primary: Reads, replica: Replica, user_id: UUID) -> None:
        self._primary = primary
        self._replica = replica
        self._user_id = user_id
        self._revision: int | None = None
        self._is_on_primary = False

    async def read(self, query: "Callable[[PoolConnectionProxy[Any]], Awaitable[Result]]") -> Result:
        """Return the result of a query: see `Reads.read`."""
        if not self._is_on_primary and not self._replica.is_usable:
            self._replica.record_unused()
            self._is_on_primary = True
        if not self._is_on_primary and self._revision is None:
            self._revision = await self._replica.find_revision(self._user_id)
        if not self._is_on_primary and self._revision is not None:
            try:
                found = await self._replica.read(query, self._user_id, self._revision)
            except Problem:
                raise
            except Exception as error:  # noqa: BLE001  (a dying connection raises many; a bug is raised again)
                self._replica.record_failure(error)
            else:
                self._replica.record_answer()
                return found
        self._is_on_primary = True
        return await self._primary.read(query)


def choose_reads(request: Request, user_id: UUID) -> Reads:
    """Return where the queries of a request read that concern this user and are ordered by the user's revision."""
    database: Database = request.state.database
    replica: Replica | None = request.state.replica
    return database if replica is None else UserReads(database, replica, user_id)


async def get_reads(request: Request) -> Reads:
    """Return where the queries of the signed-in user read."""
    identity: Identity | None = request.state.identity
    database: Database = request.state.database
    return database if identity is None else choose_reads(request, identity.user_id)


ReadsDep = Annotated[Reads, Depends(get_reads)]
"""For an endpoint that reads only what the revision of the user counts, and that takes more than a lookup by key.

All others take a `DatabaseDep`: sessions and security events, which must be true at once; usage and imports, which the
revision does not count; streams; and what is read by its key, as the lookup of the revision takes as long.
"""
