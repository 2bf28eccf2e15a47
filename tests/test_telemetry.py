"""What a collector of OpenTelemetry receives."""

import gzip
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import ValidationError

from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.support import import_file
from tests.support import PASSWORD, RunningApp, running, sign_up

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT_ID = "b7ad6b7169203331"
CREATE = "POST /api/v1/workouts"


class Collector:
    """The spans and the metrics that have arrived."""

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.spans: list[Any] = []
        self.metrics: set[str] = set()
        self.bodies: list[bytes] = []

    def receive(self, path: str, body: bytes) -> None:
        self.bodies.append(body)
        if path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        elif path == "/v1/metrics":
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                self.metrics |= {metric.name for scope in resource.scope_metrics for metric in scope.metrics}

    def find(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.receive(self.path, gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(server.server_address[1])
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def attributes(span: Any) -> dict[str, Any]:
    return {item.key: item.value.string_value or item.value.int_value for item in span.attributes}


async def start(stack: AsyncExitStack, settings: Settings, endpoint: str) -> RunningApp:
    changed = Settings.model_validate({**settings.__dict__, "otel_exporter_otlp_endpoint": endpoint})
    return await stack.enter_async_context(running(create_app(changed)))


async def test_a_request_is_a_span_with_its_statements(settings: Settings) -> None:
    with collecting() as collector:
        async with AsyncExitStack() as stack:
            app = await start(stack, settings, collector.endpoint)
            ann = await sign_up(app, "ann")
            headers = {"traceparent": f"00-{TRACE_ID}-{PARENT_ID}-01"}
            workout = {"started_at": "2026-05-01T10:00:00Z"}
            await ann.client.get("/api/v1/workouts?limit=7", headers=headers)
            await ann.client.post("/api/v1/workouts", json=workout)
            await ann.client.head("/api/v1/users/me")
            await ann.client.get("/nowhere/secret-path")

    listed = next(span for span in collector.spans if span.trace_id.hex() == TRACE_ID and span.kind == 2)
    statements = [span for span in collector.spans if span.parent_span_id == listed.span_id]
    inserts = [span.name for span in collector.spans if span.parent_span_id == collector.find(CREATE)[0].span_id]
    assert listed.name == "GET /api/v1/workouts"
    assert listed.parent_span_id.hex() == PARENT_ID
    assert attributes(listed) | {"request_id": ""} == {
        "request_id": "",
        "http.request.method": "GET",
        "http.route": "/api/v1/workouts",
        "http.response.status_code": 200,
        "url.scheme": "http",
    }
    assert [span.name for span in statements] == ["auth/active_sessions/is_active", "WITH"]
    assert attributes(statements[0])["db.system.name"] == "postgresql"
    assert len(collector.find(CREATE)) == 1
    assert [name for name in inserts if "/" in name]
    assert len(collector.find("GET /api/v1/users/me")) == 1
    assert len(collector.find("GET")) == 1
    assert {"http.server.request.duration", "db.client.operation.duration"} <= collector.metrics
    sent = b"".join(collector.bodies)
    assert not [text for text in (ann.id, PASSWORD, "secret-path", "203.0.113.7") if text.encode() in sent]


async def test_an_import_is_a_span_with_the_statements_of_its_job(settings: Settings) -> None:
    with collecting() as collector:
        async with AsyncExitStack() as stack:
            app = await start(stack, settings, collector.endpoint)
            ann = await sign_up(app, "ann")
            await import_file(ann, files.hevy(files.hevy_row()))

    [imported] = collector.find("POST /api/v1/imports")
    statements = {span.name for span in collector.spans if span.parent_span_id == imported.span_id}
    # It has a connection of its own. SELECT: whether it is the only job of the user.
    assert {"DISCARD", "SELECT", "INSERT"} <= statements


async def test_a_statement_that_fails_is_an_error(settings: Settings) -> None:
    with collecting() as collector:
        async with AsyncExitStack() as stack:
            app = await start(stack, settings, collector.endpoint)
            async with app.state["database"].reading() as connection:
                with pytest.raises(Exception, match="division by zero"):
                    await connection.fetchval("SELECT 1 / 0")

    [span] = [span for span in collector.spans if span.name == "SELECT" and span.status.code == 2]
    assert attributes(span)["error.type"] == "22012"


async def test_without_a_collector_requests_are_served(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        app = await start(stack, settings, "http://127.0.0.1:9")
        async with app.client() as client:
            response = await client.get("/health/ready")

    assert response.status_code == 200


async def test_an_address_without_a_scheme_is_refused(settings: Settings) -> None:
    with pytest.raises(ValidationError, match="this is a base URL"):
        Settings.model_validate({**settings.__dict__, "otel_exporter_otlp_endpoint": "collector:4318"})
