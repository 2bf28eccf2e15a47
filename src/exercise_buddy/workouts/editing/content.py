"""The content of a workout while it is edited: what a client may change of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import orjson

from exercise_buddy.workouts.documents.document import WorkoutDocument
from exercise_buddy.workouts.documents.rendering import render_set, render_targets
from exercise_buddy.workouts.errors import PartNotFound
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.set_schemas import SetInput

EditedSet = dict[str, Any] | SetInput
"""A stored set as JSON, which an edit replaces and never changes in place, or a new or changed set."""


class EditedExercise:
    """An exercise of a workout while it is edited.

    Attributes:
        id: its id within the workout, None until it is written.
        values: `exercise_id` (a UUID), `superset`, `notes`, and `targets` as JSON.
        stored: the JSON of the stored exercise without sets. None if it is new.
        line: the JSON of its stored sets. They are parsed when an edit asks for them.

    """

    __slots__ = ("_sets", "_stored_sets", "id", "line", "stored", "values")

    def __init__(self, entry_id: UUID | None, values: dict[str, Any], sets: Sequence[EditedSet]) -> None:
        self.id = entry_id
        self.values = values
        self.stored: Mapping[str, Any] | None = None
        self.line = b""
        self._stored_sets: list[dict[str, Any]] | None = []
        self._sets: list[EditedSet] | None = list(sets)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], line: bytes) -> Self:
        """Return a stored exercise: its JSON without sets, and the line of its sets."""
        exercise = cls(UUID(stored["id"]), _read_values(stored), ())
        exercise.stored = stored
        exercise.line = line
        exercise._stored_sets = exercise._sets = None
        return exercise

    @classmethod
    def from_input(cls, exercise: ExerciseInput) -> Self:
        """Return a new exercise."""
        values = {
            "exercise_id": exercise.exercise_id,
            "superset": exercise.superset,
            "notes": exercise.notes,
            "targets": render_targets(exercise.targets),
        }
        return cls(exercise.id, values, exercise.sets)

    @property
    def stored_values(self) -> dict[str, Any] | None:
        """Its stored values; None if it is new."""
        return None if self.stored is None else _read_values(self.stored)

    @property
    def stored_sets(self) -> list[dict[str, Any]]:
        """Its stored sets."""
        if self._stored_sets is None:
            self._stored_sets = orjson.loads(b"{%b}" % self.line)["sets"]
        return self._stored_sets

    @property
    def sets(self) -> list[EditedSet]:
        """Its sets, to change."""
        if self._sets is None:
            self._sets = list(self.stored_sets)
        return self._sets

    @sets.setter
    def sets(self, sets: Sequence[EditedSet]) -> None:
        self._sets = list(sets)

    @property
    def has_own_sets(self) -> bool:
        """Whether an edit has asked for its sets, which may differ from the stored ones."""
        return self._sets is not None

    @property
    def may_differ(self) -> bool:
        """Whether it may differ from the stored exercise."""
        return self.has_own_sets or self.values != self.stored_values

    @property
    def set_count(self) -> int:
        """The number of its sets."""
        if self._sets is None and self.stored is not None:
            count: int = self.stored["totals"]["sets"]
            return count
        return len(self.sets)

    def find_set(self, set_id: UUID) -> int | None:
        """Return the index of a set; None if it is not there."""
        if self._sets is None and str(set_id).encode() not in self.line:
            return None
        return next((index for index, part in enumerate(self.sets) if get_id(part) == set_id), None)


class EditedContent:
    """The content of a workout while it is edited.

    Attributes:
        head: `title` (None if it is derived), `started_at`, `ended_at`, `time_zone`, `notes`, `source`,
            `energy_kcal`, `average_heart_rate_bpm` and `max_heart_rate_bpm`.
        exercises: its exercises, in their order.
        updated_at: when it was last written.

    """

    __slots__ = ("exercises", "head", "updated_at")

    def __init__(self, head: dict[str, Any], exercises: list[EditedExercise], updated_at: datetime) -> None:
        self.head = head
        self.exercises = exercises
        self.updated_at = updated_at

    def find_exercise(self, entry_id: UUID | None) -> int:
        """Return the index of an exercise.

        Raises:
            PartNotFound: the workout has no exercise with this id.

        """
        for index, exercise in enumerate(self.exercises):
            if exercise.id == entry_id:
                return index
        raise PartNotFound

    def find_set(self, set_id: UUID) -> tuple[EditedExercise, int] | None:
        """Return the exercise that has a set, and the index of the set in it; None if no exercise has it."""
        for exercise in self.exercises:
            index = exercise.find_set(set_id)
            if index is not None:
                return exercise, index
        return None

    def get_or_append_exercise(self, exercise_id: UUID) -> EditedExercise:
        """Return the last exercise with an exercise id; a missing one is appended first."""
        for exercise in reversed(self.exercises):
            if exercise.values["exercise_id"] == exercise_id:
                return exercise
        exercise = EditedExercise.from_input(ExerciseInput(exercise_id=exercise_id))
        self.exercises.append(exercise)
        return exercise


def read_exercises(document: WorkoutDocument, head: Mapping[str, Any]) -> list[EditedExercise]:
    """Return the exercises of a document; `head` is its parsed head."""
    lines = document.sets.split(b"\n")
    return [EditedExercise.from_json(*parts) for parts in zip(head["exercises"], lines, strict=False)]


def get_id(part: EditedSet) -> UUID | None:
    """Return the id of a set; None until it is written."""
    return part.id if isinstance(part, SetInput) else UUID(part["id"])


def render_part(part: EditedSet) -> dict[str, Any]:
    """Return the JSON of a set that has an id."""
    return render_set(str(part.id), part) if isinstance(part, SetInput) else part


def _read_values(stored: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: stored[name] for name in ("superset", "notes", "targets")}
    return {"exercise_id": UUID(stored["exercise"]["id"]), **values}
