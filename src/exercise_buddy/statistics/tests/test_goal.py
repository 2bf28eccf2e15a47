from typing import Any

import asyncpg
import pytest

from exercise_buddy.statistics.tests.helpers import statistic, today
from tests.support import Person

GOAL = {"metric": "workouts", "target": 3, "rest_days": ["sunday", "wednesday"]}


async def set_goal(person: Person, **goal: Any) -> Any:
    return await person.client.put("/api/v1/statistics/goal", json=goal)


async def test_none_at_first(ann: Person) -> None:
    response = await ann.get("/statistics/goal")

    assert response.status_code == 404
    assert response.json()["type"] == "/problems/no-goal"


async def test_holds_since_today(ann: Person) -> None:
    response = await set_goal(ann, **GOAL)

    assert response.status_code == 200
    assert response.json() == {
        "metric": "workouts",
        "target": 3,
        "rest_days": ["wednesday", "sunday"],
        "valid_since": today().isoformat(),
    }
    assert await statistic(ann, "goal") == response.json()


async def test_changing_it_the_same_day_replaces_it(ann: Person, connection: asyncpg.Connection) -> None:
    await set_goal(ann, **GOAL)
    await set_goal(ann, metric="minutes", target=150)

    assert await statistic(ann, "goal") == {
        "metric": "minutes",
        "target": 150,
        "rest_days": [],
        "valid_since": today().isoformat(),
    }
    assert await connection.fetchval("SELECT count(*) FROM goal") == 1


async def test_old_goals_stay(ann: Person, connection: asyncpg.Connection) -> None:
    await set_goal(ann, **GOAL)
    await connection.execute("UPDATE goal SET valid_since = '2026-01-01'")
    await set_goal(ann, metric="reps", target=500)

    assert (await statistic(ann, "goal"))["metric"] == "reps"
    assert await connection.fetchval("SELECT count(*) FROM goal") == 2


async def test_counts_as_a_write(ann: Person, connection: asyncpg.Connection) -> None:
    await set_goal(ann, **GOAL)

    assert await connection.fetchval("SELECT max(revision) FROM user_revision") == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"metric": "happiness"}, "/metric"),
        ({"target": 0}, "/target"),
        ({"target": 100_001}, "/target"),
        ({"target": "3"}, "/target"),
        ({"target": None}, "/target"),
        ({"rest_days": ["sunday", "sunday"]}, "/rest_days"),
        ({"rest_days": ["someday"]}, "/rest_days/0"),
        (
            {"rest_days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]},
            "/rest_days",
        ),
        ({"valid_since": "2020-01-01"}, "/valid_since"),
    ],
)
async def test_nonsense_is_refused(ann: Person, change: dict[str, Any], pointer: str) -> None:
    response = await set_goal(ann, **(GOAL | change))

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


async def test_who_is_gone_sets_none(ann: Person, connection: asyncpg.Connection) -> None:
    await connection.execute("DELETE FROM user_account")

    assert (await set_goal(ann, **GOAL)).status_code == 401
