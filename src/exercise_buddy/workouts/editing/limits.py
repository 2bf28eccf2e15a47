"""The rules that an edit could break beyond what it sends: the size of the workout, distinct ids, and its end.

Unchanged parts are not validated again: only if a workout might be too large is all of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from exercise_buddy.core.http.validation import field_errors
from exercise_buddy.core.problems import InvalidInput
from exercise_buddy.workouts import content_size
from exercise_buddy.workouts.editing.content import EditedContent, render_part
from exercise_buddy.workouts.schemas import MAX_EXERCISES, MAX_SETS, WorkoutInput

PointerMap = Callable[[str], str]
"""Maps a JSON pointer into the workout to a pointer into what the client sent."""

Model = TypeVar("Model", bound=BaseModel)

_REP_OCTETS = 250
"""Less than the JSON of any rep has."""


def validate(schema: type[Model], content: object, pointer: PointerMap = str) -> Model:
    """Return content as a validated object of a schema.

    Raises:
        InvalidInput: the content breaks a rule.

    """
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        items = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        errors = [replace(field_error, pointer=pointer(field_error.pointer)) for field_error in field_errors(items)]
        raise InvalidInput(errors=errors) from None


def check_head(head: Mapping[str, Any], pointer: PointerMap) -> None:
    """Check that a workout ends after its start, lasts no longer than it may, and has heart rates that fit.

    Raises:
        InvalidInput: it does not.

    """
    names = ("started_at", "ended_at", "average_heart_rate_bpm", "max_heart_rate_bpm")
    validate(WorkoutInput, {name: head[name] for name in names}, pointer)


def check_limits(content: EditedContent, lines: Sequence[bytes], pointer: PointerMap) -> None:
    """Check that a workout is not too large, and that its exercises and sets have different ids.

    Args:
        content: the workout, whose parts have ids.
        lines: the JSON of the sets of each exercise.
        pointer: maps the pointers of errors.

    Raises:
        InvalidInput: a rule is broken.

    """
    exercises = content.exercises
    set_count = sum(exercise.set_count for exercise in exercises)
    entry_ids = {exercise.id for exercise in exercises}
    is_fine = (
        len(exercises) <= MAX_EXERCISES
        and set_count <= MAX_SETS
        and len(entry_ids) == len(exercises)
        and _have_different_ids(content)
        and _bound_size(content, lines, set_count) <= content_size.MAX_WORKOUT_BYTES
    )
    if not is_fine:
        validate(WorkoutInput, _build_input(content), pointer)


def _have_different_ids(content: EditedContent) -> bool:
    ids = [
        part.id if not isinstance(part, dict) else part["id"]
        for exercise in content.exercises
        if exercise.has_own_sets
        for part in exercise.sets
    ]
    return len(set(map(str, ids))) == len(ids)


def _bound_size(content: EditedContent, lines: Sequence[bytes], set_count: int) -> int:
    """Return a number of octets that `content_size` does not exceed, without parsing any set."""
    octets = set_count * content_size.SET
    for exercise, line in zip(content.exercises, lines, strict=True):
        values = exercise.values
        reps = line.count(b'"offset_ms":')
        octets += (
            content_size.EXERCISE
            + len((values["notes"] or "").encode())
            + len(values["targets"]) * content_size.TARGET
            + line.count(b'"evidence":{') * content_size.EVIDENCE
            + line.count(b'"threshold":') * content_size.JUDGEMENT
            + reps * content_size.REP
            # The texts of the evidence are shorter than all of its JSON without the reps.
            + max(len(line) - reps * _REP_OCTETS, 0)
        )
    return octets


def _build_input(content: EditedContent) -> dict[str, Any]:
    exercises = [
        {"id": exercise.id, **exercise.values, "sets": [render_part(part) for part in exercise.sets]}
        for exercise in content.exercises
    ]
    return {"started_at": content.head["started_at"], "exercises": exercises}
