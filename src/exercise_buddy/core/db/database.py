"""The database: sessions that write, a pool that reads, and the one place that commits.

Both run on connections that one function opens, with the same limits: `statement_timeout` is not optional, since
nobody cancels a statement whose client has gone.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Self

import asyncpg
from asyncpg.pool import Pool, PoolConnectionProxy
from fastapi import Depends, Request
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import Problem

_CONNECT_TIMEOUT_SECONDS = 5.0
_POOL_WAIT_SECONDS = 3.0
_SESSION = {
    "application_name": "exercise-buddy",
    "timezone": "UTC",
    # Compiling a statement costs more than any of ours takes: a heavy dashboard 3.8-5.0 ms with it, 2.2-2.5 without.
    "jit": "off",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
}

# The plan of a document does not depend on what is asked, and planning a large one takes longer than running it: the
# summary of 50 workouts takes 0.3 ms with the plan that the connection keeps, 2.5 when it is planned anew. Such a plan
# is made for the average user. Where few share a server that is the busiest of them, and the others would read all that
# this one has done: 12 ms instead of 0.4 for what 50 workouts did for a muscle.
_READING = {
    "default_transaction_read_only": "on",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_generic_plan",
}

# Writes go by key. A session keeps the plans of its foreign key checks: one that was made while a table was empty reads
# all of the table, however much is in it by then, and a long import takes the square of its length.
_WRITING = {"enable_seqscan": "off"}


async def connect(url: str, **options: Any) -> asyncpg.Connection:  # noqa: ANN401  (asyncpg's own)
    """Open a connection with the limits that hold for all of ours. `url` is one of `settings.database_url`."""
    session = _SESSION | options.pop("server_settings", {})
    return await asyncpg.connect(url, server_settings=session, timeout=_CONNECT_TIMEOUT_SECONDS, **options)


class ReadConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection of the read pool."""

    def get_reset_query(self) -> str:
        """Skip the round trip that cleans a session up: documents change nothing in it."""
        return ""


async def _hand_on_json(connection: asyncpg.Connection) -> None:
    # PostgreSQL's binary form of json is its text: the bytes that it built are the bytes that we send.
    await connection.set_type_codec("json", encoder=bytes, decoder=bytes, schema="pg_catalog", format="binary")


@dataclass(frozen=True, slots=True)
class Database:
    """An open database."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    reads: "Pool[Any]"
    after_commit: list[Callable[[dict[Any, Any]], None]] = field(default_factory=list)
    """Called with the `info` of each session whose transaction has committed, before anybody hears of it."""

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, pool_size: int = 10) -> AsyncIterator[Self]:
        """Open the pools for `url`. Connections are made when they are needed, so a database that is down is no error.

        Args:
            url: as `settings.database_url` gives it.
            pool_size: the most connections of each of the two pools.

        """
        engine = _engine(url, pool_size)
        reads = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=pool_size,
            max_inactive_connection_lifetime=600,
            connection_class=ReadConnection,
            init=_hand_on_json,
            timeout=_CONNECT_TIMEOUT_SECONDS,
            max_cached_statement_lifetime=0,
            statement_cache_size=500,
            # However long: asyncpg has those over 15 KB parsed and planned anew, 12 ms each time for the dashboard.
            max_cacheable_statement_size=0,
            server_settings=_SESSION | _READING,
        )
        try:
            yield cls(engine, async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False), reads)
        finally:
            reads.terminate()
            await engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Give a session for one transaction. Leaving commits, raising rolls back.

        A problem that `keeps_writes` commits before it is raised again.
        """
        async with self.sessions() as session:
            try:
                yield session
            except Problem as problem:
                if problem.keeps_writes:
                    await self._commit(session)
                raise
            await self._commit(session)

    async def _commit(self, session: AsyncSession) -> None:
        await session.commit()
        for hook in self.after_commit:
            hook(session.info)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator["PoolConnectionProxy[Any]"]:
        """Give a plain asyncpg connection of the read pool.

        Raises:
            TimeoutError: none became free in 3 s.

        """
        async with self.reads.acquire(timeout=_POOL_WAIT_SECONDS) as connection:
            yield connection


def _engine(url: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(url, server_settings=_WRITING),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def replace_if_closed(dbapi_connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
        # The event loop has seen a restarted server close its connections; asking it costs no round trip.
        if dbapi_connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


async def get_database(request: Request) -> Database:
    """Give the running app's database."""
    database: Database = request.state.database
    return database


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give the session of this request's one transaction, committed before the answer leaves."""
    database: Database = request.state.database
    async with database.transaction() as session:
        yield session


DatabaseDep = Annotated[Database, Depends(get_database)]
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
