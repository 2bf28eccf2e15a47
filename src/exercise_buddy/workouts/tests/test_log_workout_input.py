"""Workouts that are refused, and the largest one that is not."""

import json
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.core.http.routing import MAX_BODY_BYTES
from tests.factories import BENCH, error_pointers, evidence, exercise, workout
from tests.support import Connection, Person, read_revision

JUDGEMENT = {"code": "slowing", "rep": 1, "value": 31.5, "threshold": 20, "source": "A study", "text": "You slowed."}
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
        *(
            ({"reps": 1, "evidence": evidence({"offset_ms": 0, name: value}, detected=1)}, f"/evidence/reps/0/{name}")
            for name, value in (
                ("turn_ms", -1),
                ("turn_ms", 0.5),
                ("turn_pause_ms", "1"),
                ("end_pause_ms", 2**31),
                ("range_share", 1e9),
                ("range_share", -0.1),
                ("full_range_share", 10.1),
                ("full_range_share", True),
                ("side", "both"),
                ("side", "Left"),
                ("side", 1),
            )
        ),
        *(
            (
                {"reps": 1, "evidence": evidence({"offset_ms": 0}, detected=1) | {"judgements": [JUDGEMENT | change]}},
                f"/evidence/judgements{pointer}",
            )
            for change, pointer in (
                ({"code": "Two Words"}, "/0/code"),
                ({"code": "x" * 33}, "/0/code"),
                ({"rep": 0}, "/0/rep"),
                ({"rep": 1.5}, "/0/rep"),
                ({"rep": 2}, ""),
                ({"value": None}, "/0/value"),
                ({"value": 1e9}, "/0/value"),
                ({"value": -0.1}, "/0/value"),
                ({"value": "0.7"}, "/0/value"),
                ({"threshold": []}, "/0/threshold"),
                ({"source": "x" * 401}, "/0/source"),
                ({"source": None}, "/0/source"),
                ({"text": ""}, "/0/text"),
                ({"text": "x" * 201}, "/0/text"),
                ({"text": "one\ntwo"}, "/0/text"),
                ({"text": "nul \0"}, "/0/text"),
                ({"unit": "percent"}, "/0/unit"),
            )
        ),
        (
            {"reps": 1, "evidence": evidence({"offset_ms": 0}, detected=1) | {"judgements": [JUDGEMENT] * 51}},
            "/evidence/judgements",
        ),
        *(
            ({"reps": 1, "evidence": evidence(detected=1) | {"profile_version": value}}, "/evidence/profile_version")
            for value in ("", "x" * 33, 7, "nul \0")
        ),
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


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_what_is_no_number_is_refused_with_a_pointer(ann: Person, number: str) -> None:
    rep = evidence({"offset_ms": 0, "range_share": 77.125}, detected=1)
    body = json.dumps(workout(exercise(BENCH, {"reps": 1, "evidence": rep}))).replace("77.125", number)

    response = await ann.post("/workouts", content=body, headers={"Content-Type": "application/json"})

    assert error_pointers(response) == ["/exercises/0/sets/0/evidence/reps/0/range_share"]


async def test_the_largest_evidence_fits_into_a_request(ann: Person) -> None:
    rep = {
        "offset_ms": 599_123_456,
        "turn_ms": 1_234,
        "duration_ms": 12_345,
        "eccentric_ms": 1_234,
        "concentric_ms": 1_234,
        "turn_pause_ms": 12_345,
        "end_pause_ms": 123_456,
        "range_degrees": 123.4567,
        "range_mm": 1234.567,
        "range_share": 0.9876543,
        "full_range_share": 0.9876543,
        "mean_velocity_mps": 0.7654321,
        "side": "right",
        "confidence": 0.9876543,
        "flags": [],
        "rejected": False,
    }
    judgement = JUDGEMENT | {"code": "x" * 32, "rep": 2000, "source": "x" * 400, "text": "x" * 200}
    found = evidence(*[rep] * 2000, detected=2000) | {"profile_version": "x" * 32, "judgements": [judgement] * 50}
    body = json.dumps(workout(exercise(BENCH, {"reps": 2000, "evidence": found})))
    assert len(body) < MAX_BODY_BYTES

    response = await ann.post("/workouts", content=body, headers={"Content-Type": "application/json"})

    assert response.status_code == 201, response.text
    stored = response.json()["exercises"][0]["sets"][0]["evidence"]
    assert stored == found


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
    assert await read_revision(connection, ann) == 0
