"""Which exercises a user can use."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import FieldError
from exercise_buddy.workouts.tables import CatalogueExercise, CustomExercise


async def known_exercises(session: AsyncSession, user_id: UUID, wanted: set[UUID]) -> set[UUID]:
    """Give those of the ids that are exercises of the catalogue or the user's own."""
    shared = select(CatalogueExercise.id).where(col(CatalogueExercise.id).in_(wanted))
    own = select(CustomExercise.id).where(col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(wanted))
    return {*(await session.exec(shared)), *(await session.exec(own))}


async def unknown_exercises(
    session: AsyncSession,
    user_id: UUID,
    ids: Sequence[UUID],
    pointers: Callable[[str], str] = lambda pointer: pointer,
) -> list[FieldError]:
    """Point to each exercise of a workout that the user cannot use: `/exercises/0/exercise_id`, for its `ids[0]`."""
    known = await known_exercises(session, user_id, set(ids))
    return [unknown(pointers(f"/exercises/{index}/exercise_id")) for index, one in enumerate(ids) if one not in known]


def unknown(pointer: str) -> FieldError:
    """Say that there is no exercise with the id at `pointer`."""
    return FieldError(pointer, "unknown_exercise", "There is no exercise with this id")
