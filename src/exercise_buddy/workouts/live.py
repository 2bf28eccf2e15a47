"""The workout in progress, and sets that are counted live: each is stored once, by its id."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, literal_column
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.json_queries import USER
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.workouts.documents.reading import WorkoutQuery
from exercise_buddy.workouts.editing.content import EditedContent
from exercise_buddy.workouts.editing.workout_edit import edit_workout
from exercise_buddy.workouts.errors import NoCurrentWorkout, PartIdTaken, WorkoutFinished, WorkoutNotFound
from exercise_buddy.workouts.schemas import MAX_DURATION
from exercise_buddy.workouts.selectables import workout
from exercise_buddy.workouts.set_schemas import SetInput
from exercise_buddy.workouts.tables import Workout, WorkoutExercise, WorkoutSet

# An import may not know the end of a workout, and after the longest duration a workout can no longer be finished now.
_is_current = and_(
    workout.c.ended_at.is_(None),
    workout.c.import_id.is_(None),
    workout.c.started_at > func.now() - literal_column(f"interval '{MAX_DURATION.days} days'"),
)
_newest: tuple[ColumnElement[Any], ...] = (workout.c.started_at.desc(), workout.c.id.desc())

current_workout = WorkoutQuery(
    sa.select(workout).where(workout.c.user_id == USER, _is_current).order_by(*_newest).limit(literal_column("1")),
    missing=NoCurrentWorkout,
)
"""The `Workout` that the user `user_id` started last and has not finished."""


async def find_running_workout(session: AsyncSession, user_id: UUID, workout_id: UUID | None = None) -> UUID | None:
    """Return a workout that is not finished: the one with an id, or the user's current one. None if it does not exist.

    Raises:
        WorkoutNotFound: the user has no workout with this id.
        WorkoutFinished: the workout with this id is finished.

    """
    if workout_id is None:
        current = select(Workout.id).where(col(Workout.user_id) == user_id, _is_current).order_by(*_newest).limit(1)
        return (await session.exec(current)).first()
    stored = select(Workout.ended_at).where(col(Workout.user_id) == user_id, col(Workout.id) == workout_id)
    found = (await session.exec(stored)).all()
    if not found:
        raise WorkoutNotFound
    if found[0] is not None:
        raise WorkoutFinished
    return workout_id


async def require_free_part_id(session: AsyncSession, user_id: UUID, part_id: UUID) -> None:
    """Check that no exercise or set of the user's workouts has an id.

    Raises:
        PartIdTaken: one has it.

    """
    for table in (WorkoutSet, WorkoutExercise):
        stored = select(col(table.id)).where(col(table.user_id) == user_id, col(table.id) == part_id)
        if (await session.exec(stored)).first() is not None:
            raise PartIdTaken


@dataclass(frozen=True, slots=True)
class StoredSet:
    """Where a set is stored: its workout, and the id of its exercise within the workout."""

    workout_id: UUID
    entry_id: UUID
    set_id: UUID
    is_new: bool


async def store_tracked_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, exercise_id: UUID, set_id: UUID, result: SetInput
) -> StoredSet:
    """Append a set to the last exercise of a workout with this exercise id; a missing one is appended first.

    A set that the workout has already, by its id, stays as it is, even if it was edited or moved since.

    Args:
        session: the transaction.
        user_id: the owner.
        workout_id: the workout. It may have been finished meanwhile.
        exercise_id: the exercise, of the catalogue or custom.
        set_id: the id of the set, chosen by the client.
        result: the set. Its own id does not count.

    Raises:
        WorkoutNotFound: the user has no such workout.
        PartIdTaken: a set of another workout has the id.
        InvalidInput: the exercise is unknown, or the workout has no room for another set.
        AccountGone: the user no longer exists.

    """
    stored_set: StoredSet | None = None

    def append(edit: EditedContent) -> None:
        nonlocal stored_set
        found = edit.find_set(set_id)
        exercise = edit.get_or_append_exercise(exercise_id) if found is None else found[0]
        exercise.id = exercise.id or new_id()
        if found is None:
            exercise.sets.append(result.model_copy(update={"id": set_id}))
        stored_set = StoredSet(workout_id, exercise.id, set_id, is_new=found is None)

    await edit_workout(session, user_id, workout_id, Precondition(None), append, _pointer, [exercise_id])
    assert stored_set is not None  # noqa: S101  (an edit calls its change)
    return stored_set


def _pointer(pointer: str) -> str:
    """Map the pointer of an error to what a live client sends: the exercise, the set, or all of it."""
    last = pointer.rpartition("/")[2]
    return {"exercise_id": "/exercise_id", "id": "/set_id"}.get(last, "")
