"""Room for new connections, when clients that send nothing hold all of them.

A connection is cheap for whoever opens it, and a slow head may take 10 s. So when there are as many as allowed, the one
that has waited longest for a request is closed for a new one: first those that trickle a head or have never sent
anything, then idle ones. A client that works is not affected, because its requests arrive in milliseconds.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

MIN_WAIT_SECONDS = 2.0
"""A connection that has just been opened may still send its request."""


class Wait(NamedTuple):
    """How a connection waits for a request. The largest one is closed first."""

    is_incomplete: bool
    """Whether a part of a head has arrived, or never anything: it is no client that pauses between requests."""
    seconds: float


class EvictableConnection(Protocol):
    """A connection that knows how long it has waited for a request."""

    def get_wait(self) -> Wait | None:
        """Return how it waits. None if it has a request, or is trusted."""

    def counts_for(self, address: str) -> bool:
        """Return whether it counts for an address."""

    def evict(self) -> None:
        """Close it, and count it no longer at once."""


def make_room(connections: Iterable[Any], address: str | None) -> bool:
    """Close the connection that has waited longest for a request.

    Args:
        connections: the open connections; those of other protocols stay.
        address: close only one that counts for this address, None for any.

    Returns:
        Whether there was one that has waited long enough.

    """
    longest: tuple[Wait, EvictableConnection] | None = None
    for connection in connections:
        wait = connection.get_wait() if hasattr(connection, "get_wait") else None
        if (
            wait is not None
            and wait.seconds >= MIN_WAIT_SECONDS
            and (longest is None or wait > longest[0])
            and (address is None or connection.counts_for(address))
        ):
            longest = wait, connection
    if longest is None:
        return False
    longest[1].evict()
    return True
