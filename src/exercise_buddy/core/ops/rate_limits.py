"""Named rate limits with the `limits` library: moving windows in this process, or in Valkey for all processes.

A slice declares a `Limit` and charges it through `RateLimits`. While the store is down, each process counts for itself
(see `local_windows`): a failed counter must neither lock all users out nor let anybody guess passwords. The failure is
logged.
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
from prometheus_client import CollectorRegistry, Counter
from valkey.asyncio import Valkey

from exercise_buddy.core.ops.local_windows import LocalWindows, WindowState
from exercise_buddy.core.ops.pacing import WorkPace
from exercise_buddy.core.problems import TooManyRequests
from exercise_buddy.core.settings import CoreSettings

log = structlog.get_logger()

_STORE_TIMEOUT_SECONDS = 0.25
_STORE_PAUSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that operators can change by its name in `RATE_LIMITS`.

    `is_strict`: all processes together keep it, even while they cannot count together. Each has a share of it then.
    """

    name: str
    default: str
    is_strict: bool = False

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

    def __init__(
        self,
        storage: Storage | None,
        overrides: Mapping[str, str],
        processes: int = 1,
        registry: CollectorRegistry | None = None,
    ) -> None:
        """Charge to a store, or without one to this process; `processes` is the number of those that use the store."""
        self._store_failures = Counter(
            "rate_limit_store_failures",
            "Uses of the store of the rate limits that failed, or were left out because it had just failed.",
            registry=registry or CollectorRegistry(),
        )
        self._limiter = None if storage is None else MovingWindowRateLimiter(storage)
        self._items: dict[str, RateLimitItem] = {
            name: parse(overrides.get(name, limit.default)) for name, limit in KNOWN.items()
        }
        self._windows = LocalWindows(self._items)
        # Of strict limits: what this process has charged while the store was down.
        self._unreported = LocalWindows(self._items)
        self._processes = processes
        self._paused_until = 0.0
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        self.failures = 0
        self.pace = WorkPace.of(self._items[WORK.name])
        # Whatever work the settings allow.
        self.pace_of_probes = WorkPace.of(parse(WORK.default))

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
    async def open(cls, settings: CoreSettings, registry: CollectorRegistry | None = None) -> AsyncIterator[Self]:
        """Open the configured store."""
        if settings.rate_limit_storage_url.startswith("memory://"):
            yield cls(None, settings.rate_limits, registry=registry)
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
            yield cls(storage, settings.rate_limits, settings.rate_limit_processes or 1, registry)
        finally:
            await client.aclose()

    async def charge(self, limit: Limit, key: str, cost: int = 1) -> Charge:
        """Charge a request to the window of `key`.

        A cost above the whole window takes the whole window: otherwise it could never be paid. The caller decides what
        a charge means that is not `accepted`; see `require`.
        """
        item = self._items[limit.name]
        cost = min(cost, item.amount)
        if self._limiter is None:
            return self._charge(limit, key, self._windows.charge(limit.name, key, item.amount, cost))
        if not self._is_paused():
            try:
                await self._report(limit, key)
                accepted = await self._limiter.hit(item, limit.name, key, cost=cost)
                stats = await self._limiter.get_window_stats(item, limit.name, key)
            except (StorageError, OSError) as error:
                self._record_failure(error)
            else:
                if limit.is_strict:
                    # So that an outage does not begin with an empty window.
                    self._windows.charge(limit.name, key, self._get_share(limit), cost)
                return self._charge(limit, key, WindowState(item.amount, stats.remaining, stats.reset_time, accepted))
        share = self._get_share(limit)
        state = self._windows.charge(limit.name, key, share, min(cost, share))
        if limit.is_strict and state.accepted:
            self._unreported.charge(limit.name, key, item.amount, cost)
        return self._charge(limit, key, state)

    async def peek(self, limit: Limit, key: str) -> Charge:
        """Return the state of the window of `key` without charging it. `accepted`: whether a request would pass."""
        item = self._items[limit.name]
        if self._limiter is None:
            return self._charge(limit, key, self._windows.peek(limit.name, key, item.amount))
        if not self._is_paused():
            try:
                await self._report(limit, key)
                stats = await self._limiter.get_window_stats(item, limit.name, key)
            except (StorageError, OSError) as error:
                self._record_failure(error)
            else:
                state = WindowState(item.amount, stats.remaining, stats.reset_time, stats.remaining > 0)
                return self._charge(limit, key, state)
        return self._charge(limit, key, self._windows.peek(limit.name, key, self._get_share(limit)))

    async def reset(self, limit: Limit, key: str) -> None:
        """Delete the window of `key`."""
        self._windows.reset(limit.name, key)
        self._unreported.reset(limit.name, key)
        if self._limiter is not None and not self._is_paused():
            try:
                await self._limiter.clear(self._items[limit.name], limit.name, key)
            except (StorageError, OSError) as error:
                self._record_failure(error)

    def _get_share(self, limit: Limit) -> int:
        """Return the quota of this process while the store is down."""
        amount = self._items[limit.name].amount
        return max(1, amount // self._processes) if limit.is_strict else amount

    def _is_paused(self) -> bool:
        """Return whether the store is left alone, because it has just failed."""
        if time.monotonic() >= self._paused_until:
            return False
        self.failures += 1
        self._store_failures.inc()
        return True

    async def _report(self, limit: Limit, key: str) -> None:
        """Charge to the store what was charged to the window of `key` while it was down.

        Raises:
            StorageError: it is still down. Nothing is lost: what was charged is reported next time.

        """
        if not limit.is_strict or self._limiter is None:
            return
        item = self._items[limit.name]
        for _ in range(item.amount - self._unreported.peek(limit.name, key, item.amount).remaining):
            # One by one: the store takes all of a cost or nothing.
            await self._limiter.hit(item, limit.name, key)
        self._unreported.reset(limit.name, key)

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

    def _charge(self, limit: Limit, key: str, state: WindowState) -> Charge:
        window_seconds = self._items[limit.name].get_expiry()
        reset = max(1, math.ceil(state.reset_time - time.time()))
        return Charge(limit, key, state.quota, window_seconds, max(0, state.remaining), reset, state.accepted)

    def _record_failure(self, error: Exception) -> None:
        self.failures += 1
        self._store_failures.inc()
        self._paused_until = time.monotonic() + _STORE_PAUSE_SECONDS
        log.error("rate_limit_store_down", error=type(error).__name__, counted_here=self.failures)

    async def require(self, request: Request, *charged: tuple[Limit, str]) -> None:
        """Charge a request to all the windows; refuse it if one of them is exhausted.

        Raises:
            TooManyRequests: at least one window is exhausted. `Retry-After` is the longest wait.

        """
        charges = [await self.charge(limit, key) for limit, key in charged]
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
        if not units:
            return
        charge = await self.charge(WORK, request.state.client_key, units)
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
