"""The workout in progress, and what the live slice stores in it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.workouts.errors import PartIdTaken, WorkoutFinished, WorkoutNotFound
from exercise_buddy.workouts.public import SetInput, StoredSet, find_running_workout, store_tracked_set
from tests.factories import BENCH, CHOSEN_ID, SQUAT, evidence, exercise, read_problem, workout
from tests.support import Connection, Person, RunningApp, read_revision

TRACKED = SetInput.model_validate(
    {"reps": 3, "evidence": evidence({"offset_ms": 5, "range_degrees": 80.1}, detected=3)}
)
SET_ID = UUID(CHOSEN_ID)


def started(days_ago: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()


async def store(
    app: RunningApp, person: Person, live: dict[str, Any], exercise_id: str = BENCH, set_id: UUID = SET_ID
) -> StoredSet:
    async with app.state["database"].transaction() as session:
        return await store_tracked_set(session, UUID(person.id), UUID(live["id"]), UUID(exercise_id), set_id, TRACKED)


async def find(app: RunningApp, person: Person, workout_id: str | None = None) -> UUID | None:
    async with app.state["database"].transaction() as session:
        return await find_running_workout(session, UUID(person.id), UUID(workout_id) if workout_id else None)


async def test_the_current_workout_is_the_last_one_that_was_started_and_not_finished(
    app: RunningApp, ann: Person, bob: Person
) -> None:
    for days_ago in (40, 2):
        await ann.log(**workout(started_at=started(days_ago), ended_at=None))
    current = await ann.log(**workout(started_at=started(0.1), ended_at=None))
    await ann.log(**workout(started_at=started(0.05), ended_at=started(0.01)))
    await bob.log(**workout(started_at=started(0.01), ended_at=None))

    response = await ann.get("/workouts/current")

    assert response.json() == current
    assert response.headers["etag"] == (await ann.get(f"/workouts/{current['id']}")).headers["etag"]
    assert await find(app, ann) == UUID(current["id"])


async def test_without_a_workout_in_progress_there_is_no_current_one(app: RunningApp, ann: Person) -> None:
    await ann.log(**workout())
    await ann.log(**workout(started_at=started(32), ended_at=None))

    assert read_problem(await ann.get("/workouts/current")) == (404, "/problems/no-current-workout")
    assert await find(app, ann) is None


async def test_an_imported_workout_without_an_end_is_not_current(ann: Person, connection: Connection) -> None:
    await ann.log(**workout(started_at=started(1), ended_at=None))
    exported = (await ann.get("/workouts/export", params={"format": "json"})).content
    await ann.delete(f"/workouts/{(await ann.get('/workouts')).json()['items'][0]['id']}")
    await ann.client.post("/api/v1/imports", files={"file": ("workouts.json", exported)})

    assert await connection.fetchval("SELECT count(*) FROM workout WHERE ended_at IS NULL") == 1
    assert (await ann.get("/workouts/current")).status_code == 404


async def test_a_running_workout_is_found_by_its_id(app: RunningApp, ann: Person, bob: Person) -> None:
    live = await ann.log(**workout(started_at=started(40), ended_at=None))
    done = await ann.log(**workout())

    assert await find(app, ann, live["id"]) == UUID(live["id"])
    with pytest.raises(WorkoutFinished):
        await find(app, ann, done["id"])
    for person, workout_id in ((bob, live["id"]), (ann, str(uuid4()))):
        with pytest.raises(WorkoutNotFound):
            await find(app, person, workout_id)


async def test_a_tracked_set_is_appended_once(app: RunningApp, ann: Person, connection: Connection) -> None:
    live = await ann.log(**workout(exercise(BENCH, {"reps": 1}), exercise(SQUAT), ended_at=None))
    bench = UUID(live["exercises"][0]["id"])

    first = await store(app, ann, live)
    await ann.patch(f"/workouts/{live['id']}/sets/{SET_ID}", json={"reps": 4, "position": 0})
    edited = (await ann.get(f"/workouts/{live['id']}")).json()
    written = await read_revision(connection, ann)
    again = await store(app, ann, live, SQUAT)

    assert first == StoredSet(UUID(live["id"]), bench, SET_ID, is_new=True)
    assert again == StoredSet(UUID(live["id"]), bench, SET_ID, is_new=False)
    assert (await ann.get(f"/workouts/{live['id']}")).json() == edited
    (stored, _) = edited["exercises"][0]["sets"]
    assert (stored["id"], stored["reps"], stored["evidence"]["detected_reps"]) == (CHOSEN_ID, 4, 3)
    assert await read_revision(connection, ann) == written


async def test_a_tracked_set_appends_the_exercise_that_the_workout_lacks(app: RunningApp, ann: Person) -> None:
    live = await ann.log(**workout(ended_at=None))

    stored = await store(app, ann, live, SQUAT)

    last = (await ann.get(f"/workouts/{live['id']}")).json()["exercises"][-1]
    assert (last["id"], last["exercise"]["id"]) == (str(stored.entry_id), SQUAT)
    assert [one["id"] for one in last["sets"]] == [CHOSEN_ID]


async def test_concurrent_ends_of_a_tracked_set_store_it_once(app: RunningApp, ann: Person) -> None:
    live = await ann.log(**workout(ended_at=None))

    found = await asyncio.gather(*(store(app, ann, live) for _ in range(5)))

    assert sorted(one.is_new for one in found) == [False] * 4 + [True]
    assert len({one.entry_id for one in found}) == 1
    assert (await ann.get(f"/workouts/{live['id']}")).json()["totals"]["sets"] == 2


async def test_a_tracked_set_that_cannot_be_stored_is_refused(app: RunningApp, ann: Person, bob: Person) -> None:
    other = await ann.log(**workout(exercise(BENCH, {"reps": 1, "id": CHOSEN_ID})))
    live = await ann.log(**workout(ended_at=None))

    with pytest.raises(PartIdTaken) as taken:
        await store(app, ann, live)
    with pytest.raises(InvalidInput) as unknown:
        await store(app, ann, live, str(uuid4()), uuid4())
    with pytest.raises(WorkoutNotFound):
        await store(app, bob, live)

    for refused, pointer in ((taken, "/set_id"), (unknown, "/exercise_id")):
        assert [error.pointer for error in refused.value.errors] == [pointer]
    assert (await ann.get(f"/workouts/{live['id']}")).json() == live
    assert (await ann.get(f"/workouts/{other['id']}")).json() == other
