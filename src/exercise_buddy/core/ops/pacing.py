"""The pace of the work that each client causes in this process: what exceeds it waits, and nobody else does.

A rate limit of a minute allows a burst that keeps a process busy for seconds. So work is also spread over time: a
client may cause a fifth of its window at once, and three times the rate of its window from then on. By default, these
are 400 units and 100 a second, which is a fifth of a core.
"""

import asyncio
import time
from typing import Self

from limits import RateLimitItem

_SHARE_AT_ONCE = 0.2
_TIMES_OF_RATE = 3
_MANY_CLIENTS = 1000


class WorkPace:
    """The work that clients have caused and not waited for yet, in units (see `rate_limits.WORK`)."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._owed: dict[str, tuple[float, float]] = {}

    @classmethod
    def of(cls, window: RateLimitItem) -> Self:
        """Return the pace of a rate limit."""
        return cls(_TIMES_OF_RATE * window.amount / window.get_expiry(), _SHARE_AT_ONCE * window.amount)

    async def wait(self, client: str, units: int) -> None:
        """Wait until a client may cause some units of work."""
        delay = self.reserve(client, units, time.monotonic())
        if delay > 0:
            await asyncio.sleep(delay)

    def reserve(self, client: str, units: int, now: float) -> float:
        """Count units of work of a client; return the seconds that it must wait for earlier ones.

        Large work waits for what came before it, never for itself.
        """
        owed, since = self._owed.get(client, (0.0, now))
        owed = max(0.0, owed - (now - since) * self._per_second)
        if len(self._owed) > _MANY_CLIENTS:
            self._forget(now)
        self._owed[client] = (owed + units, now)
        return max(0.0, owed - self._burst) / self._per_second

    def try_reserve(self, client: str, units: int, now: float) -> bool:
        """Count units of work of a client, unless that would exceed a burst. Return whether they were counted."""
        self.reserve(client, units, now)
        owed, _ = self._owed[client]
        if owed > self._burst:
            self._owed[client] = (owed - units, now)
        return owed <= self._burst

    def _forget(self, now: float) -> None:
        self._owed = {
            client: (owed, since)
            for client, (owed, since) in self._owed.items()
            if owed > (now - since) * self._per_second
        }
