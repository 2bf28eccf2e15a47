"""A bound of the memory for large bodies in this process: they are received on disk, and parsed in turns.

A parsed body takes up to thirty times the memory of its text. Eight batches of 7 MB at once took 1 GB. So a large body
waits on disk until the earlier ones are done.
"""

import asyncio
from collections import Counter, deque

from exercise_buddy.core.problems import TooManyRequestsInFlight, Unavailable

LARGE_BODY_BYTES = 64 * 1024
"""From here on, a body is parsed and validated in a thread. A smaller one takes less than 2 ms."""
MAX_MEMORY = 8 * 1024 * 1024
"""The bytes of all large bodies that are parsed or used at a time. A larger one is alone."""

MAX_DISK = 1024 * 1024 * 1024
"""The bytes of all bodies that are being received or wait."""
MAX_DISK_OF_CLIENT = 128 * 1024 * 1024
"""The bytes of those of one user, or of one address without a user."""

MAX_WAIT_SECONDS = 20.0
_RETRY_AFTER_SECONDS = 5
_UPLOADS = 4


class BodyMemory:
    """Lets large bodies into memory, in the order in which they were received, and bounds those on disk.

    Args:
        max_memory: the bytes in memory.
        max_disk: the bytes on disk, without those of `max_upload`.
        max_upload: the bytes of the largest upload. Each client can send one beside its other bodies, and four clients
            at a time: slow ones take none of the space for other bodies.
        max_wait_seconds: how long a body waits for memory.

    """

    def __init__(
        self,
        *,
        max_memory: int = MAX_MEMORY,
        max_disk: int = MAX_DISK,
        max_upload: int = 0,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
    ) -> None:
        self._max_memory = max_memory
        self._max_wait_seconds = max_wait_seconds
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self.free = max_memory
        self.free_disk = max_disk + _UPLOADS * max_upload
        self._reserved = max_disk
        self._max_disk_of_client = MAX_DISK_OF_CLIENT + max_upload
        self._disk_of: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """The number of bodies that wait for memory."""
        return len(self._waiting)

    def take_disk(self, size: int, client: str, *, is_upload: bool = False) -> None:
        """Count bytes of a body that is received on disk, until `release_disk`.

        Raises:
            TooManyRequestsInFlight: those of this client take too much of the disk.
            Unavailable: those of all clients do.

        """
        if self._disk_of[client] + size > self._max_disk_of_client:
            raise TooManyRequestsInFlight(
                "You send too many large bodies at the same time.", headers={"Retry-After": str(_RETRY_AFTER_SECONDS)}
            )
        if size > self.free_disk - (self._reserved if is_upload else 0):
            raise Unavailable("Too many large bodies are sent.", retry_after=_RETRY_AFTER_SECONDS)
        self._disk_of[client] += size
        self.free_disk -= size

    def release_disk(self, size: int, client: str) -> None:
        """Free the disk space of a body."""
        self.free_disk += size
        self._disk_of[client] -= size
        if not self._disk_of[client]:
            del self._disk_of[client]

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
