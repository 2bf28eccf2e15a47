"""How often a process may be restarted before its supervisor gives up."""

import time
from collections import deque

MAX_RESTARTS = 5
SECONDS = 60.0


class RestartLimit:
    """Counts the restarts of one process, as `StartLimitBurst` of systemd does.

    A process that dies again at once has a cause that another start does not remove. One that dies now and then is
    restarted for ever: its log tells why.

    Args:
        max_restarts: the number of restarts within `seconds`.
        seconds: the length of the window.

    """

    def __init__(self, max_restarts: int = MAX_RESTARTS, seconds: float = SECONDS) -> None:
        self.max_restarts = max_restarts
        self.seconds = seconds
        self._times: deque[float] = deque()

    def allow(self) -> bool:
        """Count a restart; return whether there are few enough to try it."""
        now = time.monotonic()
        while self._times and self._times[0] <= now - self.seconds:
            self._times.popleft()
        self._times.append(now)
        return len(self._times) <= self.max_restarts
