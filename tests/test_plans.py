"""How PostgreSQL runs every statement among 200 users with 500 workouts each: it reads the rows of one user.

And it reads them a number of times that does not grow with their number. Plans are made with and without statistics of
the user, for the values of a request and for any. A statement without such a plan is a wall: it works for small
accounts, on small servers, or until the first `ANALYZE`.
"""

import secrets
from collections.abc import AsyncIterator, Iterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from exercise_buddy.auth.tests.helpers import Outbox
from exercise_buddy.dev.explain import statements
from exercise_buddy.settings import Settings
from tests import crowd
from tests.databases import with_database
from tests.journeys import Journey
from tests.plans import OWNED, PlanMode, Plans, nodes
from tests.providers.openid import OpenIDProvider
from tests.providers.provider import run_provider
from tests.serving import Serve
from tests.support import Connection, StartApp, sign_up

USERS, WORKOUTS = 200, 500
SMALL, LARGE = 50, 500
"""The workouts of the two users that are compared."""

NOT_AS_REGISTERED = {
    "auth/active_sessions/since": "executed when the connection that listens was lost, before others follow",
    "statistics/goals/day_history": "a part of the dashboard and of streaks",
    "statistics/records/recent": "a part of the dashboard",
    "workouts/editing/stored_workout/get_mass": "one lookup, when an edit moves body-weight sets to another day",
    "workouts/exports/all_sets": "a list, whose filters the export of an account does not apply",
    "workouts/queries/workouts_by_id": "read in the transaction of a write, as text",
    "workouts/routines/queries/done_workout": "read in the transaction of a write, as text",
    "workouts/routines/queries/last_done_workout": "read in the transaction of a write, as text",
    "workouts/storage/facts/get_catalogue": "executed once in a process",
}
"""Registered statements that the journey does not execute in this form, with the reason."""

MARGIN = 100
"""How many rows a step may read beyond twice those of the user. Of most tables, the users have thousands."""

MAX_GROWTH = 2 * LARGE / SMALL
"""How many times as many rows a statement may read for the larger account."""


@pytest.fixture(scope="session")
async def crowded_url(server_url: str, template: str) -> AsyncIterator[str]:
    """The URL of a database of many users."""
    name = f"crowded_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    connection = await asyncpg.connect(with_database(server_url, name))
    try:
        await crowd.fill(connection, [uuid4() for _ in range(USERS)], WORKOUTS)
        yield with_database(server_url, name)
    finally:
        await connection.close()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


@pytest.fixture
def database_url(crowded_url: str) -> str:
    return crowded_url


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Plans:
    mode: PlanMode = request.param
    plans = Plans(mode)
    plans.watch(monkeypatch)
    return plans


@pytest.fixture
def google() -> Iterator[OpenIDProvider]:
    with run_provider(OpenIDProvider, "google") as provider:
        yield provider


async def gather_statistics(connection: Connection) -> None:
    # All users are in the statistics: PostgreSQL expects one row of a user who is not.
    await connection.execute(f"SET default_statistics_target = {2 * USERS}; ANALYZE")


async def count_owned_rows(connection: Connection, user_id: UUID) -> dict[str, int]:
    return {
        table: await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", user_id)  # noqa: S608
        for table, column in OWNED.items()
    }


@pytest.mark.parametrize("is_known", [False, True], ids=["unknown", "known"])
@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan"], indirect=True)
async def test_each_statement_reads_rows_of_one_user(
    plans: Plans,
    start_app: StartApp,
    serve: Serve,
    settings: Settings,
    connection: Connection,
    google: OpenIDProvider,
    is_known: bool,
) -> None:
    app, server = await start_app(**google.settings()), await serve()
    people = [await sign_up(app, secrets.token_hex(8)) for _ in (SMALL, LARGE)]
    if not is_known:
        await gather_statistics(connection)
    for person, workouts in zip(people, (SMALL, LARGE), strict=True):
        await crowd.fill(connection, [UUID(person.id)], workouts, exercises=4, sets=5)
    if is_known:
        await gather_statistics(connection)

    paths = app.app.openapi()["paths"].items()
    operations = {f"{method.upper()} {path}" for path, methods in paths for method in methods}
    missed = operations
    watched = []
    faults: set[str] = set()
    for person in people:
        user_id = UUID(person.id)
        before = await count_owned_rows(connection, user_id)
        plans.start()
        journey = Journey(app, person, Outbox(settings.data_dir / "outbox"), server)
        await journey.take()
        missed = operations - journey.reached
        after = await count_owned_rows(connection, user_id)
        watched.append(plans.statements)
        for query, statement in plans.statements.items():
            faults |= {f"reads all of {table}: {query}" for table in statement.whole_tables}
            for table, rows in statement.rows.items():
                owned = max(before[table], after[table])
                # More, because the journey writes rows and deletes them.
                if rows > 2 * owned + MARGIN:
                    faults.add(f"reads {rows:.0f} rows of {table}, of which the user has {owned}: {query}")

    small, large = watched
    # Another index reads all records of the user for each of the values, which is too little here to be noticed.
    checks = next(statement for query, statement in large.items() if "record_checks" in query)
    indexes_of_checks = {node["Index Name"] for node in nodes(checks.plan) if "Index Name" in node}
    for query in small.keys() & large.keys():
        growth = large[query].work / (small[query].work + 100)
        if growth > MAX_GROWTH:
            faults.add(f"reads {growth:.0f} times as many rows in an account of ten times as many workouts: {query}")
    unseen = {name for name, statement in statements().items() if statement.sql not in small.keys() | large.keys()}
    assert missed == set()
    assert unseen <= NOT_AS_REGISTERED.keys()
    assert sorted(faults) == []
    assert indexes_of_checks == {"pk_exercise_record"}
