from datetime import UTC, date, datetime, timedelta
from typing import Any

from exercise_buddy.statistics.overview.queries import DASHBOARD
from exercise_buddy.statistics.tests.helpers import BENCH, SQUAT, at, set_goals, statistic, store, today, train
from tests.support import Connection, Join, Person, RunningApp

NOTHING = {"workouts": 0, "sets": 0, "reps": 0, "volume_kg": 0, "duration_seconds": 0, "energy_kcal": None}
NO_STREAK = {"length": 0, "from": None, "to": None}


async def records(person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await statistic(person, "dashboard"))["records"]
    return found


async def test_nothing_yet(ann: Person) -> None:
    found = await statistic(ann, "dashboard")

    assert found["date"] == today().isoformat()
    assert (found["today"], found["all_time"]) == (NOTHING, NOTHING)
    assert found["streaks"]["days"] == found["streaks"]["weeks"] == {"current": NO_STREAK, "longest": NO_STREAK}
    assert (found["workouts"], found["records"]) == ([], [])
    assert len(found["weeks"]) == 12
    assert len(found["calendar"]) == 11 * 7 + today().weekday() + 1
    assert found["week"]["goal"] is None


async def test_shows_what_the_other_endpoints_show(ann: Person, connection: Connection) -> None:
    await set_goals(connection, ann, (today() - timedelta(days=200), "workouts", 2, ["sunday"], None))
    await store(connection, ann, *(today() - timedelta(days=ago) for ago in (0, 0, 1, 2, 5, 9, 30, 83, 84, 200, 900)))
    await ann.weigh("2020-01-01", 80)
    await train(ann, today(), hour=0)

    found = await statistic(ann, "dashboard")

    summary = await statistic(ann, "summary")
    calendar = await statistic(ann, "calendar", **{"from": found["calendar"][0]["date"]})
    weeks = await statistic(ann, "timeseries", metric="reps", **{"from": found["weeks"][0]["from"]})
    assert found["week"] == await statistic(ann, "weekly")
    assert found["streaks"] == await statistic(ann, "streaks")
    assert found["all_time"] == {name: summary[name] for name in NOTHING}
    assert found["calendar"] == [day for day in calendar["days"] if day["date"] <= found["date"]]
    assert [(week["from"], week["to"], week["reps"]) for week in found["weeks"]] == [
        (point["start"], point["end"], point["value"]) for point in weeks["points"]
    ]
    (this_day,) = (day for day in found["week"]["days"] if day["date"] == found["date"])
    assert found["today"] == {name: this_day[name] for name in NOTHING}
    assert found["today"]["workouts"] == 3


async def test_the_latest_workouts(ann: Person) -> None:
    logged = [await train(ann, date(2026, 3, day)) for day in range(1, 8)]
    going_on = await ann.log(
        title="Now", started_at=datetime.now(UTC).isoformat(), exercises=[{"exercise_id": SQUAT, "sets": [{"reps": 3}]}]
    )

    found = (await statistic(ann, "dashboard"))["workouts"]

    assert [workout["id"] for workout in found] == [going_on["id"], *logged[:2:-1]]
    assert {name: found[0][name] for name in ("title", "exercises", "sets", "reps", "duration_seconds")} == {
        "title": "Now",
        "exercises": 1,
        "sets": 1,
        "reps": 3,
        "duration_seconds": None,
    }
    assert (found[1]["date"], found[1]["volume_kg"], found[1]["duration_seconds"]) == ("2026-03-07", 500, 3600)


async def test_days_end_where_the_user_is(app: RunningApp, join: Join) -> None:
    person = await join("ann", time_zone="Asia/Kolkata")
    await person.log(started_at="2026-03-11T12:00:00Z", ended_at="2026-03-11T12:30:00Z", time_zone="Asia/Kolkata")

    before = await at(app, person, "2026-03-11T18:29:59+00:00", DASHBOARD)
    after = await at(app, person, "2026-03-11T18:30:00+00:00", DASHBOARD)

    assert [(found["date"], found["today"]["workouts"]) for found in (before, after)] == [
        ("2026-03-11", 1),
        ("2026-03-12", 0),
    ]
    assert [found["calendar"][-1]["level"] for found in (before, after)] == [4, 0]


