"""How all connections to PostgreSQL are opened, and what bounds their statements.

`statement_timeout` is not optional: PostgreSQL does not cancel a statement when its client disconnects. A server that
hangs does not know it, so a process waits only a little longer.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import asyncpg

CONNECT_SECONDS = 2.5
RESPONSE_SECONDS = 5.25
"""How long a request waits for the result of a statement: longer than `statement_timeout`."""
_CANCEL_SECONDS = 0.5

SESSION = {
    "application_name": "exercise-buddy",
    "timezone": "UTC",
    # JIT compilation costs more than it saves here: a large dashboard takes 3.8-5.0 ms with it and 2.2-2.5 without.
    "jit": "off",
    "statement_timeout": "5s",
    # A batch of 100 workouts holds the lock of its user for up to 3 s, and another device may send one at once.
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "10s",
}

# Writes use keys. A connection caches the plans of its foreign key checks: a plan made while the table was empty scans
# the whole table later, and the duration of a long import becomes quadratic.
WRITING = {"enable_seqscan": "off"}
# A pooler in transaction mode gives each transaction any of its connections to the server. So nothing may belong to the
# connection but these, which PgBouncer knows: the other settings are those of its `connect_query`.
POOLED_SESSION = {name: SESSION[name] for name in ("application_name", "timezone")}
POOLED_OPTIONS = {"statement_cache_size": 0}


class BoundedConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that is closed where asyncpg would wait for ever after a cancellation.

    The server may not react when a statement is cancelled: asyncpg would wait for it before the next statement, for
    example the `ROLLBACK` of the transaction. `executemany` loses a cancellation that arrives while it sends: it sends
    no more, does not tell the server so, and waits for a result.
    """

    async def executemany(
        self,
        command: str,
        args: Iterable[Sequence[object]],
        *,
        timeout: float | None = None,  # noqa: ASYNC109  (asyncpg's own)
    ) -> None:
        """Execute a statement for each sequence of arguments, as one. A cancellation closes the connection."""
        sending = asyncio.ensure_future(super().executemany(command, args, timeout=timeout))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            self.terminate()
            sending.cancel()
            with suppress(Exception, asyncio.CancelledError):
                await sending
            raise

    async def _cancel(self, *arguments: Any) -> None:  # noqa: ANN401  (asyncpg's own)
        async with asyncio.timeout(_CANCEL_SECONDS) as bound:
            # It swallows its own cancellation.
            await super()._cancel(*arguments)
        if bound.expired() and not self.is_closed():
            self.terminate()


async def connect(url: str, *, is_pooled: bool = False, **options: Any) -> asyncpg.Connection:  # noqa: ANN401
    """Open a connection with the limits of all our connections.

    Args:
        url: in the form of `settings.database_url`.
        is_pooled: whether it leads to a pooler in transaction mode.
        options: those of asyncpg. `server_settings` are those of this connection beside those of all.

    Raises:
        TimeoutError: the server did not respond within 2.5 s.

    """
    session = SESSION | options.pop("server_settings", {})
    if is_pooled:
        session, options = POOLED_SESSION, POOLED_OPTIONS | options
    return await asyncpg.connect(
        url, server_settings=session, timeout=CONNECT_SECONDS, connection_class=BoundedConnection, **options
    )
