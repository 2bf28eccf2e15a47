from datetime import date, timedelta
from uuid import UUID

import pytest

from exercise_buddy.statistics.overview.queries import SUMMARY
from exercise_buddy.statistics.tests.helpers import PLANK, at, set_goals, statistic, store, today, train
from tests.factories import error_pointers
from tests.support import Client, Connection, Join, Person, RunningApp


async def test_nothing_yet(ann: Person) -> None:
    assert await statistic(ann, "summary") == {
        "from": today().isoformat(),
        "to": today().isoformat(),
        "workouts": 0,
        "active_days": 0,
        "sets": 0,
        "reps": 0,
        "volume_kg": 0,
        "bodyweight_volume_kg": None,
        "duration_seconds": 0,
        "energy_kcal": None,
        "current_streak_days": 0,
        "longest_streak_days": 0,
        "previous": None,
    }


async def test_without_a_period_it_is_everything(ann: Person) -> None:
    await train(ann, date(2024, 2, 28), {"reps": 5, "weight_kg": 100}, {"reps": 3, "weight_kg": 110.5})
    await train(ann, date(2024, 2, 28), {"reps": 10}, hour=20)
    await train(ann, date(2025, 6, 1), {"duration_seconds": 60}, exercise=PLANK)

    found = await statistic(ann, "summary")

    assert (found["from"], found["to"]) == ("2024-02-28", today().isoformat())
    assert (found["workouts"], found["active_days"], found["sets"], found["reps"]) == (3, 2, 4, 18)
    assert found["volume_kg"] == 831.5
    assert found["duration_seconds"] == 3 * 3600
    assert found["previous"] is None


async def test_a_period_and_the_equally_long_one_before(ann: Person) -> None:
    for day in (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 4)):
        await train(ann, day)

    found = await statistic(ann, "summary", **{"from": "2026-03-01", "to": "2026-03-03"})

    assert found["workouts"] == 2
    previous = found["previous"]
    assert (previous["from"], previous["to"], previous["workouts"]) == ("2026-02-26", "2026-02-28", 2)
    assert previous["volume_kg"] == 1000
    assert "previous" not in previous


async def test_a_workout_that_goes_on_counts_without_its_time(ann: Person) -> None:
    await ann.log(started_at="2026-03-01T12:00:00Z")

    found = await statistic(ann, "summary")

    assert (found["workouts"], found["duration_seconds"]) == (1, 0)


async def test_everybody_sees_their_own(ann: Person, bob: Person) -> None:
    await train(ann, date(2026, 3, 1))

    assert (await statistic(bob, "summary"))["workouts"] == 0


async def test_deleting_and_back_dating_need_no_upkeep(ann: Person) -> None:
    first = await train(ann, date(2026, 3, 1))
    await train(ann, date(2026, 3, 3))
    before = await statistic(ann, "summary", to="2026-03-03")
    await train(ann, date(2026, 3, 2))
    joined = await statistic(ann, "summary", to="2026-03-03")
    await ann.delete(f"/workouts/{first}")
    after = await statistic(ann, "summary", to="2026-03-03")

    assert [s["longest_streak_days"] for s in (before, joined, after)] == [1, 3, 2]
    assert [s["workouts"] for s in (before, joined, after)] == [2, 3, 2]


async def test_today_not_yet_trained_breaks_nothing(ann: Person) -> None:
    for ago in (3, 2, 1):
        await train(ann, today() - timedelta(days=ago), hour=0)

    found = await statistic(ann, "summary")
    await train(ann, today(), hour=0)
    trained = await statistic(ann, "summary")

    assert (found["current_streak_days"], found["longest_streak_days"]) == (3, 3)
    assert (trained["current_streak_days"], trained["longest_streak_days"]) == (4, 4)


async def test_a_day_missed_yesterday_ends_it(ann: Person) -> None:
    for ago in (5, 4, 3, 2):
        await train(ann, today() - timedelta(days=ago), hour=0)

    found = await statistic(ann, "summary")

    assert (found["current_streak_days"], found["longest_streak_days"]) == (0, 4)


