"""What was stored before the feed covered it: the migration gives it revisions, so that a first sync has all of it."""

import asyncpg
from alembic import command

from exercise_buddy.migration import migrate
from exercise_buddy.sync.feed.tests.helpers import Device
from tests.factories import BENCH, CUSTOM_EXERCISE, SQUAT, exercise, workout
from tests.support import Person, RunningApp
from tests.test_migrations import alembic, run


async def test_a_first_sync_has_what_was_stored_before(
    app: RunningApp, database_url: str, connection: asyncpg.Connection, ann: Person, bob: Person
) -> None:
    created = [(await ann.post("/exercises", json=CUSTOM_EXERCISE | {"name": name})).json()["id"] for name in "ABC"]
    await ann.log(**workout(exercise(created[0], {"reps": 5})))
    deleted = await ann.log(**workout())
    await ann.delete(f"/workouts/{deleted['id']}")
    await ann.post(f"/exercises/{created[1]}/merge", json={"into": SQUAT})
    await ann.post("/routines", json={"name": "Push", "exercises": [{"exercise_id": BENCH}]})
    await ann.weigh("2026-04-01", 80)
    for person in (ann, bob):
        await person.put("/statistics/goal", json={"metric": "workouts", "target": 3, "rest_days": []})
    # A goal that is deleted on its first day leaves nothing; later, it stays in history.
    await connection.execute("UPDATE goal SET valid_since = valid_since - 1")
    await bob.delete("/statistics/goal")
    assert await connection.fetchval("SELECT count(*) FROM goal") == 2
    await run(database_url, alembic(command.downgrade, "0043"))

    await migrate(database_url)
    # Connections know the types of parameters, which the downgrade has dropped.
    await app.state["database"].engine.dispose()

    device, other = Device(ann, limit=2), Device(bob)
    await device.sync()
    types = sorted(kind for kind, _ in device.held)
    assert types == ["body_measurement", "exercise", "exercise", "exercise", "goal", "profile", "routine", "workout"]
    assert ("workout", deleted["id"]) in device.heard
    assert "B" in device.held["exercise", SQUAT]["aliases"]
    await other.sync()
    assert [kind for kind, _ in other.held] == ["profile"]
    measured = await ann.weigh("2026-04-02", 81)
    assert await device.hear() == [("body_measurement", measured)]
