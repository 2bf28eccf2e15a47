"""Named rate limits with the `limits` library: moving windows in this process, or in Valkey for all processes.

A slice declares a `Limit` and charges it through `RateLimits`. If the store is down, requests pass: a failed counter
must not lock all users out. The failure is logged and counted.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Annotated, NamedTuple, Self

import structlog
from fastapi import Depends, Request
from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from valkey.asyncio import Valkey

from exercise_buddy.core.ops.memory_storage import MemoryWindowStorage
from exercise_buddy.core.ops.pacing import WorkPace
from exercise_buddy.core.problems import TooManyRequests
from exercise_buddy.core.settings import CoreSettings

log = structlog.get_logger()

_STORE_TIMEOUT_SECONDS = 0.25
_STORE_PAUSE_SECONDS = 2.0
# No name of a limit contains it.
_KEY = "\0"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that operators can change by its name in `RATE_LIMITS`."""

    name: str
    default: str

    def __post_init__(self) -> None:
        if KNOWN.setdefault(self.name, self).default != self.default:
            raise ValueError(f"Two limits have the name {self.name}")


KNOWN: dict[str, Limit] = {}
SIGNED_IN = Limit("signed_in", "600/minute")
ANONYMOUS = Limit("anonymous", "120/minute")
WORK = Limit("work", "2000/minute")
"""Units of about 2 ms of work of the server, by the user or the address: what requests cost beside their number."""

BODY_BYTES_PER_UNIT = 8 * 1024
"""The bytes of a body that cost a unit."""
FREE_BODY_BYTES = 16 * 1024
"""A smaller body costs nothing, so that most requests have one window only."""


class Charge(NamedTuple):
    """The state of a window after a request was charged to it. Each request has one, so it is not a dataclass."""

    limit: Limit
    key: str
    quota: int
    window_seconds: int
    remaining: int
    reset_seconds: int
    accepted: bool

    @property
    def policy(self) -> str:
        """The member of the `RateLimit-Policy` header."""
        return _format_policy(self.limit.name, self.quota, self.window_seconds)

    @property
    def state(self) -> str:
        """The member of the `RateLimit` header."""
        return f'"{self.limit.name}";r={self.remaining};t={self.reset_seconds}'


@cache
def _format_policy(name: str, quota: int, window_seconds: int) -> str:
    return f'"{name}";q={quota};w={window_seconds}'


