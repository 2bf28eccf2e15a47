"""Bounds of what one client may hold in this process: connections, and requests in flight.

Each process counts for itself: with N processes (`--workers N`), a client can hold N times as much.

A connection counts for the address that it comes from, unless that is a trusted proxy, which connects for all its
clients. A request counts for its user, or without one for the address of its client, which a trusted proxy forwards.
It is in flight from the end of its head until the client has read enough of the response: as long as the server
holds memory for it.
"""

import ipaddress
import time
from collections import Counter
from collections.abc import Hashable
from contextlib import suppress

import structlog
from fastapi import Request

from exercise_buddy.core.problems import TooManyRequests, Unavailable
from exercise_buddy.core.settings import CoreSettings

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]

log = structlog.get_logger()

# Pools of the database, listeners, logs, uploaded files, pipes of child processes: 150 were the most in a test.
_OTHER_FILES = 400
_FEWEST_CONNECTIONS = 16
_LOG_SECONDS = 60.0


class TooManyConnections(TooManyRequests):
    """The address has as many connections as allowed."""

    slug = "too-many-connections"
    title = "Too many connections"


class TooManyRequestsInFlight(TooManyRequests):
    """The client has as many requests in flight as allowed."""

    slug = "too-many-requests-in-flight"
    title = "Too many requests at the same time"


class RequestSlot:
    """The place of a request in flight among those of its client."""

    __slots__ = ("_client", "_counts")

    def __init__(self, counts: "Counter[Hashable]", client: Hashable) -> None:
        self._counts = counts
        self._client: Hashable | None = client

    def release(self) -> None:
        """Release the place, once."""
        if self._client is not None:
            _decrement(self._counts, self._client)
            self._client = None


class ClientBounds:
    """Counts the connections and the requests in flight of each client of this process."""

    def __init__(self, settings: CoreSettings) -> None:
        self._max_connections = _limit_connections(settings.max_connections)
        self._max_per_address = settings.max_connections_per_address
        self._max_requests = settings.max_requests_in_flight
        self._proxies = [ipaddress.ip_network(network) for network in settings.trusted_proxies]
        self._connections: Counter[Hashable] = Counter()
        self._requests: Counter[Hashable] = Counter()
        self._refused: Counter[str] = Counter()
        self._logged_at = -_LOG_SECONDS

    def open_connection(self, host: str | None, address: str, connections: int) -> str | None:
        """Count a connection; return what `close_connection` takes.

        Args:
            host: the address that the connection comes from, None without one.
            address: what counts as this address.
            connections: the number of open connections of this process, with this one.

        Raises:
            Unavailable: the process has as many connections as allowed.
            TooManyConnections: the address has as many connections as allowed.

        """
        if connections > self._max_connections:
            self._record_refusal("server", address)
            raise Unavailable("The server has too many connections.")
        if host is None or self.is_proxy(host):
            return None
        if self._connections[address] >= self._max_per_address:
            self._record_refusal("address", address)
            raise TooManyConnections(
                f"Your address has {self._max_per_address} connections.", headers={"Retry-After": "1"}
            )
        self._connections[address] += 1
        return address

    def close_connection(self, address: str | None) -> None:
        """Count a connection no longer."""
        if address is not None:
            _decrement(self._connections, address)

    def _record_refusal(self, full: str, address: str) -> None:
        """Log refused connections, one line a minute: an attacker must not fill the log."""
        self._refused[full] += 1
        if time.monotonic() - self._logged_at >= _LOG_SECONDS:
            self._logged_at = time.monotonic()
            log.warning("connections_refused", refused=dict(self._refused), last=address)
            self._refused.clear()

    def is_proxy(self, host: str) -> bool:
        """Return whether an address is that of a trusted proxy."""
        if not self._proxies:
            return False
        with suppress(ValueError):
            address = ipaddress.ip_address(host)
            return any(address in network for network in self._proxies)
        return False

    def begin_request(self, client: Hashable) -> RequestSlot:
        """Count a request in flight until its slot is released.

        Raises:
            TooManyRequestsInFlight: the client has as many as allowed.

        """
        if self._requests[client] >= self._max_requests:
            raise TooManyRequestsInFlight(
                f"You have {self._max_requests} requests in flight. Wait for a response.", headers={"Retry-After": "1"}
            )
        self._requests[client] += 1
        return RequestSlot(self._requests, client)


def _decrement(counts: "Counter[Hashable]", key: Hashable) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]


def release_slot(request: Request) -> None:
    """Count a request in flight no longer: it stays open, and has a bound of its own."""
    slot: RequestSlot | None = request.scope["state"].get("request_slot")
    if slot is not None:
        slot.release()


def raise_file_limit(max_connections: int) -> None:
    """Raise the soft limit of open files, as far as allowed, to that which the connections need."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = max_connections + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        needed = min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _limit_connections(wanted: int) -> int:
    """Return the number of connections for which the open files suffice, at most the wanted one."""
    if resource is None:
        return wanted
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY or files >= wanted + _OTHER_FILES:
        return wanted
    allowed = max(_FEWEST_CONNECTIONS, files - _OTHER_FILES)
    log.warning("max_connections_lowered", max_connections=allowed, wanted=wanted, open_files=files)
    return allowed
