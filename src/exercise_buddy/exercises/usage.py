"""What exercises need of the slices whose rows refer to them: `main` passes the implementation in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple, Protocol
from uuid import UUID

from fastapi import Depends, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.database import Database


@dataclass(frozen=True, slots=True)
class ExerciseReference:
    """An exercise that rows of other tables refer to: of the catalogue or, if `custom`, one of the user's own."""

    id: UUID
    custom: bool

    def columns(self) -> dict[str, UUID | None]:
        """Return the values of the two columns that refer to an exercise."""
        return {
            "catalogue_exercise_id": None if self.custom else self.id,
            "custom_exercise_id": self.id if self.custom else None,
        }


@dataclass(frozen=True, slots=True)
class ExerciseUses:
    """How many workouts and routines of a user contain an exercise, and what its sets come to.

    `most_kg` is the largest external load of its sets without warm-ups, 0 if they have none.
    """

    workouts: int = 0
    routines: int = 0
    sets: int = 0
    most_kg: float = 0.0


class Replacement(NamedTuple):
    """An exercise and the other one that replaces it."""

    exercise_id: UUID
    other: ExerciseReference


class ExerciseUsage(Protocol):
    """Access to the rows that refer to exercises, mostly in the transaction of the caller."""

    async def count_uses(
        self, session: AsyncSession, user_id: UUID, exercise_ids: Collection[UUID]
    ) -> dict[UUID, ExerciseUses]:
        """Return the uses of each of the exercises by the user."""

    async def replace_exercises(
        self, session: AsyncSession, user_id: UUID, replacements: Sequence[Replacement], revision: int
    ) -> list[ExerciseUses]:
        """Replace exercises in all workouts and routines of the user, one after the other; return what each one moved.

        What depends on the exercises is recomputed once in the end. The changed workouts get `revision`.
        """

    async def recompute_exercise(
        self, session: AsyncSession, user_id: UUID, exercise_id: UUID, revision: int, *, totals: bool
    ) -> None:
        """Mark the user's workouts with a changed exercise as changed at `revision`, and recompute totals if needed."""

    async def recompute_catalogue_exercises(self, database: Database, exercise_ids: Collection[UUID]) -> None:
        """Recompute the workouts of all users that contain changed catalogue exercises, user by user."""


async def get_exercise_usage(request: Request) -> ExerciseUsage:
    """Return the implementation that the application was started with."""
    usage: ExerciseUsage = request.state.exercise_usage
    return usage


ExerciseUsageDep = Annotated[ExerciseUsage, Depends(get_exercise_usage)]
