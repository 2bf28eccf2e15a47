import asyncio

import pytest

from exercise_buddy.core.http.body_memory import MAX_DISK_OF_CLIENT, BodyMemory
from exercise_buddy.core.problems import TooManyRequestsInFlight, Unavailable


async def start(*sizes: int, memory: BodyMemory) -> list["asyncio.Task[int]"]:
    tasks = [asyncio.create_task(memory.acquire(size)) for size in sizes]
    await asyncio.sleep(0)
    return tasks


async def test_bodies_enter_in_their_order() -> None:
    memory = BodyMemory(max_memory=10)
    first, second, third, fourth = await start(6, 6, 1, 3, memory=memory)
    before = [task.done() for task in (first, second, third, fourth)]

    memory.release(await first)
    await asyncio.sleep(0)

    assert before == [True, False, False, False]
    assert [task.done() for task in (second, third, fourth)] == [True, True, True]
    assert memory.free == 0


async def test_a_body_that_is_larger_than_the_memory_is_alone() -> None:
    memory = BodyMemory(max_memory=10)
    large, small = await start(100, 1, memory=memory)

    assert small.done() is False
    memory.release(await large)
    await small
    assert memory.free == 9


async def test_a_body_does_not_wait_for_ever() -> None:
    memory = BodyMemory(max_memory=10, max_wait_seconds=0.01)
    taken = await memory.acquire(6)

    with pytest.raises(Unavailable) as refused:
        await memory.acquire(6)
    small = await memory.acquire(1)
    memory.release(taken)

    assert refused.value.headers == {"Retry-After": "5"}
    assert (small, memory.waiting, memory.free) == (1, 0, 9)


async def test_a_body_that_waits_no_longer_holds_nobody_up() -> None:
    memory = BodyMemory(max_memory=10)
    _, large, small = await start(6, 6, 1, memory=memory)

    large.cancel()
    await asyncio.gather(large, return_exceptions=True)

    assert await small == 1


async def test_a_body_whose_request_ends_passes_its_turn_on() -> None:
    memory = BodyMemory(max_memory=10)
    waiting, granted, last = await start(10, 10, 10, memory=memory)
    size = await waiting

    memory.release(size)
    granted.cancel()
    await asyncio.gather(granted, return_exceptions=True)

    assert await last == 10
    assert (memory.free, memory.waiting) == (0, 0)


def test_the_disk_is_bounded_for_all_bodies_together() -> None:
    memory = BodyMemory(max_disk=10)
    memory.take_disk(6, "ann")

    with pytest.raises(Unavailable):
        memory.take_disk(6, "bob")
    memory.take_disk(4, "bob")
    assert memory.free_disk == 0
    memory.release_disk(6, "ann")
    memory.take_disk(6, "bob")

    assert memory.free_disk == 0


def test_the_disk_is_bounded_for_the_bodies_of_each_client() -> None:
    memory = BodyMemory(max_upload=1000)
    memory.take_disk(MAX_DISK_OF_CLIENT + 1000, "ann")

    with pytest.raises(TooManyRequestsInFlight):
        memory.take_disk(1, "ann")
    memory.take_disk(1, "bob")
    memory.release_disk(1, "ann")
    memory.take_disk(1, "ann")


def test_uploads_leave_space_for_other_bodies() -> None:
    memory = BodyMemory(max_disk=10, max_upload=1000)
    for client in ("a", "b", "c", "d"):
        memory.take_disk(1000, client, is_upload=True)

    with pytest.raises(Unavailable):
        memory.take_disk(1, "e", is_upload=True)
    memory.take_disk(10, "e")

    assert memory.free_disk == 0
