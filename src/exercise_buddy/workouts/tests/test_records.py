"""The stored records after two writes at once. What a sequence of writes stores is tested in `statistics.records`."""

import asyncio
from uuid import UUID

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.workouts import public
from exercise_buddy.workouts.handlers import delete_workout, log_workout
from exercise_buddy.workouts.schemas import WorkoutInput
from tests.support import Person, RunningApp

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))


def build_workout(day: int, weight_kg: float) -> dict[str, object]:
    sets = [{"reps": 5, "weight_kg": weight_kg}]
    start = f"2026-05-{day:02}T10:00:00Z"
    return {"started_at": start, "time_zone": "UTC", "exercises": [{"exercise_id": BENCH, "sets": sets}]}


async def test_a_workout_that_waits_for_the_deletion_of_the_record_holder_takes_its_place(
    app: RunningApp, ann: Person
) -> None:
    await ann.log(**build_workout(1, 60))
    holder = (await ann.log(**build_workout(2, 100)))["id"]
    user_id, database = UUID(ann.id), app.state["database"]

    async def log() -> UUID:
        async with database.transaction() as session:
            logged = await log_workout(session, user_id, WorkoutInput.model_validate(build_workout(3, 80)))
            return logged.id

    async with database.transaction() as session:
        await delete_workout(session, user_id, UUID(holder), Precondition(None))
        waiting = asyncio.create_task(log())
        # It has seen the record of 100 kg, and waits for the revision that this transaction has counted.
        await asyncio.sleep(0.3)
        assert not waiting.done()
    logged = await waiting

    async with database.transaction() as session:
        assert await public.recompute_all_records(session, user_id) == []
    found = (await ann.get("/statistics/records", params={"exercise": BENCH})).json()["items"][0]["records"]
    assert [record["workout_id"] for record in found if record["kind"] == "load"] == [str(logged)]
