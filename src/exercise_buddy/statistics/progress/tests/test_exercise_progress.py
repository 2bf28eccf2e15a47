from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.statistics.tests.helpers import BENCH, PLANK, SQUAT, statistic, today, train
from tests.factories import error_pointers
from tests.support import Person


def seen(*reps: tuple[int, int, float], detected: int | None = None) -> dict[str, Any]:
    """Return the evidence of reps: eccentric and concentric milliseconds, and degrees."""
    evidence = [
        {
            "offset_ms": 3000 * number,
            "duration_ms": eccentric + concentric,
            "eccentric_ms": eccentric,
            "concentric_ms": concentric,
            "range_degrees": degrees,
        }
        for number, (eccentric, concentric, degrees) in enumerate(reps)
    ]
    return {"counter": {"name": "pose", "version": "1"}, "detected_reps": detected or len(reps), "reps": evidence}


async def test_never_done(ann: Person) -> None:
    found = await statistic(ann, f"exercises/{BENCH}")

    assert found["exercise"] == {"id": BENCH, "name": "Barbell Bench Press - Medium Grip", "custom": False}
    assert (found["e1rm_formula"], found["bucket"], found["points"]) == ("epley", None, [])
    assert found["from"] == found["to"] == today().isoformat()
    assert found["all_time"] == {
        "workouts": 0,
        "sets": 0,
        "reps": 0,
        "volume_kg": 0,
        "duration_seconds": None,
        "distance_meters": None,
        "e1rm_kg": None,
        "best_set": {"weight_kg": None, "reps": None},
        "most_reps": None,
        "best_set_volume_kg": None,
        "longest_seconds": None,
        "farthest_meters": None,
        "eccentric_seconds": None,
        "concentric_seconds": None,
        "range_degrees": None,
        "least_assistance_kg": None,
        "mean_assistance_kg": None,
        "velocity_loss_percent": None,
        "velocity_loss_sets": 0,
        "slowdown_percent": None,
        "slowdown_sets": 0,
        "first_on": None,
        "last_on": None,
    }


async def test_a_point_for_each_day_on_which_it_was_done(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, {"reps": 8, "weight_kg": 100})
    await train(ann, date(2026, 3, 1), {"reps": 1, "weight_kg": 102.5}, hour=20)
    await train(ann, date(2026, 3, 8), {"reps": 20})
    await train(ann, date(2026, 3, 9), exercise=SQUAT)

    found = await statistic(ann, f"exercises/{BENCH}")

    first, second = found["points"]
    assert (first["start"], first["end"], second["start"]) == ("2026-03-01", "2026-03-01", "2026-03-08")
    assert (first["workouts"], first["sets"], first["reps"], first["volume_kg"]) == (2, 3, 14, 1402.5)
    assert first["best_set"] == {"weight_kg": 102.5, "reps": 1}
    assert round(first["e1rm_kg"], 4) == 126.6667
    assert (first["most_reps"], first["best_set_volume_kg"]) == (8, 800)
    assert (second["e1rm_kg"], second["best_set"], second["volume_kg"]) == (None, {"weight_kg": None, "reps": None}, 0)
    everything = found["all_time"]
    assert (everything["workouts"], everything["reps"], everything["most_reps"]) == (3, 34, 20)
    assert (everything["first_on"], everything["last_on"]) == ("2026-03-01", "2026-03-08")


async def test_the_reps_of_the_heaviest_set_and_seconds(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 3, "weight_kg": 100}, {"reps": 6, "weight_kg": 100})
    await train(ann, date(2026, 3, 1), {"duration_seconds": 60}, {"duration_seconds": 45.5}, exercise=PLANK)

    point = (await statistic(ann, f"exercises/{BENCH}"))["points"][0]
    plank = (await statistic(ann, f"exercises/{PLANK}"))["points"][0]

    assert point["best_set"] == {"weight_kg": 100, "reps": 6}
    assert (plank["longest_seconds"], plank["duration_seconds"], plank["e1rm_kg"]) == (60, 105.5, None)


async def test_tempo_is_a_mean_over_reps(ann: Person) -> None:
    one = seen((1000, 500, 90), (1200, 700, 80))
    other = seen((2000, 600, 100))
    await train(ann, date(2026, 3, 1), {"reps": 2, "evidence": one}, {"reps": 1, "evidence": other}, {"reps": 30})

    point = (await statistic(ann, f"exercises/{BENCH}"))["points"][0]

    assert (point["eccentric_seconds"], point["concentric_seconds"], point["range_degrees"]) == (1.4, 0.6, 90)


async def test_buckets_have_no_gaps_and_begin_on_my_day(ann: Person) -> None:
    await ann.patch("/users/me", json={"week_starts_on": "saturday"})
    for day in (date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 24)):
        await train(ann, day, {"reps": 5, "weight_kg": 100})

    query = {"bucket": "week", "from": "2026-03-01", "to": "2026-03-24"}
    points = (await statistic(ann, f"exercises/{BENCH}", **query))["points"]

    assert [(point["start"], point["end"], point["workouts"]) for point in points] == [
        ("2026-02-28", "2026-03-06", 1),
        ("2026-03-07", "2026-03-13", 1),
        ("2026-03-14", "2026-03-20", 0),
        ("2026-03-21", "2026-03-27", 1),
    ]
    assert (points[2]["volume_kg"], points[2]["e1rm_kg"], points[2]["best_set"]["reps"]) == (0, None, None)


async def test_a_period_cuts_the_points_and_not_all_time(ann: Person) -> None:
    for day in (1, 8, 15):
        await train(ann, date(2026, 3, day), {"reps": 5, "weight_kg": 100})

    found = await statistic(ann, f"exercises/{BENCH}", **{"from": "2026-03-02", "to": "2026-03-14"})

    assert [point["start"] for point in found["points"]] == ["2026-03-08"]
    assert (found["from"], found["to"], found["all_time"]["workouts"]) == ("2026-03-02", "2026-03-14", 3)


async def test_every_bucket_of_a_long_time(ann: Person) -> None:
    await train(ann, today() - timedelta(days=800))

    for bucket, least in (("day", 801), ("week", 115), ("month", 27), ("year", 3)):
        points = (await statistic(ann, f"exercises/{BENCH}", bucket=bucket))["points"]
        assert len(points) >= least
        assert sum(point["workouts"] for point in points) == 1
        assert all(one["end"] < other["start"] for one, other in pairwise(points))


async def test_of_nobody_else(ann: Person, bob: Person) -> None:
    bobs = (await bob.post("/exercises", json={"name": "Wall sit"})).json()["id"]

    for exercise in (bobs, str(uuid4())):
        assert (await ann.get(f"/statistics/exercises/{exercise}")).status_code == 404
    assert (await statistic(bob, f"exercises/{bobs}"))["exercise"]["custom"] is True


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/to"),
        ({"bucket": "day", "from": "1980-01-01", "to": "2026-03-01"}, "/from"),
        ({"bucket": "hour"}, "/bucket"),
        ({"formula": "guess"}, "/formula"),
        ({"bucket": "day", "to": "2199-12-31"}, "/from"),
    ],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get(f"/statistics/exercises/{BENCH}", params=query)

    assert error_pointers(response) == [pointer]
