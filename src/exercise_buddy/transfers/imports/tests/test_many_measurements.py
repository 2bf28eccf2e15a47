"""Imports of many body measurements: the background, cancellation, failures and restarts."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.transfers.imports.tests import measurement_files as files
from exercise_buddy.transfers.imports.tests.test_measurements import (
    FILE,
    NO_CHANGES,
    PATH,
    counts,
    list_items,
)
from exercise_buddy.transfers.tests.support import import_file, list_errors, send_file, wait_for_import
from tests.support import Connection, Person, RunningApp, StartApp, wait_until

NUMBER = 1700
FIRST = date(2020, 1, 1)
FAIL = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'test' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER fail BEFORE INSERT ON body_measurement FOR EACH ROW WHEN (NEW.measured_on = '2023-06-01')
EXECUTE FUNCTION fail()
"""


def build_rows(change: float = 0) -> list[str]:
    """Return rows of consecutive days, four batches in 360 kB. Each second one has another mass."""
    days = [FIRST + timedelta(days=number) for number in range(NUMBER)]
    masses = [70 + number % 100 / 10 + (change if number % 2 == 0 else 0) for number in range(NUMBER)]
    return [f'"{day.day} {day:%b %Y}, 00:00",{mass:.1f},,,{"8" * 180}' for day, mass in zip(days, masses, strict=True)]


LARGE = files.hevy(*build_rows())
LARGE_CORRECTED = files.hevy(*build_rows(0.5), "1 Sep 2024,70,,,")


async def queue(person: Person, content: str = LARGE, **fields: Any) -> str:
    response = await send_file(person, content, **fields)
    assert response.status_code == 202, response.text
    import_id: str = response.json()["id"]
    return import_id


async def wait_for_batch(connection: Connection) -> None:
    async def has_written() -> bool:
        return bool(
            await connection.fetchval(
                "SELECT count(*) FROM body_measurement WHERE imported_at IS NOT NULL OR import_id IS NOT NULL"
            )
        )

    await wait_until(has_written, seconds=60)


async def test_a_large_file_is_imported_in_the_background_while_the_user_goes_on(ann: Person) -> None:
    import_id = await queue(ann)
    statuses = []
    details: dict[str, Any] = {"state": "queued"}
    while details["state"] in {"queued", "running"}:
        other = {"measured_on": "2026-03-01", "mass_kg": 80}
        statuses.append((await ann.post(PATH, json=other)).status_code)
        details = (await ann.get(f"/imports/{import_id}")).json()
        await asyncio.sleep(0.05)

    assert set(statuses) == {201}
    assert (details["state"], details["body_measurements"], details["progress"]) == ("completed", NUMBER, 1)
    assert counts(details["report"]) == NO_CHANGES | {"new": NUMBER, "equal": 0}
    again = await wait_for_import(ann, await queue(ann))
    assert (again["body_measurements"], counts(again["report"])["equal"]) == (0, NUMBER)


async def test_a_large_dry_run_stores_nothing(ann: Person) -> None:
    done = await wait_for_import(ann, await queue(ann, dry_run=True))

    assert (done["body_measurements"], counts(done["report"])["new"]) == (0, NUMBER)
    assert await list_items(ann) == []


async def test_a_cancelled_import_leaves_nothing(ann: Person, connection: Connection) -> None:
    await import_file(ann, FILE)
    import_id = await queue(ann)
    await wait_for_batch(connection)
    await wait_until(lambda: _has_more(connection), seconds=60)
    cancelled = await ann.post(f"/imports/{import_id}/cancel")

    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelling")
    done = await wait_for_import(ann, import_id, "cancelled")
    assert (done["body_measurements"], done["replaced_body_measurements"]) == (0, 0)
    assert len(await list_items(ann)) == 3


async def _has_more(connection: Connection) -> bool:
    return bool(await connection.fetchval("SELECT count(*) > 3 FROM body_measurement"))


async def test_a_failed_import_leaves_nothing(ann: Person, connection: Connection) -> None:
    await connection.execute(FAIL)

    done = await wait_for_import(ann, await queue(ann), "failed")

    assert (done["body_measurements"], done["report"]) == (0, None)
    assert await list_items(ann) == []


@pytest.mark.parametrize("how", ["stopped", "crashed"])
async def test_an_import_survives_the_end_of_its_process(
    app: RunningApp, start_app: StartApp, ann: Person, bob: Person, connection: Connection, how: str
) -> None:
    for person in (ann, bob):
        await wait_for_import(person, await queue(person))
    whole = await wait_for_import(bob, await queue(bob, LARGE_CORRECTED, on_conflict="replace"))
    import_id = await queue(ann, LARGE_CORRECTED, on_conflict="replace")

    async def has_begun() -> bool:
        replaced = "SELECT count(*) > 850 FROM replaced_measurement"
        return bool(await connection.fetchval(replaced))

    await wait_until(has_begun, seconds=60)
    background = app.state["background_imports"]
    if how == "stopped":
        background.jobs.stop()
        background.wake()
    else:
        background.task.cancel()
    await wait_until(background.task.done)
    if how == "crashed":
        await connection.execute("UPDATE workout_import SET updated_at = now() - interval '1 minute'")
    second = await start_app()
    client = second.client(authorization=ann.client.headers["authorization"])

    done = await wait_for_import(replace(ann, client=client), import_id)

    await client.aclose()
    assert counts(done["report"]) == counts(whole["report"])
    assert counts(whole["report"]) == NO_CHANGES | {"new": 1, "equal": 850, "changed": 850, "replaced": 850}
    assert await connection.fetchval("SELECT count(*) FROM body_measurement") == 2 * (NUMBER + 1)
    assert await connection.fetchval("SELECT count(*) FROM replaced_measurement") == 1700


async def test_options_are_checked(ann: Person) -> None:
    columns = '{"date": "date", "exercise": "weight_kg", "reps": "fat_percent"}'
    assert list_errors(await send_file(ann, FILE, columns=columns)) == [("/columns", "no_table")]
    mapping = '{"Squat": "019ca1d2-6b40-7e8f-9a35-4d7c1e2b6f50"}'
    assert list_errors(await send_file(ann, FILE, mapping=mapping)) == [("/mapping/Squat", "unknown_exercise")]
    no_unit = await send_file(ann, FILE.replace("weight_kg", "weight"), weight_unit="")
    assert list_errors(no_unit) == [("/weight_unit", "unit_needed")]
