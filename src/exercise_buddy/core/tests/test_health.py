import asyncio

from structlog.testing import capture_logs

from exercise_buddy.core.db.database import Database
from tests.support import Client, Connection, RunningApp


async def test_alive_and_ready(app: RunningApp, client: Client) -> None:
    alive = await client.get("/health")
    ready = await client.get("/health/ready")

    assert alive.json() == {"status": "healthy", "version": app.app.version}
    assert ready.json() == {"status": "ready"}


async def test_not_ready_while_migrations_are_behind(client: Client, connection: Connection) -> None:
    await connection.execute("UPDATE alembic_version SET version_num = '0001'")

    behind = await client.get("/health/ready")
    await connection.execute("DROP TABLE alembic_version")
    never = await client.get("/health/ready")

    assert (behind.status_code, never.status_code) == (503, 503)
    assert "not migrated" in behind.json()["detail"]
    assert "not migrated" in never.json()["detail"]


async def test_ready_when_a_newer_release_has_migrated_already(client: Client, connection: Connection) -> None:
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")

    ahead = await client.get("/health/ready")

    assert ahead.status_code == 200


async def test_readiness_answers_in_time_when_the_database_does_not(client: Client, connection: Connection) -> None:
    async with connection.transaction():
        await connection.execute("LOCK TABLE alembic_version")
        with capture_logs() as logs:
            response = await client.get("/health/ready")

    assert response.status_code == 503
    assert [entry["error"] for entry in logs if entry["event"] == "not_ready"] == ["TimeoutError"]


async def test_a_flood_of_probes_is_refused_and_others_are_not(app: RunningApp) -> None:
    async with app.client("198.51.100.1") as flood, app.client("198.51.100.2") as balancer:
        responses = [await flood.get("/health") for _ in range(130)]
        other = await balancer.get("/health/ready")

    refused = next(response for response in responses if response.status_code == 429)
    assert [response.status_code for response in responses[:100]] == [200] * 100
    assert (refused.headers["retry-after"], refused.headers["connection"]) == ("1", "close")
    assert other.status_code == 200


async def test_probes_share_one_connection(app: RunningApp, client: Client) -> None:
    database: Database = app.state["database"]

    ready = await asyncio.gather(*(client.get("/health/ready") for _ in range(50)))

    assert {response.status_code for response in ready} == {200}
    assert database.reads.get_size() <= 2


async def test_a_long_path_is_logged_in_part(client: Client) -> None:
    with capture_logs() as logs:
        await client.get("/api/v1/" + "a" * 30_000)

    assert max(len(str(entry)) for entry in logs) < 2000
