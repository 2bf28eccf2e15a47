"""Which exercises a user can merge into which, and what earlier merges have left of them."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.exercises.errors import ExerciseNotFound
from exercise_buddy.exercises.lookup import find_catalogue_exercises, find_custom_exercises, find_successors
from exercise_buddy.exercises.usage import ExerciseReference, Replacement


class MergePlan:
    """Merges in their order, each of which finds what the earlier ones have done. Nothing is written.

    A custom exercise ceases to exist when it is merged, and its id stands for the other exercise from then on. One of
    the catalogue stays.

    Args:
        custom, catalogue: those of the exercises in question that exist.
        successors: exercises that exist, by the ids of custom ones that were merged into them earlier.

    """

    def __init__(self, custom: Collection[UUID], catalogue: Collection[UUID], successors: dict[UUID, UUID]) -> None:
        self._custom = set(custom)
        self._catalogue = set(catalogue)
        self._successors = dict(successors)
        self._merged: dict[UUID, UUID] = {}

    def exists(self, exercise_id: UUID) -> bool:
        """Return whether an exercise exists, after the merges of the plan."""
        return exercise_id in self._custom or exercise_id in self._catalogue

    def add(self, exercise_id: UUID, into: UUID, *, pointer: str, location: str = "body") -> Replacement | None:
        """Add a merge to the plan and return it. None if the exercise was merged into that one before.

        Args:
            exercise_id: the exercise.
            into: the other exercise. If it was merged itself, the one that it was merged into.
            pointer: where the request names the other exercise.
            location: the part of the request.

        Raises:
            ExerciseNotFound: the exercise does not exist.
            InvalidInput: the other exercise does not exist, or the merge contradicts an earlier one.

        """
        target = self.find_successor(into)
        if not self.exists(exercise_id):
            successor = self.find_successor(exercise_id)
            if successor == exercise_id:
                raise ExerciseNotFound
            if successor == target:
                return None
            raise ExerciseNotFound(f"It was merged into the exercise {successor}.")
        if not self.exists(target):
            raise InvalidInput(
                errors=[FieldError(pointer, "unknown_exercise", "There is no exercise with this id", location)]
            )
        if exercise_id in self._merged:
            if self._merged[exercise_id] == target:
                return None
            message = "An earlier item merges the same exercise into another one"
            raise InvalidInput(errors=[FieldError(pointer, "repeated_exercise", message, location)])
        if self._leads_to(target, exercise_id):
            message = "This is the exercise itself, or the items merge it into itself"
            raise InvalidInput(errors=[FieldError(pointer, "same_exercise", message, location)])
        self._merged[exercise_id] = target
        if exercise_id in self._custom:
            self._custom.remove(exercise_id)
            self._successors[exercise_id] = target
        return Replacement(exercise_id, ExerciseReference(target, custom=target in self._custom))

    def find_successor(self, exercise_id: UUID) -> UUID:
        """Return the exercise that stands for a deleted one after the merges of the plan, else the exercise itself."""
        while exercise_id in self._successors:
            exercise_id = self._successors[exercise_id]
        return exercise_id

    def _leads_to(self, exercise_id: UUID, other: UUID) -> bool:
        """Return whether the merges of the plan have moved an exercise into another one: to merge back mixes both."""
        while exercise_id != other and exercise_id in self._merged:
            exercise_id = self._merged[exercise_id]
        return exercise_id == other


async def load_merge_plan(session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]) -> MergePlan:
    """Return a plan for merges of these exercises of a user. The caller holds the user's lock."""
    wanted = set(exercise_ids)
    custom = await find_custom_exercises(session, user_id, wanted)
    catalogue = await find_catalogue_exercises(session, wanted - custom)
    successors = await find_successors(session, user_id, wanted - custom - catalogue)
    further = set(successors.values()) - custom - catalogue
    custom |= await find_custom_exercises(session, user_id, further)
    catalogue |= await find_catalogue_exercises(session, further)
    return MergePlan(custom, catalogue, successors)
