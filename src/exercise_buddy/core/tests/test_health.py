from structlog.testing import capture_logs

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
