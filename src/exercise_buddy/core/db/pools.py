"""The pools of connections: directly to PostgreSQL, or to a pooler in transaction mode.

A pooler gives each transaction any of its connections to PostgreSQL. So no statement is prepared for longer than its
transaction, and what a connection sets when it is opened must be set by the pooler (see `database_requirements`).
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import Pool
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from exercise_buddy.core.db.breaker import Breaker
from exercise_buddy.core.db.connections import CONNECT_SECONDS, POOLED_OPTIONS, POOLED_SESSION, SESSION
from exercise_buddy.core.db.pool_waits import PoolWaits, build_measured_pool
from exercise_buddy.core.db.read_connection import READING, ReadConnection, pass_json_through

Watch: TypeAlias = Callable[[asyncpg.Connection], None]


async def open_read_pool(
    url: str,
    size: int,
    breaker: Breaker,
    *,
    response_seconds: float | None,
    is_pooled: bool = False,
    watch: Watch | None = None,
) -> "Pool[Any]":
    """Return a pool of connections that read. They are opened on demand.

    Args:
        url: in the form of `settings.database_url`.
        size: the maximum number of connections.
        breaker: gets each connection.
        response_seconds: how long a statement waits for its result, or None.
        is_pooled: whether the URL leads to a pooler. Nothing makes its transactions read-only then.
        watch: called with each connection when it is opened.

    """

    async def prepare(connection: asyncpg.Connection) -> None:
        breaker.add(connection)
        await pass_json_through(connection)
        if watch is not None:
            watch(connection)

    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        max_inactive_connection_lifetime=600,
        connection_class=ReadConnection,
        init=prepare,
        timeout=CONNECT_SECONDS,
        command_timeout=response_seconds,
        max_cached_statement_lifetime=0,
        # Without this, asyncpg prepares statements over 15 KB again for each execution.
        max_cacheable_statement_size=0,
        server_settings=POOLED_SESSION if is_pooled else SESSION | READING,
        **(POOLED_OPTIONS if is_pooled else {}),
    )


def create_write_engine(
    open_connection: Callable[[], Awaitable[asyncpg.Connection]],
    pool_size: int,
    *,
    wait_seconds: float,
    waits: PoolWaits | None,
    is_pooled: bool = False,
) -> AsyncEngine:
    """Return the engine of the transactions of requests.

    Args:
        open_connection: opens a connection.
        pool_size: the maximum number of connections.
        wait_seconds: how long a request waits for one.
        waits: records these waits.
        is_pooled: whether the connections lead to a pooler.

    """
    # Statements without a name.
    options = {"prepared_statement_cache_size": 0, "prepared_statement_name_func": str} if is_pooled else {}

    def create_connection() -> Any:  # noqa: ANN401  (SQLAlchemy's adapter)
        dbapi: Any = engine.dialect.dbapi
        return dbapi.connect(async_creator_fn=open_connection, **options)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        creator=create_connection,
        poolclass=AsyncAdaptedQueuePool if waits is None else build_measured_pool(waits.record_write),
        pool_size=pool_size,
        max_overflow=0,
        # The same few connections serve, with the plans that they have. The read pool does so by itself.
        pool_use_lifo=True,
        pool_timeout=wait_seconds,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def replace_if_closed(dbapi_connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
        # The event loop knows that a restarted server has closed the connection; this costs no round trip.
        if dbapi_connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine
