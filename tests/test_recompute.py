import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from alembic import command

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.exercises import catalogue, handlers
from exercise_buddy.exercises.schemas import CustomExerciseChange
from exercise_buddy.exercises.tests.helpers import PULL_UP, make, read, workout
from exercise_buddy.migration import migrate
from exercise_buddy.workouts.public import exercise_usage
from exercise_buddy.workouts.storage import recompute
from exercise_buddy.workouts.tables import TOTALS
from tests.factories import BENCH
from tests.support import Connection, Person, RunningApp
from tests.test_migrations import alembic, run

SEEN = {
    "counter": {"name": "pose", "version": "1"},
    "detected_reps": 3,
    "reps": [
        {"offset_ms": 0, "duration_ms": 1200, "eccentric_ms": 700, "concentric_ms": 500, "range_degrees": 90.5},
        {"offset_ms": 1500, "duration_ms": 1300, "eccentric_ms": 700, "concentric_ms": 600, "rejected": True},
        {"offset_ms": 9000, "duration_ms": 1400, "eccentric_ms": 600, "concentric_ms": 800, "range_degrees": 80.25},
        {"offset_ms": 10500, "range_share": 0.91, "full_range_share": 0.87, "side": "left", "mean_velocity_mps": 0.71},
        {"offset_ms": 12500, "range_share": 0.63, "full_range_share": 0.6, "side": "left", "mean_velocity_mps": 0.37},
    ],
}
SETS = [
    {"reps": 3, "weight_kg": 20.4117, "evidence": SEEN},
    {"reps": 0, "weight_kg": 100, "kind": "failure"},
    {"reps": 12, "weight_kg": 0.1, "duration_seconds": 0.1},
    {"duration_seconds": 0.2, "distance_meters": 1000.1},
    {"duration_seconds": 0.3, "distance_meters": 0.7},
]


async def log_all_kinds(person: Person) -> list[dict[str, Any]]:
    """Log a workout with all that there is to sum up, and one of nothing."""
    assisted = await make(person, "Zorp", assisted=True, bodyweight_share=0.7)
    exercises = [{"exercise_id": one, "sets": SETS} for one in (BENCH, PULL_UP, assisted["id"])]
    return [
        await workout(person, exercises=[*exercises, {"exercise_id": BENCH, "sets": []}]),
        await workout(person, started_at="2026-03-03T10:00:00Z", ended_at=None),
    ]


async def differences(app: RunningApp, person: Person) -> list[recompute.Difference]:
    async with app.state["database"].transaction() as session:
        workouts = await recompute.list_all_workout_ids(session, UUID(person.id))
        return await recompute.find_differences(session, UUID(person.id), workouts)


async def test_what_is_written_is_what_a_recount_comes_to(app: RunningApp, ann: Person) -> None:
    await log_all_kinds(ann)

    assert await differences(app, ann) == []


async def test_every_sum_is_looked_at_and_put_right(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    logged, empty = await log_all_kinds(ann)
    bobs = await log_all_kinds(bob)
    user_id = UUID(ann.id)
    columns = [
        (table, row["column_name"])
        for table, names in (("workout", recompute.WORKOUT_TOTALS), ("workout_exercise", TOTALS))
        for row in await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
        )
        if row["column_name"] in names
    ]
    assert len(columns) == len(recompute.WORKOUT_TOTALS) + len(TOTALS)
    for table, name in columns:
        value = "ARRAY[7]" if name.startswith("load_") else "7.25" if "kg" in name else "77"
        statement = f"UPDATE {table} SET {name} = {value} WHERE user_id = $1"  # noqa: S608  (our own names)
        await connection.execute(statement, user_id)

    found = await differences(app, ann)
    async with app.state["database"].transaction() as session:
        changed = await recompute.recompute_totals(
            session, user_id, await recompute.list_all_workout_ids(session, user_id)
        )

    assert {(str(one.workout_id), one.position) for one in found} == {
        (logged["id"], None),
        *((logged["id"], position) for position in range(4)),
        (empty["id"], None),
    }
    assert {one.name for one in found if one.position is None} == set(recompute.WORKOUT_TOTALS)
    assert {one.name for one in found if one.position == 0} == set(TOTALS)
    volume = next(one for one in found if one.position == 0 and one.name == "volume_kg")
    assert (volume.stored, json.loads(volume.counted or "")) == ("7.25", 62.4351)
    assert {str(one) for one in changed} == {logged["id"], empty["id"]}
    assert await differences(app, ann) == await differences(app, bob) == []
    # Neither what is shown nor its version has changed.
    assert await read(ann, logged) == logged
    assert await read(bob, bobs[0]) == bobs[0]


async def test_the_migration_computes_the_sums_of_stored_sets(
    app: RunningApp, ann: Person, connection: Connection, database_url: str
) -> None:
    await log_all_kinds(ann)
    row = "SELECT * FROM workout_exercise WHERE tracked_sets IS NOT NULL ORDER BY workout_id, position LIMIT 1"
    assert (await connection.fetchrow(row))["slowdown_percent"] == pytest.approx((0.71 - 0.37) / 0.71 * 100, rel=1e-6)

    await run(database_url, alembic(command.downgrade, "0016"))
    # The release before knew no velocities: 800 ms after a shortest of 500.
    assert (await connection.fetchrow(row))["slowdown_percent"] == 60
    await migrate(database_url)

    assert await differences(app, ann) == []
    anew = await connection.fetchrow(row)
    assert (anew["slowed_sets"], anew["range_loss_percent"]) == (1, pytest.approx((90.5 - 80.25) / 90.5 * 100))


