"""What Prometheus reads."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from exercise_buddy.core.http.routing import Router
from tests.metrics import labelled, numbers_in, read
from tests.support import Client, StartApp

router = Router(prefix="/waiting", tag="waiting")
release = asyncio.Event()


@router.get("/{name}")
async def wait(name: str) -> str:
    if name == "crash":
        raise ZeroDivisionError
    await release.wait()
    return name


async def test_they_are_there_only_when_wanted(client: Client) -> None:
    response = await client.get("/metrics")

    assert response.status_code == 404


async def test_requests_are_counted_by_what_they_ask_for(start_app: StartApp) -> None:
    app = await start_app(router, metrics_enabled=True, rate_limits={"anonymous": "8/minute"})
    async with app.client() as client:
        for path in ("/api/v1/users/me", "/api/v1/workouts/a", "/api/v1/workouts/b", "/nowhere/a", "/nowhere/b"):
            await client.get(path)
        await client.head("/health")
        await client.request("BREW", "/nowhere")
        await client.get("/api/v1/waiting/crash")
        await client.get("/health/ready")
        # Two more than the limit allows.
        for _ in range(2):
            await client.get("/nowhere")
        last = await client.get("/nowhere")
    found = await read(app)

    def requests(method: str, route: str, status: str) -> float | None:
        return found.get(("http_requests_total", labelled(method=method, route=route, status=status)))

    assert last.status_code == 429
    assert requests("GET", "/api/v1/users/me", "401") == 1
    assert requests("GET", "/api/v1/workouts/{workout_id}", "401") == 2
    assert requests("GET", "none", "404") == 3
    assert requests("GET", "none", "429") == 2
    assert requests("GET", "/health", "200") == 1
    assert requests("other", "none", "404") == 1
    assert requests("GET", "/api/v1/waiting/{name}", "500") == 1
    assert found["asyncio_tasks", labelled()] > 1
    count = found["http_request_duration_seconds_count", labelled(method="GET", route="none")]
    within = found["http_request_duration_seconds_bucket", labelled(method="GET", route="none", le="+Inf")]
    assert count == within == 5
    assert 0 < found["http_request_duration_seconds_sum", labelled(method="GET", route="none")] < 60


async def test_what_is_being_answered_and_the_pools_are_shown_as_they_are(start_app: StartApp) -> None:
    app = await start_app(router, metrics_enabled=True)
    release.clear()
    async with app.client() as client:
        waiting = [asyncio.create_task(client.get(f"/api/v1/waiting/{n}")) for n in range(3)]
        await asyncio.sleep(0)
        async with app.state["database"].reading(), app.state["database"].reading():
            before = await read(app)
        release.set()
        await asyncio.gather(*waiting)
    after = await read(app)

    # The reader itself is one.
    assert before["http_requests_in_progress", labelled()] == 4
    assert after["http_requests_in_progress", labelled()] == 1
    assert before["database_pool_connections", labelled(pool="read", state="in_use")] == 2
    assert after["database_pool_connections", labelled(pool="read", state="in_use")] == 0
    assert after["database_pool_connections", labelled(pool="read", state="idle")] == 2
    # Tasks may look for mails and imports meanwhile.
    assert 0 <= after["database_pool_connections", labelled(pool="write", state="in_use")] <= 2
    assert {after["database_pool_connections_max", labelled(pool=pool)] for pool in ("read", "write")} == {5}


_PROCESS = """
import os, sys
from prometheus_client import CollectorRegistry
from exercise_buddy.core.ops.metrics import Metrics

metrics = Metrics(CollectorRegistry())
for _ in range(int(sys.argv[1])):
    metrics.begin()
metrics._requests.labels("GET", "/health", "200").inc()
if sys.argv[2] == "read":
    print(metrics.render().decode())
"""


def test_processes_that_share_a_folder_answer_as_one(tmp_path: Path) -> None:
    def run(in_progress: int, then: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", _PROCESS, str(in_progress), then],
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    run(5, "die")
    before = time.time()
    found = numbers_in(run(2, "read"))

    # What the dead one has counted stays. What it was answering does not.
    counted = labelled(method="GET", route="/health", status="200")
    assert found["http_requests_total", counted] == 2
    assert found["http_requests_in_progress", labelled()] == 2
    # The later one of both starts, not their sum.
    assert before <= found["process_start_time_seconds", labelled()] <= time.time()
