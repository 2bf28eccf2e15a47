"""What a request appends to a workout: exercises and sets that the workout does not have yet, by their ids.

A repeated request finds its exercises and sets stored. Only the results of sets are compared with those: measurements
are stored in single precision.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError
from exercise_buddy.workouts.editing.content import EditedContent, EditedExercise, render_part
from exercise_buddy.workouts.errors import PartIdTaken
from exercise_buddy.workouts.schemas import ExerciseInput, list_chosen_ids
from exercise_buddy.workouts.set_schemas import SetInput, SetResult

_RESULTS = tuple(SetResult.model_fields)
_CONTENT = ("exercise_id", "superset", "notes")


def is_stored(workout: EditedContent, exercise: ExerciseInput) -> bool:
    """Return whether a workout has an exercise with the id and content of a sent one, and perhaps further sets.

    Raises:
        PartIdTaken: one of the ids belongs to another exercise or set of the workout.

    """
    found = next((stored for stored in workout.exercises if stored.id == exercise.id), None)
    new = EditedExercise.from_input(exercise)
    if found is not None and _content(found, len(exercise.sets)) == _content(new, len(exercise.sets)):
        return True
    taken = [
        pointer(path[1:])
        for path, part_id in list_chosen_ids([exercise])
        if (
            workout.find_set(part_id.id) is not None
            if part_id.kind == "set"
            else any(stored.id == part_id.id for stored in workout.exercises)
        )
    ]
    _raise_if_taken(taken)
    return False


def list_new_sets(workout: EditedContent, exercise_id: UUID, sent: Sequence[SetInput]) -> list[tuple[int, SetInput]]:
    """Return those of the sent sets that a workout does not have, each with its index.

    Raises:
        PartIdTaken: one of the ids belongs to another exercise or set of the workout.

    """
    new: list[tuple[int, SetInput]] = []
    taken: list[str] = []
    for index, workout_set in enumerate(sent):
        found = None if workout_set.id is None else workout.find_set(workout_set.id)
        if found is None:
            new.append((index, workout_set))
            continue
        exercise, position = found
        stored = render_part(exercise.sets[position])
        if exercise.values["exercise_id"] != exercise_id or _result(stored) != _result(dict(workout_set)):
            taken.append(f"/sets/{index}/id")
    _raise_if_taken(taken)
    return new


def _raise_if_taken(pointers: Sequence[str]) -> None:
    message = "Another exercise or set of this workout has this id"
    if pointers:
        raise PartIdTaken(errors=[FieldError(place, "id_taken", message) for place in pointers])


def _content(exercise: EditedExercise, sets: int) -> tuple[Any, ...]:
    results = [_result(part if isinstance(part, dict) else dict(part)) for part in exercise.sets[:sets]]
    return tuple(exercise.values[name] for name in _CONTENT), results


def _result(workout_set: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(workout_set[name] for name in _RESULTS)
