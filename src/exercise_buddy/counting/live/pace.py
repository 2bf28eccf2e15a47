"""Back-pressure: a client that sends faster than allowed waits, because the server reads no further."""

import time


class Pace:
    """Spreads amounts over time: so many a second, after a burst of one second."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._busy_until = 0.0

    def add(self, amount: int) -> float:
        """Account for an amount; return for how many seconds it exceeds the pace."""
        now = time.monotonic()
        self._busy_until = max(self._busy_until, now - 1) + amount / self._per_second
        return max(0.0, self._busy_until - now)
