"""Windows of rate limits in the memory of this process: without a store, and while the store does not respond.

While it does not, the processes cannot count together. A strict limit, such as that of failed logins, is divided among
them, so that all together they keep it; the others stay as they are for each process, because connections are not
divided evenly. What a strict limit has charged meanwhile is charged to the store when it responds again.
"""

from collections.abc import Mapping
from typing import NamedTuple

from limits import RateLimitItem

from exercise_buddy.core.ops.memory_storage import MemoryWindowStorage

# No name of a limit contains it.
_KEY = "\0"


class WindowState(NamedTuple):
    """The state of a window; `reset_time` is in seconds since 1970. Each request has one, so it is not a dataclass."""

    quota: int
    remaining: int
    reset_time: float
    accepted: bool


class LocalWindows:
    """Charges to moving windows of this process."""

    def __init__(self, items: Mapping[str, RateLimitItem]) -> None:
        self._storage = MemoryWindowStorage()
        # What stands before and after a key in the key of its window, and the length of the window. The coroutines of
        # the library take four times as long.
        self._places: dict[str, tuple[str, str, int]] = {}
        for name, item in items.items():
            prefix, _, suffix = item.key_for(name, _KEY).partition(_KEY)
            self._places[name] = prefix, suffix, item.get_expiry()

    def charge(self, name: str, key: str, quota: int, cost: int) -> WindowState:
        """Charge a cost to the window of a key, if its quota suffices."""
        prefix, suffix, expiry = self._places[name]
        accepted, since, hits = self._storage.hit(f"{prefix}{key}{suffix}", quota, expiry, cost)
        return WindowState(quota, quota - hits, since + expiry, accepted)

    def peek(self, name: str, key: str, quota: int) -> WindowState:
        """Return the state of the window of a key. `accepted`: whether a request would pass."""
        prefix, suffix, expiry = self._places[name]
        since, hits = self._storage.look_up(f"{prefix}{key}{suffix}", expiry)
        return WindowState(quota, quota - hits, since + expiry, hits < quota)

    def reset(self, name: str, key: str) -> None:
        """Delete the window of a key."""
        prefix, suffix, _ = self._places[name]
        self._storage.remove(f"{prefix}{key}{suffix}")
