"""Warm-ups and assistance: what they count for, and that an upgrade brings along what was written before."""

from datetime import date
from typing import Any

import pytest
from alembic import command

from exercise_buddy.core.db.database import Database
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.migration import migrate
from exercise_buddy.statistics.consistency import verify_totals
from exercise_buddy.statistics.tests.helpers import statistic
from tests.factories import BENCH, exercise, workout
from tests.support import Connection, Person
from tests.test_migrations import alembic, run

PULLUPS = str(catalogue_id("pullups"))
ASSISTED_DIPS = "Assisted dips"
WARM_UP = {"kind": "warm_up", "reps": 30, "weight_kg": 20, "duration_seconds": 99}
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


async def log(person: Person, day: int, *parts: tuple[str, list[dict[str, Any]]], year: int = 2026) -> dict[str, Any]:
    start = date(year, 3, day).isoformat()
    exercises = [exercise(exercise_id, *sets) for exercise_id, sets in parts]
    return await person.log(
        **workout(*exercises, started_at=f"{start}T10:00:00Z", ended_at=f"{start}T11:00:00Z", time_zone="UTC")
    )


async def list_records(person: Person, exercise_id: str) -> dict[str, list[tuple[float, bool]]]:
    items = (await statistic(person, "records", exercise=exercise_id))["items"]
    records: dict[str, list[tuple[float, bool]]] = {}
    for record in items[0]["records"] if items else ():
        records.setdefault(record["kind"], []).append((record["value"], record["baseline"]))
    return records


async def list_history(person: Person, exercise_id: str, kind: str) -> list[tuple[float, float, float]]:
    items = (await statistic(person, "records/history", exercise=exercise_id, kind=kind))["items"]
    return [(record["value"], record["previous"], record["improvement"]) for record in items]


async def test_warm_ups_set_no_record_and_count_for_volume_only_on_request(ann: Person) -> None:
    reps = [{"offset_ms": 1000 * number, "duration_ms": 500} for number in range(9)]
    seen = {"counter": {"name": "pose", "version": "1"}, "detected_reps": 9, "reps": reps}
    logged = await log(ann, 2, (BENCH, [WARM_UP | {"evidence": seen}, {"reps": 5, "weight_kg": 100}]))
    await log(ann, 3, (BENCH, [WARM_UP | {"reps": 40, "weight_kg": 300, "distance_meters": 5}]))

    assert await list_records(ann, BENCH) == {
        "load": [(100, True)],
        "e1rm": [(pytest.approx(116.6667, abs=1e-4), True)],
        "reps": [(5, True)],
        "reps_at_load": [(5, True)],
        "set_volume": [(500, True)],
    }
    assert logged["totals"]["volume_kg"] == 1100
    assert logged["totals"]["warm_up"] == {"sets": 1, "reps": 30, "volume_kg": 600, "assisted_volume_kg": 0}
    for include, volume, chest_sets in ((None, 500, 1), ("true", 13_100, 3)):
        asked: dict[str, Any] = MARCH | ({} if include is None else {"include_warm_ups": include})
        summary = await statistic(ann, "summary", **asked)
        muscles = await statistic(ann, "muscles", bucket="month", **asked)
        progress = await statistic(ann, f"exercises/{BENCH}", **asked)
        points = [
            (await statistic(ann, "timeseries", metric="volume_kg", bucket=bucket, **asked))["points"]
            for bucket in ("day", "month")
        ]
        of_bench = await statistic(ann, "timeseries", metric="volume_kg", bucket="month", exercise=BENCH, **asked)
        calendar = await statistic(ann, "calendar", **asked)
        load = await statistic(ann, "workload", **asked)
        assert (summary["sets"], summary["reps"], summary["volume_kg"]) == (3, 75, volume)
        assert [sum(point["value"] for point in of_bucket) for of_bucket in (*points, of_bench["points"])] == [
            volume
        ] * 3
        assert {one["sets"] for one in muscles["muscles"] if one["muscle"] == "chest"} == {chest_sets}
        assert (progress["all_time"]["sets"], progress["all_time"]["volume_kg"]) == (3, volume)
        assert sum(day["volume_kg"] for day in calendar["days"]) == sum(day["load"] for day in load["points"]) == volume
        own = {} if include is None else {"include_warm_ups": include}
        assert (await statistic(ann, "dashboard", **own))["all_time"]["volume_kg"] == volume


