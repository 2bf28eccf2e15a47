import threading

import anyio
import pytest

from exercise_buddy.core.problems import Unavailable
from exercise_buddy.counting.threads import run_in_counting_thread


async def test_one_runs_and_few_wait() -> None:
    running: list[int] = []
    most: list[int] = []
    begun, may_end = threading.Event(), threading.Event()

    def work(number: int) -> None:
        running.append(number)
        most.append(len(running))
        begun.set()
        may_end.wait(10)
        running.remove(number)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_counting_thread, work, 0)
        await anyio.to_thread.run_sync(begun.wait, 10)
        for number in range(1, 17):
            tasks.start_soon(run_in_counting_thread, work, number)
        await anyio.wait_all_tasks_blocked()

        with pytest.raises(Unavailable, match="Too many traces"):
            await run_in_counting_thread(work, 17)
        may_end.set()

    assert most == [1] * 17
    await run_in_counting_thread(work, 18)
    assert len(most) == 18
