"""A proxy between a client and PostgreSQL that can swallow everything, as a pulled cable does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg


class SilentProxy:
    """A running proxy.

    Attributes:
        url: the URL of the database through the proxy.
        is_silent: whether it drops what arrives from both sides.
        has_new_connections: whether new connections pass although it is silent.

    """

    def __init__(self, address: str | tuple[str, int]) -> None:
        self._address = address
        self.url = ""
        self.is_silent = False
        self.has_new_connections = False

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass a connection on."""
        is_new = self.is_silent and self.has_new_connections
        if isinstance(self._address, str):
            upstream_reader, upstream_writer = await asyncio.open_unix_connection(self._address)
        else:
            upstream_reader, upstream_writer = await asyncio.open_connection(*self._address)
        await asyncio.gather(
            self._pump(reader, upstream_writer, is_new=is_new), self._pump(upstream_reader, writer, is_new=is_new)
        )

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_new: bool) -> None:
        try:
            while chunk := await source.read(65536):
                if is_new or not self.is_silent:
                    sink.write(chunk)
                    await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()


@asynccontextmanager
async def open_proxy(database_url: str) -> AsyncIterator[SilentProxy]:
    """Run a proxy to a database."""
    connection = await asyncpg.connect(database_url)
    proxy = SilentProxy(connection._addr)
    await connection.close()
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    parts = urlsplit(database_url)
    login = parts.netloc.rpartition("@")[0]
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"postgresql://{login}@127.0.0.1:{port}{parts.path}?sslmode=disable"
    async with server:
        yield proxy
