"""The use cases that start a workout from a routine or from another workout."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint, is_repeated_create
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import PartIdTaken, WorkoutIdTaken
from exercise_buddy.workouts.routines.history import Basis, BasisExercise, DoneWorkout
from exercise_buddy.workouts.routines.progression import NextSets, Performance, next_sets
from exercise_buddy.workouts.routines.queries import done_workout, last_done_workout, next_basis
from exercise_buddy.workouts.routines.schemas import RepeatInput, StartInput
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.storage.prepared import NewWorkout
from exercise_buddy.workouts.storage.writer import write_workouts
from exercise_buddy.workouts.tables import Source, Workout


async def start_routine(session: AsyncSession, user_id: UUID, routine_id: UUID, start: StartInput) -> tuple[UUID, bool]:
    """Start a workout with the next planned sets of a routine; return its id and whether it is new.

    Repeating a start with the same id writes nothing, even if the workout or the routine changed since.

    Raises:
        RoutineNotFound: the user has no such routine.
        InvalidInput: the number of ids differs from that of the exercises.
        PartIdTaken: an exercise of another workout has one of the ids.
        WorkoutIdTaken: the id exists with other content.
        ResourceDeleted: the id belonged to a workout that was deleted.
        QuotaExceeded: the account has no room for it.
        AccountGone: the account no longer exists.

    """
    # Nobody else writes this user's data from here on: the sets planned follow from all that was done.
    time_zone = await users.lock_user(session, user_id)
    create = _fingerprint(start, started_from=str(routine_id))
    if start.id is not None and await is_repeated_create(session, Workout, user_id, start.id, create, WorkoutIdTaken):
        return start.id, False
    document = await next_basis.fetch(session, user_id=user_id, routine_id=routine_id)
    basis = Basis.model_validate_json(document)
    exercises = [
        ExerciseInput(
            exercise_id=planned.exercise.id,
            superset=planned.superset,
            notes=planned.notes,
            targets=_next_sets(planned).targets,
        )
        for planned in basis.exercises
    ]
    _choose_entry_ids(exercises, start.entry_ids)
    new = _build_workout(start, time_zone, basis.name, exercises, create, routine_id)
    return await _write_workout(session, user_id, new), True


async def repeat_workout(session: AsyncSession, user_id: UUID, repeat: RepeatInput) -> tuple[UUID, bool]:
    """Start a workout whose planned sets are the sets of another one; return its id and whether it is new.

    Repeating the request with the same id writes nothing.

    Raises:
        WorkoutNotFound: the user has no such workout, or no finished one.
        InvalidInput, PartIdTaken: as `start_routine`.
        WorkoutIdTaken: the id exists with other content.
        ResourceDeleted: the id belonged to a workout that was deleted.
        QuotaExceeded: the account has no room for it.
        AccountGone: the account no longer exists.

    """
    time_zone = await users.lock_user(session, user_id)
    create = _fingerprint(repeat, repeats=str(repeat.workout_id))
    if repeat.id is not None and await is_repeated_create(session, Workout, user_id, repeat.id, create, WorkoutIdTaken):
        return repeat.id, False
    if repeat.workout_id is None:
        document = await last_done_workout.fetch(session, user_id=user_id)
    else:
        document = await done_workout.fetch(session, user_id=user_id, workout_id=repeat.workout_id)
    done = DoneWorkout.model_validate_json(document)
    exercises = [
        ExerciseInput(exercise_id=exercise.exercise_id, superset=exercise.superset, targets=exercise.as_targets())
        for exercise in done.exercises
    ]
    _choose_entry_ids(exercises, repeat.entry_ids)
    title = None if done.title_proposed else done.title
    new = _build_workout(repeat, time_zone, title, exercises, create)
    return await _write_workout(session, user_id, new), True


async def get_next_workout(reads: Reads, user_id: UUID, routine_id: UUID) -> bytes:
    """Return the `NextWorkout` JSON: the sets that a start would plan now, with the reason.

    Raises:
        RoutineNotFound: the user has no such routine.

    """
    document = await next_basis.fetch(reads, user_id=user_id, routine_id=routine_id)
    basis = Basis.model_validate_json(document)
    return orjson.dumps(
        {
            "routine_id": routine_id,
            "title": basis.name,
            "exercises": [_next_exercise(planned) for planned in basis.exercises],
        }
    )


def _next_exercise(planned: BasisExercise) -> dict[str, Any]:
    found = _next_sets(planned)
    last = planned.performances[0] if planned.performances else planned.elsewhere
    return {
        "exercise": planned.exercise.model_dump(),
        "superset": planned.superset,
        "notes": planned.notes,
        "targets": [dict(target) for target in found.targets],
        "reason": found.reason,
        "misses": found.misses,
        "last": None if last is None else last.model_dump(exclude={"targets"}),
    }


def _next_sets(planned: BasisExercise) -> NextSets:
    history = [Performance(past.targets, past.sets) for past in planned.performances]
    last = planned.elsewhere
    elsewhere = None if last is None else Performance(last.targets, last.sets)
    return next_sets(planned.targets, planned.progression, history, elsewhere, assisted=planned.assisted)


# --- writing -----------------------------------------------------------------------------------------------------


def _fingerprint(start: StartInput, **source: str) -> bytes:
    """Return the fingerprint of a start from what the client sent: the planned sets may differ when it is repeated."""
    started_at = start.started_at.timestamp() if start.started_at else None
    entry_ids = {"entry_ids": [str(entry_id) for entry_id in start.entry_ids]} if start.entry_ids else {}
    return fingerprint(source | entry_ids | {"started_at": started_at, "time_zone": start.time_zone})


def _build_workout(
    start: StartInput,
    user_time_zone: str,
    title: str | None,
    exercises: list[ExerciseInput],
    create: bytes,
    routine_id: UUID | None = None,
) -> NewWorkout:
    started_at = start.started_at or datetime.now(UTC)
    time_zone = start.time_zone or user_time_zone
    return NewWorkout(
        title=title,
        started_at=started_at,
        ended_at=None,
        time_zone=time_zone,
        local_date=types.local_date(started_at, time_zone),
        notes=None,
        source=Source.MANUAL,
        exercises=exercises,
        fingerprint=create,
        routine_id=routine_id,
        id=start.id or new_id(),
    )


def _choose_entry_ids(exercises: list[ExerciseInput], entry_ids: list[UUID]) -> None:
    """Update exercises: each gets the id that the client chose for it, if it chose some.

    Raises:
        InvalidInput: the number of ids differs from that of the exercises.

    """
    if not entry_ids:
        return
    if len(entry_ids) != len(exercises):
        message = f"The workout has {len(exercises)} exercises"
        raise InvalidInput(errors=[FieldError("/entry_ids", "other_length", message)])
    for exercise, entry_id in zip(exercises, entry_ids, strict=True):
        exercise.id = entry_id


async def _write_workout(session: AsyncSession, user_id: UUID, new: NewWorkout) -> UUID:
    (outcome,) = await write_workouts(session, user_id, [new])
    if isinstance(outcome.problem, PartIdTaken):
        errors = [replace(e, pointer=f"/entry_ids/{e.pointer.split('/')[2]}") for e in outcome.problem.errors]
        raise PartIdTaken(errors=errors)
    if outcome.problem is not None:
        raise outcome.problem
    return new.id
