"""An update of the catalogue while clients write: nobody is refused, and all totals follow the new values."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from exercise_buddy.auth.oauth.tests.support import wait_for_lock
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.exercises import catalogue
from exercise_buddy.exercises.tests.helpers import PULL_UP, workout
from exercise_buddy.migration import migrate
from exercise_buddy.workouts.editing.content import EditedContent, EditedExercise
from exercise_buddy.workouts.editing.workout_edit import edit_workout
from exercise_buddy.workouts.public import exercise_usage
from exercise_buddy.workouts.schemas import ExerciseInput
from tests.factories import BENCH
from tests.support import Connection, Join, Person, RunningApp
from tests.test_recompute import differences

SET = {"exercise_id": PULL_UP, "sets": [{"reps": 5}]}
FORMER = "CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql IMMUTABLE RETURN 'former'"


@pytest.fixture
async def former(connection: Connection) -> None:
    """Set the catalogue to that of a former release, before anything is logged."""
    await make_former(connection)


async def make_former(connection: Connection) -> None:
    """Set values of the catalogue to those of a former release."""
    async with connection.transaction():
        await connection.execute("LOCK TABLE catalogue_exercise IN EXCLUSIVE MODE")
        await connection.execute("UPDATE catalogue_exercise SET met = 1 WHERE id = $1", UUID(PULL_UP))
        await connection.execute(FORMER)


async def update(app: RunningApp) -> None:
    await catalogue.update_catalogue(app.state["database"], exercise_usage, ())


@pytest.mark.usefixtures("former")
@pytest.mark.parametrize("has_key", [False, True])
async def test_a_create_that_holds_the_lock_of_its_user(
    app: RunningApp, ann: Person, connection: Connection, *, has_key: bool
) -> None:
    await workout(ann, PULL_UP)
    content = {"started_at": "2026-03-02T10:00:00Z", "ended_at": "2026-03-02T11:00:00Z", "exercises": [SET]}
    headers = {"Idempotency-Key": "key-1"} if has_key else {}
    async with connection.transaction():
        # The create reads this table after it has locked the user, and before it refers to exercises.
        await connection.execute("LOCK TABLE deleted_workout IN ACCESS EXCLUSIVE MODE")
        creating = asyncio.ensure_future(ann.post("/workouts", json=content, headers=headers))
        await wait_for_lock(connection)
        updating = asyncio.create_task(update(app))
        await wait_for_lock(connection, 2)

    created = await creating
    await updating

    assert created.status_code == 201
    assert created.json()["totals"]["met_minutes"] == 3.8 * 60
    assert await differences(app, ann) == []


@pytest.mark.usefixtures("former")
async def test_an_update_between_the_read_and_the_write_of_an_edit(
    app: RunningApp, ann: Person, database_url: str
) -> None:
    logged = await workout(ann, BENCH)
    attempts = 0

    async def update_elsewhere() -> None:
        async with Database.open(database_url) as database:
            await catalogue.update_catalogue(database, exercise_usage, ())

    def change(content: EditedContent) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(asyncio.run, update_elsewhere()).result()
        content.exercises.append(EditedExercise.from_input(ExerciseInput.model_validate(SET)))

    async with app.state["database"].transaction() as session:
        await edit_workout(
            session, UUID(ann.id), UUID(logged["id"]), Precondition(None), change, exercise_ids=[UUID(PULL_UP)]
        )

    assert attempts == 2
    assert len((await ann.get(f"/workouts/{logged['id']}")).json()["exercises"]) == 2
    assert await differences(app, ann) == []


async def test_busy_writers(app: RunningApp, join: Join, connection: Connection, database_url: str) -> None:
    people = [await join(name) for name in ("ann", "bob", "cleo")]
    is_updated = asyncio.Event()

    async def write(person: Person) -> list[int]:
        statuses = []
        number = 0
        while not is_updated.is_set() or number < 5:
            number += 1
            started = {"started_at": f"2026-03-02T10:{number % 60:02}:00Z", "exercises": [SET, {"exercise_id": BENCH}]}
            created = await person.post("/workouts", json=started, headers={"Idempotency-Key": f"key-{number}"})
            path = f"/workouts/{created.json().get('id')}"
            edited = await person.post(f"{path}/exercises", json={"exercise_id": BENCH, "sets": [{"reps": number}]})
            renamed = await person.patch(path, json={"title": "Pull"})
            statuses += [created.status_code, edited.status_code, renamed.status_code]
        return statuses

    writing = [asyncio.create_task(write(person)) for person in people]
    for _ in range(4):
        await asyncio.sleep(0.2)
        await make_former(connection)
        await asyncio.sleep(0.2)
        await migrate(database_url)
    is_updated.set()
    statuses = [status for written in await asyncio.gather(*writing) for status in written]

    assert set(statuses) == {201, 200}
    for person in people:
        assert await differences(app, person) == []


@pytest.mark.usefixtures("former")
async def test_an_update_that_was_interrupted_continues(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    for person in (ann, bob):
        await workout(person, PULL_UP)
    async with connection.transaction():
        await connection.execute("SELECT FROM user_revision WHERE user_id = $1 FOR UPDATE", UUID(bob.id))
        updating = asyncio.create_task(update(app))
        await wait_for_lock(connection)
        updating.cancel()
        with pytest.raises(asyncio.CancelledError):
            await updating
    before = await differences(app, bob)

    await update(app)

    assert before
    assert [*await differences(app, ann), *await differences(app, bob)] == []
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise WHERE NOT is_recomputed") == 0


@pytest.mark.usefixtures("former")
async def test_the_same_catalogue_is_not_written_again(app: RunningApp, ann: Person, connection: Connection) -> None:
    await update(app)
    logged = await workout(ann, PULL_UP)
    read = "SELECT array_agg(xmin::text ORDER BY id) FROM catalogue_exercise"
    before = await connection.fetchval(read)

    await update(app)

    assert await connection.fetchval(read) == before
    assert (await ann.get(f"/workouts/{logged['id']}")).json()["updated_at"] == logged["updated_at"]
