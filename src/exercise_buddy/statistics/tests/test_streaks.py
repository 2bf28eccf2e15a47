import random
from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.goals.queries import STREAKS
from exercise_buddy.statistics.tests.helpers import at, set_goals, statistic, store, today, train
from tests.support import Connection, Join, Person, RunningApp

Goal = tuple[date, str, int, list[str], date | None]
DAY = timedelta(days=1)
NOTHING = {"length": 0, "from": None, "to": None}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def streak(length: int, begins: str, ends: str) -> dict[str, Any]:
    return {"length": length, "from": begins, "to": ends}


async def streaks_at(app: RunningApp, person: Person, moment: str) -> Any:
    return await at(app, person, moment, STREAKS)


async def test_nothing_yet(ann: Person) -> None:
    both = {"current": NOTHING, "longest": NOTHING}

    assert await statistic(ann, "streaks") == {"days": both, "weeks": both}


async def test_rest_days_before_the_first_workout(ann: Person) -> None:
    await ann.put("/statistics/goal", json={"metric": "workouts", "target": 3, "rest_days": ["sunday"]})
    both = {"current": NOTHING, "longest": NOTHING}

    assert await statistic(ann, "streaks") == {"days": both, "weeks": both}
    assert (await statistic(ann, "summary"))["longest_streak_days"] == 0
    assert (await statistic(ann, "dashboard"))["streaks"]["days"] == both


async def test_of_days(app: RunningApp, ann: Person, connection: Connection) -> None:
    await store(connection, ann, *(date(2026, 2, day) for day in (26, 27, 28)))
    await store(connection, ann, date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 3), date(2026, 3, 4))

    running = (await streaks_at(app, ann, "2026-03-05T12:00:00+00:00"))["days"]
    broken = (await streaks_at(app, ann, "2026-03-06T12:00:00+00:00"))["days"]

    assert running["current"] == streak(2, "2026-03-03", "2026-03-04")
    assert running["longest"] == streak(4, "2026-02-26", "2026-03-01")
    assert broken == running | {"current": NOTHING}


async def test_of_several_longest_ones_the_first(app: RunningApp, ann: Person, connection: Connection) -> None:
    await store(connection, ann, *(date(2026, 3, day) for day in (1, 2, 10, 11)))

    found = await streaks_at(app, ann, "2026-03-20T12:00:00+00:00")

    assert found["days"]["longest"] == streak(2, "2026-03-01", "2026-03-02")


async def test_back_dated_workouts_join_streaks(ann: Person) -> None:
    for ago in (3, 1):
        await train(ann, today() - ago * DAY)
    apart = await statistic(ann, "streaks")
    between = await train(ann, today() - 2 * DAY)
    joined = await statistic(ann, "streaks")
    await ann.delete(f"/workouts/{between}")
    again = await statistic(ann, "streaks")

    assert [found["days"]["current"]["length"] for found in (apart, joined, again)] == [1, 3, 1]


async def test_rest_days_are_those_of_their_time(app: RunningApp, ann: Person, connection: Connection) -> None:
    # 2026-03-01 was a Sunday.
    await store(connection, ann, *(date(2026, 3, day) for day in (6, 7, 9, 10, 12, 13, 16)))
    goals: list[Goal] = [
        (date(2026, 3, 1), "workouts", 3, ["sunday"], None),
        (date(2026, 3, 11), "workouts", 3, ["wednesday"], date(2026, 3, 14)),
    ]
    await set_goals(connection, ann, *goals)

    found = (await streaks_at(app, ann, "2026-03-16T12:00:00+00:00"))["days"]

    assert found["longest"] == streak(6, "2026-03-06", "2026-03-13")
    assert found["current"] == streak(1, "2026-03-16", "2026-03-16")


async def test_a_workout_on_a_rest_day_counts(app: RunningApp, ann: Person, connection: Connection) -> None:
    await set_goals(connection, ann, (date(2026, 1, 1), "workouts", 3, ["saturday", "sunday"], None))
    await store(connection, ann, date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 9))

    found = (await streaks_at(app, ann, "2026-03-10T22:59:00+00:00"))["days"]

    assert found["current"] == streak(3, "2026-03-06", "2026-03-09")


@pytest.mark.parametrize(
    ("starts_on", "last", "weeks"),
    [
        # Sunday 2025-12-28, Wednesday the 31st, and another day: week numbers begin anew, streaks do not.
        ("monday", date(2026, 1, 5), streak(3, "2025-12-22", "2026-01-11")),
        ("saturday", date(2026, 1, 10), streak(1, "2025-12-27", "2026-01-02")),
        ("saturday", date(2026, 1, 9), streak(2, "2025-12-27", "2026-01-09")),
        ("sunday", date(2026, 1, 10), streak(2, "2025-12-28", "2026-01-10")),
    ],
)
async def test_weeks_begin_on_the_users_day_and_cross_the_year(
    app: RunningApp, join: Join, connection: Connection, starts_on: str, last: date, weeks: dict[str, Any]
) -> None:
    ann = await join("ann")
    await ann.patch("/users/me", json={"week_starts_on": starts_on})
    await store(connection, ann, date(2025, 12, 28), date(2025, 12, 31), last)

    found = (await streaks_at(app, ann, "2026-01-11T12:00:00+00:00"))["weeks"]

    assert found["longest"] == weeks


