"""The database: sessions for writing, a pool for reading, and the only place that commits.

A request waits 3 s for a connection of its pool, 2.5 s for a new one, and 5.25 s for a statement. If the whole database
is silent, the breaker ends all of that earlier (see `breaker`).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, Self
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.breaker import Breaker
from exercise_buddy.core.db.connections import RESPONSE_SECONDS, WRITING, connect
from exercise_buddy.core.db.pool_waits import PoolWaits
from exercise_buddy.core.db.pools import Watch, create_write_engine, open_read_pool
from exercise_buddy.core.db.read_pool import PoolTimeoutError, Reading, ReadPool
from exercise_buddy.core.db.reads import Result
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.quotas import SESSION_INFO, UNLIMITED, Quotas
from exercise_buddy.core.security.identity import Identity

_POOL_WAIT_SECONDS = 3.0
_MIN_WRITES_PER_USER = 2


@dataclass(frozen=True, slots=True)
class Database:
    """An open database."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    reads: ReadPool
    quotas: Quotas
    job_engine: AsyncEngine
    """Opens a connection for each job (see `jobs`), so that long work takes none of the pool of requests.

    Its statements are bounded by the server only, so they may set a longer `statement_timeout`.
    """
    max_writes_per_user: int
    """The number of transactions that the requests of one user may have at a time.

    They wait for each other at the lock of the user anyway: with all connections, they would stop everybody else.
    """
    breaker: Breaker
    """Whether the database responds. Only a `Listener` with this breaker finds out."""
    after_commit: list[Callable[[dict[Any, Any]], None]] = field(default_factory=list)
    """Called with the `info` of each session after its transaction has committed and before the response is sent."""
    _turns: WeakValueDictionary[UUID, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        pool_size: int = 5,
        quotas: Quotas = UNLIMITED,
        *,
        is_serving: bool = False,
        pooler_url: str | None = None,
        watch: Watch | None = None,
        waits: PoolWaits | None = None,
    ) -> AsyncIterator[Self]:
        """Open both pools. Connections are opened on demand, so a database that is down raises no error here.

        Args:
            url: in the form of `settings.database_url`.
            pool_size: the maximum number of connections of each pool.
            quotas: what one account may store.
            is_serving: whether clients wait. Then a statement that gets no response is given up, even if the server has
                been told that it may take longer.
            pooler_url: of a pooler in transaction mode, through which both pools connect. Jobs do not.
            watch: called with each connection when it is opened.
            waits: records how long requests wait for a connection.

        """
        breaker = Breaker()
        response_seconds = RESPONSE_SECONDS if is_serving else None

        async def open_connection(target: str, **options: Any) -> asyncpg.Connection:  # noqa: ANN401  (asyncpg's own)
            breaker.check()
            connection = await connect(target, server_settings=WRITING, **options)
            breaker.add(connection)
            if watch is not None:
                watch(connection)
            return connection

        target, is_pooled = pooler_url or url, pooler_url is not None
        open_writer = partial(open_connection, target, is_pooled=is_pooled, command_timeout=response_seconds)
        engine = create_write_engine(
            open_writer, pool_size, wait_seconds=_POOL_WAIT_SECONDS, waits=waits, is_pooled=is_pooled
        )
        pool = await open_read_pool(
            target, pool_size, breaker, response_seconds=response_seconds, is_pooled=is_pooled, watch=watch
        )
        job_engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=partial(open_connection, url),
            poolclass=NullPool,
            hide_parameters=True,
        )
        info = {SESSION_INFO: quotas}
        sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False, info=info)
        try:
            reads = ReadPool(pool, _POOL_WAIT_SECONDS, breaker, None if waits is None else waits.record_read)
            writes_per_user = max(_MIN_WRITES_PER_USER, pool_size // 3)
            yield cls(engine, sessions, reads, quotas, job_engine, writes_per_user, breaker)
        finally:
            pool.terminate()
            await engine.dispose()

    @asynccontextmanager
    async def transaction(self, connection: AsyncConnection | None = None) -> AsyncIterator[AsyncSession]:
        """Yield a session for one transaction: commit at the end, roll back when an exception is raised.

        A problem with `keeps_writes` commits before it is raised again.

        Args:
            connection: the connection to use, or None for one of the pool.

        """
        async with self.sessions() if connection is None else self.sessions(bind=connection) as session:
            try:
                yield session
            except Problem as problem:
                if problem.keeps_writes:
                    await self._commit(session)
                raise
            await self._commit(session)

    @asynccontextmanager
    async def request_transaction(self, user_id: UUID | None) -> AsyncIterator[AsyncSession]:
        """Yield a session for the transaction of a request. A user has at most `max_writes_per_user` at a time.

        Raises:
            PoolTimeoutError: the other transactions of the user did not end within 3 s.

        """
        if user_id is None:
            async with self.transaction() as session:
                yield session
            return
        turns = self._turns.get(user_id)
        if turns is None:
            turns = self._turns[user_id] = asyncio.Semaphore(self.max_writes_per_user)
        try:
            async with asyncio.timeout(_POOL_WAIT_SECONDS):
                await turns.acquire()
        except TimeoutError:
            raise PoolTimeoutError from None
        try:
            async with self.transaction() as session:
                yield session
        finally:
            turns.release()

    async def _commit(self, session: AsyncSession) -> None:
        await session.commit()
        for hook in self.after_commit:
            hook(session.info)

    def reading(self) -> Reading:
        """Return a context that holds a plain asyncpg connection of the read pool.

        It raises `PoolTimeoutError` if no connection became free within 3 s.
        """
        return Reading(self.reads)

    async def read(self, query: "Callable[[PoolConnectionProxy[Any]], Awaitable[Result]]") -> Result:
        """Return the result of a query on a connection of the read pool: see `Reads`."""
        async with Reading(self.reads) as connection:
            return await query(connection)


async def driver_connection(session: AsyncSession) -> asyncpg.Connection:
    """Return the connection of a session, for statements of the driver: they take a third of the time of SQLAlchemy.

    A statement belongs to the session's transaction if that has executed one of SQLAlchemy's. Else it is committed at
    once, without the round trips of a transaction.
    """
    connection = await (await session.connection()).get_raw_connection()
    return connection.driver_connection


async def get_database(request: Request) -> Database:
    """Return the database of the running application."""
    database: Database = request.state.database
    return database


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield the session of the request's transaction, which commits before the response is sent."""
    database: Database = request.state.database
    identity: Identity | None = request.state.identity
    async with database.request_transaction(identity.user_id if identity else None) as session:
        yield session


DatabaseDep = Annotated[Database, Depends(get_database)]
SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
