"""The pace of the work that each client causes in this process: what exceeds it waits, and nobody else does.

A rate limit of a minute allows a burst that keeps a process busy for seconds. So work is also spread over time: a
client may cause `BURST` units at once, and `PER_SECOND` from then on, which is a fifth of a core.
"""

import asyncio
import time

PER_SECOND = 100.0
BURST = 400.0
_MANY_CLIENTS = 1000


class WorkPace:
    """The work that clients have caused and not waited for yet, in units (see `rate_limits.WORK`)."""

    def __init__(self) -> None:
        self._owed: dict[str, tuple[float, float]] = {}

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
        owed = max(0.0, owed - (now - since) * PER_SECOND)
        if len(self._owed) > _MANY_CLIENTS:
            self._forget(now)
        self._owed[client] = (owed + units, now)
        return max(0.0, owed - BURST) / PER_SECOND

    def try_reserve(self, client: str, units: int, now: float) -> bool:
        """Count units of work of a client, unless that would exceed a burst. Return whether they were counted."""
        self.reserve(client, units, now)
        owed, _ = self._owed[client]
        if owed > BURST:
            self._owed[client] = (owed - units, now)
        return owed <= BURST

    def _forget(self, now: float) -> None:
        self._owed = {
            client: (owed, since) for client, (owed, since) in self._owed.items() if owed > (now - since) * PER_SECOND
        }
