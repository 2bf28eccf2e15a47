"""One transaction per request, committed before the answer leaves."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from exercise_buddy.core.db.database import Database, DatabaseDep, SessionDep
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.problems import Conflict
from tests.support import Client, Connection, RunningApp, StartApp


class Refused(Conflict):
    slug = "refused"
    title = "Refused"


class RefusedAndKept(Conflict):
    slug = "refused-and-kept"
    title = "Refused, and kept"
    keeps_writes = True


router = Router(prefix="/notes", tag="notes")
NOTE = sa.text("INSERT INTO note (body) VALUES (:body)")


@router.post("")
async def write(session: SessionDep, outcome: str) -> str:
    await session.exec(NOTE, params={"body": outcome})  # type: ignore[call-overload]
    match outcome:
        case "refused":
            raise Refused
        case "kept":
            raise RefusedAndKept
        case "crash":
            raise RuntimeError("a bug")
    return outcome


@router.post("/sql")
async def run(session: SessionDep, statement: str) -> str:
    await session.exec(sa.text(statement))  # type: ignore[call-overload]
    return "done"


@router.get("/sql")
async def read(database: DatabaseDep, statement: str) -> str:
    async with database.reading() as connection:
        return str(await connection.fetchval(statement))


@pytest.fixture
async def app(start_app: StartApp, connection: Connection) -> RunningApp:
    await connection.execute(
        "CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY, body text CHECK (body <> 'forbidden'),"
        " size smallint, UNIQUE (body) DEFERRABLE INITIALLY DEFERRED)"
    )
    return await start_app(router)


async def bodies(connection: Connection) -> list[str]:
    return [row["body"] for row in await connection.fetch("SELECT body FROM note ORDER BY id")]


async def test_a_success_is_committed_when_the_answer_arrives(client: Client, connection: Connection) -> None:
    response = await client.post("/api/v1/notes?outcome=fine")

    assert response.status_code == 200
    assert await bodies(connection) == ["fine"]


@pytest.mark.parametrize(("outcome", "status"), [("refused", 409), ("crash", 500)])
async def test_whatever_is_raised_rolls_back(client: Client, connection: Connection, outcome: str, status: int) -> None:
    response = await client.post(f"/api/v1/notes?outcome={outcome}")

    assert response.status_code == status
    assert await bodies(connection) == []


async def test_a_problem_may_keep_what_was_written(client: Client, connection: Connection) -> None:
    response = await client.post("/api/v1/notes?outcome=kept")

    assert response.status_code == 409
    assert await bodies(connection) == ["kept"]


async def test_a_commit_that_fails_is_no_success(client: Client, connection: Connection) -> None:
    await client.post("/api/v1/notes?outcome=twice")
    response = await client.post("/api/v1/notes?outcome=twice")

    assert response.status_code == 409
    assert await bodies(connection) == ["twice"]


@pytest.mark.parametrize(
    ("statement", "status", "problem"),
    [
        ("INSERT INTO note (body) VALUES ('forbidden')", 422, "invalid-input"),
        ("INSERT INTO note (size) VALUES (99999)", 422, "invalid-input"),
        ("SELECT '0001-01-01'::timestamptz - interval '9999 years'", 422, "invalid-input"),
        ("SELECT 1 / 0", 422, "invalid-input"),
        ("SELECT * FROM nowhere", 503, "unavailable"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", 503, "unavailable"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$", 503, "unavailable"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$", 503, "unavailable"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57014'; END $$", 503, "unavailable"),
        ("DO $$ BEGIN RAISE EXCEPTION 'a bug of ours'; END $$", 500, "internal-error"),
        ("SELEKT", 500, "internal-error"),
    ],
)
async def test_faults_of_the_database_have_one_answer_each(
    client: Client, statement: str, status: int, problem: str
) -> None:
    written = await client.post("/api/v1/notes/sql", params={"statement": statement})
    read = await client.get("/api/v1/notes/sql", params={"statement": statement.replace("INSERT", "INSERT")})
    after = await client.post("/api/v1/notes?outcome=after")

    assert (written.status_code, written.json()["type"]) == (status, f"/problems/{problem}")
    if not statement.startswith("INSERT"):
        assert (read.status_code, read.json()["type"]) == (status, f"/problems/{problem}")
    if status == 503:
        assert int(written.headers["retry-after"]) >= 1
    assert after.status_code == 200


async def test_the_read_pool_writes_nothing(client: Client, connection: Connection) -> None:
    statement = "INSERT INTO note (body) VALUES ('sneaked in') RETURNING body"

    response = await client.get("/api/v1/notes/sql", params={"statement": statement})

    assert response.status_code >= 500
    assert await bodies(connection) == []


SETTINGS = {
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "5s",
    "lock_timeout": "4s",
    "idle_in_transaction_session_timeout": "10s",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS.items())
async def test_every_connection_has_its_limits(client: Client, name: str, value: str) -> None:
    check = f"DO $$ BEGIN ASSERT current_setting('{name}') = '{value}'; END $$"

    read = await client.get("/api/v1/notes/sql", params={"statement": f"SHOW {name}"})
    written = await client.post("/api/v1/notes/sql", params={"statement": check})

    assert read.json() == value
    assert written.status_code == 200


async def test_a_lock_that_is_not_given_up_ends_in_try_again(client: Client, connection: Connection) -> None:
    async with connection.transaction():
        await connection.execute("LOCK TABLE note")
        response = await client.post("/api/v1/notes?outcome=waiting")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_full_pool_ends_in_try_again_and_recovers(
    start_app: StartApp, connection: Connection, method: str
) -> None:
    del connection
    small = await start_app(router, database_pool_size=1)
    database: Database = small.state["database"]
    question = {"statement": "SELECT 1"}

    async with small.client() as client:
        async with database.reading(), database.transaction() as session:
            await session.connection()
            refused = await client.request(method, "/api/v1/notes/sql", params=question)
        after = await client.request(method, "/api/v1/notes/sql", params=question)

    assert refused.status_code == 503
    assert after.status_code == 200


async def test_the_pools_survive_a_server_that_closes_their_connections(client: Client, connection: Connection) -> None:
    await client.get("/api/v1/notes/sql", params={"statement": "SELECT 1"})
    await client.post("/api/v1/notes?outcome=before")
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    await asyncio.sleep(0.2)

    read = await client.get("/api/v1/notes/sql", params={"statement": "SELECT 1"})
    written = await client.post("/api/v1/notes?outcome=after")

    assert read.status_code == 200
    assert written.status_code == 200


async def test_a_database_that_is_away_is_503_not_500(start_app: StartApp, connection: Any) -> None:
    del connection
    away = await start_app(router, database_url="postgresql://nobody:x@127.0.0.1:1/nowhere")

    async with away.client() as client:
        read = await client.get("/api/v1/notes/sql", params={"statement": "SELECT 1"})
        written = await client.post("/api/v1/notes?outcome=x")
        alive = await client.get("/health")
        ready = await client.get("/health/ready")

    assert [r.status_code for r in (read, written, alive, ready)] == [503, 503, 200, 503]
    assert ready.headers["retry-after"] == "5"
