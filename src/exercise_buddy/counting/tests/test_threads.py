import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import anyio
import pytest

from exercise_buddy.core.problems import Unavailable
from exercise_buddy.counting.errors import TooManyCounts
from exercise_buddy.counting.threads import run_in_counting_thread

ANN, BOB, EVE = uuid4(), uuid4(), uuid4()


class Work:
    """Functions that note their order, the first of which runs until it may end."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.running = 0
        self.most = 0
        self.begun, self.may_end = threading.Event(), threading.Event()

    def run(self, name: str) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        self.order.append(name)
        self.begun.set()
        self.may_end.wait(10)
        self.running -= 1


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.may_end.set()


@contextmanager
def refused(problem: type[Exception]) -> Iterator[None]:
    with pytest.raises(problem):
        yield


async def test_one_runs_and_users_take_turns(work: Work) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_counting_thread, ANN, work.run, "ann 0")
        await anyio.to_thread.run_sync(work.begun.wait, 10)
        for number in range(1, 5):
            tasks.start_soon(run_in_counting_thread, ANN, work.run, f"ann {number}")
        await anyio.wait_all_tasks_blocked()
        for user_id, name in ((BOB, "bob"), (EVE, "eve"), (BOB, "bob again")):
            tasks.start_soon(run_in_counting_thread, user_id, work.run, name)
        await anyio.wait_all_tasks_blocked()
        work.may_end.set()

    assert work.order == ["ann 0", "bob", "ann 1", "eve", "bob again", "ann 2", "ann 3", "ann 4"]
    assert work.most == 1


async def test_a_greedy_user_is_refused_and_others_are_not(work: Work) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_counting_thread, ANN, work.run, "ann")
        await anyio.to_thread.run_sync(work.begun.wait, 10)
        for _ in range(4):
            tasks.start_soon(run_in_counting_thread, ANN, work.run, "ann")
        await anyio.wait_all_tasks_blocked()

        with refused(TooManyCounts):
            await run_in_counting_thread(ANN, work.run, "ann")
        tasks.start_soon(run_in_counting_thread, BOB, work.run, "bob")
        await anyio.wait_all_tasks_blocked()
        work.may_end.set()

    assert work.order[:2] == ["ann", "bob"]


async def test_few_wait(work: Work) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_counting_thread, ANN, work.run, "first")
        await anyio.to_thread.run_sync(work.begun.wait, 10)
        for number in range(16):
            tasks.start_soon(run_in_counting_thread, UUID(int=number), work.run, "waiting")
        await anyio.wait_all_tasks_blocked()

        with refused(Unavailable):
            await run_in_counting_thread(BOB, work.run, "late")
        work.may_end.set()

    assert len(work.order) == 17


async def test_who_leaves_while_waiting_frees_the_place(work: Work) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_counting_thread, ANN, work.run, "ann")
        await anyio.to_thread.run_sync(work.begun.wait, 10)
        async with anyio.create_task_group() as leaving:
            for _ in range(4):
                leaving.start_soon(run_in_counting_thread, BOB, work.run, "left")
            await anyio.wait_all_tasks_blocked()
            leaving.cancel_scope.cancel()
        tasks.start_soon(run_in_counting_thread, BOB, work.run, "bob")
        await anyio.wait_all_tasks_blocked()
        work.may_end.set()

    assert work.order == ["ann", "bob"]
    await run_in_counting_thread(BOB, work.run, "after")
    assert work.order[-1] == "after"
