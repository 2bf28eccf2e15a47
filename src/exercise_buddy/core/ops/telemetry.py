"""Traces and metrics in the form of OpenTelemetry, which are sent by OTLP.

A request is a span with the template of its path, and a statement a span with its name: neither tells who the user is,
and no value of a statement leaves the process. A `traceparent` of the client or of a proxy is continued.
https://opentelemetry.io/docs/specs/semconv/

Import this module only where it is configured: OpenTelemetry takes 20 MB.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import asyncpg
import structlog
from anyio import move_on_after, to_thread
from asyncpg.connection import LoggedQuery
from opentelemetry import propagate
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from sqlalchemy import Engine, event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NANOSECONDS = 1_000_000_000
_FIRST_SERVER_ERROR = 500
_METHODS = frozenset({"DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"})
_CONTEXT = (b"traceparent", b"tracestate")
# A collector that does not answer delays the end of the process by no more.
_EXPORT_SECONDS = 3.0


class Telemetry:
    """Makes the spans and the metrics of one process.

    Args:
        endpoint: the base URL of a collector, as `OTEL_EXPORTER_OTLP_ENDPOINT`.
        version: the version of the program.
        names: of each known statement, its name by its SQL.

    """

    def __init__(self, endpoint: str, version: str, names: Mapping[str, str]) -> None:
        base = endpoint.rstrip("/")
        # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take the place of this name.
        named = Resource({"service.name": "exercise-buddy", "service.version": version})
        given = Resource.create()
        resource = named if given.attributes["service.name"] == "unknown_service" else named.merge(given)
        spans = OTLPSpanExporter(f"{base}/v1/traces", timeout=_EXPORT_SECONDS)
        self._traces = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._traces.add_span_processor(BatchSpanProcessor(spans))
        metrics = OTLPMetricExporter(f"{base}/v1/metrics", timeout=_EXPORT_SECONDS)
        reader = PeriodicExportingMetricReader(metrics)
        self._meters = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
        self._tracer = self._traces.get_tracer("exercise_buddy", version)
        meter = self._meters.get_meter("exercise_buddy", version)
        self._requests = meter.create_histogram("http.server.request.duration", "s")
        self._statements = meter.create_histogram("db.client.operation.duration", "s")
        self._names = names

    @classmethod
    @asynccontextmanager
    async def run(cls, endpoint: str, version: str, names: Mapping[str, str]) -> AsyncIterator[Self]:
        """Yield the telemetry of a process. What was recorded is sent before it ends."""
        telemetry = cls(endpoint, version, names)
        try:
            yield telemetry
        finally:
            with move_on_after(2 * _EXPORT_SECONDS):
                await to_thread.run_sync(telemetry._stop, abandon_on_cancel=True)

    def _stop(self) -> None:
        self._traces.shutdown()
        self._meters.shutdown()

    # --- statements ----------------------------------------------------------------------------------------------

    def watch_connection(self, connection: asyncpg.Connection) -> None:
        """Record what a connection executes with the methods of the driver."""
        connection.add_query_logger(self._record_query)

    def watch_engine(self, engine: Engine) -> None:
        """Record what an engine executes with SQLAlchemy, which prepares its statements itself."""
        started: dict[int, float] = {}

        @event.listens_for(engine, "before_cursor_execute")
        def note_start(_connection: object, cursor: object, *_: object) -> None:
            started[id(cursor)] = time.perf_counter()

        @event.listens_for(engine, "after_cursor_execute")
        def record_end(_connection: object, cursor: object, sql: str, *_: object) -> None:
            self._record(sql, time.perf_counter() - started.pop(id(cursor)), None)

        @event.listens_for(engine, "handle_error")
        def record_error(context: Any) -> None:  # noqa: ANN401
            began = started.pop(id(context.cursor), None)
            if began is not None:
                self._record(context.statement, time.perf_counter() - began, context.original_exception)

    def _record_query(self, query: LoggedQuery) -> None:
        self._record(query.query, query.elapsed, query.exception)

    def _record(self, sql: str, seconds: float, error: BaseException | None) -> None:
        name = self._names.get(sql) or sql.lstrip().partition(" ")[0].upper()[:20] or "empty"
        attributes = {"db.system.name": "postgresql", "db.query.summary": name}
        if error is not None:
            attributes["error.type"] = getattr(error, "sqlstate", None) or type(error).__name__
        end = time.time_ns()
        start = end - int(seconds * _NANOSECONDS)
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes, start_time=start)
        if error is not None:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end)
        self._statements.record(seconds, attributes)

    # --- requests ------------------------------------------------------------------------------------------------

    async def follow(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request in a span."""
        carrier = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in _CONTEXT}
        method = scope["method"] if scope["method"] in _METHODS else "_OTHER"
        attributes: dict[str, str | int] = {"http.request.method": method, "url.scheme": scope["scheme"]}
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        with self._tracer.start_as_current_span(
            method, propagate.extract(carrier), SpanKind.SERVER, {"request_id": scope["state"]["request_id"]}
        ) as span:
            structlog.contextvars.bind_contextvars(trace_id=f"{span.get_span_context().trace_id:032x}")
            try:
                await app(scope, receive, watch)
            finally:
                route = getattr(scope.get("route"), "path", None)
                if route is not None:
                    attributes["http.route"] = route
                    span.update_name(f"{method} {route}")
                # Without a status, the client has gone before the response.
                if status:
                    attributes["http.response.status_code"] = status
                if status >= _FIRST_SERVER_ERROR:
                    attributes["error.type"] = str(status)
                    span.set_status(Status(StatusCode.ERROR))
                span.set_attributes(attributes)
                self._requests.record(time.perf_counter() - started, attributes)


class TelemetryMiddleware:
    """Records requests. What WebSockets do is no request, and is not recorded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request; pass other scopes on unchanged."""
        if scope["type"] == "http":
            telemetry: Telemetry = scope["state"]["telemetry"]
            await telemetry.follow(self._app, scope, receive, send)
        else:
            await self._app(scope, receive, send)
