"""The ids of the parts of workouts, their exercises and sets: which of those that a client chose are taken.

Ids are unique among the exercises of a user's workouts, and among the user's sets. The ids of other users are never
looked at. Under the user's lock, no other transaction takes an id before the write.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.sql_files import load_sql
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError
from exercise_buddy.workouts.schemas import ExerciseInput, PartId, PartPath
from exercise_buddy.workouts.set_schemas import SetInput

_find_parts = load_sql(__package__, "part_ids.sql")


async def find_workouts_of_parts(
    session: AsyncSession, user_id: UUID, part_ids: Collection[PartId]
) -> dict[PartId, UUID]:
    """Return the workouts of stored exercises and sets, by the ids of those."""
    if not part_ids:
        return {}
    rows = await _find_parts.run_in(
        session,
        user_id=user_id,
        exercise_ids=[part.id for part in part_ids if part.kind == "exercise"],
        set_ids=[part.id for part in part_ids if part.kind == "set"],
    )
    return {PartId(row.kind, row.id): row.workout_id for row in rows}


def list_taken_ids(
    chosen: Iterable[tuple[PartPath, PartId]], workout_id: UUID, workouts_of_parts: Mapping[PartId, UUID]
) -> list[FieldError]:
    """Return an error for each chosen id of an exercise or set that belongs to another workout than `workout_id`."""
    return [
        FieldError(
            pointer(("exercises", *path)), "id_taken", f"The {part_id.kind} with this id belongs to another workout"
        )
        for path, part_id in chosen
        if workouts_of_parts.get(part_id, workout_id) != workout_id
    ]


def drop_taken_ids(
    exercises: Iterable[ExerciseInput], workout_id: UUID, workouts_of_parts: Mapping[PartId, UUID]
) -> None:
    """Delete the ids of exercises and sets that belong to another workout than `workout_id`."""
    for exercise in exercises:
        parts: list[tuple[Literal["exercise", "set"], ExerciseInput | SetInput]] = [("exercise", exercise)]
        parts += [("set", workout_set) for workout_set in exercise.sets]
        for kind, part in parts:
            if part.id is not None and workouts_of_parts.get(PartId(kind, part.id), workout_id) != workout_id:
                part.id = None


def assign_ids(exercises: Iterable[ExerciseInput]) -> None:
    """Update exercises and sets without an id: each gets a new one."""
    for exercise in exercises:
        if exercise.id is None:
            exercise.id = new_id()
        for workout_set in exercise.sets:
            if workout_set.id is None:
                workout_set.id = new_id()
