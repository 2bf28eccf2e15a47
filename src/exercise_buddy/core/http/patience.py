"""How long the server waits for a client that sends or reads slowly.

An allowance of seconds passes only while the server waits for the client, and the bytes that move earn new ones: 1 KiB
is worth a second, and at most 30 s are saved up. A phone with 5 kB/s therefore survives 30 s in a lift, a client that
moves a byte a second has used up its allowance after 10 s (a body) or 30 s (a response), and nobody moves 1 MiB in more
than 18 minutes.
"""

import asyncio
import socket
import struct
from contextlib import suppress

try:
    from fcntl import ioctl
    from termios import TIOCOUTQ
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

BYTES_PER_SECOND = 1024
MAX_SECONDS = 30.0
_RESET = struct.pack("ii", 1, 0)


class Allowance:
    """The seconds that a client has left."""

    __slots__ = ("_max_seconds", "_seconds")

    def __init__(self, seconds: float, max_seconds: float) -> None:
        self._seconds = seconds
        self._max_seconds = max_seconds

    def pass_time(self, seconds: float, moved: int) -> bool:
        """Pass seconds in which bytes moved; return whether the allowance is used up."""
        self._seconds = min(self._max_seconds, self._seconds + moved / BYTES_PER_SECOND) - seconds
        return self._seconds <= 0


def count_unacknowledged(file: int) -> int:
    """Return the number of bytes that a socket has accepted and its client has not acknowledged.

    A socket takes up to 4 MiB and reports room only when a third of them is free, so what a slow client reads is
    invisible without this number. It is 0 where the system does not know it.
    """
    if ioctl is not None:
        # A closed socket has the number -1.
        with suppress(OSError, ValueError):
            return int(struct.unpack("i", ioctl(file, TIOCOUTQ, bytes(4)))[0])
    return 0


class SendingWatch:
    """Whether a client sends the head and the body of a request fast enough.

    Args:
        head_seconds: how long a head may take.
        body_seconds: the seconds that a body begins with.
        max_seconds: how many it saves up.

    """

    def __init__(self, head_seconds: float, body_seconds: float, max_seconds: float) -> None:
        self._head_seconds = head_seconds
        self._body_seconds = body_seconds
        self._max_seconds = max_seconds
        self.restart()

    def restart(self) -> None:
        """Grant new allowances: a head is complete, and its body and the next head follow."""
        self._head: Allowance | None = None
        self._body: Allowance | None = None
        self._body_bytes = 0

    def is_head_too_slow(self, seconds: float) -> bool:
        """Return whether the allowance of the head is used up after further seconds."""
        if self._head is None:
            self._head = Allowance(self._head_seconds, self._head_seconds)
        return self._head.pass_time(seconds, 0)

    def is_body_too_slow(self, seconds: float, body_bytes: int) -> bool:
        """Return whether the allowance of the body is used up after further seconds, with the bytes until now."""
        if self._body is None:
            self._body = Allowance(self._body_seconds, self._max_seconds)
        received, self._body_bytes = body_bytes - self._body_bytes, body_bytes
        return self._body.pass_time(seconds, received)


class ReadingWatch:
    """Whether a client reads what is sent to it."""

    def __init__(self, transport: asyncio.Transport, max_seconds: float) -> None:
        self._transport = transport
        self._max_seconds = max_seconds
        self._allowance: Allowance | None = None
        self._unread = 0

    def restart(self) -> None:
        """Grant a new allowance, because the client has read nearly everything."""
        self._allowance = None

    def is_too_slow(self, seconds: float) -> bool:
        """Return whether the allowance is used up after further seconds."""
        unread = self._transport.get_write_buffer_size()
        if unread == 0:
            self.restart()
            return False
        unread += count_unacknowledged(self._transport.get_extra_info("socket").fileno())
        if self._allowance is None:
            self._allowance = Allowance(self._max_seconds, self._max_seconds)
            self._unread = unread
        has_read = max(0, self._unread - unread)
        self._unread = unread
        return self._allowance.pass_time(seconds, has_read)


def reset_connection(transport: asyncio.Transport) -> None:
    """Close a connection, and discard what the client has not read."""
    # Without this, the system would keep what it has accepted, and try to send it for some minutes.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    transport.abort()
