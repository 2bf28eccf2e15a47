"""A batch of an import, in a transaction of its own: duplicates are skipped, exercises created, workouts written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.jobs import Job
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.core.quotas import Quota, QuotaExceeded, Quotas
from exercise_buddy.core.text import clean_name
from exercise_buddy.exercises.public import (
    MAX_CUSTOM_EXERCISES,
    create_imported_exercises,
    name_key,
)
from exercise_buddy.transfers.imports import exercise_matches
from exercise_buddy.transfers.imports.deduplication import WorkoutIndex, equals_stored, resembles_stored
from exercise_buddy.transfers.imports.exercise_matches import ExerciseMatch
from exercise_buddy.transfers.imports.model import ExerciseReference, FileReader, ParsedWorkout
from exercise_buddy.transfers.imports.schemas import CreatedExercise
from exercise_buddy.transfers.imports.spool import FingerprintedWorkout
from exercise_buddy.transfers.tables import ImportState, WorkoutImport
from exercise_buddy.users import public as users
from exercise_buddy.workouts.public import (
    ExerciseInput,
    NewWorkout,
    load_workouts,
    plan_stored_bytes,
    write_imported_workouts,
)

_MAX_EXERCISES = 2000
QUOTA_EXCEEDED = "quota_exceeded"
_ID_TAKEN = "A workout with this id and other content exists. It was not changed."


@dataclass(slots=True)
class ImportRun:
    """An import in progress. Its counts are those of the batches so far."""

    job: Job
    user_id: UUID
    import_id: UUID
    file_name: str | None
    dry_run: bool
    reader: FileReader
    index: WorkoutIndex
    mapping: Mapping[str, ExerciseMatch]
    free_custom_exercises: int
    is_recorded: bool = False
    workouts: int = 0
    sets: int = 0
    reps: int = 0
    volume_kg: float = 0.0
    duplicates: int = 0
    planned_bytes: int = 0
    """What the workouts of a dry run would take."""
    matches: dict[ExerciseReference, ExerciseMatch] = field(default_factory=dict)
    created: list[CreatedExercise] = field(default_factory=list)


async def import_batch(run: ImportRun, batch: list[FingerprintedWorkout]) -> None:
    """Import the workouts of a batch that are new, and commit. A dry run writes nothing and locks nothing."""
    async with run.job.transaction() as session:
        if not run.dry_run:
            await users.lock_user(session, run.user_id)
        await run.index.refresh(session)
        candidates = _skip_known(run, batch)
        exercises = [exercise for workout, _ in candidates for exercise in workout.exercises]
        unmatched = [exercise for exercise in exercises if exercise.reference not in run.matches]
        run.matches |= await exercise_matches.match_exercises(session, run.user_id, unmatched, run.mapping, run.created)
        new = [
            (workout, fingerprint)
            for workout, fingerprint in await _skip_stored(session, run, candidates)
            if _reserve_custom_exercises(run, workout)
        ]
        if new:
            await _write(session, run, new)
            if not run.dry_run:
                await run.index.skip_written(session)
        if run.is_recorded:
            await store_progress(session, run, ImportState.RUNNING)


async def _write(session: AsyncSession, run: ImportRun, new: list[FingerprintedWorkout]) -> None:
    """Write workouts, their exercises and, with the first ones, the import."""
    if not run.dry_run and not run.is_recorded:
        await _record_import(session, run)
    await _create_exercises(session, run, [workout for workout, _ in new])
    written = await _skip_beyond_quota(session, run, new) if run.dry_run else await _write_workouts(session, run, new)
    for workout, _ in written:
        _add_totals(run, workout)
    if run.is_recorded and not run.workouts:
        # Not yet: a list of imports that stored nothing would grow for ever.
        await session.exec(
            delete(WorkoutImport).where(
                col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.id) == run.import_id
            )
        )
        run.is_recorded = False


async def _write_workouts(
    session: AsyncSession, run: ImportRun, new: list[FingerprintedWorkout]
) -> list[FingerprintedWorkout]:
    """Write workouts, and return those that were written: up to a quota, and not with an exercise that was deleted."""
    outcomes = await write_imported_workouts(
        session, run.user_id, [_build_workout(run, *candidate) for candidate in new]
    )
    written = []
    for candidate, outcome in zip(new, outcomes, strict=True):
        line = candidate[0].line
        if outcome.is_new:
            written.append(candidate)
        elif isinstance(outcome.problem, QuotaExceeded):
            run.reader.problems.add(line, QUOTA_EXCEEDED, str(outcome.problem))
        elif isinstance(outcome.problem, InvalidInput):
            message = "An exercise of this workout was deleted meanwhile. Import the file again."
            run.reader.problems.add(line, "exercise_deleted", message)
        else:
            run.reader.problems.add(line, "workout_id_taken", _ID_TAKEN)
    return written


async def _skip_beyond_quota(
    session: AsyncSession, run: ImportRun, new: list[FingerprintedWorkout]
) -> list[FingerprintedWorkout]:
    """Return the workouts of a dry run that the account has room for: as many as an import would write."""
    free = await users.get_free_space(session, run.user_id)
    free_workouts = free[Quota.WORKOUTS] - run.workouts
    for position, (workout, _) in enumerate(new):
        size = plan_stored_bytes(workout.notes, workout.exercises)
        if position < free_workouts and run.planned_bytes + size <= free[Quota.STORED_BYTES]:
            run.planned_bytes += size
            continue
        exceeded = Quota.STORED_BYTES if position < free_workouts else Quota.WORKOUTS
        for beyond, _ in new[position:]:
            run.reader.problems.add(beyond.line, QUOTA_EXCEEDED, str(Quotas.of(session).build_problem(exceeded)))
        return new[:position]
    return new


async def store_progress(session: AsyncSession, run: ImportRun, state: ImportState) -> None:
    """Store the state and the counts of an import."""
    await session.exec(
        update(WorkoutImport)
        .where(col(WorkoutImport.user_id) == run.user_id, col(WorkoutImport.id) == run.import_id)
        .values(state=state, updated_at=func.now(), workouts=run.workouts, sets=run.sets, duplicates=run.duplicates)
    )


def _skip_known(run: ImportRun, batch: list[FingerprintedWorkout]) -> list[FingerprintedWorkout]:
    """Return the workouts that are not stored with the same content."""
    candidates = []
    for workout, fingerprint in batch:
        if run.index.fingerprints[fingerprint] and (workout.id is None or workout.id not in run.index.keys):
            run.duplicates += 1
        elif len(run.matches) + len(workout.exercises) > _MAX_EXERCISES:
            message = f"A file has at most {_MAX_EXERCISES} exercises."
            run.reader.problems.add(workout.line, "too_many_exercises", message)
        else:
            candidates.append((workout, fingerprint))
    return candidates


async def _skip_stored(
    session: AsyncSession, run: ImportRun, candidates: list[FingerprintedWorkout]
) -> list[FingerprintedWorkout]:
    """Return the workouts that are not stored yet, by their content and by their ids."""
    index = run.index
    ids = {workout_id for workout, _ in candidates for workout_id in index.find_candidates(workout)}
    stored = await load_workouts(session, run.user_id, list(ids))
    new: list[FingerprintedWorkout] = []
    for workout, fingerprint in candidates:
        if workout.id in index.file_ids:
            message = "The file has two workouts with this id. The first one was imported."
            run.reader.problems.add(workout.line, "workout_id_taken", message)
            continue
        similar = [stored[workout_id] for workout_id in index.find_candidates(workout) if workout_id in stored]
        if workout.id is not None and workout.id in index.keys:
            if equals_stored(workout, similar[0], run.matches):
                run.duplicates += 1
            else:
                run.reader.problems.add(workout.line, "workout_id_taken", _ID_TAKEN)
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


async def _record_import(session: AsyncSession, run: ImportRun) -> None:
    session.add(
        WorkoutImport(
            user_id=run.user_id,
            id=run.import_id,
            source=run.reader.source,
            state=ImportState.RUNNING,
            file_name=clean_name(run.file_name or "")[:255] or None,
            workouts=0,
            sets=0,
        )
    )
    await session.flush()
    run.is_recorded = True


async def _create_exercises(session: AsyncSession, run: ImportRun, workouts: list[ParsedWorkout]) -> None:
    references = [exercise.reference for workout in workouts for exercise in workout.exercises]
    missing = {name: run.matches[name] for name in references if run.matches[name].exercise_id is None}
    if missing:
        described = run.reader.custom_exercises()
        created = exercise_matches.name_exercises(missing, described, dry_run=run.dry_run)
        if not run.dry_run:
            await create_imported_exercises(session, run.user_id, run.import_id, created)
        run.created += [CreatedExercise(id=values["id"], name=values["name"]) for values in created]


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
        energy_kcal=workout.energy_kcal,
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
