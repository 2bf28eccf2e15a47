"""Threads for blocking work: password hashing, compression, files."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
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


def start_daemon(call: Callable[[], Result]) -> Future[Result]:
    """Start a call that nothing can interrupt, such as a request to a server that is silent, in a thread of its own.

    A signal ends the wait for the result (`result()`), and the end of the process does not wait for the thread. So it
    is only for calls that may stop half-way.
    """
    outcome: Future[Result] = Future()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # noqa: BLE001  (raised where the result is awaited)
            outcome.set_exception(error)

    # Who awaits it may be cancelled; the call is not.
    outcome.set_running_or_notify_cancel()
    Thread(target=run, name="daemon call", daemon=True).start()
    return outcome
