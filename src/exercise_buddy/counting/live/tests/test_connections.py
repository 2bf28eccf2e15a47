"""How long a connection lives: tokens, sessions, silence, and clients that send or read at another pace."""

import asyncio
import math
import time

import httpx2
import jwt
import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.security.key_files import LEEWAY_SECONDS
from exercise_buddy.counting.live.tests.support import LiveClient, connected, new_set, split, squat
from tests.serving import PortServer, Serve
from tests.support import SECRET, Person, wait_until


def expiring(token: str, seconds: float) -> str:
    """Return an access token that expires earlier."""
    claims = jwt.decode(token, options={"verify_signature": False})
    claims["exp"] = math.ceil(time.time() + seconds - LEEWAY_SECONDS)
    return jwt.encode(claims, SECRET, headers=jwt.get_unverified_header(token))


async def test_a_revoked_session_ends_the_connection(server: PortServer, ann: Person, token: str) -> None:
    set_id = new_set()
    times_ms, landmarks = squat(2)
    async with connected(server, token) as client:
        await client.start(set_id)
        await client.send_all(split(times_ms[:100], landmarks, 20))
        assert (await ann.post("/auth/logout", json={"refresh_token": ann.refresh_token})).status_code == 204
        problem, code = await client.read_problem()
        acknowledged = client.last("saved")["next_seq"]

    assert (problem["type"], code, acknowledged) == ("/problems/unauthenticated", 4401, 100)


async def test_a_connection_outlives_its_token_only_with_a_new_one(server: PortServer, token: str) -> None:
    async with connected(server, expiring(token, 1)) as expired, connected(server, expiring(token, 1)) as renewed:
        await expired.start(new_set())
        await renewed.start(new_set())
        await renewed.send("authenticate", access_token=token)
        problem, code = await expired.read_problem()
        await renewed.send_all(split(*squat(2), 60))
        counted = await renewed.end()

    assert (problem["type"], code) == ("/problems/unauthenticated", 4401)
    assert counted["count"] == 2


async def test_silent_clients_are_sent_away(serve: Serve, token: str) -> None:
    server = await serve(live_authenticate_seconds=2, live_idle_seconds=3)
    async with connected(server) as unknown, connected(server, token) as idle, connected(server, token) as active:
        await idle.start(new_set())
        await active.start(new_set())
        pinging = asyncio.create_task(ping(active))
        await unknown.send("ping")
        refused = [await unknown.read_problem(), await idle.read_problem()]
        pinging.cancel()
        await asyncio.gather(pinging, return_exceptions=True)
        await active.send("ping")
        await active.receive("pong")

    assert [(problem["type"], code) for problem, code in refused] == [("/problems/silent-client", 4408)] * 2


async def ping(client: LiveClient) -> None:
    while True:
        await client.send("ping")
        await client.receive("pong")
        await asyncio.sleep(0.05)


async def test_a_client_that_does_not_read_is_cut_off(
    server: PortServer, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = server.state["live"]
    async with connected(server, token) as client:
        await client.start(new_set())
        (connection,) = live.list_connections()
        client.socket.transport.pause_reading()
        monkeypatch.setattr("exercise_buddy.counting.live.connection._SEND_SECONDS", 0.3)
        monkeypatch.setattr("exercise_buddy.core.http.websocket_protocol.BoundedWebSocketProtocol.abort_seconds", 0.2)
        with capture_logs() as logged:
            for _ in range(200):
                connection.deliver_text("x" * 60_000)
                await asyncio.sleep(0)
            await wait_until(lambda: not live.list_connections())
            await wait_until(lambda: server.connections == 0)
        client.socket.transport.abort()

    assert [entry["status"] for entry in logged if entry["event"] == "websocket"] == [101]


async def test_a_client_that_sends_too_fast_waits(server: PortServer, token: str) -> None:
    times_ms, landmarks = squat(10)
    async with connected(server, token) as client:
        await client.start(new_set())
        started = time.monotonic()
        await client.send_all(split(times_ms, landmarks, 60))
        counted = await client.end()
        seconds = time.monotonic() - started

    # 660 samples, 240 a second after a burst of one second.
    assert seconds >= (len(times_ms) - 240) / 240 - 0.1
    assert counted["count"] == 10


async def test_a_connection_is_one_line_in_the_log(server: PortServer, ann: Person, token: str) -> None:
    with capture_logs() as logged:
        async with connected(server, token) as client:
            await client.send("ping")
            await client.receive("pong")
        await wait_until(lambda: any(entry["event"] == "websocket" for entry in logged))
    (line,) = [entry for entry in logged if entry["event"] == "websocket"]

    assert (line["route"], line["status"], line["code"]) == ("/api/v1/counting/live", 101, 1000)
    assert line["user_id"] == ann.id
    assert token not in str(logged)


async def test_what_prometheus_reads(serve: Serve, token: str) -> None:
    server = await serve(metrics_enabled=True)
    async with connected(server, token) as client:
        await client.start(new_set())
        await client.send_all(split(*squat(2), 60))
        await client.end()
    await wait_until(lambda: not server.state["live"].list_connections())
    async with httpx2.AsyncClient() as http:
        metrics = (await http.get(f"http://127.0.0.1:{server.port}/metrics")).text

    for line in (
        "live_connections 0.0",
        'live_connections_closed_total{reason="client"} 1.0',
        "live_samples_total 180.0",
        "live_reps_total 2.0",
        'live_sets_total{outcome="ended"} 1.0',
    ):
        assert f"\n{line}\n" in metrics
    assert "live_push_seconds_bucket" in metrics
