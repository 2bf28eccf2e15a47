"""Where a query may run: on the primary, or on a standby for users whose writes it has replayed (see `replica`)."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from asyncpg.pool import PoolConnectionProxy

Result = TypeVar("Result")


class Reads(Protocol):
    """A source of reads. A `Database` is one: all of its reads run on the primary."""

    async def read(self, query: "Callable[[PoolConnectionProxy[Any]], Awaitable[Result]]") -> Result:
        """Return the result of a query on a connection that reads.

        The query is a function of the connection. It may run twice, so it changes nothing.

        Raises:
            PoolTimeoutError: no connection became free in time.

        """
