"""Bounds of what one client may hold in this process: connections, and requests in flight.

Each process counts for itself: with N processes (`--workers N`), a client can hold N times as much.

A connection counts for the address that it comes from, unless that is a trusted proxy, which connects for all its
clients. A request counts for its user, or without one for the address of its client, which a trusted proxy forwards.
It is in flight from the end of its head until the client has read enough of the response: as long as the server
holds memory for it. Of the requests in flight, the server works on a few at a time, and the others wait: a client that
sends many at once waits for itself, and nobody else does.
"""

import asyncio
import ipaddress
import time
from collections import Counter, deque
from collections.abc import Collection, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import Request

from exercise_buddy.core.http.eviction import make_room
from exercise_buddy.core.problems import TooManyRequests, TooManyRequestsInFlight, Unavailable
from exercise_buddy.core.settings import CoreSettings

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]

log = structlog.get_logger()

# Pools of the database, listeners, logs, uploaded files, pipes of child processes: 150 were the most in a test.
_OTHER_FILES = 400
_FEWEST_CONNECTIONS = 16
# A page that loads twenty charts at once takes as long with two: there are rarely more cores for one user. Behind one
# address there may be many people.
_MAX_RUNNING_OF_USER = 2
_MAX_RUNNING_OF_ADDRESS = 8
# Requests whose responses are not read hold memory. Those that wait do not: their bodies are not read.
_MAX_STARTED = 16
_LOG_SECONDS = 60.0
# A proxy keeps idle connections for its next client, usually for 60 s. If the server closed them first, it would
# sometimes do so while a request is on its way, and the client would get a 502.
_PROXY_KEEP_ALIVE_SECONDS = 75


class TooManyConnections(TooManyRequests):
    """The address has as many connections as allowed."""

    slug = "too-many-connections"
    title = "Too many connections"


@dataclass(slots=True)
class _Client:
    """The requests of a client: `started` are in work or wait for the client to read, `running` are in work."""

    max_started: int
    max_running: int
    in_flight: int = 0
    started: int = 0
    running: int = 0
    waiting: deque[tuple[asyncio.Future[None], bool]] = field(default_factory=deque)

    def has_room(self, *, is_started: bool) -> bool:
        """Return whether a request may run."""
        return self.running < self.max_running and (is_started or self.started < self.max_started)

    def wake(self) -> None:
        """Start waiting requests, the oldest first, while there is room."""
        while self.waiting and self.has_room(is_started=self.waiting[0][1]):
            turn, is_started = self.waiting.popleft()
            if not turn.done():
                self.take(is_started=is_started)
                turn.set_result(None)

    def take(self, *, is_started: bool) -> None:
        """Count a request that runs."""
        self.running += 1
        self.started += not is_started


class RequestSlot:
    """The place of a request in flight among those of its client."""

    __slots__ = ("_clients", "_is_released", "_is_running", "_is_started", "_key")

    def __init__(self, clients: dict[Hashable, _Client], key: Hashable) -> None:
        self._clients = clients
        self._key = key
        self._is_started = False
        self._is_running = False
        self._is_released = False

    async def run(self) -> None:
        """Wait until the server works on fewer requests of the client than it may, and count this one."""
        if self._is_running or self._is_released:
            return
        client = self._clients[self._key]
        if client.has_room(is_started=self._is_started):
            client.take(is_started=self._is_started)
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            client.waiting.append((turn, self._is_started))
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    # It had got its turn already.
                    self._is_running = self._is_started = True
                raise
        self._is_running = self._is_started = True

    def stop(self) -> None:
        """Count the request as running no longer, and start the next one. A second call does nothing."""
        if self._is_running:
            self._is_running = False
            client = self._clients[self._key]
            client.running -= 1
            client.wake()

    def release(self) -> None:
        """Count the request as in flight no longer. A second call does nothing."""
        self.stop()
        if not self._is_released:
            self._is_released = True
            client = self._clients[self._key]
            client.in_flight -= 1
            client.started -= self._is_started
            client.wake()
            if not client.in_flight:
                del self._clients[self._key]


class ClientBounds:
    """Counts the connections and the requests in flight of each client of this process."""

    def __init__(self, settings: CoreSettings) -> None:
        self._max_connections = _limit_connections(settings.max_connections)
        self._max_per_address = settings.max_connections_per_address
        self._max_requests = settings.max_requests_in_flight
        self._proxies = [ipaddress.ip_network(network) for network in settings.trusted_proxies]
        self._connections: Counter[Hashable] = Counter()
        self._clients: dict[Hashable, _Client] = {}
        self._refused: Counter[str] = Counter()
        self._logged_at = -_LOG_SECONDS

    def open_connection(self, host: str | None, address: str, connections: Collection[Any]) -> str | None:
        """Count a connection, if necessary in place of one that waits; return what `close_connection` takes.

        Args:
            host: the address that the connection comes from, None without one.
            address: what counts as this address.
            connections: the open connections of this process, with this one.

        Raises:
            Unavailable: the process has as many connections as allowed, and none waits for a request.
            TooManyConnections: the address has as many connections as allowed, and none waits for a request.

        """
        if len(connections) > self._max_connections and not make_room(connections, None):
            self._record_refusal("server", address)
            raise Unavailable("The server has too many connections.")
        if host is None or self.is_proxy(host):
            return None
        if self._connections[address] >= self._max_per_address and not make_room(connections, address):
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

    def get_keep_alive_seconds(self, host: str | None, default: int) -> int:
        """Return how long an idle connection from an address stays open: longer if it is a trusted proxy."""
        is_proxy = host is not None and self.is_proxy(host)
        return max(default, _PROXY_KEEP_ALIVE_SECONDS) if is_proxy else default

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

    def is_secure(self, host: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Return whether a request came over TLS to a trusted proxy, which says so."""
        return (b"x-forwarded-proto", b"https") in headers and self.is_proxy(host)

    def begin_request(self, client: Hashable, *, is_user: bool) -> RequestSlot:
        """Count a request in flight until its slot is released.

        Args:
            client: the id of the user, or an address.
            is_user: whether it is a user.

        Raises:
            TooManyRequestsInFlight: the client has as many as allowed.

        """
        found = self._clients.get(client)
        if found is None:
            max_running = _MAX_RUNNING_OF_USER if is_user else _MAX_RUNNING_OF_ADDRESS
            found = self._clients[client] = _Client(_MAX_STARTED, max_running)
        if found.in_flight >= self._max_requests:
            raise TooManyRequestsInFlight(
                f"You have {found.in_flight} requests in flight. Wait for a response.", headers={"Retry-After": "1"}
            )
        found.in_flight += 1
        return RequestSlot(self._clients, client)


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
