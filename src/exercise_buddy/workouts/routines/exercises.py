"""The write path of the exercises of a routine."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.exercises.public import find_catalogue_exercises, find_custom_exercises, unknown_exercise
from exercise_buddy.workouts.routines.progression import find_load
from exercise_buddy.workouts.routines.queries import SINCE, planned
from exercise_buddy.workouts.routines.schemas import ProgressionKind, RoutineExerciseInput, is_working
from exercise_buddy.workouts.set_schemas import TargetSet
from exercise_buddy.workouts.tables import RoutineExercise


async def write_exercises(
    session: AsyncSession,
    user_id: UUID,
    routine_id: UUID,
    exercises: Sequence[RoutineExerciseInput],
    restored_since: Mapping[int, datetime | None] | None = None,
) -> None:
    """Replace the exercises of a routine.

    Args:
        session: the transaction.
        user_id: the owner.
        routine_id: the routine.
        exercises: the exercises.
        restored_since: the times since when results count, by the positions of the exercises. None: they follow from
            the stored exercises.

    Raises:
        InvalidInput: an exercise is unknown.

    """
    of_routine = (col(RoutineExercise.user_id) == user_id, col(RoutineExercise.routine_id) == routine_id)
    columns = select(RoutineExercise.exercise_id, RoutineExercise.targets, RoutineExercise.progression)
    stored = (await session.exec(columns.where(*of_routine).order_by(col(RoutineExercise.position)))).all()
    keys = _occurrences(exercise_id for exercise_id, _, _ in stored)
    previous = {
        key: (targets, progression)
        for key, (_, targets, progression) in zip(keys, stored, strict=True)
        if progression is not None
    }
    custom = await _find_custom_exercises(session, user_id, exercises)
    now: datetime = (await session.exec(select(func.now()))).one()
    keys = _occurrences(exercise.exercise_id for exercise in exercises)
    rows = [
        {
            "user_id": user_id,
            "routine_id": routine_id,
            "position": position,
            "catalogue_exercise_id": None if exercise.exercise_id in custom else exercise.exercise_id,
            "custom_exercise_id": exercise.exercise_id if exercise.exercise_id in custom else None,
            "superset": exercise.superset,
            "notes": exercise.notes,
            "targets": [target.model_dump(mode="json", exclude_none=True) for target in exercise.targets],
            "progression": (
                _stored_progression(exercise, previous.get(key), now)
                if restored_since is None
                else _restored_progression(exercise, restored_since[position])
            ),
        }
        for position, (key, exercise) in enumerate(zip(keys, exercises, strict=True))
    ]
    await session.exec(delete(RoutineExercise).where(*of_routine))
    if rows:
        await session.exec(insert(planned), params=rows)


def _occurrences(exercise_ids: Iterable[UUID]) -> Iterator[tuple[UUID, int]]:
    """Yield each exercise with the number of its earlier occurrences, as `queries.py` counts them."""
    seen: Counter[UUID] = Counter()
    for exercise_id in exercise_ids:
        yield exercise_id, seen[exercise_id]
        seen[exercise_id] += 1


async def _find_custom_exercises(
    session: AsyncSession, user_id: UUID, exercises: Sequence[RoutineExerciseInput]
) -> set[UUID]:
    """Return the ids that are custom exercises of the user.

    Raises:
        InvalidInput: an id is neither a custom exercise nor one of the catalogue.

    """
    ids = {exercise.exercise_id for exercise in exercises}
    custom = await find_custom_exercises(session, user_id, ids)
    known = custom | await find_catalogue_exercises(session, ids)
    errors = [
        unknown_exercise(f"/exercises/{index}/exercise_id")
        for index, exercise in enumerate(exercises)
        if exercise.exercise_id not in known
    ]
    if errors:
        raise InvalidInput(errors=errors)
    return custom


def _stored_progression(
    exercise: RoutineExerciseInput, previous: tuple[Sequence[Any], Mapping[str, Any]] | None, now: datetime
) -> dict[str, Any] | None:
    """Return the progression to store, with the time since when results count.

    Progress survives an edit of the number of sets or of their rests. Another weight (or other reps, if the reps
    progress) is a new start: a user who enters 60 kg wants to lift 60 kg, whatever was lifted before.
    """
    if exercise.progression is None:
        return None
    kind = exercise.progression.kind
    start = _starting_values(exercise.targets, kind)
    since: str | None = None
    previous_start: set[float] = set()
    if previous is not None:
        targets, progression = previous
        since = progression.get(SINCE)
        previous_start = _starting_values([TargetSet.model_validate(target) for target in targets], kind)
    if start and start != previous_start:
        since = now.isoformat()
    stored = exercise.progression.model_dump(mode="json")
    return stored if since is None else stored | {SINCE: since}


def _restored_progression(exercise: RoutineExerciseInput, since: datetime | None) -> dict[str, Any] | None:
    if exercise.progression is None:
        return None
    stored = exercise.progression.model_dump(mode="json")
    return stored if since is None else stored | {SINCE: since.isoformat()}


def _starting_values(targets: Sequence[TargetSet], kind: ProgressionKind) -> set[float]:
    working = [target for target in targets if is_working(target.kind)]
    values = [target.reps if kind is ProgressionKind.REPS else find_load(target) for target in working]
    return {value for value in values if value is not None}
