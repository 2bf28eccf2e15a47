from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.overview.queries import WEEK
from exercise_buddy.statistics.tests.helpers import at, set_goals, statistic, store, today, train
from tests.support import Connection, Join, Person, RunningApp

NOTHING = {"workouts": 0, "sets": 0, "reps": 0, "volume_kg": 0, "duration_seconds": 0, "energy_kcal": None}
TOTALS = tuple(NOTHING)


async def week_at(app: RunningApp, person: Person, moment: str) -> Any:
    return await at(app, person, moment, WEEK)


def totals(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in TOTALS}


async def test_nothing_yet(ann: Person) -> None:
    found = await statistic(ann, "weekly")
    monday = today() - timedelta(days=today().weekday())

    assert (found["from"], found["to"]) == (monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    assert (found["today"], found["week_starts_on"]) == (today().isoformat(), "monday")
    assert [day["date"] for day in found["days"]] == [(monday + timedelta(days=n)).isoformat() for n in range(7)]
    assert all(totals(day) == NOTHING and day["last_week"] == NOTHING for day in found["days"])
    assert totals(found) == NOTHING
    assert found["goal"] is None


async def test_day_by_day_beside_the_week_before(app: RunningApp, ann: Person, connection: Connection) -> None:
    # Monday 2026-03-09; today is Wednesday.
    await store(connection, ann, date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 6), reps=5, minutes=20)
    await store(connection, ann, date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 11))
    await store(connection, ann, date(2026, 3, 1), date(2026, 3, 16))

    found = await week_at(app, ann, "2026-03-11T12:00:00+00:00")

    once = {
        "workouts": 1,
        "sets": 2,
        "reps": 10,
        "volume_kg": 205,
        "duration_seconds": 1800,
        "energy_kcal": None,
    }
    days = {day["date"]: day for day in found["days"]}
    assert totals(days["2026-03-09"]) == once
    assert totals(days["2026-03-10"]) == NOTHING
    assert totals(days["2026-03-11"]) == {name: value and value * 2 for name, value in once.items()}
    assert [day["last_week"]["reps"] for day in found["days"]] == [5, 0, 5, 0, 5, 0, 0]
    assert (found["workouts"], found["reps"], found["volume_kg"]) == (3, 30, 615)
    last_week = found["last_week"]
    assert (last_week["from"], last_week["to"]) == ("2026-03-02", "2026-03-08")
    assert (last_week["workouts"], last_week["reps"], last_week["duration_seconds"]) == (3, 15, 3600)
    assert (last_week["until_same_weekday"]["workouts"], last_week["until_same_weekday"]["reps"]) == (2, 10)


@pytest.mark.parametrize(
    ("zone", "starts_on", "moment", "begins", "shown"),
    [
        # The week turns over at midnight where the user is.
        ("Pacific/Kiritimati", "monday", "2026-03-08T09:59:00+00:00", "2026-03-02", "2026-03-08"),
        ("Pacific/Kiritimati", "monday", "2026-03-08T10:00:00+00:00", "2026-03-09", "2026-03-09"),
        ("Pacific/Pago_Pago", "saturday", "2026-03-14T10:59:00+00:00", "2026-03-07", "2026-03-13"),
        ("Pacific/Pago_Pago", "saturday", "2026-03-14T11:00:00+00:00", "2026-03-14", "2026-03-14"),
        ("Asia/Kolkata", "sunday", "2026-03-07T18:29:00+00:00", "2026-03-01", "2026-03-07"),
        ("Asia/Kolkata", "sunday", "2026-03-07T18:30:00+00:00", "2026-03-08", "2026-03-08"),
        # Sundays on which New York changes its clocks.
        ("America/New_York", "sunday", "2026-03-08T04:59:00+00:00", "2026-03-01", "2026-03-07"),
        ("America/New_York", "monday", "2026-03-09T03:59:00+00:00", "2026-03-02", "2026-03-08"),
        ("America/New_York", "monday", "2026-03-09T04:00:00+00:00", "2026-03-09", "2026-03-09"),
        ("America/New_York", "monday", "2026-11-02T04:59:00+00:00", "2026-10-26", "2026-11-01"),
        ("America/New_York", "monday", "2026-11-02T05:00:00+00:00", "2026-11-02", "2026-11-02"),
        ("Europe/Berlin", "friday", "2026-01-01T12:00:00+00:00", "2025-12-26", "2026-01-01"),
    ],
)
async def test_the_week_is_the_users(
    app: RunningApp, join: Join, zone: str, starts_on: str, moment: str, begins: str, shown: str
) -> None:
    person = await join("ann", time_zone=zone)
    await person.patch("/users/me", json={"week_starts_on": starts_on})

    found = await week_at(app, person, moment)

    assert (found["from"], found["today"], found["week_starts_on"]) == (begins, shown, starts_on)
    assert len(found["days"]) == 7
    assert found["days"][-1]["date"] == found["to"]


