"""Workouts that are refused, and the largest one that is not."""

from typing import Any
from uuid import uuid4

import pytest

from tests.factories import BENCH, error_pointers, evidence, exercise, workout
from tests.support import Connection, Person

NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"started_at": None}, "/started_at"),
    ({"started_at": "yesterday"}, "/started_at"),
    ({"started_at": "2026-03-28T18:30:00"}, "/started_at"),
    ({"started_at": 1774719000}, "/started_at"),
    ({"started_at": "0001-01-01T00:00:00Z"}, "/started_at"),
    ({"started_at": "2126-01-01T00:00:00Z"}, "/started_at"),
    ({"ended_at": "2026-03-28T18:29:59+01:00"}, "/ended_at"),
    ({"started_at": "2025-01-01T00:00:00Z", "ended_at": "2025-02-01T00:00:01Z"}, "/ended_at"),
    ({"time_zone": "CEST"}, "/time_zone"),
    ({"title": ""}, "/title"),
    ({"title": "x" * 201}, "/title"),
    ({"notes": "x" * 10_001}, "/notes"),
    ({"notes": "bell \u0007"}, "/notes"),
    ({"source": "strong"}, "/source"),
    ({"id": "7"}, "/id"),
    ({"exercises": [{"exercise_id": BENCH}] * 101}, "/exercises"),
    ({"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}] * 251}] * 2}, "/exercises"),
    ({"exercises": [{"exercise_id": BENCH, "sets": [{"reps": 1}] * 501}]}, "/exercises/0/sets"),
    ({"exercises": {"0": {}}}, "/exercises"),
    ({"exercises": [{"sets": []}]}, "/exercises/0/exercise_id"),
    ({"exercises": [{"exercise_id": BENCH, "superset": -1}]}, "/exercises/0/superset"),
    ({"volume_kg": 7}, "/volume_kg"),
]


@pytest.mark.parametrize(("change", "pointer"), NONSENSE)
async def test_invalid_input_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    response = await ann.post("/workouts", json=workout(**change))

    assert error_pointers(response) == [pointer]
    assert (await ann.get("/workouts")).json()["items"] == []


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({}, ""),
        ({"weight_kg": 50}, ""),
        ({"reps": -1}, "/reps"),
        ({"reps": 100_001}, "/reps"),
        ({"reps": 5.5}, "/reps"),
        ({"reps": "5"}, "/reps"),
        ({"reps": True}, "/reps"),
        ({"reps": 2**63}, "/reps"),
        ({"reps": 5, "weight_kg": 2000.1}, "/weight_kg"),
        ({"reps": 5, "weight_kg": -0.1}, "/weight_kg"),
        ({"reps": 5, "weight_kg": "100"}, "/weight_kg"),
        ({"duration_seconds": 604_801}, "/duration_seconds"),
        ({"distance_meters": 2_000_001}, "/distance_meters"),
        ({"reps": 5, "rpe": 8.3}, "/rpe"),
        ({"reps": 5, "rpe": 0.5}, "/rpe"),
        ({"reps": 5, "rpe": 10.5}, "/rpe"),
        ({"reps": 5, "rest_seconds": 86_401}, "/rest_seconds"),
        ({"reps": 5, "kind": "super"}, "/kind"),
        ({"reps": 5, "evidence": {"counter": {"name": "x"}, "detected_reps": 5}}, "/evidence/counter/version"),
        ({"reps": 5, "evidence": {"counter": {"name": "x", "version": "1"}}}, "/evidence/detected_reps"),
        (
            {"reps": 5, "evidence": evidence({"offset_ms": 0}, {"offset_ms": 0, "confidence": 1.01}, detected=5)},
            "/evidence/reps/1/confidence",
        ),
        (
            {"reps": 5, "evidence": evidence({"offset_ms": 0, "flags": ["two words"]}, detected=5)},
            "/evidence/reps/0/flags/0",
        ),
        ({"reps": 5, "evidence": evidence(*[{"offset_ms": 0}] * 2001, detected=5)}, "/evidence/reps"),
    ],
)
async def test_invalid_sets_are_refused_with_a_pointer(ann: Person, values: dict[str, Any], pointer: str) -> None:
    response = await ann.post("/workouts", json=workout(exercise(BENCH, values)))

    assert error_pointers(response) == [f"/exercises/0/sets/0{pointer}"]


async def test_the_largest_valid_workout_is_stored(ann: Person) -> None:
    exercises = [{"exercise_id": BENCH, "sets": [{"reps": 100_000, "weight_kg": 2000}] * 5}] * 100

    logged = await ann.log(**workout(exercises=exercises, notes="x" * 10_000))

    assert logged["totals"]["sets"] == 500
    assert logged["totals"]["reps"] == 50_000_000
    assert logged["totals"]["volume_kg"] == 100_000_000_000


async def test_unknown_exercises_are_refused_with_pointers(ann: Person, bob: Person, connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles)"
        " VALUES ($1, $2, 'Secret', 'secret', '{}', '{}')",
        bob.id,
        secret := uuid4(),
    )
    exercises = [{"exercise_id": str(id_), "sets": [{"reps": 1}]} for id_ in (BENCH, uuid4(), secret)]

    response = await ann.post("/workouts", json=workout(exercises=exercises))

    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [
        ("/exercises/1/exercise_id", "unknown_exercise"),
        ("/exercises/2/exercise_id", "unknown_exercise"),
    ]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0
    assert await connection.fetchval("SELECT max(revision) FROM user_revision") == 0
