"""Workouts of other releases get the totals, records and documents of this one."""

import asyncio
from uuid import UUID

import pytest

from exercise_buddy.workouts import backfill as module
from exercise_buddy.workouts.backfill import BACKFILL_LOCK, AnotherProcessError, backfill_batch
from exercise_buddy.workouts.documents.document import document_version
from exercise_buddy.workouts.documents.storage import FIRST_ID
from exercise_buddy.workouts.documents.tests.test_reading import NOT_CURRENT, assert_documents, log_two, read_all
from tests.factories import BENCH, exercise, workout
from tests.support import Connection, Person, RunCommand, RunningApp, StartApp


async def test_operators_render_what_an_upgrade_left(
    app: RunningApp, ann: Person, bob: Person, connection: Connection, run_command: RunCommand
) -> None:
    first, _ = await log_two(ann)
    await log_two(bob)
    before = await read_all(ann, first)
    await connection.execute(
        "UPDATE workout SET document = NULL, document_sets = NULL, document_version = NULL WHERE user_id = $1", ann.id
    )
    await connection.execute("UPDATE workout SET document_version = 0 WHERE user_id = $1 AND title = 'Push'", bob.id)

    rendered = await run_command("workouts", "render")
    again = await run_command("workouts", "render")

    assert (rendered.exit_code, rendered.stdout) == (0, "Updated 3 workouts.\n")
    assert again.stdout == "Updated 0 workouts.\n"
    for person in (ann, bob):
        await assert_documents(app, connection, person)
    # Neither revisions nor times have changed.
    assert await read_all(ann, first) == before


async def test_the_app_renders_what_an_upgrade_left(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    first, _ = await log_two(ann)
    await log_two(bob)
    before = await read_all(ann, first)
    await connection.execute("UPDATE workout SET document_version = 0, document = '', document_size = NULL")
    database = app.state["database"]
    async with database.transaction() as session:
        stopped = await backfill_batch(session, UUID(ann.id), FIRST_ID, 1)
    await connection.execute("SELECT pg_advisory_lock($1)", BACKFILL_LOCK)
    with pytest.raises(AnotherProcessError):
        async with database.transaction() as session:
            await backfill_batch(session, UUID(ann.id), FIRST_ID, 1)
    await connection.execute("SELECT pg_advisory_unlock_all()")
    # Another process goes on where the first one was stopped.
    number = await module.backfill(database)
    again = await module.backfill(database)

    assert stopped[0] is not None
    assert (stopped[1], number, again) == (1, 3, 0)
    for person in (ann, bob):
        await assert_documents(app, connection, person)
    assert await read_all(ann, first) == before


async def test_an_upgraded_app_renders_by_itself(
    start_app: StartApp, ann: Person, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log_two(ann)
    await connection.execute("UPDATE workout SET document_version = 0")
    monkeypatch.setattr(module, "_FIRST_SECONDS", 0)
    await start_app()

    stale = f"SELECT count(*) FROM workout WHERE {NOT_CURRENT}"  # noqa: S608  (a constant)
    async with asyncio.timeout(20):
        while await connection.fetchval(stale, document_version()):  # noqa: ASYNC110  (another process writes)
            await asyncio.sleep(0.05)


async def test_what_a_former_release_writes_after_the_upgrade_gets_its_totals_and_records(
    app: RunningApp, ann: Person, connection: Connection, run_command: RunCommand
) -> None:
    """In a rolling upgrade, its processes serve for a while. They know neither the new columns nor our version."""
    logged = await ann.log(**workout(exercise(BENCH, {"kind": "warm_up", "reps": 10, "weight_kg": 20})))
    await module.backfill(app.state["database"])
    up_to_date = await connection.fetchval("SELECT rendered_version FROM user_revision")
    revision = await connection.fetchval("SELECT revision FROM user_revision")

    async with connection.transaction():
        await connection.execute("UPDATE workout_exercise SET warm_up_set_count = 0, best_reps = 10")
        await connection.execute("UPDATE workout SET warm_up_set_count = 0, document_version = 7, title = 'Edited'")
    noticed = await connection.fetchval("SELECT rendered_version FROM user_revision")
    updated = await module.backfill(app.state["database"])

    assert up_to_date == document_version()
    assert noticed is None
    assert updated == 1
    verified = await run_command("statistics", "verify")
    assert verified.exit_code == 0, verified.stdout
    read = (await ann.get(f"/workouts/{logged['id']}")).json()
    assert (read["title"], read["totals"]["warm_up"]["sets"]) == ("Edited", 1)
    # Devices that synchronize get the workout again.
    assert await connection.fetchval("SELECT revision FROM user_revision") == revision + 1
    assert await connection.fetchval("SELECT rendered_version FROM user_revision") == document_version()


@pytest.mark.parametrize("version", [None, 7])
async def test_a_workout_that_a_former_release_inserts_is_noticed(
    app: RunningApp, ann: Person, connection: Connection, version: int | None
) -> None:
    await ann.log(**workout())
    await module.backfill(app.state["database"])
    before = await connection.fetchval("SELECT rendered_version FROM user_revision")
    # A write of this release leaves it.
    await ann.log(**workout())
    after = await connection.fetchval("SELECT rendered_version FROM user_revision")

    await connection.execute(
        "INSERT INTO workout (user_id, id, fingerprint, revision, title, started_at, time_zone, local_date, source,"
        " exercise_count, set_count, rep_count, volume_kg, document_version)"
        " SELECT user_id, uuidv7(), '', 1, 'Theirs', '2026-01-01Z', 'UTC', '2026-01-01', 'app', 0, 0, 0, 0, $1"
        " FROM user_revision",
        version,
    )

    assert before == after == document_version()
    assert await connection.fetchval("SELECT rendered_version FROM user_revision") is None
    assert await module.backfill(app.state["database"]) == 1


async def test_a_user_whose_workouts_cannot_be_updated_does_not_hold_up_others(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    for person in (ann, bob):
        await person.log(**workout(exercise(BENCH, {"reps": 5, "weight_kg": 60})))
    await connection.execute("UPDATE workout SET document_version = 7, rep_count = 1")
    # Ann is the first one.
    await connection.execute(f"ALTER TABLE workout ADD CHECK (user_id <> '{ann.id}' OR rep_count <> 5) NOT VALID")

    updated = await module.backfill(app.state["database"])

    assert updated == 1
    counts = dict(await connection.fetch("SELECT user_id::text, rep_count FROM workout"))
    assert counts == {ann.id: 1, bob.id: 5}
    versions = dict(await connection.fetch("SELECT user_id::text, rendered_version FROM user_revision"))
    assert versions == {ann.id: None, bob.id: document_version()}
