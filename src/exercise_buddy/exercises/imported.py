"""Custom exercises that an import creates, and their removal when the import is undone."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.exercises.catalogue import derive_keys
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise, CustomExerciseAlias

_PROPERTIES = {
    *("category", "equipment", "mechanic", "force", "level", "primary_muscles", "secondary_muscles"),
    *("measures", "met", "bodyweight_share", "assisted"),
}


async def count_custom_exercises(session: AsyncSession, user_id: UUID) -> int:
    """Return how many custom exercises the user has."""
    return (await session.exec(select(func.count()).where(col(CustomExercise.user_id) == user_id))).one()


async def find_exercise_names(session: AsyncSession, user_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those exercises, by id, that the user can use."""
    if not ids:
        return {}
    shared = select(CatalogueExercise.id, CatalogueExercise.name).where(col(CatalogueExercise.id).in_(ids))
    own = select(CustomExercise.id, CustomExercise.name).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(ids)
    )
    return {**dict(iter(await session.exec(shared))), **dict(iter(await session.exec(own)))}


async def find_exercise_properties(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what custom exercises can take over from these exercises of the catalogue, by id."""
    if not ids:
        return {}
    found = await session.exec(select(CatalogueExercise).where(col(CatalogueExercise.id).in_(ids)))
    return {exercise.id: exercise.model_dump(include=_PROPERTIES) for exercise in found}


async def create_imported_exercises(
    session: AsyncSession, user_id: UUID, import_id: UUID, exercises: Sequence[dict[str, Any]]
) -> None:
    """Create custom exercises that belong to an import.

    Args:
        session: the transaction.
        user_id: the owner.
        import_id: the import; `discard_imported_exercises` finds them by it.
        exercises: the columns of each, at least `id` and `name`. No two may have the same `name_key`.

    """
    session.add_all(
        CustomExercise(user_id=user_id, import_id=import_id, **derive_keys(columns["name"]), **columns)
        for columns in exercises
    )
    await session.flush()


async def find_imported_exercises(session: AsyncSession, user_id: UUID, import_id: UUID) -> set[UUID]:
    """Return the ids of the custom exercises that an import created."""
    created = select(CustomExercise.id).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.import_id) == import_id
    )
    return set(await session.exec(created))


async def discard_imported_exercises(
    session: AsyncSession, user_id: UUID, import_id: UUID, used: Collection[UUID]
) -> None:
    """Delete the exercises of an import; keep those that are `used` or have aliases, as the user's own."""
    created = (col(CustomExercise.user_id) == user_id, col(CustomExercise.import_id) == import_id)
    has_alias = exists().where(
        col(CustomExerciseAlias.user_id) == col(CustomExercise.user_id),
        col(CustomExerciseAlias.custom_exercise_id) == col(CustomExercise.id),
    )
    await session.exec(delete(CustomExercise).where(*created, col(CustomExercise.id).not_in(used), ~has_alias))
    await session.exec(update(CustomExercise).where(*created).values(import_id=None))
