"""Workouts of a file and stored ones for tests of their comparison, and short forms of what it returns."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from exercise_buddy.transfers.imports.comparison import (
    Matches,
    Stored,
    list_differences,
    pair_exercises,
)
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.model import ParsedExercise, ParsedWorkout
from exercise_buddy.workouts.public import SetInput

START = datetime(2026, 1, 5, 18, tzinfo=UTC)
IDS = {name: UUID(int=number) for number, name in enumerate(("Squat", "Bench Press", "Plank", "Row"), 1)}
RESULTS: dict[str, Any] = {
    "reps": 8,
    "weight_kg": 40.0,
    "duration_seconds": 30.0,
    "distance_meters": 100.0,
}
"""A set with each result that tables have."""
Exercises = list[tuple[str, list[dict[str, Any]]]]


def parse(exercises: Exercises, **fields: Any) -> ParsedWorkout:
    """Return a workout of a file with exercises, each with its sets."""
    values: dict[str, Any] = {
        "line": 2,
        "title": "Push",
        "started_at": START,
        "ended_at": None,
        "notes": None,
        "time_zone": "UTC",
    }
    parts = [ParsedExercise(name, [SetInput(**one) for one in sets]) for name, sets in exercises]
    return ParsedWorkout(exercises=parts, **values | fields)


def store(exercises: Exercises, **fields: Any) -> dict[str, Any]:
    """Return the JSON of a stored workout with exercises, each with its sets."""
    empty = dict.fromkeys(SetInput.model_fields) | {"kind": "normal"}
    return {
        "id": str(UUID(int=100)),
        "title": "Push",
        "started_at": START.isoformat(),
        "ended_at": None,
        "time_zone": "UTC",
        "notes": None,
        "energy_kcal": None,
        "average_heart_rate_bpm": None,
        "max_heart_rate_bpm": None,
        "source": "strong",
        "exercises": [
            {
                "exercise": {"id": str(IDS[name]), "name": name},
                "notes": None,
                "superset": None,
                "sets": [empty | one for one in sets],
            }
            for name, sets in exercises
        ],
    } | fields


def match_by_name(workout: ParsedWorkout, **chosen: Any) -> Matches:
    """Return the matches of the exercises of a workout: those with the same name."""
    return {
        exercise.reference: ExerciseMatch(
            exercise.name, "exact", exercise_id=IDS.get(exercise.name), exercise_name=exercise.name, **chosen
        )
        for exercise in workout.exercises
    }


def compare(
    workout: ParsedWorkout, stored: Stored, matches: Matches | None = None, weight_unit: str = "kg"
) -> list[str]:
    matches = match_by_name(workout) if matches is None else matches
    pairs = pair_exercises(workout, stored, matches)
    return list_differences(workout, stored, pairs, matches, weight_unit=weight_unit)


def name_pairs(workout: ParsedWorkout, stored: Stored, matches: Matches | None = None) -> list[tuple[Any, Any]]:
    """Return the names of the exercises that correspond, None where one side has none."""
    pairs = pair_exercises(workout, stored, match_by_name(workout) if matches is None else matches)
    return [(pair.parsed and pair.parsed.name, pair.stored and pair.stored["exercise"]["name"]) for pair in pairs]
