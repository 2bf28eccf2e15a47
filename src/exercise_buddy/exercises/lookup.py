"""Which exercises a user can use."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.problems import FieldError
from exercise_buddy.exercises.names import resolve_names
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise


async def find_catalogue_exercises(session: AsyncSession, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are exercises of the catalogue."""
    return set(await session.exec(select(CatalogueExercise.id).where(col(CatalogueExercise.id).in_(wanted))))


async def find_custom_exercises(session: AsyncSession, user_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are custom exercises of the user."""
    return set(
        await session.exec(
            select(CustomExercise.id).where(col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(wanted))
        )
    )


async def find_usable_exercises(session: AsyncSession, user_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are exercises of the catalogue or custom exercises of the user."""
    shared = await find_catalogue_exercises(session, wanted)
    return shared | await find_custom_exercises(session, user_id, wanted)


async def find_assisted_exercises(session: AsyncSession, user_id: UUID, wanted: Collection[UUID]) -> set[UUID]:
    """Return those of the ids that are exercises of the catalogue or of the user whose weights are assistance."""
    shared = select(CatalogueExercise.id).where(col(CatalogueExercise.id).in_(wanted), col(CatalogueExercise.assisted))
    own = select(CustomExercise.id).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(wanted), col(CustomExercise.assisted)
    )
    return {*await session.exec(shared), *await session.exec(own)}


async def find_unknown_exercises(
    session: AsyncSession,
    user_id: UUID,
    ids: Sequence[UUID],
    pointers: Callable[[str], str] = lambda pointer: pointer,
) -> list[FieldError]:
    """Return an error for each exercise of a workout that the user cannot use, at `/exercises/{index}/exercise_id`.

    Args:
        session: the transaction.
        user_id: the user.
        ids: the exercises of the workout, in their order.
        pointers: maps the pointer within the workout to the one within the request body.

    """
    known = await find_usable_exercises(session, user_id, set(ids))
    return [
        unknown_exercise(pointers(f"/exercises/{index}/exercise_id"))
        for index, exercise_id in enumerate(ids)
        if exercise_id not in known
    ]


def unknown_exercise(pointer: str) -> FieldError:
    """Return the error for an exercise id that does not exist."""
    return FieldError(pointer, "unknown_exercise", "There is no exercise with this id")


async def find_exercise(session: AsyncSession, user_id: UUID, term: str) -> UUID | None:
    """Return the exercise that a term denotes, or None if it does not exist.

    The term is compared with ids, then names of custom exercises, then slugs, then names and aliases of the catalogue.
    """
    try:
        return next(iter(await find_usable_exercises(session, user_id, {UUID(term)})), None)
    except ValueError:
        (match,) = (await resolve_names(session, user_id, [term])).values()
    if match.custom:
        return match.exercise_id
    by_slug = select(CatalogueExercise.id).where(col(CatalogueExercise.slug) == term.lower())
    return (await session.exec(by_slug)).first() or match.exercise_id
