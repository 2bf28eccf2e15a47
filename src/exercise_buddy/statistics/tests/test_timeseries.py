from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.statistics.tests.helpers import BENCH, PLANK, SQUAT, statistic, store, today, train
from tests.support import Connection, Join, Person


async def series(person: Person, **query: Any) -> dict[str, Any]:
    found = await statistic(person, "timeseries", **query)
    return {point["start"]: point["value"] for point in found["points"]}


async def test_days_without_gaps(ann: Person) -> None:
    await train(ann, date(2026, 2, 27))
    await train(ann, date(2026, 3, 2), {"reps": 3, "weight_kg": 50})

    found = await statistic(
        ann, "timeseries", metric="volume_kg", bucket="day", **{"from": "2026-02-26", "to": "2026-03-02"}
    )

    assert found["exercise"] is None
    assert [(p["start"], p["end"], p["value"]) for p in found["points"]] == [
        ("2026-02-26", "2026-02-26", 0),
        ("2026-02-27", "2026-02-27", 500),
        ("2026-02-28", "2026-02-28", 0),
        ("2026-03-01", "2026-03-01", 0),
        ("2026-03-02", "2026-03-02", 150),
    ]


@pytest.mark.parametrize(
    ("starts_on", "weeks"),
    [
        ("monday", {"2025-12-22": 1, "2025-12-29": 3, "2026-01-05": 1}),
        ("sunday", {"2025-12-28": 3, "2026-01-04": 2}),
        ("saturday", {"2025-12-27": 3, "2026-01-03": 2}),
    ],
)
async def test_weeks_begin_on_the_users_day_and_cross_the_year(
    join: Join, starts_on: str, weeks: dict[str, int]
) -> None:
    ann = await join("ann")
    await ann.patch("/users/me", json={"week_starts_on": starts_on})
    for day in (date(2025, 12, 28), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5)):
        await train(ann, day)

    found = await statistic(ann, "timeseries", bucket="week", **{"from": "2025-12-28", "to": "2026-01-05"})

    assert {point["start"]: point["value"] for point in found["points"]} == weeks
    for point in found["points"]:
        assert (date.fromisoformat(point["end"]) - date.fromisoformat(point["start"])).days == 6


async def test_months_and_years(ann: Person) -> None:
    for day in (date(2024, 2, 29), date(2024, 3, 1), date(2025, 1, 31)):
        await train(ann, day)
    period = {"from": "2024-02-29", "to": "2025-02-01"}

    months = await statistic(ann, "timeseries", bucket="month", **period)
    years = await series(ann, bucket="year", **period)

    assert len(months["points"]) == 13
    assert months["points"][0] == {"start": "2024-02-01", "end": "2024-02-29", "value": 1}
    assert months["points"][-2]["value"] == 1
    assert years == {"2024-01-01": 2, "2025-01-01": 1}


async def test_days_outside_the_period_do_not_count_in_its_first_and_last_bucket(ann: Person) -> None:
    for day in (1, 15, 31):
        await train(ann, date(2026, 3, day))

    assert await series(ann, bucket="month", **{"from": "2026-03-02", "to": "2026-03-30"}) == {"2026-03-01": 1}


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("workouts", 2),
        ("active_days", 1),
        ("sets", 3),
        ("reps", 15),
        ("volume_kg", 980.5),
        ("duration_seconds", 7200),
    ],
)
async def test_metrics(ann: Person, metric: str, value: float) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, {"reps": 5, "weight_kg": 96.1})
    await train(ann, date(2026, 3, 1), {"reps": 5}, hour=20)

    assert await series(ann, metric=metric, bucket="day", **{"from": "2026-03-01", "to": "2026-03-01"}) == {
        "2026-03-01": value
    }


@pytest.mark.parametrize(
    ("metric", "values"),
    [
        ("workouts", [1, 0, 1]),
        ("sets", [2, 0, 1]),
        ("reps", [8, 0, 1]),
        ("weight_kg", [100, None, 110]),
        ("e1rm_kg", [pytest.approx(116.6666667), None, 110]),
    ],
)
async def test_of_one_exercise(ann: Person, metric: str, values: list[float | None]) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, {"reps": 3, "weight_kg": 90})
    await train(ann, date(2026, 3, 2), exercise=SQUAT)
    await train(ann, date(2026, 3, 3), {"reps": 1, "weight_kg": 110})

    found = await statistic(
        ann, "timeseries", metric=metric, bucket="day", exercise=BENCH, **{"from": "2026-03-01", "to": "2026-03-03"}
    )

    assert [point["value"] for point in found["points"]] == values
    assert found["exercise"] == {"id": BENCH, "name": "Barbell Bench Press - Medium Grip", "custom": False}


