"""What a request appends to a workout: exercises and sets that the workout does not have yet, by their ids.

A repeated request finds its exercises and sets stored. Only the results of sets are compared with those: measurements
are stored in single precision.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from exercise_buddy.core.http.validation import pointer
from exercise_buddy.core.problems import FieldError
from exercise_buddy.workouts.errors import PartIdTaken
from exercise_buddy.workouts.schemas import ExerciseInput, WorkoutInput, list_chosen_ids
from exercise_buddy.workouts.set_schemas import SetInput, SetResult

_RESULTS = set(SetResult.model_fields)


def is_stored(workout: WorkoutInput, exercise: ExerciseInput) -> bool:
    """Return whether a workout has an exercise with the id and content of a sent one, and perhaps further sets.

    Raises:
        PartIdTaken: one of the ids belongs to another exercise or set of the workout.

    """
    found = next((entry for entry in workout.exercises if entry.id == exercise.id), None)
    if found is not None and _content(found, len(exercise.sets)) == _content(exercise, len(exercise.sets)):
        return True
    known = {part_id for _, part_id in list_chosen_ids(workout.exercises)}
    taken = [pointer(path[1:]) for path, part_id in list_chosen_ids([exercise]) if part_id in known]
    _raise_if_taken(taken)
    return False


def list_new_sets(workout: WorkoutInput, exercise_id: UUID, sent: Sequence[SetInput]) -> list[tuple[int, SetInput]]:
    """Return those of the sent sets that a workout does not have, each with its index.

    Raises:
        PartIdTaken: one of the ids belongs to another exercise or set of the workout.

    """
    results = {
        workout_set.id: (entry.exercise_id, _result(workout_set))
        for entry in workout.exercises
        for workout_set in entry.sets
    }
    _raise_if_taken(
        [
            f"/sets/{index}/id"
            for index, workout_set in enumerate(sent)
            if results.get(workout_set.id, (exercise_id, _result(workout_set))) != (exercise_id, _result(workout_set))
        ]
    )
    return [(index, workout_set) for index, workout_set in enumerate(sent) if workout_set.id not in results]


def _raise_if_taken(pointers: Sequence[str]) -> None:
    message = "Another exercise or set of this workout has this id"
    if pointers:
        raise PartIdTaken(errors=[FieldError(place, "id_taken", message) for place in pointers])


def _content(exercise: ExerciseInput, sets: int) -> tuple[Any, ...]:
    results = [_result(workout_set) for workout_set in exercise.sets[:sets]]
    return exercise.exercise_id, exercise.superset, exercise.notes, results


def _result(workout_set: SetInput) -> dict[str, Any]:
    return workout_set.model_dump(include=_RESULTS)
