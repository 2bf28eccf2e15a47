"""Custom exercises that an import creates, and their removal or return when the import is undone."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.exercises.catalogue import derive_keys
from exercise_buddy.exercises.lookup import find_successors
from exercise_buddy.exercises.schemas import CustomExerciseInput
from exercise_buddy.exercises.tables import CatalogueExercise, CustomExercise, CustomExerciseAlias

_PROPERTIES = {
    *("category", "equipment", "mechanic", "force", "level", "primary_muscles", "secondary_muscles"),
    *("measures", "met", "bodyweight_share", "assisted"),
}

_UNKNOWN_NAME = "Deleted exercise"


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


async def describe_custom_exercises(
    session: AsyncSession, user_id: UUID, ids: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """Return the names and properties of those exercises that are custom, by id, as JSON."""
    found = await session.exec(
        select(CustomExercise).where(col(CustomExercise.user_id) == user_id, col(CustomExercise.id).in_(ids))
    )
    return {exercise.id: exercise.model_dump(mode="json", include={"name", *_PROPERTIES}) for exercise in found}


async def restore_exercises(
    session: AsyncSession, user_id: UUID, ids: Collection[UUID], described: Mapping[UUID, dict[str, Any]]
) -> dict[UUID, UUID]:
    """Return which exercises stand for those that were deleted, by the ids of the deleted ones.

    It is the one that replaced the exercise, else the user's one of its name, else a new one with its properties.

    Args:
        session: the transaction, which holds the lock of the user.
        user_id: the owner.
        ids: exercises that the user could use once.
        described: what `describe_custom_exercises` returned of them then.

    """
    missing = set(ids) - (await find_exercise_names(session, user_id, ids)).keys()
    successors = await find_successors(session, user_id, missing)
    return {
        exercise_id: successors.get(exercise_id)
        or await _find_or_create(session, user_id, described.get(exercise_id, {"name": _UNKNOWN_NAME}))
        for exercise_id in sorted(missing)
    }


async def _find_or_create(session: AsyncSession, user_id: UUID, description: Mapping[str, Any]) -> UUID:
    """Return the user's exercise of a name, or create it."""
    values = CustomExerciseInput.model_validate(description).model_dump(exclude={"id"})
    keys = derive_keys(values["name"])
    named = (col(CustomExercise.user_id) == user_id, col(CustomExercise.name_key) == keys["name_key"])
    found = (await session.exec(select(CustomExercise.id).where(*named))).first()
    if found is not None:
        return found
    exercise = CustomExercise(user_id=user_id, id=new_id(), **keys, **values)
    session.add(exercise)
    await session.flush()
    return exercise.id


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


async def find_exercises_of_imports(session: AsyncSession, user_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the user's custom exercises that an import created."""
    if not ids:
        return set()
    created = select(CustomExercise.id).where(
        col(CustomExercise.user_id) == user_id,
        col(CustomExercise.id).in_(ids),
        col(CustomExercise.import_id).is_not(None),
    )
    return set(await session.exec(created))


async def discard_imported_exercises(
    session: AsyncSession, user_id: UUID, import_id: UUID, used: Collection[UUID], other_imports: Mapping[UUID, UUID]
) -> None:
    """Delete the exercises of an import; keep those that are `used` or have names of merged ones.

    They belong to another import then, if one uses them: its undo discards them. Else they are the user's own.
    """
    created = (col(CustomExercise.user_id) == user_id, col(CustomExercise.import_id) == import_id)
    has_alias = exists().where(
        col(CustomExerciseAlias.user_id) == col(CustomExercise.user_id),
        col(CustomExerciseAlias.custom_exercise_id) == col(CustomExercise.id),
        col(CustomExerciseAlias.is_reserved),
    )
    await session.exec(delete(CustomExercise).where(*created, col(CustomExercise.id).not_in(used), ~has_alias))
    for exercise_id, other_id in other_imports.items():
        moved = update(CustomExercise).where(*created, col(CustomExercise.id) == exercise_id)
        await session.exec(moved.values(import_id=other_id))
    await session.exec(update(CustomExercise).where(*created).values(import_id=None))
