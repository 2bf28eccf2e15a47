"""How PostgreSQL runs every statement among 200 users with 500 workouts each: it reads the rows of one user.

And it reads them a number of times that does not grow with their number. Plans are made with and without statistics of
the user, for the values of a request and for any. A statement without such a plan is a wall: it works for small
accounts, on small servers, or until the first `ANALYZE`.
"""

import secrets
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests import crowd
from tests.databases import with_database
from tests.plans import OWNED, PlanMode, Plans
from tests.support import Connection, Person, StartApp, sign_up

USERS, WORKOUTS = 200, 500
SMALL, LARGE = 50, 500
"""The workouts of the two users that are compared."""

MARGIN = 2
"""How many rows a step may read beyond those of the user: the ends of a range."""

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


async def gather_statistics(connection: Connection) -> None:
    # All users are in the statistics: PostgreSQL expects one row of a user who is not.
    await connection.execute(f"SET default_statistics_target = {2 * USERS}; ANALYZE")


async def count_owned_rows(connection: Connection, user_id: UUID) -> dict[str, int]:
    return {
        table: await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", user_id)  # noqa: S608
        for table, column in OWNED.items()
    }


async def travel(person: Person) -> None:
    """Send each request that there is."""
    own = (await person.get("/exercises", params={"search": "own press", "custom": True})).json()["items"]
    for query in ({}, {"text": "press"}, {"exercise": own[0]["id"]}, {"text": "press", "include": "sets"}):
        assert (await person.get("/workouts", params=query)).json()["items"]
    assert (await person.get("/routines", params={"text": "press"})).json()["items"]
    for change in ({"name": "My press"}, {"met": 8}):
        changed = await person.patch(f"/exercises/{own[0]['id']}", json=change)
        assert changed.status_code == 200, changed.text
    merged = await person.post(f"/exercises/{own[0]['id']}/merge", json={"into": own[1]["id"]})
    assert merged.json()["workouts"], merged.text


@pytest.mark.parametrize("is_known", [False, True], ids=["unknown", "known"])
@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan"], indirect=True)
async def test_each_statement_reads_rows_of_one_user(
    plans: Plans, start_app: StartApp, crowded_url: str, is_known: bool
) -> None:
    connection = await asyncpg.connect(crowded_url)
    app = await start_app()
    people = [await sign_up(app, secrets.token_hex(8)) for _ in (SMALL, LARGE)]
    if not is_known:
        await gather_statistics(connection)
    for person, workouts in zip(people, (SMALL, LARGE), strict=True):
        await crowd.fill(connection, [UUID(person.id)], workouts, exercises=4, sets=5)
    if is_known:
        await gather_statistics(connection)

    watched, faults = [], set()
    for person in people:
        user_id = UUID(person.id)
        before = await count_owned_rows(connection, user_id)
        plans.start()
        await travel(person)
        after = await count_owned_rows(connection, user_id)
        watched.append(plans.statements)
        for query, statement in plans.statements.items():
            faults |= {f"reads all of {table}: {query}" for table in statement.whole_tables}
            for table, rows in statement.rows.items():
                owned = max(before[table], after[table])
                # Twice, because a request may write rows and delete them.
                if rows > 2 * owned + MARGIN:
                    faults.add(f"reads {rows:.0f} rows of {table}, of which the user has {owned}: {query}")
    await connection.close()

    small, large = watched
    for query in small.keys() & large.keys():
        growth = large[query].work / (small[query].work + 100)
        if growth > MAX_GROWTH:
            faults.add(f"reads {growth:.0f} times as many rows in an account of ten times as many workouts: {query}")
    assert len(small.keys() & large.keys()) > 40
    assert sorted(faults) == []