class RateLimits:
    """Charges requests to the windows of limits."""

    def __init__(self, storage: Storage, overrides: Mapping[str, str]) -> None:
        self._limiter = MovingWindowRateLimiter(storage)
        self._memory = storage if isinstance(storage, MemoryWindowStorage) else None
        self._items: dict[str, RateLimitItem] = {
            name: parse(overrides.get(name, limit.default)) for name, limit in KNOWN.items()
        }
        # What stands before and after a key in the key of its window.
        self._affixes: dict[str, tuple[str, str]] = {}
        for name, item in self._items.items():
            prefix, _, suffix = item.key_for(name, _KEY).partition(_KEY)
            self._affixes[name] = prefix, suffix
        self._paused_until = 0.0
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        self.failures = 0
        self.pace = WorkPace()

    @staticmethod
    def check(settings: CoreSettings) -> None:
        """Check that the settings name only existing limits.

        Raises:
            ValueError: a name does not exist.

        """
        unknown = settings.rate_limits.keys() - KNOWN.keys()
        if unknown:
            raise ValueError(
                f"RATE_LIMITS: there is no limit named {', '.join(sorted(unknown))}; "
                f"there are {', '.join(sorted(KNOWN))}"
            )

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: CoreSettings) -> AsyncIterator[Self]:
        """Open the configured store."""
        if settings.rate_limit_storage_url.startswith("memory://"):
            yield cls(MemoryWindowStorage(), settings.rate_limits)
            return
        scheme, _, rest = settings.rate_limit_storage_url.partition("://")
        client = Valkey.from_url(
            f"{scheme}://{rest}",
            socket_timeout=_STORE_TIMEOUT_SECONDS,
            socket_connect_timeout=_STORE_TIMEOUT_SECONDS,
        )
        storage = RedisStorage(
            f"async+{scheme}://{rest}",
            wrap_exceptions=True,
            implementation="valkey",
            connection_pool=client.connection_pool,
        )
        try:
            yield cls(storage, settings.rate_limits)
        finally:
            await client.aclose()

    async def charge(self, limit: Limit, key: str, cost: int = 1) -> Charge | None:
        """Charge a request to the window of `key`. Return None if the store is down: the request passes.

        A cost above the whole window takes the whole window: otherwise it could never be paid. The caller decides what
        a charge means that is not `accepted`; see `require`.
        """
        item = self._items[limit.name]
        if self._memory is not None:
            # The coroutines of the library take four times as long.
            prefix, suffix = self._affixes[limit.name]
            expiry = item.get_expiry()
            accepted, since, hits = self._memory.hit(
                f"{prefix}{key}{suffix}", item.amount, expiry, min(cost, item.amount)
            )
            return self._charge(limit, key, item, item.amount - hits, since + expiry, accepted=accepted)
        if time.monotonic() < self._paused_until:
            self.failures += 1
            return None
        try:
            accepted = await self._limiter.hit(item, limit.name, key, cost=min(cost, item.amount))
            stats = await self._limiter.get_window_stats(item, limit.name, key)
        except (StorageError, OSError) as error:
            self._record_failure(error)
            return None
        return self._charge(limit, key, item, stats.remaining, stats.reset_time, accepted=accepted)

    async def peek(self, limit: Limit, key: str) -> Charge | None:
        """Return the state of the window of `key` without charging it. `accepted`: whether a request would pass."""
        item = self._items[limit.name]
        if time.monotonic() < self._paused_until:
            self.failures += 1
            return None
        try:
            stats = await self._limiter.get_window_stats(item, limit.name, key)
        except (StorageError, OSError) as error:
            self._record_failure(error)
            return None
        return self._charge(limit, key, item, stats.remaining, stats.reset_time, accepted=stats.remaining > 0)

    async def reset(self, limit: Limit, key: str) -> None:
        """Delete the window of `key`."""
        try:
            await self._limiter.clear(self._items[limit.name], limit.name, key)
        except (StorageError, OSError) as error:
            self._record_failure(error)

    @asynccontextmanager
    async def one_at_a_time(self, key: str) -> AsyncIterator[None]:
        """Run the holders of a key one after the other (in this process).

        Needed where a window is peeked at first and charged after a failure: otherwise a whole burst passes the check.
        """
        lock, holders = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, holders + 1)
        try:
            async with lock:
                yield
        finally:
            lock, holders = self._locks[key]
            if holders == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, holders - 1)

    @staticmethod
    def _charge(
        limit: Limit, key: str, item: RateLimitItem, remaining: int, reset_time: float, *, accepted: bool
    ) -> Charge:
        reset = max(1, math.ceil(reset_time - time.time()))
        return Charge(limit, key, item.amount, item.get_expiry(), max(0, remaining), reset, accepted)

    def _record_failure(self, error: Exception) -> None:
        self.failures += 1
        self._paused_until = time.monotonic() + _STORE_PAUSE_SECONDS
        log.error("rate_limit_store_down", error=type(error).__name__, requests_passed=self.failures)

    async def require(self, request: Request, *charged: tuple[Limit, str]) -> None:
        """Charge a request to all the windows; refuse it if one of them is exhausted.

        Raises:
            TooManyRequests: at least one window is exhausted. `Retry-After` is the longest wait.

        """
        charges = [charge for limit, key in charged if (charge := await self.charge(limit, key)) is not None]
        request.state.charges.extend(charges)
        refuse_if_exhausted(charges)

    async def require_work(self, request: Request, units: int, *, max_share: float = 1) -> None:
        """Charge a request for its work; refuse it if its client has caused too much of it, else wait for its pace.

        Args:
            request: the request.
            units: what its work costs.
            max_share: the most of the window that it is charged, for work that has a limit of its own.

        Raises:
            TooManyRequests: the window is exhausted, or has not enough left.

        """
        units = min(units, int(self._items[WORK.name].amount * max_share))
        charge = await self.charge(WORK, request.state.client_key, units) if units else None
        if charge is None:
            return
        # A request may be charged in parts. Its response has the last state of the window.
        request.state.charges[:] = [*(other for other in request.state.charges if other.limit is not WORK), charge]
        refuse_if_exhausted([charge])
        await self.pace.wait(request.state.client_key, units)


def refuse_if_exhausted(charges: list[Charge]) -> None:
    """Raise `TooManyRequests` if a charge was not accepted."""
    refused = [charge for charge in charges if not charge.accepted]
    if refused:
        longest = max(refused, key=lambda charge: charge.reset_seconds)
        raise TooManyRequests(
            f"The limit {longest.limit.name!r} of {longest.quota} in {longest.window_seconds} s is used up.",
            headers={"Retry-After": str(longest.reset_seconds)},
            reason=longest.limit.name,
        )


def headers(charges: list[Charge]) -> list[tuple[bytes, bytes]]:
    """Return the `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers) of the charges."""
    return [
        (b"ratelimit-policy", ", ".join([charge.policy for charge in charges]).encode()),
        (b"ratelimit", ", ".join([charge.state for charge in charges]).encode()),
    ]


async def get_rate_limits(request: Request) -> RateLimits:
    """Return the rate limits of the running application."""
    limits: RateLimits = request.state.rate_limits
    return limits


RateLimitsDep = Annotated[RateLimits, Depends(get_rate_limits)]
