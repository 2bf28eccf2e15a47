"""Imported body measurements: the change feed, statistics and quotas follow."""

from typing import Any

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.settings import Settings
from exercise_buddy.sync.feed.tests.helpers import Device
from exercise_buddy.transfers.imports.tests import measurement_files as files
from exercise_buddy.transfers.imports.tests.test_measurements import (
    CORRECTED,
    FILE,
    NO_CHANGES,
    counts,
    list_items,
    list_values,
)
from exercise_buddy.transfers.tests.support import import_file, list_codes
from tests.support import Person


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with room for three measurements."""
    return settings.model_copy(update={"quota_body_measurements": 3})


async def test_what_the_account_has_no_room_for_is_reported(ann: Person) -> None:
    beyond = '"22 Mar 2026, 00:00",78,,,\n'
    dry = await import_file(ann, FILE + beyond, dry_run=True)
    report = await import_file(ann, FILE + beyond)
    again = await import_file(ann, CORRECTED + beyond, on_conflict="replace")
    full = await import_file(ann, files.hevy("1 Apr 2026,70,,,"))

    for found in (dry, report):
        assert counts(found) == NO_CHANGES | {"new": 3, "equal": 0, "skipped": 1}
        assert list_codes(found["problems"]) == [(5, "quota_exceeded")]
    assert counts(again) == NO_CHANGES | {"equal": 1, "changed": 2, "replaced": 2, "skipped": 1}
    assert [mass for _, mass, _ in await list_values(ann)] == [80, 78.5, 79]
    assert (full["id"], counts(full)["skipped"]) == (None, 1)
    assert len((await ann.get("/imports")).json()["items"]) == 2


async def test_the_change_feed_and_the_statistics_follow(ann: Person) -> None:
    sets = [{"reps": 10, "duration_seconds": 60}]
    push_ups = {"exercise_id": str(catalogue_id("pushups")), "sets": sets}
    logged = await ann.log(
        started_at="2026-03-10T10:00:00Z", ended_at="2026-03-10T11:00:00Z", time_zone="UTC", exercises=[push_ups]
    )
    month = await _summarize(ann)
    device = Device(ann)
    await device.sync()

    report = await import_file(ann, FILE)
    await device.sync()

    items = await list_items(ann)
    held = {key[1]: resource for key, resource in device.held.items() if key[0] == "body_measurement"}
    assert held == {item["id"]: item for item in items}
    assert {item["import_id"] for item in items} == {report["id"]}
    weighed = (await ann.get(f"/workouts/{logged['id']}")).json()["totals"]
    assert (await _summarize(ann)) != month
    await ann.delete(f"/imports/{report['id']}")
    await device.sync()
    assert {key[0] for key in device.held} == {"workout", "profile"}
    assert (await ann.get(f"/workouts/{logged['id']}")).json()["totals"] == logged["totals"] != weighed
    assert await _summarize(ann) == month


async def _summarize(person: Person) -> Any:
    return (await person.get("/statistics/summary", params={"from": "2026-03-01", "to": "2026-03-31"})).json()
