import asyncio

from exercise_buddy.core.tasks import end_tasks


async def test_a_task_that_takes_a_cancellation_for_an_error_ends() -> None:
    cancelled = 0

    async def survive_errors() -> None:
        nonlocal cancelled
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                cancelled += 1
                if cancelled > 1:
                    raise

    task = asyncio.create_task(survive_errors())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end_tasks(task)

    assert (task.cancelled(), cancelled) == (True, 2)


async def test_a_task_that_has_failed_ends_nobody_else() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    await end_tasks(task)

    assert task.done()
