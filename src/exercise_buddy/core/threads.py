"""Threads for blocking work: password hashing, compression, files."""

import os
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

_limiter: RunVar[CapacityLimiter] = RunVar("threads")


async def run_in_thread(function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """Run a blocking function in a thread and return its result. At most one thread per core runs at a time.

    More threads would only slow each other down: what runs here computes rather than waits.
    """
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(os.cpu_count() or 1)
        _limiter.set(limiter)
    return await to_thread.run_sync(function, *arguments, limiter=limiter)
