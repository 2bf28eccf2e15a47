"""A batch of an import: duplicates are skipped, missing exercises created, new workouts written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSessionTransaction
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.exercises.public import MAX_CUSTOM_EXERCISES, name_key
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex, equals_stored, resembles_stored
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.model import ExerciseReference, FileReader, ParsedWorkout
from exercise_buddy.transfers.imports.schemas import CreatedExercise
from exercise_buddy.transfers.tables import WorkoutImport
from exercise_buddy.workouts.public import (
    ExerciseInput,
    NewWorkout,
    RecordChanges,
    load_workouts,
    write_imported_workouts,
)

_MAX_EXERCISES = 2000
_Fingerprinted = tuple[ParsedWorkout, bytes]


@dataclass(slots=True)
class ImportRun:
    """An import in progress: one transaction, from `start_import` over `import_batches` to `finish_import`."""

    session: AsyncSession
    savepoint: AsyncSessionTransaction
    user_id: UUID
    file: BinaryIO
    file_name: str | None
    dry_run: bool
    reader: FileReader
    index: WorkoutIndex
    mapping: Mapping[str, ExerciseMatch]
    free_custom_exercises: int
    import_id: UUID = field(default_factory=new_id)
    is_recorded: bool = False
    workouts: int = 0
    sets: int = 0
    reps: int = 0
    volume_kg: float = 0.0
    duplicates: int = 0
    matches: dict[ExerciseReference, ExerciseMatch] = field(default_factory=dict)
    created: list[CreatedExercise] = field(default_factory=list)
    record_changes: RecordChanges = field(default_factory=RecordChanges)


async def import_batch(run: ImportRun, batch: list[ParsedWorkout]) -> None:
    """Import the workouts of a batch that are new."""
    candidates = _skip_known(run, batch)
    exercises = [exercise for workout, _ in candidates for exercise in workout.exercises]
    unmatched = [exercise for exercise in exercises if exercise.reference not in run.matches]
    run.matches |= await exercise_matches.match_exercises(run.session, run.user_id, unmatched, run.mapping)
    new = [
        (workout, fingerprint)
        for workout, fingerprint in await _skip_stored(run, candidates)
        if _reserve_custom_exercises(run, workout)
    ]
    if not new:
        return
    if not run.is_recorded:
        await _record_import(run)
    await _create_exercises(run, [workout for workout, _ in new])
    workouts = [_build_workout(run, *candidate) for candidate in new]
    await write_imported_workouts(run.session, run.user_id, workouts, run.record_changes)
    for workout, _ in new:
        _add_totals(run, workout)


def _skip_known(run: ImportRun, batch: list[ParsedWorkout]) -> list[_Fingerprinted]:
    """Return the workouts, with their fingerprints, that are neither stored with the same content nor repeated."""
    candidates = []
    for workout in batch:
        fingerprint = workout.fingerprint()
        # In our own files, two ids are two workouts, even with the same content.
        file_fingerprint = fingerprint + (workout.id.bytes if workout.id else b"")
        if file_fingerprint in run.index.file_fingerprints:
            run.duplicates += 1
            message = "The file contains this workout twice; it is imported once."
            run.reader.warnings.add(workout.line, "repeated_workout", message)
        elif fingerprint in run.index.fingerprints and (workout.id is None or workout.id not in run.index.ids):
            run.duplicates += 1
        elif len(run.matches) + len(workout.exercises) > _MAX_EXERCISES:
            message = f"A file has at most {_MAX_EXERCISES} exercises."
            run.reader.problems.add(workout.line, "too_many_exercises", message)
        else:
            run.index.file_fingerprints.add(file_fingerprint)
            candidates.append((workout, fingerprint))
    return candidates


async def _skip_stored(run: ImportRun, candidates: list[_Fingerprinted]) -> list[_Fingerprinted]:
    """Return the workouts that are not stored yet, by their content and by their ids."""
    index = run.index
    ids = {workout_id for workout, _ in candidates for workout_id in index.find_candidates(workout)}
    stored = await load_workouts(run.session, run.user_id, list(ids))
    new: list[_Fingerprinted] = []
    for workout, fingerprint in candidates:
        if workout.id in index.file_ids:
            message = "The file has two workouts with this id. The first one was imported."
            run.reader.problems.add(workout.line, "workout_id_taken", message)
            continue
        similar = [stored[workout_id] for workout_id in index.find_candidates(workout) if workout_id in stored]
        if workout.id is not None and workout.id in index.ids:
            if equals_stored(workout, similar[0], run.matches):
                run.duplicates += 1
            else:
                message = "A workout with this id and other content exists. It was not changed."
                run.reader.problems.add(workout.line, "workout_id_taken", message)
            continue
        if any(resembles_stored(workout, candidate, run.matches) for candidate in similar):
            run.duplicates += 1
            continue
        start = workout.started_at.timestamp()
        if start in index.starts:
            message = "Another workout, with other content, begins at the same time. Both are kept: delete one of them."
            run.reader.warnings.add(workout.line, "same_start", message)
        index.starts.add(start)
        if workout.id is not None:
            index.file_ids.add(workout.id)
        new.append((workout, fingerprint))
    return new


def _reserve_custom_exercises(run: ImportRun, workout: ParsedWorkout) -> bool:
    """Return whether the user can have the custom exercises that a workout needs, and mark them as used."""
    matches = [run.matches[exercise.reference] for exercise in workout.exercises]
    missing = [match for match in matches if match.exercise_id is None and not match.is_used]
    needed = len({name_key(match.name) for match in missing})
    if needed > run.free_custom_exercises:
        message = f"A user has at most {MAX_CUSTOM_EXERCISES:,} custom exercises, and this workout needs more."
        run.reader.problems.add(workout.line, "too_many_exercises", message)
        return False
    run.free_custom_exercises -= needed
    for match in missing:
        match.is_used = True
    return True


async def _record_import(run: ImportRun) -> None:
    file_name = run.file_name[:255] if run.file_name else None
    run.session.add(
        WorkoutImport(
            user_id=run.user_id, id=run.import_id, source=run.reader.source, file_name=file_name, workouts=0, sets=0
        )
    )
    await run.session.flush()
    run.is_recorded = True


async def _create_exercises(run: ImportRun, workouts: list[ParsedWorkout]) -> None:
    references = [exercise.reference for workout in workouts for exercise in workout.exercises]
    missing = {name: run.matches[name] for name in references if run.matches[name].exercise_id is None}
    if missing:
        described = run.reader.custom_exercises()
        run.created += await exercise_matches.create_exercises(
            run.session, run.user_id, run.import_id, missing, described, dry_run=run.dry_run
        )


def _build_workout(run: ImportRun, workout: ParsedWorkout, fingerprint: bytes) -> NewWorkout:
    return NewWorkout(
        title=workout.title,
        started_at=workout.started_at,
        ended_at=workout.ended_at,
        time_zone=workout.time_zone,
        local_date=types.local_date(workout.started_at, workout.time_zone),
        notes=workout.notes,
        source=workout.source or run.reader.source,
        exercises=[
            ExerciseInput(
                id=exercise.entry_id,
                exercise_id=run.matches[exercise.reference].required_id,
                superset=exercise.superset,
                notes=exercise.notes,
                targets=exercise.targets,
                sets=exercise.sets,
            )
            for exercise in workout.exercises
        ],
        fingerprint=fingerprint,
        import_id=run.import_id,
        routine_id=workout.routine_id,
        id=workout.id or new_id(),
    )


def _add_totals(run: ImportRun, workout: ParsedWorkout) -> None:
    run.workouts += 1
    for exercise in workout.exercises:
        match = run.matches[exercise.reference]
        match.is_used = True
        match.sets += len(exercise.sets)
        run.sets += len(exercise.sets)
        for workout_set in exercise.sets:
            run.reps += workout_set.reps or 0
            run.volume_kg += (workout_set.reps or 0) * (workout_set.weight_kg or 0)
