"""A server of one process that refuses connections while it stops, and resets none."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from exercise_buddy.core.garbage import young_garbage_only

_LINGER_SECONDS = 0.5


class DrainingServer(uvicorn.Server):
    """uvicorn's server, which stops in this order: accept, close the port, serve what has connected, end.

    uvicorn closes the port and all connections without a running request at once. Whoever had connected a moment before
    would be reset, and so would a client that has just sent its next request on an open connection.
    """

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal ends it. While the application loads, a signal ends it as it ends other commands."""
        # uvicorn catches signals before it loads the application, and would look at them only afterwards.
        if not self.config.loaded:
            with young_garbage_only():
                self.config.load()
        await super().serve(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop to serve. Every further response tells its client to close the connection."""
        loop = asyncio.get_running_loop()
        # The port stays open with these, while the event loop stops to accept and sets up what it has accepted.
        kept = [listener.dup() for listener in sockets or []]
        for listener in sockets or []:
            with contextlib.suppress(RuntimeError):
                # uvloop does not let go of it like this, and does not need it.
                loop.remove_reader(listener.fileno())
        await _pass_turns()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        await _pass_turns()
        accepted: list[socket.socket] = []
        for listener in kept:
            # Closing a port resets what waits in its queue, so nothing may happen in between.
            accepted += _accept_all(listener)
            listener.close()
        self.server_state.default_headers.append((b"connection", b"close"))
        for connection in accepted:
            # It may have been closed by its client.
            with contextlib.suppress(OSError):
                await loop.connect_accepted_socket(self._build_protocol, connection)
        await asyncio.sleep(_LINGER_SECONDS)
        await super().shutdown(sockets)

    def _build_protocol(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return protocol


async def _pass_turns() -> None:
    """Yield to the event loop until its scheduled callbacks have run."""
    for _ in range(3):
        await asyncio.sleep(0)


def _accept_all(listener: socket.socket) -> Iterator[socket.socket]:
    listener.settimeout(0)
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            # None is left, or there are too many open files.
            return
        connection.settimeout(0)
        yield connection