async def test_the_streaks_are_those_at_the_end_of_the_period(ann: Person) -> None:
    for day in (1, 2, 3, 10, 11, 12, 13):
        await train(ann, date(2026, 3, day))

    async def streaks(to: str) -> tuple[int, int]:
        found = await statistic(ann, "summary", to=to)
        return found["current_streak_days"], found["longest_streak_days"]

    assert await streaks("2026-03-02") == (2, 2)
    assert await streaks("2026-03-05") == (0, 3)
    assert await streaks("2026-03-11") == (2, 3)
    assert await streaks("2026-03-14") == (0, 4)
    assert await streaks("2026-02-01") == (0, 0)


async def test_planned_rest_days_are_skipped_by_the_goal_of_their_time(ann: Person, connection: Connection) -> None:
    # 2026-03-01 was a Sunday.
    for day in (5, 6, 7, 9, 10, 12, 13, 14, 16):
        await train(ann, date(2026, 3, day))
    before = await statistic(ann, "summary", to="2026-03-16")

    await set_goals(
        connection,
        ann,
        (date(2026, 3, 1), "workouts", 3, ["sunday"], None),
        (date(2026, 3, 11), "workouts", 3, ["wednesday"], None),
    )
    after = await statistic(ann, "summary", to="2026-03-16")

    # Sunday the 8th and Wednesday the 11th were planned; on Sunday the 15th the goal knew Sundays no more.
    assert (before["current_streak_days"], before["longest_streak_days"]) == (1, 3)
    assert (after["current_streak_days"], after["longest_streak_days"]) == (1, 8)


@pytest.mark.parametrize(
    ("zone", "now", "current"),
    [
        # In Kiritimati the 11th is over, in Pago Pago the 10th has not ended.
        ("Pacific/Kiritimati", "2026-03-11T10:00:00+00:00", 0),
        ("Pacific/Kiritimati", "2026-03-11T09:59:00+00:00", 1),
        ("Pacific/Pago_Pago", "2026-03-12T10:59:00+00:00", 1),
        ("Pacific/Pago_Pago", "2026-03-12T11:00:00+00:00", 0),
        ("Asia/Calcutta", "2026-03-11T18:29:00+00:00", 1),
        ("Asia/Calcutta", "2026-03-11T18:30:00+00:00", 0),
        # The night in which clocks go forward.
        ("America/New_York", "2026-03-12T03:59:00+00:00", 1),
        ("America/New_York", "2026-03-12T04:00:00+00:00", 0),
    ],
)
async def test_a_day_ends_at_midnight_where_the_user_is(
    app: RunningApp, join: Join, zone: str, now: str, current: int
) -> None:
    person = await join("ann", time_zone=zone)
    await person.log(started_at="2026-03-10T12:00:00Z", time_zone="Etc/UTC")

    found = await at(app, person, now, SUMMARY, from_date=None, to_date=None)

    assert found["current_streak_days"] == current


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/to"),
        ({"from": "yesterday"}, "/from"),
        ({"to": "2026-13-01"}, "/to"),
        ({"from": "0001-01-01"}, "/from"),
        ({"period": "week"}, "/period"),
    ],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, str], pointer: str) -> None:
    response = await ann.get("/statistics/summary", params=query)

    assert error_pointers(response) == [pointer]


async def test_a_period_in_the_future_is_empty(ann: Person) -> None:
    found = await statistic(ann, "summary", **{"from": "2199-01-01"})

    assert (found["from"], found["to"], found["workouts"]) == ("2199-01-01", "2199-01-01", 0)


async def test_unchanged_is_304_and_a_write_changes_it(ann: Person) -> None:
    first = await ann.get("/statistics/summary")
    same = await ann.get("/statistics/summary", headers={"If-None-Match": first.headers["etag"]})
    await train(ann, date(2026, 3, 1))
    changed = await ann.get("/statistics/summary", headers={"If-None-Match": first.headers["etag"]})

    assert (same.status_code, changed.status_code) == (304, 200)


