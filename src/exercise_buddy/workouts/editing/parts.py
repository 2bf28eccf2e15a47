"""The parts of a workout while it is edited: their ids, their objects, and the space that they take."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.workouts.editing.content import EditedExercise, EditedSet
from exercise_buddy.workouts.schemas import PartId, PartPath
from exercise_buddy.workouts.set_schemas import EvidenceInput, SetInput, TargetSet
from exercise_buddy.workouts.storage import sizes
from exercise_buddy.workouts.storage.computed_sizes import build_targets, evidence_bytes, jsonb_bytes, text_bytes


def list_chosen_ids(exercises: Iterable[EditedExercise]) -> Iterator[tuple[PartPath, PartId]]:
    """Yield the ids that new parts have already, each with its path within the exercises."""
    for index, exercise in enumerate(exercises):
        if exercise.stored is None and exercise.id is not None:
            yield (index, "id"), PartId("exercise", exercise.id)
        if exercise.has_own_sets:
            known = {part["id"] for part in exercise.stored_sets}
            for position, part in enumerate(exercise.sets):
                if isinstance(part, SetInput) and part.id is not None and str(part.id) not in known:
                    yield (index, "sets", position, "id"), PartId("set", part.id)


def assign_ids(exercise: EditedExercise) -> None:
    """Update an exercise and its sets: each gets an id if it has none."""
    exercise.id = exercise.id or new_id()
    if exercise.has_own_sets:
        exercise.sets = [
            part.model_copy(update={"id": new_id()}) if isinstance(part, SetInput) and part.id is None else part
            for part in exercise.sets
        ]


def parse_set(part: EditedSet) -> SetInput:
    """Return a set as an object."""
    return part if isinstance(part, SetInput) else SetInput.model_validate(part)


def parse_targets(targets: Iterable[Mapping[str, Any]]) -> list[TargetSet]:
    """Return planned sets as objects."""
    return [TargetSet.model_validate(target) for target in targets]


def get_stored_exercise_id(exercise: EditedExercise) -> UUID:
    """Return which exercise a stored one was before the edit."""
    values = exercise.stored_values
    assert values is not None  # noqa: S101
    exercise_id: UUID = values["exercise_id"]
    return exercise_id


def count_stored_bytes(exercise: EditedExercise) -> int:
    """Return the space that a stored exercise takes with its sets."""
    return count_value_bytes(exercise.stored_values or {}) + sum(map(count_set_bytes, exercise.stored_sets))


def count_value_bytes(values: Mapping[str, Any]) -> int:
    """Return the space that an exercise with these values takes without sets."""
    targets = build_targets(parse_targets(values["targets"]))
    return sizes.EXERCISE + text_bytes(values["notes"]) + (jsonb_bytes(targets) if targets else 0)


def count_set_bytes(part: EditedSet) -> int:
    """Return the space that a set takes."""
    evidence = part.evidence if isinstance(part, SetInput) else part["evidence"]
    if isinstance(evidence, dict):
        evidence = EvidenceInput.model_validate(evidence)
    return sizes.SET + (0 if evidence is None else evidence_bytes(evidence))