@pytest.mark.parametrize(
    ("metric", "target", "value", "reached"),
    [
        ("workouts", 3, 2, False),
        ("workouts", 2, 2, True),
        ("minutes", 61, 60, False),
        ("minutes", 60, 60, True),
        ("reps", 20, 20, True),
        ("reps", 21, 20, False),
    ],
)
async def test_progress_toward_the_goal(
    app: RunningApp,
    ann: Person,
    connection: Connection,
    metric: str,
    target: int,
    value: int,
    reached: bool,
) -> None:
    await set_goals(
        connection,
        ann,
        (date(2026, 3, 1), "workouts", 7, [], None),
        (date(2026, 3, 10), metric, target, [], None),
    )
    await store(connection, ann, date(2026, 3, 9), date(2026, 3, 10))

    found = await week_at(app, ann, "2026-03-11T12:00:00+00:00")

    assert found["goal"] == {"metric": metric, "target": target, "value": value, "reached": reached}


async def test_a_goal_given_up_is_none(app: RunningApp, ann: Person, connection: Connection) -> None:
    await set_goals(connection, ann, (date(2026, 3, 1), "workouts", 7, [], date(2026, 3, 11)))

    assert (await week_at(app, ann, "2026-03-08T12:00:00+00:00"))["goal"]["target"] == 7
    assert (await week_at(app, ann, "2026-03-11T12:00:00+00:00"))["goal"] is None


async def test_a_workout_of_a_traveller_is_on_its_own_day(app: RunningApp, join: Join) -> None:
    person = await join("ann", time_zone="America/New_York")
    # Tuesday in Kiritimati, still Monday in New York.
    await person.log(started_at="2026-03-10T02:00:00+14:00", time_zone="Pacific/Kiritimati")

    found = await week_at(app, person, "2026-03-09T16:00:00+00:00")

    assert {day["date"]: day["workouts"] for day in found["days"] if day["workouts"]} == {"2026-03-10": 1}


async def test_energy_by_the_mass_of_each_day(app: RunningApp, ann: Person, connection: Connection) -> None:
    for day, mass_kg in (("2026-03-02", 60), ("2026-03-10", 70)):
        await ann.weigh(day, mass_kg)
    await store(connection, ann, date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 10), met_minutes=118)
    await store(connection, ann, date(2026, 3, 3), met_minutes=118)
    await store(connection, ann, date(2026, 3, 1), met_minutes=118)

    found = await week_at(app, ann, "2026-03-11T12:00:00+00:00")

    assert [day["energy_kcal"] for day in found["days"]][:3] == [123.9, 289.1, None]
    assert found["energy_kcal"] == 413
    assert found["last_week"]["energy_kcal"] == 123.9


async def test_everybody_has_their_own(ann: Person, bob: Person) -> None:
    await train(ann, today(), hour=0)

    assert (await statistic(bob, "weekly"))["workouts"] == 0
    assert (await statistic(ann, "weekly"))["workouts"] == 1
