"""The thread in which a process unpacks, checks and counts traces."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from exercise_buddy.core.problems import Unavailable

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

_MAX_WAITING = 16

_limiter: RunVar[CapacityLimiter] = RunVar("counting")


async def run_in_counting_thread(function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """Run a function in a thread and return its result. A process runs one at a time.

    They hold the interpreter's lock most of the time: two at once would only take it from the event loop more often.

    Raises:
        Unavailable: 16 others wait already. Each holds a trace of up to 16 MiB.

    """
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(1)
        _limiter.set(limiter)
    if limiter.statistics().tasks_waiting >= _MAX_WAITING:
        raise Unavailable("Too many traces are being counted.")
    return await to_thread.run_sync(function, *arguments, limiter=limiter)
