"""How long the server waits for a client that sends or reads slowly.

An allowance of seconds passes only while the server waits for the client, and the bytes that move earn new ones: 1 KiB
is worth a second, and at most 30 s are saved up. A phone with 5 kB/s therefore survives 30 s in a lift, a client that
moves a byte a second has used up its allowance after 10 s (a body) or 30 s (a response), and nobody moves 1 MiB in more
than 18 minutes.
"""

from contextlib import suppress
from struct import unpack

try:
    from fcntl import ioctl
    from termios import TIOCOUTQ
except ImportError:  # Windows
    ioctl = None  # type: ignore[assignment]

BYTES_PER_SECOND = 1024
MAX_SECONDS = 30.0


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
            return int(unpack("i", ioctl(file, TIOCOUTQ, bytes(4)))[0])
    return 0
