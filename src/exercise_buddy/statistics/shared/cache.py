"""The cache of statistics in the memory of a process, bounded in bytes.

An entry is the response to a request for a statistic, and the version of the user's data that it was computed from. It
answers the same request again only while that is the version in the database. So a write in any process takes effect
at once, and nobody has to tell the caches.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Self, TypeAlias

from prometheus_client import CollectorRegistry, Counter

from exercise_buddy.core.zstd import compress, decompress

CacheKey: TypeAlias = tuple[str, str, str, str, str]
"""The version of the app, the user, the media type, the path and the query of a request."""

MAX_IDLE_SECONDS = 3600.0
"""An entry that was not used for so long is dropped, so that no data of a deleted account stays for long."""

_COMPRESSED_FROM = 1024
"""Smaller contents are stored as they are: compressing 280 bytes saves 70."""
_ENTRY_BYTES = 600
"""What the objects of an entry take beside their content, measured."""


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a statistic: the revision of the user's data, and the local day."""

    revision: int
    today: date


@dataclass(frozen=True, slots=True)
class CachedStatistic:
    """A statistic, its version and its entity tag. The content may be compressed: 16 kB become 2."""

    version: Version
    tag: str
    stored: bytes
    is_compressed: bool

    @classmethod
    def of(cls, content: bytes, version: Version, tag: str) -> Self:
        """Return a statistic of this content."""
        is_compressed = len(content) >= _COMPRESSED_FROM
        return cls(version, tag, compress(content) if is_compressed else content, is_compressed)

    @property
    def content(self) -> bytes:
        """The content."""
        return decompress(self.stored) if self.is_compressed else self.stored


class StatisticsCache:
    """The statistics of this process that were used last: one version of each request.

    Args:
        max_bytes: the memory that the entries may take. With 0, nothing is stored.
        registry: receives the counter of uses.

    """

    def __init__(self, max_bytes: int, registry: CollectorRegistry) -> None:
        self._max_bytes = max_bytes
        # The least recently used first, with the time of its last use.
        self._entries: OrderedDict[CacheKey, tuple[float, CachedStatistic]] = OrderedDict()
        self.size = 0
        uses = Counter(
            "statistics_cache", "Statistics that were cached (hit) or computed (miss).", ["result"], registry=registry
        )
        self._hits, self._misses = uses.labels("hit"), uses.labels("miss")

    def __contains__(self, key: CacheKey) -> bool:
        """Return whether a request has an entry, of whatever version."""
        return key in self._entries

    def find(self, key: CacheKey, version: Version) -> CachedStatistic | None:
        """Return the statistic of a request if it has this version, which was read for this request."""
        entry = self._entries.get(key)
        if entry is None or entry[1].version != version:
            return None
        self._hits.inc()
        now = time.monotonic()
        self._entries[key] = (now, entry[1])
        self._entries.move_to_end(key)
        self._evict(now)
        return entry[1]

    def store(self, key: CacheKey, statistic: CachedStatistic) -> None:
        """Store a computed statistic in place of another version, and evict what was not used for the longest time."""
        self._misses.inc()
        now = time.monotonic()
        self._remove(key)
        self._entries[key] = (now, statistic)
        self.size += _entry_bytes(key, statistic)
        self._evict(now)

    def _evict(self, now: float) -> None:
        while self._entries:
            key, (used_at, _) = next(iter(self._entries.items()))
            if self.size <= self._max_bytes and now - used_at < MAX_IDLE_SECONDS:
                return
            self._remove(key)

    def _remove(self, key: CacheKey) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.size -= _entry_bytes(key, entry[1])


def _entry_bytes(key: CacheKey, statistic: CachedStatistic) -> int:
    return _ENTRY_BYTES + len(statistic.stored) + sum(map(len, key))
