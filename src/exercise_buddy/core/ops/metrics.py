"""Metrics for Prometheus: the number and duration of requests, tasks, and the use of the connection pools.

Processes that share a port report as one: each stores its numbers in files of `PROMETHEUS_MULTIPROC_DIR`, which `serve`
creates for its workers, and the process that serves a scrape adds them up. What is not of a process but of the whole
server, such as the mails that wait, is measured for the scrape (see `observations`) and added to nothing. Labels have
few fixed values: the template of the path, not the path itself, which clients can choose freely.
"""

import asyncio
import os
import time
from pathlib import Path
from typing import cast

from anyio import to_thread
from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy.pool import QueuePool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.ops.observations import Observations, Observed

PATH = "/metrics"
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that prometheus-client reads when it is imported."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# To list 1,000 tasks takes 0.1 ms.
_TASKS_SECONDS = 5.0
_METHODS = frozenset({"DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"})


class Metrics:
    """The metrics of one application. Slices add theirs to its registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._requests = Counter(
            "http_requests",
            "Completed requests. HEAD counts as GET.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "Time from the head of the request to the end of the response.",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._in_progress = Gauge(
            "http_requests_in_progress",
            "Requests in progress.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._pools = _PoolGauges(registry)
        # A worker that is replaced counts as a start. The files of ended ones remain, and the latest start is the most.
        Gauge(
            "process_start_time_seconds",
            "Unix time of the latest start of a process of this server.",
            multiprocess_mode="max",
            registry=registry,
        ).set(time.time())
        # The search for the children of a metric takes longer than what they record.
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

        self._tasks = Gauge(
            "asyncio_tasks",
            "Tasks of the event loops, at most five seconds before the last request.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._tasks_counted_at = -_TASKS_SECONDS

    def begin(self) -> None:
        """Record the start of a request."""
        self._in_progress.inc()

    def end(self, scope: Scope, status: int, seconds: float) -> None:
        """Record the end of a request."""
        self._in_progress.dec()
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        children = self._children.get((method, route, status))
        if children is None:
            children = (self._requests.labels(method, route, str(status)), self._durations.labels(method, route))
            self._children[method, route, status] = children
        requests, durations = children
        requests.inc()
        durations.observe(seconds)
        self.record_pools(scope["state"]["database"])
        if (now := time.monotonic()) - self._tasks_counted_at >= _TASKS_SECONDS:
            self._tasks_counted_at = now
            self._tasks.set(len(asyncio.all_tasks()))

    def record_pools(self, database: Database) -> None:
        """Record the number of connections in the pools of this process."""
        self._pools.record(database)

    def render(self, observed: Observed = ()) -> bytes:
        """Return the metrics of all processes, and what was observed, in the text format of Prometheus."""
        return self._render_processes() + generate_latest(_ObservedCollector(observed))

    def _render_processes(self) -> bytes:
        combined = CollectorRegistry()
        try:
            collector = MultiProcessCollector(combined)  # type: ignore[no-untyped-call]
        except ValueError:
            # The environment names no folder: this is the only process.
            return generate_latest(self._registry)
        _discard_dead_processes(Path(collector._path))  # noqa: SLF001
        return generate_latest(combined)


class _PoolGauges:
    """The number of connections in the pools of this process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        connections = Gauge(
            "database_pool_connections",
            "Open connections to the database.",
            ["pool", "state"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        most = Gauge(
            "database_pool_connections_max",
            "Maximum number of connections of the pool.",
            ["pool"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        pools = ("read", "write")
        self._gauges = [
            *(connections.labels(pool, state) for pool in pools for state in ("idle", "in_use")),
            *(most.labels(pool) for pool in pools),
        ]
        self._recorded: tuple[int, ...] = ()

    def record(self, database: Database) -> None:
        """Record the numbers, if they have changed: after most requests, they have not."""
        reads, writes = database.reads, cast("QueuePool", database.engine.pool)
        idle = reads.get_idle_size()
        read_numbers = (idle, reads.get_size() - idle)
        write_numbers = (writes.checkedin(), writes.checkedout())
        numbers = (*read_numbers, *write_numbers, reads.get_max_size(), writes.size())
        if numbers != self._recorded:
            self._recorded = numbers
            for gauge, number in zip(self._gauges, numbers, strict=True):
                gauge.set(number)


class _ObservedCollector:
    """What was observed, in the form of a registry."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed

    def collect(self) -> Observed:
        return self._observed


def _discard_dead_processes(directory: Path) -> None:
    # Counters of ended workers remain part of the totals; their gauges do not.
    for path in directory.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not _is_alive(pid):
            mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class MetricsMiddleware:
    """Counts requests and measures their duration."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request; pass other scopes on unchanged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.perf_counter()

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.begin()
        try:
            await self._app(scope, receive, watch)
        finally:
            self._metrics.end(scope, status, time.perf_counter() - started)


def install(app: FastAPI, metrics: Metrics) -> None:
    """Add the endpoint `/metrics` to the application."""

    async def read_metrics(request: Request) -> Response:
        observations: Observations = request.state.observations
        metrics.record_pools(request.state.database)
        observed = await observations.read()
        content = await to_thread.run_sync(metrics.render, observed)
        return Response(content, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    app.add_api_route(PATH, read_metrics, include_in_schema=False)