async def test_a_week_is_judged_by_its_goal_and_the_running_one_breaks_nothing(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    # Mondays: 2026-03-02, 09, 16, 23.
    goals: list[Goal] = [
        (date(2026, 3, 2), "workouts", 2, [], None),
        # Set on a Wednesday, it judges that week.
        (date(2026, 3, 11), "minutes", 90, [], None),
        (date(2026, 3, 16), "reps", 100, [], None),
    ]
    await set_goals(connection, ann, *goals)
    await store(connection, ann, date(2026, 3, 2), date(2026, 3, 8), minutes=1)
    await store(connection, ann, date(2026, 3, 9), minutes=90)
    await store(connection, ann, date(2026, 3, 18), reps=100)
    await store(connection, ann, date(2026, 3, 23), reps=99)
    whole = streak(3, "2026-03-02", "2026-03-22")

    running = (await streaks_at(app, ann, "2026-03-25T12:00:00+00:00"))["weeks"]
    missed = (await streaks_at(app, ann, "2026-03-30T12:00:00+00:00"))["weeks"]
    await store(connection, ann, date(2026, 3, 24), reps=1)
    met = (await streaks_at(app, ann, "2026-03-25T12:00:00+00:00"))["weeks"]

    assert running == {"current": whole, "longest": whole}
    assert missed == {"current": NOTHING, "longest": whole}
    assert met["current"] == streak(4, "2026-03-02", "2026-03-29")


def goal_on(day: date, goals: list[Goal]) -> Goal | None:
    held = [goal for goal in goals if goal[0] <= day]
    return None if not held or (held[-1][4] is not None and held[-1][4] <= day) else held[-1]


def length_of(one: dict[str, Any]) -> int:
    return int(one["length"])


def days_expected(trained: set[date], goals: list[Goal], now: date) -> tuple[dict[str, Any], dict[str, Any]]:
    runs: list[list[date]] = [[]]
    day = min(trained)
    while day <= now:
        goal = goal_on(day, goals)
        if day in trained:
            runs[-1].append(day)
        elif day != now and not (goal and WEEKDAYS[day.weekday()] in goal[3]):
            runs.append([])
        day += DAY
    shown: list[dict[str, Any]] = [
        {"length": len(run), "from": run[0].isoformat(), "to": run[-1].isoformat()} if run else NOTHING for run in runs
    ]
    return shown[-1], max(shown, key=length_of)


def weeks_expected(done: dict[date, int], goals: list[Goal], now: date, first: int) -> tuple[Any, Any]:
    def begins(day: date) -> date:
        return day - ((day.weekday() - first) % 7) * DAY

    runs: list[list[date]] = [[]]
    week = begins(min(done))
    while week <= now:
        goal = goal_on(week + 6 * DAY, goals)
        count = sum(done.get(week + offset * DAY, 0) for offset in range(7))
        value = {"workouts": count, "minutes": 30 * count, "reps": 10 * count}[goal[1] if goal else "workouts"]
        if value >= (goal[2] if goal else 1):
            runs[-1].append(week)
        elif week != begins(now):
            runs.append([])
        week += 7 * DAY
    shown: list[dict[str, Any]] = [
        {"length": len(run), "from": run[0].isoformat(), "to": (run[-1] + 6 * DAY).isoformat()} if run else NOTHING
        for run in runs
    ]
    return shown[-1], max(shown, key=length_of)


@pytest.mark.parametrize("share", [0.35, 0.6, 0.9])
async def test_whatever_the_days_and_goals(join: Join, connection: Connection, share: float) -> None:
    chance = random.Random(share)  # noqa: S311  (plausible, not secret)
    for number, (zone, starts_on) in enumerate(
        [
            ("Pacific/Kiritimati", "monday"),
            ("America/New_York", "sunday"),
            ("Asia/Kolkata", "saturday"),
            ("Pacific/Pago_Pago", "wednesday"),
        ]
    ):
        person = await join(f"person{number}", time_zone=zone)
        await person.patch("/users/me", json={"week_starts_on": starts_on})
        now = today(zone)
        history = [now - ago * DAY for ago in range(400, -1, -1)]
        done = {day: chance.choice((1, 1, 2)) for day in history if chance.random() < share}
        await store(connection, person, *(day for day, count in done.items() for _ in range(count)))
        goals: list[Goal] = []
        for since in sorted(chance.sample(history[:-5], 6)):
            rest_days = chance.sample(WEEKDAYS, chance.randint(0, 6))
            ended_on = since + chance.randint(1, 60) * DAY if chance.random() < 0.4 else None
            goals.append(
                (since, *chance.choice((("workouts", 3), ("minutes", 120), ("reps", 25))), rest_days, ended_on)
            )
        await set_goals(connection, person, *goals)

        found = await statistic(person, "streaks")

        assert tuple(found["days"].values()) == days_expected(set(done), goals, now)
        assert tuple(found["weeks"].values()) == weeks_expected(done, goals, now, WEEKDAYS.index(starts_on))
