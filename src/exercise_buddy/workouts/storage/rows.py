"""The rows and documents that store workouts. Rows are tuples in the order of the types `stored_…`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

import orjson

from exercise_buddy.workouts.documents.document import StoredDocument, WorkoutDocument, document_version
from exercise_buddy.workouts.documents.rendering import RenderedExercise, RenderedWorkout, render_workout
from exercise_buddy.workouts.set_schemas import EvidenceInput, SetResult
from exercise_buddy.workouts.storage.computed_sizes import build_targets
from exercise_buddy.workouts.storage.computed_totals import ComputedExercise
from exercise_buddy.workouts.storage.prepared import PreparedWorkout
from exercise_buddy.workouts.storage.totals import WORKOUT_TOTALS
from exercise_buddy.workouts.tables import REP_QUANTITIES, SET_VALUES, TOTALS

Row = tuple[Any, ...]

_RESULTS = tuple(SetResult.model_fields)
_get_workout_totals = itemgetter(*WORKOUT_TOTALS)
_get_totals = itemgetter(*TOTALS)
_get_result = attrgetter(*_RESULTS)
_get_rep = attrgetter(*REP_QUANTITIES)
NO_EVIDENCE = (None,) * (len(SET_VALUES) - len(_RESULTS))
_FLAGS = REP_QUANTITIES.index("flags")
_REJECTED = REP_QUANTITIES.index("rejected")


def render_document(workout: PreparedWorkout, now: datetime) -> WorkoutDocument:
    """Return the document of a workout whose exercises and sets have ids."""
    new = workout.new
    return render_workout(
        RenderedWorkout(
            id=new.id,
            title=workout.title,
            started_at=new.started_at,
            ended_at=new.ended_at,
            time_zone=new.time_zone,
            local_date=new.local_date,
            notes=new.notes,
            source=new.source,
            import_id=new.import_id,
            routine_id=new.routine_id,
            energy_kcal=new.energy_kcal,
            average_heart_rate_bpm=new.average_heart_rate_bpm,
            max_heart_rate_bpm=new.max_heart_rate_bpm,
            totals=workout.totals | {"duration_seconds": workout.duration_seconds},
            exercises=[_render_exercise(exercise) for exercise in workout.exercises],
            created_at=new.created_at or now,
            updated_at=new.updated_at or now,
        )
    )


def _render_exercise(computed: ComputedExercise) -> RenderedExercise:
    content, facts = computed.exercise, computed.facts
    assert content.id is not None  # noqa: S101  (assigned)
    set_ids = [part.id for part in content.sets if part.id is not None]
    return RenderedExercise(content.id, set_ids, content, facts.name, facts.is_custom, computed.totals)


def build_workout_row(workout: PreparedWorkout, stored: StoredDocument, now: datetime) -> Row:
    """Return the row of a workout with its document."""
    new, totals = workout.new, workout.totals
    return (
        new.id,
        workout.title,
        new.title is None,
        new.notes,
        new.source,
        new.import_id,
        new.routine_id,
        new.started_at,
        new.ended_at,
        new.time_zone,
        new.local_date,
        *_get_workout_totals(totals),
        workout.duration_seconds,
        totals["met_minutes"],
        totals["stored_bytes"],
        new.fingerprint,
        new.created_at or now,
        new.updated_at or now,
        stored.document,
        stored.sets,
        stored.size,
        document_version(),
    )


def build_exercise_rows(workout: PreparedWorkout) -> Iterator[Row]:
    """Yield the rows of the exercises of a workout, which have ids."""
    new = workout.new
    for position, computed in enumerate(workout.exercises):
        exercise = computed.exercise
        targets = build_targets(exercise.targets)
        is_custom = computed.facts.is_custom
        yield (
            exercise.id,
            new.id,
            position,
            None if is_custom else exercise.exercise_id,
            exercise.exercise_id if is_custom else None,
            exercise.superset,
            exercise.notes,
            None if targets is None else orjson.dumps(targets).decode(),
            new.started_at,
            new.local_date,
            *_get_totals(computed.totals),
        )


def build_set_rows(workout: PreparedWorkout) -> Iterator[Row]:
    """Yield the rows of the sets of a workout, which have ids."""
    workout_id = workout.new.id
    for number, exercise in enumerate(workout.new.exercises):
        for position, workout_set in enumerate(exercise.sets):
            evidence = workout_set.evidence
            yield (
                workout_set.id,
                workout_id,
                number,
                position,
                *_get_result(workout_set),
                *(NO_EVIDENCE if evidence is None else build_evidence(evidence)),
            )


def build_evidence(evidence: EvidenceInput) -> Row:
    """Return the columns of the evidence of a set."""
    judgements = [judgement.model_dump() for judgement in evidence.judgements]
    return (
        evidence.counter.name,
        evidence.counter.version,
        evidence.profile_version,
        evidence.detected_reps,
        orjson.dumps(judgements).decode() if judgements else None,
        *(_build_array(index, values) for index, values in enumerate(_list_quantities(evidence))),
    )


def _list_quantities(evidence: EvidenceInput) -> Iterable[Sequence[Any]]:
    return zip(*map(_get_rep, evidence.reps), strict=True) if evidence.reps else ((),) * len(REP_QUANTITIES)


def _build_array(index: int, values: Sequence[Any]) -> Sequence[Any] | None:
    """Return the column of a quantity. One that was measured of no rep takes no space."""
    if index == _FLAGS:
        values = [" ".join(flags) or None for flags in values]
    elif index == _REJECTED:
        values = [rejected or None for rejected in values]
    return None if all(value is None for value in values) else values