async def test_records_of_the_last_30_days(ann: Person) -> None:
    await train(ann, today() - timedelta(days=60), {"reps": 5, "weight_kg": 100})
    nothing_new = await records(ann)
    first = await train(ann, today() - timedelta(days=29), {"reps": 5, "weight_kg": 110})
    second = await train(ann, today() - timedelta(days=1), {"reps": 4, "weight_kg": 112.5})
    await train(ann, today(), {"reps": 4, "weight_kg": 112.5}, hour=0)

    found = await records(ann)

    assert nothing_new == []
    assert [(one["kind"], one["value"], one["workout_id"]) for one in found] == [
        ("load", 112.5, second),
        ("e1rm", 110 * (1 + 5 / 30), first),
        ("set_volume", 550, first),
    ]
    assert found[0]["exercise"] == {"id": BENCH, "name": "Barbell Bench Press - Medium Grip", "custom": False}
    assert (found[0]["unit"], found[0]["date"]) == ("kg", (today() - timedelta(days=1)).isoformat())


async def test_a_record_is_shown_for_30_days(ann: Person) -> None:
    for ago, weight_kg in ((40, 100), (30, 110)):
        await train(ann, today() - timedelta(days=ago), {"reps": 1, "weight_kg": weight_kg})
    before = await records(ann)
    await train(ann, today() - timedelta(days=29), {"reps": 1, "weight_kg": 120})

    assert before == []
    assert {one["value"] for one in await records(ann)} == {120}


async def test_records_are_those_of_the_list(ann: Person) -> None:
    for number, (ago, weight_kg) in enumerate([(400, 90), (80, 120), (31, 80), (20, 121), (10, 119), (3, 60)]):
        await train(ann, today() - timedelta(days=ago), {"reps": 3 + number, "weight_kg": weight_kg})
        await train(ann, today() - timedelta(days=ago), {"reps": 12 - number}, exercise=SQUAT)

    found = {(one["exercise"]["id"], one["kind"], one["value"], one["workout_id"]) for one in await records(ann)}

    listed = (await statistic(ann, "records"))["items"]
    begins = (today() - timedelta(days=29)).isoformat()
    assert found == {
        (item["exercise"]["id"], record["kind"], record["value"], record["workout_id"])
        for item in listed
        for record in item["records"]
        if record["date"] >= begins and not record["baseline"]
    }
    assert {kind for _, kind, _, _ in found} >= {"load", "reps"}


async def test_the_first_of_all_is_a_baseline(ann: Person) -> None:
    await train(ann, today() - timedelta(days=2), {"reps": 5, "weight_kg": 100})
    baseline = await records(ann)
    await train(ann, today() - timedelta(days=1), {"reps": 5, "weight_kg": 101})

    assert baseline == []
    assert {one["kind"] for one in await records(ann)} == {"load", "e1rm", "set_volume"}


async def test_the_ten_newest_records_are_shown(ann: Person) -> None:
    catalogue = (await ann.get("/exercises", params={"limit": 4})).json()["items"]
    for number, exercise in enumerate(catalogue):
        for ago, weight_kg in ((20 - number, 100), (10 - number, 110)):
            day = today() - timedelta(days=ago)
            await train(ann, day, {"reps": 5, "weight_kg": weight_kg}, exercise=exercise["id"])

    found = [(one["exercise"]["id"], one["kind"]) for one in await records(ann)]

    # Each exercise has three. Of the oldest one, only the first is left.
    kinds = ("load", "e1rm", "set_volume")
    assert found == [(exercise["id"], kind) for exercise in reversed(catalogue) for kind in kinds][:10]


async def test_deleting_and_back_dating_need_no_upkeep(ann: Person) -> None:
    await train(ann, today() - timedelta(days=40), {"reps": 5, "weight_kg": 100})
    best = await train(ann, today() - timedelta(days=4), {"reps": 5, "weight_kg": 110})
    set_ = await records(ann)
    earlier = await train(ann, today() - timedelta(days=35), {"reps": 5, "weight_kg": 110})
    held_before = await records(ann)
    await ann.delete(f"/workouts/{earlier}")
    restored = await records(ann)
    await ann.delete(f"/workouts/{best}")

    assert len(set_) == 3
    assert held_before == []
    assert restored == set_
    assert await records(ann) == []


async def test_everybody_has_their_own(ann: Person, bob: Person) -> None:
    await train(ann, today() - timedelta(days=3), {"reps": 5, "weight_kg": 100})
    await train(ann, today() - timedelta(days=2), {"reps": 5, "weight_kg": 110})
    await train(bob, today() - timedelta(days=1), {"reps": 5, "weight_kg": 50})

    found = await statistic(bob, "dashboard")

    assert (found["all_time"]["workouts"], len(found["workouts"]), found["records"]) == (1, 1, [])
    assert len(await records(ann)) == 3
