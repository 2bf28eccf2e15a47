"""An application on a port of this process."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any, TypeAlias

import uvicorn

from tests.support import RunningApp, wait_until


class PortServer:
    """A running server."""

    def __init__(self, server: uvicorn.Server, task: "asyncio.Task[None]") -> None:
        self._server = server
        self._task = task
        self.port: int = server.servers[0].sockets[0].getsockname()[1]

    @property
    def state(self) -> dict[str, Any]:
        """What the lifespan of the application has yielded."""
        return dict(self._server.lifespan.state)

    @property
    def connections(self) -> int:
        """The number of open connections."""
        return len(self._server.server_state.connections)

    async def stop(self) -> None:
        """Stop as after SIGTERM."""
        self._server.should_exit = True
        await self._task


@asynccontextmanager
async def serving_app(app: Any, **options: Any) -> AsyncIterator[PortServer]:
    """Serve an application on a free port, with options of uvicorn."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, **options))
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task
        await asyncio.sleep(0.01)
    running = PortServer(server, task)
    yield running
    await running.stop()


@asynccontextmanager
async def serve_listener(app: RunningApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve a running app on a socket, whose port its settings may contain."""
    config = uvicorn.Config(app.asgi, lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await wait_until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        await task


# What the fixture `serve` returns.
Serve: TypeAlias = Callable[..., Awaitable[PortServer]]
