"""The dictionary that documents are compressed with, trained on workouts that are made up."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import zstandard

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.exercises.public import Muscle, catalogue_entries
from exercise_buddy.workouts.documents.document import DICTIONARY, WorkoutDocument
from exercise_buddy.workouts.documents.rendering import RenderedExercise, RenderedWorkout, render_workout
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.set_schemas import CounterInput, EvidenceInput, RepEvidenceInput, SetInput, TargetSet
from exercise_buddy.workouts.tables import SetKind, Source

_SAMPLES = 3000
_SIZE = 8192
_NO_WARM_UPS = dict.fromkeys(
    ("warm_up_set_count", "warm_up_rep_count", "warm_up_volume_kg", "warm_up_assisted_volume_kg"), 0
)
_FIRST_START = datetime(2026, 1, 1, tzinfo=UTC)
_WEIGHTS = (7.5, 10, 12.5, 16, 20, 24, 30, 40, 50, 60, 62.5, 70, 80, 90, 100, 102.5, 120, 140)
_TIMES_OF_DAY = ("Morning", "Midday", "Afternoon", "Evening")
_TITLES = ("Push", "Pull", "Legs", "Upper body", "Lower body", "Full body", "Chest day", "Back and biceps", "Run")
_ZONES = ("Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "UTC", "Asia/Tokyo")


def write_dictionary(path: Path = DICTIONARY) -> int:
    """Write a dictionary; return its bytes. With another one, stored documents are not used until rendered again."""
    samples: list[bytes | bytearray | memoryview] = [
        part for document in make_up_documents(_SAMPLES) for part in (document.head, document.sets) if part
    ]
    dictionary = zstandard.train_dictionary(_SIZE, samples).as_bytes()
    path.write_bytes(dictionary)
    return len(dictionary)


def make_up_documents(count: int, seed: int = 1) -> Iterator[WorkoutDocument]:
    """Yield documents of workouts with one to eight exercises, some of them with targets or camera evidence."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    exercises = [(entry["id"], entry["name"]) for entry in catalogue_entries()]
    for _ in range(count):
        yield render_workout(_make_up_workout(chance, exercises))


def _make_up_workout(chance: random.Random, exercises: Sequence[tuple[UUID, str]]) -> RenderedWorkout:
    started_at = _FIRST_START + timedelta(seconds=chance.randrange(10**8))
    ended_at = started_at + timedelta(seconds=chance.randrange(1200, 7200))
    performed = [
        _make_up_exercise(chance, *chance.choice(exercises), is_tracked=chance.random() < 0.1)  # noqa: PLR2004
        for _ in range(chance.randint(1, 8))
    ]
    title = f"{chance.choice(_TIMES_OF_DAY)} workout: {chance.choice([*Muscle]).replace('_', ' ')}"
    return RenderedWorkout(
        id=new_id(),
        title=chance.choice([title, title, chance.choice(_TITLES)]),
        started_at=started_at,
        ended_at=ended_at,
        time_zone=chance.choice(_ZONES),
        local_date=started_at.date(),
        notes=None,
        source=chance.choice([*Source]),
        import_id=None,
        routine_id=chance.choice([None, new_id()]),
        energy_kcal=None,
        average_heart_rate_bpm=None,
        max_heart_rate_bpm=None,
        totals={
            "exercise_count": len(performed),
            "set_count": sum(exercise.totals["set_count"] for exercise in performed),
            "rep_count": sum(exercise.totals["rep_count"] for exercise in performed),
            "volume_kg": sum(exercise.totals["volume_kg"] for exercise in performed),
            "bodyweight_reps": sum(exercise.totals["bodyweight_reps"] for exercise in performed),
            "assisted_volume_kg": 0,
            **_NO_WARM_UPS,
            "duration_seconds": (ended_at - started_at).total_seconds(),
            "met_minutes": chance.randrange(500, 4000) / 10,
        },
        exercises=performed,
        created_at=ended_at + timedelta(microseconds=chance.randrange(10**7)),
        updated_at=ended_at + timedelta(microseconds=chance.randrange(10**7)),
    )


def _make_up_exercise(chance: random.Random, exercise_id: UUID, name: str, *, is_tracked: bool) -> RenderedExercise:
    weight_kg = chance.choice([None, *_WEIGHTS])
    sets = [_make_up_set(chance, weight_kg, is_tracked=is_tracked) for _ in range(chance.randint(2, 5))]
    reps = sum(workout_set.reps or 0 for workout_set in sets)
    planned = chance.choice([0, 0, len(sets)])
    targets = [TargetSet(reps=8, reps_to=12, weight_kg=weight_kg, rest_seconds=90)] * planned
    return RenderedExercise(
        id=new_id(),
        set_ids=[new_id() for _ in sets],
        content=ExerciseInput(exercise_id=exercise_id, targets=targets, sets=sets),
        name=name,
        is_custom=False,
        totals={
            "set_count": len(sets),
            "rep_count": reps,
            "volume_kg": reps * (weight_kg or 0),
            "bodyweight_reps": 0 if weight_kg else reps * 0.5,
            "assisted_volume_kg": 0,
            **_NO_WARM_UPS,
            "duration_seconds": None,
            "distance_meters": None,
            "best_set_weight_kg": weight_kg,
            "best_set_reps": max(workout_set.reps or 0 for workout_set in sets),
            "best_e1rm_kg": weight_kg and weight_kg * (1 + chance.randint(2, 12) / 30),
        },
    )


def _make_up_set(chance: random.Random, weight_kg: float | None, *, is_tracked: bool) -> SetInput:
    reps = chance.randint(3, 15)
    evidence = None
    if is_tracked:
        counter = CounterInput(name="exercise-buddy", version="1")
        tracked = [RepEvidenceInput(**_make_up_rep(chance, number)) for number in range(reps)]
        evidence = EvidenceInput(counter=counter, profile_version="1", detected_reps=reps, reps=tracked)
    return SetInput(
        kind=chance.choice([SetKind.NORMAL] * 4 + [*SetKind]),
        reps=reps,
        weight_kg=weight_kg,
        rpe=chance.choice([None, None, 7.0, 8.0, 8.5, 9.0]),
        rest_seconds=chance.choice([None, None, 60, 90, 120, 180]),
        evidence=evidence,
    )


def _make_up_rep(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "offset_ms": 2500 * number + chance.randrange(500),
        "turn_ms": chance.randrange(700, 1500),
        "duration_ms": chance.randrange(1800, 3000),
        "eccentric_ms": chance.randrange(700, 1500),
        "concentric_ms": chance.randrange(700, 1500),
        "turn_pause_ms": chance.randrange(300),
        "end_pause_ms": chance.randrange(500),
        "range_degrees": chance.randrange(600, 1200) / 10,
        "range_share": chance.randrange(700, 1000) / 1000,
        "confidence": chance.randrange(700, 1000) / 1000,
    }
