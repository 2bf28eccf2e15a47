from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.core.db.pagination import encode_cursor
from exercise_buddy.statistics.tests.helpers import BENCH, SQUAT, statistic, train
from tests.factories import error_pointers
from tests.support import Person


async def history(person: Person, **query: Any) -> list[dict[str, Any]]:
    """Return all pages, read two items at a time."""
    return await person.list_all("/statistics/records/history", limit=2, **query)


def short(items: list[dict[str, Any]]) -> list[tuple[str, float, float]]:
    return [(item["kind"], item["value"], item["previous"]) for item in items]


async def test_nothing_yet(ann: Person) -> None:
    await train(ann, date(2026, 3, 1))

    assert await statistic(ann, "records/history") == {"e1rm_formula": "epley", "items": [], "next_cursor": None}


async def test_what_was_broken_by_which_workout(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 1, "weight_kg": 100})
    await train(ann, date(2026, 3, 2), {"reps": 1, "weight_kg": 90})
    broke = await train(ann, date(2026, 3, 8), {"reps": 1, "weight_kg": 104})

    load = next(item for item in await history(ann) if item["kind"] == "load")

    title = (await ann.get(f"/workouts/{broke}")).json()["title"]
    assert load == {
        "exercise": {"id": BENCH, "name": "Barbell Bench Press - Medium Grip", "custom": False},
        "kind": "load",
        "value": 104,
        "previous": 100,
        "improvement": 4,
        "unit": "kg",
        "weight_kg": None,
        "date": "2026-03-08",
        "workout_id": broke,
        "workout_title": title,
    }


async def test_every_time_and_the_newest_first(ann: Person) -> None:
    for day, weight in enumerate((60, 70, 65, 70, 80, 75, 85), 1):
        await train(ann, date(2026, 3, day), {"reps": 1, "weight_kg": weight})

    assert short(await history(ann, kind="load")) == [("load", 85, 80), ("load", 80, 70), ("load", 70, 60)]
    kinds = [item["kind"] for item in await history(ann)]
    assert kinds == ["set_volume", "e1rm", "load"] * 3


async def test_twice_in_one_workout(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 1, "weight_kg": 60})
    exercises = [{"exercise_id": BENCH, "sets": [{"reps": 1, "weight_kg": weight}]} for weight in (70, 65, 75)]
    await ann.log(started_at="2026-03-02T10:00:00+01:00", time_zone="Europe/Berlin", exercises=exercises)

    assert short(await history(ann, kind="load")) == [("load", 75, 70), ("load", 70, 60)]


async def test_by_exercise_and_period(ann: Person) -> None:
    for day, weight in enumerate((60, 70, 80, 90), 1):
        await train(ann, date(2026, 3, day), {"reps": 1, "weight_kg": weight})
        await train(ann, date(2026, 3, day), {"reps": 1, "weight_kg": weight * 2}, exercise=SQUAT)

    assert short(await history(ann, kind="load", exercise=SQUAT)) == [
        ("load", 180, 160),
        ("load", 160, 140),
        ("load", 140, 120),
    ]
    within = {"from": "2026-03-02", "to": "2026-03-03", "kind": "load"}
    assert [item["value"] for item in await history(ann, **within, exercise=BENCH)] == [80, 70]
    assert sorted(item["value"] for item in await history(ann, **within)) == [70, 80, 140, 160]
    assert await history(ann, **{"from": "2026-03-05"}) == []
    assert await history(ann, to="2026-03-01") == []


async def test_back_dating_and_deleting_change_it(ann: Person) -> None:
    for day, weight in ((1, 60), (10, 80), (20, 90)):
        await train(ann, date(2026, 3, day), {"reps": 1, "weight_kg": weight})
    between = await train(ann, date(2026, 3, 5), {"reps": 1, "weight_kg": 85})

    assert short(await history(ann, kind="load")) == [("load", 90, 85), ("load", 85, 60)]
    await ann.delete(f"/workouts/{between}")
    assert short(await history(ann, kind="load")) == [("load", 90, 80), ("load", 80, 60)]


async def test_by_another_formula(ann: Person) -> None:
    # 100 x 10 is less than 103 x 9 by Epley, and more by Brzycki.
    await train(ann, date(2026, 3, 1), {"reps": 10, "weight_kg": 100})
    await train(ann, date(2026, 3, 2), {"reps": 9, "weight_kg": 103})

    assert [item["kind"] for item in await history(ann, kind="e1rm")] == ["e1rm"]
    assert await history(ann, kind="e1rm", formula="brzycki") == []


async def test_reps_at_a_load_or_a_heavier_one(ann: Person) -> None:
    days = [
        [(100, 5)],
        [(100, 7), (95, 7), (90, 8)],
        [(105, 7)],
        [(102, 7), (100, 8), (100, 6)],
        [(80, 9), (85, 9)],
    ]
    for number, sets in enumerate(days, 1):
        await train(ann, date(2026, 3, number), *({"reps": reps, "weight_kg": weight} for weight, reps in sets))

    found = await history(ann, kind="reps_at_load", exercise=BENCH)

    assert [(item["date"][-2:], item["weight_kg"], item["value"], item["previous"]) for item in found] == [
        ("05", 85, 9, 8),
        ("04", 100, 8, 7),
        ("02", 100, 7, 5),
        ("02", 90, 8, 5),
    ]
    assert "reps_at_load" in {item["kind"] for item in await history(ann, exercise=BENCH)}
    assert "reps_at_load" not in {item["kind"] for item in await history(ann)}


async def test_pages_of_many_chains(ann: Person) -> None:
    names = (await ann.get("/exercises", params={"limit": 30})).json()["items"]
    for day in range(6):
        for number, exercise in enumerate(names[: 20 - 2 * day]):
            await train(
                ann,
                date(2026, 3, 1) + timedelta(days=day),
                {"reps": 1 + (day + number) % 4, "weight_kg": 50},
                exercise=exercise["id"],
                hour=number % 24,
            )
    whole = await statistic(ann, "records/history", limit=100)
    items = await history(ann)

    assert items == whole["items"]
    assert len(items) > 40
    assert len({(item["exercise"]["id"], item["kind"], item["workout_id"]) for item in items}) == len(items)
    assert all(item["value"] > item["previous"] for item in items)
    assert [item["date"] for item in items] == sorted((item["date"] for item in items), reverse=True)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/to"),
        ({"kind": "reps_at_load"}, "/exercise"),
        ({"kind": "happiness"}, "/kind"),
        ({"formula": "guess"}, "/formula"),
        ({"limit": "0"}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
        ({"cursor": encode_cursor(["workouts", "2026-03-01T00:00:00Z", uuid4(), 0, 0, 0.0])}, "/cursor"),
        ({"cursor": encode_cursor(["records", "2026-03-01T00:00:00Z", uuid4(), 10**9, 0, 0.0])}, "/cursor"),
    ],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get("/statistics/records/history", params=query)

    assert error_pointers(response) == [pointer]


async def test_everybody_has_their_own(ann: Person, bob: Person) -> None:
    for person, step in ((ann, 1), (bob, 50)):
        for day in (1, 2):
            await train(person, date(2026, 3, day), {"reps": 1, "weight_kg": 60 + step * day})

    assert short(await history(ann, kind="load")) == [("load", 62, 61)]
