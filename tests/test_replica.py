"""Reads on a replica, with a real standby: each client sees what it has written, whatever the standby does."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg.pool import PoolConnectionProxy
from structlog.testing import capture_logs

from exercise_buddy.core.db import replica as replicas
from exercise_buddy.core.db.replica import Replica
from exercise_buddy.core.db.user_reads import UserReads
from exercise_buddy.settings import Settings
from tests.factories import BENCH, CUSTOM_EXERCISE, fives, workout
from tests.standbys import ReplicatedServers
from tests.support import Join, Person, RunCommand, RunningApp, StartApp, wait_until

# What a user's write must be seen in, and the requests that the replica may answer.
READS = (
    "/workouts",
    "/workouts?include=sets",
    "/exercises?custom=true",
    "/exercises?search=wall",
    "/routines",
    "/users/me/body-measurements",
    "/statistics/summary",
    "/statistics/records",
    "/statistics/dashboard",
    "/sync/changes",
)
_FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0"
LAST_MESSAGE = b"E" + (len(_FIELDS) + 4).to_bytes(4) + _FIELDS
"""How PostgreSQL says goodbye: an `ErrorResponse`, and no `ReadyForQuery` after it."""
# A busy machine may take longer than a server that does nothing else.
LONGEST_SECONDS = 8.0


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[ReplicatedServers]:
    with ReplicatedServers.running() as running:
        await running.migrate()
        yield running


@pytest.fixture
def database_url(servers: ReplicatedServers) -> str:
    return servers.primary.get_url()


@pytest.fixture
def settings(settings: Settings, servers: ReplicatedServers) -> Settings:
    values = settings.__dict__ | {"database_replica_url": servers.standby.get_url()}
    return Settings.model_validate(values)


@pytest.fixture
async def app(start_app: StartApp) -> RunningApp:
    return await start_usable(start_app)


@pytest.fixture
async def person(join: Join) -> Person:
    """A person of this test: the database is that of all tests here."""
    return await join(f"person-{uuid4().hex}")


async def start_usable(start_app: StartApp, **changed: object) -> RunningApp:
    """Start a process, and wait until it may ask the replica."""
    app = await start_app(**changed)
    await wait_until(lambda: get_replica(app).is_usable, 60)
    return app


def get_replica(app: RunningApp) -> Replica:
    replica: Replica = app.state["replica"]
    return replica


def count_results(app: RunningApp) -> Counter[str]:
    """Return how many reads had each result."""
    replica = get_replica(app)
    counters = {
        "answered": replica._answered,
        "behind": replica._behind,
        "failed": replica._failed,
        "not_usable": replica._unused,
    }
    return Counter({name: int(counter._value.get()) for name, counter in counters.items()})


def move(person: Person, app: RunningApp) -> Person:
    """Return the same person, whose requests another process serves."""
    client = app.client(Authorization=person.client.headers["Authorization"])
    return Person(person.id, person.email, person.password, person.refresh_token, client)


async def write_everything(person: Person) -> None:
    exercise = await person.post("/exercises", json=CUSTOM_EXERCISE)
    assert exercise.status_code == 201, exercise.text
    planned = {"exercise_id": exercise.json()["id"], "targets": [{"reps": 5}]}
    routine = await person.post("/routines", json={"name": "Wall day", "exercises": [planned]})
    assert routine.status_code == 201, routine.text
    await person.log(**workout({"exercise_id": exercise.json()["id"], "sets": [{"reps": 5}]}))
    await person.log(**workout())
    await person.weigh("2026-03-01", 80)


async def read_everything(person: Person) -> dict[str, Any]:
    found = {}
    for path in READS:
        response = await person.get(path)
        assert response.status_code == 200, (path, response.text)
        found[path] = response.json()
    return found


async def test_the_replica_answers_what_it_has_replayed(
    servers: ReplicatedServers, app: RunningApp, person: Person
) -> None:
    await write_everything(person)
    await servers.catch_up()
    before = count_results(app)

    found = await read_everything(person)

    results = count_results(app) - before
    assert set(results) == {"answered"}
    # Pages and the feed are several statements each.
    assert results["answered"] >= len(READS)
    assert len(found["/workouts"]["items"]) == 2
    assert {change["type"] for change in found["/sync/changes"]["items"]} >= {"workout", "routine", "exercise"}


async def test_everybody_sees_their_writes_in_every_process_while_the_replica_stands_still(
    servers: ReplicatedServers, start_app: StartApp, join: Join, person: Person
) -> None:
    other_app = await start_usable(start_app)
    idle = await join(f"idle-{uuid4().hex}")
    await idle.log(**workout())
    await servers.catch_up()

    async with servers.paused():
        await write_everything(person)
        before = count_results(other_app)
        found = await read_everything(elsewhere := move(person, other_app))
        results = count_results(other_app) - before
        after_a_write = Counter[bool]()
        for weight_kg in (110, 120, 130):
            logged = await person.log(**workout({"exercise_id": BENCH, "sets": fives(weight_kg)}))
            listed = await elsewhere.list_page("/workouts")
            changed = (await elsewhere.get("/sync/changes?limit=100")).json()["items"]
            records = (await elsewhere.get("/statistics/records")).text
            after_a_write += Counter(
                [logged["id"] in listed, changed[-1]["id"] == logged["id"], str(weight_kg) in records]
            )
        # The replica has what this one has written.
        before = count_results(other_app)
        listed_idle = await move(idle, other_app).list_page("/workouts")
        idle_results = count_results(other_app) - before
    await servers.catch_up()
    before = count_results(other_app)
    assert len(await elsewhere.list_page("/workouts")) == 5

    assert len(found["/workouts"]["items"]) == 2
    assert len(found["/exercises?custom=true"]["items"]) == len(found["/routines"]["items"]) == 1
    assert len(found["/users/me/body-measurements"]["items"]) == 1
    assert found["/statistics/summary"] is not None
    assert set(results) == {"behind"}
    assert after_a_write == {True: 9}
    assert len(listed_idle) == 1
    assert set(idle_results) == {"answered"}
    assert set(count_results(other_app) - before) == {"answered"}


async def test_nobody_notices_that_the_standby_is_killed(
    servers: ReplicatedServers, app: RunningApp, person: Person
) -> None:
    await write_everything(person)
    await servers.catch_up()
    responses: list[tuple[int, int, float]] = []
    is_over = False

    async def read_on() -> None:
        while not is_over:
            began = time.monotonic()
            response = await person.get("/workouts")
            assert response.status_code == 200, response.text
            responses.append((response.status_code, len(response.json()["items"]), time.monotonic() - began))

    before = count_results(app)
    async with asyncio.TaskGroup() as readers:
        for _ in range(8):
            readers.create_task(read_on())
        await wait_until(lambda: (count_results(app) - before)["answered"] > 50, 60)
        # While the readers go on: it takes a second until all of its processes are gone.
        await asyncio.to_thread(servers.standby.kill)
        await wait_until(lambda: not get_replica(app).is_usable, 60)
        seen = len(responses)
        await wait_until(lambda: len(responses) > seen + 50, 60)
        await asyncio.to_thread(servers.standby.start)
        await wait_until(lambda: get_replica(app).is_usable, 60)
        before = count_results(app)
        await wait_until(lambda: (count_results(app) - before)["answered"] > 50, 60)
        is_over = True

    assert {(status, items) for status, items, _ in responses} == {(200, 2)}
    assert max(seconds for *_, seconds in responses) < LONGEST_SECONDS


async def test_a_frozen_standby_costs_the_first_reads_a_second(
    servers: ReplicatedServers, app: RunningApp, person: Person
) -> None:
    await write_everything(person)
    await servers.catch_up()
    await person.get("/workouts")

    async def measure() -> tuple[int, float]:
        began = time.monotonic()
        response = await person.get("/workouts")
        return response.status_code, time.monotonic() - began

    with servers.standby.frozen(), capture_logs() as logged:
        first = await asyncio.gather(*(measure() for _ in range(12)))
        await wait_until(lambda: not get_replica(app).is_usable, 60)
        later = [await measure() for _ in range(5)]
        await person.log(**workout())
        assert len(await person.list_page("/workouts")) == 3
    await wait_until(lambda: get_replica(app).is_usable, 60)

    assert {status for status, _ in [*first, *later]} == {200}
    assert max(seconds for _, seconds in first) < LONGEST_SECONDS
    assert "replica_not_usable" in {line["event"] for line in logged}
    # The breaker of the database has nothing to do with it.
    assert not app.state["database"].breaker.is_open


async def test_a_replica_that_is_too_far_behind_is_not_asked(
    servers: ReplicatedServers, app: RunningApp, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = get_replica(app)
    await servers.catch_up()
    async with servers.paused():
        # Something that the replica has not replayed.
        await person.log(**workout())
        monkeypatch.setattr(replicas, "MAX_LAG_SECONDS", 1.5)
        await wait_until(lambda: not replica.is_usable, 60)
        lag = replica.lag_seconds
        before = count_results(app)
        assert len(await person.list_page("/workouts")) == 1
        results = count_results(app) - before
    await wait_until(lambda: replica.is_usable, 60)

    assert lag > 1.5
    assert set(results) == {"not_usable"}


@pytest.mark.parametrize("is_idle", [True, False])
async def test_the_lag_of_a_replica_that_follows_stays_small(app: RunningApp, person: Person, *, is_idle: bool) -> None:
    """Also of a primary that writes nothing: there is nothing to replay, which is no lag."""
    lags = []
    for _ in range(20):
        if not is_idle:
            await person.weigh("2026-03-01", 80)
        await asyncio.sleep(0.1)
        lags.append(get_replica(app).lag_seconds)

    assert max(lags) < LONGEST_SECONDS


def sleep_on_the_replica(connection: "PoolConnectionProxy[Any]") -> Any:
    return connection.fetchrow("SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery() THEN pg_sleep(60)::text END")


def fail_on_the_replica(connection: "PoolConnectionProxy[Any]") -> Any:
    return connection.fetchrow("SELECT pg_is_in_recovery(), 1 / (NOT pg_is_in_recovery())::integer")


@pytest.mark.parametrize(("query", "is_usable"), [(sleep_on_the_replica, False), (fail_on_the_replica, True)])
async def test_the_primary_answers_what_fails_on_the_replica(
    app: RunningApp, person: Person, servers: ReplicatedServers, query: Callable[..., Any], *, is_usable: bool
) -> None:
    await servers.catch_up()
    replica, database = get_replica(app), app.state["database"]
    reads = UserReads(database, replica, UUID(person.id))
    assert await reads.read(lambda connection: connection.fetchval("SELECT pg_is_in_recovery()")) is True

    began = time.monotonic()
    is_standby, _ = await reads.read(query)
    seconds = time.monotonic() - began
    # Whatever the replica does meanwhile: a request never goes back to what may be older.
    later = await reads.read(lambda connection: connection.fetchval("SELECT pg_is_in_recovery()"))

    assert (is_standby, later) == (False, False)
    assert seconds < LONGEST_SECONDS
    # One statement that fails says nothing about the others.
    assert not is_usable or replica.is_usable


async def test_the_primary_answers_when_the_replica_has_just_ended_a_free_connection(
    app: RunningApp, person: Person, servers: ReplicatedServers
) -> None:
    """A server that dies sends a last message. What follows, the end of the connection, arrives a moment later."""
    await servers.catch_up()
    replica, database = get_replica(app), app.state["database"]

    async def read() -> bool:
        reads = UserReads(database, replica, UUID(person.id))
        is_standby: bool = await reads.read(lambda connection: connection.fetchval("SELECT pg_is_in_recovery()"))
        return is_standby

    assert await read() is True
    for connection, _ in replica._reads._kept:
        connection._con._protocol.data_received(LAST_MESSAGE)
    with capture_logs() as logged:
        is_standby = await read()

    assert is_standby is False
    assert [line["reason"] for line in logged if line["event"] == "replica_not_usable"] == ["InternalClientError"]


async def test_a_replica_that_is_down_from_the_beginning_is_used_when_it_is_up(
    servers: ReplicatedServers, start_app: StartApp
) -> None:
    await asyncio.to_thread(servers.standby.stop)
    app = await start_app()
    assert not get_replica(app).is_usable
    await asyncio.to_thread(servers.standby.start)

    await wait_until(lambda: get_replica(app).is_usable, 60)


async def test_a_server_that_is_no_standby_of_the_primary_is_not_asked(
    servers: ReplicatedServers, start_app: StartApp
) -> None:
    with ReplicatedServers.running() as others, capture_logs() as logged:
        for url, reason in (
            (servers.primary.get_url(), "no standby"),
            (others.standby.get_url(), "standby of another server"),
        ):
            app = await start_app(database_replica_url=url)
            await wait_until(lambda: reason in {line.get("reason") for line in logged}, 60)  # noqa: B023
            assert not get_replica(app).is_usable


async def test_without_a_replica_all_reads_are_those_of_the_database(start_app: StartApp, person: Person) -> None:
    app = await start_app(database_replica_url=None)

    assert app.state["replica"] is None
    assert (await move(person, app).get("/workouts")).status_code == 200


async def test_the_doctor_tells_how_far_behind_the_replica_is(
    servers: ReplicatedServers, join: Join, run_command: RunCommand, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def examine(url: str) -> tuple[str, str]:
        monkeypatch.setenv("DATABASE_REPLICA_URL", url)
        monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
        done = await run_command("doctor", "--json")
        ((status, message),) = [
            (line["status"], line["message"]) for line in json.loads(done.stdout) if line["check"] == "replica"
        ]
        return status, message

    url = servers.standby.get_url()
    well = await examine(url)
    async with servers.paused():
        await (await join(f"late-{uuid4().hex}")).log(**workout())
        behind = await examine(url)
    primary = await examine(servers.primary.get_url())
    away = await examine(url.replace("port=5433", "port=5434"))

    assert well[0] == "ok"
    assert behind[0] == "warning"
    assert "MiB behind" in behind[1]
    assert primary[0] == away[0] == "error"
    assert "no standby" in primary[1]
    assert "cannot be reached" in away[1]