async def test_time_of_one_exercise_is_that_of_its_sets(ann: Person) -> None:
    await train(ann, date(2026, 3, 1), {"duration_seconds": 60}, {"duration_seconds": 45.5}, exercise=PLANK)

    found = await series(
        ann,
        metric="duration_seconds",
        bucket="day",
        exercise=PLANK,
        **{"from": "2026-03-01", "to": "2026-03-01"},
    )

    assert found == {"2026-03-01": 105.5}


async def test_without_a_period_from_the_first_workout_to_today(ann: Person) -> None:
    empty = await statistic(ann, "timeseries")
    await train(ann, date(2024, 5, 15))
    found = await statistic(ann, "timeseries", bucket="month")

    assert (empty["metric"], empty["bucket"], len(empty["points"])) == ("workouts", "week", 1)
    assert (found["from"], found["to"]) == ("2024-05-15", today().isoformat())
    assert found["points"][0] == {"start": "2024-05-01", "end": "2024-05-31", "value": 1}
    assert found["points"][-1]["start"] == today().replace(day=1).isoformat()


async def test_exercises_that_are_not_ones_own(ann: Person, bob: Person) -> None:
    mine = (await ann.post("/exercises", json={"name": "My Press"})).json()["id"]

    assert (await ann.get("/statistics/timeseries", params={"exercise": mine})).status_code == 200
    others = await bob.get("/statistics/timeseries", params={"exercise": mine})
    random = await bob.get("/statistics/timeseries", params={"exercise": str(uuid4())})
    assert (others.status_code, random.status_code) == (404, 404)


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"metric": "happiness"}, "/metric", "enum"),
        ({"bucket": "fortnight"}, "/bucket", "enum"),
        ({"exercise": "bench"}, "/exercise", "uuid_parsing"),
        ({"metric": "e1rm_kg"}, "/exercise", "missing"),
        ({"metric": "e1rm_kg", "muscle": "chest"}, "/exercise", "missing"),
        ({"metric": "energy_kcal", "muscle": "chest"}, "/metric", "of_whole_workouts"),
        ({"metric": "energy_kcal", "exercise": BENCH}, "/metric", "of_whole_workouts"),
        ({"exercise": BENCH, "muscle": "chest"}, "/muscle", "exercise_and_muscle"),
        ({"muscle": "brain"}, "/muscle", "enum"),
        ({"formula": "guess"}, "/formula", "enum"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/to", "before_from"),
        ({"from": "1970-01-01", "to": "2199-12-31", "bucket": "day"}, "/bucket", "too_many_points"),
        ({"to": "2199-12-31", "bucket": "day"}, "/bucket", "too_many_points"),
    ],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, str], pointer: str, code: str) -> None:
    response = await ann.get("/statistics/timeseries", params=query)

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]


async def test_the_longest_period_there_can_be(ann: Person) -> None:
    weeks = await series(ann, bucket="week", **{"from": "1970-01-01", "to": "2199-12-31"})

    assert len(weeks) == 12_002
    assert min(weeks) == "1969-12-29"


A_DAY = {"from": "2026-03-01", "to": "2026-03-02", "bucket": "day"}


@pytest.mark.parametrize(
    ("muscle", "metric", "value"),
    [
        # The bench press trains the chest, and shoulders and triceps along with it.
        ("chest", "sets", 2),
        ("chest", "reps", 8),
        ("chest", "volume_kg", 770),
        ("triceps", "sets", 1),
        ("triceps", "reps", 4),
        ("triceps", "volume_kg", 385),
        ("triceps", "workouts", 1),
        ("triceps", "active_days", 1),
        ("quadriceps", "sets", 1),
        ("neck", "sets", 0),
    ],
)
async def test_of_a_muscle_secondary_ones_count_half(ann: Person, muscle: str, metric: str, value: float) -> None:
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, {"reps": 3, "weight_kg": 90})
    await train(ann, date(2026, 3, 1), {"reps": 5, "weight_kg": 100}, exercise=SQUAT)

    found = await statistic(ann, "timeseries", metric=metric, muscle=muscle, **A_DAY)

    assert [point["value"] for point in found["points"]] == [value, 0]
    assert (found["muscle"], found["exercise"], found["e1rm_formula"]) == (muscle, None, None)


