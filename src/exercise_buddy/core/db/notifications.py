"""Notifications from PostgreSQL to every process (LISTEN/NOTIFY).

Each process listens on one connection, with a heartbeat twice a second. A notification arrives some milliseconds after
the transaction that sent it has committed. A notification sent while the connection is lost is not delivered later, so
each listener provides a function to catch up. `connected` is false until it has run.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from exercise_buddy.core.db.breaker import Breaker
from exercise_buddy.core.db.connections import CONNECT_SECONDS, connect
from exercise_buddy.core.tasks import end_tasks

HEARTBEAT_SECONDS = 0.5
_RETRY_SECONDS = 0.2
_MAX_RETRY_SECONDS = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Channel:
    handle: Callable[[str], None]
    catch_up: Callable[[asyncpg.Connection], Awaitable[None]]


class Listener:
    """Listens on channels and reconnects when its connection is lost.

    The URL must lead to PostgreSQL or to a pooler in session mode: other poolers do not forward notifications. Its
    heartbeat tells the breaker whether the database responds.
    """

    def __init__(self, url: str, breaker: Breaker | None = None) -> None:
        self._url = url
        self._breaker = breaker or Breaker()
        self._channels: dict[str, _Channel] = {}
        self.connected = False

    def on(
        self,
        channel: str,
        handle: Callable[[str], None],
        catch_up: Callable[[asyncpg.Connection], Awaitable[None]],
    ) -> None:
        """Register a channel: `handle` is called with each payload, `catch_up` first on every new connection."""
        self._channels[channel] = _Channel(handle, catch_up)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for the duration of the context. While the database is down, connecting is retried."""
        task = asyncio.create_task(self._keep_listening())
        try:
            yield
        finally:
            await end_tasks(task)

    async def _keep_listening(self) -> None:
        pause = _RETRY_SECONDS
        while True:
            try:
                await self._listen()
            except TimeoutError as error:
                self._breaker.record_silence(HEARTBEAT_SECONDS if self.connected else CONNECT_SECONDS)
                log.warning("listener_lost", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001  (any failure is retried)
                self._breaker.record_response()
                log.warning("listener_lost", error=type(error).__name__)
            pause = _RETRY_SECONDS if self.connected else min(2 * pause, _MAX_RETRY_SECONDS)
            self.connected = False
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        connection = await connect(self._url)
        self._breaker.record_response()
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
        self._channels[channel].handle(payload)
