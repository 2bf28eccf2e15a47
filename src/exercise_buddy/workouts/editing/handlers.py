"""The use cases of editing workouts.

They return the `Workout` JSON and raise what `edit_workout` raises. Positions count from 0, as in JSON pointers.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.editing.workout_edit import edit_workout, lock_workout, rewrite_workout, validate_content
from exercise_buddy.workouts.errors import PartNotFound, WorkoutFinished
from exercise_buddy.workouts.schemas import ExerciseInput, WorkoutInput


async def replace_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, content: WorkoutInput, expected: Precondition
) -> bytes:
    """Replace the content of a workout. Its time zone and source stay unless the client sends them.

    Raises:
        InvalidInput: the content has another id, or an exercise is unknown.

    """
    if content.id is not None and content.id != workout_id:
        raise InvalidInput(errors=[FieldError("/id", "other_id", "This is the id of another workout")])
    edit = await lock_workout(session, user_id, workout_id, expected)
    before = validate_content(edit.content)
    after = content.model_copy(
        update={"id": None, "source": before.source, "time_zone": content.time_zone or before.time_zone}
    )
    provenance = edit.provenance
    if "source" in content.model_fields_set and content.source != provenance.source:
        provenance = replace(provenance, source=content.source)
    elif after == before:
        return edit.document
    return await rewrite_workout(session, user_id, workout_id, after, provenance)


async def update_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, change: WorkoutChange, expected: Precondition
) -> bytes:
    """Update the fields of a workout that `change` sets, and the order of its exercises.

    Raises:
        InvalidInput: the order does not contain each position once, or the workout would end before it starts.

    """
    values = change.model_dump(mode="json", include=change.model_fields_set)
    order = values.pop("exercise_order", None)
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        edit.content |= values
        exercises = edit.content["exercises"]
        if order is not None:
            if len(order) != len(exercises):
                message = f"The workout has {len(exercises)} exercises"
                raise InvalidInput(errors=[FieldError("/exercise_order", "other_length", message)])
            edit.content["exercises"] = [exercises[position] for position in order]
    return edit.document


async def finish_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, finish: Finish, expected: Precondition, now: datetime
) -> bytes:
    """Set the end of a workout. To finish it again at the same time changes nothing.

    Raises:
        WorkoutFinished: the workout already has another end.
        InvalidInput: the workout would end before it starts, or last over 31 days.

    """
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        ended_at = edit.content["ended_at"]
        if ended_at is None:
            edit.content["ended_at"] = (finish.ended_at or now).isoformat()
        elif finish.ended_at is not None and datetime.fromisoformat(ended_at) != finish.ended_at:
            raise WorkoutFinished
    return edit.document


# --- exercises ---------------------------------------------------------------------------------------------------


async def append_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, exercise: ExerciseInput, expected: Precondition
) -> bytes:
    """Append an exercise with its sets to a workout."""
    async with edit_workout(session, user_id, workout_id, expected, _pointer_in_exercise) as edit:
        edit.content["exercises"].append(exercise.model_dump(mode="json"))
    return edit.document


async def update_exercise(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    position: int,
    change: ExerciseChange,
    expected: Precondition,
) -> bytes:
    """Update the fields of an exercise that `change` sets, or move it to another position.

    Raises:
        PartNotFound: one of the two positions has no exercise.

    """
    async with edit_workout(session, user_id, workout_id, expected, _last_part) as edit:
        _update_part(edit.content["exercises"], position, change)
    return edit.document


async def delete_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, position: int, expected: Precondition
) -> bytes:
    """Delete the exercise at a position, with its sets.

    Raises:
        PartNotFound: the workout has no exercise at this position.

    """
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        _delete_part(edit.content["exercises"], position)
    return edit.document


# --- sets --------------------------------------------------------------------------------------------------------


async def append_sets(
    session: AsyncSession, user_id: UUID, workout_id: UUID, appended: SetsInput, expected: Precondition
) -> bytes:
    """Append sets to an exercise of a workout. An exercise that the workout does not contain is appended first.

    Raises:
        PartNotFound: the workout has no exercise at the position of `appended`.

    """
    sets = appended.model_dump(mode="json")["sets"]
    async with edit_workout(session, user_id, workout_id, expected, _pointer_in_sets) as edit:
        exercises = edit.content["exercises"]
        if appended.exercise_position is not None:
            _part(exercises, appended.exercise_position)["sets"] += sets
        else:
            exercise_id = str(appended.exercise_id)
            matching = [exercise for exercise in exercises if exercise["exercise_id"] == exercise_id]
            if matching:
                matching[-1]["sets"] += sets
            else:
                exercises.append({"exercise_id": exercise_id, "sets": sets})
    return edit.document


async def update_set(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    position: int,
    set_position: int,
    change: SetChange,
    expected: Precondition,
) -> bytes:
    """Update the fields of a set that `change` sets, or move it to another position of its exercise.

    Raises:
        PartNotFound: the exercise does not exist, or has no set at one of the two positions.
        InvalidInput: the set would record nothing.

    """
    async with edit_workout(session, user_id, workout_id, expected, _last_part) as edit:
        _update_part(_part(edit.content["exercises"], position)["sets"], set_position, change)
    return edit.document


async def delete_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, position: int, set_position: int, expected: Precondition
) -> bytes:
    """Delete a set. Its exercise stays, even without sets.

    Raises:
        PartNotFound: the exercise or the set does not exist.

    """
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        _delete_part(_part(edit.content["exercises"], position)["sets"], set_position)
    return edit.document


# --- parts of a workout: its exercises, or the sets of one -------------------------------------------------------


def _part(parts: list[dict[str, Any]], position: int) -> dict[str, Any]:
    if not 0 <= position < len(parts):
        raise PartNotFound
    return parts[position]


def _update_part(parts: list[dict[str, Any]], position: int, change: ExerciseChange | SetChange) -> None:
    values = change.model_dump(mode="json", include=change.model_fields_set)
    new_position = values.pop("position", position)
    part = _part(parts, position)
    _part(parts, new_position)
    part |= values
    parts.insert(new_position, parts.pop(position))


def _delete_part(parts: list[dict[str, Any]], position: int) -> None:
    _part(parts, position)
    del parts[position]


# --- pointers into what the client sent --------------------------------------------------------------------------


def _pointer_in_exercise(pointer: str) -> str:
    """Map the pointer of an error to the sent exercise: `/exercises/3/exercise_id` to `/exercise_id`."""
    return "".join(f"/{part}" for part in pointer.split("/")[3:])


def _pointer_in_sets(pointer: str) -> str:
    """Map the pointer of an error to the sent sets: the exercise, or the sets as a whole."""
    return "/exercise_id" if pointer.endswith("/exercise_id") else "/sets"


def _last_part(pointer: str) -> str:
    """Map the pointer of an error to the sent exercise or set: one of its fields, or all of it."""
    last = pointer.rpartition("/")[2]
    return "" if last.isdigit() else f"/{last}"
