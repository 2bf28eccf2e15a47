"""The end of background tasks."""

import asyncio
from typing import Any

_AGAIN_SECONDS = 0.5


async def end_tasks(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks, and wait until they have ended. What they raise is dropped.

    One cancellation may not be enough: at an unlucky moment, the database driver raises another error in its place, and
    a task that survives errors continues. Then the server would never stop.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)
