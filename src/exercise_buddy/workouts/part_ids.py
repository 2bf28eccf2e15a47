"""The ids of the parts of workouts, their exercises and sets: which of those that a client chose are taken.

The ids of a user are one namespace. Those of other users are never looked at. Call these functions under the user's
lock: then no other transaction takes an id before the write.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError
from exercise_buddy.workouts.schemas import ExerciseInput, list_chosen_ids

_find_parts = load_sql(__package__, "part_ids.sql")


async def find_workouts_of_parts(session: AsyncSession, user_id: UUID, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the workouts of stored exercises and sets, by the ids of those."""
    if not ids:
        return {}
    rows = await _find_parts.run_in(session, user_id=user_id, ids=list(ids))
    return {row.id: row.workout_id for row in rows}


def list_taken_ids(
    exercises: Sequence[ExerciseInput], workout_id: UUID, workouts_of_parts: Mapping[UUID, UUID]
) -> list[FieldError]:
    """Return an error for each chosen id of an exercise or set that belongs to another workout than `workout_id`."""
    return [
        FieldError(pointer(("exercises", *path)), "id_taken", "An exercise or set of another workout has this id")
        for path, part_id in list_chosen_ids(exercises)
        if workouts_of_parts.get(part_id, workout_id) != workout_id
    ]


async def find_taken_ids(
    session: AsyncSession,
    user_id: UUID,
    exercises: Sequence[ExerciseInput],
    workout_id: UUID,
    own: Collection[UUID] = (),
) -> list[FieldError]:
    """Return an error for each chosen id of an exercise or set that belongs to another workout of the user.

    Args:
        session: the transaction.
        user_id: the owner.
        exercises: the exercises of the workout.
        workout_id: the workout.
        own: ids that are known to belong to the workout.

    """
    chosen = {part_id for _, part_id in list_chosen_ids(exercises)}.difference(own)
    return list_taken_ids(exercises, workout_id, await find_workouts_of_parts(session, user_id, chosen))


def drop_taken_ids(exercises: Sequence[ExerciseInput], taken: set[UUID]) -> list[ExerciseInput]:
    """Return exercises and sets without the ids that are taken. Those that they keep are added to `taken`."""
    kept: list[ExerciseInput] = []
    for exercise in exercises:
        part_id = _keep_free_id(exercise.id, taken)
        sets = [
            workout_set.model_copy(update={"id": _keep_free_id(workout_set.id, taken)}) for workout_set in exercise.sets
        ]
        kept.append(exercise.model_copy(update={"id": part_id, "sets": sets}))
    return kept


def _keep_free_id(part_id: UUID | None, taken: set[UUID]) -> UUID | None:
    if part_id is None or part_id in taken:
        return None
    taken.add(part_id)
    return part_id