async def test_energy_and_what_the_body_weighs_in(ann: Person, connection: Connection) -> None:
    await store(connection, ann, date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2), met_minutes=118)
    await connection.execute("UPDATE workout SET bodyweight_reps = 10.5, assisted_volume_kg = 5")
    await ann.weigh("2026-03-02", 70)

    kcal = await series(ann, metric="energy_kcal", **A_DAY)
    volume = await series(ann, metric="bodyweight_volume_kg", **A_DAY)

    assert kcal == {"2026-03-01": None, "2026-03-02": 144.55}
    assert volume == {"2026-03-01": None, "2026-03-02": 730}


async def test_what_the_body_weighs_in_of_an_exercise_and_a_muscle(ann: Person) -> None:
    pushups = await ann.exercise_id("Pushups")
    share = (await ann.get(f"/exercises/{pushups}")).json()["bodyweight_share"]
    await ann.weigh("2026-03-01", 80)
    await train(ann, date(2026, 3, 1), {"reps": 20}, exercise=pushups)

    of_it = await series(ann, metric="bodyweight_volume_kg", exercise=pushups, **A_DAY)
    of_triceps = await series(ann, metric="bodyweight_volume_kg", muscle="triceps", **A_DAY)

    assert of_it == {"2026-03-01": pytest.approx(20 * share * 80), "2026-03-02": None}
    assert of_triceps == {"2026-03-01": pytest.approx(20 * share * 80 / 2), "2026-03-02": None}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("epley", 116.67),
        ("brzycki", 112.50),
        ("lombardi", 117.46),
        ("oconner", 112.50),
        ("wathan", 116.58),
        ("mayhew", 119.01),
    ],
)
async def test_another_formula(ann: Person, formula: str, value: float) -> None:
    # Neither above 12 reps, where Brzycki goes wild, nor of the body alone is there an estimate.
    await train(
        ann,
        date(2026, 3, 1),
        {"reps": 5, "weight_kg": 100},
        {"reps": 40, "weight_kg": 60},
        {"reps": 13, "weight_kg": 90},
        {"reps": 5},
    )

    found = await statistic(ann, "timeseries", metric="e1rm_kg", exercise=BENCH, formula=formula, **A_DAY)

    assert found["e1rm_formula"] == formula
    assert [point["value"] for point in found["points"]] == [pytest.approx(value, abs=0.005), None]


async def test_pounds_and_kilograms_of_one_import_add_up(ann: Person) -> None:
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    row = '2026-03-0{},"Push",1h,"Bench Press (Barbell)",1,{},5,0,0,,,\n'
    for day, weight, unit in ((1, 45, "lb"), (2, 20.4117, "kg")):
        content = header + row.format(f"{day} 18:00:00", weight)
        sent = {"files": {"file": ("a.csv", content)}, "data": {"weight_unit": unit, "time_zone": "Europe/Berlin"}}
        assert (await ann.post("/imports", **sent)).status_code == 201

    found = await series(ann, metric="volume_kg", bucket="month", **{"from": "2026-03-01", "to": "2026-03-31"})

    assert found == {"2026-03-01": round(2 * 5 * 20.4117, 4)}


async def test_days_are_those_of_the_workouts_not_of_their_upload(ann: Person, connection: Connection) -> None:
    await train(ann, date(2020, 2, 29))
    uploaded = await connection.fetchval("SELECT created_at::date FROM workout")

    found = await series(ann, bucket="day", **{"from": "2020-02-28", "to": "2020-03-01"})

    assert found == {"2020-02-28": 0, "2020-02-29": 1, "2020-03-01": 0}
    assert uploaded > date(2020, 3, 1)


async def test_no_history_is_too_long(ann: Person, connection: Connection) -> None:
    days = [date(1990, 1, 1) + timedelta(days=number) for number in range(12_000)]
    await store(connection, ann, *days)

    assert (await statistic(ann, "summary"))["workouts"] == 12_000
    assert sum((await series(ann, bucket="year")).values()) == 12_000
    assert (await statistic(ann, "streaks"))["days"]["longest"] == {
        "length": 12_000,
        "from": "1990-01-01",
        "to": days[-1].isoformat(),
    }
