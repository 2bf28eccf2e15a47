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
from exercise_buddy.workouts.editing.appending import is_stored, list_new_sets
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.editing.workout_edit import edit_workout, lock_workout, rewrite_workout
from exercise_buddy.workouts.errors import PartNotFound, WorkoutFinished
from exercise_buddy.workouts.schemas import ExerciseInput, WorkoutInput, list_chosen_ids


async def replace_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, content: WorkoutInput, expected: Precondition
) -> bytes:
    """Replace the content of a workout. Its time zone and source stay unless the client sends them.

    Raises:
        InvalidInput: the content has another id, or an exercise is unknown.
        PartIdTaken: another workout has an exercise or set with one of the ids.

    """
    if content.id is not None and content.id != workout_id:
        raise InvalidInput(errors=[FieldError("/id", "other_id", "This is the id of another workout")])
    edit = await lock_workout(session, user_id, workout_id, expected)
    stored = edit.stored
    new = content.model_copy(
        update={
            "id": None,
            "source": stored.source,
            "time_zone": content.time_zone or stored.time_zone,
            "exercises": _keep_ids(content.exercises, stored.exercises),
        }
    )
    if "source" in content.model_fields_set and content.source != edit.provenance.source:
        edit.provenance = replace(edit.provenance, source=content.source)
    elif new == stored:
        return edit.document
    return await rewrite_workout(session, user_id, workout_id, edit, new)


def _keep_ids(sent: list[ExerciseInput], stored: list[ExerciseInput]) -> list[ExerciseInput]:
    """Return the stored exercises if the sent ones equal them, apart from ids that were left out, else the sent ones.

    So a client without ids can repeat the request, and nothing gets new ids.
    """
    chosen = dict(list_chosen_ids(sent)).items() <= dict(list_chosen_ids(stored)).items()
    if chosen and [_without_ids(exercise) for exercise in sent] == [_without_ids(exercise) for exercise in stored]:
        return stored
    return sent


def _without_ids(exercise: ExerciseInput) -> dict[str, Any]:
    return exercise.model_dump(exclude={"id": True, "sets": {"__all__": {"id"}}})


async def update_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, change: WorkoutChange, expected: Precondition
) -> bytes:
    """Update the fields of a workout that `change` sets, and the order of its exercises.

    Raises:
        InvalidInput: the order does not contain each exercise once, or the workout would end before it starts.

    """
    values = change.model_dump(mode="json", include=change.model_fields_set)
    order = values.pop("exercise_order", None)
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        edit.content |= values
        if order is not None:
            exercises = {exercise["id"]: exercise for exercise in edit.content["exercises"]}
            if sorted(order) != sorted(exercises):
                message = "List the id of each exercise of the workout once"
                raise InvalidInput(errors=[FieldError("/exercise_order", "incomplete_order", message)])
            edit.content["exercises"] = [exercises[entry_id] for entry_id in order]
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
) -> tuple[bytes, bool]:
    """Append an exercise with its sets to a workout; return the workout and whether the exercise is new.

    An exercise that the workout has already, with this id and these results, is not appended again.

    Raises:
        PartIdTaken: one of the ids belongs to an exercise or set with other content, or of another workout.

    """
    async with edit_workout(session, user_id, workout_id, expected, _pointer_in_exercise) as edit:
        is_new = not is_stored(edit.stored, exercise)
        if is_new:
            edit.content["exercises"].append(exercise.model_dump(mode="json"))
    return edit.document, is_new


async def update_exercise(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    entry_id: UUID,
    change: ExerciseChange,
    expected: Precondition,
) -> bytes:
    """Update the fields of an exercise that `change` sets, or move it to another position.

    Raises:
        PartNotFound: the workout has no exercise with this id.
        InvalidInput: the workout does not have that many exercises.

    """
    async with edit_workout(session, user_id, workout_id, expected, _last_part) as edit:
        exercises = edit.content["exercises"]
        _update_part(exercises, _find_index(exercises, entry_id), change)
    return edit.document


async def delete_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, entry_id: UUID, expected: Precondition
) -> bytes:
    """Delete an exercise of a workout, with its sets.

    Raises:
        PartNotFound: the workout has no exercise with this id.

    """
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        exercises = edit.content["exercises"]
        del exercises[_find_index(exercises, entry_id)]
    return edit.document


