"""The use cases of editing workouts.

They return the `Workout` JSON and raise what `edit_workout` raises. Positions count from 0, as in JSON pointers.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.workouts.documents.rendering import render_targets
from exercise_buddy.workouts.editing.appending import is_stored, list_new_sets
from exercise_buddy.workouts.editing.content import EditedContent, EditedExercise, render_part
from exercise_buddy.workouts.editing.finishing import EndSource, WorkoutEnd, find_end
from exercise_buddy.workouts.editing.limits import validate
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.editing.workout_edit import edit_workout
from exercise_buddy.workouts.errors import PartNotFound, WorkoutFinished
from exercise_buddy.workouts.schemas import MEASURED, ExerciseInput, WorkoutInput, list_chosen_ids
from exercise_buddy.workouts.set_schemas import SetInput


async def replace_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, content: WorkoutInput, expected: Precondition
) -> bytes:
    """Replace the content of a workout. Time zone, source and what was measured stay unless the client sends them.

    Raises:
        InvalidInput: the content has another id, or an exercise is unknown.
        PartIdTaken: another workout has an exercise or set with one of the ids.

    """
    if content.id is not None and content.id != workout_id:
        raise InvalidInput(errors=[FieldError("/id", "other_id", "This is the id of another workout")])

    def change(edit: EditedContent) -> None:
        for name in ("title", "started_at", "ended_at", "notes"):
            edit.head[name] = getattr(content, name)
        edit.head["time_zone"] = content.time_zone or edit.head["time_zone"]
        if "source" in content.model_fields_set:
            edit.head["source"] = content.source
        edit.head |= {name: getattr(content, name) for name in MEASURED & content.model_fields_set}
        if not _differ_only_in_ids(content.exercises, edit.exercises):
            by_id = {exercise.id: exercise for exercise in edit.exercises}
            edit.exercises = [_replace_exercise(by_id.get(exercise.id), exercise) for exercise in content.exercises]

    ids = [exercise.exercise_id for exercise in content.exercises]
    return await edit_workout(session, user_id, workout_id, expected, change, exercise_ids=ids)


def _differ_only_in_ids(sent: Sequence[ExerciseInput], stored: Sequence[EditedExercise]) -> bool:
    """Return whether sent exercises equal the stored ones, apart from ids that were left out.

    So a client without ids can repeat the request, and nothing gets new ids.
    """
    known = {("exercise", exercise.id): (index,) for index, exercise in enumerate(stored)} | {
        ("set", UUID(part["id"])): (index, position)
        for index, exercise in enumerate(stored)
        for position, part in enumerate(exercise.stored_sets)
    }
    return all(
        known.get((part_id.kind, part_id.id)) == tuple(step for step in path if isinstance(step, int))
        for path, part_id in list_chosen_ids(sent)
    ) and [_without_ids(EditedExercise.from_input(exercise)) for exercise in sent] == [
        _without_ids(exercise) for exercise in stored
    ]


def _without_ids(exercise: EditedExercise) -> tuple[Any, ...]:
    return exercise.values, [render_part(part) | {"id": None} for part in exercise.sets]


def _replace_exercise(stored: EditedExercise | None, sent: ExerciseInput) -> EditedExercise:
    new = EditedExercise.from_input(sent)
    if stored is None:
        return new
    stored.values = new.values
    stored.sets = new.sets
    return stored


async def update_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, change: WorkoutChange, expected: Precondition
) -> bytes:
    """Update the fields of a workout that `change` sets, and the order of its exercises.

    Raises:
        InvalidInput: the order does not contain each exercise once, or the workout would end before it starts.

    """
    values = change.model_dump(include=change.model_fields_set - {"exercise_order"})

    def update(edit: EditedContent) -> None:
        edit.head |= values
        if "exercise_order" in change.model_fields_set:
            exercises = {exercise.id: exercise for exercise in edit.exercises}
            if len(change.exercise_order) != len(exercises) or set(change.exercise_order) != exercises.keys():
                message = "List the id of each exercise of the workout once"
                raise InvalidInput(errors=[FieldError("/exercise_order", "incomplete_order", message)])
            edit.exercises = [exercises[entry_id] for entry_id in change.exercise_order]

    return await edit_workout(session, user_id, workout_id, expected, update)


async def finish_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, finish: Finish, expected: Precondition, now: datetime
) -> tuple[bytes, EndSource]:
    """Set the end of a workout, and what the client has measured. To do so again changes nothing.

    Returns:
        The workout, and how its end was found: see `find_end`.

    Raises:
        WorkoutFinished: the workout already has another end.
        InvalidInput: the workout would end before it starts, or last over 31 days.

    """
    source = EndSource.STORED

    def set_end(edit: EditedContent) -> None:
        nonlocal source
        ended_at = edit.head["ended_at"]
        if ended_at is None:
            end = WorkoutEnd(finish.ended_at, EndSource.REQUEST) if finish.ended_at else find_end(edit, now)
            edit.head["ended_at"], source = end
        elif finish.ended_at not in {None, ended_at}:
            raise WorkoutFinished
        edit.head |= {name: getattr(finish, name) for name in MEASURED & finish.model_fields_set}

    return await edit_workout(session, user_id, workout_id, expected, set_end), source


# --- exercises ---------------------------------------------------------------------------------------------------


async def append_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, exercise: ExerciseInput, expected: Precondition
) -> tuple[bytes, bool]:
    """Append an exercise with its sets to a workout; return the workout and whether the exercise is new.

    An exercise that the workout has already, with this id and these results, is not appended again.

    Raises:
        PartIdTaken: one of the ids belongs to an exercise or set with other content, or of another workout.

    """
    is_new = False

    def append(edit: EditedContent) -> None:
        nonlocal is_new
        is_new = not is_stored(edit, exercise)
        if is_new:
            edit.exercises.append(EditedExercise.from_input(exercise))

    document = await edit_workout(
        session, user_id, workout_id, expected, append, _pointer_in_exercise, [exercise.exercise_id]
    )
    return document, is_new


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
    values = change.model_dump(include=change.model_fields_set - {"position", "targets"})
    if "targets" in change.model_fields_set:
        values["targets"] = render_targets(change.targets)

    def update(edit: EditedContent) -> None:
        index = edit.find_exercise(entry_id)
        edit.exercises[index].values |= values
        _move(edit.exercises, index, change)

    ids = [change.exercise_id] if "exercise_id" in change.model_fields_set else []
    return await edit_workout(session, user_id, workout_id, expected, update, _last_part, ids)


async def delete_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, entry_id: UUID, expected: Precondition
) -> bytes:
    """Delete an exercise of a workout, with its sets.

    Raises:
        PartNotFound: the workout has no exercise with this id.

    """

    def delete(edit: EditedContent) -> None:
        del edit.exercises[edit.find_exercise(entry_id)]

    return await edit_workout(session, user_id, workout_id, expected, delete)


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
    new_sets: list[tuple[int, SetInput]] = []

    def pointer_in_sets(pointer: str) -> str:
        """Map the pointer of an error to the sent sets: the exercise, one of the sets, or the sets as a whole."""
        if pointer.endswith("/exercise_id"):
            return "/exercise_id"
        match pointer.split("/")[3:]:
            case ["sets", index, *rest]:
                return "/".join(["/sets", str(indices[int(index)]), *rest])
        return "/sets"

    def append(edit: EditedContent) -> None:
        if appended.exercise_id is not None:
            exercise = edit.get_or_append_exercise(appended.exercise_id)
        else:
            exercise = edit.exercises[edit.find_exercise(appended.entry_id)]
        new = list_new_sets(edit, exercise.values["exercise_id"], appended.sets)
        # The index of each set of the exercise among the sent ones; no error points to a stored one.
        indices[:] = [0] * exercise.set_count + [index for index, _ in new]
        exercise.sets += [workout_set for _, workout_set in new]
        new_sets[:] = new

    ids = [] if appended.exercise_id is None else [appended.exercise_id]
    document = await edit_workout(session, user_id, workout_id, expected, append, pointer_in_sets, ids)
    return document, bool(new_sets)


async def update_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, set_id: UUID, change: SetChange, expected: Precondition
) -> bytes:
    """Update the fields of a set that `change` sets, or move it to another position of its exercise.

    Raises:
        PartNotFound: the workout has no set with this id.
        InvalidInput: the set would record nothing, or the exercise does not have that many sets.

    """
    values = change.model_dump(mode="json", include=change.model_fields_set - {"position"})

    def update(edit: EditedContent) -> None:
        exercise, index = _find_set(edit, set_id)
        if values:
            exercise.sets[index] = validate(SetInput, render_part(exercise.sets[index]) | values)
        _move(exercise.sets, index, change)

    return await edit_workout(session, user_id, workout_id, expected, update, _last_part)


async def delete_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, set_id: UUID, expected: Precondition
) -> bytes:
    """Delete a set. Its exercise stays, even without sets.

    Raises:
        PartNotFound: the workout has no set with this id.

    """

    def delete(edit: EditedContent) -> None:
        exercise, index = _find_set(edit, set_id)
        del exercise.sets[index]

    return await edit_workout(session, user_id, workout_id, expected, delete)


def _find_set(edit: EditedContent, set_id: UUID) -> tuple[EditedExercise, int]:
    found = edit.find_set(set_id)
    if found is None:
        raise PartNotFound
    return found


def _move(parts: list[Any], index: int, change: ExerciseChange | SetChange) -> None:
    """Move a part of a workout to the position that a change sets, or to the end.

    Another device may have deleted parts, so a position after the last one is no error.
    """
    position = change.position if "position" in change.model_fields_set else index
    parts.insert(position, parts.pop(index))


# --- pointers into what the client sent --------------------------------------------------------------------------


def _pointer_in_exercise(pointer: str) -> str:
    """Map the pointer of an error to the sent exercise: `/exercises/3/exercise_id` to `/exercise_id`."""
    return "".join(f"/{part}" for part in pointer.split("/")[3:])


def _last_part(pointer: str) -> str:
    """Map the pointer of an error to the sent exercise or set: one of its fields, or all of it."""
    last = pointer.rpartition("/")[2]
    return "" if last.isdigit() else f"/{last}"
