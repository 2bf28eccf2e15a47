"""The database: sessions for writing, a pool for reading, and the only place that commits.

One function opens all connections, with the same limits. `statement_timeout` is not optional: PostgreSQL does not
cancel a statement when its client disconnects.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Self
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.read_connection import READING, ReadConnection, pass_json_through
from exercise_buddy.core.db.read_pool import Reading, ReadPool
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.quotas import SESSION_INFO, UNLIMITED, Quotas
from exercise_buddy.core.security.identity import Identity

_CONNECT_TIMEOUT_SECONDS = 5.0
_POOL_WAIT_SECONDS = 3.0
_MIN_WRITES_PER_USER = 2
_SESSION = {
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
_WRITING = {"enable_seqscan": "off"}


async def connect(url: str, **options: Any) -> asyncpg.Connection:  # noqa: ANN401  (asyncpg's own)
    """Open a connection with the limits of all our connections. `url` has the form of `settings.database_url`."""
    session = _SESSION | options.pop("server_settings", {})
    return await asyncpg.connect(url, server_settings=session, timeout=_CONNECT_TIMEOUT_SECONDS, **options)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    reads: ReadPool
    quotas: Quotas
    job_engine: AsyncEngine
    """Opens a connection for each job (see `jobs`), so that long work takes none of the pool of requests."""
    max_writes_per_user: int
    """The number of transactions that the requests of one user may have at a time.

    They wait for each other at the lock of the user anyway: with all connections, they would stop everybody else.
    """
    after_commit: list[Callable[[dict[Any, Any]], None]] = field(default_factory=list)
    """Called with the `info` of each session after its transaction has committed and before the response is sent."""
    _turns: WeakValueDictionary[UUID, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, pool_size: int = 5, quotas: Quotas = UNLIMITED) -> AsyncIterator[Self]:
        """Open both pools. Connections are opened on demand, so a database that is down raises no error here.

        Args:
            url: in the form of `settings.database_url`.
            pool_size: the maximum number of connections of each pool.
            quotas: what one account may store.

        """
        engine = _create_engine(url, pool_size)
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=pool_size,
            max_inactive_connection_lifetime=600,
            connection_class=ReadConnection,
            init=pass_json_through,
            timeout=_CONNECT_TIMEOUT_SECONDS,
            max_cached_statement_lifetime=0,
            # Without this, asyncpg prepares statements over 15 KB again for each execution.
            max_cacheable_statement_size=0,
            server_settings=_SESSION | READING,
        )
        job_engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=lambda: connect(url, server_settings=_WRITING),
            poolclass=NullPool,
            hide_parameters=True,
        )
        info = {SESSION_INFO: quotas}
        sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False, info=info)
        try:
            reads = ReadPool(pool, _POOL_WAIT_SECONDS)
            yield cls(engine, sessions, reads, quotas, job_engine, max(_MIN_WRITES_PER_USER, pool_size // 3))
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
            TimeoutError: the other transactions of the user did not end within 3 s.

        """
        if user_id is None:
            async with self.transaction() as session:
                yield session
            return
        turns = self._turns.get(user_id)
        if turns is None:
            turns = self._turns[user_id] = asyncio.Semaphore(self.max_writes_per_user)
        async with asyncio.timeout(_POOL_WAIT_SECONDS):
            await turns.acquire()
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

        It raises `TimeoutError` if no connection became free within 3 s.
        """
        return Reading(self.reads)


def _create_engine(url: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(url, server_settings=_WRITING),
        pool_size=pool_size,
        max_overflow=0,
        # The same few connections serve, with the plans that they have. The read pool does so by itself.
        pool_use_lifo=True,
        pool_timeout=_POOL_WAIT_SECONDS,
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def replace_if_closed(dbapi_connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
        # The event loop knows that a restarted server has closed the connection; this costs no round trip.
        if dbapi_connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine


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