async def test_assistance_is_no_volume_and_less_of_it_is_a_record(ann: Person) -> None:
    await ann.weigh("2026-01-01", 80)
    first = await log(ann, 2, (PULLUPS, [{"reps": 8, "assistance_kg": 30}, {"reps": 4, "assistance_kg": 25}]))
    await log(
        ann, 3, (PULLUPS, [{"reps": 9, "assistance_kg": 27.5}, {**WARM_UP, "weight_kg": None, "assistance_kg": 5}])
    )
    await log(ann, 4, (PULLUPS, [{"reps": 6, "assistance_kg": 20}, {"reps": 3}, {"reps": 2, "weight_kg": 10}]))

    assert first["totals"]["volume_kg"] == 0
    assert first["totals"]["assisted_volume_kg"] == 340
    assert first["totals"]["bodyweight_volume_kg"] == 12 * 80 - 340
    records = await list_records(ann, PULLUPS)
    assert (records["assistance"], records["reps"], records["load"]) == ([(20, False)], [(3, True)], [(10, True)])
    assert await list_history(ann, PULLUPS, "assistance") == [(20, 25, 5)]
    progress = await statistic(ann, f"exercises/{PULLUPS}", **MARCH)
    series = [(point["least_assistance_kg"], point["mean_assistance_kg"]) for point in progress["points"]]
    assert series == [(25, 28.3333), (27.5, 27.5), (20, 20)]
    assert (await statistic(ann, "summary", **MARCH))["volume_kg"] == 20
    # A deleted workout gives its record back.
    await ann.delete(f"/workouts/{first['id']}")
    assert await list_history(ann, PULLUPS, "assistance") == [(20, 27.5, 7.5)]
    await log(ann, 1, (PULLUPS, [{"reps": 1, "assistance_kg": 15}]))
    assert (await list_records(ann, PULLUPS))["assistance"] == [(15, True)]


async def test_velocity_loss_is_that_of_measured_velocities(ann: Person) -> None:
    def seen(*reps: dict[str, Any]) -> dict[str, Any]:
        counted = [{"offset_ms": 2000 * number, **rep} for number, rep in enumerate(reps)]
        return {"counter": {"name": "sensor", "version": "1"}, "detected_reps": len(reps), "reps": counted}

    by_velocity = seen({"mean_velocity_mps": 0.6}, {"mean_velocity_mps": 0.8}, {"mean_velocity_mps": 0.6})
    by_duration = seen({"concentric_ms": 500}, {"concentric_ms": 1000})
    sets = [{"reps": 3, "evidence": by_velocity}, {"reps": 2, "evidence": by_duration}]
    await log(ann, 2, (BENCH, sets))

    quality = (await statistic(ann, "rep-quality", **MARCH))["total"]
    progress = (await statistic(ann, f"exercises/{BENCH}", **MARCH))["all_time"]
    for found in (quality, progress):
        assert (found["velocity_loss_percent"], found["velocity_loss_sets"]) == (pytest.approx(25, abs=1e-4), 1)
        assert (found["slowdown_percent"], found["slowdown_sets"]) == (pytest.approx(37.5, abs=1e-4), 2)


async def test_an_upgrade_brings_along_what_was_written(ann: Person, connection: Connection, database_url: str) -> None:
    machine = {"name": ASSISTED_DIPS, "primary_muscles": ["triceps"], "assisted": True, "bodyweight_share": 0.9}
    dips = (await ann.post("/exercises", json=machine)).json()["id"]
    await ann.weigh("2020-01-01", 80)
    fast = [{"offset_ms": 9000 - 1000 * n, "mean_velocity_mps": 0.5 + n / 10, "side": "left"} for n in range(3)]
    seen = {
        "counter": {"name": "s", "version": "1"},
        "detected_reps": 3,
        "reps": [*fast, {"offset_ms": 1, "rejected": True}],
    }
    for year in (2024, 2026):
        await log(ann, 2, (BENCH, [WARM_UP | {"evidence": seen}, {"reps": 5, "weight_kg": 100}]), year=year)
        await log(
            ann,
            3,
            (dips, [{"reps": 8, "weight_kg": 30}, {**WARM_UP, "weight_kg": 40}]),
            (PULLUPS, [{"reps": 4, "weight_kg": 10}, {"reps": 3, "evidence": seen}]),
            year=year,
        )
    tables = ("workout", "workout_exercise", "exercise_record", "settled_month", "settled_exercise")
    totals = {name: await connection.fetch(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4") for name in tables}  # noqa: S608

    await run(database_url, alembic(command.downgrade, "0046"))
    await connection.reload_schema_state()
    # As the former release has written it.
    await connection.execute("UPDATE workout_exercise SET best_reps = 30 WHERE best_reps < 30")
    await migrate(database_url)
    await connection.reload_schema_state()

    async with Database.open(database_url) as database:
        results = [result async for result in verify_totals(database, None, repair=False, batch=100)]
    assert [
        (found.name, found.stored, found.counted)
        for result in results
        for found in result.differences
        if not found.name.startswith("document")
    ] == []
    for name in tables:
        rows = await connection.fetch(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4")  # noqa: S608
        assert [dict(row) for row in rows] == [dict(row) for row in totals[name]]