# --- sets --------------------------------------------------------------------------------------------------------


async def append_sets(
    session: AsyncSession, user_id: UUID, workout_id: UUID, appended: SetsInput, expected: Precondition
) -> tuple[bytes, bool]:
    """Append sets to an exercise of a workout; return the workout and whether one of the sets is new.

    An exercise that the workout does not contain is appended first. Sets that the workout has already, with these ids
    and results, are not appended again.

    Raises:
        PartNotFound: the workout has no exercise with the `entry_id` of `appended`.
        PartIdTaken: one of the ids belongs to an exercise or set with other content, or of another workout.

    """
    indices: list[int] = []

    def pointer_in_sets(pointer: str) -> str:
        """Map the pointer of an error to the sent sets: the exercise, one of the sets, or the sets as a whole."""
        if pointer.endswith("/exercise_id"):
            return "/exercise_id"
        match pointer.split("/")[3:]:
            case ["sets", index, *rest]:
                return "/".join(["/sets", str(indices[int(index)]), *rest])
        return "/sets"

    async with edit_workout(session, user_id, workout_id, expected, pointer_in_sets) as edit:
        if appended.exercise_id is not None:
            entry = edit.get_or_append_entry(appended.exercise_id)
        else:
            exercises = edit.content["exercises"]
            entry = exercises[_find_index(exercises, appended.entry_id)]
        new = list_new_sets(edit.stored, UUID(entry["exercise_id"]), appended.sets)
        # The index of each set of the exercise among the sent ones; no error points to a stored one.
        indices += [0] * len(entry["sets"]) + [index for index, _ in new]
        entry["sets"] += [workout_set.model_dump(mode="json") for _, workout_set in new]
    return edit.document, bool(new)


async def update_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, set_id: UUID, change: SetChange, expected: Precondition
) -> bytes:
    """Update the fields of a set that `change` sets, or move it to another position of its exercise.

    Raises:
        PartNotFound: the workout has no set with this id.
        InvalidInput: the set would record nothing, or the exercise does not have that many sets.

    """
    async with edit_workout(session, user_id, workout_id, expected, _last_part) as edit:
        sets, index = _find_set(edit.content["exercises"], set_id)
        _update_part(sets, index, change)
    return edit.document


async def delete_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, set_id: UUID, expected: Precondition
) -> bytes:
    """Delete a set. Its exercise stays, even without sets.

    Raises:
        PartNotFound: the workout has no set with this id.

    """
    async with edit_workout(session, user_id, workout_id, expected) as edit:
        sets, index = _find_set(edit.content["exercises"], set_id)
        del sets[index]
    return edit.document


# --- parts of a workout: its exercises, or the sets of one -------------------------------------------------------


def _find_index(parts: list[dict[str, Any]], part_id: UUID | None) -> int:
    for index, part in enumerate(parts):
        if part["id"] == str(part_id):
            return index
    raise PartNotFound


def _find_set(exercises: list[dict[str, Any]], set_id: UUID) -> tuple[list[dict[str, Any]], int]:
    """Return the sets of the exercise that has a set, and the index of that set."""
    for exercise in exercises:
        for index, workout_set in enumerate(exercise["sets"]):
            if workout_set["id"] == str(set_id):
                return exercise["sets"], index
    raise PartNotFound


def _update_part(parts: list[dict[str, Any]], index: int, change: ExerciseChange | SetChange) -> None:
    values = change.model_dump(mode="json", include=change.model_fields_set)
    position = values.pop("position", index)
    if position >= len(parts):
        raise InvalidInput(
            errors=[FieldError("/position", "no_such_position", f"The last position is {len(parts) - 1}")]
        )
    parts[index] |= values
    parts.insert(position, parts.pop(index))


# --- pointers into what the client sent --------------------------------------------------------------------------


def _pointer_in_exercise(pointer: str) -> str:
    """Map the pointer of an error to the sent exercise: `/exercises/3/exercise_id` to `/exercise_id`."""
    return "".join(f"/{part}" for part in pointer.split("/")[3:])


def _last_part(pointer: str) -> str:
    """Map the pointer of an error to the sent exercise or set: one of its fields, or all of it."""
    last = pointer.rpartition("/")[2]
    return "" if last.isdigit() else f"/{last}"
