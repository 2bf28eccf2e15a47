from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from exercise_buddy.statistics.overview.queries import CALENDAR
from exercise_buddy.statistics.overview.schemas import CalendarMetric
from exercise_buddy.statistics.tests.helpers import at, statistic, store, today, train
from tests.support import Connection, Person, RunningApp

EMPTY = {"workouts": 0, "sets": 0, "reps": 0, "volume_kg": 0, "duration_seconds": 0, "level": 0}


def levels(found: dict[str, Any]) -> dict[str, int]:
    return {day["date"]: day["level"] for day in found["days"] if day["workouts"]}


async def test_the_year_until_today(ann: Person) -> None:
    await train(ann, today(), hour=0)

    found = await statistic(ann, "calendar")

    first, last = date.fromisoformat(found["from"]), date.fromisoformat(found["to"])
    assert last == today()
    assert (first - timedelta(days=1)).replace(year=last.year) in {last, last - timedelta(days=1)}
    assert [day["date"] for day in found["days"]] == [
        (first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)
    ]
    assert (found["metric"], found["week_starts_on"]) == ("reps", "monday")
    assert found["days"][0] == {"date": first.isoformat(), **EMPTY}
    assert found["days"][-1] == {
        "date": last.isoformat(),
        "workouts": 1,
        "sets": 1,
        "reps": 5,
        "volume_kg": 500,
        "duration_seconds": 3600,
        "level": 4,
    }


@pytest.mark.parametrize(
    ("query", "first", "last", "count"),
    [
        ({"year": 2024}, "2024-01-01", "2024-12-31", 366),
        ({"year": 2025}, "2025-01-01", "2025-12-31", 365),
        ({"from": "2024-02-29"}, "2024-02-29", "2025-02-27", 365),
        ({"to": "2024-12-31"}, "2024-01-01", "2024-12-31", 366),
        ({"from": "2025-12-31", "to": "2026-01-01"}, "2025-12-31", "2026-01-01", 2),
        ({"from": "2024-01-01", "to": "2024-12-31"}, "2024-01-01", "2024-12-31", 366),
    ],
)
async def test_other_periods(ann: Person, query: dict[str, Any], first: str, last: str, count: int) -> None:
    found = await statistic(ann, "calendar", **query)

    assert (found["from"], found["to"], len(found["days"])) == (first, last, count)


async def test_levels_are_quarters_of_the_days_shown(ann: Person, connection: Connection) -> None:
    for number in range(8):
        await store(connection, ann, date(2026, 3, 1 + number), reps=10 + number)
    await store(connection, ann, date(2026, 2, 1), reps=1)

    found = await statistic(ann, "calendar", **{"from": "2026-03-01", "to": "2026-03-31"})

    assert list(levels(found).values()) == [1, 1, 2, 2, 3, 3, 4, 4]
    assert Counter(day["level"] for day in found["days"])[0] == 31 - 8


async def test_equal_days_have_equal_levels(ann: Person, connection: Connection) -> None:
    await store(connection, ann, *(date(2026, 3, day) for day in (1, 2, 3)), reps=10)
    same = await statistic(ann, "calendar", **{"from": "2026-03-01", "to": "2026-03-31"})
    await store(connection, ann, date(2026, 3, 4), reps=20)
    busier = await statistic(ann, "calendar", **{"from": "2026-03-01", "to": "2026-03-31"})

    assert list(levels(same).values()) == [4, 4, 4]
    assert list(levels(busier).values()) == [3, 3, 3, 4]


@pytest.mark.parametrize("metric", list(CalendarMetric))
async def test_intense_by_another_metric(ann: Person, connection: Connection, metric: CalendarMetric) -> None:
    # Two short workouts of few reps on one day, a long one of many on another.
    await store(connection, ann, date(2026, 3, 1), date(2026, 3, 1), reps=2, minutes=5)
    await store(connection, ann, date(2026, 3, 2), reps=30, minutes=60)

    found = await statistic(ann, "calendar", metric=metric.value, **{"from": "2026-03-01", "to": "2026-03-31"})

    busiest = "2026-03-01" if metric in {CalendarMetric.WORKOUTS, CalendarMetric.SETS} else "2026-03-02"
    assert levels(found)[busiest] == 4
    assert sorted(levels(found).values()) == [2, 4]


async def test_a_workout_without_a_rep_or_an_end_is_seen(ann: Person, connection: Connection) -> None:
    await store(connection, ann, date(2026, 3, 1), reps=0, minutes=None)

    found = await statistic(ann, "calendar", year=2026)

    assert levels(found) == {"2026-03-01": 4}


async def test_days_are_local_over_the_change_of_clocks(app: RunningApp, join: Any) -> None:
    person = await join("ann", time_zone="America/New_York")
    for moment in ("2026-03-08T01:30:00-05:00", "2026-03-08T23:30:00-04:00", "2026-11-01T01:30:00-05:00"):
        await person.log(started_at=moment, time_zone="America/New_York")

    found = await at(
        app,
        person,
        "2026-11-02T04:59:00+00:00",
        CALENDAR,
        metric=CalendarMetric.REPS,
        from_date=None,
        to_date=None,
    )

    assert found["to"] == "2026-11-01"
    assert {day["date"]: day["workouts"] for day in found["days"] if day["workouts"]} == {
        "2026-03-08": 2,
        "2026-11-01": 1,
    }


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"year": 1969}, "/year", "greater_than_equal"),
        ({"year": 2200}, "/year", "less_than_equal"),
        ({"year": "x"}, "/year", "int_parsing"),
        ({"year": 2026, "from": "2026-01-01"}, "/year", "year_and_period"),
        ({"year": 2026, "to": "2026-01-01"}, "/year", "year_and_period"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/to", "before_from"),
        ({"from": "2025-01-01", "to": "2026-01-02"}, "/to", "too_long"),
        ({"metric": "happiness"}, "/metric", "enum"),
    ],
)
async def test_nonsense_is_refused(ann: Person, query: dict[str, Any], pointer: str, code: str) -> None:
    response = await ann.get("/statistics/calendar", params=query)

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]


async def test_the_ends_of_time(ann: Person) -> None:
    assert (await statistic(ann, "calendar", to="1970-01-01"))["from"] == "1969-01-02"
    assert (await statistic(ann, "calendar", **{"from": "2199-12-31"}))["to"] == "2200-12-30"
