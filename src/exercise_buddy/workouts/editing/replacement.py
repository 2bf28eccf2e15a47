"""The use case of replacing what a file knows of a workout, and of restoring what it was before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.http.conditional_requests import Precondition
from exercise_buddy.workouts.editing.content import EditedContent, EditedExercise, render_part
from exercise_buddy.workouts.editing.parts import parse_set, parse_targets
from exercise_buddy.workouts.editing.workout_edit import edit_workout
from exercise_buddy.workouts.part_ids import drop_taken_ids, find_workouts_of_parts
from exercise_buddy.workouts.schemas import ExerciseInput, list_chosen_ids


@dataclass(frozen=True, slots=True)
class WorkoutContent:
    """What an edit may change of a workout.

    Attributes:
        head: some of `title` (None if it is derived), `started_at`, `ended_at`, `time_zone`, `notes`, `source`,
            `energy_kcal`, `average_heart_rate_bpm` and `max_heart_rate_bpm`.
        exercises: all exercises, with the ids of those that stay.

    """

    head: Mapping[str, Any]
    exercises: Sequence[ExerciseInput]


async def replace_workout_content(
    session: AsyncSession, user_id: UUID, workout_id: UUID, content: WorkoutContent
) -> WorkoutContent:
    """Replace the content of a workout, and return what it was. Parts keep their ids, or get one if theirs is taken.

    Raises:
        WorkoutNotFound: the user has no such workout.
        InvalidInput: the new content is invalid, or an exercise is unknown.
        QuotaExceeded: the account has no room for the additional content.
        AccountGone: the user no longer exists.

    """
    previous: WorkoutContent | None = None
    chosen = {part_id for _, part_id in list_chosen_ids(content.exercises)}
    drop_taken_ids(content.exercises, workout_id, await find_workouts_of_parts(session, user_id, chosen))

    def replace(edit: EditedContent) -> None:
        nonlocal previous
        previous = WorkoutContent(dict(edit.head), [_read_exercise(exercise) for exercise in edit.exercises])
        edit.head |= content.head
        by_id = {exercise.id: exercise for exercise in edit.exercises}
        edit.exercises = [_replace_exercise(by_id.get(exercise.id), exercise) for exercise in content.exercises]

    ids = [exercise.exercise_id for exercise in content.exercises]
    await edit_workout(session, user_id, workout_id, Precondition(None), replace, exercise_ids=ids)
    assert previous is not None  # noqa: S101  (an edit calls its change)
    return previous


def _read_exercise(exercise: EditedExercise) -> ExerciseInput:
    """Return a stored exercise as a client would send it, with all ids."""
    return ExerciseInput.model_construct(
        id=exercise.id,
        **exercise.values | {"targets": parse_targets(exercise.values["targets"])},
        sets=[parse_set(part) for part in exercise.sets],
    )


def _replace_exercise(stored: EditedExercise | None, exercise: ExerciseInput) -> EditedExercise:
    new = EditedExercise.from_input(exercise)
    if stored is None:
        return new
    stored.values = new.values
    unchanged = {part["id"]: part for part in stored.stored_sets}
    # A set that stays as it is is not written again.
    stored.sets = [
        kept if (kept := unchanged.get(str(part.id))) is not None and render_part(part) == kept else part
        for part in exercise.sets
    ]
    return stored
