"""Exported and imported workouts are the same: any workouts, in both formats, twice."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exercise_buddy.core.text import has_invisible
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests.support import drop_import_fields, export_workouts, import_file, list_workouts
from tests.support import Join, Person

EXERCISES = [str(catalogue_id(slug)) for slug in ("barbell-squat", "plank", "pushups")]
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20).filter(
    lambda text: text.strip() and not has_invisible(text)
)
NOTES = st.text(
    st.one_of(st.sampled_from("=+-@'\",;\n\r\t 💪"), st.characters(codec="utf-8", categories=["L", "N"])), max_size=20
)
SETS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["normal", "warm_up", "drop", "failure"]),
        "reps": st.one_of(st.none(), st.integers(0, 100_000)),
        "weight_kg": st.one_of(st.none(), st.integers(0, 20_000_000).map(lambda tenth: tenth / 10_000)),
        "duration_seconds": st.one_of(st.none(), st.integers(0, 604_800), st.just(30.5)),
        "distance_meters": st.one_of(st.none(), st.integers(0, 2_000_000_000).map(lambda milli: milli / 1000)),
        "rpe": st.one_of(st.none(), st.integers(2, 20).map(lambda half: half / 2)),
    }
).filter(lambda values: any(values[name] is not None for name in ("reps", "duration_seconds", "distance_meters")))
PERFORMED = st.fixed_dictionaries(
    {
        "exercise_id": st.sampled_from(EXERCISES),
        "superset": st.one_of(st.none(), st.integers(0, 100)),
        "notes": st.one_of(st.none(), NOTES),
        "sets": st.lists(SETS, max_size=4),
    }
)
WORKOUTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "seconds": st.integers(0, 10_000_000),
        "minutes": st.integers(0, 44_640),
        "notes": st.one_of(st.none(), NOTES),
        "energy_kcal": st.one_of(st.none(), st.integers(0, 1_000_000_000).map(lambda tenth: tenth / 10_000)),
        "average_heart_rate_bpm": st.one_of(st.none(), st.integers(200, 1_200).map(lambda tenth: tenth / 10)),
        "max_heart_rate_bpm": st.one_of(st.none(), st.integers(1_200, 2_500).map(lambda tenth: tenth / 10)),
        "exercises": st.lists(PERFORMED, max_size=4),
    }
)
START = datetime(2025, 1, 1, tzinfo=UTC)


def build_workout(given_workout: dict[str, Any]) -> dict[str, Any]:
    begun = START + timedelta(seconds=given_workout["seconds"])
    ended = begun + timedelta(minutes=given_workout["minutes"])
    return {key: value for key, value in given_workout.items() if key not in {"seconds", "minutes"}} | {
        "started_at": begun.isoformat(),
        "ended_at": ended.isoformat(),
        "time_zone": "Europe/Berlin",
    }


def sum_totals(found: list[dict[str, Any]]) -> tuple[Any, ...]:
    return (
        len(found),
        sum(workout["totals"]["sets"] for workout in found),
        sum(workout["totals"]["reps"] for workout in found),
        round(sum(workout["totals"]["volume_kg"] for workout in found), 2),
    )


async def test_import_export_import(join: Join) -> None:
    loop = asyncio.get_running_loop()
    number = 0

    async def there_and_back(given_workouts: list[dict[str, Any]]) -> None:
        nonlocal number
        number += 1
        first, second = [await join(f"{name}{number}") for name in ("from", "to")]
        for given_workout in given_workouts:
            await first.log(**build_workout(given_workout))
        before = await list_workouts(first)
        as_json, as_csv = [await export_workouts(first, export_format) for export_format in ("json", "csv")]

        # Into the same account, nothing is added.
        # A CSV without rows is refused.
        for exported in (as_json, as_csv) if given_workouts else (as_json,):
            again = await import_file(first, exported, time_zone="Europe/Berlin")
            assert (again["workouts"], again["problems"]) == (0, [])
        assert await list_workouts(first) == before

        # Into another one: from JSON all of it, ids included; from CSV what Hevy's columns have.
        found = await import_file(second, as_json)
        assert drop_import_fields(await list_workouts(second)) == drop_import_fields(before)
        once_more = await export_workouts(second, "json")
        assert drop_import_fields(json.loads(once_more)["workouts"]) == drop_import_fields(
            json.loads(as_json)["workouts"]
        )
        if found["id"]:
            await second.delete(f"/imports/{found['id']}")
        if not given_workouts:
            return
        found = await import_file(second, as_csv, time_zone="Europe/Berlin")
        assert found["problems"] == []
        assert sum_totals(await list_workouts(second)) == sum_totals(before)
        third = await import_file(second, await export_workouts(second, "csv"), time_zone="Europe/Berlin")
        assert (third["workouts"], third["problems"]) == (0, [])

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(WORKOUTS, max_size=4, unique_by=lambda workout: workout["seconds"] // 60))
    def check(given_workouts: list[dict[str, Any]]) -> None:
        asyncio.run_coroutine_threadsafe(there_and_back(given_workouts), loop).result()

    await asyncio.to_thread(check)


async def test_a_title_with_other_spaces_comes_back_as_the_same(ann: Person) -> None:
    title = "Jambes\u00a0: lourd\u2003et lent"
    await ann.log(title=title, started_at="2025-03-28T17:29:00Z", time_zone="UTC", exercises=[])

    found = await import_file(ann, await export_workouts(ann, "csv"), time_zone="UTC")

    assert (found["workouts"], found["duplicates"]) == (0, 1)
    assert [workout["title"] for workout in await list_workouts(ann)] == [title]
