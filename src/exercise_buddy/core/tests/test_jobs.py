"""Jobs are admitted, wait for their turn, and run on connections of their own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import JobRunning, Jobs, JobsBusy

ANN, BOB, CAROL = (UUID(int=number) for number in range(3))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url, pool_size=1) as database:
        yield database


async def test_only_so_many_jobs_run(database: Database) -> None:
    jobs = Jobs(database, max_running=2, max_wait_seconds=0)

    async with jobs.run(ANN), jobs.run(BOB):
        with pytest.raises(JobsBusy) as caught:
            async with jobs.run(CAROL):
                pass
    async with jobs.run(CAROL):
        pass

    assert caught.value.headers == {"Retry-After": "10"}


async def test_one_job_per_user_runs(database: Database) -> None:
    jobs = Jobs(database, max_wait_seconds=0)
    of_other_process = Jobs(database, max_wait_seconds=0)

    async with jobs.run(ANN):
        for again in (jobs, of_other_process):
            with pytest.raises(JobRunning) as caught:
                async with again.run(ANN):
                    pass
            assert caught.value.headers == {"Retry-After": "10"}
        async with of_other_process.run(BOB):
            pass
    async with of_other_process.run(ANN):
        pass


async def test_a_job_takes_no_connection_of_the_pool(database: Database) -> None:
    jobs = Jobs(database)

    async with (
        jobs.run(ANN) as first,
        jobs.run(BOB) as second,
        first.transaction() as of_first,
        second.transaction() as of_second,
        database.transaction() as session,
    ):
        for one in (of_first, of_second, session):
            await one.connection()
        assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]


async def test_uploads_of_a_user_are_bounded_and_keep_nobody_else_out(database: Database) -> None:
    jobs = Jobs(database)

    async with AsyncExitStack() as stack:
        for number in range(10):
            for _ in range(4):
                await stack.enter_async_context(jobs.admit(UUID(int=number)))
        with pytest.raises(JobRunning):
            await stack.enter_async_context(jobs.admit(ANN))
        await stack.enter_async_context(jobs.admit(UUID(int=10)))
    async with jobs.admit(ANN):
        pass
