from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import uuid4

from exercise_buddy.statistics.tests.helpers import BENCH, PLANK, SQUAT, statistic, train
from tests.support import Person

Join = Callable[..., Awaitable[Person]]


async def records(person: Person, **query: Any) -> dict[str, dict[str, dict[str, Any]]]:
    found = await statistic(person, "records", **query)
    return {item["exercise"]["id"]: {record["kind"]: record for record in item["records"]} for item in found["items"]}


async def test_nothing_yet(ann: Person) -> None:
    assert await statistic(ann, "records") == {"e1rm_formula": "epley", "items": []}


async def test_the_best_of_each_kind_and_the_workout_that_set_it(ann: Person) -> None:
    first = await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, {"reps": 12, "weight_kg": 60})
    second = await train(ann, date(2026, 3, 8), {"reps": 1, "weight_kg": 115}, {"reps": 20, "weight_kg": 30})

    found = (await records(ann))[BENCH]

    assert found["load"] == {
        "kind": "load",
        "value": 115,
        "unit": "kg",
        "reps": 1,
        "date": "2026-03-08",
        "workout_id": second,
        "baseline": False,
    }
    assert abs(found["e1rm"]["value"] - 116.6666667) < 1e-6
    assert (found["e1rm"]["workout_id"], found["e1rm"]["date"], found["e1rm"]["baseline"]) == (
        first,
        "2026-03-01",
        True,
    )
    assert (found["reps"]["value"], found["reps"]["workout_id"], found["reps"]["unit"]) == (20, second, "reps")
    assert (found["set_volume"]["value"], found["set_volume"]["workout_id"]) == (720, first)
    assert set(found) == {"load", "e1rm", "reps", "set_volume"}


async def test_holds_and_runs_have_kinds_of_their_own(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"duration_seconds": 61.5}, {"duration_seconds": 90}, exercise=PLANK)
    await train(ann, date(2026, 3, 2), {"distance_meters": 5000, "duration_seconds": 1500}, exercise=SQUAT)

    found = await records(ann)

    assert (found[PLANK]["duration"]["value"], found[PLANK]["duration"]["unit"]) == (90, "s")
    assert set(found[PLANK]) == {"duration"}
    assert (found[SQUAT]["distance"]["value"], found[SQUAT]["distance"]["unit"]) == (5000, "m")


async def test_who_was_first_keeps_it(ann: Person) -> None:
    first = await train(ann, date(2026, 3, 1))
    await train(ann, date(2026, 3, 8))

    found = (await records(ann))[BENCH]

    assert {record["workout_id"] for record in found.values()} == {first}
    assert all(record["baseline"] for record in found.values())


async def test_deleting_and_back_dating_need_no_upkeep(ann: Person) -> None:
    best = await train(ann, date(2026, 3, 8), {"reps": 5, "weight_kg": 120})
    second = await train(ann, date(2026, 3, 9), {"reps": 5, "weight_kg": 110})
    earlier = await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 120})

    back_dated = (await records(ann))[BENCH]["load"]
    await ann.delete(f"/workouts/{earlier}")
    restored = (await records(ann))[BENCH]["load"]
    await ann.delete(f"/workouts/{best}")
    left = (await records(ann))[BENCH]["load"]

    assert [record["workout_id"] for record in (back_dated, restored, left)] == [earlier, best, second]
    assert left["value"] == 110


async def test_a_failed_lift_is_no_record(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, {"reps": 0, "weight_kg": 140})

    assert (await records(ann))[BENCH]["load"]["value"] == 100


async def test_bodyweight_reps_count(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 25})

    found = (await records(ann))[BENCH]

    assert found["reps"]["value"] == 25
    assert set(found) == {"reps"}


async def test_two_workouts_that_started_at_once(ann: Person) -> None:
    for _ in range(2):
        await train(ann, date(2026, 3, 1))

    found = await statistic(ann, "records")

    assert [len(item["records"]) for item in found["items"]] == [4]


async def test_by_name_and_of_one_exercise(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), exercise=SQUAT)
    await train(ann, date(2026, 3, 1), exercise=BENCH)

    names = [item["exercise"]["name"] for item in (await statistic(ann, "records"))["items"]]

    assert names == ["Barbell Bench Press - Medium Grip", "Barbell Squat"]
    assert set(await records(ann, exercise=SQUAT)) == {SQUAT}
    assert await records(ann, exercise=str(uuid4())) == {}


async def test_everybody_has_their_own(ann: Person, bob: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 200})
    await train(bob, date(2026, 3, 1), {"reps": 5, "weight_kg": 50})

    assert (await records(bob))[BENCH]["load"]["value"] == 50
