"""The rendering of a document from what a write knows of its workout.

The result equals what `documents.queries` renders from the stored rows, to the byte: a property test compares them.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.workouts.documents.document import WorkoutDocument, format_number
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.set_schemas import EvidenceInput, SetInput, Target, TargetSet
from exercise_buddy.workouts.tables import REP_QUANTITIES, Source, WorkoutSet

_SMALLEST_SINGLE = 2.0**-126
_SINGLE = {
    name
    for name in REP_QUANTITIES
    if isinstance(core_table(WorkoutSet).c[f"rep_{name}"].type.item_type, sa.REAL)  # type: ignore[attr-defined]
}
_PLANNED = tuple(name for name in Target.model_fields if name != "kind")


@dataclass(frozen=True, slots=True)
class RenderedExercise:
    """An exercise of a workout to render.

    Attributes:
        id: its id within the workout. The one of its content does not count, nor do those of its sets.
        set_ids: the ids of its sets.
        content: what was sent or is stored.
        name: the name of the exercise.
        totals: its columns `TOTALS`.

    """

    id: UUID
    set_ids: Sequence[UUID]
    content: ExerciseInput
    name: str
    is_custom: bool
    totals: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RenderedWorkout:
    """A workout to render.

    Attributes:
        totals: its columns `WORKOUT_TOTALS`, and `duration_seconds` and `met_minutes`.

    """

    id: UUID
    title: str
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    notes: str | None
    source: Source
    import_id: UUID | None
    routine_id: UUID | None
    energy_kcal: float | None
    average_heart_rate_bpm: float | None
    max_heart_rate_bpm: float | None
    totals: Mapping[str, Any]
    exercises: Sequence[RenderedExercise]
    created_at: datetime
    updated_at: datetime


def render_workout(workout: RenderedWorkout) -> WorkoutDocument:
    """Return the document of a workout."""
    return WorkoutDocument.from_content(
        {
            "id": workout.id,
            "title": workout.title,
            "started_at": format_timestamp(workout.started_at),
            "ended_at": None if workout.ended_at is None else format_timestamp(workout.ended_at),
            "time_zone": workout.time_zone,
            "local_date": workout.local_date,
            "notes": workout.notes,
            "source": workout.source,
            "import_id": workout.import_id,
            "routine_id": workout.routine_id,
            "energy_kcal": format_number(workout.energy_kcal),
            "average_heart_rate_bpm": format_number(workout.average_heart_rate_bpm),
            "max_heart_rate_bpm": format_number(workout.max_heart_rate_bpm),
            "totals": render_workout_totals(workout.totals),
            "exercises": [_exercise(exercise) for exercise in workout.exercises],
            "created_at": format_timestamp(workout.created_at),
            "updated_at": format_timestamp(workout.updated_at),
        }
    )


def _exercise(exercise: RenderedExercise) -> dict[str, Any]:
    content = exercise.content
    return {
        "id": exercise.id,
        "exercise": {"id": content.exercise_id, "name": exercise.name, "custom": exercise.is_custom},
        "superset": content.superset,
        "notes": content.notes,
        "targets": render_targets(content.targets),
        "totals": render_exercise_totals(exercise.totals),
        "sets": [
            render_set(set_id, workout_set) for set_id, workout_set in zip(exercise.set_ids, content.sets, strict=True)
        ],
    }


def render_workout_totals(totals: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `WorkoutTotals`: see `RenderedWorkout.totals`."""
    return {
        "exercises": totals["exercise_count"],
        "sets": totals["set_count"],
        "reps": totals["rep_count"],
        **_render_volumes(totals),
        "duration_seconds": format_number(totals["duration_seconds"]),
        "met_minutes": format_number(totals["met_minutes"]),
        "estimated_energy_kcal": None if totals["met_minutes"] is None else [format_number(totals["met_minutes"])],
    }


def _render_volumes(totals: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "volume_kg": format_number(totals["volume_kg"]),
        "bodyweight_volume_kg": render_bodyweight_volume(totals),
        "assisted_volume_kg": format_number(totals["assisted_volume_kg"]),
        "warm_up": {
            "sets": totals["warm_up_set_count"],
            "reps": totals["warm_up_rep_count"],
            "volume_kg": format_number(totals["warm_up_volume_kg"]),
            "assisted_volume_kg": format_number(totals["warm_up_assisted_volume_kg"]),
        },
    }