async def test_who_is_gone_has_no_statistics(ann: Person, connection: Connection) -> None:
    await connection.execute("DELETE FROM user_account")

    assert (await ann.get("/statistics/summary")).status_code == 401


async def test_without_a_token(client: Client) -> None:
    for name in ("summary", "timeseries", "records", "goal"):
        assert (await client.get(f"/api/v1/statistics/{name}")).status_code == 401


async def energy(person: Person, **query: str) -> float | None:
    found: float | None = (await statistic(person, "summary", **query))["energy_kcal"]
    return found


async def test_energy_by_met_mass_and_time(ann: Person, connection: Connection) -> None:
    await ann.weigh("2026-01-01", 70)
    # The check of Herrmann et al.: 10 minutes at MET 11.8.
    await store(connection, ann, date(2026, 3, 1), minutes=10, met_minutes=118)

    assert await energy(ann) == 144.55


async def test_energy_takes_the_mass_of_the_day_and_corrections_reach_the_past(
    ann: Person, connection: Connection
) -> None:
    first = await ann.weigh("2026-03-02", 70)
    await ann.weigh("2026-03-10", 90)
    await ann.weigh("2026-03-10", 100)
    # The first one lies before any mass, the last is of unknown MET.
    days = [date(2026, 3, day) for day in (1, 2, 9, 10, 20)]
    await store(connection, ann, *days, met_minutes=100)
    await store(connection, ann, date(2026, 3, 21), met_minutes=None)
    dated = await energy(ann)
    await ann.patch(f"/users/me/body-measurements/{first}", json={"mass_kg": 80})
    corrected = await energy(ann)

    assert dated == (70 + 70 + 100 + 100) * 100 * 3.5 / 200
    assert corrected == (80 + 80 + 100 + 100) * 100 * 3.5 / 200


async def test_no_energy_without_a_mass_or_a_met(ann: Person, connection: Connection) -> None:
    await store(connection, ann, date(2026, 3, 1), met_minutes=100)
    without_mass = await energy(ann)
    await ann.weigh("2026-03-02", 70)
    before_the_first = await energy(ann)
    await store(connection, ann, date(2026, 3, 3), met_minutes=None)
    without_met = await energy(ann)

    assert (without_mass, before_the_first, without_met) == (None, None, None)


async def test_energy_of_the_period_before(ann: Person, connection: Connection) -> None:
    await ann.weigh("2026-01-01", 70)
    await store(connection, ann, date(2026, 3, 1), date(2026, 3, 2), met_minutes=100)
    await store(connection, ann, date(2026, 3, 3), met_minutes=200)

    found = await statistic(ann, "summary", **{"from": "2026-03-03", "to": "2026-03-04"})

    assert (found["energy_kcal"], found["previous"]["energy_kcal"]) == (245, 245)
    assert (found["active_days"], found["previous"]["active_days"]) == (1, 2)


async def test_what_the_body_weighs_in(ann: Person) -> None:
    pushups = await ann.exercise_id("Pushups")
    share = (await ann.get(f"/exercises/{pushups}")).json()["bodyweight_share"]
    await train(ann, date(2026, 3, 1), {"reps": 20}, exercise=pushups)
    without = await statistic(ann, "summary")
    await ann.weigh("2026-03-01", 80)
    await train(ann, date(2026, 3, 2), {"reps": 5, "weight_kg": 100})

    found = await statistic(ann, "summary")

    assert (without["bodyweight_volume_kg"], without["volume_kg"], without["reps"]) == (None, 0, 20)
    assert found["bodyweight_volume_kg"] == pytest.approx(20 * share * 80)
    assert found["volume_kg"] == 500


async def test_what_assists_is_taken_off(ann: Person, connection: Connection) -> None:
    await ann.weigh("2026-03-01", 80)
    workout = await train(ann, date(2026, 3, 2), {"reps": 10, "weight_kg": 30})
    await connection.execute(
        "UPDATE workout SET bodyweight_reps = 10, assisted_volume_kg = 300 WHERE id = $1", UUID(workout)
    )

    assert (await statistic(ann, "summary"))["bodyweight_volume_kg"] == 10 * 80 - 300
