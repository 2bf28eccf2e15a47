"""One system call for a response, instead of one for its head and one for its body.

uvicorn writes both to the transport one after the other, and uvloop sends each at once. Sending is the dearest part of
a small response, and a client that is woken by the head alone waits again for the body.
"""

import asyncio


class JoinedWrites:
    """The transport as a response sees it: what it writes first waits for what follows in the same turn of the loop."""

    __slots__ = ("_first", "_has_written", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._first: bytes | None = None
        self._has_written = False

    def write(self, data: bytes) -> None:
        """Send bytes, the first of them not later than at the end of this turn of the loop."""
        if not self._has_written:
            self._has_written = True
            self._first = data
            self._loop.call_soon(self._flush)
        elif self._first is None:
            self._transport.write(data)
        else:
            first, self._first = self._first, None
            self._transport.writelines((first, data))

    def close(self) -> None:
        """Close the connection after what has been written."""
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Return whether the connection is closed or will be."""
        return self._transport.is_closing()

    def _flush(self) -> None:
        if self._first is not None:
            first, self._first = self._first, None
            self._transport.write(first)