def render_exercise_totals(totals: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `ExerciseTotals`: see `RenderedExercise.totals`."""
    return {
        "sets": totals["set_count"],
        "reps": totals["rep_count"],
        **_render_volumes(totals),
        "duration_seconds": format_number(totals["duration_seconds"]),
        "distance_meters": format_number(totals["distance_meters"]),
        "best_set": {"weight_kg": format_number(totals["best_set_weight_kg"]), "reps": totals["best_set_reps"]},
        "best_e1rm_kg": format_number(totals["best_e1rm_kg"]),
    }


def render_targets(targets: Sequence[TargetSet]) -> list[dict[str, Any]]:
    """Return the planned sets of an exercise."""
    return [
        {"kind": target.kind} | {name: format_number(getattr(target, name)) for name in _PLANNED} for target in targets
    ]


def render_set(set_id: UUID | str, workout_set: SetInput) -> dict[str, Any]:
    """Return a `WorkoutSet`."""
    return {
        "id": set_id,
        "kind": workout_set.kind,
        "reps": workout_set.reps,
        "weight_kg": format_number(workout_set.weight_kg),
        "assistance_kg": format_number(workout_set.assistance_kg),
        "duration_seconds": format_number(workout_set.duration_seconds),
        "distance_meters": format_number(workout_set.distance_meters),
        "rpe": format_number(workout_set.rpe),
        "rest_seconds": workout_set.rest_seconds,
        "evidence": None if workout_set.evidence is None else _evidence(workout_set.evidence),
    }


def _evidence(evidence: EvidenceInput) -> dict[str, Any]:
    return {
        "counter": {"name": evidence.counter.name, "version": evidence.counter.version},
        "profile_version": evidence.profile_version,
        "detected_reps": evidence.detected_reps,
        "reps": [
            {name: _single(getattr(rep, name)) if name in _SINGLE else getattr(rep, name) for name in REP_QUANTITIES}
            for rep in evidence.reps
        ],
        "judgements": [
            # The order of the keys of a `jsonb`.
            {
                "rep": judgement.rep,
                "code": judgement.code,
                "text": judgement.text,
                # There is no negative zero in a `jsonb`.
                "value": judgement.value + 0.0,
                "source": judgement.source,
                "threshold": judgement.threshold + 0.0,
            }
            for judgement in evidence.judgements
        ],
    }


def depends_on_mass(totals: Mapping[str, Any]) -> bool:
    """Return whether a workout with these totals has a marker, in whose place the body mass counts."""
    return totals["met_minutes"] is not None or totals["bodyweight_reps"] > 0


def render_bodyweight_volume(totals: Mapping[str, Any]) -> list[float | None] | None:
    """Return the marker in the place of a bodyweight volume: see `WorkoutDocument`."""
    if totals["bodyweight_reps"] <= 0:
        return None
    return [format_number(totals["bodyweight_reps"]), format_number(totals["assisted_volume_kg"])]


def _single(value: float | None) -> float | None:
    """Return a number as it is read from a column of single precision: its shortest decimal."""
    if value is None:
        return None
    # Six significant digits survive single precision.
    if (shortest := float(f"{value:.6g}")) == value and (value >= _SMALLEST_SINGLE or value == 0):
        return format_number(value)
    stored = struct.pack("f", value)
    (value,) = struct.unpack("f", stored)
    for digits in range(1, 9):
        shortest = float(f"{value:.{digits}g}")
        if struct.pack("f", shortest) == stored:
            return format_number(shortest)
    return format_number(float(f"{value:.9g}"))


def format_timestamp(value: datetime) -> str:
    """Return a time as PostgreSQL writes it in JSON: in UTC, without zeros at the end of a fraction."""
    utc = value.astimezone(UTC)
    text = utc.isoformat()
    return text if not utc.microsecond else text[:-6].rstrip("0") + "+00:00"
