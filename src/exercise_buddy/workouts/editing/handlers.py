"""The use cases of changing workouts. They give the `Workout` document, and raise what `change_workout` raises.

Positions count from 0, like those in JSON pointers.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.workouts.editing.content import change_workout, locked, rewrite, validated
from exercise_buddy.workouts.editing.schemas import ExerciseChange, Finish, SetChange, SetsInput, WorkoutChange
from exercise_buddy.workouts.errors import NoSuchPart, WorkoutFinished
from exercise_buddy.workouts.schemas import ExerciseInput, WorkoutInput


async def replace_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, given: WorkoutInput, expected: Precondition
) -> bytes:
    """Put other content into a workout. Its time zone and source stay unless they are given.

    Raises:
        InvalidInput: the content has another id, or an exercise is unknown.

    """
    if given.id is not None and given.id != workout_id:
        raise InvalidInput(errors=[FieldError("/id", "other_id", "This is the id of another workout")])
    stored = await locked(session, user_id, workout_id, expected)
    before = validated(stored.content)
    after = given.model_copy(
        update={"id": None, "source": before.source, "time_zone": given.time_zone or before.time_zone}
    )
    kept = stored.kept
    if "source" in given.model_fields_set and given.source != kept.source:
        kept = kept.with_source(given.source)
    elif after == before:
        return stored.document
    return await rewrite(session, user_id, workout_id, after, kept)


async def edit_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, given: WorkoutChange, expected: Precondition
) -> bytes:
    """Change what `given` names of a workout.

    Raises:
        InvalidInput: the order does not name each exercise once, or it would end before it begins.

    """
    values = given.model_dump(mode="json", include=given.model_fields_set)
    order = values.pop("exercise_order", None)

    def change(content: dict[str, Any]) -> None:
        content |= values
        if order is not None:
            if len(order) != len(content["exercises"]):
                message = f"The workout has {len(content['exercises'])} exercises"
                raise InvalidInput(errors=[FieldError("/exercise_order", "other_length", message)])
            content["exercises"] = [content["exercises"][position] for position in order]

    return await change_workout(session, user_id, workout_id, change, expected)


async def finish_workout(
    session: AsyncSession, user_id: UUID, workout_id: UUID, given: Finish, expected: Precondition, now: datetime
) -> bytes:
    """Say when a workout ended. Saying it again changes nothing.

    Raises:
        WorkoutFinished: it ended at another time.
        InvalidInput: it would end before it begins, or last over 31 days.

    """

    def change(content: dict[str, Any]) -> None:
        if content["ended_at"] is None:
            content["ended_at"] = given.moment(now).isoformat()
        elif given.ended_at is not None and datetime.fromisoformat(content["ended_at"]) != given.ended_at:
            raise WorkoutFinished

    return await change_workout(session, user_id, workout_id, change, expected)


# --- exercises ---------------------------------------------------------------------------------------------------


async def append_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, given: ExerciseInput, expected: Precondition
) -> bytes:
    """Add an exercise, with its sets, at the end of a workout."""

    def change(content: dict[str, Any]) -> None:
        content["exercises"].append(given.model_dump(mode="json"))

    def pointers(pointer: str) -> str:
        # What the client has sent is the exercise: "/exercises/3/exercise_id" is its "/exercise_id".
        return "".join(f"/{part}" for part in pointer.split("/")[3:])

    return await change_workout(session, user_id, workout_id, change, expected, pointers)


async def change_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, position: int, given: ExerciseChange, expected: Precondition
) -> bytes:
    """Change what `given` names of the exercise at a position, or move it to another one.

    Raises:
        NoSuchPart: there is no exercise at one of the two positions.

    """
    values = given.model_dump(mode="json", include=given.model_fields_set)
    to = values.pop("position", None)

    def change(content: dict[str, Any]) -> None:
        part = _part(content["exercises"], position)
        part |= values
        _move(content["exercises"], position, to)

    return await change_workout(session, user_id, workout_id, change, expected, _last_part)


async def delete_exercise(
    session: AsyncSession, user_id: UUID, workout_id: UUID, position: int, expected: Precondition
) -> bytes:
    """Take the exercise at a position, with its sets, out of a workout.

    Raises:
        NoSuchPart: there is none.

    """

    def change(content: dict[str, Any]) -> None:
        _part(content["exercises"], position)
        del content["exercises"][position]

    return await change_workout(session, user_id, workout_id, change, expected)


# --- sets --------------------------------------------------------------------------------------------------------


async def append_sets(
    session: AsyncSession, user_id: UUID, workout_id: UUID, given: SetsInput, expected: Precondition
) -> bytes:
    """Add sets to an exercise of a workout, which is added if the workout does not have it yet.

    Raises:
        NoSuchPart: there is no exercise at the position that `given` names.

    """
    new = given.model_dump(mode="json")["sets"]

    def change(content: dict[str, Any]) -> None:
        exercises = content["exercises"]
        if given.exercise_position is not None:
            _part(exercises, given.exercise_position)["sets"] += new
            return
        wanted = str(given.exercise_id)
        there = next((one for one in reversed(exercises) if one["exercise_id"] == wanted), None)
        if there is None:
            exercises.append({"exercise_id": wanted, "sets": new})
        else:
            there["sets"] += new

    def pointers(pointer: str) -> str:
        return "/exercise_id" if pointer.endswith("/exercise_id") else "/sets"

    return await change_workout(session, user_id, workout_id, change, expected, pointers)


async def change_set(
    session: AsyncSession,
    user_id: UUID,
    workout_id: UUID,
    position: int,
    set_position: int,
    given: SetChange,
    expected: Precondition,
) -> bytes:
    """Change what `given` names of a set, or move it to another position of its exercise.

    Raises:
        NoSuchPart: there is no such exercise, or it has no set at one of the two positions.
        InvalidInput: the set would say nothing.

    """
    values = given.model_dump(mode="json", include=given.model_fields_set)
    to = values.pop("position", None)

    def change(content: dict[str, Any]) -> None:
        sets = _part(content["exercises"], position)["sets"]
        part = _part(sets, set_position)
        part |= values
        _move(sets, set_position, to)

    return await change_workout(session, user_id, workout_id, change, expected, _last_part)


async def delete_set(
    session: AsyncSession, user_id: UUID, workout_id: UUID, position: int, set_position: int, expected: Precondition
) -> bytes:
    """Take a set out of an exercise, which stays, be it without sets.

    Raises:
        NoSuchPart: there is no such exercise or set.

    """

    def change(content: dict[str, Any]) -> None:
        sets = _part(content["exercises"], position)["sets"]
        _part(sets, set_position)
        del sets[set_position]

    return await change_workout(session, user_id, workout_id, change, expected)


def _part(parts: list[dict[str, Any]], position: int) -> dict[str, Any]:
    if not 0 <= position < len(parts):
        raise NoSuchPart
    return parts[position]


def _move(parts: list[dict[str, Any]], position: int, to: int | None) -> None:
    if to is not None:
        _part(parts, to)
        parts.insert(to, parts.pop(position))


def _last_part(pointer: str) -> str:
    """Point into what the client has sent, which is one exercise or one set: the field, or the whole."""
    last = pointer.rpartition("/")[2]
    return "" if last.isdigit() else f"/{last}"