async def test_what_is_logged_while_an_exercise_changes_is_reckoned_with_the_change(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    made = await make(ann, "Zorp", bodyweight_share=0.1)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    async with app.state["database"].transaction() as session:
        change = CustomExerciseChange(bodyweight_share=0.9, met=9.0)
        await handlers.update_exercise(
            session, exercise_usage, UUID(ann.id), UUID(made["id"]), change, Precondition(None)
        )
        logging = asyncio.create_task(workout(ann, made["id"]))
        while not await connection.fetchval(waiting):  # noqa: ASYNC110  (it is PostgreSQL that waits)
            await asyncio.sleep(0.01)
    logged = await logging

    assert logged["totals"]["met_minutes"] == 540
    assert await differences(app, ann) == []


async def test_a_release_that_corrects_a_fact_corrects_what_was_reckoned_with_it(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    await ann.weigh("2026-01-01", 100)
    await connection.execute(
        "UPDATE catalogue_exercise SET bodyweight_share = NULL, met = 1 WHERE id = $1", UUID(PULL_UP)
    )
    await connection.execute("CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql RETURN 'other'")
    logged = await workout(ann, PULL_UP)
    untouched = await workout(ann, BENCH, started_at="2026-03-03T10:00:00Z", ended_at=None)
    assert (logged["totals"]["bodyweight_volume_kg"], logged["totals"]["met_minutes"]) == (None, 60)

    await catalogue.update_catalogue(app.state["database"], exercise_usage, ())

    anew = await read(ann, logged)
    assert (anew["totals"]["bodyweight_volume_kg"], anew["totals"]["met_minutes"]) == (1800, 3.8 * 60)
    assert anew["updated_at"] > logged["updated_at"]
    assert await read(ann, untouched) == untouched
    assert await differences(app, ann) == []


async def test_a_create_that_waits_for_a_catalogue_update_uses_the_new_facts(
    app: RunningApp, ann: Person, connection: Connection, database_url: str
) -> None:
    await connection.execute("UPDATE catalogue_exercise SET met = 1 WHERE id = $1", UUID(PULL_UP))
    await connection.execute(
        "CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql IMMUTABLE RETURN 'former'"
    )
    # Now the process remembers these facts, and the connection the plans of the write.
    assert (await workout(ann, PULL_UP))["totals"]["met_minutes"] == 60
    assert (await workout(ann, PULL_UP))["totals"]["met_minutes"] == 60
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    # On a connection of its own: the create gets one that has planned the write.
    async with Database.open(database_url) as release, release.transaction() as session:
        await catalogue.upsert_catalogue(session, ())
        logging = asyncio.create_task(workout(ann, PULL_UP))
        while not await connection.fetchval(waiting):  # noqa: ASYNC110  (it is PostgreSQL that waits)
            await asyncio.sleep(0.01)
    logged = await logging

    assert logged["totals"]["met_minutes"] == 3.8 * 60
    # The earlier workouts are left to the second part of the update.
    assert {difference.stored for difference in await differences(app, ann)} == {"60"}
    await catalogue.update_catalogue(app.state["database"], exercise_usage, ())
    assert await differences(app, ann) == []


@pytest.mark.parametrize("is_edit", [False, True])
async def test_a_write_during_a_catalogue_update_follows_the_new_facts(
    app: RunningApp, ann: Person, connection: Connection, database_url: str, *, is_edit: bool
) -> None:
    await connection.execute("UPDATE catalogue_exercise SET met = 1 WHERE id = $1", UUID(PULL_UP))
    await connection.execute(
        "CREATE OR REPLACE FUNCTION catalogue_version() RETURNS text LANGUAGE sql IMMUTABLE RETURN 'former'"
    )
    logged = await workout(ann, BENCH)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    pull_up = {"exercise_id": PULL_UP, "sets": [{"reps": 5}]}
    path = f"/workouts/{logged['id']}/exercises" if is_edit else "/workouts"
    new = pull_up if is_edit else {"started_at": "2026-03-02T10:00:00Z", "exercises": [pull_up]}

    # No workout of hers has the exercise yet, so the update does not lock her.
    async with Database.open(database_url) as release, release.transaction() as session:
        await catalogue.upsert_catalogue(session, ())
        logging = asyncio.create_task(ann.post(path, json=new))
        while not await connection.fetchval(waiting):  # noqa: ASYNC110  (it is PostgreSQL that waits)
            await asyncio.sleep(0.01)
    written = await logging

    assert written.status_code == 201
    assert await connection.fetchval("SELECT count(*) FROM workout_exercise") == 2
    assert await differences(app, ann) == []


async def test_a_release_makes_older_exercises_searchable(app: RunningApp, ann: Person, connection: Connection) -> None:
    zorp = await make(ann, "Zörp")
    other = await make(ann, "グジュ")
    await ann.post(f"/exercises/{other['id']}/merge", json={"into": zorp["id"]})
    await connection.execute("UPDATE custom_exercise SET search_key = ''")
    await connection.execute("UPDATE custom_exercise_alias SET search_key = ''")

    await catalogue.update_catalogue(app.state["database"], exercise_usage, ())

    assert await connection.fetchval("SELECT search_key FROM custom_exercise") == "zorp"
    assert await connection.fetchval("SELECT search_key FROM custom_exercise_alias") == "グジュ"
