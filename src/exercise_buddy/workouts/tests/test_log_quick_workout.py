"""Logging a workout of one set."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import PUSHUP, error_pointers
from tests.support import Connection, Person


@pytest.mark.parametrize("word", [PUSHUP, PUSHUP.upper(), "pushups", "Pushups", " PUSHUPS "])
async def test_a_quick_set_is_logged_as_a_workout(ann: Person, word: str) -> None:
    before = datetime.now(UTC)

    response = await ann.post("/workouts/quick", json={"exercise": word, "reps": 20, "duration_seconds": 45})

    assert response.status_code == 201
    logged = response.json()
    assert response.headers["location"] == f"/api/v1/workouts/{logged['id']}"
    (exercise,) = logged["exercises"]
    assert (exercise["exercise"]["id"], exercise["sets"][0]["reps"], logged["source"]) == (PUSHUP, 20, "camera")
    assert logged["totals"]["duration_seconds"] == 45
    assert abs(datetime.fromisoformat(logged["ended_at"]) - before) < timedelta(seconds=30)
    assert logged["time_zone"] == "Europe/Berlin"


async def test_a_custom_name_finds_the_exercise(ann: Person, connection: Connection) -> None:
    own = uuid4()
    await connection.execute(
        "INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles) "
        "VALUES ($1, $2, 'Wall Sit', 'wall sit', '{}', '{}')",
        ann.id,
        own,
    )
    await connection.execute(
        "INSERT INTO custom_exercise_alias (user_id, name_key, name, custom_exercise_id) VALUES ($1, 'ws', 'WS', $2)",
        ann.id,
        own,
    )
    for word in ("wall sit", "WS", str(own)):
        logged = (await ann.post("/workouts/quick", json={"exercise": word, "duration_seconds": 30})).json()
        assert logged["exercises"][0]["exercise"] == {"id": str(own), "name": "Wall Sit", "custom": True}


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"exercise": "no such thing", "reps": 1}, "/exercise"),
        ({"exercise": str(uuid4()), "reps": 1}, "/exercise"),
        ({"exercise": "pushups"}, ""),
        ({"exercise": "pushups", "reps": -1}, "/reps"),
        ({"exercise": "pushups", "reps": 1, "id": str(uuid4())}, ""),
        ({"exercise": " ", "reps": 1}, "/exercise"),
    ],
)
async def test_an_invalid_quick_set_is_refused(ann: Person, content: dict[str, Any], pointer: str) -> None:
    response = await ann.post("/workouts/quick", json=content)
    assert error_pointers(response) == [pointer]


@pytest.mark.parametrize(
    ("word", "weight_kg", "name"),
    [
        ("Squat", 100, "Barbell Squat"),
        ("Kniebeuge", 100, "Barbell Squat"),
        ("Squat", None, "Bodyweight Squat"),
        ("bodyweight-squat", 10, "Bodyweight Squat"),
        ("Pull Up", 20, "Pullups"),
    ],
)
async def test_the_weight_tells_what_a_name_means(ann: Person, word: str, weight_kg: float | None, name: str) -> None:
    logged = await ann.post("/workouts/quick", json={"exercise": word, "reps": 5, "weight_kg": weight_kg})

    assert logged.status_code == 201
    assert logged.json()["exercises"][0]["exercise"]["name"] == name


@pytest.mark.parametrize(
    ("content", "code", "proposed"),
    [
        ({"exercise": "Barbel Squatt", "reps": 5}, "unknown_exercise", "Barbell Squat"),
        ({"exercise": "Squat (Bodyweight)", "reps": 5, "weight_kg": 100}, "implausible_weight", "Barbell Squat"),
        ({"exercise": "Pull Up", "reps": 5, "weight_kg": 400}, "implausible_weight", None),
        ({"exercise": "qqqq zzzz", "reps": 5}, "unknown_exercise", None),
    ],
)
async def test_an_unknown_name_is_answered_with_proposals(
    ann: Person, content: dict[str, Any], code: str, proposed: str | None
) -> None:
    response = await ann.post("/workouts/quick", json=content)

    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/exercise", code)
    assert ("proposals" in error) == (proposed is not None)
    if proposed:
        assert len(error["proposals"]) <= 3
        best = error["proposals"][0]
        assert best["name"] == proposed
        assert 0.4 <= best["score"] <= 1
        retried = await ann.post("/workouts/quick", json=content | {"exercise": best["exercise_id"]})
        assert retried.status_code == 201
