"""Long work of a request, such as an import: in short transactions, on a connection of its own.

A long transaction holds a connection and the lock of its user to its end: a dozen of them would stop all writes. So a
job commits step by step, and takes no connection of the pool. At most two jobs run in a process, and one per user on
the whole server. The others wait for a short time, without a connection, and are refused.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID
from weakref import WeakValueDictionary

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import TooManyRequests, Unavailable

MAX_RUNNING = 2
MAX_ADMITTED_PER_USER = 4
"""The number of jobs of a user that run, wait, or receive their upload.

For all users together, the uploads are bounded by their bytes on disk (see `body_memory`): counted by their number, the
slowest senders would keep everybody else out.
"""

MAX_WAIT_SECONDS = 10.0
_RETRY_AFTER_SECONDS = 10


class JobRunning(TooManyRequests):
    """The user has a job that runs. The response has `Retry-After`."""

    slug = "job-running"
    title = "Another import or undo of yours is running"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": str(_RETRY_AFTER_SECONDS)})


class JobsBusy(Unavailable):
    """As many jobs run as may. The response has `Retry-After`."""

    slug = "jobs-busy"
    title = "Too many imports are running"

    def __init__(self) -> None:
        super().__init__(retry_after=_RETRY_AFTER_SECONDS)


@dataclass(slots=True)
class Job:
    """A job that runs. Each of its steps is a transaction."""

    database: Database
    connection: AsyncConnection
    steps: int = 0
    """How many steps have begun."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Yield a session for one step, which commits at its end. Keep it short: it may lock the user."""
        self.steps += 1
        async with self.database.transaction(self.connection) as session:
            if self.steps.bit_count() == 1:
                # A job fills tables under its own plans: those that were made for an empty one read it whole, for each
                # row. The first import of a new server took eight times as long. So plans are made again each time
                # that the number of steps has doubled.
                connection = await session.connection()
                await connection.exec_driver_sql("DISCARD PLANS")
            yield session


class Jobs:
    """Admits the jobs of a process and runs them."""

    def __init__(
        self,
        database: Database,
        *,
        max_running: int = MAX_RUNNING,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
    ) -> None:
        self._database = database
        self._max_wait_seconds = max_wait_seconds
        self._slots = asyncio.Semaphore(max_running)
        self._admitted: Counter[UUID] = Counter()
        self._running: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self.is_stopping = False

    def stop(self) -> None:
        """End each job after its current step. The process calls this when it stops."""
        self.is_stopping = True

    @asynccontextmanager
    async def admit(self, user_id: UUID) -> AsyncIterator[None]:
        """Count a job of a user from before its body is read until its response is ready.

        Raises:
            JobRunning: the user has several jobs already.

        """
        if self._admitted[user_id] >= MAX_ADMITTED_PER_USER:
            raise JobRunning
        self._admitted[user_id] += 1
        try:
            yield
        finally:
            self._admitted[user_id] -= 1
            if not self._admitted[user_id]:
                del self._admitted[user_id]

    @asynccontextmanager
    async def run(self, user_id: UUID) -> AsyncIterator[Job]:
        """Yield a job when it may run.

        Raises:
            JobRunning: another job of the user did not end in time.
            JobsBusy: jobs of other users did not end in time.

        """
        async with self._own_turn(user_id), self._slot(), self._database.job_engine.connect() as connection:
            # The lock of other processes. It ends with the connection, however the job ends.
            lock = func.pg_try_advisory_lock(_lock_key(user_id))
            is_first = await connection.scalar(select(lock))
            await connection.rollback()
            if not is_first:
                raise JobRunning
            yield Job(self._database, connection)

    @asynccontextmanager
    async def _own_turn(self, user_id: UUID) -> AsyncIterator[None]:
        lock = self._running.setdefault(user_id, asyncio.Lock())
        await _acquire(lock, self._max_wait_seconds, JobRunning)
        try:
            yield
        finally:
            lock.release()

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        await _acquire(self._slots, self._max_wait_seconds, JobsBusy)
        try:
            yield
        finally:
            self._slots.release()


async def is_job_running(session: AsyncSession, user_id: UUID) -> bool:
    """Return whether a job of a user runs, in any process. If not, none begins until the transaction ends."""
    connection = await session.connection()
    return not await connection.scalar(select(func.pg_try_advisory_xact_lock(_lock_key(user_id))))


def _lock_key(user_id: UUID) -> ColumnElement[int]:
    return func.hashtextextended(f"job {user_id}", 0)


async def _acquire(
    lock: asyncio.Lock | asyncio.Semaphore, seconds: float, problem: type[JobRunning] | type[JobsBusy]
) -> None:
    try:
        async with asyncio.timeout(seconds):
            await lock.acquire()
    except TimeoutError:
        raise problem from None


async def get_jobs(request: Request) -> Jobs:
    """Return the jobs of the running application."""
    jobs: Jobs = request.state.jobs
    return jobs


JobsDep = Annotated[Jobs, Depends(get_jobs)]
