"""The thread in which a process unpacks, checks and counts traces. Users take turns."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from exercise_buddy.core.problems import Unavailable
from exercise_buddy.counting.errors import TooManyCounts

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

# Each holds a trace of up to 16 MiB, and takes up to 2 s.
_MAX_WAITING = 16
_MAX_WAITING_OF_USER = 4


class _Turns:
    """Turns of users: one runs at a time, and the user who has waited longest is next."""

    def __init__(self) -> None:
        self._running: UUID | None = None
        # The user who waits longest for a turn comes first.
        self._waiting: OrderedDict[UUID, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def take(self, user_id: UUID) -> AsyncIterator[None]:
        """Wait for a turn of the user, which lasts as long as the context."""
        if self._running is None:
            self._running = user_id
        else:
            await self._wait(user_id)
        try:
            yield
        finally:
            self._pass_on(user_id)

    async def _wait(self, user_id: UUID) -> None:
        if len(self._waiting.get(user_id, ())) >= _MAX_WAITING_OF_USER:
            raise TooManyCounts(headers={"Retry-After": "2"})
        if sum(map(len, self._waiting.values())) >= _MAX_WAITING:
            raise Unavailable("Too many traces are being counted.")
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user_id, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._forget(user_id, turn)
            else:
                # The turn came while the request was being cancelled.
                self._pass_on(user_id)
            raise

    def _forget(self, user_id: UUID, turn: "asyncio.Future[None]") -> None:
        turns = self._waiting.get(user_id)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del self._waiting[user_id]

    def _pass_on(self, last: UUID) -> None:
        self._running = None
        while self._waiting and self._running is None:
            user_id = next((other for other in self._waiting if other != last), last)
            turns = self._waiting.pop(user_id)
            turn = turns.popleft()
            if turns:
                self._waiting[user_id] = turns
            if not turn.done():
                self._running = user_id
                turn.set_result(None)


_turns: RunVar[_Turns] = RunVar("counting_turns")
_limiter: RunVar[CapacityLimiter] = RunVar("counting")


async def run_in_counting_thread(
    user_id: UUID, function: Callable[[*Arguments], Result], *arguments: *Arguments
) -> Result:
    """Run a function for a user in a thread and return its result. A process runs one at a time.

    They hold the interpreter's lock most of the time: two at once would only take it from the event loop more often.

    Raises:
        TooManyCounts: 4 others of the user wait already.
        Unavailable: 16 others of all users wait already.

    """
    turns, limiter = _turns.get(None), _limiter.get(None)
    if turns is None or limiter is None:
        turns, limiter = _Turns(), CapacityLimiter(1)
        _turns.set(turns)
        _limiter.set(limiter)
    async with turns.take(user_id):
        return await to_thread.run_sync(function, *arguments, limiter=limiter)
