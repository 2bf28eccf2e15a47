"""The use cases of doing again: starting a workout from a routine, or from another workout."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core import types
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.users import public as users
from exercise_buddy.workouts.errors import WorkoutDeleted, WorkoutIdTaken
from exercise_buddy.workouts.routines.history import Basis, BasisExercise, DoneWorkout, Time
from exercise_buddy.workouts.routines.progression import Next, Performance, next_targets
from exercise_buddy.workouts.routines.queries import done_workout, last_done_workout, next_basis
from exercise_buddy.workouts.routines.schemas import RepeatInput, StartInput
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.storage.writer import NewWorkout, write_workouts
from exercise_buddy.workouts.tables import Source, Workout


async def start_routine(session: AsyncSession, user_id: UUID, routine_id: UUID, given: StartInput) -> tuple[UUID, bool]:
    """Write a workout that goes on, with what a routine plans next, and give its id and whether it is new.

    The same start again, under the same id, is no error and writes nothing, whatever has become of the workout or the
    routine.

    Raises:
        RoutineNotFound: the user has no such routine.
        WorkoutIdTaken: the id exists with other content.
        WorkoutDeleted: the id is that of a workout that has been deleted.
        AccountGone: there is no such user any more.

    """
    # Nobody else writes this user's data from here on: the sets planned follow from all that was done.
    time_zone = await users.lock_user(session, user_id)
    mark = _mark(given, started_from=str(routine_id))
    if given.id is not None and await _is_there(session, user_id, given.id, mark):
        return given.id, False
    content = await next_basis.fetch(session, user_id=user_id, routine_id=routine_id)
    basis = Basis.model_validate_json(content)
    exercises = [
        ExerciseInput(
            exercise_id=one.exercise.id, superset=one.superset, notes=one.notes, targets=_next_of(one).targets
        )
        for one in basis.exercises
    ]
    new = _live(given, time_zone, title=basis.name, exercises=exercises, mark=mark, routine_id=routine_id)
    return await _write(session, user_id, new), True


async def repeat_workout(session: AsyncSession, user_id: UUID, given: RepeatInput) -> tuple[UUID, bool]:
    """Write a workout that goes on and plans what was done in another one; give its id and whether it is new.

    The same again, under the same id, is no error and writes nothing.

    Raises:
        WorkoutNotFound: the user has no such workout, or has done none.
        WorkoutIdTaken: the id exists with other content.
        WorkoutDeleted: the id is that of a workout that has been deleted.
        AccountGone: there is no such user any more.

    """
    time_zone = await users.lock_user(session, user_id)
    mark = _mark(given, repeats=str(given.workout_id))
    if given.id is not None and await _is_there(session, user_id, given.id, mark):
        return given.id, False
    if given.workout_id is None:
        content = await last_done_workout.fetch(session, user_id=user_id)
    else:
        content = await done_workout.fetch(session, user_id=user_id, workout_id=given.workout_id)
    done = DoneWorkout.model_validate_json(content)
    exercises = [
        ExerciseInput(exercise_id=one.exercise_id, superset=one.superset, targets=one.as_targets())
        for one in done.exercises
    ]
    title = None if done.title_proposed else done.title
    return await _write(session, user_id, _live(given, time_zone, title=title, exercises=exercises, mark=mark)), True


async def next_workout(database: Database, user_id: UUID, routine_id: UUID) -> bytes:
    """Give the `NextWorkout` document: what a start would plan now, and why.

    Raises:
        RoutineNotFound: the user has no such routine.

    """
    content = await next_basis.fetch(database, user_id=user_id, routine_id=routine_id)
    basis = Basis.model_validate_json(content)
    return orjson.dumps(
        {"routine_id": routine_id, "title": basis.name, "exercises": [_shown(one) for one in basis.exercises]}
    )


def _shown(one: BasisExercise) -> dict[str, Any]:
    found = _next_of(one)
    last = one.performances[0] if one.performances else one.elsewhere
    return {
        "exercise": one.exercise.model_dump(),
        "superset": one.superset,
        "notes": one.notes,
        "targets": [target.model_dump() for target in found.targets],
        "reason": found.reason,
        "misses": found.misses,
        "last": None if last is None else last.model_dump(exclude={"targets"}),
    }


def _next_of(one: BasisExercise) -> Next:
    def performance(time: Time) -> Performance:
        return Performance(time.targets, time.sets)

    return next_targets(
        one.targets,
        one.progression,
        [performance(time) for time in one.performances],
        None if one.elsewhere is None else performance(one.elsewhere),
        assisted=one.assisted,
    )


# --- writing -----------------------------------------------------------------------------------------------------


def _mark(given: StartInput, **what: str) -> bytes:
    """Tell a start from others by what the client has said: what follows from it may be other sets next time."""
    started_at = given.started_at.timestamp() if given.started_at else None
    return fingerprint(what | {"started_at": started_at, "time_zone": given.time_zone})


async def _is_there(session: AsyncSession, user_id: UUID, workout_id: UUID, mark: bytes) -> bool:
    stored = select(Workout.fingerprint).where(col(Workout.user_id) == user_id, col(Workout.id) == workout_id)
    found = (await session.exec(stored)).first()
    if found is not None and found != mark:
        raise WorkoutIdTaken
    return found is not None


def _live(
    given: StartInput,
    time_zone: str,
    *,
    title: str | None,
    exercises: list[ExerciseInput],
    mark: bytes,
    routine_id: UUID | None = None,
) -> NewWorkout:
    started_at = given.started_at or datetime.now(UTC)
    time_zone = given.time_zone or time_zone
    return NewWorkout(
        title=title,
        started_at=started_at,
        ended_at=None,
        time_zone=time_zone,
        local_date=types.local_date(started_at, time_zone),
        notes=None,
        source=Source.MANUAL,
        exercises=exercises,
        fingerprint=mark,
        routine_id=routine_id,
        id=given.id or new_id(),
    )


async def _write(session: AsyncSession, user_id: UUID, new: NewWorkout) -> UUID:
    if new.id not in await write_workouts(session, user_id, [new]):
        # It was not there, so it has been.
        raise WorkoutDeleted
    return new.id
