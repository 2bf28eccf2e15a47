"""Imports that another process continues: they report and store what one without an interruption does."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.imports.handlers import import_file
from exercise_buddy.transfers.imports.model import ImportOptions, OnConflict
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.tests.test_batches import NEWEST, build_row
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.support import import_file as send
from exercise_buddy.transfers.tests.support import list_workouts
from tests.support import Connection, Person, RunningApp


def write(*, is_corrected: bool = False) -> str:
    """Return a file of three batches: of 12 days, with 100 sets each. Corrected, it is two hours later.

    Every fifth workout has another weight then.
    """
    rows = []
    for days in range(12):
        start = NEWEST - timedelta(days=days) + timedelta(hours=2) * is_corrected
        weight_kg = 100 - days + (is_corrected and days % 5 == 0) / 2
        times = [f"{time.day} {time:%b %Y, %H:%M}" for time in (start, start + timedelta(hours=1))]
        rows += [
            build_row(days, start_time=times[0], end_time=times[1], set_index=index, weight_kg=weight_kg)
            for index in range(100)
        ]
    return files.hevy(*rows)


async def run(
    app: RunningApp, connection: Connection, person: Person, content: str, stops: list[float], **options: Any
) -> dict[str, Any]:
    """Import a file in a process that ends at shares of the work, and in another one; return the report."""
    import_id = new_id()
    await connection.execute(
        "INSERT INTO workout_import (user_id, id, source, state, workouts, sets) "
        "VALUES ($1, $2, 'hevy', 'running', 0, 0)",
        UUID(person.id),
        import_id,
    )
    request = ImportRequest(ImportOptions("kg", "km", "UTC"), "export.csv", **options)
    jobs: Jobs = app.state["jobs"]

    async def attempt(stop: float) -> dict[str, Any]:
        async def checkpoint(progress: float) -> None:
            if progress >= stop:
                raise InterruptedError

        async with jobs.run(UUID(person.id)) as job:
            report = await import_file(
                job,
                UUID(person.id),
                io.BytesIO(content.encode()),
                request,
                import_id=import_id,
                is_recorded=True,
                checkpoint=checkpoint,
            )
        return report.model_dump(mode="json")

    for stop in stops:
        with pytest.raises(InterruptedError):
            await attempt(stop)
    return await attempt(2)


@pytest.mark.parametrize("on_conflict", [OnConflict.REPLACE, OnConflict.SKIP])
async def test_a_continued_import_reports_what_a_whole_one_does(
    app: RunningApp, ann: Person, bob: Person, connection: Connection, on_conflict: OnConflict
) -> None:
    corrected = write(is_corrected=True)
    squat = catalogue_id("barbell-squat")
    results = []
    for person, stops in ((bob, []), (ann, [0.3, 0.6])):
        await send(person, write(), time_zone="UTC")
        before = await list_workouts(person)
        report = await run(
            app, connection, person, corrected, stops, on_conflict=on_conflict, mapping={"My Press": squat}
        )
        after = await list_workouts(person)
        assert (await person.delete(f"/imports/{report['id']}", params={"include_edited": "true"})).status_code == 204
        restored = [(one["id"], one["started_at"], one["totals"]) for one in await list_workouts(person)]
        assert restored == [(one["id"], one["started_at"], one["totals"]) for one in before]
        changes = [change | {"workout_id": None} for change in report["changes"]]
        content = [(one["started_at"], one["totals"], one["exercises"][0]["exercise"]["name"]) for one in after]
        results.append((report | {"id": None, "changes": changes}, content))

    assert results[1] == results[0]
    report = results[0][0]
    assert (report["workouts"], report["duplicates"], report["changed"], report["shifted"]) == (0, 0, 3, 9)
    done = (12, 0) if on_conflict is OnConflict.REPLACE else (0, 12)
    assert (report["replaced"], report["remapped"]) == done
