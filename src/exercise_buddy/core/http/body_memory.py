"""A bound of the memory for large bodies in this process: they are received on disk, and parsed in turns.

A parsed body takes up to thirty times the memory of its text. Eight batches of 7 MB at once took 1 GB. So a large body
waits on disk until the earlier ones are done.
"""

import asyncio
from collections import deque

from exercise_buddy.core.problems import Unavailable

LARGE_BODY_BYTES = 64 * 1024
"""From here on, a body is parsed and validated in a thread. A smaller one takes less than 2 ms."""
MAX_MEMORY = 8 * 1024 * 1024
"""The bytes of all large bodies that are parsed or used at a time. A larger one is alone."""

MAX_DISK = 1024 * 1024 * 1024
"""The bytes of all bodies that are being received or wait, and of the uploads of imports."""

MAX_WAIT_SECONDS = 20.0
_RETRY_AFTER_SECONDS = 5


class BodyMemory:
    """Lets large bodies into memory, in the order in which they were received."""

    def __init__(
        self,
        *,
        max_memory: int = MAX_MEMORY,
        max_disk: int = MAX_DISK,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
    ) -> None:
        self._max_memory = max_memory
        self._max_wait_seconds = max_wait_seconds
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.free = max_memory
        self.free_disk = max_disk

    @property
    def waiting(self) -> int:
        """The number of bodies that wait for memory."""
        return len(self._waiting)

    def take_disk(self, size: int) -> None:
        """Count bytes of a body that is received on disk, until they are given back.

        Raises:
            Unavailable: the bodies that are being received, or that wait, take too much of the disk.

        """
        if size > self.free_disk:
            raise Unavailable("Too many large bodies are sent.", retry_after=_RETRY_AFTER_SECONDS)
        self.free_disk -= size

    async def acquire(self, size: int) -> int:
        """Wait until there is memory for a body; return what `release` takes.

        Raises:
            Unavailable: the earlier bodies were not done in time.

        """
        size = min(size, self._max_memory)
        if not self._waiting and size <= self.free:
            self.free -= size
            return size
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            async with asyncio.timeout(self._max_wait_seconds):
                await turn
        except BaseException as error:
            if turn.cancelled():
                # The next one may be smaller.
                self._wake()
            else:
                self.release(size)
            if isinstance(error, TimeoutError):
                raise Unavailable("Too many large bodies wait.", retry_after=_RETRY_AFTER_SECONDS) from None
            raise
        return size

    def release(self, size: int) -> None:
        """Free the memory of a body, and start the next ones for which it suffices."""
        self.free += size
        self._wake()

    def _wake(self) -> None:
        while self._waiting:
            size, turn = self._waiting[0]
            if not turn.done():
                if size > self.free:
                    return
                self.free -= size
                turn.set_result(None)
            self._waiting.popleft()
