"""How long requests wait for a connection of a pool, for Prometheus. Without a wait, they count with zero seconds."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Histogram
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolProxiedConnection

# A request waits for at most 3 s.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

RecordWait = Callable[[float], None]
"""Called with the seconds of each wait for a connection, whether there was one in the end or not."""


class PoolWaits:
    """The waits for connections of one application."""

    def __init__(self, registry: CollectorRegistry) -> None:
        seconds = Histogram(
            "database_pool_wait_seconds",
            "Time until a connection of the pool is free, or is opened.",
            ["pool"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self.record_read: RecordWait = seconds.labels("read").observe
        self.record_replica: RecordWait = seconds.labels("replica").observe
        self.record_write: RecordWait = seconds.labels("write").observe


def build_measured_pool(record_wait: RecordWait) -> type[AsyncAdaptedQueuePool]:
    """Return a pool of SQLAlchemy that records how long its users wait."""

    class MeasuredPool(AsyncAdaptedQueuePool):
        def connect(self) -> PoolProxiedConnection:
            started = time.perf_counter()
            try:
                return super().connect()
            finally:
                record_wait(time.perf_counter() - started)

    return MeasuredPool
