"""What exercises restore from an export of all data, and exercises of an export that are unknown here."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from exercise_buddy.core.db.tables import core_table, new_id
from exercise_buddy.core.fingerprints import fingerprint
from exercise_buddy.core.restores import ExportedItem, Pages, Restoration, RestoredFile
from exercise_buddy.core.types import SingleLine, Timestamp
from exercise_buddy.exercises.catalogue import derive_keys, name_key
from exercise_buddy.exercises.errors import TooManyExercises
from exercise_buddy.exercises.handlers import MAX_CUSTOM_EXERCISES
from exercise_buddy.exercises.imported import count_custom_exercises
from exercise_buddy.exercises.lookup import find_catalogue_exercises, find_usable_exercises
from exercise_buddy.exercises.schemas import CustomExerciseInput
from exercise_buddy.exercises.tables import CustomExercise, CustomExerciseAlias


class _Exercise(CustomExerciseInput, ExportedItem):
    model_config = ExportedItem.model_config

    created_at: Timestamp


class _Alias(ExportedItem):
    name: Annotated[str, Field(max_length=120), SingleLine]
    exercise_id: UUID
    is_reserved: bool = True
    created_at: Timestamp


async def restore_references(restoration: Restoration, names: Mapping[UUID, str], line: int) -> None:
    """Add those exercises to `restoration.exercises` that it lacks.

    An exercise of another release's catalogue becomes a custom exercise, with a warning.

    Args:
        restoration: the restore in progress.
        names: the names of the exercises in the export, by their ids there.
        line: the line of the first one that refers to them.

    Raises:
        TooManyExercises: the account would have more custom exercises than the maximum.

    """
    lacking = names.keys() - restoration.exercises.keys()
    known = await find_usable_exercises(restoration.session, restoration.user_id, lacking) if lacking else set()
    restoration.exercises |= {exercise_id: exercise_id for exercise_id in known}
    for exercise_id in sorted(lacking - known):
        restoration.exercises[exercise_id] = await _create_in_place(restoration, names[exercise_id], line)


async def _create_in_place(restoration: Restoration, name: str, line: int) -> UUID:
    session, user_id = restoration.session, restoration.user_id
    same_name = select(CustomExercise.id).where(
        col(CustomExercise.user_id) == user_id, col(CustomExercise.name_key) == name_key(name)
    )
    found = (await session.exec(same_name)).first()
    if found is not None:
        return found
    await _require_room(restoration, 1)
    created = CustomExercise(user_id=user_id, id=new_id(), name=name, **derive_keys(name))
    session.add(created)
    await session.flush()
    restoration.created.append((created.id, name))
    restoration.warn(
        line, "unknown_exercise", f"This server does not know the exercise {name}. It became a custom exercise."
    )
    return created.id


async def _require_room(restoration: Restoration, more: int) -> None:
    if await count_custom_exercises(restoration.session, restoration.user_id) + more > MAX_CUSTOM_EXERCISES:
        raise TooManyExercises(f"The maximum is {MAX_CUSTOM_EXERCISES} custom exercises.")


async def _restore_exercises(restoration: Restoration, pages: Pages) -> None:
    async for items in pages:
        await _require_room(restoration, len(items))
        exercises = [restoration.parse(_Exercise, item) for item in items]
        ids = {exercise.id for exercise in exercises if exercise.id}
        taken = await find_catalogue_exercises(restoration.session, ids)
        for item, exercise in zip(items, exercises, strict=True):
            if exercise.id is None or exercise.id in taken:
                restoration.refuse(item.line, "/id: This is no id of a custom exercise")
            created = exercise.model_dump(mode="json", exclude={"id", "created_at"})
            restoration.session.add(
                CustomExercise(
                    user_id=restoration.user_id,
                    fingerprint=fingerprint(created),
                    updated_at=exercise.created_at,
                    **derive_keys(exercise.name),
                    **dict(exercise),
                )
            )
        restoration.counts["custom_exercises"] += len(items)
        await restoration.session.flush()
        restoration.session.expunge_all()


async def _restore_aliases(restoration: Restoration, pages: Pages) -> None:
    async for items in pages:
        aliases = [restoration.parse(_Alias, item) for item in items]
        ids = {alias.exercise_id for alias in aliases}
        shared = await find_catalogue_exercises(restoration.session, ids)
        usable = await find_usable_exercises(restoration.session, restoration.user_id, ids)
        for item, alias in zip(items, aliases, strict=True):
            if alias.exercise_id not in usable:
                message = f"The name {alias.name} was left out: this server does not know its exercise."
                restoration.warn(item.line, "unknown_exercise", message)
                continue
            is_shared = alias.exercise_id in shared
            restoration.session.add(
                CustomExerciseAlias(
                    user_id=restoration.user_id,
                    name=alias.name,
                    catalogue_exercise_id=alias.exercise_id if is_shared else None,
                    custom_exercise_id=None if is_shared else alias.exercise_id,
                    is_reserved=alias.is_reserved,
                    created_at=alias.created_at,
                    **derive_keys(alias.name),
                )
            )
            restoration.counts["exercise_aliases"] += 1
        await restoration.session.flush()
        restoration.session.expunge_all()


RESTORED_FILES = (
    RestoredFile("custom_exercises.json", [core_table(CustomExercise)], _restore_exercises),
    RestoredFile("exercise_aliases.json", [core_table(CustomExerciseAlias)], _restore_aliases),
)
