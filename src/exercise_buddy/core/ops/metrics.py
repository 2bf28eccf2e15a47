"""What an operator's Prometheus reads: how many requests there were, how long they took, how full the pools are.

Several processes that share a port answer as one: each keeps its numbers in files of `PROMETHEUS_MULTIPROC_DIR`, which
`serve` makes for its workers, and whoever is asked adds all of them up. Labels are few and fixed: the template of the
path, never the path itself, which anybody may make up.
"""

import os
import time
from pathlib import Path
from typing import cast

from fastapi import FastAPI, Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy.pool import QueuePool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exercise_buddy.core.db.database import Database

PATH = "/metrics"
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
"""The name that prometheus-client looks for in the environment, when it is imported."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"})


class Metrics:
    """The numbers of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "http_requests",
            "Requests that were answered. HEAD counts as GET.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._durations = Histogram(
            "http_request_duration_seconds",
            "From the request's head to the answer's end.",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._in_progress = Gauge(
            "http_requests_in_progress",
            "Requests that are being answered.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._connections = Gauge(
            "database_pool_connections",
            "Open connections to the database.",
            ["pool", "state"],
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        self._most = Gauge(
            "database_pool_connections_max",
            "The most connections that the pool opens.",
            ["pool"],
            multiprocess_mode="livesum",
            registry=self._registry,
        )

    def begin(self) -> None:
        """Note that a request has come."""
        self._in_progress.inc()

    def end(self, scope: Scope, status: int, seconds: float) -> None:
        """Note that a request was answered."""
        self._in_progress.dec()
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(method, route).observe(seconds)
        self.look_at(scope["state"]["database"])

    def look_at(self, database: Database) -> None:
        """Note how many connections the pools of this process have."""
        reads, writes = database.reads, cast("QueuePool", database.engine.pool)
        idle = reads.get_idle_size()
        self._connections.labels("read", "idle").set(idle)
        self._connections.labels("read", "in_use").set(reads.get_size() - idle)
        self._connections.labels("write", "idle").set(writes.checkedin())
        self._connections.labels("write", "in_use").set(writes.checkedout())
        self._most.labels("read").set(reads.get_max_size())
        self._most.labels("write").set(writes.size())

    def text(self) -> bytes:
        """Write all numbers, those of the other processes among them, as Prometheus reads them."""
        together = CollectorRegistry()
        try:
            collector = MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        except ValueError:
            # The environment names no folder: there is this process only.
            return generate_latest(self._registry)
        _forget_the_dead(Path(collector._path))  # noqa: SLF001
        return generate_latest(together)


def _forget_the_dead(directory: Path) -> None:
    # What a worker that has gone has counted goes on counting. What it had in hand does not.
    for path in directory.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not _lives(pid):
            mark_process_dead(pid, str(directory))  # type: ignore[no-untyped-call]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class MetricsMiddleware:
    """Pure ASGI middleware that counts requests and takes their time."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or hand on what is none."""
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
    """Serve them at `/metrics`."""

    def read_metrics(request: Request) -> Response:
        metrics.look_at(request.state.database)
        return Response(metrics.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    app.add_api_route(PATH, read_metrics, include_in_schema=False)
