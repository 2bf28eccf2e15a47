"""What is measured when Prometheus asks, because it is of the whole server: the database, disks, queues, backups.

Each process measures the same, so these values are not summed over processes. Nobody needs to sign in to ask, so a
result is used again for some time, and askers share what is being measured.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self, TypeAlias

import structlog
from prometheus_client import Metric
from prometheus_client.metrics_core import GaugeMetricFamily

from exercise_buddy.core.tasks import end_tasks

# A connection is opened within 2.5 s, or not at all. Prometheus gives up after 10 s.
_WAIT_SECONDS = 4.0

Observed: TypeAlias = Sequence[Metric]

log = structlog.get_logger()


@dataclass(slots=True)
class Observation:
    """Something to measure.

    Attributes:
        name: for the log.
        measure: returns the metrics. What it raises is logged, and then they are missing.
        kept_seconds: how long a result is used again.

    """

    name: str
    measure: Callable[[], Awaitable[Observed]]
    kept_seconds: float = 5.0
    found: Observed = ()
    task: "asyncio.Task[None] | None" = None
    _measured_at: float = field(default=float("-inf"))

    def refresh(self) -> None:
        """Begin to measure, unless the last result is still used or another one is under way."""
        is_measuring = self.task is not None and not self.task.done()
        if not is_measuring and time.monotonic() - self._measured_at >= self.kept_seconds:
            self.task = asyncio.create_task(self._measure())

    async def _measure(self) -> None:
        try:
            self.found = await self.measure()
        except Exception as error:  # noqa: BLE001  (for example, the database is down: the other metrics are shown)
            self.found = ()
            log.warning("metrics_incomplete", observation=self.name, error=type(error).__name__)
        finally:
            self._measured_at = time.monotonic()


class Observations:
    """All that is measured when Prometheus asks."""

    def __init__(self, *observations: Observation) -> None:
        self._observations = observations

    def __iter__(self) -> Iterator[Observation]:
        """Yield each observation."""
        return iter(self._observations)

    @classmethod
    @asynccontextmanager
    async def open(cls, *observations: Observation) -> AsyncIterator[Self]:
        """Yield the observations, and end at the end what is being measured."""
        opened = cls(*observations)
        try:
            yield opened
        finally:
            await end_tasks(*opened._list_tasks())

    async def read(self) -> Observed:
        """Return what was observed. What is not measured in time has its last value, if it has one."""
        for observation in self._observations:
            observation.refresh()
        if tasks := self._list_tasks():
            # Not cancelled when the asker leaves: others may ask.
            await asyncio.wait(tasks, timeout=_WAIT_SECONDS)
        return [metric for observation in self._observations for metric in observation.found]

    def _list_tasks(self) -> list["asyncio.Task[None]"]:
        tasks = [observation.task for observation in self._observations]
        return [task for task in tasks if task is not None and not task.done()]


def build_gauge(name: str, description: str, value: float) -> Metric:
    """Return a gauge without labels that has a value."""
    return GaugeMetricFamily(name, description, value=value)
