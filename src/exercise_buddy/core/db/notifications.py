"""What PostgreSQL tells every process at once (LISTEN/NOTIFY).

One connection of each process listens, and is asked for a sign of life twice a second. A notification arrives some
milliseconds after the commit of the transaction that sent it. One that was sent while the connection was lost does not
come again, so whoever listens brings a way to catch up; until that has happened, `connected` is false.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from exercise_buddy.core.db.database import connect

HEARTBEAT_SECONDS = 0.5
_RETRY_SECONDS = 0.2
_MAX_RETRY_SECONDS = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Channel:
    heard: Callable[[str], None]
    catch_up: Callable[[asyncpg.Connection], Awaitable[None]]


class Listener:
    """Listens to channels, on a connection that it replaces when it is lost.

    The URL must lead to PostgreSQL itself or to a pooler in session mode: others do not hand notifications on.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._channels: dict[str, _Channel] = {}
        self.connected = False

    def on(
        self,
        channel: str,
        heard: Callable[[str], None],
        catch_up: Callable[[asyncpg.Connection], Awaitable[None]],
    ) -> None:
        """Have `heard` called with each payload, and `catch_up` before that on every new connection."""
        self._channels[channel] = _Channel(heard, catch_up)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen while the context lasts. A database that is down is no error: it is tried again."""
        task = asyncio.create_task(self._keep_listening())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep_listening(self) -> None:
        pause = _RETRY_SECONDS
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001  (whatever it is, it is tried again)
                log.warning("listener_lost", error=type(error).__name__)
            pause = _RETRY_SECONDS if self.connected else min(2 * pause, _MAX_RETRY_SECONDS)
            self.connected = False
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        connection = await connect(self._url)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            for name in self._channels:
                await connection.add_listener(name, self._hear)
            for channel in self._channels.values():
                await channel.catch_up(connection)
            self.connected = True
            while not lost.is_set():
                await self._wait(lost)
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await connection.execute("SELECT 1")
        finally:
            connection.terminate()

    @staticmethod
    async def _wait(lost: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await lost.wait()
        except TimeoutError:
            return

    def _hear(self, _connection: Any, _pid: int, channel: str, payload: str) -> None:  # noqa: ANN401
        self._channels[channel].heard(payload)
