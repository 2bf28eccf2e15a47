"""Back-pressure: a client that sends faster than allowed waits, because the server reads no further."""

import asyncio


class Pace:
    """Spreads amounts over time: so many a second, after a burst of one second."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._busy_until = 0.0

    async def wait(self, amount: int) -> None:
        """Account for an amount; wait as long as it exceeds the pace."""
        now = asyncio.get_running_loop().time()
        self._busy_until = max(self._busy_until, now - 1) + amount / self._per_second
        if self._busy_until > now:
            await asyncio.sleep(self._busy_until - now)
