from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.tests.helpers import BENCH, SQUAT, statistic, today, train
from tests.support import Person

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


def worked(muscles: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    return {one["muscle"]: (one["sets"], one["volume_kg"]) for one in muscles if one["sets"]}


async def test_all_at_rest(ann: Person) -> None:
    found = await statistic(ann, "muscles")

    assert (found["from"], found["to"]) == ((today() - timedelta(days=89)).isoformat(), today().isoformat())
    assert len(found["muscles"]) == 17
    assert all((one["sets"], one["volume_kg"], one["share"]) == (0, 0, None) for one in found["muscles"])
    assert (found["points"], found["bucket"], found["sets_of_no_known_muscle"]) == (None, None, 0)


async def test_what_is_worked_second_counts_half(ann: Person) -> None:
    # The bench press is for the chest, and second for shoulders and triceps.
    await train(ann, date(2026, 3, 1), *[{"reps": 5, "weight_kg": 100}] * 3)

    found = await statistic(ann, "muscles", **MARCH)

    assert worked(found["muscles"]) == {"chest": (3, 1500), "shoulders": (1.5, 750), "triceps": (1.5, 750)}
    shares = {one["muscle"]: one["share"] for one in found["muscles"]}
    assert (shares["chest"], shares["triceps"], shares["calves"]) == (0.5, 0.25, 0)
    assert found["muscles"][0]["muscle"] == "chest"


async def test_an_exercise_of_no_known_muscle(ann: Person) -> None:
    own = (await ann.post("/exercises", json={"name": "Wall sit"})).json()["id"]
    await train(ann, date(2026, 3, 1), {"reps": 1}, {"reps": 2}, exercise=own)
    await train(ann, date(2026, 3, 1))

    found = await statistic(ann, "muscles", **MARCH)

    assert found["sets_of_no_known_muscle"] == 2
    assert worked(found["muscles"])["chest"] == (1, 500)


async def test_by_week(ann: Person) -> None:
    for day in (2, 8, 16):
        await train(ann, date(2026, 3, day))
    await train(ann, date(2026, 3, 16), exercise=SQUAT)

    found = await statistic(ann, "muscles", bucket="week", **{"from": "2026-03-02", "to": "2026-03-22"})

    assert [(point["start"], point["end"]) for point in found["points"]] == [
        ("2026-03-02", "2026-03-08"),
        ("2026-03-09", "2026-03-15"),
        ("2026-03-16", "2026-03-22"),
    ]
    first, second, third = (worked(point["muscles"]) for point in found["points"])
    assert first["chest"] == (2, 1000)
    assert second == {}
    assert third["quadriceps"] == (1, 500)
    assert worked(found["muscles"])["chest"] == (3, 1500)


async def test_of_this_period_and_mine(ann: Person, bob: Person) -> None:
    await train(ann, date(2026, 2, 28))
    await train(ann, date(2026, 4, 1))
    await train(bob, date(2026, 3, 1), exercise=BENCH)

    assert worked((await statistic(ann, "muscles", **MARCH))["muscles"]) == {}


@pytest.mark.parametrize("query", [{"from": "2026-03-02", "to": "2026-03-01"}, {"bucket": "x"}, {"to": "tomorrow"}])
async def test_nonsense_is_refused(ann: Person, query: dict[str, str]) -> None:
    assert (await ann.get("/statistics/muscles", params=query)).status_code == 422
